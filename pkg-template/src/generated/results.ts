// Generated from the Rust types by `cargo xtask types`.
// Results and options of the tools.

import type { CheckCode, DocumentQualityCheck, DocumentType, FaceQualityCheck, GuidanceCode } from "./codes.js";
import type { AamvaDocument } from "./documents.js";
import type { Point, Quad, Rect } from "./geometry.js";
import type { DocumentThresholds } from "./thresholds.js";

/** A quality check of a document or of a face. */
export type CheckName = DocumentQualityCheck | FaceQualityCheck;

/** The result of a check. */
export interface Check {
  /** The check. */
  name: CheckName;
  /** The raw value, in the unit of the check. */
  value: number;
  /** The normalised value: 0 at the worst, 0.5 at the threshold, 1 at the best. */
  score: number;
  /** The threshold that the value is compared with. */
  threshold: number;
  /** Whether the value is within the limit. */
  passed: boolean;
}

/** The result of a check. */
export type CheckResult =
  /** The document conforms. */
  | "passed"
  /** The document does not conform. */
  | "failed"
  /** A heuristic asks for a review by a person. */
  | "suspicious"
  /** The data that the check needs is not available. */
  | "not_applicable";

/** A check with its result. */
export interface DocumentCheck {
  /** The check. */
  code: CheckCode;
  /** The result. */
  result: CheckResult;
  /** The reason, in English. It contains no data of the document. */
  reason: string;
  /** The raw value of a heuristic; `null` for other checks. */
  value: number | null;
  /** The threshold of a heuristic; `null` for other checks. */
  threshold: number | null;
}

/** A detected face. */
export interface DetectedFace {
  /** Bounding box from the brows to the chin and from ear to ear, pixels; may reach beyond the image. */
  box: Rect;
  /** Score of the detector, 0–1. */
  score: number;
  /** Right eye, left eye, nose tip, mouth, right ear, left ear (the person's right and left), pixels. */
  keypoints: [Point, Point, Point, Point, Point, Point];
  /**
   * Yaw, degrees; positive if the nose points to the right of the image (to the person's left, in an image that is not
   * mirrored). From keypoints; mean error on rendered heads up to 45° as `tests/native/head_pose.rs` prints it, not
   * measured on turned real faces.
   */
  yaw: number;
  /** Pitch, degrees; positive looks up. Less accurate than yaw. */
  pitch: number;
  /**
   * Roll, degrees; positive is clockwise in the image. Less accurate for a head that is turned and raised at once
   * (`tests/native/head_pose.rs`).
   */
  roll: number;
}

/** A quality measure (ISO/IEC 29794-5). */
export interface Measure {
  /** Native value, in the unit of the measure. */
  raw: number;
  /** 0 (useless) to 100 (ideal). */
  score: number;
}

/**
 * The quality of a face image, in the terms of ISO/IEC 29794-5. The unified score is `100 · Π (score / 100)^weight`;
 * `headSize` and `crop`, which apply to printed portraits, have weight 0.
 *
 * The unified score is `100 · Π (score_i / 100)^weight_i` over the weights of `FaceQuality::components`: a single
 * measure that is useless makes the frame useless, and measures that only matter for a printed portrait (size and crop)
 * weigh nothing.
 */
export interface FaceQuality {
  /**
   * The 99th percentile of the Laplacian divided by the contrast, of the face at 192 pixels, 0–1. Measured: rendered
   * and real faces in focus 0.10 and more, a real one enlarged threefold 0.04.
   */
  sharpness: Measure;
  /** Share of the face with luma 247–255, 0–1. */
  overExposure: Measure;
  /** Share of the face with luma 0–25, 0–1. */
  underExposure: Measure;
  /** Mean luma of the face, 0–1; good between 0.2 and 0.8. */
  luminance: Measure;
  /** Entropy of the luma histogram, bits, 0–8. */
  dynamicRange: Measure;
  /** Intersection of the luma histograms of both halves, 0–1. */
  illuminationUniformity: Measure;
  /** Distance between the eyes divided by the cosine of the yaw, pixels. */
  interEyeDistance: Measure;
  /** Distance from the eyes to the chin, as a share of the image's height; a portrait requires 0.45. */
  headSize: Measure;
  /** Minimum margin around the eyes, as a share of what a portrait requires. */
  crop: Measure;
  /** Yaw, degrees. */
  yaw: Measure;
  /** Pitch, degrees. */
  pitch: Measure;
  /** Roll, degrees. */
  roll: Measure;
  /** Ratio of the second largest face's area to the largest one's, 0–1. */
  singleFace: Measure;
  /** Share of the eye region that is a specular reflection, 0–1. */
  eyeGlare: Measure;
  /** The unified score, 0–100. */
  score: number;
  /** Distance between the eyelids, in inter-eye distances; absent if it cannot be measured. */
  eyesOpen?: Measure;
  /** In a stream: displacement since the previous frame, in face heights. */
  motion?: Measure;
  /** Distance between the lips, in inter-eye distances; absent if it cannot be measured. */
  mouthClosed?: Measure;
}

