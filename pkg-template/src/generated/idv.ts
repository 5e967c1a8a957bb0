// Generated from the Rust types by `cargo xtask types`.
// Requests and replies of KYC API 2.10.15: IDV.

/** A free JSON object. */
export type JsonObject = Record<string, unknown>;

/** `document_type_e`, `type_e`: which document a person shows. */
export type DocumentType =
  | "unknown"
  | "driver_license"
  | "identification_card"
  | "passport"
  | "passport_card"
  | (string & {});

/** `status_e` of a session. */
export type SessionStatus =
  | "unknown"
  | "in_progress"
  | "complete"
  | "temporarily_blocked"
  | "temporarily_complete"
  | "expired"
  | (string & {});

/** `liveness_mode` of a session. */
export type LivenessMode = "passive" | "passive_active" | (string & {});

/** `gender_e`. The text lists `unknown` alone; the other names are this project's, from Doc 9303-3 section 4.1. */
export type Gender = "unknown" | "male" | "female" | (string & {});

/** `dmv_status_e`, `ofac_status_e`. The text lists `unknown` alone; the other names are this project's. */
export type CheckStatus = "unknown" | "clear" | "match" | (string & {});

/**
 * `data_source_e`: where a document's fields come from. The text lists `unknown` alone; the other names are this
 * project's.
 */
export type DataSource = "unknown" | "mrz" | "barcode" | (string & {});

/** How a test of *session test read* ended. The text says `string` alone; the names are this project's. */
export type TestWord = "unknown" | "passed" | "failed" | "suspicious" | (string & {});

/** `storage_file_type_e`: what a stored image shows. */
export type StorageFileType =
  | "unknown"
  | "driver_license_front"
  | "driver_license_back"
  | "state_id_card_front"
  | "state_id_card_back"
  | "passport_front"
  | "passport_card_front"
  | "passport_card_back"
  | "selfie"
  | "liveness_passive"
  | "liveness_active_step_1"
  | "liveness_active_step_2"
  | "liveness_active_step_3"
  | "liveness_active_step_4"
  | (string & {});

/** `location_capture_type_e`: the capture whose place is asked for. */
export type LocationCaptureType =
  | "unknown"
  | "front_doc_image_capture"
  | "back_doc_image_capture"
  | "selfie_image_capture"
  | (string & {});

export type OneOrMany = string | string[];

/** `meta_counts` of a list without states. */
export interface Counts {
  /** How many there are on all pages. */
  total: number;
}

/**
 * `meta_counts` of a list of sessions. `total` counts what meets every filter, on all pages; the others count what
 * meets every filter but that of the status.
 */
export interface StatusCounts {
  /** How many there are on all pages. */
  total: number;
  /** Of no known status. */
  unknown: number;
  /** Waiting for the person. */
  in_progress: number;
  /** Finalized. */
  complete: number;
  /** Blocked for a while. */
  temporarily_blocked: number;
  /** Finalized, subject to review. */
  temporarily_complete: number;
  /** No longer usable. */
  expired: number;
}

/** Body of *session create*; every field is optional. */
export interface SessionCreateRequest {
  /** A free JSON object of the integrator. */
  metadata?: Record<string, unknown>;
  /** How liveness is done. */
  liveness_mode?: LivenessMode;
  /** Where to tell that the session ended. */
  webhook_url?: string;
  /** A free JSON object. */
  settings?: Record<string, unknown>;
}

/** Reply of *session create*. */
export interface SessionCreateReply {
  /** The new session. */
  session_id: string;
}

/** Body of *session read*. */
export interface SessionReadRequest {
  /** The session. */
  session_id: string;
}

/** Reply of *session read*: everything that is known of a session. What is not known yet is null. */
export interface SessionReadReply {
  /** The session. */
  session_id: string;
  /** The user who made it. */
  user_id: string | null;
  /** The client that it belongs to. */
  client_id: string | null;
  /** The weights that decided it. */
  idv_weights_id: string | null;
  /** Its status. */
  status_e: SessionStatus;
  /** Which document was declared. */
  document_type_e: DocumentType;
  /** RFC 3339, as all other `_at` fields. */
  created_at: string | null;
  /** When it was finalized. */
  completed_at: string | null;
  /** Given name, from the document. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** Sex, from the document. */
  gender_e: Gender;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** Whether consent is recorded. */
  consented: boolean;
  /** When consent was recorded. */
  consented_at: string | null;
  /** Whether the front image is stored. */
  document_front_given: boolean;
  /** When it was stored. */
  document_front_given_at: string | null;
  /** Whether the back image is stored. */
  document_back_given: boolean;
  /** When it was stored. */
  document_back_given_at: string | null;
  /** Whether liveness was found. */
  liveness_detected: boolean;
  /** When it was found. */
  liveness_detected_at: string | null;
  /** Whether a selfie is stored. */
  selfie_given: boolean;
  /** When it was stored. */
  selfie_given_at: string | null;
  /** Outcome of the licence register. */
  dmv_status_e: CheckStatus;
  /** When it was asked. */
  dmv_detected_at: string | null;
  /** Outcome of the sanction list. */
  ofac_status_e: CheckStatus;
  /** When it was searched. */
  ofac_detected_at: string | null;
  /** The verdict. */
  verified: boolean;
  /** When it was reached. */
  verified_at: string | null;
  /** Share of the weighted checks that passed, as the server counts it. */
  score: number;
  /** The identity made of it. */
  identity_id: string | null;
  /** As given to *session create*. */
  metadata: Record<string, unknown>;
  /** As given to *session create*. */
  webhook_url: string | null;
  /** As given to *session create*. */
  settings: Record<string, unknown>;
  /** What happened, oldest first. The text does not say of what shape an entry is. */
  history: unknown[];
}

