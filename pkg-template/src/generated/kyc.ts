// Generated from the Rust types by `cargo xtask types`.
// Requests and replies of KYC API 2.10.15: IDA, identities, webhooks, OAuth.

import type {
  CheckStatus,
  Counts,
  DataSource,
  DocumentType,
  Gender,
  LivenessMode,
  OneOrMany,
  SessionStatus,
  StatusCounts,
  StorageFileType,
} from "./idv.js";

/** Body of *identity authentication session create*. */
export interface IdaSessionCreateRequest {
  /** The identity that the person claims to be. */
  identity_id: string;
  /** Where to tell that the session ended. */
  webhook_url?: string;
  /** How liveness is done. */
  liveness_mode?: LivenessMode;
  /** A free JSON object of the integrator. */
  metadata?: Record<string, unknown>;
  /** A free JSON object. */
  settings?: Record<string, unknown>;
}

/** Reply of *identity authentication session create*. */
export interface IdaSessionCreateReply {
  /** The new session. */
  session_id: string;
}

/** Body of *session read* of IDA. */
export interface IdaSessionReadRequest {
  /** The session. */
  session_id: string;
}

/** Reply of *session read* of IDA. What is not known is null. */
export interface IdaSessionReadReply {
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
  /** RFC 3339, as all other `_at` fields. */
  created_at: string | null;
  /** When it was finalized. */
  completed_at: string | null;
  /** The identity that is to be authenticated. */
  identity_id: string | null;
  /** Given name. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** Whether liveness was found. */
  liveness_detected: boolean;
  /** When it was found. */
  liveness_detected_at: string | null;
  /** Whether images of the person are stored. */
  selfie_given: boolean;
  /** When they were stored. */
  selfie_given_at: string | null;
  /** Whether the person is the identity's; false until that is decided. */
  authenticated: boolean;
  /** As given to *session create*. */
  metadata: Record<string, unknown>;
  /** As given to *session create*. */
  webhook_url: string | null;
  /** As given to *session create*. */
  settings: Record<string, unknown>;
  /** What happened, oldest first. The text does not say of what shape an entry is. */
  history: unknown[];
}

/** Body of *session list* of IDA; every field is optional, and every filter must be met. */
export interface IdaSessionListRequest {
  /** How many at most. */
  take?: number;
  /** How many to pass over. */
  skip?: number;
  /** Of one of these identities. */
  identity_id?: OneOrMany;
  /** Of one of these clients. */
  client_id?: OneOrMany;
  /** Made by one of these users. */
  user_id?: OneOrMany;
  /** Words of the identity's name. */
  search_term?: string;
  /** Whether the person was authenticated. */
  verified?: boolean;
  /** Standing there. */
  status?: SessionStatus;
  /** Made at this moment or later: RFC 3339, or a day in UTC. */
  start_date?: string | null;
  /** Made at this moment or earlier: RFC 3339, or a day in UTC, to its end. */
  end_date?: string | null;
  /** Every entry is in the session's `metadata` with an equal value. */
  metadata?: Record<string, unknown>;
}

/** Reply of *session list* of IDA: the newest first. */
export interface IdaSessionListReply {
  /** A page of them. */
  sessions: IdaSessionSummary[];
  /** How many there are. */
  meta_counts: StatusCounts;
}

/**
 * A session in a list: *session read* without its history, settings and webhook. The text does not show the list's
 * items; these are the fields of *session read*.
 */
export interface IdaSessionSummary {
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
  /** RFC 3339, as all other `_at` fields. */
  created_at: string | null;
  /** When it was finalized. */
  completed_at: string | null;
  /** The identity that is to be authenticated. */
  identity_id: string | null;
  /** Given name. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** Whether liveness was found. */
  liveness_detected: boolean;
  /** When it was found. */
  liveness_detected_at: string | null;
  /** Whether images of the person are stored. */
  selfie_given: boolean;
  /** When they were stored. */
  selfie_given_at: string | null;
  /** Whether the person is the identity's; false until that is decided. */
  authenticated: boolean;
  /** As given to *session create*. */
  metadata: Record<string, unknown>;
}

