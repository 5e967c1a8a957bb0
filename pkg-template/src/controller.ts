// One capture: joins the worker that holds the core with the camera, the access token and the location. Draws nothing:
// the user interface (ui/) is a client of the public `Capture`, as an integrator's own may be.

import { Ahead, START_VIEW } from "./ahead.js";
import * as check from "./arguments.js";
import { listCameras } from "./camera.js";
import type { Camera } from "./camera.js";
import { CameraSession } from "./camera-session.js";
import type {
  Capture,
  CaptureEvents,
  CaptureOptions,
  Controller,
  DebugReport,
  Handoff,
  Result,
} from "./capture-api.js";
import type { DocumentType, LocationPolicy } from "./codes.js";
import type { CameraControls } from "./controls.js";
import { DebugLog } from "./debug.js";
import { tellDeveloper } from "./developer.js";
import { Emitter } from "./emitter.js";
import { fromWire, isErrorCode, KycCaptureError, messageOf, RESUMABLE, START_FAILURES } from "./errors.js";
import { visiblePart } from "./frames.js";
import type { Point } from "./generated/geometry.js";
import { englishTexts, languagesOf, loadTexts } from "./i18n/index.js";
import { directionOf, matchLanguage, negotiate } from "./i18n/negotiate.js";
import type { Texts } from "./i18n/texts.js";
import { forMirroredPreview } from "./mirrored.js";
import { resolveAssets } from "./load.js";
import { LocationError, locate } from "./location.js";
import { checkLoadedTable } from "./options.js";
import { probe } from "./probe.js";
import type { Problem } from "./probe.js";
import { assetDefaults } from "./settings.js";
import type { CoreOptions, FlowEvent, PageEffect, View } from "./types.js";
import { describe } from "./validate.js";
import { withResolvers, withTimeout } from "./timing.js";
import { WorkerClient } from "./worker-client.js";

/** Replaced workers within {@link CRASH_WINDOW_MS} before the flow fails. */
const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 60_000;
/** Wait before the second try of a start, ms. */
const START_RETRY_MS = 1_000;
const TOKEN_TIMEOUT_MS = 30_000;
const VIBRATION_MS = 60;
const FILE_TIMEOUT_MS = 30_000;
/** Time after which a location that has not arrived is reported, ms. */
const LOCATION_NOTICE_MS = 10_000;

/** Interval at which a handed-off session is read, ms. */
const FOLLOW_MS = 2_000;

/** The element that shows a capture. */
type CaptureElement = HTMLElement & { attach(capture: Capture): void };

/** Loads the class of the element; never called without a container. */
export type LoadElement = () => Promise<new () => CaptureElement>;

export class CaptureController implements Capture {
  #texts: Texts;
  /** The language that was last wanted; a table that arrives later is of no use. */
  #language = "en";
  #firstTexts: Promise<void> | null = null;
  readonly #options: CaptureOptions;
  readonly #loadElement: LoadElement | null;
  readonly #log = new DebugLog();
  readonly #events = new Emitter<CaptureEvents>((type, payload) => this.#log.add(type, payload));
  #outcome = withResolvers<Result>();
  /** The outcome was rejected; a restart begins another one. */
  #rejected = false;
  readonly #page = new AbortController();
  #view: View = START_VIEW;
  #run: Promise<Result> | null = null;
  #client: WorkerClient | null = null;
  #closed = false;
  /** The package itself failed (no worker, no assets): `retry()` starts a new worker. */
  #startFailed = false;
  /** The worker was replaced: the view is kept until the session was read again. */
  #resuming = false;
  /** The start failed once and is repeated by itself. */
  #startRepeated = false;
  /** What was thrown where the view's error comes from: a view is data, and does not carry it. */
  #cause: unknown;
  #crashes: number[] = [];
  readonly #ahead: Ahead;
  readonly #cameras: CameraSession;
  readonly #waits = { camera: false, location: false };
  #following: ReturnType<typeof setInterval> | undefined;
  #previewAspect: (() => number | null) | null = null;
  #element: Element | null = null;

