// Every message between page and worker. Both sides match on `kind` without a default branch, so a message without a
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

/** One use of a tool. */
export type ToolCall =
  | { tool: "read_mrz"; image: ToolImage; today: string }
  | { tool: "detect_faces"; image: ToolImage }
  | { tool: "face_quality"; image: ToolImage }
  | { tool: "find_document"; image: ToolImage }
  | { tool: "assess_face"; image: ToolImage; at: number | null }
  | { tool: "assess_document"; image: ToolImage; options: AssessOptions }
  | { tool: "read_barcode"; image: ToolImage }
  | { tool: "inspect_document"; front: ToolImage; back: ToolImage | null; options: InspectOptions }
  | { tool: "encode_image"; image: ToolImage; options: EncodeOptions };

export type ToolResult =
  | MrzReading
  | Assessment
  | FaceAssessment
  | DetectedFace[]
  | FaceQuality
  | EncodedImage
  | FoundDocument
  | BarcodeReading
  | Inspection
  | null;

/** A camera frame: a bitmap where the browser can make one off the main thread, pixels elsewhere. Transferred. */
export type FramePayload =
  | { bitmap: ImageBitmap; width: number; height: number }
  | { pixels: ArrayBuffer; width: number; height: number };

/** What the page asks. Each is answered by `done` or `failed` with the same id. */
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
  | { kind: "token"; token: string; requests: number[] }
  | { kind: "preview" }
  | { kind: "tool"; call: ToolCall }
  | { kind: "cancel" };

/** What `done` carries for each command. */
export interface Answers {
  start: null;
  create: null;
  event: null;
  /** The frame's buffer, where there was one, to be used again. */
  frame: ArrayBuffer | null;
  file: null;
  token: null;
  preview: Uint8Array<ArrayBuffer> | null;
  tool: ToolResult;
  cancel: null;
}

export type Kind = Command["kind"];
export type Asked = Command & { id: number };

/** What the worker says. */
export type Said =
  | { kind: "done"; id: number; value: Answers[Kind] }
  | { kind: "failed"; id: number; error: WireError }
  | { kind: "update"; view: View; effects: PageEffect[] }
  /** The module trapped: its memory cannot be trusted, this worker is to be replaced. */
  | { kind: "trapped"; message: string };
