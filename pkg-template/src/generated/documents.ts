// Generated from the Rust types by `cargo xtask types`.
// What an MRZ or an AAMVA barcode holds.

import type { Quad } from "./geometry.js";

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
  | "SWISS_DRIVING_LICENSE"
  /** Dutch driving licence: 1 line of 30. */
  | "DUTCH_DRIVING_LICENSE"
  /**
   * Driving licence of another state: 1 line of 30 whose layout beyond the state is the state's own (ISO/IEC 18013-3).
   * Parsed from text; not read from images, where one check digit is too little evidence.
   */
  | "DRIVING_LICENSE";

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
  /** The version of the card (Dutch driving licence). */
  | "version"
  /** Unused positions. */
  | "unused";

/** A state or organisation, as coded in the MRZ. */
export interface MrzState {
  /** The code without fillers, as printed: `D` stays `D`. */
  code: string;
  /** English short name; `null` for a code that neither the standard nor any known document has. */
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

/**
 * A date of the MRZ; parts may be unknown: fillers (Doc 9303-3 section 4.8), or `00` for month and day, as some states
 * print.
 */
export interface MrzDate {
  /** Symbols as printed. */
  raw: string;
  /**
   * The year with its century; `null` if unknown, or if its century is ambiguous. 9999 is an end of validity that never
   * comes.
   */
  year: number | null;
  /** The month, 1–12; `null` if unknown. */
  month: number | null;
  /** The day, 1–31; `null` if unknown. */
  day: number | null;
  /** Date as `YYYY-MM-DD`, if every part is known. */
  iso: string | null;
  /** The years that the two digits can denote, if the century is ambiguous; else empty. */
  possibleYears: number[];
}

/** Sex (Doc 9303-4 section 4.2.2: `F`, `M`, or the filler). */
export type MrzSex =
  /** `F`. */
  | "female"
  /** `M`. */
  | "male"
  /** The filler, or `X`, as some states print. */
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

/** What is known of the end of validity. */
export type MrzValidity =
  /** The date of expiry is known; unknown parts of it count as the latest possible. */
  | "dated"
  /** The validity has no end: the date is of year 9999, as some states print it. */
  | "unlimited"
  /** The two digits of the year can denote several years. */
  | "ambiguous"
  /** The field is empty, or the format has none. */
  | "not_stated"
  /** The field is not a date. */
  | "unreadable";

/**
 * The data from which the key of a passport's or card's chip is derived (Doc 9303-11 section 4.3: BAC, and PACE with
 * the MRZ). Each part has its own check digit, so the key can be right where the composite check digit is wrong.
 */
export interface MrzChipKey {
  /** Document number, complete and without fillers. */
  number: string;
  /** Date of birth as printed, `YYMMDD`. */
  birth: string;
  /** Date of expiry as printed, `YYMMDD`. */
  expiry: string;
  /** Whether the check digits of the three parts are valid. */
  valid: boolean;
  /** Probability that all symbols of the key are read right, 0–1; `null` if the lines do not come from an image. */
  confidence: number | null;
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
  /**
   * Whether they match. A filler is valid for an empty personal number of a passport (Doc 9303-4 section 4.2.2) and for
   * an empty date.
   */
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

/**
 * A character that the rules of the format chose although the image shows another as more probable: a check digit, the
 * field's character class, the syntax of names and dates, or the list of states.
 */
export interface MrzInferredChar {
  /** Field that contains it. */
  field: MrzFieldName;
  /** Line, from 0. */
  line: number;
  /** Column, from 0. */
  column: number;
  /** The most probable symbol by the image alone. */
  seen: string;
  /** Its probability by the image alone, 0–1. */
  seenConfidence: number;
  /** The symbol of the document's lines. */
  chosen: string;
  /** Its probability by the image alone, 0–1. */
  chosenConfidence: number;
  /** Whether the validity rests on it: a check digit covers it, it is one, or it decides the format. */
  checked: boolean;
}

/**
 * Kinds of problems. The first two make `MrzDocument::valid` false, except a sex of `X`, which some states print; the
 * others are reported.
 */
export type MrzProblemCode =
  /** A symbol is outside the field's character class and cannot be corrected. */
  | "unexpected_symbol"
  /** The field is not a date. */
  | "invalid_date"
  /** The document code is not one that the standard has for the format. */
  | "wrong_document_code"
  /** Neither Doc 9303-3 section 5 nor any known document has the code. */
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
  /** The names of a Russian internal passport in Cyrillic, whose MRZ codes each letter by one symbol; else `null`. */
  namesCyrillic: MrzNames | null;
  /** The holder's nationality; `null` if the format has no such field. */
  nationality: MrzState | null;
  /** Date of birth; `null` if it is not a date. */
  birthDate: MrzDate | null;
  /** Sex; `null` if the format has no such field, or its symbol is another. */
  sex: MrzSex | null;
  /** Last day of validity; `null` if the format has no such field, or it is not a date. */
  expiryDate: MrzDate | null;
  /** What is known of the end of validity. */
  validity: MrzValidity;
  /** Date of issue: year and month of a French national identity card, day of a Russian internal passport. */
  issueDate: MrzDate | null;
  /** Optional data as printed, never corrected. */
  optionalData: MrzOptionalData[];
  /** Personal number of a Kazakh or Kyrgyz document, if the optional data has its shape. */
  personalNumber: PersonalNumber | null;
  /** The key of the chip; `null` for a format without a chip's key, or without number or dates. */
  chipKey: MrzChipKey | null;
  /** All check digits, the composite last. */
  checkDigits: MrzCheckDigit[];
  /**
   * Whether all check digits are valid, all fields match their character class, and no character of them is inferred. A
   * Swiss driving licence has no check digits.
   */
  valid: boolean;
  /**
   * Whether the document would be valid if the inferred characters of its checked fields are right. Never together with
   * `valid`.
   */
  validIfInferred: boolean;
  /** Confusables that were corrected. */
  corrections: MrzCorrection[];
  /**
   * Characters that the image does not show as the most probable ones; empty if the lines do not come from an image.
   */
  inferred: MrzInferredChar[];
  /** Other invalid or unusual fields. */
  problems: MrzProblem[];
}

/** An MRZ, read from an image as printed, whatever its check digits. */
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
  /** `F`: fully compliant. */
  | "full"
  /** `M`: materially compliant. */
  | "material"
  /** `N`. */
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
  /** A value is not one of the standard's, and is not read. */
  | "value_unknown"
  /** A value is spelled otherwise than in the standard, and is read. */
  | "value_spelling";

/** What a conformance issue means for the data. */
export type AamvaSeverity =
  /** Issuers print it: order, offsets, spelling, an issuer that the list does not have. The data are complete. */
  | "info"
  /** Data are missing, contradict each other or are invalid. */
  | "error";

/** A conformance issue. The text is read regardless. */
export interface AamvaProblem {
  /** Kind of issue. */
  code: AamvaProblemCode;
  /** Element (`DBB`) or subfile (`ZM`) concerned; empty for the header. */
  element: string;
  /** Whether the data can be trusted regardless. */
  severity: AamvaSeverity;
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
