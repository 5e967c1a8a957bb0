// The messages between page and worker. Both sides match on `kind` without a default branch, so a message without a
// handler does not compile.

import type { ModelName } from "./codes.js";
import type { WireError } from "./errors.js";
import type {
  AssessOptions,
  Assessment,
  BarcodeReading,
  DetectedFace,
  FaceAssessment,
  FaceQuality,
  EncodedImage,
  EncodeOptions,
  FoundDocument,
  Inspection,
  InspectOptions,
  MrzReading,
} from "./tool-types.js";
import type { CoreOptions, FlowEvent, PageEffect, View } from "./types.js";

/** Pixels for a tool, or the bytes of an image file. */
export type ToolImage = { data: Uint8Array | Uint8ClampedArray; width: number; height: number } | { file: Uint8Array };

/** A call of a tool. */
export type ToolCall =
  | { tool: "read_mrz"; image: ToolImage; today: string }
  | { tool: "detect_faces"; image: ToolImage }
  | { tool: "face_quality"; image: ToolImage }
  | { tool: "find_document"; image: ToolImage }
  | { tool: "assess_face"; image: ToolImage; at: number | null }
  | { tool: "assess_document"; image: ToolImage; options: AssessOptions }
  | { tool: "read_barcode"; image: ToolImage }
  | { tool: "read_barcodes"; image: ToolImage }
  | { tool: "inspect_document"; front: ToolImage; back: ToolImage | null; options: InspectOptions }
  | { tool: "encode_image"; image: ToolImage; options: EncodeOptions };

/** The result of a tool. */
export type ToolResult =
  | MrzReading
  | Assessment
  | FaceAssessment
  | DetectedFace[]
  | FaceQuality
  | EncodedImage
  | FoundDocument
  | BarcodeReading
  | BarcodeReading[]
  | Inspection
  | null;

/** A camera frame, transferred: a bitmap if the browser creates one off the main thread, else pixels. */
export type FramePayload =
  | { bitmap: ImageBitmap; width: number; height: number }
  | { pixels: ArrayBuffer; width: number; height: number };

/** A request of the page, answered by `done` or `failed` with the same id. */
export type Command =
  | {
      kind: "start";
      wasm: string | BufferSource | WebAssembly.Module;
      models: Record<ModelName, string>;
      decoder: string;
    }
  | { kind: "create"; options: CoreOptions }
  | { kind: "event"; event: FlowEvent }
  | { kind: "frame"; frame: FramePayload }
  | { kind: "file"; bytes: ArrayBuffer }
  /** The page could not read the file that the person chose. */
  | { kind: "unreadable_file" }
  | { kind: "token"; token: string; requests: number[] }
  | { kind: "preview" }
  | { kind: "tool"; call: ToolCall }
  | { kind: "cancel" };

/** The value of `done` for each command. */
export interface Answers {
  start: null;
  create: null;
  event: null;
  /** The frame's buffer, to be reused; `null` for a bitmap. */
  frame: ArrayBuffer | null;
  file: null;
  unreadable_file: null;
  token: null;
  preview: Uint8Array<ArrayBuffer> | null;
  tool: ToolResult;
  cancel: null;
}

export type Kind = Command["kind"];

/** A request with its id. */
export type WorkerRequest = Command & { id: number };

/** A message of the worker. */
export type WorkerResponse =
  | { kind: "done"; id: number; value: Answers[Kind] }
  | { kind: "failed"; id: number; error: WireError }
  | { kind: "update"; view: View; effects: PageEffect[] }
  /** Bytes sent, and bytes in all, of the upload that runs; both 0 at its end. */
  | { kind: "upload"; sent: number; total: number }
  /** Weights that the flow needs are not there, or are no weights. */
  | { kind: "asset_failed"; error: WireError }
  /** The module trapped: its memory is undefined, and the worker must be replaced. */
  | { kind: "trapped"; message: string };
