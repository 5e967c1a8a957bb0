// The public interface of a capture: its options, events and methods.

import type { DocumentType, Facing, FlowKind, GuidanceCode, LocationPolicy, Side, Step } from "./codes.js";
import type { CameraControls } from "./controls.js";
import type { KycCaptureError } from "./errors.js";
import type { Point } from "./generated/geometry.js";
import type { LanguageSource, TextOverrides, Texts } from "./i18n/texts.js";
import type { AssetOptions } from "./load.js";
import type { GeolocationOption } from "./location.js";
import type { Problem } from "./probe.js";
import type { Thresholds } from "./generated/thresholds.js";
import type { CaptureReport, LivenessOptions, Outcome, Progress, View } from "./types.js";

/** Options of `createCapture` and, without `container`, of `<kyc-capture>`. Unknown names are refused. */
export interface CaptureOptions {
  /** Address of the KYC service, `http://` or `https://`, without user, query or fragment; relative to the page. */
  baseUrl: string;
  /** The client's id, sent as `X-Client-Id` with every request: 1–256 visible ASCII characters. */
  clientId: string;
  /** The id of the session that your backend created: 1–256 visible ASCII characters. */
  sessionId: string;
  /**
   * A short-lived access token from your backend, or a function that fetches one. The function is called again when the
   * service refuses the token (401); it must settle within 30 seconds.
   */
  accessToken: string | (() => string | Promise<string>);
  /**
   * Language of the texts, a BCP 47 tag as `ky-KG`. A language without a table falls back to English.
   * Default: the first of `<html lang>` and the browser's languages that has a table.
   */
  locale?: string;
  /** Texts that replace those of the language, at any depth. */
  texts?: TextOverrides;
  /** Tables that add a language or replace one, by tag: complete, or a function that loads one. */
  languages?: Record<string, LanguageSource>;
  /** Whether the person can switch the language on the screen; a list names the languages. Default `false`. */
  languageSwitch?: boolean | string[];
  /** The element into which the user interface is put. Without it the capture draws nothing. */
  container?: HTMLElement;
  /** Paths that replace those of the route table, by operation, as `{ sdk_finalize: "/v2/finalize" }`. */
  routes?: Record<string, string>;
  /**
   * The device's location, which is determined beside the camera and sent with every image. `"required"` (default, also
   * `"auto"`) asks the browser; `"preferred"` lets the person continue without; `"off"` never asks. The documented
   * service requires a location: the last two are for one that does not. Coordinates, or a function: yours.
   */
  geolocation?: GeolocationOption;
  /**
   * The kind of flow. `"idv"` (default) verifies an identity by a document and a face. `"ida"` authenticates a known
   * identity by a face alone, without consent and document, and ends with `authenticated`.
   */
  flow?: FlowKind;
  /**
   * Document types to offer, in this order. Default, and if empty: passport, identity card, driving licence. A
   * residence permit is an `identification_card` of the service.
   */
  documentTypes?: DocumentType[];
  /** Liveness detection. An absent field follows the session's settings. */
  liveness?: LivenessOptions;
  /**
   * Components of other liveness providers, by the session's `liveness_provider_e`. The named component takes over the
   * liveness step.
   */
  livenessProviders?: Record<string, LivenessProvider>;
  /** Thresholds of the quality checks. An absent field keeps its default. */
  thresholds?: Thresholds;
  /**
   * Maximum standstill of one attempt of a request: time without a byte sent or received, 100–600,000 ms.
   * Default 20,000.
   */
  perAttemptTimeoutMs?: number;
  /** Additional entries of the session's metadata, representable as JSON. Must contain no personal data. */
  sdkMetadata?: Record<string, unknown>;
  /** Addresses of this capture's assets; they take precedence over those of `init()`. */
  assets?: AssetOptions;
  /** Whether the device vibrates after an automatic capture. Default `true`. */
  haptics?: boolean;
  /** Lets a person at a desktop continue on a phone: the link that the code has. */
  handoff?: Handoff;
  /** Who asks for the data and why, shown with the consent; `supportUrl` also where a check fails. */
  controller?: Controller;
  /** Closes the capture when aborted; `run()` rejects with `cancelled`. */
  signal?: AbortSignal;
}

/** How a person continues on a phone. */
export interface Handoff {
  /**
   * The page that continues the same session: `https:`, or `http:` of this machine, at most 900 characters. It needs a
   * token of its own, short-lived and for one use, which your backend exchanges for an access token: never an access
   * token itself. A function is called for each code that is shown.
   */
  url: string | (() => string | Promise<string>);
}

