// The closed sets of codes: those of the core, which are generated, and this package's own. All texts are keyed by
// these unions (i18n/), so a code without a text does not compile.

import type { FlowErrorCode } from "./generated/codes.js";

export type {
  ActiveStep,
  CameraFailure,
  CheckCode,
  DocumentType,
  Facing,
  FlowKind,
  GuidanceCode,
  LocationFailure,
  LocationPolicy,
  ModelAsset as ModelName,
  Phase,
  Recovery,
  Side,
  SignalName,
  Step,
  Warning,
} from "./generated/codes.js";
export {
  API_CODES,
  CORE_CODES,
  DOCUMENT_TYPES,
  FLOW_CODES,
  FLOWS,
  GUIDANCE_CODES,
  LOCATION_POLICIES,
  MODELS,
  WARNINGS,
} from "./generated/codes.js";

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
export type ErrorCode = FlowErrorCode | (typeof PACKAGE_CODES)[number];

/** What prevents a capture, as reported by `probe()`. */
export const PROBLEM_CODES = [
  "insecure_context",
  "camera_unsupported",
  "in_app_browser",
  "camera_missing",
  "camera_denied",
  "canvas_blocked",
  "location_denied",
  "location_unavailable",
  "wasm_unsupported",
  "wasm_simd_missing",
  "worker_failed",
  "offline",
] as const;
/** The code of a {@link Problem}. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];
