// Generated from the Rust types by `cargo xtask types`.
// The closed sets of codes that cross the boundary.

/** The code of a failure of the flow: of its own, of a request, or of the core. */
export type FlowErrorCode = FlowCode | ApiErrorCode | CoreErrorCode;

/** A step of the flow, in order. */
export type Step =
  /** The session is being read. */
  | "starting"
  /** The person is asked to consent. */
  | "consent"
  /** The person chooses a document. */
  | "document_type"
  /** The front of the document, or a passport's data page. */
  | "document_front"
  /** The back of the document. */
  | "document_back"
  /** The person's face. */
  | "liveness"
  /** The frames, the metadata and the request for the verdict are being sent. */
  | "sending"
  /** The verdict. */
  | "result";

/** The purpose of a flow. */
export const FLOWS = [
  /** Identity verification: consent, a document, the face. */
  "idv",
  /** Identity authentication: the face alone, compared with a known identity. */
  "ida",
] as const;
/** The purpose of a flow. */
export type FlowKind = (typeof FLOWS)[number];

/** The phase of a step. */
export type Phase =
  /** Waits for the person. */
  | "idle"
  /** Waits for the device's location. */
  | "waiting_location"
  /** Waits for the camera. */
  | "camera_opening"
  /** Receives frames. */
  | "capturing"
  /** Waits for the person to confirm or retake the captured image. */
  | "review"
  /** Waits for another provider's liveness component. */
  | "provider"
  /** Another device continues; the page sends `super::Event::Follow` every few seconds. */
  | "handed_off"
  /** Waits for the reply to a request. */
  | "uploading"
  /** Something failed; `View::error`(super::View::error) has the cause and the recovery actions. */
  | "failed"
  /** The flow is complete. */
  | "done";

/** A type of identity document. */
export const DOCUMENT_TYPES = [
  /** A driving licence: front and back. */
  "driver_license",
  /** A national identity card: front and back. */
  "identification_card",
  /** A passport booklet: its data page alone. */
  "passport",
  /** A passport card: front and back. */
  "passport_card",
] as const;
/** A type of identity document. */
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** The subject of a capture. */
export type Side =
  /** The front of the document. */
  | "front"
  /** The back of the document. */
  | "back"
  /** The person's face. */
  | "liveness";

/** The direction that a camera faces. */
export type Facing =
  /** Away from the person. */
  | "environment"
  /** Towards the person. */
  | "user";

/** A model asset, loaded by the step that needs it. */
export const MODELS = [
  /** The character recogniser of the machine-readable zone (MRZ). */
  "mrz",
  /** The face detector. */
  "face",
] as const;
/** A model asset, loaded by the step that needs it. */
export type ModelAsset = (typeof MODELS)[number];

/** A recovery action after a failure. */
export type Recovery =
  /** Send `super::Event::Retry`. */
  | "retry"
  /** Upload a file instead of using the camera. */
  | "upload"
  /** Send `super::Event::Retake`. */
  | "retake"
  /** Send `super::Event::SkipLocation`. */
  | "skip"
  /** Change the permission in the browser or device, then retry. */
  | "settings"
  /** Start again with a new session. */
  | "restart"
  /** The person can do nothing. */
  | "none";

/** A warning about a still, shown to the person before it is sent. It does not block. */
export const WARNINGS = [
  /** The document's date of expiry has passed. */
  "document_expired",
  /** No document was found in the image. */
  "document_not_found",
  /** This side has a machine-readable zone, and it could not be read. */
  "mrz_not_read",
  /** The MRZ was read, and a check digit does not match. */
  "mrz_check_failed",
  /** The other side is wanted. */
  "wrong_side",
  /** Another kind of document is wanted. */
  "wrong_document",
  /** Not sharp. */
  "blurred",
  /** A reflection covers part of it. */
  "glare",
  /** Too dark. */
  "too_dark",
  /** Too bright. */
  "too_bright",
  /** Fewer pixels than reading wants. */
  "low_resolution",
  /** Fingers cover a part of it. */
  "fingers_in_the_way",
  /** Front and back are of two documents. */
  "sides_disagree",
  /** The barcode on it could not be read. */
  "barcode_not_read",
  /** No portrait was found where one belongs. */
  "face_not_found",
] as const;
/** A warning about a still, shown to the person before it is sent. It does not block. */
export type Warning = (typeof WARNINGS)[number];

