// The only importer of the generated bindings. Runs in the worker and, for tools, in the thread that called `init()`.

import initGlue, * as glue from "../wasm/kyc_capture.js";
import type { ModelName } from "./codes.js";
import { decodeFile, decodeInModule } from "./decode.js";
import type { Pixels } from "./decode.js";
import { KycCaptureError } from "./errors.js";
import { compileModule, fetchModel } from "./fetch-assets.js";
import type { ToolCall, ToolImage, ToolResult } from "./protocol.js";
import type { InspectOptions, SideReading } from "./tool-types.js";
import type { CoreOptions } from "./types.js";

/** WebAssembly takes 32 bits of a number. */
const MAX_SIDE = 0xffff_ffff;

let ready: Promise<void> | null = null;
/** The instance trapped: its memory is undefined, and the next use replaces it. */
let trapped = false;

/** Instantiates the module once. After a failure the next call tries again. */
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

/**
 * Replaces the instance if it trapped. What it made (cores, tools) is gone with its memory. Throws while the host has
 * no memory for another one.
 */
function revive(): void {
  if (!trapped) return;
  glue.__wbg_reset_state();
  glue.report_panics();
  trapped = false;
}

/** Calls into the module; notes a trap. */
function guarded<Value>(call: () => Value): Value {
  revive();
  try {
    return call();
  } catch (error) {
    trapped ||= isTrap(error);
    throw error;
  }
}

/** Creates the core of one capture; its owner frees it. */
export function createCore(options: CoreOptions): glue.CaptureCore {
  return guarded(() => new glue.CaptureCore(options));
}

export type CaptureCore = glue.CaptureCore;

/** Parses the lines of an MRZ. */
export function parseMrz(lines: string[], today: string): ReturnType<typeof glue.parse_mrz> {
  return guarded(() => glue.parse_mrz(lines, today));
}

/** Parses the text of an AAMVA barcode. */
export function parseAamva(text: string): ReturnType<typeof glue.parse_aamva> {
  return guarded(() => glue.parse_aamva(text));
}

/** Whether an error is a trap, after which the module's memory is undefined. */
export function isTrap(error: unknown): boolean {
  return typeof WebAssembly !== "undefined" && error instanceof WebAssembly.RuntimeError;
}

/** Tools that detect faces. */
const FACE_TOOLS: ReadonlySet<ToolCall["tool"]> = new Set([
  "assess_face",
  "detect_faces",
  "face_quality",
  "inspect_document",
]);

/** The tools, with the weights that each of them uses. */
export class ToolBox {
  #tools: glue.Tools | null = null;
  readonly #loading = new Map<ModelName, Promise<void>>();

  constructor(
    readonly models: Record<ModelName, string>,
    readonly decoder: string,
  ) {}

  async run(call: ToolCall): Promise<ToolResult> {
    try {
      return await this.#run(call);
    } catch (error) {
      if (isTrap(error)) {
        trapped = true;
        this.#tools = null;
      }
      throw error;
    }
  }

  async #run(call: ToolCall): Promise<ToolResult> {
    if (trapped) this.#tools = null;
    this.#tools ??= guarded(() => new glue.Tools());
    const tools = this.#tools;
    if (call.tool === "read_mrz" || call.tool === "inspect_document") await this.#need(tools, "mrz");
    if (FACE_TOOLS.has(call.tool)) await this.#need(tools, "face");
    if (call.tool === "inspect_document") {
      const front = await this.#inspect(tools, call.front, true, call.options);
      const back = call.back === null ? null : await this.#inspect(tools, call.back, false, call.options);
      return { front, back, checks: tools.check_sides(call.options) };
    }
    const { data, width, height } = await this.#pixels(call.image);
    switch (call.tool) {
      case "find_document":
        return tools.find_document(data, width, height) ?? null;
      case "assess_document":
        return tools.assess_document(data, width, height, call.options);
      case "read_barcode":
        return tools.read_barcode(data, width, height) ?? null;
      case "read_barcodes":
        return tools.read_barcodes(data, width, height);
      case "read_mrz":
        return tools.read_mrz(data, width, height, call.today) ?? null;
      case "detect_faces":
        return tools.detect_faces(data, width, height);
      case "face_quality":
        return tools.face_quality(data, width, height) ?? null;
      case "assess_face":
        return tools.assess_face(data, width, height, call.at ?? undefined);
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

  async #inspect(tools: glue.Tools, image: ToolImage, front: boolean, options: InspectOptions): Promise<SideReading> {
    const { data, width, height } = await this.#pixels(image);
    return tools.inspect_side(data, width, height, front, options);
  }

  async #pixels(image: ToolImage): Promise<Pixels> {
    if ("file" in image) {
      try {
        glue.check_image_file(image.file);
      } catch (error) {
        // A JPEG without an end marker may be complete: the package's decoder knows, which other files do not load.
        if (image.file[0] === 0xff && (error as KycCaptureError).code === "image_corrupt") {
          return decodeInModule(image.file, this.decoder);
        }
        throw error;
      }
      return decodeFile(image.file, this.decoder);
    }
    const { data, width, height } = image;
    if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height) || width < 1 || height < 1) {
      throw new KycCaptureError("image_empty", "the image's width and height must be whole numbers of at least 1");
    }
    // A greater number would become another size.
    if (width > MAX_SIDE || height > MAX_SIDE) {
      throw new KycCaptureError("image_too_large", `the image of ${width}x${height} pixels is too large`);
    }
    return { data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), width, height };
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

/** Throws `image_corrupt` for a truncated file, `image_too_large` for one beyond the limit. */
export function checkImageFile(file: Uint8Array): void {
  guarded(() => glue.check_image_file(file));
}