/** Body of *session delete* of IDA; the reply is `super::Empty`. */
export interface IdaSessionDeleteRequest {
  /** The session. */
  session_id: string;
}

/** Body of *download ida document*. The reply is the file itself: the best photo of the person. */
export interface IdaDocumentDownloadRequest {
  /** The session. */
  session_id: string;
}

/** Body of *list identities*; every field is optional, and every filter must be met. */
export interface IdentityListRequest {
  /** Of one of these clients. */
  client_id?: OneOrMany;
  /** Made by one of these users. */
  user_id?: OneOrMany;
  /** Words of a name or of a document's number. */
  search_term?: string;
  /** How many at most. */
  take?: number;
  /** How many to pass over. */
  skip?: number;
  /** Made at this moment or later: RFC 3339. */
  start_date?: string;
  /** Made at this moment or earlier: RFC 3339. */
  end_date?: string;
  /** Every entry is in the `metadata` of one of the identity's sessions with an equal value. */
  metadata?: Record<string, unknown>;
}

/** Reply of *list identities*: the newest first. */
export interface IdentityListReply {
  /** A page of them. */
  identities: Identity[];
  /** How many there are. */
  meta_counts: Counts;
}

/** An identity: the data of its newest verified session. Unknown fields are null. */
export interface Identity {
  /** The identity. */
  identity_id: string;
  /** RFC 3339, as all other `_at` fields. */
  created_at: string | null;
  /** Given name. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** Sex, from the document. */
  gender_e: Gender;
  /** Street. */
  street: string | null;
  /** City. */
  city: string | null;
  /** State of the address. */
  state: string | null;
  /** Postal code. */
  postal_code: string | null;
  /** Whether the front of a document is stored. */
  document_front_given: boolean;
  /** When it was stored. */
  document_front_given_at: string | null;
  /** Whether a session verified it. */
  verified: boolean;
  /** When it did last. */
  verified_at: string | null;
  /** Whether liveness was found. */
  liveness_detected: boolean;
  /** When it was found. */
  liveness_detected_at: string | null;
  /** Outcome of the sanction list. */
  ofac_status_e: CheckStatus;
  /** When it was searched. */
  ofac_detected_at: string | null;
  /** Outcome of the licence register. */
  dmv_status_e: CheckStatus;
  /** When it was asked. */
  dmv_detected_at: string | null;
  /** 0–100. */
  score: number;
}

/** Body of *read identities*: by one id, by several, by metadata, or by all of them at once. */
export interface IdentityReadRequest {
  /** One identity, or several. */
  identity_id?: OneOrMany;
  /** Several. */
  identity_ids?: string[];
  /** Every entry is in the `metadata` of one of the identity's sessions with an equal value. */
  metadata?: Record<string, unknown>;
}

/** Reply of *read identities*. */
export interface IdentityReadReply extends Partial<Identity> {
  /** All that were found, in the order in which they were asked for. */
  identities: Identity[];
}

/** Body of *anonymize identity*; the reply is `super::Empty`. */
export interface IdentityAnonymizeRequest {
  /** The identity. */
  identity_id: string;
}

/** Body of *get identity status for sdk*. */
export interface IdentityStatusRequest {
  /** The identity. */
  identity_id: string;
}

/** Reply of *get identity status for sdk*. A verdict is not to be guessed from a missing field. */
export interface IdentityStatusReply {
  /** Whether the identity is verified. */
  verified: boolean;
}

/** Body of *read completed identity document*. */
export interface IdentityDocumentReadRequest {
  /** The identity. */
  identity_id: string;
  /** Which of its documents. */
  document_type_e: DocumentType;
}