/** The reason why the device reports no location. */
export type LocationFailure =
  /** The person or a policy denied access. */
  | "location_denied"
  /** The device cannot determine it. */
  | "location_unavailable"
  /** It took too long. */
  | "location_timeout";

/** Whether images are sent with the location of the device. */
export const LOCATION_POLICIES = [
  /** Always: without a location the flow does not continue. */
  "required",
  /** If the device reports one: the person may continue without. */
  "preferred",
  /** Never: the device is not asked. */
  "off",
] as const;
/** Whether images are sent with the location of the device. */
export type LocationPolicy = (typeof LOCATION_POLICIES)[number];

/** The reason why a camera does not open. */
export type CameraFailure =
  /** The person or a policy denied access. */
  | "camera_denied"
  /** There is no camera. */
  | "camera_missing"
  /** Another program uses it. */
  | "camera_busy"
  /** The page is not served over HTTPS or from localhost. */
  | "insecure_context"
  /** The browser has no camera interface, for example an in-app browser. */
  | "camera_unsupported"
  /** The browser answers canvas reads with noise, as a protection against tracking: frames would be useless. */
  | "canvas_blocked"
  /** Another reason. */
  | "camera_failed";

/** The codes of the flow's own failures. Others are those of requests and `crate::error::CoreError::code`. */
export const FLOW_CODES = [
  /** The person does not consent. */
  "consent_declined",
  /** The person or a policy denied access to the location. */
  "location_denied",
  /** The device cannot determine its location. */
  "location_unavailable",
  /** The location took too long. */
  "location_timeout",
  /** The coordinates are out of range or not numbers. */
  "location_invalid",
  /** The person or a policy denied access to the camera. */
  "camera_denied",
  /** There is no camera. */
  "camera_missing",
  /** Another program uses the camera. */
  "camera_busy",
  /** The page is not served over HTTPS or from localhost. */
  "insecure_context",
  /** The browser has no camera interface. */
  "camera_unsupported",
  /** The browser answers canvas reads with noise. */
  "canvas_blocked",
  /** The camera does not open for another reason. */
  "camera_failed",
  /** The camera was open and is disconnected. */
  "camera_lost",
  /** A model asset that this step requires could not be loaded. */
  "model_failed",
  /** The session requires another liveness provider, and the page has no component for it. */
  "liveness_provider_unsupported",
  /** Another provider's component failed. */
  "liveness_provider_failed",
  /** The requested movements were not detected in time. */
  "challenge_failed",
  /** The page could not read the chosen file. */
  "file_unreadable",
  /** The chosen file is HEIC, which this browser does not decode. */
  "image_heic",
  /** The chosen file is a PDF. */
  "image_pdf",
  /** An image that must show a face shows none. */
  "face_not_found",
  /** The back is expected, and the image shows the front again. */
  "same_side",
  /** The server and this flow disagree about what is done. */
  "flow_conflict",
  /** The flow was cancelled. */
  "cancelled",
] as const;
/** The codes of the flow's own failures. Others are those of requests and `crate::error::CoreError::code`. */
export type FlowCode = (typeof FLOW_CODES)[number];

/** Every way in which a call can fail. Stable: the text of a code never changes its meaning. */
export const API_CODES = [
  /** The body is not what its content type says. */
  "invalid_request",
  /** A required field is absent or empty. */
  "field_missing",
  /** No token, or one that is not known. */
  "unauthorized",
  /** The token endpoint does not accept the client's credentials (RFC 6749 section 5.2). */
  "invalid_client",
  /** A token past its life. */
  "token_expired",
  /** The token is not for this session or client. */
  "forbidden",
  /** Consent comes first. */
  "consent_required",
  /** Nothing is served there. */
  "not_found",
  /** No such session. */
  "session_not_found",
  /** Another method is wanted. */
  "method_not_allowed",
  /** The server waited too long for the request. */
  "request_timeout",
  /** Another step has to come first. */
  "step_conflict",
  /** The session is finalized. */
  "session_complete",
  /** A verdict is being made of what was given: the session takes no changes meanwhile. */
  "session_finalizing",
  /** The session changed while its verdict was being made, which therefore was not recorded. */
  "session_changed",
  /** The session is past its life. */
  "session_expired",
  /** The body is larger than the server takes. */
  "payload_too_large",
  /** A content type that the server does not take. */
  "unsupported_media_type",
  /** A field is well formed but its value is not one. */
  "field_invalid",
  /** The image cannot be decoded. */
  "image_invalid",
  /** Too many calls. */
  "rate_limited",
  /** The server failed. */
  "server_error",
  /** The server is down for a while. */
  "unavailable",
  /** Any other 4xx. */
  "rejected",
  /** No reply: no connection, DNS, CORS, or the line broke. */
  "network_failed",
  /** No reply in time. */
  "timeout",
  /** Cancelled by the caller. */
  "cancelled",
  /** A reply that is not JSON, as an HTML page of a proxy. */
  "reply_not_json",
  /** JSON, but not the documented reply. */
  "reply_invalid",
  /** A reply past the size limit. */
  "reply_too_large",
  /** No token could be had from the page. */
  "token_unavailable",
] as const;
/** Every way in which a call can fail. Stable: the text of a code never changes its meaning. */
export type ApiErrorCode = (typeof API_CODES)[number];

