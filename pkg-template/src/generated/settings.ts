// Generated from the Rust types by `cargo xtask types`.
// Requests and replies of KYC API 2.10.15: requirements, weights, Utility.

import type { DocumentType } from "./idv.js";

/** Query of *get requirements*; what is absent is not asked for. */
export interface RequirementsQuery {
  /** The client; the caller's own where absent. */
  client_id?: string;
  /** The user. */
  user_id?: string;
  /** The kind of document. */
  type_e?: DocumentType;
  /** Where the fields come from, as in *document read*. */
  data_source_e?: string;
}

/** Reply of *get requirements*. */
export interface RequirementsReply {
  /** One for each client, user, type and data source that was set. */
  requirements: Requirements[];
}

/** Body of *update requirements*, and an entry of `RequirementsReply`. */
export interface Requirements {
  /** The client that they are for; the caller's own where absent. */
  client_id?: string | null;
  /** The user that they are for; all users of the client where absent. */
  user_id?: string | null;
  /** The kind of document. */
  type_e: DocumentType;
  /** Where the fields come from: `mrz`, `barcode`, or `unknown` for wherever. */
  data_source_e: string;
  /** Document number. */
  document_number_required: boolean;
  /** Reference number. */
  ref_number_required: boolean;
  /** Date of issue. */
  issue_at_required: boolean;
  /** Date of expiry. */
  expires_at_required: boolean;
  /** Issuing country. */
  issuing_country_required: boolean;
  /** Issuing part of a federation. */
  issuing_state_required: boolean;
  /** Given name. */
  first_name_required: boolean;
  /** Further given names. */
  middle_name_required: boolean;
  /** Family name. */
  last_name_required: boolean;
  /** Suffix of the name. */
  name_suffix_required: boolean;
  /** Street. */
  street_required: boolean;
  /** City. */
  city_required: boolean;
  /** State of the address. */
  state_required: boolean;
  /** Postal code. */
  postal_code_required: boolean;
  /** Date of birth. */
  birth_date_required: boolean;
  /** Sex. */
  gender_required: boolean;
  /** Height. */
  height_required: boolean;
  /** Weight. */
  weight_required: boolean;
  /** Colour of the eyes. */
  eye_color_required: boolean;
  /** Colour of the hair. */
  hair_color_required: boolean;
  /** Vehicle classes. */
  class_required: boolean;
  /** Notes on a licence that the other fields do not hold (endorsements). */
  mentions_required: boolean;
  /** Restrictions. */
  restrictions_required: boolean;
  /** The barcode as it was read. */
  raw_barcode_required: boolean;
  /** A face on the document that can be compared. */
  face_encoding_required: boolean;
}

/** Query of *get weights*. */
export interface WeightsQuery {
  /** The client; the caller's own where absent. */
  client_id?: string;
  /** The user. */
  user_id?: string;
}

/** The numbers of one version of the weights. */
export interface WeightValues {
  /** Least similarity of the live face and the document's portrait. */
  onboarding_face_encoding_tolerance: number;
  /** Least similarity of a live face and the one of a verified identity. */
  verified_account_face_encoding_tolerance: number;
  /** Least agreement of the places of a driving licence that tell the same. */
  driver_license_fuzzy_match_tolerance: number;
  /** Weight of that agreement. */
  driver_license_fuzzy_match_weight: number;
  /** The same of an identity card. */
  state_id_fuzzy_match_tolerance: number;
  /** Weight of that agreement. */
  state_id_fuzzy_match_weight: number;
  /** The same of a passport. */
  passport_fuzzy_match_tolerance: number;
  /** Weight of that agreement. */
  passport_fuzzy_match_weight: number;
  /** The same of a passport card. */
  passport_card_fuzzy_match_tolerance: number;
  /** Weight of that agreement. */
  passport_card_fuzzy_match_weight: number;
  /** Least similarity of two words of a name at which a name meets one on the sanction list. */
  ofac_fuzzy_match_tolerance: number;
  /** Weight of the sanction list. */
  ofac_fuzzy_match_weight: number;
  /** Weight of words as `SPECIMEN`. */
  suspicious_words_weight: number;
  /** Weight of traces of a copy, a screen or an edited file. */
  image_manipulation_weight: number;
  /** Weight of images that are known from elsewhere. */
  online_duplication_weight: number;
  /** Weight of whether the images show an identity document. */
  is_identity_document_weight: number;
  /** Least share to which a barcode is as AAMVA has it. */
  aamva_match_tolerance: number;
  /** Weight of that share. */
  aamva_match_weight: number;
  /** Least score of a session that is verified, 0 to 100. */
  idv_session_tolerance: number;
  /** Least score of liveness. */
  minimum_liveness_tolerance: number;
  /** Least score of passive liveness at which active steps may be skipped. */
  passive_active_skip_tolerance: number;
  /** Least probability at which a sex seen in a face counts. */
  gender_probability_tolerance: number;
  /** Weight of the sex seen in a face. */
  gender_weight: number;
  /** Least probability at which an expression counts. */
  expression_tolerance: number;
  /** Years that an age seen in a face may differ. */
  age_tolerance: number;
  /** Weight of the age seen in a face. */
  age_weight: number;
  /** Degrees that a head may miss the direction that was asked for, 0 to 90. */
  direction_tolerance: number;
}

