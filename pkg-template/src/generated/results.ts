// Generated from the Rust types by `cargo xtask types`.
// Results and options of the tools.

import type { CheckCode, DocumentQualityCheck, DocumentType, FaceQualityCheck, GuidanceCode } from "./codes.js";
import type { DocumentThresholds } from "./thresholds.js";

/** A point in pixels. */
export interface Point {
  /** Pixels from the left. */
  x: number;
  /** Pixels from the top. */
  y: number;
}

/** A quadrilateral: corners in the order top left, top right, bottom right, bottom left of the enclosed object. */
export type Quad = [Point, Point, Point, Point];

/** An axis-aligned rectangle in pixels. */
export interface Rect {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  /** Width, not negative. */
  width: number;
  /** Height, not negative. */
  height: number;
}

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

/** An existing day of the Gregorian calendar, years 1–9999. Ordered by time. */
export type IsoDate = string;

/** An MRZ format. */
export type MrzFormat =
  /** Identity card of credit card size: 3 lines of 30 (Doc 9303-5). */
  | "TD1"
  /** Larger identity card: 2 lines of 36 (Doc 9303-6). */
  | "TD2"
  /** Passport: 2 lines of 44 (Doc 9303-4). */
  | "TD3"
  /** Large visa: 2 lines of 44 (Doc 9303-7). */
  | "MRVA"
  /** Small visa: 2 lines of 36 (Doc 9303-7). */
  | "MRVB"
  /** French national identity card of 1988–2021: 2 lines of 36. */
  | "FRENCH_NATIONAL_ID"
  /** French driving licence: 1 line of 30. */
  | "FRENCH_DRIVING_LICENSE"
  /** Swiss driving licence: lines of 9, 30 and 30. */
  | "SWISS_DRIVING_LICENSE";

/** Name of a field, as reported with corrections, check digits and problems. */
export type MrzFieldName =
  /** One or two letters for the kind of document. */
  | "documentCode"
  /** Issuing state or organisation. */
  | "issuingState"
  /** Primary and secondary identifier in one field. */
  | "names"
  /** The primary identifier alone (French documents). */
  | "primaryName"
  /** The secondary identifier alone (French documents). */
  | "secondaryName"
  /** The document's number. */
  | "documentNumber"
  /** The check digit of the number. */
  | "documentNumberCheckDigit"
  /** The holder's nationality. */
  | "nationality"
  /** The holder's date of birth. */
  | "birthDate"
  /** The check digit of the date of birth. */
  | "birthDateCheckDigit"
  /** The holder's sex. */
  | "sex"
  /** The last day of validity. */
  | "expiryDate"
  /** The check digit of the last day of validity. */
  | "expiryDateCheckDigit"
  /** Year and month of issue (French national identity card). */
  | "issueDate"
  /** Optional data; in TD3 the personal number. */
  | "optionalData"
  /** The second optional data field (TD1), or the second administrative code (French national identity card). */
  | "optionalData2"
  /** The check digit of a passport's personal number. */
  | "optionalDataCheckDigit"
  /** The check digit over several fields of the document. */
  | "compositeCheckDigit"
  /** The number of the blank card (Swiss driving licence). */
  | "cardNumber"
  /** The language of the document (Swiss driving licence). */
  | "language"
  /** Unused positions. */
  | "unused";

/** A state or organisation, as coded in the MRZ. */
export interface MrzState {
  /** The code without fillers, as printed: `D` stays `D`. */
  code: string;
  /** English short name; `null` for a code that the standard does not list. */
  name: string | null;
}

/**
 * The holder's names as coded in the MRZ: capitals, words separated by one space. The MRZ does not preserve hyphens and
 * apostrophes.
 */
export interface MrzNames {
  /** The primary identifier, mostly the family name. May be empty. */
  primary: string;
  /** The secondary identifier, mostly the given names. May be empty. */
  secondary: string;
  /**
   * Whether the last position is a letter: the name fills the field and may be truncated (Doc 9303-4 section 4.2.3).
   */
  truncated: boolean;
}

/** A date of the MRZ; parts may be unknown (fillers, Doc 9303-3 section 4.8). */
export interface MrzDate {
  /** Symbols as printed. */
  raw: string;
  /** The year with its century; `null` if unknown. */
  year: number | null;
  /** The month, 1–12; `null` if unknown. */
  month: number | null;
  /** The day, 1–31; `null` if unknown. */
  day: number | null;
  /** Date as `YYYY-MM-DD`, if every part is known. */
  iso: string | null;
}