/** Failures of the core: invalid input. */
export const CORE_CODES = [
  /** The image has no pixels. */
  "image_empty",
  /** The image has more than 40 megapixels. */
  "image_too_large",
  /** The length of the pixel buffer does not match width, height and format. */
  "image_wrong_length",
  /** The file is not an image of a known format. */
  "image_unknown_format",
  /** The image file is truncated or corrupt. */
  "image_corrupt",
  /** No encoding of the image is as small as `maxBytes`. */
  "image_budget_too_small",
  /** An option is unknown, of another type or out of range. */
  "invalid_option",
  /** The model asset is of another kind, version or shape. */
  "model_invalid",
  /** The call needs a model asset that is not loaded. */
  "model_missing",
  /** The lines are not an MRZ of a known format. */
  "mrz_invalid",
  /** The text does not follow AAMVA. */
  "aamva_invalid",
] as const;
/** Failures of the core: invalid input. */
export type CoreErrorCode = (typeof CORE_CODES)[number];

/** A movement. Left and right are the person's own. */
export type ActiveStep =
  /** Turn the head to the left. */
  | "turn_left"
  /** Turn the head to the right. */
  | "turn_right"
  /** Look up. */
  | "look_up"
  /** Look down. */
  | "look_down"
  /** Come closer to the camera. */
  | "come_closer"
  /** Move away from it. */
  | "move_away"
  /** Close both eyes for a moment. */
  | "blink";

/** A PAD signal. */
export type SignalName =
  /** The camera's name is that of a program. */
  | "virtual_camera"
  /** What the camera says of itself contradicts the frames it gives. */
  | "camera_settings"
  /** Frames that follow each other are the same to the last bit, which a sensor's never are. */
  | "frozen_frames"
  /** Frames come again, to the last bit, after others. */
  | "looping_frames"
  /** Frames come unevenly. */
  | "frame_timing"
  /** Nothing changes where nothing moves: sensors are noisy. */
  | "sensor_noise"
  /** The points of the face moved as those of a planar image. */
  | "planar_motion"
  /** The pixel grid of a screen is visible in the image. */
  | "screen"
  /** One reflection lies across the face. */
  | "flat_reflection"
  /** The face took on the colours that the page showed. */
  | "colour_flash";