/** Body of *document read*. */
export interface DocumentReadRequest {
  /** The session. */
  session_id: string;
}

/** Reply of *document read*: the fields of the document. What the document does not say is null. */
export interface DocumentReadReply {
  /** The session. */
  session_id: string;
  /** The document. */
  document_id: string;
  /** Which document it is. */
  type_e: DocumentType;
  /** Where the fields come from. */
  data_source_e: DataSource;
  /** Document number. */
  document_number: string | null;
  /** A second number, as a personal number in the optional data. */
  ref_number: string | null;
  /** `YYYY-MM-DD`. */
  issued_at: string | null;
  /** `YYYY-MM-DD`. */
  expires_at: string | null;
  /** Issuing state, three letters as in Doc 9303-3 section 5. */
  issuing_country: string | null;
  /** Issuing part of a federation. */
  issuing_state: string | null;
  /** Given name. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  name_suffix: string | null;
  /** Street. */
  street: string | null;
  /** City. */
  city: string | null;
  /** State of the address. */
  state: string | null;
  /** Postal code. */
  postal_code: string | null;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** Sex. */
  gender_e: Gender;
  /** Height, as printed. */
  height: string | null;
  /** Weight, as printed. */
  weight: string | null;
  /** Colour of the eyes, as printed. */
  eye_color: string | null;
  /** Colour of the hair, as printed. */
  hair_color: string | null;
  /** Vehicle classes. */
  class: string | null;
  /** Restrictions. */
  restrictions: string | null;
}

/** Body of *session test read*. */
export interface SessionTestReadRequest {
  /** The session. */
  session_id: string;
}

/**
 * Reply of *session test read*: what was tested, and how it ended. What was not tested is null.
 *
 * The text does not say which words the strings are; this project's are those of `TestWord`.
 */
export interface SessionTestReadReply {
  /** Whether traces of a copy, a screen or an edited file are in the image of the front. */
  doc_front_image_manipulation: TestWord | null;
  /** Whether the image of the front shows an identity document. */
  doc_front_is_identity_document: TestWord | null;
  /** Whether the image of the front is known from elsewhere. */
  doc_front_online_duplication: TestWord | null;
  /** Whether words as `SPECIMEN` stand on the front. */
  doc_front_suspicious_words: TestWord | null;
  /** Whether traces of a copy, a screen or an edited file are in the image of the back. */
  doc_back_image_manipulation: TestWord | null;
  /** Whether the image of the back shows an identity document. */
  doc_back_is_identity_document: TestWord | null;
  /** Whether the image of the back is known from elsewhere. */
  doc_back_online_duplication: TestWord | null;
  /** Whether words as `SPECIMEN` stand on the back. */
  doc_back_suspicious_words: TestWord | null;
  /** Whether the document number is the one in the register. */
  dmv_document_number_match: boolean | null;
  /** Whether the date of expiry is the one in the register. */
  dmv_document_expiration_match: boolean | null;
  /** Whether the date of issue is the one in the register. */
  dmv_document_issue_match: boolean | null;
  /** Whether the kind of document is the one in the register. */
  dmv_document_category_match: boolean | null;
  /** Whether the date of birth is the one in the register. */
  dmv_birth_date_match: boolean | null;
  /** Whether the sex is the one in the register. */
  dmv_sex_match: boolean | null;
  /** Whether the colour of the eyes is the one in the register. */
  dmv_eye_color_match: boolean | null;
  /** Whether the height is the one in the register. */
  dmv_height_match: boolean | null;
  /** Whether the weight is the one in the register. */
  dmv_weight_match: boolean | null;
  /** Whether the first name is the one in the register. */
  dmv_first_name_match: boolean | null;
  /** Whether the middle names are those in the register. */
  dmv_middle_name_match: boolean | null;
  /** Whether the family name is the one in the register. */
  dmv_last_name_match: boolean | null;
  /** Whether the suffix of the name is the one in the register. */
  dmv_suffix_name_match: boolean | null;
  /** Whether the street is the one in the register. */
  dmv_street_match: boolean | null;
  /** Whether the city is the one in the register. */
  dmv_city_match: boolean | null;
  /** Whether the state of the address is the one in the register. */
  dmv_state_match: boolean | null;
  /** Whether the postal code is the one in the register. */
  dmv_postal_code_match: boolean | null;
  /** Whether all places of the document tell the same number. */
  document_number_crosscheck: boolean | null;
  /** Whether they tell the same name. */
  name_crosscheck: boolean | null;
  /** Whether they tell the same address. */
  address_crosscheck: boolean | null;
}

