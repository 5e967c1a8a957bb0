// Holds the core. Runs the effects that need no page here, too (requests, model weights), so that encoded images never
// reach the main thread.

import { decodeFile, isLarge, otherKind } from "./decode.js";
import { checkImageFile, createCore, isTrap, startEngine, ToolBox } from "./engine.js";
import type { CaptureCore } from "./engine.js";
import type { ModelName } from "./codes.js";
import { KycCaptureError, messageOf, toWire } from "./errors.js";
import { fetchModel } from "./fetch-assets.js";
import type { Answers, FramePayload, Kind, WorkerRequest, WorkerResponse } from "./protocol.js";
import type { PageEffect, Update } from "./types.js";
import { Uplink } from "./uplink.js";

/** The used part of a dedicated worker's scope. */
interface Scope {
  postMessage(message: WorkerResponse, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<WorkerRequest>) => void): void;
  addEventListener(type: "error" | "messageerror" | "unhandledrejection", listener: (event: Event) => void): void;
}
const scope = globalThis as unknown as Scope;

/** Wait before a model is fetched again, ms. */
const MODEL_RETRY_MS = 1_000;

let models: Record<ModelName, string> | null = null;
let decoder = "";
let core: CaptureCore | null = null;
let tools: ToolBox | null = null;
let canvas: OffscreenCanvas | null = null;
let uplink: Uplink | null = null;

scope.addEventListener("message", (message) => void answer(message.data));
// A panic inside a future surfaces here and nowhere else.
scope.addEventListener("error", (event) => reportTrap((event as ErrorEvent).error ?? (event as ErrorEvent).message));
scope.addEventListener("messageerror", () => reportTrap("a message of the page could not be deserialised"));
scope.addEventListener("unhandledrejection", (event) => reportTrap((event as PromiseRejectionEvent).reason));

async function answer(request: WorkerRequest): Promise<void> {
  try {
    const value = await handle(request);
    const transfer = value instanceof ArrayBuffer ? [value] : value instanceof Uint8Array ? [value.buffer] : [];
    scope.postMessage({ kind: "done", id: request.id, value }, transfer);
  } catch (error) {
    if (isTrap(error)) reportTrap(error);
    scope.postMessage({ kind: "failed", id: request.id, error: toWire(error) });
  }
}

async function handle(request: WorkerRequest): Promise<Answers[Kind]> {
  switch (request.kind) {
    case "start":
      models = request.models;
      decoder = request.decoder;
      await startEngine(request.wasm);
      return null;
    case "create":
      core?.free();
      core = createCore(request.options);
      uplink = new Uplink(core, {
        apply: applyUpdate,
        decode: (file) => decodeFile(file, decoder),
        onProgress: (sent, total) => scope.postMessage({ kind: "upload", sent, total }),
      });
      return null;
    case "event":
      applyUpdate(requireCore().dispatch(request.event, now()));
      if (request.event.type === "cancel_upload") requireCore().cancel();
      return null;
    case "frame":
      return pushFrame(request.frame);
    case "file":
      await loadFile(new Uint8Array(request.bytes));
      return null;
    case "unreadable_file":
      applyUpdate(requireCore().refuse_file("file_unreadable"));
      return null;
    case "token":
      requireCore().set_token(request.token);
      for (const id of request.requests) void runRequest(id);
      return null;
    case "preview": {
      const still = requireCore().preview();
      return still ? new Uint8Array(still.data) : null;
    }
    case "tool":
      if (models === null) throw new KycCaptureError("not_initialised", "the worker was not started");
      tools ??= new ToolBox(models, decoder);
      return tools.run(request.call);
    case "cancel":
      core?.cancel();
      return null;
  }
}

function requireCore(): CaptureCore {
  if (core === null) throw new KycCaptureError("closed", "the capture is closed");
  return core;
}

/** Runs the effects that need no page and posts the others to the page, in the core's order. */
function applyUpdate(update: Update): void {
  const forPage: PageEffect[] = [];
  for (const effect of update.effects) {
    switch (effect.type) {
      case "request":
        void runRequest(effect.id);
        break;
      case "load_model":
        void loadModel(effect.model);
        break;
      case "token":
      case "camera_open":
      case "camera_close":
      case "locate":
      case "liveness_provider":
      case "captured":
      case "complete":
        forPage.push(effect);
        break;
    }
  }
  scope.postMessage({ kind: "update", view: update.view, effects: forPage });
}

async function runRequest(id: number): Promise<void> {
  try {
    await uplink?.run(id);
  } catch (error) {
    // The core rejects neither for network nor for HTTP: this is a trap, and the flow continues in a new worker.
    reportTrap(error);
  }
}

async function loadModel(model: ModelName): Promise<void> {
  if (models === null || core === null) return;
  try {
    await fetchAndLoad(model, models[model]);
    applyUpdate(requireCore().dispatch({ type: "model_loaded", model }, now()));
  } catch (error) {
    if (isTrap(error)) return reportTrap(error);
    const { code } = toWire(error);
    // Without its weights the flow would blame the person's images.
    if (code === "asset_unreachable" || code === "asset_invalid") {
      return scope.postMessage({ kind: "asset_failed", error: toWire(error) });
    }
    guarded(() =>
      applyUpdate(requireCore().dispatch({ type: "model_failed", model, message: messageOf(error) }, now())),
    );
  }
}

/** A transfer that broke off, or half a file: one more try. */
async function fetchAndLoad(model: ModelName, address: string): Promise<void> {
  for (let again = true; ; again = false) {
    try {
      const bytes = await fetchModel(address);
      requireCore().load_model(model, bytes);
      return;
    } catch (error) {
      if (!again || isTrap(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, MODEL_RETRY_MS));
    }
  }
}

/** Loads an image file. A file that cannot be used fails the flow, not the request. */
async function loadFile(bytes: Uint8Array): Promise<void> {
  try {
    const kind = otherKind(bytes);
    // The browser's own decoder scales what is larger than the core takes.
    if (kind === null && !isLarge(bytes)) checkImageFile(bytes);
    const { data, width, height } = await decodeFile(bytes, decoder).catch((error: unknown) => {
      throw kind === null ? error : new KycCaptureError(kind, "this browser does not decode the file");
    });
    applyUpdate(requireCore().load_image(data, width, height, now()));
  } catch (error) {
    if (isTrap(error)) throw error;
    applyUpdate(requireCore().refuse_file(toWire(error).code));
  }
}

function pushFrame(frame: FramePayload): ArrayBuffer | null {
  if ("bitmap" in frame) {
    const { data, width, height } = readBitmap(frame.bitmap);
    applyUpdate(requireCore().push_frame(data, width, height, now()));
    return null;
  }
  applyUpdate(requireCore().push_frame(new Uint8Array(frame.pixels), frame.width, frame.height, now()));
  return frame.pixels;
}

function readBitmap(bitmap: ImageBitmap): { data: Uint8Array; width: number; height: number } {
  const { width, height } = bitmap;
  try {
    canvas ??= new OffscreenCanvas(width, height);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (context === null) throw new KycCaptureError("worker_failed", "the worker could not create a 2D context");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { data: new Uint8Array(data.buffer), width, height };
  } finally {
    bitmap.close();
  }
}

function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof KycCaptureError)) reportTrap(error);
  }
}

function reportTrap(error: unknown): void {
  scope.postMessage({ kind: "trapped", message: messageOf(error) });
}

/** Milliseconds since the Unix epoch, monotonic even if the device's clock is changed. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