/** Sex (Doc 9303-4 section 4.2.2: `F`, `M`, or the filler). */
export type MrzSex =
  /** `F`. */
  | "female"
  /** `M`. */
  | "male"
  /** The filler. */
  | "unspecified";

/** A field of optional data. */
export interface MrzOptionalData {
  /** Name of the field. */
  field: MrzFieldName;
  /** The whole field as printed. */
  raw: string;
  /** Value without trailing fillers, and without a document number's continuation. */
  value: string;
}

/** Why an identifier is invalid. Contains no part of the identifier, so it can be logged. */
export type IdentifierError =
  /** Wrong number of digits, or other characters. */
  | "wrong_shape"
  /** The date of birth does not exist. */
  | "wrong_birth_date"
  /** The digit for sex, or for century and sex, is undefined. */
  | "wrong_sex_digit"
  /** The check digit does not match. */
  | "wrong_check_digit";

/** Kinds of personal numbers. */
export type PersonalNumberKind =
  /** `Iin` of Kazakhstan. */
  | "kz_iin"
  /** `KgPin` of Kyrgyzstan. */
  | "kg_pin";

/** The personal number of a Kazakh or Kyrgyz document. */
export interface PersonalNumber {
  /** Kind of number. */
  kind: PersonalNumberKind;
  /** Digits. */
  value: string;
  /** Why it is invalid; `null` if it is valid. */
  error: IdentifierError | null;
  /** Date of birth encoded in a valid number. */
  birthDate: IsoDate | null;
  /** Whether date of birth and sex of a valid number match the MRZ. */
  matchesHolder: boolean | null;
}

/** A check digit. */
export interface MrzCheckDigit {
  /** Its field. */
  field: MrzFieldName;
  /** Line, from 0. */
  line: number;
  /** Column, from 0. */
  column: number;
  /** Computed digit. */
  expected: string;
  /** Printed symbol. */
  actual: string;
  /** Whether they match. A filler is valid for an empty personal number of a passport (Doc 9303-4 section 4.2.2). */
  valid: boolean;
}

/** A corrected symbol. */
export interface MrzCorrection {
  /** Line, from 0. */
  line: number;
  /** Column, from 0. */
  column: number;
  /** Symbol of the input. */
  from: string;
  /** Symbol of the result. */
  to: string;
  /** Field that contains it. */
  field: MrzFieldName;
}

/** Kinds of problems. The first three make `MrzDocument::valid` false. */
export type MrzProblemCode =
  /** A symbol is outside the field's character class and cannot be corrected. */
  | "unexpected_symbol"
  /** The document code does not belong to the format. */
  | "wrong_document_code"
  /** The field is not a date. */
  | "invalid_date"
  /** Doc 9303-3 section 5 does not list the code. */
  | "unknown_state"
  /** The field is empty. */
  | "missing";

/** An invalid or unusual field; check digits are reported separately. */
export interface MrzProblem {
  /** Code. */
  code: MrzProblemCode;
  /** Field. */
  field: MrzFieldName;
}

/** A parsed and checked MRZ. */
export interface MrzDocument {
  /** Format. */
  format: MrzFormat;
  /** Lines of capitals, digits and fillers, after correction. */
  lines: string[];
  /** Kind of document, without fillers: `P`, `ID`, `V` … */
  documentCode: string;
  /** Issuing state or organisation. */
  issuingState: MrzState;
  /** Document number without trailing fillers, including a continuation in the optional data. */
  documentNumber: string;
  /** The holder's names. */
  names: MrzNames;
  /** The holder's nationality; `null` if the format has no such field. */
  nationality: MrzState | null;
  /** Date of birth; `null` if it is not a date. */
  birthDate: MrzDate | null;
  /** Sex; `null` if the format has no such field, or its symbol is another. */
  sex: MrzSex | null;
  /** Last day of validity; `null` if the format has no such field, or it is not a date. */
  expiryDate: MrzDate | null;
  /** Year and month of issue; French national identity card only. */
  issueDate: MrzDate | null;
  /** Optional data as printed, never corrected. */
  optionalData: MrzOptionalData[];
  /** Personal number of a Kazakh or Kyrgyz document, if the optional data has its shape. */
  personalNumber: PersonalNumber | null;
  /** All check digits, the composite last. */
  checkDigits: MrzCheckDigit[];
  /**
   * Whether all check digits are valid and all fields match their character class. A Swiss driving licence has no check
   * digits.
   */
  valid: boolean;
  /** Confusables that were corrected. */
  corrections: MrzCorrection[];
  /** Other invalid or unusual fields. */
  problems: MrzProblem[];
}

