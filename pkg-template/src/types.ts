// The values that cross between core, worker, page and integrator.

import type { Check, DocumentCheck } from "./checks.js";
import type {
  ActiveStep,
  CameraFailure,
  DocumentType,
  ErrorCode,
  Facing,
  FlowKind,
  GuidanceCode,
  LocationFailure,
  ModelName,
  Phase,
  Recovery,
  Side,
  SignalName,
  Step,
  Warning,
} from "./codes.js";
import type { Point, Rect } from "./geometry.js";
import type { Thresholds } from "./thresholds.js";
import type { MrzFormat } from "./tool-types.js";

/** The region for the document or the face, in shares of the frame, 0–1. */
export interface Guide extends Rect {
  /** Its outline: a card (ID-1), a passport's data page (ID-3), or an oval for a face. */
  shape: "card" | "passport" | "oval";
}

/** The state of active liveness. */
export interface Challenge {
  /** The requested movement; `null` while the person looks straight ahead. */
  step: ActiveStep | null;
  /** Completed movements. */
  done: number;
  /** All movements of the challenge, 1–4. */
  total: number;
  /** Progress of the requested movement, 0–1. */
  progress: number;
  /** Time left for the movement, ms; `null` while the person looks straight ahead. */
  remainingMs: number | null;
  /** The attempt, 1–3; each draws other movements. */
  attempt: number;
}

/** Detections in the newest frame, in shares of the frame, 0–1. */
export interface Overlay {
  /** The document's corners: top left, top right, bottom right, bottom left; `null` without a document. */
  quad: Point[] | null;
  /** The lines of the MRZ, each with four corners in the same order. */
  mrz: Point[][];
  /** The face; `null` without one. */
  face: Rect | null;
  /** The largest reflection on the document, if it exceeds the threshold. */
  glare: Rect | null;
  /**
   * Sharpness of the document as a multiple of its threshold, comparable between cameras; `null` without a document, or
   * if it is too small to be measured.
   */
  sharpness: number | null;
  /** Progress towards the automatic capture, 0–1. */
  captureProgress: number;
}

/** The data read from a captured image, for the person to compare. Dates are `YYYY-MM-DD`, unknown parts `XX`. */
export interface ReviewDocument {
  /** Format of the MRZ; `null` if a barcode was read. */
  format: MrzFormat | null;
  documentNumber: string;
  /** Primary identifier (Doc 9303): the surname. */
  primary: string;
  /** Secondary identifier (Doc 9303): the given names. */
  secondary: string;
  birthDate: string | null;
  expiryDate: string | null;
}

/** A captured image that waits for `confirm` or `retake`. */
export interface Review {
  side: Side;
  /** The data read from it; `null` without any. */
  document: ReviewDocument | null;
  /** What the person should check. */
  warnings: Warning[];
}

/** Progress of sending. */
export interface Progress {
  /** Completed requests. */
  done: number;
  /** All requests. */
  total: number;
}

/** The outcome of the flow: `verified` and `onSanctionList` of `idv`, `authenticated` of `ida`. */
export interface Outcome {
  verified?: boolean;
  onSanctionList?: boolean;
  authenticated?: boolean;
}

/** A failure of the flow. */
export interface FlowError {
  code: ErrorCode;
  /** For developers, in English. */
  message: string;
  /** Whether the same action may succeed later. */
  retryable: boolean;
  /** Recovery actions, best first. */
  recovery: Recovery[];
}

/** The complete state of the flow, from which a user interface is drawn. */
export interface View {
  step: Step;
  phase: Phase;
  /** All steps of this flow, in order. */
  steps: Step[];
  /** The chosen document type. */
  documentType: DocumentType | null;
  /** The offered document types. */
  documentTypes: DocumentType[];
  /** The direction of the camera that the step uses. */
  facing: Facing | null;
  /** The region for the document or the face. */
  guide: Guide | null;
  /** The current hint. */
  guidance: GuidanceCode | null;
  /** Detections in the newest frame. */
  overlay: Overlay | null;
  /** Active liveness, during its movements. */
  challenge: Challenge | null;
  /** Whether `skipActiveLiveness()` has an effect now. */
  passiveAvailable: boolean;
  /** The colour to show around the preview, as `#rrggbb`. */
  flash: string | null;
  /** Whether `captureNow()` has an effect now. */
  manualAvailable: boolean;
  /** Whether `upload()` has an effect now. */
  uploadAvailable: boolean;
  /** The captured image under review, in phase `review` and while it is sent. */
  review: Review | null;
  /** Progress of sending, in step `sending`. */
  progress: Progress | null;
  /** The failure, in phase `failed`. */
  error: FlowError | null;
  /** The outcome, in step `result`. */
  result: Outcome | null;
}

