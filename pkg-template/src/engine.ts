// The only importer of the generated bindings. It runs inside the worker, or, for the tools alone, in the thread that
// called `init()` (Node, and `parseMrz` in a page).

import initGlue, * as glue from "../wasm/kyc_capture.js";
import type { ModelName } from "./codes.js";
import { KycCaptureError } from "./errors.js";
import { compileModule, fetchModel } from "./fetch-assets.js";
import type { ToolCall, ToolImage, ToolResult } from "./protocol.js";
import type { CoreOptions } from "./types.js";

let ready: Promise<void> | null = null;

/** Instantiates the module once; a failure is forgotten, so that the next call tries again. */
export function startEngine(wasm: Parameters<typeof compileModule>[0]): Promise<void> {
  ready ??= compileModule(wasm)
    .then((module) => initGlue({ module_or_path: module }))
    .then(() => glue.report_panics())
    .catch((error: unknown) => {
      ready = null;
      throw error;
    });
  return ready;
}

/** The object that holds one capture: freed by its owner. */
export function createCore(options: CoreOptions): glue.CaptureCore {
  return new glue.CaptureCore(options);
}

export type CaptureCore = glue.CaptureCore;

/** Parses the lines of a machine-readable zone. */
export function parseMrz(lines: string[], today: string): ReturnType<typeof glue.parse_mrz> {
  return glue.parse_mrz(lines, today);
}

/** Whether an error means that the module's memory can no longer be trusted. */
export function isTrap(error: unknown): boolean {
  return typeof WebAssembly !== "undefined" && error instanceof WebAssembly.RuntimeError;
}

/** The tools, with the weights that each of them wants. */
export class ToolBox {
  #tools: glue.Tools | null = null;
  readonly #loading = new Map<ModelName, Promise<void>>();

  constructor(readonly models: Record<ModelName, string>) {}

  async run(call: ToolCall): Promise<ToolResult> {
    this.#tools ??= new glue.Tools();
    const tools = this.#tools;
    if (call.tool === "read_mrz") await this.#need(tools, "mrz");
    if (call.tool === "detect_faces") await this.#need(tools, "face");
    const { data, width, height } = pixels(tools, call.image);
    switch (call.tool) {
      case "read_mrz":
        return tools.read_mrz(data, width, height, call.today) ?? null;
      case "detect_faces":
        return tools.detect_faces(data, width, height);
      case "encode_image": {
        const encoded = tools.encode_image(data, width, height, call.options);
        return { ...encoded, mime: encoded.mime === "image/png" ? "image/png" : "image/jpeg" };
      }
    }
  }

  free(): void {
    this.#tools?.free();
    this.#tools = null;
  }

  #need(tools: glue.Tools, model: ModelName): Promise<void> {
    if (tools.has_model(model)) return Promise.resolve();
    let loading = this.#loading.get(model);
    if (loading === undefined) {
      loading = fetchModel(this.models[model])
        .then((bytes) => tools.load_model(model, bytes))
        .finally(() => this.#loading.delete(model));
      this.#loading.set(model, loading);
    }
    return loading;
  }
}

function pixels(tools: glue.Tools, image: ToolImage): { data: Uint8Array; width: number; height: number } {
  const { data, width, height } = "file" in image ? tools.decode_image(image.file) : image;
  if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
    throw new KycCaptureError("image_empty", "the image's width and height must be whole numbers of at least 1");
  }
  return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
}