/** An MRZ, read from an image. */
export interface MrzReading {
  /** Format. */
  format: MrzFormat;
  /** Lines as printed. */
  lines: string[];
  /** Mean symbol probability, 0–1. */
  confidence: number;
  /** Posterior probability of this text, 0–1. */
  posterior: number;
  /** Probability of each symbol, line by line, 0–1. */
  charConfidence: number[][];
  /** Corners around each line's capitals, px of the frame, in reading order (top left first as read). */
  quads: Quad[];
  /** The parsed and checked document. */
  document: MrzDocument;
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

/** Header of the text. */
export interface AamvaHeader {
  /** Issuer identification number, six digits. */
  issuerId: string;
  /**
   * AAMVA version: 1 of 2000, 2 of 2003, 3 of 2005, 4 of 2009, 5 of 2010, 6 of 2011, 7 of 2012, 8 of 2013, 9 of 2016,
   * 10 of 2020; 0 for earlier cards. `null` if unreadable.
   */
  version: number | null;
  /** Jurisdiction version number, from version 2 on. */
  jurisdictionVersion: number | null;
}

/** The country of an issuer. */
export type AamvaCountry =
  /** `USA`. */
  | "USA"
  /** `CAN`. */
  | "CAN";

/** Issuer of a card. */
export interface AamvaIssuer {
  /** Two-letter code of the jurisdiction, as in addresses. */
  jurisdiction: string;
  /** English name. */
  name: string;
  /** Country. */
  country: AamvaCountry;
}

/** Type of the card's subfile. */
export type CardKind =
  /** `DL`. */
  | "driver_license"
  /** `ID`. */
  | "identity_card"
  /** `EN`: enhanced licence of version 3. */
  | "enhanced_license";

/** Whether a name was truncated. */
export type Truncation =
  /** `T`. */
  | "truncated"
  /** `N`. */
  | "whole"
  /** `U`. */
  | "unknown";

/** The holder's name. */
export interface AamvaName {
  /** Family name: `DCS`, `DAB`, or the first part of `DAA`. */
  family: string | null;
  /** First given name: `DAC`, or the first of `DCT`. */
  given: string | null;
  /** Other given names, separated by spaces. */
  middle: string | null;
  /** `DCU` or `DAE`. */
  suffix: string | null;
  /** `DAF`. */
  prefix: string | null;
  /** `DDE`. */
  familyTruncated: Truncation | null;
  /** `DDF`. */
  givenTruncated: Truncation | null;
  /** `DDG`. */
  middleTruncated: Truncation | null;
}

/** An address as printed. */
export interface AamvaAddress {
  /** `DAG`, or `DAL`. */
  street: string | null;
  /** `DAH`, or `DAM`. */
  street2: string | null;
  /** `DAI`, or `DAN`. */
  city: string | null;
  /** `DAJ`, or `DAO`: two letters. */
  jurisdiction: string | null;
  /** `DAK`, or `DAP`: five or nine digits in the United States, without the zeros that fill it up. */
  postalCode: string | null;
  /** `DCG`, or that of the issuer. */
  country: AamvaCountry | null;
}

/** Sex as stated (`DBC`). */
export type AamvaSex =
  /** `1`. */
  | "M"
  /** `2`. */
  | "F"
  /** `9`: not specified. */
  | "X";

/** Height in the unit stated. */
export type AamvaHeight =
  /** Inches, 20–107. */
  | {
      unit: "inches";
      value: number;
    }
  /** Centimetres, 50–272. */
  | {
      unit: "centimetres";
      value: number;
    };

/** Weight in the unit stated. */
export type AamvaWeight =
  /** Pounds. */
  | {
      unit: "pounds";
      value: number;
    }
  /** Kilograms. */
  | {
      unit: "kilograms";
      value: number;
    }
  /** Weight range of the standard, 0 (up to 31 kg) to 9 (146 kg and more). */
  | {
      unit: "range";
      value: number;
    };

/** Colour of the eyes (ANSI D-20). */
export type EyeColor =
  | "black"
  | "blue"
  | "brown"
  | "gray"
  | "green"
  | "hazel"
  | "maroon"
  | "pink"
  | "dichromatic"
  | "unknown";

/** Colour of the hair (ANSI D-20). */
export type HairColor = "bald" | "black" | "blond" | "brown" | "gray" | "red" | "sandy" | "white" | "unknown";

/** REAL ID compliance. */
export type Compliance =
  /** `F`. */
  | "full"
  /** `N`, and `M` of version 4. */
  | "none";

/** A data element. */
export interface AamvaElement {
  /** Element id: three capitals or digits, such as `DBB`. */
  id: string;
  /** Value; may be empty. */
  value: string;
}

/** A subfile: the card (`DL`, `ID`, `EN`), or the issuer's own (`Z` and a letter). */
export interface AamvaSubfile {
  /** Subfile type, two capitals. */
  kind: string;
  /** Elements in order; values without surrounding spaces. */
  elements: AamvaElement[];
}

/** Kinds of conformance issues. */
export type AamvaProblemCode =
  /** The control characters before the file type are not `@`, line feed, record separator, carriage return. */
  | "header_prefix"
  /** The header is truncated, or contains a malformed number. */
  | "header_malformed"
  /** The issuer is not in the list. */
  | "issuer_unknown"
  /** A subfile does not begin or end at the header's offsets; it was found by its content. */
  | "subfile_misplaced"
  /** A subfile of the header is missing. */
  | "subfile_missing"
  /** A line is not an element: it does not start with three capitals or digits. */
  | "element_malformed"
  /** An element occurs twice with different values; the first is used. */
  | "element_repeated"
  /** A mandatory element (annex D) is missing or empty. */
  | "element_missing"
  /** A date does not exist in either order. */
  | "date_invalid"
  /** A date has the order of another version or country. */
  | "date_order"
  /** A value is not one of the standard's. */
  | "value_unknown";

/** A conformance issue. The text is read regardless. */
export interface AamvaProblem {
  /** Kind of issue. */
  code: AamvaProblemCode;
  /** Element (`DBB`) or subfile (`ZM`) concerned; empty for the header. */
  element: string;
}

/** A driving licence or identity card. */
export interface AamvaDocument {
  /** Header of the text. */
  header: AamvaHeader;
  /** Issuer; `null` for a number that is not in the list. */
  issuer: AamvaIssuer | null;
  /** Kind of card. */
  kind: CardKind;
  /** Document number (`DAQ`). */
  documentNumber: string | null;
  /** The holder's name. */
  name: AamvaName;
  /** The holder's residence or mailing address. */
  address: AamvaAddress;
  /** Date of birth (`DBB`). */
  birthDate: IsoDate | null;
  /** Date of issue (`DBD`). */
  issueDate: IsoDate | null;
  /** Date of expiry (`DBA`). */
  expiryDate: IsoDate | null;
  /** Revision date of the card's design (`DDB`). */
  revisionDate: IsoDate | null;
  /** Expiry date of the hazardous materials endorsement (`DDC`). */
  hazmatExpiryDate: IsoDate | null;
  /** Date on which the holder turns 18 (`DDH`). */
  under18Until: IsoDate | null;
  /** Date on which the holder turns 19 (`DDI`). */
  under19Until: IsoDate | null;
  /** Date on which the holder turns 21 (`DDJ`). */
  under21Until: IsoDate | null;
  /** Sex (`DBC`). */
  sex: AamvaSex | null;
  /** Height (`DAU`, or `DAV` of version 1). */
  height: AamvaHeight | null;
  /** Weight (`DAW` or `DAX`, or the range of `DCE`). */
  weight: AamvaWeight | null;
  /** Eye colour (`DAY`). */
  eyeColor: EyeColor | null;
  /** Hair colour (`DAZ`). */
  hairColor: HairColor | null;
  /** Vehicle class (`DCA`, or `DAR` of version 1). */
  vehicleClass: string | null;
  /** Restrictions (`DCB` or `DAS`). */
  restrictions: string | null;
  /** Endorsements (`DCD` or `DAT`). */
  endorsements: string | null;
  /** REAL ID compliance (`DDA`). */
  compliance: Compliance | null;
  /** Organ donor (`DDK`, or `DBH` of version 1); `null` if not stated. */
  organDonor: boolean | null;
  /** Veteran (`DDL`). */
  veteran: boolean | null;
  /** Limited duration document (`DDD`). */
  limitedDuration: boolean | null;
  /** Document discriminator (`DCF`). */
  documentDiscriminator: string | null;
  /** Inventory control number (`DCK`). */
  inventoryControl: string | null;
  /** Audit information (`DCJ`). */
  auditInformation: string | null;
  /** Place of birth (`DCI`). */
  placeOfBirth: string | null;
  /** All subfiles as read, including the issuer's. */
  subfiles: AamvaSubfile[];
  /** Conformance issues. */
  problems: AamvaProblem[];
}

/** A PDF417 barcode (ISO/IEC 15438). */
export interface SideBarcode {
  /** The decoded text: UTF-8 if the bytes are, else Latin-1. */
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