/** Body of *update weights*: every number is required. */
export interface WeightsUpdateRequest extends WeightValues {
  /** The client that they are for; the caller's own where absent. */
  client_id?: string;
  /** The user that they are for; all users of the client where absent. */
  user_id?: string;
}

/** Reply of *get weights* and *get weights by id*. */
export interface WeightsReply extends WeightValues {
  /** The client that they are for. */
  client_id: string | null;
  /** The user that they are for; null where for all users of the client. */
  user_id: string | null;
}

/** Reply of *Root endpoint*. */
export interface RootReply {
  /** Name of the service. */
  service: string;
  /** What it is. */
  description: string;
  /** Its version. */
  version: string;
  /** The version of the program that answers, if it reports it; `version` is that of the API. */
  program_version?: string;
  /** As `production`. */
  environment: string;
  /** RFC 3339. */
  timestamp: string;
  /** Where it is described. */
  documentation: string;
  /** Address of *Health check*. */
  health: string;
  /** Address of *API status*. */
  status: string;
}

/** Reply of *Ping*. */
export interface PingReply {
  /** Always true. */
  pong: boolean;
  /** RFC 3339. */
  timestamp: string;
}

/** Reply of *API status*. */
export interface StatusReply {
  /** Name of the service. */
  service: string;
  /** Its version. */
  version: string;
  /** The version of the program that answers, if it reports it; `version` is that of the API. */
  program_version?: string;
  /** As `production`. */
  environment: string;
  /** RFC 3339. */
  timestamp: string;
  /** Seconds since the start. */
  uptime: number;
  /** Method and path of each operation, by its name. */
  endpoints: Record<string, unknown>;
}

/** Reply of *System metrics*. */
export interface MetricsReply {
  /** RFC 3339. */
  timestamp: string;
  /** What the process and its machine use. */
  system: SystemMetrics;
  /** What the service runs as. */
  environment: EnvironmentMetrics;
}

/** `system` of *System metrics*. What the machine does not tell is null. */
export interface SystemMetrics {
  /** Seconds since the start. */
  uptime: number | null;
  /** Cores that the process may use. */
  cpus: number | null;
  /** Runnable tasks, averaged over one minute. */
  load_average_1m: number | null;
  /** Seconds of processor time that the process has used. */
  cpu_seconds: number | null;
  /** Bytes of memory in use by the process. */
  memory_resident_bytes: number | null;
  /** Most bytes that were in use at once. */
  memory_peak_bytes: number | null;
  /** Threads of the process. */
  threads: number | null;
  /** Bytes that are free where the data is kept; null where it is kept in memory. */
  disk_free_bytes: number | null;
  /** Bytes of that file system in all. */
  disk_total_bytes: number | null;
  /** Milliseconds that the database took to answer just now; null where it did not. */
  database_ms: number | null;
  /** Requests answered since the start. */
  requests: number | null;
  /** Webhook deliveries that wait. */
  webhooks_pending: number | null;
}

/** `environment` of *System metrics*. */
export interface EnvironmentMetrics {
  /** As `production`. */
  name: string;
  /** Version of the service. */
  version: string;
  /** The version of the program that answers, if it reports it; `version` is that of the API. */
  program_version?: string;
  /** Operating system. */
  os: string;
  /** Kind of processor. */
  arch: string;
}

/** Reply of *Liveness probe*. */
export interface LiveReply {
  /** `alive`. */
  status: string;
  /** RFC 3339. */
  timestamp: string;
  /** Seconds since the start. */
  uptime: number;
}

/** Reply of *Readiness probe*, with 503 where it is not ready. */
export interface ReadyReply {
  /** `ready` or `not_ready`. */
  status: string;
  /** RFC 3339. */
  timestamp: string;
  /** The state of each part that was checked. */
  checks: Record<string, string>;
}

/** Reply of *Simple health check*. */
export interface HealthzReply {
  /** `healthy`, `degraded` or, with 503, `unhealthy`. */
  status: string;
  /** RFC 3339. */
  timestamp: string;
}

/** Reply of *Health check*. */
export interface HealthReply {
  /** `healthy`, `degraded` or, with 503, `unhealthy`. */
  status: string;
  /** RFC 3339. */
  timestamp: string;
  /** Seconds since the start. */
  uptime: number;
  /** Version of the service. */
  version: string;
  /** The version of the program that answers, if it reports it; `version` is that of the API. */
  program_version?: string;
  /** As `production`. */
  environment: string;
  /** The state of each part that was checked. */
  checks: Record<string, string>;
  /** More about them. */
  details: Record<string, unknown>;
  /** What is wrong; null where nothing is. */
  error: string | null;
}

/** Reply of *Get API version*. */
export interface VersionReply {
  /** The version. */
  version: string;
  /** The version of the program that answers, if it reports it; `version` is that of the API. */
  program_version?: string;
}
