// One capture: the worker that holds the core, the camera, the token and the location, joined. It draws nothing: the
// user interface (ui/) is a client of what is public here, as a page of the integrator's own may be.

import { CameraError, listCameras, openCamera } from "./camera.js";
import type { Camera } from "./camera.js";
import type { Capture, CaptureEvents, CaptureOptions, Result } from "./capture-api.js";
import type { DocumentType, Facing } from "./codes.js";
import type { CameraControls } from "./controls.js";
import { Emitter } from "./emitter.js";
import { fromWire, isErrorCode, KycCaptureError, messageOf } from "./errors.js";
import { FramePump, visiblePart } from "./frames.js";
import { textsFor } from "./i18n/index.js";
import type { Texts } from "./i18n/texts.js";
import { LensChoice } from "./lens.js";
import { lensMemory } from "./lens-memory.js";
import { resolveAssets } from "./load.js";
import { locate, LocationError } from "./location.js";
import { probe } from "./probe.js";
import type { Problem } from "./probe.js";
import { assetDefaults } from "./settings.js";
import type { CoreOptions, FlowEvent, PageEffect, Point, View } from "./types.js";
import { WorkerClient } from "./worker-client.js";

/** Prepares a capture. Does no work and touches no DOM before `run()`. */
export function createCapture(options: CaptureOptions): Capture {
  return new CaptureController(options);
}

/** New workers within {@link CRASH_WINDOW_MS} before the person is asked. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
const TOKEN_TIMEOUT_MS = 30_000;
const VIBRATION_MS = 60;

const START_VIEW: View = {
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
  flash: null,
  manualAvailable: false,
  uploadAvailable: false,
  review: null,
  progress: null,
  error: null,
  result: null,
};

/** The camera that is to be open; `torch`: it was on before a change of lens, and is wanted again. */
interface Wish {
  facing: Facing;
  deviceId?: string;
  torch?: boolean;
}

class CaptureController implements Capture {
  readonly texts: Texts;
  readonly #options: CaptureOptions;
  readonly #events = new Emitter<CaptureEvents>();
  readonly #outcome = withResolvers<Result>();
  readonly #page = new AbortController();
  #view: View = START_VIEW;
  #run: Promise<Result> | null = null;
  #client: WorkerClient | null = null;
  #closed = false;
  /** A failure of this package's own (no worker, no assets): `retry()` starts anew. */
  #startFailed = false;
  /** The worker was replaced: the view stays until the session is read again. */
  #resuming = false;
  #crashes: number[] = [];
  #wish: Wish | null = null;
  /** The cameras that the person took, which are opened again in later steps. */
  readonly #taken: Partial<Record<Facing, string>> = {};
  /** Looks for the best lens, where the person took none. */
  #lens: LensChoice | null = null;
  #opening: AbortController | null = null;
  #camera: Camera | null = null;
  #pump: FramePump | null = null;
  #toldSize = "";
  #previewAspect: (() => number | null) | null = null;
  #element: Element | null = null;

  constructor(options: CaptureOptions) {
    for (const name of ["baseUrl", "clientId", "sessionId"] as const) {
      if (typeof options[name] !== "string" || options[name] === "") {
        throw new KycCaptureError("invalid_option", `option \`${name}\` is missing: expected a text`);
      }
    }
    const kind = typeof options.accessToken;
    if (kind !== "function" && (kind !== "string" || options.accessToken === "")) {
      throw new KycCaptureError(
        "invalid_option",
        "option `accessToken` is missing: expected a text or an async function",
      );
    }
    this.#options = options;
    this.texts = textsFor(options.locale, options.texts);
    this.#outcome.promise.catch(() => {});
  }

  get view(): View {
    return this.#view;
  }

