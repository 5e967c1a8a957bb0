// The closed sets of codes that the core and this package share; a test compares them with the core's. All texts are
// keyed by these unions (i18n/), so a code without a text does not compile.

/** Steps of a flow, in their order. */
export const STEPS = [
  "starting",
  "consent",
  "document_type",
  "document_front",
  "document_back",
  "liveness",
  "sending",
  "result",
] as const;
/** A step of a flow. */
export type Step = (typeof STEPS)[number];

/** Kinds of flow: `idv` verifies an identity by document and face, `ida` authenticates a known identity by face. */
export const FLOWS = ["idv", "ida"] as const;
/** The kind of a flow. */
export type FlowKind = (typeof FLOWS)[number];

/** Phases of a step. */
export const PHASES = [
  "idle",
  "waiting_location",
  "camera_opening",
  "capturing",
  "review",
  "provider",
  "uploading",
  "failed",
  "done",
] as const;
/** A phase of a step. */
export type Phase = (typeof PHASES)[number];

/** Types of identity documents. */
export const DOCUMENT_TYPES = ["driver_license", "identification_card", "passport", "passport_card"] as const;
/** A type of identity document. */
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What an image shows: the front or back of a document, or a face. */
export const SIDES = ["front", "back", "liveness"] as const;
/** What an image shows. */
export type Side = (typeof SIDES)[number];

/** The direction a camera faces: away from the person, or towards them. */
export type Facing = "environment" | "user";

/** Model assets, loaded by the step that uses them. */
export const MODELS = ["mrz", "face"] as const;
/** The name of a model asset. */
export type ModelName = (typeof MODELS)[number];

/** Recovery actions after a failure. `none`: nothing helps but a new session. */
export const RECOVERIES = ["retry", "upload", "retake", "settings", "restart", "none"] as const;
/** A recovery action after a failure. */
export type Recovery = (typeof RECOVERIES)[number];

/** Warnings about a captured image, for the person to check before it is sent. They do not block. */
export const WARNINGS = [
  "document_expired",
  "document_not_found",
  "mrz_not_read",
  "mrz_check_failed",
  "wrong_side",
  "wrong_document",
  "blurred",
  "glare",
  "too_dark",
  "too_bright",
  "low_resolution",
  "fingers_in_the_way",
  "sides_disagree",
  "barcode_not_read",
  "face_not_found",
] as const;
/** A warning about a captured image. */
export type Warning = (typeof WARNINGS)[number];

/** Failures of the device's location. */
export const LOCATION_FAILURES = ["location_denied", "location_unavailable", "location_timeout"] as const;
/** A failure of the device's location. */
export type LocationFailure = (typeof LOCATION_FAILURES)[number];

/** Failures to open a camera. */
export const CAMERA_FAILURES = [
  "camera_denied",
  "camera_missing",
  "camera_busy",
  "insecure_context",
  "camera_unsupported",
  "camera_failed",
] as const;
/** A failure to open a camera. */
export type CameraFailure = (typeof CAMERA_FAILURES)[number];

/** Failures of the flow. */
export const FLOW_CODES = [
  "consent_declined",
  ...LOCATION_FAILURES,
  "location_invalid",
  ...CAMERA_FAILURES,
  "camera_lost",
  "model_failed",
  "liveness_provider_unsupported",
  "liveness_provider_failed",
  "challenge_failed",
  "face_not_found",
  "same_side",
  "flow_conflict",
  "cancelled",
] as const;

/** Failures of a request. */
export const API_CODES = [
  "invalid_request",
  "field_missing",
  "unauthorized",
  "invalid_client",
  "token_expired",
  "forbidden",
  "consent_required",
  "not_found",
  "session_not_found",
  "method_not_allowed",
  "request_timeout",
  "step_conflict",
  "session_complete",
  "session_finalizing",
  "session_changed",
  "session_expired",
  "payload_too_large",
  "unsupported_media_type",
  "field_invalid",
  "image_invalid",
  "rate_limited",
  "server_error",
  "unavailable",
  "rejected",
  "network_failed",
  "timeout",
  "cancelled",
  "reply_not_json",
  "reply_invalid",
  "reply_too_large",
  "token_unavailable",
] as const;

/** Failures of the core: invalid input. */
export const CORE_CODES = [
  "image_empty",
  "image_too_large",
  "image_wrong_length",
  "image_unknown_format",
  "image_corrupt",
  "image_budget_too_small",
  "invalid_option",
  "model_invalid",
  "model_missing",
  "mrz_invalid",
  "aamva_invalid",
] as const;

/** Failures of this package: assets, worker, usage. */
export const PACKAGE_CODES = [
  "not_initialised",
  "asset_unreachable",
  "asset_invalid",
  "wasm_unsupported",
  "wasm_simd_missing",
  "wasm_blocked",
  "worker_failed",
  "core_crashed",
  "closed",
] as const;

/** Every code of a {@link KycCaptureError}. */
export type ErrorCode =
  | (typeof FLOW_CODES)[number]
  | (typeof API_CODES)[number]
  | (typeof CORE_CODES)[number]
  | (typeof PACKAGE_CODES)[number];

/** What prevents a capture, as reported by `probe()`. */
export const PROBLEM_CODES = [
  "insecure_context",
  "camera_unsupported",
  "in_app_browser",
  "camera_missing",
  "camera_denied",
  "location_denied",
  "location_unavailable",
  "wasm_unsupported",
  "wasm_simd_missing",
  "worker_failed",
  "offline",
] as const;
/** The code of a {@link Problem}. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Movements of active liveness. Left and right are the person's. */
export const ACTIVE_STEPS = [
  "turn_left",
  "turn_right",
  "look_up",
  "look_down",
  "come_closer",
  "move_away",
  "blink",
] as const;
/** A movement of active liveness. */
export type ActiveStep = (typeof ACTIVE_STEPS)[number];

/** PAD (presentation attack detection) signals in the metadata. */
export const SIGNALS = [
  "virtual_camera",
  "camera_settings",
  "frozen_frames",
  "looping_frames",
  "frame_timing",
  "sensor_noise",
  "planar_motion",
  "screen",
  "flat_reflection",
  "colour_flash",
] as const;
/** The name of a PAD signal. */
export type SignalName = (typeof SIGNALS)[number];

/** Hints for a better frame; one at a time. */
export const GUIDANCE_CODES = [
  "no_document",
  "move_closer",
  "move_back",
  "centre_document",
  "tilt_less",
  "hold_still",
  "too_dark",
  "too_bright",
  "glare",
  "blurred",
  "fingers_in_the_way",
  "wrong_document",
  "turn_over",
  "wrong_side",
  "capturing",
  "no_face",
  "one_person_only",
  "come_closer",
  "move_back_face",
  "centre_face",
  "look_straight",
  "more_light",
  "less_light",
  "light_from_front",
  "remove_glare",
  "open_eyes",
  "face_changed",
  "turn_left",
  "turn_right",
  "look_up",
  "look_down",
  "move_away",
  "blink",
  "step_again",
] as const;
/** A hint for a better frame. */
export type GuidanceCode = (typeof GUIDANCE_CODES)[number];
