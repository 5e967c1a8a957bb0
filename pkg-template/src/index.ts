// The public surface. Importing does no work and touches neither `window` nor `document`.

export { createCapture } from "./capture.js";
export type {
  Capture,
  CaptureEvents,
  CaptureOptions,
  DebugEntry,
  DebugReport,
  LivenessProvider,
  LivenessProviderContext,
  Result,
} from "./capture-api.js";
export type {
  ActiveStep,
  CheckCode,
  DocumentType,
  ErrorCode,
  Facing,
  FlowKind,
  GuidanceCode,
  Phase,
  ProblemCode,
  Recovery,
  Side,
  SignalName,
  Step,
  Warning,
} from "./codes.js";
export type { CameraControls } from "./controls.js";
export { KycCaptureError } from "./errors.js";
export type { Point, Quad, Rect } from "./generated/geometry.js";
export type { Check, CheckName, DocumentCheck } from "./generated/results.js";
export type { LanguageSource, Plural, TextOverrides, Texts } from "./i18n/texts.js";
export type { AssetOptions } from "./load.js";
export type { Coordinates, GeolocationOption } from "./location.js";
export { preload } from "./preload.js";
export type { Problem } from "./probe.js";
export type {
  DocumentThresholds,
  FaceThresholds,
  LivenessThresholds,
  Thresholds,
  TimingThresholds,
} from "./generated/thresholds.js";
export {
  assessDocument,
  assessFace,
  detectFaces,
  encodeImage,
  faceQuality,
  findDocument,
  init,
  inspectDocument,
  parseAamva,
  parseMrz,
  readBarcode,
  readBarcodes,
  readMrz,
} from "./tools.js";
export type {
  AamvaDocument,
  AssessOptions,
  Assessment,
  BarcodeReading,
  DetectedFace,
  DocumentSize,
  EncodedImage,
  EncodeOptions,
  FaceAssessment,
  FaceQuality,
  FoundDocument,
  ImageInput,
  Inspection,
  InspectOptions,
  Measure,
  MrzCheckDigit,
  MrzDate,
  MrzDocument,
  MrzFormat,
  MrzReading,
  MrzState,
  PixelImage,
  SideReading,
} from "./tool-types.js";
export type {
  CaptureReport,
  Challenge,
  ChallengeReport,
  FlowError,
  Guide,
  LivenessOptions,
  LivenessReport,
  Outcome,
  Overlay,
  Progress,
  CompletedStep,
  Review,
  ReviewDocument,
  Signal,
  StepChange,
  View,
} from "./types.js";
