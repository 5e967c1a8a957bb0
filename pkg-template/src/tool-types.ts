// Input and results of the tools: the generated types, and those with pixels or bytes, which the bindings compose.

import type { MrzReading } from "./generated/documents.js";
import type { Quad } from "./generated/geometry.js";
import type {
  CoreEncodeOptions,
  DetectedFace,
  DocumentCheck,
  DocumentSize,
  EncodedAs,
  FoundDocument,
  OrientationSource,
  RecaptureSignals,
  SideBarcode,
} from "./generated/results.js";

export type {
  AamvaDocument,
  MrzCheckDigit,
  MrzDate,
  MrzDocument,
  MrzFormat,
  MrzReading,
  MrzState,
} from "./generated/documents.js";
export type {
  AssessOptions,
  Assessment,
  DetectedFace,
  DocumentSize,
  FaceAssessment,
  FaceQuality,
  FoundDocument,
  InspectOptions,
  Measure,
} from "./generated/results.js";

/**
 * An image: ImageData, raw RGBA pixels (`data.length` is `width * height * 4`), or the bytes of an image file: JPEG,
 * PNG, or any other format that the browser decodes. The EXIF orientation of a file is applied.
 */
export type ImageInput =
  | ImageData
  | { data: Uint8Array | Uint8ClampedArray; width: number; height: number }
  | Uint8Array
  | ArrayBuffer
  | Blob;

/** Options of `encodeImage`. */
export interface EncodeOptions extends CoreEncodeOptions {
  /** Form of the result. Default `"bytes"`. */
  as?: EncodedAs;
}

/** An encoded image, without metadata of the source. */
export interface EncodedImage<Bytes = Uint8Array | string> {
  /** The file, in the form that `as` requests. */
  bytes: Bytes;
  mime: "image/jpeg" | "image/png";
  width: number;
  height: number;
  quality: number;
}

/** A PDF417 barcode (ISO/IEC 15438). */
export interface BarcodeReading extends SideBarcode {
  /** The decoded bytes. */
  bytes: Uint8Array;
}

/** RGBA pixels, row by row. */
export interface PixelImage {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** The analysis of one side of a document. */
export interface SideReading {
  /** The detected document. */
  document: FoundDocument | null;
  /** The rectified, upright document. `turn`: what its orientation was derived from. */
  rectified:
    | (PixelImage & {
        dpi: number;
        size: DocumentSize;
        quad: Quad;
        turn: OrientationSource;
      })
    | null;
  mrz: MrzReading | null;
  barcode: SideBarcode | null;
  /** The upright portrait, with the margins of a token image (ISO/IEC 19794-5). */
  portrait: (PixelImage & { face: DetectedFace }) | null;
  /** Signals of recapture from a screen, a copy, or a file that was edited after compression. */
  recaptureSignals: RecaptureSignals;
}

/** The analysis of a document. */
export interface Inspection {
  front: SideReading;
  back: SideReading | null;
  checks: DocumentCheck[];
}
