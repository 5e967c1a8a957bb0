// Input and results of the tools.

import type { DocumentType, GuidanceCode } from "./codes.js";
import type { Check, DocumentCheck } from "./checks.js";
import type { Point, Quad, Rect } from "./geometry.js";
import type { DocumentThresholds } from "./thresholds.js";

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

/** A date of an MRZ. Unknown parts are `null`; `iso` (`YYYY-MM-DD`) is `null` unless every part is known. */
export interface MrzDate {
  /** As printed, `YYMMDD`. */
  raw: string;
  year: number | null;
  month: number | null;
  day: number | null;
  iso: string | null;
}

/** Formats of an MRZ: ICAO Doc 9303 parts 4 to 7, and the French and Swiss national ones. */
export type MrzFormat =
  | "TD1"
  | "TD2"
  | "TD3"
  | "MRVA"
  | "MRVB"
  | "FRENCH_NATIONAL_ID"
  | "FRENCH_DRIVING_LICENSE"
  | "SWISS_DRIVING_LICENSE";

/** An issuing state or organisation (Doc 9303-3, section 5). */
export interface MrzState {
  /** The code as printed, without fillers: `D`, `UTO`. */
  code: string;
  name: string | null;
}

/** A check digit (Doc 9303-3, section 4.9). */
export interface MrzCheckDigit {
  /** The field that it protects, by its name in {@link MrzDocument}. */
  field: string;
  /** Line of the digit, from 0. */
  line: number;
  /** Column of the digit, from 0. */
  column: number;
  /** The digit computed from the field. */
  expected: string;
  /** The digit as printed or read. */
  actual: string;
  /** Whether both are equal. */
  valid: boolean;
}

/** A parsed and checked MRZ. `field` in its parts names a field of this interface. */
export interface MrzDocument {
  format: MrzFormat;
  /** The lines of capital letters, digits and fillers, after correction. */
  lines: string[];
  documentCode: string;
  issuingState: MrzState;
  documentNumber: string;
  /**
   * Primary identifier: surname. Secondary identifier: given names. `truncated`: the names did not fit into the MRZ.
   */
  names: { primary: string; secondary: string; truncated: boolean };
  nationality: MrzState | null;
  birthDate: MrzDate | null;
  sex: "female" | "male" | "unspecified" | null;
  expiryDate: MrzDate | null;
  issueDate: MrzDate | null;
  optionalData: { field: string; raw: string; value: string }[];
  /** The validated personal number of a Kazakh (IIN) or Kyrgyz (PIN) document. */
  personalNumber: {
    kind: string;
    value: string;
    error: unknown;
    birthDate: string | null;
    matchesHolder: boolean | null;
  } | null;
  /** Every check digit; the composite one is the last. */
  checkDigits: MrzCheckDigit[];
  /** Whether every check digit and every field is valid. */
  valid: boolean;
  /** Corrected OCR confusables (O and 0, I and 1 …); `line` and `column` count from 0. */
  corrections: { line: number; column: number; from: string; to: string; field: string }[];
  /** Deviations from Doc 9303. */
  problems: { code: string; field: string }[];
}

/** An MRZ read from an image. */
export interface MrzReading {
  format: MrzFormat;
  lines: string[];
  /** Mean probability of the symbols, 0–1. */
  confidence: number;
  /** Posterior probability of this reading, 0–1; a reading below 0.8 is rejected. */
  posterior: number;
  /** Probability of each symbol, by line, 0–1. */
  charConfidence: number[][];
  /** The corners of each line, pixels, clockwise from the top left. */
  quads: Point[][];
  /** The parsed lines. */
  document: MrzDocument;
}

/** A detected face. */
export interface DetectedFace {
  /** Bounding box, pixels. */
  box: Rect;
  /** Score of the detector, 0–1. */
  score: number;
  /** Right eye, left eye, nose, mouth, right ear, left ear (the person's right and left), pixels. */
  keypoints: Point[];
  /** Degrees. */
  yaw: number;
  /** Degrees. */
  pitch: number;
  /** Degrees. */
  roll: number;
}