  constructor(options: CaptureOptions, loadElement: LoadElement | null = null) {
    this.#options = options;
    this.#loadElement = loadElement;
    this.#ahead = new Ahead(options);
    this.#texts = englishTexts(options.texts);
    this.#outcome.promise.catch(() => {});
    this.#cameras = new CameraSession({
      view: () => this.#view,
      previewAspect: () => this.#previewAspect?.() ?? null,
      dispatch: (event) => this.#dispatch(event),
      sendFrame: async (frame, transfer) => {
        await this.#client?.ask({ kind: "frame", frame }, transfer);
      },
      onChange: () => this.#events.emit("camera", this.camera),
      onHang: () =>
        this.#replaceWorker(
          new KycCaptureError("core_crashed", "the core did not answer a frame in time", { retryable: true }),
        ),
      onWaiting: (waiting) => this.#wait("camera", waiting),
    });
  }

  get view(): View {
    return this.#view;
  }

  get texts(): Texts {
    return this.#texts;
  }

  get controller(): Controller | null {
    return this.#options.controller ?? null;
  }

  get handoff(): Handoff | null {
    return this.#options.handoff ?? null;
  }

  get locationPolicy(): LocationPolicy {
    const { geolocation } = this.#options;
    return geolocation === "preferred" || geolocation === "off" ? geolocation : "required";
  }

  get waiting(): CaptureEvents["waiting"] {
    return this.#waits.camera ? "camera" : this.#waits.location ? "location" : null;
  }

  get languages(): readonly string[] {
    const { languages, languageSwitch = false } = this.#options;
    const all = languagesOf(languages);
    if (typeof languageSwitch === "boolean") return languageSwitch ? all : [];
    const found = languageSwitch.map((tag) => matchLanguage(tag, all)).filter((tag) => tag !== null);
    return [...new Set(found)];
  }

  async setLanguage(locale: string): Promise<void> {
    check.locale("locale", locale);
    this.#firstTexts = this.#loadTexts(negotiate({ locale }, languagesOf(this.#options.languages)));
    await this.#firstTexts;
  }

  get camera(): CaptureEvents["camera"] {
    const camera = this.#cameras.current;
    return camera && { video: camera.video, facing: camera.facing, deviceId: camera.deviceId };
  }

  get cameraControls(): CameraControls | null {
    return this.#cameras.current?.controls ?? null;
  }

  on<Type extends keyof CaptureEvents>(type: Type, listener: (payload: CaptureEvents[Type]) => void): () => void {
    check.eventType("type", type);
    check.listener("listener", listener);
    return this.#events.on(type, listener);
  }

  async probe(): Promise<Problem[]> {
    await this.#startTexts();
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
    check.documentType("type", documentType);
    this.#dispatch({ type: "document_type_chosen", documentType });
  }
  changeDocumentType(): void {
    this.#dispatch({ type: "change_document_type" });
  }
  captureNow(): void {
    this.#dispatch({ type: "capture_now" });
  }
  skipLocation(): void {
    this.#dispatch({ type: "skip_location" });
  }
  cancelUpload(): void {
    this.#dispatch({ type: "cancel_upload" });
  }
  handOff(): void {
    this.#dispatch({ type: "hand_off" });
  }
  takeBack(): void {
    this.#dispatch({ type: "take_back" });
  }
  skipActiveLiveness(): void {
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
    if (this.#rejected) {
      // `run()` means what the screen shows: it has a new promise from here on.
      this.#rejected = false;
      this.#outcome = withResolvers<Result>();
      this.#outcome.promise.catch(() => {});
      this.#run = this.#outcome.promise;
    }
    this.#ahead.forget();
    void this.#boot();
  }

  async upload(file: Blob): Promise<void> {
    check.file("file", file);
    const bytes = await readFile(file);
    if (bytes === null) await this.#client?.ask({ kind: "unreadable_file" });
    else await this.#client?.ask({ kind: "file", bytes }, [bytes]);
  }

  async preview(): Promise<Blob | null> {
    const bytes = await this.#client?.ask({ kind: "preview" }).catch(() => null);
    return bytes ? new Blob([bytes], { type: "image/jpeg" }) : null;
  }

  cameras(): Promise<MediaDeviceInfo[]> {
    return listCameras();
  }

  switchCamera(deviceId: string): void {
    check.deviceId("deviceId", deviceId);
    this.#cameras.select(deviceId);
  }

  async setTorch(on: boolean): Promise<void> {
    check.on("on", on);
    await this.#openCamera().setTorch(on);
  }

  async setZoom(value: number): Promise<void> {
    await this.#openCamera().setZoom(value);
  }

  async focus(point?: Point): Promise<void> {
    if (point !== undefined) check.point("point", point);
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
    check.aspect("aspect", aspect);
    this.#previewAspect = aspect;
  }

  debugReport(): Promise<DebugReport> {
    return this.#log.report(this.#view, this.#options);
  }

  async close(): Promise<void> {
    this.#end(new KycCaptureError("closed", "the capture was closed"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // --- start, end, and replacement of the worker ---

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
      void this.#showAhead();
      try {
        if (container) await this.#mount(container);
        void this.#boot();
      } catch (error) {
        this.#end(fromWire(error, "asset_unreachable"));
      }
    }
    return this.#outcome.promise;
  }

  /** Shows the session's first step in the person's language, unless the core is faster. */
  async #showAhead(): Promise<void> {
    const [view] = await Promise.all([this.#ahead.read(this.#page.signal), this.#startTexts()]);
    const { step, phase } = this.#view;
    if (view === null || this.#closed || step !== "starting" || phase === "failed") return;
    this.#ahead.show(view);
    this.#setView(view);
  }

  /** Loads the texts of the negotiated language, once. */
  #startTexts(): Promise<void> {
    const { locale, languages } = this.#options;
    const page = typeof document === "undefined" ? undefined : document.documentElement.lang;
    const browser = typeof navigator === "undefined" ? undefined : navigator.languages;
    this.#firstTexts ??= this.#loadTexts(negotiate({ locale, page, browser }, languagesOf(languages)));
    return this.#firstTexts;
  }

  /** Never rejects: a table that does not load is reported, and the texts stay as they are. */
  async #loadTexts(tag: string): Promise<void> {
    const { languages = {}, texts: overrides = {} } = this.#options;
    const before = this.#language;
    this.#language = tag;
    let error: KycCaptureError | null = null;
    try {
      const texts = await loadTexts(tag, languages, overrides, checkLoadedTable);
      if (this.#language !== tag) return;
      this.#texts = texts;
    } catch (cause) {
      if (this.#language !== tag) return;
      this.#language = before;
      error = fromWire(cause, "asset_unreachable");
    }
    const { locale } = this.#texts;
    this.#events.emit("language", { locale, dir: directionOf(locale), error });
  }

  async #mount(container: HTMLElement): Promise<void> {
    const Element = await this.#loadElement?.();
    if (this.#closed || Element === undefined) return;
    const element = new Element();
    element.attach(this);
    container.append(element);
    this.#element = element;
  }

  /** Starts a worker and its core, which reads the session: first, after a crash, and on retry. */
  async #boot(): Promise<void> {
    if (this.#closed) return;
    this.#startFailed = false;
    this.#client?.terminate();
    this.#cameras.close();
    if (!this.#resuming && !this.#ahead.isShown) this.#setView({ ...START_VIEW, steps: this.#view.steps });
    let client: WorkerClient | null = null;
    try {
      const assets = resolveAssets({ ...assetDefaults(), ...this.#options.assets });
      client = new WorkerClient(assets);
      this.#client = client;
      client.onUpdate = (view, effects) => this.#onUpdate(view, effects);
      client.onUpload = (sent, total) => this.#events.emit("upload", total > 0 ? { sent, total } : null);
      client.onCrash = (error) => this.#replaceWorker(error);
      await client.start(assets);
      await client.ask({ kind: "create", options: this.#coreOptions() });
      await client.ask({ kind: "event", event: { type: "start" } });
      this.#startRepeated = false;
    } catch (error) {
      // A worker that was replaced or closed meanwhile was handled already.
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
      ...(typeof o.accessToken === "string" && { accessToken: o.accessToken }),
      ...(o.routes && { routes: o.routes }),
      ...(o.thresholds && { thresholds: o.thresholds }),
      ...(o.flow && { flow: o.flow }),
      ...((o.liveness || o.livenessProviders) && {
        liveness: { ...o.liveness, providers: Object.keys(o.livenessProviders ?? {}) },
      }),
      ...(o.documentTypes && { documentTypes: o.documentTypes }),
      ...(this.locationPolicy !== "required" && { location: this.locationPolicy }),
      ...(o.sdkMetadata && { sdkMetadata: o.sdkMetadata }),
      ...(o.perAttemptTimeoutMs !== undefined && { perAttemptTimeoutMs: o.perAttemptTimeoutMs }),
    };
  }

  #replaceWorker(error: KycCaptureError): void {
    if (this.#closed) return;
    const now = performance.now();
    this.#crashes = [...this.#crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    // A worker that did not start will not start the next time either.
    if (this.#crashes.length > MAX_CRASHES || error.code !== "core_crashed") {
      // Once the flow runs, a missing asset is not tried again without the person.
      if (!this.#isStarting()) this.#startRepeated = true;
      this.#failStart(error);
      return;
    }
    this.#resuming = !this.#isStarting();
    void this.#boot();
  }

  /** Whether the core has not read the session yet. */
  #isStarting(): boolean {
    return this.#view.step === "starting" || this.#ahead.isShown;
  }

  #failStart(error: KycCaptureError): void {
    if (this.#closed) return;
    // Part of an asset, or a line that broke: one more try before the person is asked for it.
    if (!this.#startRepeated && START_FAILURES.has(error.code)) {
      this.#startRepeated = true;
      this.#client?.terminate();
      this.#client = null;
      setTimeout(() => void this.#boot(), START_RETRY_MS);
      return;
    }
    this.#startRepeated = false;
    this.#startFailed = true;
    this.#resuming = false;
    this.#client?.terminate();
    this.#cameras.close();
    this.#ahead.settle(START_VIEW);
    const { code, message } = error;
    this.#cause = error;
    tellDeveloper(error);
    const retryable = error.retryable || code === "core_crashed" || START_FAILURES.has(code);
    this.#setView({
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
    this.#follow(false);
    this.#page.abort();
    this.#cameras.close();
    this.#client?.terminate(reason);
    this.#client = null;
    this.#element?.remove();
    this.#element = null;
    this.#outcome.reject(reason);
    this.#events.clear();
  }

  // --- updates of the core ---

  #onUpdate(view: View, effects: PageEffect[]): void {
    if (this.#closed) return;
    const keepView = (this.#resuming || this.#ahead.isShown) && view.step === "starting" && view.phase !== "failed";
    if (!keepView) {
      this.#resuming = false;
      const answer = this.#ahead.settle(view);
      if (answer === null) this.#setView(view);
      else this.#dispatch(answer);
    }
    for (const effect of effects) this.#runEffect(effect);
  }

  #setView(seen: View): void {
    const before = this.#view;
    const mirrored = seen.facing === "environment" && this.camera?.facing === "user";
    const view = mirrored ? { ...seen, guidance: forMirroredPreview(seen.guidance) } : seen;
    this.#view = view;
    if (view.step !== before.step) {
      this.#events.emit("step", { step: view.step, index: view.steps.indexOf(view.step), total: view.steps.length });
    }
    this.#follow(view.phase === "handed_off");
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
    if (view.error && (view.error.code !== before.error?.code || before.phase !== "failed"))
      this.#reportError(view.error);
  }

  /** Reads the session while another device continues. */
  #follow(follows: boolean): void {
    if (!follows) clearInterval(this.#following);
    this.#following = follows
      ? (this.#following ?? setInterval(() => this.#dispatch({ type: "follow" }), FOLLOW_MS))
      : undefined;
  }

  #reportError({ code, message, retryable, recovery }: NonNullable<View["error"]>): void {
    if (code === "consent_declined") {
      this.#events.emit("declined", null);
      return;
    }
    const cause = this.#cause instanceof KycCaptureError && this.#cause.cause ? this.#cause.cause : this.#cause;
    this.#cause = undefined;
    const known = isErrorCode(code) ? code : "core_crashed";
    const error = new KycCaptureError(known, message, { retryable, recovery, cause });
    this.#events.emit("error", error);
    // While the screen leads on with this session, so does the promise.
    const leadsOn = RESUMABLE.has(code) && recovery.includes("restart");
    if (leadsOn || !recovery.every((action) => action === "none" || action === "restart")) return;
    this.#rejected = true;
    this.#outcome.reject(error);
  }

  #runEffect(effect: PageEffect): void {
    switch (effect.type) {
      case "token":
        void this.#provideToken(effect.requests);
        break;
      case "camera_open":
        this.#cameras.open(effect.facing);
        break;
      case "camera_close":
        this.#cameras.close();
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
    const ahead = this.#ahead.take(event);
    if (ahead !== null) {
      this.#setView(ahead);
      return;
    }
    // A crash of the worker is handled by onCrash. An event that the core refuses is an error of whoever caused it.
    this.#client?.ask({ kind: "event", event }).catch((error: unknown) => {
      const refused = fromWire(error);
      if (refused.code === "invalid_option") this.#events.emit("error", refused);
    });
  }

  async #provideToken(requests: number[]): Promise<void> {
    const client = this.#client;
    const { accessToken } = this.#options;
    try {
      if (typeof accessToken !== "function")
        throw new Error("the access token was refused, and `accessToken` is no function");
      const token = await withTimeout(TOKEN_TIMEOUT_MS, this.#ahead.takeToken() ?? Promise.resolve().then(accessToken));
      if (typeof token !== "string" || token === "") {
        const given = typeof token === "string" ? "an empty string" : describe(token);
        throw new Error(
          `the function \`accessToken\` must return the token as a non-empty string; it returned ${given}`,
        );
      }
      await client?.ask({ kind: "token", token, requests });
    } catch (cause) {
      if (client !== this.#client) return;
      const message = messageOf(cause);
      this.#cause = cause;
      tellDeveloper({ code: "token_unavailable", message, cause });
      this.#dispatch({ type: "token_failed", message });
    }
  }

  /** Runs a liveness provider's component until it is done, fails, or the capture ends. */
  async #runProvider(name: string, token: string): Promise<void> {
    const client = this.#client;
    const container = document.createElement("div");
    let event: FlowEvent = { type: "provider_done" };
    try {
      const provider = this.#options.livenessProviders?.[name];
      if (provider === undefined) throw new Error("`livenessProviders` has no component of this provider");
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
    const slow = setTimeout(() => this.#wait("location", true), LOCATION_NOTICE_MS);
    try {
      const { latitude, longitude } = await locate(this.#options.geolocation ?? "auto");
      event = { type: "location", latitude, longitude };
    } catch (error) {
      event = { type: "location_failed", code: error instanceof LocationError ? error.code : "location_unavailable" };
    }
    clearTimeout(slow);
    this.#wait("location", false);
    if (client === this.#client) this.#dispatch(event);
  }

  /** Camera and location are waited for beside each other; the camera is reported first. */
  #wait(what: "camera" | "location", on: boolean): void {
    const before = this.waiting;
    this.#waits[what] = on;
    if (this.waiting !== before) this.#events.emit("waiting", this.waiting);
  }

  #openCamera(): Camera {
    if (this.#closed) throw new KycCaptureError("closed", "the capture was closed");
    const camera = this.#cameras.current;
    if (camera === null) throw new KycCaptureError("camera_missing", "no camera is open", { retryable: true });
    return camera;
  }

  #vibrate(): void {
    // Without an interaction with the page browsers log an error.
    if (this.#options.haptics === false || navigator.userActivation?.hasBeenActive === false) return;
    try {
      navigator.vibrate?.(VIBRATION_MS);
    } catch {
      // Vibration is optional.
    }
  }

  #watchPage(): void {
    const { signal } = this.#page;
    const onVisibility = () => {
      if (document.hidden) this.#cameras.suspend();
      else this.#cameras.resume();
    };
    this.#cameras.watchDevices(signal);
    document.addEventListener("visibilitychange", onVisibility, { signal });
    window.addEventListener("pagehide", () => this.#cameras.suspend(), { signal });
    window.addEventListener("pageshow", onVisibility, { signal });
    window.addEventListener("offline", () => this.#dispatch({ type: "offline" }), { signal });
    window.addEventListener("online", () => this.#dispatch({ type: "online" }), { signal });
  }
}

/** Returns the file's bytes, or `null` if it cannot be read or does not arrive, as one that is stored online only. */
async function readFile(file: Blob): Promise<ArrayBuffer | null> {
  const bytes = await withTimeout(FILE_TIMEOUT_MS, file.arrayBuffer()).catch(() => null);
  // Some providers deliver a placeholder of no bytes instead of an error.
  return bytes === null || bytes.byteLength === 0 ? null : bytes;
}
