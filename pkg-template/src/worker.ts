// Everything heavy happens here: the core's object lives in this worker, and of its effects those that need no page are
// run here too (requests, model weights), so that encoded images never visit the main thread.

import { decodeFile } from "./decode.js";
import { checkImageFile, createCore, isTrap, startEngine, ToolBox } from "./engine.js";
import type { CaptureCore } from "./engine.js";
import type { ModelName } from "./codes.js";
import { KycCaptureError, messageOf, toWire } from "./errors.js";
import { fetchModel } from "./fetch-assets.js";
import type { Answers, Asked, FramePayload, Kind, Said } from "./protocol.js";
import type { PageEffect, Update } from "./types.js";

/** The few things of a dedicated worker's scope that are used here. */
interface Scope {
  postMessage(message: Said, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Asked>) => void): void;
  addEventListener(type: "error" | "unhandledrejection", listener: (event: Event) => void): void;
}
const scope = globalThis as unknown as Scope;

let models: Record<ModelName, string> | null = null;
let decoder = "";
let core: CaptureCore | null = null;
let tools: ToolBox | null = null;
let canvas: OffscreenCanvas | null = null;

scope.addEventListener("message", (message) => void answer(message.data));
// A panic inside a future surfaces here and nowhere else.
scope.addEventListener("error", (event) => reportTrap((event as ErrorEvent).error ?? (event as ErrorEvent).message));
scope.addEventListener("unhandledrejection", (event) => reportTrap((event as PromiseRejectionEvent).reason));

async function answer(asked: Asked): Promise<void> {
  try {
    const value = await handle(asked);
    const transfer = value instanceof ArrayBuffer ? [value] : value instanceof Uint8Array ? [value.buffer] : [];
    scope.postMessage({ kind: "done", id: asked.id, value }, transfer);
  } catch (error) {
    if (isTrap(error)) reportTrap(error);
    scope.postMessage({ kind: "failed", id: asked.id, error: toWire(error) });
  }
}

async function handle(asked: Asked): Promise<Answers[Kind]> {
  switch (asked.kind) {
    case "start":
      models = asked.models;
      decoder = asked.decoder;
      await startEngine(asked.wasm);
      return null;
    case "create":
      core?.free();
      core = createCore(asked.options);
      return null;
    case "event":
      take(theCore().dispatch(asked.event, now()));
      return null;
    case "frame":
      return pushFrame(asked.frame);
    case "file":
      await takeFile(new Uint8Array(asked.bytes));
      return null;
    case "token":
      theCore().set_token(asked.token);
      for (const id of asked.requests) void runRequest(id);
      return null;
    case "preview": {
      const still = theCore().preview();
      return still ? new Uint8Array(still.data) : null;
    }
    case "tool":
      if (models === null) throw new KycCaptureError("not_initialised", "the worker was not started");
      tools ??= new ToolBox(models, decoder);
      return tools.run(asked.call);
    case "cancel":
      core?.cancel();
      return null;
  }
}

function theCore(): CaptureCore {
  if (core === null) throw new KycCaptureError("closed", "the capture is closed");
  return core;
}

/** Runs what needs no page, and tells the page the rest, in the order in which the core asked. */
function take(update: Update): void {
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
    take(await theCore().run_request(id, now()));
  } catch (error) {
    // The core never rejects for network or HTTP: this is a defect or a trap, and the flow goes on in a new worker.
    reportTrap(error);
  }
}

async function loadModel(model: ModelName): Promise<void> {
  if (models === null || core === null) return;
  try {
    const bytes = await fetchModel(models[model]);
    theCore().load_model(model, bytes);
    take(theCore().dispatch({ type: "model_loaded", model }, now()));
  } catch (error) {
    if (isTrap(error)) return reportTrap(error);
    guarded(() => take(theCore().dispatch({ type: "model_failed", model, message: messageOf(error) }, now())));
  }
}

/** What is wrong with a file is told by the flow, not by a rejection. */
async function takeFile(bytes: Uint8Array): Promise<void> {
  try {
    checkImageFile(bytes);
    const { data, width, height } = await decodeFile(bytes, decoder);
    take(theCore().load_image(data, width, height, now()));
  } catch (error) {
    if (isTrap(error)) throw error;
    take(theCore().refuse_file(toWire(error).code));
  }
}

function pushFrame(frame: FramePayload): ArrayBuffer | null {
  if ("bitmap" in frame) {
    const { data, width, height } = readBitmap(frame.bitmap);
    take(theCore().push_frame(data, width, height, now()));
    return null;
  }
  take(theCore().push_frame(new Uint8Array(frame.pixels), frame.width, frame.height, now()));
  return frame.pixels;
}

function readBitmap(bitmap: ImageBitmap): { data: Uint8Array; width: number; height: number } {
  const { width, height } = bitmap;
  try {
    canvas ??= new OffscreenCanvas(width, height);
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
    if (context === null) throw new KycCaptureError("worker_failed", "no 2d context in the worker");
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

/** Milliseconds since 1970 that never go back, whatever happens to the device's clock meanwhile. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
