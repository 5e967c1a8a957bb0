// What a page uses of a capture: its options, events and methods.

import type { DocumentType, Facing, FlowKind, GuidanceCode, Side, Step } from "./codes.js";
import type { CameraControls } from "./controls.js";
import type { KycCaptureError } from "./errors.js";
import type { TextOverrides, Texts } from "./i18n/texts.js";
import type { AssetOptions } from "./load.js";
import type { GeolocationOption } from "./location.js";
import type { Problem } from "./probe.js";
import type { Point } from "./geometry.js";
import type { Thresholds } from "./thresholds.js";
import type { CaptureReport, LivenessOptions, Outcome, Progress, View } from "./types.js";

export interface CaptureOptions {
  /** Where the KYC service answers, as `https://kyc.example.com`. */
  baseUrl: string;
  /** Sent as `X-Client-Id` with every request. */
  clientId: string;
  /** The session that your backend created. */
  sessionId: string;
  /** A short-lived token from your backend, or a function that fetches one; asked again once after a 401. */
  accessToken: string | (() => string | Promise<string>);
  /** Language of the texts, as `en`; default is the page's. Languages without a table fall back to English. */
  locale?: string;
  /** Texts that replace those of the table. */
  texts?: TextOverrides;
  /** Where to put the ready-made user interface; without it the capture draws nothing. */
  container?: HTMLElement;
  /** Paths that differ from the default route table, by operation. */
  routes?: Record<string, string>;
  /** Default `"auto"`: the browser is asked, since the service requires a location with every picture. */
  geolocation?: GeolocationOption;
  /**
   * Default `"idv"`: the session verifies an identity by a document and the person. `"ida"`: it authenticates a known identity by
   * the person alone, asks for neither consent nor a document, and ends with `authenticated`.
   */
  flow?: FlowKind;
  /** Documents to offer; default is all. */
  documentTypes?: DocumentType[];
  /** How liveness is done; what is absent is as the session's settings say, and passive where they do not. */
  liveness?: LivenessOptions;
  /**
   * Components of other liveness providers, by the name that the session has (`liveness_provider_e`). Each gets the token of the
   * liveness session and takes over; it resolves when the provider is done.
   */
  livenessProviders?: Record<string, LivenessProvider>;
  /** Numbers of the quality checks that differ from the defaults, by name. */
  thresholds?: Thresholds;
  /** Longest wait for one attempt of a request, in milliseconds. */
  perAttemptTimeoutMs?: number;
  /** Your own entries of the metadata call; must name no person. */
  sdkMetadata?: Record<string, unknown>;
  /** Addresses of this capture's assets, over those of `init()`. */
  assets?: AssetOptions;
  /** Default true: a device that can vibrates when a picture was taken by itself. */
  haptics?: boolean;
  /** Closes the capture when aborted. */
  signal?: AbortSignal;
}

/** What another provider's component is given. */
export interface LivenessProviderContext {
  /** Of *liveness session generate*. */
  token: string;
  sessionId: string;
  locale: string;
  /** An empty element in the page to draw in; it is removed at the end. Null where the capture draws nothing. */
  container: HTMLElement | null;
  /** Aborted when the capture is closed. */
  signal: AbortSignal;
}
export type LivenessProvider = (context: LivenessProviderContext) => void | Promise<void>;

/** How the flow ended. */
export interface Result extends Outcome {
  sessionId: string;
}

export interface CaptureEvents {
  /** Any change of the flow, with everything that a user interface draws from. */
  view: View;
  step: { step: Step; index: number; total: number };
  guidance: { code: GuidanceCode; text: string } | null;
  progress: Progress;
  /** A still was taken: raw value, score and threshold of every check. */
  captured: { side: Side; report: CaptureReport };
  /** A failure; `error.recovery` names the ways on. The flow waits for one of them. */
  error: KycCaptureError;
  complete: Result;
  /** The element in which another provider's component draws, to be put on the page; null when it is done. */
  provider: HTMLElement | null;
  /** The video to show, or null when the camera was closed. */
  camera: { video: HTMLVideoElement; facing: Facing; deviceId: string } | null;
}

/** One capture of one session. */
export interface Capture extends AsyncDisposable {
  on<Type extends keyof CaptureEvents>(type: Type, listener: (payload: CaptureEvents[Type]) => void): () => void;
  /** What stands in the way, each with a code and a fix. Asks nothing of the person and opens nothing. */
  probe(): Promise<Problem[]>;
  /**
   * Runs the flow from where the session stands. Settles always: with the result; or with an error when the capture is
   * closed, or when nothing that the person could do would help (`error.recovery` has no way on but a new session).
   */
  run(): Promise<Result>;
  /** Stops the camera, ends the worker and frees its memory. `run()` rejects with `closed` if it still waits. */
  close(): Promise<void>;
  /** How the flow stands. */
  readonly view: View;
  /** The texts in use. */
  readonly texts: Texts;
  readonly camera: CaptureEvents["camera"];

  giveConsent(): void;
  declineConsent(): void;
  chooseDocumentType(type: DocumentType): void;
  changeDocumentType(): void;
  /** Takes the picture now, as it is. */
  captureNow(): void;
  /** Frames without movements, for a person who cannot do them; only while `view.passiveAvailable`. */
  goPassive(): void;
  confirm(): void;
  retake(): void;
  retry(): void;
  /** Reads the session anew and goes on from there. After an end that nothing could mend, `complete` tells the result. */
  restart(): void;
  /** Back to the camera, where an upload was offered. */
  useCamera(): void;
  /** Takes a file instead of the camera. */
  upload(file: Blob): Promise<void>;
  /** The still that waits for the person's word, as JPEG. */
  preview(): Promise<Blob | null>;
  /** Names of the cameras, once one was allowed. */
  cameras(): Promise<MediaDeviceInfo[]>;
  /** Opens another camera instead of the open one. No lens is chosen automatically any more. */
  switchCamera(deviceId: string): void;
  /** What the open camera offers, as things stand; null where none is open. */
  readonly cameraControls: CameraControls | null;
  /** These reject where the open camera does not offer it, or refuses. The torch goes off when the camera closes. */
  setTorch(on: boolean): Promise<void>;
  setZoom(value: number): Promise<void>;
  /** Focuses once, at a point in 0–1 shares of the frame where the camera can; then continuously again. */
  focus(point?: Point): Promise<void>;
  /** How the preview crops the video: width by height of its box, or null where it shows all. */
  setPreviewAspect(aspect: (() => number | null) | null): void;
}