/** An event on the page, for the core. */
export type FlowEvent =
  | { type: "start" }
  | { type: "consent_given" }
  | { type: "consent_declined" }
  | { type: "document_type_chosen"; documentType: DocumentType }
  | { type: "location"; latitude: number; longitude: number }
  | { type: "location_failed"; code: LocationFailure }
  | { type: "camera_opened"; width: number; height: number; label?: string; consistent?: boolean }
  | { type: "camera_failed"; code: CameraFailure }
  | { type: "camera_lost" }
  | { type: "capture_now" }
  | { type: "skip_active_liveness" }
  | { type: "provider_done" }
  | { type: "provider_failed"; message: string }
  | { type: "confirm" }
  | { type: "retake" }
  | { type: "retry" }
  | { type: "change_document_type" }
  | { type: "use_camera" }
  | { type: "model_loaded"; model: ModelName }
  | { type: "model_failed"; model: ModelName; message: string }
  | { type: "token_failed"; message: string }
  | { type: "offline" }
  | { type: "online" }
  | { type: "cancel" };

/** How an image was captured, and its quality. Contains no personal data. */
export interface CaptureReport {
  side: Side;
  source: "automatic" | "manual" | "file";
  /** Width of the encoded image, pixels. */
  width: number;
  /** Height of the encoded image, pixels. */
  height: number;
  /** Size of the encoded image, bytes; of all images, in liveness. */
  bytes: number;
  /** Images that are sent. */
  images: number;
  /** Time from the opening of the camera to the capture, ms; absent for a file. */
  elapsedMs?: number;
  /** For an automatic capture of a document: time since the first frame that showed the document, ms. */
  visibleMs?: number;
  checks: Check[];
  warnings: Warning[];
  /** For a document: checks of its data and image. Quotes no data. */
  documentChecks?: DocumentCheck[];
  /** For a face: how the frames were captured. */
  liveness?: LivenessReport;
}

/** A measured movement, relative to the neutral pose. */
export interface StepChange {
  /** Change of yaw, degrees. */
  yaw: number;
  /** Change of pitch, degrees. */
  pitch: number;
  /** Ratio of the head's size to its neutral size. */
  size: number;
  /** Ratio of the eyes' opening to the neutral opening. */
  eyes?: number;
  /** Depth evidence: landmark residual against any planar view of the neutral face, in inter-eye distances. */
  depth: number;
}

/** A movement that was verified. */
export interface CompletedStep {
  step: ActiveStep;
  change: StepChange;
}

/** The verified movements, in the requested order. */
export interface ChallengeReport {
  /** The attempt, from 0. */
  attempt: number;
  steps: CompletedStep[];
}

/** A PAD (presentation attack detection) signal. */
export interface Signal {
  name: SignalName;
  /** 0 (as in an attack) to 1 (as in a bona fide presentation). */
  score: number;
  /** Raw value, in the unit of the signal. */
  value: number;
  /** Explanation in English. */
  reason: string;
}

/** How liveness frames were captured. None of the signals is certified PAD. */
export interface LivenessReport {
  /** How: `passive_fallback` if the person skipped the movements. */
  mode: "passive" | "passive_active" | "passive_fallback" | "file";
  challenge?: ChallengeReport;
  /** Persons seen one after the other; the frames show the last one. */
  personsSeen: number;
  signals: Signal[];
}

/** An effect that the worker runs; it never reaches the page. */
export type WorkerEffect =
  | { type: "request"; id: number; operation: string }
  | { type: "load_model"; model: ModelName };

/** An effect that the page runs. */
export type PageEffect =
  | { type: "token"; requests: number[] }
  | { type: "camera_open"; facing: Facing }
  | { type: "camera_close" }
  | { type: "locate" }
  | { type: "liveness_provider"; provider: string; token: string }
  | { type: "captured"; side: Side; report: CaptureReport }
  | { type: "complete"; result: Outcome };

/** The result of an event: the new view, and the effects to run in order. */
export interface Update {
  view: View;
  effects: (WorkerEffect | PageEffect)[];
}

/** Options of liveness detection. An absent field follows the session's settings. */
export interface LivenessOptions {
  /** `passive`: the best frames of a short stream. `passive_active`: movements as well. Default: the session's. */
  mode?: "passive" | "passive_active";
  /** Movements of active liveness, 1–4. Default: the session's, else 3. */
  steps?: number;
  /**
   * Whether the page shows colours and checks their reflection on the face. Default `false`: flashing light may harm
   * people with photosensitive epilepsy.
   */
  flash?: boolean;
}

/** Options of liveness detection, for the core. */
export interface CoreLivenessOptions extends LivenessOptions {
  /** Providers whose component the page has. */
  providers?: string[];
}

/** Options of the core. An absent field keeps the core's default. */
export interface CoreOptions {
  baseUrl: string;
  clientId: string;
  sessionId: string;
  routes?: Record<string, string>;
  thresholds?: Thresholds;
  accessToken?: string;
  tokenIsRefreshable: boolean;
  perAttemptTimeoutMs?: number;
  flow?: FlowKind;
  documentTypes?: DocumentType[];
  sdkMetadata?: Record<string, unknown>;
  liveness?: CoreLivenessOptions;
}