/** A hint for a better frame; one at a time. The texts are in the language tables of the package. */
export const GUIDANCE_CODES = [
  /** No document is seen. */
  "no_document",
  /** The document is too small in the frame. */
  "move_closer",
  /** The document is too large, or a side is outside the frame. */
  "move_back",
  /** The document is right of the guide: move it to the left. */
  "move_left",
  /** The document is left of the guide: move it to the right. */
  "move_right",
  /** The document is below the guide: move it up. */
  "move_up",
  /** The document is above the guide: move it down. */
  "move_down",
  /** The upper side is farther away: tilt the top of the device away. */
  "tilt_top_away",
  /** The lower side is farther away: tilt the top of the device closer. */
  "tilt_top_closer",
  /** The left side is farther away: tilt the left side of the device away. */
  "tilt_left_away",
  /** The right side is farther away: tilt the right side of the device away. */
  "tilt_right_away",
  /** It moves. */
  "hold_still",
  /** Too little light. */
  "too_dark",
  /** Too much light. */
  "too_bright",
  /** A reflection covers part of it. */
  "glare",
  /** Out of focus. */
  "blurred",
  /** Fingers cover a part of it. */
  "fingers_in_the_way",
  /** Another kind of document is expected. */
  "wrong_document",
  /** The side that was captured before, or a portrait where the back is expected: turn the document over. */
  "turn_over",
  /** The back is seen, the front is expected. */
  "wrong_side",
  /** Neither portrait nor MRZ is on what a passport is expected to be: open it at the data page. */
  "open_photo_page",
  /** Nothing on it belongs to an identity document: show the side with the portrait. */
  "not_identity_document",
  /** The MRZ is expected and not seen. */
  "show_mrz",
  /** The image is good; what identifies the side is still being read. */
  "checking",
  /** No outline is found for long: lay the document on a plain surface of another colour. */
  "plain_background",
  /** It stays dark: switch the light of the camera on. */
  "use_torch",
  /** A hint has not helped: take the photo with the button. */
  "use_button",
  /** All conditions hold; the photo is being taken. */
  "capturing",
  /** No face is seen. */
  "no_face",
  /** More than one face is seen. */
  "one_person_only",
  /** The face is too small. */
  "come_closer",
  /** The face is too large. */
  "move_back_face",
  /** The face is too far to the left of the frame, as the camera sees it, so to its own right: move to your left. */
  "move_head_left",
  /** The face is too far to the right of the frame, so to its own left: move to your right. */
  "move_head_right",
  /** The face is too low in the frame: move up, or hold the camera lower. */
  "move_head_up",
  /** The face is too high in the frame: move down, or hold the camera higher. */
  "move_head_down",
  /** The head is turned or tilted. */
  "look_straight",
  /** Too little light on the face. */
  "more_light",
  /** Too much light on the face. */
  "less_light",
  /** The light comes from one side, or from behind. */
  "light_from_front",
  /** Glasses or skin reflect a lamp. */
  "remove_glare",
  /** The eyes are closed. */
  "open_eyes",
  /** Another person is in view than before: the capture restarted. */
  "face_changed",
  /** Turn the head to the left. */
  "turn_left",
  /** Turn the head to the right. */
  "turn_right",
  /** Look up. */
  "look_up",
  /** Look down. */
  "look_down",
  /** Move away from the camera. */
  "move_away",
  /** Close both eyes for a moment. */
  "blink",
  /** The step was not done in time: others follow. */
  "step_again",
] as const;
/** A hint for a better frame; one at a time. The texts are in the language tables of the package. */
export type GuidanceCode = (typeof GUIDANCE_CODES)[number];

/** The outline that the person fills. */
export type GuideShape =
  /** ID-1: a card. */
  | "card"
  /** ID-3: a passport's data page. */
  | "passport"
  /** A face. */
  | "oval";

/** The liveness mode: `liveness_mode` of a session. */
export type LivenessMode =
  /** Uses the best frames of a short stream. */
  | "passive"
  /** Uses frames that prove up to four movements. */
  | "passive_active";

/** The source of liveness frames. */
export type LivenessCaptureMode =
  /** The best frames of a short stream. */
  | "passive"
  /** Frames that prove movements, in order. */
  | "passive_active"
  /** Frames without movements, because the person skipped the requested ones. */
  | "passive_fallback"
  /** A file that the person chose. */
  | "file";

/** The source of a captured image. */
export type CaptureSource =
  /** The automatic capture took a frame that passed the checks. */
  | "automatic"
  /** The person pressed the button. */
  | "manual"
  /** The person chose a file. */
  | "file";

/** A request of the flow, independent of the protocol. */
export type Operation =
  /** Reads the record of the session. */
  | "read_session"
  /** Records the consent. */
  | "add_consent"
  /** Records the reports of the captures. */
  | "update_metadata"
  /** Declares the document type. */
  | "set_document_type"
  /** Uploads the front image. */
  | "add_front"
  /** Uploads the back image. */
  | "add_back"
  /** Opens a liveness session. */
  | "generate_liveness"
  /** Uploads the liveness frames. */
  | "process_liveness"
  /** Requests the verdict. */
  | "finalize";

