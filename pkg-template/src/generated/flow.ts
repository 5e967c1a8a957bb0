// Generated from the Rust types by `cargo xtask types`.
// Events into the flow; view and effects out of it.

import type {
  ActiveStep,
  CameraFailure,
  CaptureSource,
  DocumentType,
  Facing,
  FlowErrorCode,
  FlowKind,
  GuidanceCode,
  GuideShape,
  LivenessCaptureMode,
  LivenessMode,
  LocationFailure,
  LocationPolicy,
  ModelAsset,
  Operation,
  Phase,
  Recovery,
  Side,
  SignalName,
  Step,
  Warning,
} from "./codes.js";
import type { MrzFormat } from "./documents.js";
import type { Check, DocumentCheck } from "./results.js";
import type { Thresholds } from "./thresholds.js";

/** A point, in shares of the frame, 0–1. */
export interface SharePoint {
  /** From the left edge. */
  x: number;
  /** From the top edge. */
  y: number;
}

/** An axis-aligned rectangle, in shares of the frame, 0–1. */
export interface ShareRect {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  /** Width. */
  width: number;
  /** Height. */
  height: number;
}

/** The region for the document or the face, in shares of the frame, 0–1. */
export interface Guide {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  /** Width. */
  width: number;
  /** Height. */
  height: number;
  /** Its outline: a card (ID-1), a passport's data page (ID-3), or an oval for a face. */
  shape: GuideShape;
}