  get camera(): CaptureEvents["camera"] {
    if (this.#camera === null) return null;
    const { video, facing, deviceId } = this.#camera;
    return { video, facing, deviceId };
  }

  get cameraControls(): CameraControls | null {
    return this.#camera?.controls ?? null;
  }

  on<Type extends keyof CaptureEvents>(type: Type, listener: (payload: CaptureEvents[Type]) => void): () => void {
    return this.#events.on(type, listener);
  }

  probe(): Promise<Problem[]> {
    return probe(this.texts, this.#options.geolocation ?? "auto");
  }

  run(): Promise<Result> {
    this.#run ??= this.#begin();
    return this.#run;
  }

  giveConsent(): void {
    this.#dispatch({ type: "consent_given" });
  }
  declineConsent(): void {
    this.#dispatch({ type: "consent_declined" });
  }
  chooseDocumentType(documentType: DocumentType): void {
    this.#dispatch({ type: "document_type_chosen", documentType });
  }
  changeDocumentType(): void {
    this.#dispatch({ type: "change_document_type" });
  }
  captureNow(): void {
    this.#dispatch({ type: "capture_now" });
  }
  goPassive(): void {
    this.#dispatch({ type: "skip_active_liveness" });
  }
  confirm(): void {
    this.#dispatch({ type: "confirm" });
  }
  retake(): void {
    this.#dispatch({ type: "retake" });
  }
  useCamera(): void {
    this.#dispatch({ type: "use_camera" });
  }

  retry(): void {
    if (this.#startFailed) void this.#boot();
    else this.#dispatch({ type: "retry" });
  }

  restart(): void {
    void this.#boot();
  }

  async upload(file: Blob): Promise<void> {
    const bytes = await file.arrayBuffer();
    await this.#client?.ask({ kind: "file", bytes }, [bytes]);
  }

  async preview(): Promise<Blob | null> {
    const bytes = await this.#client?.ask({ kind: "preview" }).catch(() => null);
    return bytes ? new Blob([bytes], { type: "image/jpeg" }) : null;
  }

  cameras(): Promise<MediaDeviceInfo[]> {
    return listCameras();
  }

  switchCamera(deviceId: string): void {
    if (this.#wish === null) return;
    this.#lens?.end();
    this.#lens = null;
    this.#taken[this.#wish.facing] = deviceId;
    this.#changeCamera(deviceId);
  }

  async setTorch(on: boolean): Promise<void> {
    await this.#openCamera().setTorch(on);
  }

  async setZoom(value: number): Promise<void> {
    await this.#openCamera().setZoom(value);
  }

  async focus(point?: Point): Promise<void> {
    const camera = this.#openCamera();
    const { videoWidth: width, videoHeight: height } = camera.video;
    const part = visiblePart(width, height, this.#previewAspect?.() ?? null);
    await camera.focusAt(
      point === undefined || width === 0
        ? null
        : { x: (part.x + point.x * part.width) / width, y: (part.y + point.y * part.height) / height },
    );
  }

  setPreviewAspect(aspect: (() => number | null) | null): void {
    this.#previewAspect = aspect;
  }

  async close(): Promise<void> {
    this.#end(new KycCaptureError("closed", "the capture was closed"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // --- start, end, and a worker that dies ---

  async #begin(): Promise<Result> {
    const { signal, container } = this.#options;
    if (this.#closed) throw new KycCaptureError("closed", "the capture was closed");
    if (typeof document === "undefined") {
      throw new KycCaptureError("worker_failed", "a capture runs in a page: this environment has no document");
    }
    const aborted = () =>
      this.#end(new KycCaptureError("cancelled", "the capture was aborted", { cause: signal?.reason }));
    if (signal?.aborted) aborted();
    signal?.addEventListener("abort", aborted, { signal: this.#page.signal });
    if (!this.#closed) {
      this.#watchPage();
      try {
        if (container) await this.#mount(container);
        void this.#boot();
      } catch (error) {
        this.#end(fromWire(error, "asset_unreachable"));
      }
    }
    return this.#outcome.promise;
  }

  async #mount(container: HTMLElement): Promise<void> {
    const { defineKycCapture } = await import("./ui/index.js");
    const Element = defineKycCapture();
    if (this.#closed) return;
    const element = new Element();
    element.attach(this);
    container.append(element);
    this.#element = element;
  }

  /** A worker with a core that reads the session: at first, after a crash, and when the person tries again. */
  async #boot(): Promise<void> {
    if (this.#closed) return;
    this.#startFailed = false;
    this.#client?.terminate();
    this.#stopCamera();
    this.#wish = null;
    if (!this.#resuming) this.#show({ ...START_VIEW, steps: this.#view.steps });
    let client: WorkerClient | null = null;
    try {
      const assets = resolveAssets({ ...assetDefaults(), ...this.#options.assets });
      client = new WorkerClient(assets);
      this.#client = client;
      client.onUpdate = (view, effects) => this.#take(view, effects);
      client.onCrash = (error) => this.#replace(error);
      await client.start(assets);
      await client.ask({ kind: "create", options: this.#coreOptions() });
      await client.ask({ kind: "event", event: { type: "start" } });
    } catch (error) {
      // A worker that was replaced or closed meanwhile has been dealt with.
      if (this.#closed || (client !== null && client !== this.#client) || this.#startFailed) return;
      client?.terminate();
      this.#failStart(fromWire(error));
    }
  }

  #coreOptions(): CoreOptions {
    const o = this.#options;
    return {
      baseUrl: new URL(o.baseUrl, document.baseURI).href,
      clientId: o.clientId,
      sessionId: o.sessionId,
      tokenIsRefreshable: typeof o.accessToken === "function",
      locale: this.texts.locale,
      ...(typeof o.accessToken === "string" && { accessToken: o.accessToken }),
      ...(o.routes && { routes: o.routes }),
      ...(o.thresholds && { thresholds: o.thresholds }),
      ...(o.flow && { flow: o.flow }),
      ...((o.liveness || o.livenessProviders) && {
        liveness: { ...o.liveness, providers: Object.keys(o.livenessProviders ?? {}) },
      }),
      ...(o.documentTypes && { documentTypes: o.documentTypes }),
      ...(o.sdkMetadata && { sdkMetadata: o.sdkMetadata }),
      ...(o.perAttemptTimeoutMs !== undefined && { perAttemptTimeoutMs: o.perAttemptTimeoutMs }),
    };
  }

  #replace(error: KycCaptureError): void {
    if (this.#closed) return;
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    // A worker that never came up would not come up the next time either.
    if (this.#crashes.length > MAX_CRASHES || error.code === "worker_failed") return this.#failStart(error);
    this.#resuming = this.#view.step !== "starting";
    void this.#boot();
  }

  #failStart(error: KycCaptureError): void {
    this.#startFailed = true;
    this.#resuming = false;
    this.#client?.terminate();
    this.#stopCamera();
    this.#wish = null;
    const { code, message } = error;
    const retryable = error.retryable || code === "core_crashed";
    this.#show({
      ...this.#view,
      phase: "failed",
      overlay: null,
      guidance: null,
      review: null,
      manualAvailable: false,
      uploadAvailable: false,
      error: { code, message, retryable, recovery: retryable ? ["retry"] : ["none"] },
    });
  }

  #end(reason: KycCaptureError): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#page.abort();
    this.#wish = null;
    this.#stopCamera();
    this.#client?.terminate(reason);
    this.#client = null;
    this.#element?.remove();
    this.#element = null;
    this.#outcome.reject(reason);
    this.#events.clear();
  }

  // --- what the core says ---

  #take(view: View, effects: PageEffect[]): void {
    if (this.#closed) return;
    const held = this.#resuming && view.step === "starting" && view.phase !== "failed";
    if (!held) {
      this.#resuming = false;
      this.#show(view);
    }
    for (const effect of effects) this.#do(effect);
  }

  #show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (view.step !== before.step) {
      this.#events.emit("step", { step: view.step, index: view.steps.indexOf(view.step), total: view.steps.length });
    }
    this.#events.emit("view", view);
    if (view.guidance !== before.guidance) {
      this.#events.emit(
        "guidance",
        view.guidance && { code: view.guidance, text: this.texts.guidance[view.guidance] ?? "" },
      );
    }
    if (
      view.progress &&
      (view.progress.done !== before.progress?.done || view.progress.total !== before.progress.total)
    ) {
      this.#events.emit("progress", view.progress);
    }
    if (view.error && (view.error.code !== before.error?.code || before.phase !== "failed")) this.#fail(view.error);
  }

  #fail({ code, message, retryable, recovery }: NonNullable<View["error"]>): void {
    const error = new KycCaptureError(isErrorCode(code) ? code : "core_crashed", message, { retryable, recovery });
    this.#events.emit("error", error);
    if (recovery.every((way) => way === "none" || way === "restart")) this.#outcome.reject(error);
  }

  #do(effect: PageEffect): void {
    switch (effect.type) {
      case "token":
        void this.#giveToken(effect.requests);
        break;
      case "camera_open":
        this.#wishCamera(effect.facing);
        break;
      case "camera_close":
        this.#wish = null;
        this.#stopCamera();
        break;
      case "locate":
        void this.#locate();
        break;
      case "liveness_provider":
        void this.#runProvider(effect.provider, effect.token);
        break;
      case "captured":
        if (effect.report.source === "automatic") this.#vibrate();
        this.#events.emit("captured", { side: effect.side, report: effect.report });
        break;
      case "complete": {
        const result = { ...effect.result, sessionId: this.#options.sessionId };
        this.#events.emit("complete", result);
        this.#outcome.resolve(result);
        break;
      }
    }
  }

  #dispatch(event: FlowEvent): void {
    // A refusal of the worker is its crash, which is dealt with where it is reported.
    this.#client?.ask({ kind: "event", event }).catch(() => {});
  }

  async #giveToken(requests: number[]): Promise<void> {
    const client = this.#client;
    const { accessToken } = this.#options;
    try {
      if (typeof accessToken !== "function") throw new Error("the access token is refused and no function was given");
      const token = await inTime(TOKEN_TIMEOUT_MS, Promise.resolve().then(accessToken));
      if (typeof token !== "string" || token === "") throw new Error("the token function gave no text");
      await client?.ask({ kind: "token", token, requests });
    } catch (error) {
      if (client === this.#client) this.#dispatch({ type: "token_failed", message: messageOf(error) });
    }
  }

  /** Another provider's component takes over until it is done, fails, or the capture ends. */
  async #runProvider(name: string, token: string): Promise<void> {
    const client = this.#client;
    const container = document.createElement("div");
    let event: FlowEvent = { type: "provider_done" };
    try {
      const provider = this.#options.livenessProviders?.[name];
      if (provider === undefined) throw new Error("there is no component of this provider");
      this.#events.emit("provider", container);
      const { sessionId } = this.#options;
      await provider({
        token,
        sessionId,
        locale: this.texts.locale,
        signal: this.#page.signal,
        container: container.parentNode === null ? null : container,
      });
    } catch (error) {
      event = { type: "provider_failed", message: messageOf(error) };
    }
    container.remove();
    this.#events.emit("provider", null);
    if (client === this.#client) this.#dispatch(event);
  }

  async #locate(): Promise<void> {
    const client = this.#client;
    let event: FlowEvent;
    try {
      const { latitude, longitude } = await locate(this.#options.geolocation ?? "auto");
      event = { type: "location", latitude, longitude };
    } catch (error) {
      event = { type: "location_failed", code: error instanceof LocationError ? error.code : "location_unavailable" };
    }
    if (client === this.#client) this.#dispatch(event);
  }

  // --- the camera, open exactly while the core wishes it and the page is seen ---

  #wishCamera(facing: Facing): void {
    const taken = this.#taken[facing];
    this.#lens = facing === "environment" && taken === undefined ? new LensChoice(lensMemory()) : null;
    const deviceId = taken ?? this.#lens?.first ?? undefined;
    this.#wish = { facing, ...(deviceId !== undefined && { deviceId }) };
    void this.#startCamera();
  }

  /** Another camera in place of the one that is wished; undefined: whichever the browser gives. */
  #changeCamera(deviceId: string | undefined): void {
    if (this.#wish === null) return;
    const torch = this.#camera?.controls.torchOn === true;
    this.#wish = { facing: this.#wish.facing, torch, ...(deviceId !== undefined && { deviceId }) };
    this.#stopCamera();
    void this.#startCamera();
  }

  async #startCamera(): Promise<void> {
    const wish = this.#wish;
    if (wish === null || this.#closed || document.hidden) return;
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const camera = await openCamera(wish.facing, wish.deviceId, opening.signal);
      if (opening.signal.aborted || this.#wish !== wish) return camera.close();
      this.#camera = camera;
      camera.onLost = () => this.#loseCamera();
      if (wish.torch && camera.controls.torch) void camera.setTorch(true).catch(() => {});
      wish.torch = false;
      this.#events.emit("camera", this.camera);
      this.#tellSize(camera);
      this.#pump = new FramePump({
        video: camera.video,
        aspect: () => this.#previewAspect?.() ?? null,
        send: async (frame, transfer) => {
          await this.#client?.ask({ kind: "frame", frame }, transfer);
          this.#weigh(camera);
        },
        onSize: () => this.#tellSize(camera),
        onStall: () => this.#loseCamera(),
        onHang: () =>
          this.#replace(new KycCaptureError("core_crashed", "the core does not answer", { retryable: true })),
      });
      void this.#listLenses(camera);
    } catch (error) {
      if (opening.signal.aborted || this.#wish !== wish) return;
      const code = error instanceof CameraError ? error.code : "camera_failed";
      // A lens that was chosen automatically is not the person's concern: there are others.
      if (this.#lens !== null && wish.deviceId !== undefined && code !== "camera_denied") {
        return this.#changeCamera(this.#lens.failed(wish.deviceId) ?? undefined);
      }
      this.#wish = null;
      delete this.#taken[wish.facing];
      this.#dispatch({ type: "camera_failed", code });
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  /** From now on the frames of this camera count for the choice of a lens. */
  async #listLenses(camera: Camera): Promise<void> {
    const lens = this.#lens;
    if (lens === null) return;
    const listed = await listCameras();
    if (this.#camera === camera && this.#lens === lens) lens.opened(camera.deviceId, listed);
  }

  /** What the newest frame says of its lens. */
  #weigh(camera: Camera): void {
    const { phase, overlay } = this.#view;
    if (this.#lens === null || this.#camera !== camera || phase !== "capturing" || overlay === null) return;
    const { sharpness, captureProgress } = overlay;
    const next = this.#lens.push({ deviceId: camera.deviceId, sharpness, captureProgress });
    if (next !== null) this.#changeCamera(next);
  }

  /** The sizes of the frames that follow: the part of the video that the preview shows. */
  #tellSize({ video, label, consistent }: Camera): void {
    const { width, height } = visiblePart(video.videoWidth, video.videoHeight, this.#previewAspect?.() ?? null);
    const size = `${width}x${height}`;
    if (size === this.#toldSize) return;
    this.#toldSize = size;
    this.#dispatch({ type: "camera_opened", width, height, label, ...(consistent !== null && { consistent }) });
  }

  #stopCamera(): void {
    this.#opening?.abort();
    this.#opening = null;
    this.#pump?.stop();
    this.#pump = null;
    this.#toldSize = "";
    if (this.#camera === null) return;
    this.#camera.close();
    this.#camera = null;
    this.#events.emit("camera", null);
  }

  #loseCamera(): void {
    if (this.#lens?.trying && this.#camera !== null) {
      return this.#changeCamera(this.#lens.failed(this.#camera.deviceId) ?? undefined);
    }
    this.#wish = null;
    this.#stopCamera();
    this.#dispatch({ type: "camera_lost" });
  }

  #openCamera(): Camera {
    if (this.#closed) throw new KycCaptureError("closed", "the capture was closed");
    if (this.#camera === null) throw new KycCaptureError("camera_missing", "no camera is open", { retryable: true });
    return this.#camera;
  }

  #vibrate(): void {
    // Browsers complain in the console where nobody has touched the page yet.
    if (this.#options.haptics === false || navigator.userActivation?.hasBeenActive === false) return;
    try {
      navigator.vibrate?.(VIBRATION_MS);
    } catch {
      // A device that does not vibrate takes pictures none the less.
    }
  }

  #watchPage(): void {
    const { signal } = this.#page;
    const seen = () => {
      if (document.hidden) this.#stopCamera();
      else if (this.#camera === null && this.#opening === null && this.#wish !== null) void this.#startCamera();
    };
    document.addEventListener("visibilitychange", seen, { signal });
    window.addEventListener("pagehide", () => this.#stopCamera(), { signal });
    window.addEventListener("pageshow", seen, { signal });
    window.addEventListener("offline", () => this.#dispatch({ type: "offline" }), { signal });
    window.addEventListener("online", () => this.#dispatch({ type: "online" }), { signal });
  }
}

function withResolvers<T>() {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

async function inTime<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer in time")), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
