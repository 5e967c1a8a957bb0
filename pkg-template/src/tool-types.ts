// What the tools take and give.

import type { Point, Rect } from "./types.js";

/** An image: ImageData, raw RGBA pixels, or the bytes of a JPEG, PNG or WebP file (EXIF orientation applied). */
export type ImageInput =
  | ImageData
  | { data: Uint8Array | Uint8ClampedArray; width: number; height: number }
  | Uint8Array
  | ArrayBuffer
  | Blob;

/** A date as the zone tells it. Unknown parts are null, and `iso` (`YYYY-MM-DD`) is there where every part is known. */
export interface MrzDate {
  raw: string;
  year: number | null;
  month: number | null;
  day: number | null;
  iso: string | null;
}

/** Formats of the zone: ICAO Doc 9303 parts 4 to 7, and the French and Swiss ones. */
export type MrzFormat =
  | "TD1" | "TD2" | "TD3" | "MRVA" | "MRVB"
  | "FRENCH_NATIONAL_ID" | "FRENCH_DRIVING_LICENSE" | "SWISS_DRIVING_LICENSE";

/** A state or organisation: the code as printed without fillers (`D`, `UTO`), and its English name where it has one. */
export interface MrzState { code: string; name: string | null }

/** One check digit; `line` and `column` count from 0. */
export interface MrzCheckDigit {
  field: string;
  line: number;
  column: number;
  expected: string;
  actual: string;
  valid: boolean;
}

/** A machine-readable zone, read and checked. Field names in `field` are those of this interface. */
export interface MrzDocument {
  format: MrzFormat;
  /** The lines in capitals, digits and fillers, after correction. */
  lines: string[];
  documentCode: string;
  issuingState: MrzState;
  documentNumber: string;
  /** Primary identifier: surname; secondary: given names. `truncated` where the zone had no room for all. */
  names: { primary: string; secondary: string; truncated: boolean };
  nationality: MrzState | null;
  birthDate: MrzDate | null;
  sex: "female" | "male" | "unspecified" | null;
  expiryDate: MrzDate | null;
  issueDate: MrzDate | null;
  optionalData: { field: string; raw: string; value: string }[];
  /** The personal number of a Kazakh or Kyrgyz document, validated. */
  personalNumber: {
    kind: string;
    value: string;
    error: unknown;
    birthDate: string | null;
    matchesHolder: boolean | null;
  } | null;
  /** Every check digit, one by one, the composite last. */
  checkDigits: MrzCheckDigit[];
  /** Every check digit holds and every field is of its kind. */
  valid: boolean;
  /** Look-alikes (O and 0, I and 1 …) that were put right, each where it stood. */
  corrections: { line: number; column: number; from: string; to: string; field: string }[];
  problems: { code: string; field: string }[];
}

/** A zone read from pixels. `quads` are the lines' corners in pixels of the image, top left first, clockwise. */
export interface MrzReading {
  format: MrzFormat;
  lines: string[];
  /** Mean probability of the symbols, 0–1. */
  confidence: number;
  /** Probability of this very reading among all that the picture leaves open, 0–1; below 0.8 nothing is read. */
  posterior: number;
  /** Probability of each symbol, line by line, 0–1. */
  charConfidence: number[][];
  quads: Point[][];
  document: MrzDocument;
}

/** A face, in pixels of the image. Angles in degrees. */
export interface DetectedFace {
  box: Rect;
  /** 0–1. */
  score: number;
  /** Right eye, left eye, nose, mouth, right ear, left ear, as the person has them. */
  keypoints: Point[];
  yaw: number;
  pitch: number;
  roll: number;
}

/** How an image is to be encoded. */
export interface EncodeOptions {
  /** Default `jpeg`. */
  format?: "jpeg" | "png";
  /** Part of the image to keep, in pixels; it must overlap the image. */
  crop?: Rect;
  /** Corners of a document, in pixels, to be cut out and made rectangular. Not together with `crop`. */
  quad?: [Point, Point, Point, Point];
  /** Longest side of the result, in pixels. */
  maxSide?: number;
  maxWidth?: number;
  maxHeight?: number;
  /** Most pixels of the result. */
  maxPixels?: number;
  /** JPEG quality to begin with, 1–100; default 85. */
  quality?: number;
  /** Lowest quality that `maxBytes` may lead to; default 50. */
  minQuality?: number;
  /** Most bytes of the file: the quality is lowered first, then the size. */
  maxBytes?: number;
  /** What to give: bytes (default), base64 text, or a data URL. */
  as?: "bytes" | "base64" | "dataUrl";
}

/** An encoded image; `bytes` is text where `as` asks for it. No metadata of the source is kept. */
export interface EncodedImage<Bytes = Uint8Array | string> {
  bytes: Bytes;
  mime: "image/jpeg" | "image/png";
  width: number;
  height: number;
  quality: number;
}