/** A quality measure (ISO/IEC 29794-5). */
export interface Measure {
  /** Native value, in the unit of the measure. */
  raw: number;
  score: number;
}

/**
 * The quality of a face image, in the terms of ISO/IEC 29794-5. The unified score is `100 · Π (score / 100)^weight`;
 * `headSize` and `crop`, which apply to printed portraits, have weight 0.
 */
export interface FaceQuality {
  /** The 99th percentile of the Laplacian divided by the contrast, of the face at 192 pixels, 0–1. */
  sharpness: Measure;
  /** Share of the face with luma 247–255, 0–1. */
  overExposure: Measure;
  /** Share of the face with luma 0–25, 0–1. */
  underExposure: Measure;
  /** Mean luma, 0–1. */
  luminance: Measure;
  /** Entropy of the luma histogram, bits. */
  dynamicRange: Measure;
  /** Intersection of the luma histograms of both halves, 0–1. */
  illuminationUniformity: Measure;
  /** Distance between the eyes divided by the cosine of the yaw, pixels. */
  interEyeDistance: Measure;
  /** Distance from the eyes to the chin, as a share of the image's height. */
  headSize: Measure;
  /** Minimum margin around the eyes, as a share of what a portrait requires. */
  crop: Measure;
  /** Degrees. */
  yaw: Measure;
  /** Degrees. */
  pitch: Measure;
  /** Degrees. */
  roll: Measure;
  /** Ratio of the second largest face's area to the largest one's. */
  singleFace: Measure;
  /** Distance between the eyelids, in inter-eye distances; absent if it cannot be measured. */
  eyesOpen?: Measure;
  /** Distance between the lips, in inter-eye distances; absent if it cannot be measured. */
  mouthClosed?: Measure;
  /** Share of the eye region that is a specular reflection, 0–1. */
  eyeGlare: Measure;
  /** In a stream: displacement since the previous frame, in face heights. */
  motion?: Measure;
  /** The unified score, 0–100. */
  score: number;
}

