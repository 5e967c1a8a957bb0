// The first step before the core is there: the page reads the session itself, so that the consent is on the screen
// while worker and module still load. What the person answers waits for the core. A failure here is not reported: the
// core reads the session once more, and its answer counts.

import type { CaptureOptions } from "./capture-api.js";
import { DOCUMENT_TYPES } from "./codes.js";
import type { DocumentType, Step } from "./codes.js";
import type { FlowEvent, View } from "./types.js";

/** The view before anything is known of the session. */
export const START_VIEW: View = {
  step: "starting",
  phase: "idle",
  steps: [],
  documentType: null,
  documentTypes: [],
  facing: null,
  guide: null,
  guidance: null,
  overlay: null,
  challenge: null,
  passiveAvailable: false,
  locationSkippable: false,
  flash: null,
  manualAvailable: false,
  uploadAvailable: false,
  review: null,
  progress: null,
  error: null,
  result: null,
};

/** The documents that a flow offers unless the integrator names others (`DocumentType::OFFERED` of the core). */
const OFFERED: readonly DocumentType[] = ["passport", "identification_card", "driver_license"];

/** Path of *sdk session read*, unless `routes` replaces it. */
const READ_PATH = "/idv/sdk/session/read";

/** What decides the first step, of the reply of *sdk session read*. */
interface SessionRecord {
  session_id?: unknown;
  consented?: boolean | null;
  document_type_e?: unknown;
  document_front_given?: boolean | null;
}

/** The first step of one capture, shown and answered before the core runs. */
export class Ahead {
  readonly #options: CaptureOptions;
  #view: View | null = null;
  /** What the person answered, until the core takes it. */
  #answer: FlowEvent | null = null;
  #token: Promise<string> | null = null;

  constructor(options: CaptureOptions) {
    this.#options = options;
  }

  /** Whether a view of this class is shown. */
  get isShown(): boolean {
    return this.#view !== null;
  }

  /**
   * Reads the session.
   *
   * @returns its first step if that needs no core: consent, or the choice of the document type; else `null`
   */
  async read(signal: AbortSignal): Promise<View | null> {
    const { flow, accessToken } = this.#options;
    if (flow === "ida") return null;
    try {
      if (typeof accessToken === "function") this.#token = Promise.resolve().then(accessToken);
      const token: unknown = await (this.#token ?? accessToken);
      if (typeof token !== "string") return null;
      const reply = await this.#request(token, signal);
      // The core asks for another one.
      if (reply.status === 401) this.#token = null;
      return reply.ok ? firstView(await reply.json(), this.#options.documentTypes ?? []) : null;
    } catch {
      return null;
    }
  }

  #request(token: string, signal: AbortSignal): Promise<Response> {
    const { baseUrl, clientId, sessionId, routes } = this.#options;
    const base = new URL(baseUrl, document.baseURI).href.replace(/\/+$/, "");
    return fetch(base + (routes?.sdk_session_read ?? READ_PATH), {
      method: "POST",
      headers: {
        Accept: "application/json",
        Authorization: `Bearer ${token}`,
        "Content-Type": "application/json",
        "X-Client-Id": clientId,
      },
      body: JSON.stringify({ session_id: sessionId }),
      // As in the core: in no cache, and a token follows no redirect.
      cache: "no-store",
      redirect: "error",
      signal,
    });
  }

  /** The token that {@link read} fetched, once; `null` if it fetched none, or the service refused it. */
  takeToken(): Promise<string> | null {
    const token = this.#token;
    this.#token = null;
    return token;
  }

  /** Remembers the view that is shown. */
  show(view: View): void {
    this.#view = view;
  }

  /** Forgets the view and what the person answered. */
  forget(): void {
    this.#view = null;
    this.#answer = null;
  }

  /** Takes the person's answer to the shown view. Returns the next view; `null` for any other event. */
  take(event: FlowEvent): View | null {
    const view = this.#view;
    if (view === null || view.phase === "uploading") return null;
    const declined = view.phase === "failed";
    if (view.step === "consent" && event.type === "consent_given") {
      this.#view = { ...view, phase: "uploading", error: null };
    } else if (view.step === "consent" && event.type === "consent_declined" && !declined) {
      const message = "the person did not consent";
      this.#view = {
        ...view,
        phase: "failed",
        error: { code: "consent_declined", message, retryable: true, recovery: ["retry"] },
      };
    } else if (declined && event.type === "retry") {
      this.#view = { ...view, phase: "idle", error: null };
    } else if (view.step === "document_type" && event.type === "document_type_chosen") {
      if (!view.documentTypes.includes(event.documentType)) return null;
      this.#view = { ...view, phase: "uploading", documentType: event.documentType };
    } else {
      return null;
    }
    this.#answer = event.type === "retry" ? null : event;
    return this.#view;
  }

  /**
   * Ends the view: the core shows another one, or has failed. Returns the person's answer if it is one to the core's
   * step; a failed start keeps it.
   */
  settle({ step, phase }: View): FlowEvent | null {
    this.#view = null;
    if (step === "starting") return null;
    const answer = this.#answer;
    this.#answer = null;
    const answered = answer?.type === "document_type_chosen" ? "document_type" : "consent";
    return step === answered && phase === "idle" ? answer : null;
  }
}

/** The view of a session's first step, as the core draws it (`src/core/session/sequence.rs`). */
function firstView(record: SessionRecord | null, wanted: readonly DocumentType[]): View | null {
  if (record === null || typeof record.session_id !== "string") return null;
  const documentTypes = wanted.length === 0 ? [...OFFERED] : [...new Set(wanted)];
  const declared = DOCUMENT_TYPES.find((type) => type === record.document_type_e) ?? null;
  const consented = record.consented ?? false;
  let step: Step;
  let documentType = declared;
  if (consented === false) {
    step = "consent";
  } else if (consented === true && !(record.document_front_given ?? false)) {
    // A declared document, or a single one, needs no choice: the camera is next.
    if (documentTypes.length === 1 || (declared !== null && (wanted.length === 0 || wanted.includes(declared))))
      return null;
    step = "document_type";
    documentType = null;
  } else {
    return null;
  }
  const hasBack = documentType === null ? !documentTypes.includes("passport") : documentType !== "passport";
  const steps: Step[] = [
    "consent",
    "document_type",
    "document_front",
    "document_back",
    "liveness",
    "sending",
    "result",
  ];
  return {
    ...START_VIEW,
    step,
    steps: steps.filter((name) => hasBack || name !== "document_back"),
    documentType,
    documentTypes,
  };
}
