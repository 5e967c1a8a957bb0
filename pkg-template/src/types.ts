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

/** What was read from a still, for the person to compare. Dates are `YYYY-MM-DD`, unknown parts `XX`. */
export interface ReviewDocument {
  /** Format of the zone; null where a barcode was read. */
  format: string | null;
  documentNumber: string;
  primary: string;
  secondary: string;
  birthDate: string | null;
  expiryDate: string | null;
}

/** A still that waits for the person's word. */
export interface Review {
  side: Side;
  document: ReviewDocument | null;
  warnings: Warning[];
}

/** How far sending has come, in requests. */
export interface Progress {
  done: number;
  total: number;
}

/** The verdict: of `idv` the first two, of `ida` the third. */
export interface Outcome {
  verified?: boolean;
  onSanctionList?: boolean;
  authenticated?: boolean;
}

/** What failed, and the ways on, best first. */
export interface FlowError {
  code: ErrorCode;
  message: string;
  retryable: boolean;
  recovery: Recovery[];
}

/** How the flow stands: everything that a user interface draws from, in one value. */
export interface View {
  step: Step;
  phase: Phase;
  steps: Step[];
  documentType: DocumentType | null;
  documentTypes: DocumentType[];
  facing: Facing | null;
  guide: Guide | null;
  guidance: GuidanceCode | null;
  overlay: Overlay | null;
  challenge: Challenge | null;
  /** Whether `skip_active_liveness` would take frames without movements instead. */
  passiveAvailable: boolean;
  /** The colour to show around the picture, as `#rrggbb`. */
  flash: string | null;
  manualAvailable: boolean;
  uploadAvailable: boolean;
  review: Review | null;
  progress: Progress | null;
  error: FlowError | null;
  result: Outcome | null;
}

/** What happened on the page, told to the core. */
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

/** How a still came about and how good it is. Names no person. */
export interface CaptureReport {
  side: Side;
  source: "automatic" | "manual" | "file";
  width: number;
  height: number;
  bytes: number;
  images: number;
  elapsedMs?: number;
  /** Of an automatic still of a document: milliseconds from the first frame that showed the document. */
  visibleMs?: number;
  checks: Check[];
  warnings: Warning[];
  /** Of a document, what its data and pixels were checked for. Names no data. */
  documentChecks?: DocumentCheck[];
  /** Of a face, how the frames came about. */
  liveness?: LivenessReport;
}

/** What was measured of a movement, against the person's own neutral pose. */
export interface StepChange {
  /** Degrees. */
  yaw: number;
  /** Degrees. */
  pitch: number;
  /** Size of the head over its neutral size. */
  size: number;
  /** Opening of the eyes over the neutral one. */
  eyes?: number;
  /** Distance of the points from every flat picture of the neutral face, in distances between the eyes. */
  depth: number;
}

/** A movement that was proven. */
export interface ProvenStep {
  step: ActiveStep;
  change: StepChange;
}

/** The movements that were proven, in the order asked for; `attempt` counts draws from 0. */
export interface ChallengeReport {
  attempt: number;
  steps: ProvenStep[];
}

/** A sign of the simplest attacks: 0 (as in an attack) to 1 (as with a person before a camera), raw value, reason. */
export interface Signal {
  name: SignalName;
  score: number;
  value: number;
  reason: string;
}

/** How liveness frames came about. None of the signals is certified presentation attack detection. */
export interface LivenessReport {
  mode: "passive" | "passive_active" | "passive_fallback" | "file";
  challenge?: ChallengeReport;
  /** How many persons were before the camera, one after the other: the frames are of the last. */
  personsSeen: number;
  signals: Signal[];
}

/** What the core asks the worker to do; never reaches the page. */
export type WorkerEffect =
  | { type: "request"; id: number; operation: string }
  | { type: "load_model"; model: ModelName };

/** What the core asks the page to do. */
export type PageEffect =
  | { type: "token"; requests: number[] }
  | { type: "camera_open"; facing: Facing }
  | { type: "camera_close" }
  | { type: "locate" }
  | { type: "liveness_provider"; provider: string; token: string }
  | { type: "captured"; side: Side; report: CaptureReport }
  | { type: "complete"; result: Outcome };

/** The core's answer to anything that happens: how things stand, and what to do, in this order. */
export interface Update {
  view: View;
  effects: (WorkerEffect | PageEffect)[];
}

/** How liveness is done; what is absent is as the session says. */
export interface LivenessOptions {
  /** Passive: the best frames of a short stream. `passive_active`: movements are asked for as well. */
  mode?: "passive" | "passive_active";
  /** Movements in active liveness, 1–4; by default what the session says, or three. */
  steps?: number;
  /** Whether the page shows colours, whose light is looked for on the face. Off by default: flashing light harms some people. */
  flash?: boolean;
}

/** The same, with the providers whose component the page has. */
export interface CoreLivenessOptions extends LivenessOptions {
  providers?: string[];
}

/** Options of the core object; what is absent has the core's default. */
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
  locale?: string;
}
