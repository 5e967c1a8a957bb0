// The values that cross between core, worker, page and integrator: the generated types, and what this package adds.

import type { ErrorCode } from "./codes.js";
import type * as core from "./generated/flow.js";

export type {
  CaptureReport,
  Challenge,
  ChallengeReport,
  CompletedStep,
  CoreOptions,
  FlowEvent,
  Guide,
  LivenessReport,
  Outcome,
  Overlay,
  Progress,
  Review,
  ReviewDocument,
  Signal,
  StepChange,
  Update,
} from "./generated/flow.js";

/** A failure of the flow, of the core or of this package. */
export interface FlowError extends Omit<core.FlowError, "code"> {
  code: ErrorCode;
}

/** The complete state of the flow, from which a user interface is drawn. */
export interface View extends Omit<core.View, "error"> {
  /** The failure, in phase `failed`. */
  error: FlowError | null;
}

/** An effect that the worker runs; it never reaches the page. */
export type WorkerEffect = Extract<core.Effect, { type: "request" | "load_model" }>;

/** An effect that the page runs. */
export type PageEffect = Exclude<core.Effect, WorkerEffect>;

/** Options of liveness detection. An absent field follows the session's settings. */
export type LivenessOptions = Omit<core.CoreLivenessOptions, "providers">;