/** The controller of the data (GDPR article 13), in the person's language: the texts are shown as they are. */
export interface Controller {
  /** Its name. */
  name: string;
  /** Address of its privacy notice, `https:` or `http:`. */
  privacyUrl?: string;
  /** What the data are for. */
  purpose?: string;
  /** How long the data are kept. */
  retention?: string;
  /** Where the person gets help: `https:`, `http:`, `mailto:` or `tel:`. */
  supportUrl?: string;
}

declare global {
  // For programs whose `lib` has no `esnext.disposable`; the same as there otherwise.
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/** What a liveness provider's component receives. */
export interface LivenessProviderContext {
  /** The token of the operation *liveness session generate*. */
  token: string;
  /** The capture's session. */
  sessionId: string;
  /** Language of the user interface, a BCP 47 tag. */
  locale: string;
  /** An empty element of the page to draw in, removed at the end. `null` if nothing placed it on the page. */
  container: HTMLElement | null;
  /** Aborted when the capture is closed. */
  signal: AbortSignal;
}

/**
 * The component of a liveness provider. Resolves when the provider is done; a rejection fails the step with
 * `liveness_provider_failed`.
 */
export type LivenessProvider = (context: LivenessProviderContext) => void | Promise<void>;

/** The outcome of a completed flow. */
export interface Result extends Outcome {
  /** The capture's session. */
  sessionId: string;
}

/** The events of a capture, with their payloads. */
export interface CaptureEvents {
  /** Any change of the flow: the complete state that a user interface draws. */
  view: View;
  /** Another step began: `index` of `total`, counted from 0. */
  step: { step: Step; index: number; total: number };
  /** Another hint for the person, by code and in the capture's language; `null` if there is none. */
  guidance: { code: GuidanceCode; text: string } | null;
  /** The texts changed, or a table did not load (`error`) and the texts stay as they were. */
  language: { locale: string; dir: "ltr" | "rtl"; error: KycCaptureError | null };
  /** Progress of sending. */
  progress: Progress;
  /** Bytes sent, and bytes in all, of the upload that runs; `null` at its end. */
  upload: { sent: number; total: number } | null;
  /** An image was captured, with the raw value, score and threshold of every check. */
  captured: { side: Side; report: CaptureReport };
  /** The person does not consent: an exit, not a failure. Nothing was sent; the screen lets them change their mind. */
  declined: null;
  /** The flow failed and waits for one of the actions in `error.recovery`. */
  error: KycCaptureError;
  /** The flow is complete. */
  complete: Result;
  /** The element in which a liveness provider's component draws, to be placed on the page; `null` when it is done. */
  provider: HTMLElement | null;
  /**
   * What the person waits for: a camera that has not answered for 10 s, or whose video is frozen for 2 s, or a
   * location that takes more than 10 s; `null` when it is there or given up.
   */
  waiting: "camera" | "location" | null;
  /** The open camera's video, to be shown; `null` when the camera was closed. */
  camera: { video: HTMLVideoElement; facing: Facing; deviceId: string } | null;
}

/** An event of the capture, without personal data. */
export interface DebugEntry {
  /** Time since the capture was created, ms. */
  at: number;
  /** The event, or `phase` for a change of `view.phase`. */
  event: keyof CaptureEvents | "phase";
  /** What of its payload contains no personal data. */
  data?: Record<string, unknown>;
}

/** What `capture.debugReport()` resolves with: JSON without pixels, personal data, secrets and addresses. */
export interface DebugReport {
  /** Version of this format. */
  format: 1;
  /** Version of the package. */
  version: string;
  /** SHA-256 of the session's id, hexadecimal, to find the session; `null` without a secure context. */
  sessionHash: string | null;
  /** Where the flow is. */
  state: Pick<View, "step" | "phase" | "steps" | "documentType" | "guidance"> & { error: string | null };
  /** The options that change how a capture runs; of others only their names. */
  options: { names: string[] } & Pick<
    CaptureOptions,
    "flow" | "documentTypes" | "liveness" | "thresholds" | "haptics" | "perAttemptTimeoutMs"
  >;
  /** The browser. */
  environment: {
    userAgent: string;
    secureContext: boolean;
    online: boolean;
    crossOriginIsolated: boolean;
    framed: boolean;
    threads: number | null;
    viewport: [number, number];
    pixelRatio: number;
  };
  /** What happened, oldest first. */
  events: DebugEntry[];
  /** Entries that were dropped before the first of `events`. */
  dropped: number;
}

/** One capture of one session. */
export interface Capture {
  /** The same as {@link close}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
  /** Subscribes to an event. Returns the function that ends the subscription. */
  on<Type extends keyof CaptureEvents>(type: Type, listener: (payload: CaptureEvents[Type]) => void): () => void;
  /** Reports what prevents a capture here, each with a code and a fix. Prompts for nothing and opens nothing. */
  probe(): Promise<Problem[]>;
  /**
   * Runs the flow from the session's current step. Every call returns the same promise, which settles: with the
   * result, or with an error when the capture is closed or no recovery but a new session remains. After {@link restart}
   * of a flow that had ended, `run()` returns a new promise.
   *
   * @throws {@link KycCaptureError} any code; `closed` after {@link close}, `cancelled` if `signal` was aborted
   */
  run(): Promise<Result>;
  /** Stops the camera, ends the worker and frees its memory. A pending `run()` rejects with `closed`. */
  close(): Promise<void>;
  /**
   * Returns what happened so far, for support: events, measures, versions and the browser. Contains no pixels, no
   * personal data, no token and no address; also after {@link close}.
   */
  debugReport(): Promise<DebugReport>;
  /** The current state of the flow. */
  readonly view: View;
  /** The texts in use: English until the table of the language has loaded, which `run()` and `probe()` start. */
  readonly texts: Texts;
  /** The option of the same name. */
  readonly controller: Controller | null;
  /** What the person waits for: the last `waiting` event. */
  readonly waiting: CaptureEvents["waiting"];
  /** The option of the same name. */
  readonly handoff: Handoff | null;
  /** Whether images are sent with the location: the option `geolocation`. */
  readonly locationPolicy: LocationPolicy;
  /** The languages to switch between on the screen; empty without `languageSwitch`. */
  readonly languages: readonly string[];
  /** Switches the language. Resolves when the table was loaded, or did not load (event `language`). */
  setLanguage(locale: string): Promise<void>;
  /** The open camera, or `null`. */
  readonly camera: CaptureEvents["camera"];

  /** Gives consent, in step `consent`. */
  giveConsent(): void;
  /** Declines consent, in step `consent`: event `declined`; `view.error` has the code `consent_declined`. */
  declineConsent(): void;
  /** Chooses a document type, in step `document_type`. */
  chooseDocumentType(type: DocumentType): void;
  /** Returns to step `document_type`. */
  changeDocumentType(): void;
  /** Captures the current frame, whatever its quality, while `view.manualAvailable`. */
  captureNow(): void;
  /** Continues without movements, for a person who cannot do them, while `view.passiveAvailable`. */
  skipActiveLiveness(): void;
  /** Continues without the location, while `view.locationSkippable`. */
  skipLocation(): void;
  /** Ends the upload of an image and returns to its review. */
  cancelUpload(): void;
  /**
   * Gives the flow to another device, which opens the same session: the phase is `handed_off` until the session is
   * complete or {@link takeBack} is called.
   */
  handOff(): void;
  /** Continues on this device, in phase `handed_off`. */
  takeBack(): void;
  /** Accepts the captured image, in phase `review`. */
  confirm(): void;
  /** Discards the captured image and captures another one. */
  retake(): void;
  /** Retries after a failure with recovery `retry`. */
  retry(): void;
  /** Reads the session again and continues from its current step, in a new worker. */
  restart(): void;
  /** Returns to the camera from an offered upload. */
  useCamera(): void;
  /**
   * Uses an image file instead of the camera. A file that cannot be used fails the flow, not this promise.
   *
   * @param file JPEG, PNG or another format that the browser decodes; at most 100 megapixels, scaled to 12
   */
  upload(file: Blob): Promise<void>;
  /** Returns the captured image under review as JPEG, or `null`. */
  preview(): Promise<Blob | null>;
  /** Lists the cameras. Labels are empty before a camera was allowed. */
  cameras(): Promise<MediaDeviceInfo[]>;
  /** Replaces the open camera and ends the automatic choice of a lens. */
  switchCamera(deviceId: string): void;
  /** Torch, zoom and focus of the open camera; `null` without one. */
  readonly cameraControls: CameraControls | null;
  /**
   * Switches the torch of the open camera. It goes off when the camera closes.
   *
   * @throws {@link KycCaptureError} `camera_missing` without an open camera, `camera_unsupported`, `camera_failed`,
   * `closed`
   */
  setTorch(on: boolean): Promise<void>;
  /**
   * Sets the zoom of the open camera, clamped to the range that it offers.
   *
   * @throws {@link KycCaptureError} `invalid_option` for no finite number; else as {@link setTorch}
   */
  setZoom(value: number): Promise<void>;
  /**
   * Focuses once, then continuously again.
   *
   * @param point where to focus, in shares of the frame, 0–1. Default: the driver's choice
   * @throws {@link KycCaptureError} as {@link setTorch}
   */
  focus(point?: Point): Promise<void>;
  /**
   * Sets how the preview crops the video, so that frames are cropped alike.
   *
   * @param aspect returns width by height of the preview's box; `null`, now or as its result: the whole video
   */
  setPreviewAspect(aspect: (() => number | null) | null): void;
}