/** A quality check of a document. Its code is the name of its threshold, if it has one. */
export type DocumentQualityCheck =
  /** Confidence of the outline, 0–1. */
  | "minConfidence"
  /** The outline is inside the frame (flag). */
  | "fullyInside"
  /** Fraction of the guide that the document fills. */
  | "minFill"
  /** Fraction of the guide that the document fills. */
  | "maxFill"
  /** Resolution on the document, dots per inch. */
  | "minDpi"
  /** Distance from the centre of the guide, as a fraction of its width. */
  | "maxOffset"
  /** Ratio of two opposite sides, minus 1. */
  | "maxSideRatio"
  /** Sharpness, 0–1. */
  | "minSharpness"
  /** Fraction of the document that the largest reflection covers, 0–1. */
  | "maxGlareBlob"
  /** Mean luma, 0–255. */
  | "minLuma"
  /** Fraction of over-exposed pixels, 0–1. */
  | "maxBrightShare"
  /** Displacement of a corner between two frames, as a fraction of the diagonal. */
  | "maxMotion"
  /** Fraction of the outline that fingers cover, 0–1. */
  | "maxFingers"
  /** Another type of document is visible (flag). */
  | "wrongDocument"
  /** The side that was captured before is visible (flag). */
  | "sameSide"
  /** An MRZ or a barcode is visible (flag). */
  | "mrz"
  /** A portrait is visible (flag). */
  | "portrait"
  /** Fraction of the check digits of the MRZ that are valid, 0–1. */
  | "mrzCheckDigits"
  /** The aspect ratio is that of the declared type (flag). */
  | "proportions"
  /** The barcode was read (flag). */
  | "barcode";

/** A quality check of a face. Its code is the name of its threshold, if it has one. */
export type FaceQualityCheck =
  /** Number of faces in the frame. */
  | "faces"
  /** Height of the face as a fraction of the frame's height. */
  | "minHeight"
  /** Height of the face as a fraction of the frame's height. */
  | "maxHeight"
  /** Distance from the centre of the oval, as a fraction of the frame's shorter side. */
  | "maxOffset"
  /** Yaw, degrees. */
  | "maxYawDeg"
  /** Pitch, degrees. */
  | "maxPitchDeg"
  /** Roll, degrees. */
  | "maxRollDeg"
  /** Mean luma on the face, 0–255. */
  | "minLuma"
  /** Mean luma on the face, 0–255. */
  | "maxLuma"
  /** Intersection of the histograms of the face's halves, 0–1. */
  | "minUniformity"
  /** Mean luma of the face divided by that of the frame. */
  | "minFrontLight"
  /** Fraction of the eye region that reflects, 0–1. */
  | "maxEyeGlare"
  /** Openness of the eyes as a fraction of the person's own maximum, 0–1. */
  | "minEyesOpen"
  /** Unified quality score, 0–100. */
  | "minQuality"
  /** Displacement of the face between two frames, as a fraction of its height. */
  | "maxMotion";

/** A check of a document. */
export type CheckCode =
  /** The date of expiry is today or later. */
  | "not_expired"
  /** The date of issue is today or earlier. */
  | "issue_date_not_future"
  /** The holder's age is 0 to 130 years. */
  | "age"
  /** Dates of birth, issue and expiry follow each other. */
  | "date_order"
  /** The issuing state is a code of Doc 9303-3, section 5, or the issuer is on the AAMVA list of issuers. */
  | "issuing_state"
  /** The document number has the format that the issuing state uses. */
  | "number_format"
  /** Every check digit of the MRZ is valid (Doc 9303-3, section 4.9). */
  | "mrz_check_digits"
  /**
   * The data of the barcode are complete and valid by the AAMVA standard, and its issuer is the jurisdiction of the
   * address. Deviations that issuers print do not fail it.
   */
  | "barcode_consistency"
  /** The personal number (IIN of Kazakhstan, PIN of Kyrgyzstan) is valid by its own rules. */
  | "personal_number"
  /** The date of birth and the sex in the personal number equal those of the MRZ. */
  | "personal_number_holder"
  /** The document is of the declared type. */
  | "declared_type"
  /** The two images show different sides. */
  | "different_sides"
  /** The document numbers of MRZ and barcode, or of both sides, are equal. */
  | "document_number_crosscheck"
  /** The names are equal. */
  | "name_crosscheck"
  /** The dates of birth and the sexes are equal. */
  | "holder_crosscheck"
  /** The front shows a portrait. */
  | "portrait"
  /** The document is completely inside the image. */
  | "fully_in_frame"
  /** Heuristic: the document has more than one hue, which a greyscale copy has not. */
  | "not_greyscale_copy"
  /** Heuristic: the image has no pixel grid of a screen and no moiré. */
  | "screen"
  /** Heuristic: the file was neither cropped after JPEG compression nor compressed strongly. */
  | "jpeg_artifacts";