/** Detections in the newest frame, in shares of the frame, 0–1. */
export interface Overlay {
  /** The document's corners: top left, top right, bottom right, bottom left; `null` without a document. */
  quad: [SharePoint, SharePoint, SharePoint, SharePoint] | null;
  /** The lines of the MRZ, each with four corners in the same order. */
  mrz: [SharePoint, SharePoint, SharePoint, SharePoint][];
  /** The face; `null` without one. */
  face: ShareRect | null;
  /** The largest reflection on the document, if it exceeds the threshold. */
  glare: ShareRect | null;
  /**
   * Sharpness of the document as a multiple of its threshold, comparable between cameras; `null` without a document, or
   * if it is too small to be measured.
   */
  sharpness: number | null;
  /** Progress towards the automatic capture, 0–1. */
  captureProgress: number;
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

/** The data read from a captured image, for the person to compare. Dates are `YYYY-MM-DD`, unknown parts `XX`. */
export interface ReviewDocument {
  /** Format of the MRZ; `null` if a barcode was read. */
  format: MrzFormat | null;
  /** Document number. */
  documentNumber: string;
  /** Primary identifier (Doc 9303): the surname. */
  primary: string;
  /** Secondary identifier (Doc 9303): the given names. */
  secondary: string;
  /** Date of birth. */
  birthDate: string | null;
  /** Date of expiry. */
  expiryDate: string | null;
}

/** A captured image that waits for `confirm` or `retake`. */
export interface Review {
  /** What it shows. */
  side: Side;
  /** The data read from it; `null` without any. */
  document: ReviewDocument | null;
  /** What the person should check. */
  warnings: Warning[];
  /**
   * Whether taking the image again is the better choice: it does not show the expected side, or not so that it can be
   * read.
   */
  retakeAdvised: boolean;
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
  /** Whether the face matches the identity. */
  authenticated?: boolean;
  /** Whether the name is on a sanctions list. */
  onSanctionList?: boolean;
  /** Whether the identity is verified. */
  verified?: boolean;
}

/** A failure of the flow. */
export interface FlowError {
  /** The stable code. */
  code: FlowErrorCode;
  /** For developers, in English. Contains no personal data and no secret. */
  message: string;
  /** Whether the same action may succeed later. */
  retryable: boolean;
  /** Recovery actions, best first. */
  recovery: Recovery[];
}

/** The complete state of the flow, from which a user interface is drawn. */
export interface View {
  /** The step. */
  step: Step;
  /** The phase of the step. */
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
  /** Whether `skipLocation()` has an effect now. */
  locationSkippable: boolean;
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
  /** The page is ready: read the session. */
  | {
      type: "start";
    }
  /** The person consents. */
  | {
      type: "consent_given";
    }
  /** The person does not consent; nothing is sent. */
  | {
      type: "consent_declined";
    }
  /** The person chooses a document type. */
  | {
      type: "document_type_chosen";
      /** The document type. */
      documentType: DocumentType;
    }
  /** The device reports its location, which may come while the camera is open. */
  | {
      type: "location";
      /** Degrees north, −90 to 90. */
      latitude: number;
      /** Degrees east, −180 to 180. */
      longitude: number;
    }
  /** The device reports no location. */
  | {
      type: "location_failed";
      /** The reason. */
      code: LocationFailure;
    }
  /** The camera is open; frames follow. */
  | {
      type: "camera_opened";
      /** Width of the video in pixels. */
      width: number;
      /** Height of the video in pixels. */
      height: number;
      /** The label of the camera, as the browser reports it. */
      label?: string;
      /** Whether the camera's description of itself matches the request and its frames. */
      consistent?: boolean;
    }
  /** The camera does not open. */
  | {
      type: "camera_failed";
      /** The reason. */
      code: CameraFailure;
    }
  /** The camera was open and is disconnected. */
  | {
      type: "camera_lost";
    }
  /** The person presses the button: capture the best frame so far. */
  | {
      type: "capture_now";
    }
  /** The person cannot or does not want to perform the movements: capture frames without them. */
  | {
      type: "skip_active_liveness";
    }
  /** Another provider's component has completed liveness. */
  | {
      type: "provider_done";
    }
  /** Another provider's component failed or was cancelled. */
  | {
      type: "provider_failed";
      /** The message for developers. */
      message: string;
    }
  /** The person accepts the captured image: upload it. */
  | {
      type: "confirm";
    }
  /** The person rejects the captured image: capture another. */
  | {
      type: "retake";
    }
  /** Retry what failed. */
  | {
      type: "retry";
    }
  /** Return from the upload that runs to the review of its image. */
  | {
      type: "cancel_upload";
    }
  /** Continue without the location, where the policy prefers one. */
  | {
      type: "skip_location";
    }
  /** The person continues on another device: follow the session until it is complete. */
  | {
      type: "hand_off";
    }
  /** Read the session that another device continues again. */
  | {
      type: "follow";
    }
  /** Continue on this device after all. */
  | {
      type: "take_back";
    }
  /** Return to the choice of the document type. */
  | {
      type: "change_document_type";
    }
  /** Open the camera (again), when an upload was offered. */
  | {
      type: "use_camera";
    }
  /** A model asset is loaded. */
  | {
      type: "model_loaded";
      /** The asset. */
      model: ModelAsset;
    }
  /** A model asset could not be loaded. */
  | {
      type: "model_failed";
      /** The asset. */
      model: ModelAsset;
      /** The message for developers. */
      message: string;
    }
  /** The page provides no access token. */
  | {
      type: "token_failed";
      /** The message for developers. */
      message: string;
    }
  /** The browser reports that the network is absent. */
  | {
      type: "offline";
    }
  /** The browser reports that the network is back. */
  | {
      type: "online";
    }
  /** The person or the page cancels the flow. */
  | {
      type: "cancel";
    };

/** A PAD (presentation attack detection) signal. */
export interface Signal {
  /** The signal. */
  name: SignalName;
  /** 0 (as in an attack) to 1 (as in a bona fide presentation). */
  score: number;
  /** Raw value, in the unit of the signal. */
  value: number;
  /** Explanation of value and score, in English. */
  reason: string;
}

/** A measured movement, relative to the neutral pose. */
export interface StepChange {
  /** Change of yaw, degrees. */
  yaw: number;
  /** Change of pitch, degrees. */
  pitch: number;
  /** Ratio of the head's size to its neutral size. */
  size: number;
  /** Depth evidence: landmark residual against any planar view of the neutral face, in inter-eye distances. */
  depth: number;
  /** Ratio of the eyes' opening to the neutral opening; absent if it cannot be measured. */
  eyes?: number;
}

/** A movement that was verified. */
export interface CompletedStep {
  /** The movement. */
  step: ActiveStep;
  /** The change of pose in the frame that is sent. */
  change: StepChange;
}

/** The verified movements, in the requested order. */
export interface ChallengeReport {
  /** The attempt, from 0; a verifier derives the order from it. */
  attempt: number;
  /** The movements, in order. */
  steps: CompletedStep[];
}

/** How liveness frames were captured. None of the signals is certified PAD. */
export interface LivenessReport {
  /** How: `passive_fallback` if the person skipped the movements. */
  mode: LivenessCaptureMode;
  /** Persons seen one after the other; the frames show the last one. */
  personsSeen: number;
  /** PAD (presentation attack detection) signals. */
  signals: Signal[];
  /** The verified movements. */
  challenge?: ChallengeReport;
}

/** How an image was captured, and its quality. Contains no personal data. */
export interface CaptureReport {
  /** What the image shows. */
  side: Side;
  /** What triggered the capture. */
  source: CaptureSource;
  /** Width of the encoded image, pixels. */
  width: number;
  /** Height of the encoded image, pixels. */
  height: number;
  /** Size of the encoded image, bytes; of all images, in liveness. */
  bytes: number;
  /** Images that are sent. */
  images: number;
  /** Every check with its raw value, score and threshold. */
  checks: Check[];
  /** Warnings about the image. */
  warnings: Warning[];
  /** For a document: checks of its data and image. Quotes no data. */
  documentChecks?: DocumentCheck[];
  /** Time from the opening of the camera to the capture, ms; absent for a file. */
  elapsedMs?: number;
  /** For a face: how the frames were captured. */
  liveness?: LivenessReport;
  /** For an automatic capture of a document: time since the first frame that showed the document, ms. */
  visibleMs?: number;
}

/** An effect: what the worker or the page must do. */
export type Effect =
  /** Send a request; its result is returned under `id`. */
  | {
      type: "request";
      /** Identifies the request. */
      id: number;
      /** The operation. */
      operation: Operation;
    }
  /** Get an access token, then send these requests again. */
  | {
      type: "token";
      /** The waiting requests. */
      requests: number[];
    }
  /** Open a camera. */
  | {
      type: "camera_open";
      /** The direction that it faces. */
      facing: Facing;
    }
  /** Close the camera. */
  | {
      type: "camera_close";
    }
  /** Load a model asset. */
  | {
      type: "load_model";
      /** The asset. */
      model: ModelAsset;
    }
  /** Get the location of the device. */
  | {
      type: "locate";
    }
  /** Start another provider's liveness component. */
  | {
      type: "liveness_provider";
      /** Its name in the session. */
      provider: string;
      /** The token from *liveness session generate*, for the component. */
      token: string;
    }
  /** An image was captured. */
  | {
      type: "captured";
      /** The captured side. */
      side: Side;
      /** Raw value, score and threshold of every check. */
      report: CaptureReport;
    }
  /** The flow is complete. */
  | {
      type: "complete";
      /** The verdict. */
      result: Outcome;
    };

/** The result of an event: the new view, and the effects to run in order. */
export interface Update {
  /** The new view. */
  view: View;
  /** The effects, in order. */
  effects: Effect[];
}

/** Options of liveness detection. An absent field follows the session's settings. */
export interface CoreLivenessOptions {
  /** `passive`: the best frames of a short stream. `passive_active`: movements as well. Default: the session's. */
  mode?: LivenessMode;
  /** Movements of active liveness, 1–4. Default: the session's, else 3. */
  steps?: number;
  /**
   * Whether the page shows colours and checks their reflection on the face: flashing light may harm people with
   * photosensitive epilepsy. Default `false`.
   */
  flash?: boolean;
  /** Providers whose component the page has. */
  providers?: string[];
}

/** Options of a capture, as JavaScript gives them. */
export interface CoreOptions {
  /** Base address of the API. */
  baseUrl: string;
  /** OAuth 2 client id. */
  clientId: string;
  /** Id of the session. */
  sessionId: string;
  /** Paths of operations, by name, that replace the documented ones. */
  routes?: Record<string, string>;
  /** Thresholds of guidance and automatic capture. */
  thresholds?: Thresholds;
  /** The first access token. */
  accessToken?: string;
  /** Whether the page can provide another token. Default `false`. */
  tokenIsRefreshable?: boolean;
  /** Limit of one attempt of a request, ms. Range 100–600000. */
  perAttemptTimeoutMs?: number;
  /** The kind of flow. Default: `idv`. */
  flow?: FlowKind;
  /** The offered document types. Default: passport, identity card, driving licence. */
  documentTypes?: DocumentType[];
  /** Metadata of the integrator, sent with the flow's own. */
  sdkMetadata?: Record<string, unknown>;
  /** Options of liveness detection. */
  liveness?: CoreLivenessOptions;
  /** Whether images are sent with the location of the device. Default: `required`. */
  location?: LocationPolicy;
}
