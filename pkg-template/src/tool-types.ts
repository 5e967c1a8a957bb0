// What the tools take and give.

import type { DocumentType, GuidanceCode } from "./codes.js";
import type { Check, DocumentCheck } from "./checks.js";
import type { Point, Quad, Rect } from "./geometry.js";
import type { DocumentThresholds } from "./thresholds.js";

/**
 * An image: ImageData, raw RGBA pixels, or the bytes of a JPEG or PNG file, or of any other that the browser decodes (EXIF
 * orientation applied).
 */
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
  | "TD1"
  | "TD2"
  | "TD3"
  | "MRVA"
  | "MRVB"
  | "FRENCH_NATIONAL_ID"
  | "FRENCH_DRIVING_LICENSE"
  | "SWISS_DRIVING_LICENSE";

/** A state or organisation: the code as printed without fillers (`D`, `UTO`), and its English name where it has one. */
export interface MrzState {
  code: string;
  name: string | null;
}

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

/** A raw value in the measure's own unit, and the score that it is worth: 0 (useless) to 100. */
export interface Measure {
  raw: number;
  score: number;
}

/**
 * Measures of a face in a picture, in the terms of ISO/IEC 29794-5. `score` is `100 · Π (score / 100)^weight`; headSize and crop, which are of
 * printed portraits, weigh nothing.
 */
export interface FaceQuality {
  /** The strongest percent of the Laplacian over the contrast, on the face at 192 pixels, 0–1. */
  sharpness: Measure;
  /** Share of the face with luma 247–255. */
  overExposure: Measure;
  /** Share of the face with luma 0–25. */
  underExposure: Measure;
  /** Mean luma, 0–1. */
  luminance: Measure;
  /** Entropy, bits. */
  dynamicRange: Measure;
  /** What the histograms of both halves have in common, 0–1. */
  illuminationUniformity: Measure;
  /** Pixels from eye to eye, divided by the cosine of the yaw. */
  interEyeDistance: Measure;
  /** From the eyes to the chin as a share of the picture's height. */
  headSize: Measure;
  /** Least room around the eyes, as a share of what a portrait wants. */
  crop: Measure;
  /** Degrees. */
  yaw: Measure;
  /** Degrees. */
  pitch: Measure;
  /** Degrees. */
  roll: Measure;
  /** Area of the second largest face over that of the largest. */
  singleFace: Measure;
  /** How far the lids are apart, in distances between the eyes; absent where it cannot be told. */
  eyesOpen?: Measure;
  /** How far the lips are apart, in distances between the eyes; absent where it cannot be told. */
  mouthClosed?: Measure;
  /** Share of the band over the eyes that is a reflection. */
  eyeGlare: Measure;
  /** Of a stream: movement since the frame before, in heights of the face. */
  motion?: Measure;
  /** The unified score, 0–100. */
  score: number;
}

/** How an image is to be encoded. */
export interface EncodeOptions {
  /** Default `jpeg`. */
  format?: "jpeg" | "png";
  /** Part of the image to keep, in pixels; it must overlap the image. */
  crop?: Rect;
  /** Corners of a document, in pixels, to be cut out and made rectangular. Not together with `crop`. */
  quad?: Quad;
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

/** Sizes of ISO/IEC 7810 and Doc 9303-3: a card, a larger card, a passport's page. */
export type DocumentSize = "ID1" | "TD2" | "ID3";

/** A document's outline. */
export interface FoundDocument {
  /** Clockwise, in pixels, from the upper left; the first two corners lie on a longer side. */
  quad: Quad;
  /** 0–1: how well edges bear it out. */
  confidence: number;
  /** By proportions; TD2 and ID-3 have the same, and the commoner is named. */
  size: DocumentSize;
  /** No corner is outside the picture. */
  fullyInside: boolean;
}

/** What a picture is judged for. */
export interface AssessOptions {
  documentType?: DocumentType | null;
  /** Numbers of the checks that differ from the defaults, by name. */
  thresholds?: DocumentThresholds;
}

/** A picture as a capture would judge it. */
export interface Assessment {
  document: FoundDocument | null;
  /** What the person should do for a better picture; `capturing` where nothing is to be done. */
  guidance: GuidanceCode;
  checks: Check[];
}

/** A frame of a face as a capture would judge it. */
export interface FaceAssessment {
  /** What the person should do for a better frame; `capturing` where nothing is to be done. */
  guidance: GuidanceCode;
  /** The face that is followed. */
  face: DetectedFace | null;
  /** Empty without a face. */
  checks: Check[];
}

/** A PDF417 barcode. */
export interface BarcodeReading {
  text: string;
  bytes: Uint8Array;
  quad: Quad;
  /** Codewords that were put right, and codewords of correction that the symbol has. */
  corrected: number;
  correction: number;
  /** The licence or card, where it is one after AAMVA. */
  document: AamvaDocument | null;
}

/** A North American driving licence or identity card. Dates are `YYYY-MM-DD`; element names in the descriptions are AAMVA's. */
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
  /** Every subfile with every element, those of the issuer too. */
  subfiles: { kind: string; elements: { id: string; value: string }[] }[];
  /** What deviates from the standard, and was read as it is meant. */
  problems: { code: string; element: string }[];
}

/** What an inspection is told. */
export interface InspectOptions {
  /** The type that the person named, for the check of it. */
  documentType?: DocumentType | null;
  /** `YYYY-MM-DD`; default is the device's date. */
  today?: string;
}

/** RGBA pixels. */
export interface PixelImage {
  data: Uint8ClampedArray;
  width: number;
  height: number;
}

/** What one side shows. */
export interface SideReading {
  document: FoundDocument | null;
  /** The document alone, of its true proportions and upright; `turn` tells by what that is known. */
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
  /** Upright, with the margins of a token image (ISO/IEC 19794-5). */
  portrait: (PixelImage & { face: DetectedFace }) | null;
  recaptureSignals: {
    chromaticityStdDev: number;
    moirePeakRatio: number;
    jpegBlockiness: number;
    jpegGridOffset: [number, number];
  };
}

/** A document, looked at from both sides. */
export interface Inspection {
  front: SideReading;
  back: SideReading | null;
  checks: DocumentCheck[];
}
