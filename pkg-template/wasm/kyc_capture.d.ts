// What this package uses of the generated bindings, by its real types. The bindings themselves declare `any` for every
// object that crosses; the packaging tests check that each name below exists in them.

import type { ModelName } from "../src/codes.js";
import type { CoreOptions, FlowEvent, Update } from "../src/generated/flow.js";
import type { AamvaDocument, MrzDocument, MrzReading } from "../src/generated/documents.js";
import type {
  AssessOptions,
  Assessment,
  DetectedFace,
  DocumentCheck,
  FaceAssessment,
  FaceQuality,
  FoundDocument,
  InspectOptions,
} from "../src/generated/results.js";
import type { BarcodeReading, EncodeOptions, SideReading } from "../src/tool-types.js";

/** Instantiates the module; a second call does nothing. */
export default function init(options: { module_or_path: WebAssembly.Module }): Promise<unknown>;

/** Throws `mrz_invalid`. */
export function parse_mrz(lines: string[], today?: string): MrzDocument;

/** Throws `aamva_invalid`. */
export function parse_aamva(text: string): AamvaDocument;

/** Throws `image_corrupt`, `image_too_large`. */
export function check_image_file(bytes: Uint8Array): void;

/** Panics say in the console where they happened, and never why: the why may quote a document. */
export function report_panics(): void;

/** Replaces the instance by a new one: what the old one made is gone. */
export function __wbg_reset_state(): void;

export class Tools {
  constructor();
  load_model(name: ModelName, bytes: Uint8Array): void;
  has_model(name: ModelName): boolean;
  read_mrz(data: Uint8Array, width: number, height: number, today: string): MrzReading | null;
  detect_faces(data: Uint8Array, width: number, height: number): DetectedFace[];
  face_quality(data: Uint8Array, width: number, height: number): FaceQuality | undefined;
  assess_face(data: Uint8Array, width: number, height: number, at_ms?: number): FaceAssessment;
  find_document(data: Uint8Array, width: number, height: number): FoundDocument | null;
  assess_document(data: Uint8Array, width: number, height: number, options: AssessOptions): Assessment;
  read_barcode(data: Uint8Array, width: number, height: number): BarcodeReading | null;
  read_barcodes(data: Uint8Array, width: number, height: number): BarcodeReading[];
  inspect_side(data: Uint8Array, width: number, height: number, front: boolean, options: InspectOptions): SideReading;
  check_sides(options: InspectOptions): DocumentCheck[];
  encode_image(
    data: Uint8Array,
    width: number,
    height: number,
    options: EncodeOptions,
  ): { bytes: Uint8Array | string; mime: string; width: number; height: number; quality: number };
  free(): void;
}

export class CaptureCore {
  constructor(options: CoreOptions);
  dispatch(event: FlowEvent, nowMs: number): Update;
  push_frame(rgba: Uint8Array, width: number, height: number, nowMs: number): Update;
  refuse_file(code: string): Update;
  load_image(rgba: Uint8Array, width: number, height: number, nowMs: number): Update;
  load_model(name: ModelName, bytes: Uint8Array): void;
  set_token(token: string): void;
  run_request(id: number, may_shrink: boolean): Promise<Update | undefined>;
  upload_images(id: number): Uint8Array[];
  /** Throws `image_empty`, `image_too_large`, `image_wrong_length`. */
  make_smaller(id: number, index: number, rgba: Uint8Array, width: number, height: number, level: number): void;
  upload_progress(): [sent: number, total: number];
  end_upload(): void;
  preview(): { data: Uint8Array } | undefined;
  cancel(): void;
  free(): void;
}