/** The quality of a frame of a face. */
export interface FaceAssessment {
  /** Hint for a better frame; `capturing` if there is nothing to improve. */
  guidance: GuidanceCode;
  /** The tracked face. */
  face: DetectedFace | null;
  /** Every check with its raw value, score and threshold; empty without a face. */
  checks: Check[];
}

/** The sizes of Doc 9303-3 section 2 (ISO/IEC 7810). */
export type DocumentSize =
  /** 85.6 mm by 53.98 mm: cards (TD1), driving licences. */
  | "ID1"
  /** 105 mm by 74 mm. */
  | "TD2"
  /** 125 mm by 88 mm: a passport's data page (TD3). */
  | "ID3";

/** A detected document. */
export interface FoundDocument {
  /**
   * Corners, pixels, clockwise from the top left; the first two lie on a longer side, so a document in portrait
   * orientation starts at its bottom left.
   */
  quad: Quad;
  /** Support by edges and fit of the aspect ratio, 0–1. */
  confidence: number;
  /** By aspect ratio. TD2 and ID-3 have the same one; the more common is reported. */
  size: DocumentSize;
  /** Whether every corner is inside the image, by a margin of 1 % of the image's size. */
  fullyInside: boolean;
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

/** A PDF417 barcode (ISO/IEC 15438). */
export interface SideBarcode {
  /**
   * The decoded text: by the declared character sets, bytes of unknown sets as U+FFFD; without a declaration UTF-8 if
   * the bytes are, else Latin-1.
   */
  text: string;
  /** Corners, pixels, clockwise from the top left of the symbol. */
  quad: Quad;
  /** Corrected codewords. */
  corrected: number;
  /** Error correction codewords of the symbol. */
  correction: number;
  /** The parsed document, if the barcode follows AAMVA. */
  document: AamvaDocument | null;
}

/** The source of the orientation of a document. */
export type OrientationSource =
  /** The lines of the machine-readable zone. */
  | "mrz"
  /** The eyes and the mouth of the portrait. */
  | "portrait"
  /** The barcode's direction. */
  | "barcode"
  /** Lines of print show the document's axis, not which end is up: the end that is up in the image is taken. */
  | "text";

/** Raw values. */
export interface RecaptureSignals {
  /**
   * Standard deviation of the chromaticity (fractions of red and blue) over the document, 0–1. A greyscale copy has one
   * hue, that of its light: below 0.008.
   */
  chromaticityStdDev: number;
  /**
   * Ratio of the highest high-frequency peak that most windows share to its surroundings, weighted by the phase
   * difference of the channels. Pixel grids of screens and moiré reach hundreds.
   */
  moirePeakRatio: number;
  /**
   * Luma steps on the JPEG grid of eight pixels, as a multiple of those elsewhere: 1 without compression, above 1.2
   * after strong compression.
   */
  jpegBlockiness: number;
  /** Offset of the JPEG grid, pixels from the left and from the top, 0–7; 0 for a file that was not cropped. */
  jpegGridOffset: [number, number];
}

/** Output file format. */
export type OutputFormat =
  /** JPEG, 4:2:0. */
  | "jpeg"
  /** PNG, RGBA. */
  | "png";

/** How the bytes of an encoded image are returned. */
export type EncodedAs =
  /** A `Uint8Array`. */
  | "bytes"
  /** Base64 text. */
  | "base64"
  /** A `data:` URL. */
  | "dataUrl";

/** Options of `encode`. All sizes in pixels. */
export interface CoreEncodeOptions {
  /** File format. Default `"jpeg"`. */
  format?: OutputFormat;
  /** Part of the image to keep, pixels; it must overlap the image. */
  crop?: Rect;
  /** Corners of a document to rectify, pixels, clockwise from the top left. Excludes `crop`. */
  quad?: Quad;
  /** Maximum width, pixels, at least 1. Default: unlimited. */
  maxWidth?: number;
  /** Maximum height, pixels, at least 1. Default: unlimited. */
  maxHeight?: number;
  /** Maximum of width and height, pixels, at least 1. Default: unlimited. */
  maxSide?: number;
  /** Maximum number of pixels, at least 1. Default: unlimited. */
  maxPixels?: number;
  /** JPEG quality. Range 1–100, whole. Default 85. */
  quality?: number;
  /** Minimum JPEG quality under `maxBytes`; not above `quality`. Range 1–100, whole. Default 50. */
  minQuality?: number;
  /** Maximum file size, bytes: lowers first the quality, then the size. Default: unlimited. */
  maxBytes?: number;
}

/** Options of `assessDocument`. */
export interface AssessOptions {
  /** The expected type. Default: any. */
  documentType?: DocumentType | null;
  /** Thresholds of the checks. An absent field keeps its default. */
  thresholds?: DocumentThresholds;
}

/** Options of `inspectDocument`. */
export interface InspectOptions {
  /** The date for expiry and centuries, `YYYY-MM-DD`. Default: the device's date. */
  today?: string;
  /** The type that the person declared. Default: none, and no check of it. */
  documentType?: DocumentType | null;
}