/** Options of `encodeImage`. */
export interface EncodeOptions {
  /** File format. Default `"jpeg"`. */
  format?: "jpeg" | "png";
  /** Part of the image to keep, pixels; it must overlap the image. */
  crop?: Rect;
  /** Corners of a document to rectify, pixels, clockwise from the top left. Excludes `crop`. */
  quad?: Quad;
  /** Maximum of width and height, pixels, at least 1. Default: unlimited. */
  maxSide?: number;
  /** Maximum width, pixels, at least 1. Default: unlimited. */
  maxWidth?: number;
  /** Maximum height, pixels, at least 1. Default: unlimited. */
  maxHeight?: number;
  /** Maximum number of pixels, at least 1. Default: unlimited. */
  maxPixels?: number;
  /** JPEG quality, 1–100. Default 85. */
  quality?: number;
  /** Minimum JPEG quality under `maxBytes`, 1–`quality`. Default 50. */
  minQuality?: number;
  /** Maximum file size, bytes: lowers first the quality, then the size. Default: unlimited. */
  maxBytes?: number;
  /** Form of the result. Default `"bytes"`. */
  as?: "bytes" | "base64" | "dataUrl";
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

/** Document sizes of ISO/IEC 7810 and Doc 9303: ID-1 (card), TD2 (ID-2), ID-3 (passport data page). */
export type DocumentSize = "ID1" | "TD2" | "ID3";

/** A detected document. */
export interface FoundDocument {
  /** Corners, pixels, clockwise from the top left; the first two lie on a longer side. */
  quad: Quad;
  /** Support by edges, 0–1. */
  confidence: number;
  /** By aspect ratio. TD2 and ID-3 have the same one; the more common is reported. */
  size: DocumentSize;
  /** Whether every corner is inside the image. */
  fullyInside: boolean;
}

/** Options of `assessDocument`. */
export interface AssessOptions {
  /** The expected type. Default: any. */
  documentType?: DocumentType | null;
  /** Thresholds of the checks. An absent field keeps its default. */
  thresholds?: DocumentThresholds;
}

/** The quality of a document image. */
export interface Assessment {
  /** The detected document. */
  document: FoundDocument | null;
  /** Hint for a better image; `capturing` if there is nothing to improve. */
  guidance: GuidanceCode;
  /** Every check with its raw value, score and threshold. */
  checks: Check[];
}

/** The quality of a frame of a face. */
export interface FaceAssessment {
  /** Hint for a better frame; `capturing` if there is nothing to improve. */
  guidance: GuidanceCode;
  /** The tracked face. */
  face: DetectedFace | null;
  /** Empty without a face. */
  checks: Check[];
}

/** A PDF417 barcode (ISO/IEC 15438). */
export interface BarcodeReading {
  text: string;
  /** The decoded bytes. */
  bytes: Uint8Array;
  /** Corners, pixels, clockwise from the top left of the symbol. */
  quad: Quad;
  /** Corrected codewords. */
  corrected: number;
  /** Error correction codewords of the symbol. */
  correction: number;
  /** The parsed document, if the barcode follows AAMVA. */
  document: AamvaDocument | null;
}

/** A North American driving licence or identity card (AAMVA DL/ID Card Design Standard). Dates are `YYYY-MM-DD`. */
export interface AamvaDocument {
  header: { issuerId: string; version: number | null; jurisdictionVersion: number | null };
  issuer: { jurisdiction: string; name: string; country: "USA" | "CAN" } | null;
  kind: "driver_license" | "identity_card" | "enhanced_license";
  documentNumber: string | null;
  name: {
    family: string | null;
    given: string | null;
    middle: string | null;
    suffix: string | null;
    prefix: string | null;
    familyTruncated: "truncated" | "whole" | "unknown" | null;
    givenTruncated: "truncated" | "whole" | "unknown" | null;
    middleTruncated: "truncated" | "whole" | "unknown" | null;
  };
  address: {
    street: string | null;
    street2: string | null;
    city: string | null;
    jurisdiction: string | null;
    postalCode: string | null;
    country: "USA" | "CAN" | null;
  };
  birthDate: string | null;
  issueDate: string | null;
  expiryDate: string | null;
  revisionDate: string | null;
  hazmatExpiryDate: string | null;
  under18Until: string | null;
  under19Until: string | null;
  under21Until: string | null;
  sex: "M" | "F" | "X" | null;
  height: { unit: "inches" | "centimetres"; value: number } | null;
  weight: { unit: "pounds" | "kilograms" | "range"; value: number } | null;
  eyeColor: string | null;
  hairColor: string | null;
  vehicleClass: string | null;
  restrictions: string | null;
  endorsements: string | null;
  compliance: "full" | "none" | null;
  organDonor: boolean | null;
  veteran: boolean | null;
  limitedDuration: boolean | null;
  documentDiscriminator: string | null;
  inventoryControl: string | null;
  auditInformation: string | null;
  placeOfBirth: string | null;
  /** Every subfile with every element, including the jurisdiction's own. */
  subfiles: { kind: string; elements: { id: string; value: string }[] }[];
  /** Conformance issues that were tolerated. */
  problems: { code: string; element: string }[];
}

/** Options of `inspectDocument`. */
export interface InspectOptions {
  /** The type that the person declared. Default: none, and no check of it. */
  documentType?: DocumentType | null;
  /** The date for expiry and centuries, `YYYY-MM-DD`. Default: the device's date. */
  today?: string;
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
        turn: "mrz" | "portrait" | "barcode" | "text";
      })
    | null;
  mrz: MrzReading | null;
  barcode: Omit<BarcodeReading, "bytes"> | null;
  /** The upright portrait, with the margins of a token image (ISO/IEC 19794-5). */
  portrait: (PixelImage & { face: DetectedFace }) | null;
  /** Signals of recapture from a screen, a copy, or a file that was edited after compression. */
  recaptureSignals: {
    chromaticityStdDev: number;
    moirePeakRatio: number;
    jpegBlockiness: number;
    jpegGridOffset: [number, number];
  };
}

/** The analysis of a document. */
export interface Inspection {
  front: SideReading;
  back: SideReading | null;
  checks: DocumentCheck[];
}
