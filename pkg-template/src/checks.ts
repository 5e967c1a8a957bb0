// Results of quality checks (guidance, automatic capture) and of document checks (consistency, recapture).

/** Quality checks of a document in the guide frame; those with a threshold have its name. */
export const DOCUMENT_QUALITY_CHECKS = [
  "minConfidence",
  "fullyInside",
  "minFill",
  "maxFill",
  "minDpi",
  "maxOffset",
  "maxSideRatio",
  "minSharpness",
  "maxGlareBlob",
  "minLuma",
  "maxBrightShare",
  "maxMotion",
  "maxFingers",
  "wrongDocument",
  "sameSide",
  "mrz",
  "portrait",
  "mrzCheckDigits",
  "proportions",
  "barcode",
] as const;

/** Quality checks of a face in the oval; those with a threshold have its name. */
export const FACE_QUALITY_CHECKS = [
  "faces",
  "minHeight",
  "maxHeight",
  "maxOffset",
  "maxYawDeg",
  "maxPitchDeg",
  "maxRollDeg",
  "minLuma",
  "maxLuma",
  "minUniformity",
  "minFrontLight",
  "maxEyeGlare",
  "minEyesOpen",
  "minQuality",
  "maxMotion",
] as const;

/** A quality check, by the name of its threshold in {@link Thresholds} if it has one. */
export type CheckName = (typeof DOCUMENT_QUALITY_CHECKS)[number] | (typeof FACE_QUALITY_CHECKS)[number];

/** The result of a quality check. */
export interface Check {
  name: CheckName;
  /** Raw value, in the unit of the threshold. */
  value: number;
  /** Value normalised by the threshold: 0 at worst, 0.5 at the threshold, 1 at best. */
  score: number;
  /** The threshold that `value` was compared with. */
  threshold: number;
  /** Whether the value meets the threshold. */
  passed: boolean;
}

/** Checks of a document's data and images. */
export const DOCUMENT_CHECKS = [
  "not_expired",
  "issue_date_not_future",
  "age",
  "date_order",
  "issuing_state",
  "number_format",
  "mrz_check_digits",
  "barcode_consistency",
  "personal_number",
  "personal_number_holder",
  "declared_type",
  "different_sides",
  "document_number_crosscheck",
  "name_crosscheck",
  "holder_crosscheck",
  "portrait",
  "fully_in_frame",
  "not_greyscale_copy",
  "screen",
  "jpeg_artifacts",
] as const;

/** A check of a document's data and images. */
export type CheckCode = (typeof DOCUMENT_CHECKS)[number];

/**
 * The result of a document check. A heuristic reports `suspicious`, never `failed`, with its raw value and threshold.
 */
export interface DocumentCheck {
  code: CheckCode;
  result: "passed" | "failed" | "suspicious" | "not_applicable";
  /** Explanation in English. Quotes no data of the document. */
  reason: string;
  /** Raw value of a heuristic, in its own unit; `null` for other checks. */
  value: number | null;
  /** The threshold that `value` was compared with; `null` for other checks. */
  threshold: number | null;
}