/** Body of *session list*; every field is optional, and every filter must be met. */
export interface SessionListRequest {
  /** How many at most. */
  take?: number;
  /** How many to pass over. */
  skip?: number;
  /** Words of a name or of a document's number. */
  search_term?: string;
  /** Made at this moment or later: RFC 3339, or a day in UTC. */
  start_date?: string | null;
  /** Made at this moment or earlier: RFC 3339, or a day in UTC, to its end. */
  end_date?: string | null;
  /** Every entry is in the session's `metadata` with an equal value. */
  metadata?: Record<string, unknown>;
  /** Of one of these identities. */
  identity_id?: OneOrMany;
  /** Standing there. */
  status?: SessionStatus;
  /** Of one of these clients. */
  client_id?: OneOrMany;
  /** Made by one of these users. */
  user_id?: OneOrMany;
}

/** Reply of *session list*: the newest first. */
export interface SessionListReply {
  /** A page of them. */
  sessions: SessionSummary[];
  /** How many there are. */
  meta_counts: StatusCounts;
}

/**
 * A session in a list: *session read* without its history, settings and webhook. The text does not show the list's
 * items; these are the fields of *session read*.
 */
export interface SessionSummary {
  /** The session. */
  session_id: string;
  /** The user who made it. */
  user_id: string | null;
  /** The client that it belongs to. */
  client_id: string | null;
  /** The weights that decided it. */
  idv_weights_id: string | null;
  /** Its status. */
  status_e: SessionStatus;
  /** Which document was declared. */
  document_type_e: DocumentType;
  /** RFC 3339, as all other `_at` fields. */
  created_at: string | null;
  /** When it was finalized. */
  completed_at: string | null;
  /** Given name, from the document. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** Sex, from the document. */
  gender_e: Gender;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** Whether consent is recorded. */
  consented: boolean;
  /** Whether the front image is stored. */
  document_front_given: boolean;
  /** Whether the back image is stored. */
  document_back_given: boolean;
  /** Whether liveness was found. */
  liveness_detected: boolean;
  /** Whether a selfie is stored. */
  selfie_given: boolean;
  /** Outcome of the licence register. */
  dmv_status_e: CheckStatus;
  /** Outcome of the sanction list. */
  ofac_status_e: CheckStatus;
  /** Whether everything held. */
  verified: boolean;
  /** When it was verified. */
  verified_at: string | null;
  /** 0–100. */
  score: number;
  /** The identity that it was joined to. */
  identity_id: string | null;
  /** The integrator's own map. */
  metadata: Record<string, unknown>;
}

/** Body of *session delete*. */
export interface SessionDeleteRequest {
  /** The session. */
  session_id: string;
}

/** Body of *session anonymize*. */
export interface SessionAnonymizeRequest {
  /** The session. */
  session_id: string;
}

/** Body of *session location read*, of IDV and of IDA. */
export interface LocationReadRequest {
  /** The session. */
  session_id: string;
  /** Which capture. */
  location_capture_type_e: LocationCaptureType;
}

/** Reply of *session location read*: the location of the IP address, and the one that the device reported. */
export interface LocationReadReply {
  /** The address that the capture was sent from. */
  ip_address: string | null;
  /** Degrees north. */
  ip_latitude: number | null;
  /** Degrees east. */
  ip_longitude: number | null;
  /** Country. */
  ip_country: string | null;
  /** Region. */
  ip_region: string | null;
  /** City. */
  ip_city: string | null;
  /** Both coordinates, as the device sent them, with a comma between. */
  device_location: string | null;
  /** Degrees north. */
  device_latitude: number | null;
  /** Degrees east. */
  device_longitude: number | null;
  /** Name of the country. */
  device_country_name: string | null;
  /** ISO 3166-1. */
  device_country_code: string | null;
  /** Either administrative area. */
  device_admin_area: string | null;
  /** Second administrative area. */
  device_sub_admin_area: string | null;
  /** Locality. */
  device_locality: string | null;
}

/** Body of *document list*. */
export interface DocumentListRequest {
  /** How many at most. */
  take?: number;
  /** How many to pass over. */
  skip?: number;
  /** The session. */
  session_id: string;
}

/** Reply of *document list*. The text does not show the list's items; these are the fields of *document read*. */
export interface DocumentListReply {
  /** A page of them. */
  documents: DocumentReadReply[];
  /** How many there are. */
  meta_counts: Counts;
}

/** Body of *document download*. The reply is the file itself. */
export interface DocumentDownloadRequest {
  /** The session. */
  session_id: string;
  /** Which file. */
  storage_file_type_e: StorageFileType;
}