/** Reply of *read completed identity document*: the newest of that type. What it does not say is null. */
export interface IdentityDocumentReadReply {
  /** The document. */
  document_id: string;
  /** Which document it is. */
  document_type_e: DocumentType;
  /** Where the fields come from. */
  document_data_source_e: DataSource;
  /** Document number. */
  document_number: string | null;
  /** `YYYY-MM-DD`. */
  issue_date: string | null;
  /** `YYYY-MM-DD`. */
  expiration_date: string | null;
  /** A second number, as a personal number in the optional data. */
  ref_number: string | null;
  /** Issuing state, three letters as in Doc 9303-3 section 5. */
  issuing_country: string | null;
  /** Issuing part of a federation. */
  issuing_state: string | null;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** Sex. */
  gender_e: Gender;
  /** Given name. */
  first_name: string | null;
  /** Further given names. */
  middle_name: string | null;
  /** Family name. */
  last_name: string | null;
  /** Suffix, as `JR`. */
  suffix_name: string | null;
  /** Street. */
  street: string | null;
  /** City. */
  city: string | null;
  /** State of the address. */
  state: string | null;
  /** Postal code. */
  postal_code: string | null;
  /** Height, as printed. */
  height: string | null;
  /** Weight, as printed. */
  weight: string | null;
  /** Colour of the eyes, as printed. */
  eye_color: string | null;
  /** Colour of the hair, as printed. */
  hair_color: string | null;
}

/** Body of *read identity image*. The reply is the file itself. */
export interface IdentityImageReadRequest {
  /** The identity. */
  identity_id: string;
  /** Which image. */
  storage_file_type_e: StorageFileType;
}

/** Body of *webhook create*. The reply is `{ }`: the id and the secret stand in *webhook list*. */
export interface WebhookCreateRequest {
  /** The client that it is for; the caller's own where absent. */
  client_id?: string;
  /** A name for people. */
  name: string;
  /** Where events are posted to. */
  url: string;
}

/** Body of *webhook list*. */
export interface WebhookListRequest {
  /** The client; the caller's own where absent. */
  client_id?: string;
  /** How many at most. */
  take?: number;
  /** How many to pass over. */
  skip?: number;
  /** Part of the name or of the address. */
  search_term?: string;
}

/** Reply of *webhook list*: the newest first. */
export interface WebhookListReply {
  /** A page of them. */
  webhooks: Webhook[];
  /** What was delivered. */
  statistics: WebhookStatistics;
}

/** A webhook in a list. The text does not show its fields; beyond those of *webhook create* they are this project's. */
export interface Webhook {
  /** Its id, for *webhook delete*. */
  id: string;
  /** The client that it is for. */
  client_id: string | null;
  /** A name for people. */
  name: string;
  /** Where events are posted to. */
  url: string;
  /** Signs its deliveries: `whsec_` and the key in base64 (Standard Webhooks). */
  secret: string | null;
  /** RFC 3339. */
  created_at: string | null;
  /** Its deliveries. */
  statistics: DeliveryCounts;
}

/** `statistics` of *webhook list*. */
export interface WebhookStatistics {
  /** Webhooks on all pages. */
  total: number;
  /**
   * All deliveries of the client: those of webhooks that are deleted by now, and those to the `webhook_url` of sessions
   * included.
   */
  deliveries: DeliveryCounts;
  /** Signs deliveries to the `webhook_url` of sessions. */
  session_webhook_secret: string | null;
}

/** Deliveries by how they stand. */
export interface DeliveryCounts {
  /** Not delivered yet. */
  pending: number;
  /** Taken with a 2xx. */
  delivered: number;
  /** Given up. */
  failed: number;
  /** Requests made in all. */
  attempts: number;
  /** When one was taken last. RFC 3339. */
  last_delivered_at: string | null;
  /** Why the last attempt that failed did: `status 500`, `timeout`, `connection`, `address refused`, `redirect`. */
  last_error: string | null;
}

/** Body of *webhook delete*. */
export interface WebhookDeleteRequest {
  /** The webhook. */
  id: string;
}

/** A token (RFC 6749 section 5.1). */
export interface TokenReply {
  /** The token. */
  access_token: string;
  /** `Bearer`. */
  token_type: string;
  /** Seconds that it lives. */
  expires_in: number;
}
