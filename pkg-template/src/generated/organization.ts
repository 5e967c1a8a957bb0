// Generated from the Rust types by `cargo xtask types`.
// Replies of Persons, GBDFL and MRZ.

/** Where a photo is from. */
export type PhotoType = "digital" | "scan" | "live" | "other" | (string & {});

/** What an alias is. */
export type AliasType = "system_id" | "phone" | "personal_number" | "document_number" | "custom" | (string & {});

/** An alias to be made. */
export interface NewAlias {
  /** The number or identifier. */
  value: string;
  /** What it is; not `system_id`. */
  type: AliasType;
}

/** An alias of a person. */
export interface Alias {
  /** Its UUID. */
  id: string;
  /** The number or identifier. */
  value: string;
  /** What it is. */
  type: AliasType;
}

/** A photo of a person. */
export interface Photo {
  /** Its UUID. */
  id: string;
  /** Where it is from. */
  type: PhotoType;
  /** Whether it is the person's default photo: exactly one is. */
  is_default: boolean;
  /** Whether the image is stored. */
  is_uploaded: boolean;
  /** When it was added, RFC 3339. */
  created_at: string;
}

/** A person. */
export interface Person {
  /** Its UUID, which is the value of its `system_id` as well. */
  id: string;
  /** The organization's UUID. */
  organization: string;
  /** Whether the person is verified. */
  is_verified: boolean;
  /** RFC 3339. */
  created_at: string;
  /** RFC 3339. */
  updated_at: string;
  /** Aliases, in the order in which they came; `system_id` is the first. */
  aliases: Alias[];
  /** Photos, in the order in which they came. */
  photos: Photo[];
}

/** How far the request for information is. */
export type GbdflStatus =
  | "UNAPPROVED"
  | "PENDING"
  | "VALID"
  | "INVALID"
  | "TIMEOUT"
  | "NOT_FOUND"
  | "FAILED"
  | "ERROR_ACCEPTED"
  | (string & {});

/** Who is at fault. */
export type FailureType = "CLIENT" | "SERVICE_ERROR" | (string & {});

/** What happened: a documented detail or another text. */
export type FailureDetail = string;

/** Why there is no information. */
export interface FailureReason {
  /** Who is at fault. */
  type: FailureType;
  /** What happened. */
  detail: FailureDetail;
}

/** A technology by name and code. */
export interface Technology {
  /** As `Liveness Short`. */
  name: string;
  /** As `LIVENESS`. */
  code: string;
}

/** A session from which a Face2Face session took a face. */
export interface SourceSession {
  /** Its UUID. */
  id: string;
  /** What was done in it. */
  technology: Technology;
  /** As `COMPLETED`, `CREATED`, `FAILED`. */
  status: string;
  /** RFC 3339. */
  created_at: string;
  /** RFC 3339. */
  updated_at: string;
}

/** What the Face2Face session came to. */
export interface Face2FaceResult {
  /** How alike the faces are, 0 to 1, as text. */
  prediction: string;
  /** The same in percent, as text. */
  prediction_percent: string;
  /** The Face2Face session. */
  backend_session_id: string;
  /** Whether they are of one person. */
  result: boolean;
  /** The first source; null where there is none. */
  source_session_1: SourceSession | null;
  /** The second source; null where there is none. */
  source_session_2: SourceSession | null;
}

/** A place of birth. */
export interface BirthPlace {
  /** Country. */
  country: string | null;
  /** Region. */
  region: string | null;
  /** District. */
  district: string | null;
  /** City. */
  city: string | null;
}

/** A document of the subject. */
export interface SubjectDocument {
  /** As `ПАСПОРТ`. */
  type: string;
  /** Its number. */
  number: string;
  /** `YYYY-MM-DD`. */
  issue_date: string | null;
  /** `YYYY-MM-DD`. */
  expiry_date: string | null;
  /** Who issued it. */
  issuer: string | null;
  /** As `ДОКУМЕНТ ДЕЙСТВИТЕЛЕН`. */
  status: string | null;
}

/** Where the subject is registered. */
export interface RegistrationAddress {
  /** Country. */
  country: string | null;
  /** Region. */
  region: string | null;
  /** District. */
  district: string | null;
  /** City. */
  city: string | null;
  /** Street. */
  street: string | null;
  /** Building. */
  building: string | null;
  /** Flat. */
  flat: string | null;
  /** Since when, `YYYY-MM-DD`. */
  begin_date: string | null;
}

/** What the registry says of a subject. */
export interface Subject {
  /** The IIN. */
  iin: string;
  /** Family name. */
  surname: string | null;
  /** Given name. */
  name: string | null;
  /** Patronymic. */
  patronymic: string | null;
  /** `YYYY-MM-DD`. */
  birth_date: string | null;
  /** As `Мужской`, `Женский`. */
  gender: string | null;
  /** Nationality (ethnic group). */
  nationality: string | null;
  /** Citizenship. */
  citizenship: string | null;
  /** As `Нормальный`. */
  life_status: string | null;
  /** Place of birth. */
  birth_place: BirthPlace | null;
  /** Documents. */
  documents: SubjectDocument[];
  /** Registered address. */
  registration_address: RegistrationAddress | null;
}

/** The reply; every status comes with HTTP 200. */
export interface GbdflReply {
  /** This request's session. */
  backend_session_id: string;
  /** Why there is no information; null where nothing failed. */
  failure_reason: FailureReason | null;
  /** What the Face2Face session came to; null where it has no result. */
  face2face_result: Face2FaceResult | null;
  /** The IIN that was asked for. */
  iin: string;
  /** The information; null unless the status is `VALID`. */
  result_json: Subject | null;
  /** How far it is. */
  status: GbdflStatus;
  /** Whether the information is there. */
  result: boolean;
}

export type MrzSessionStatus = "CREATED" | "RECEIVED" | "FAILED" | (string & {});

/** The reply; other fields are ignored. */
export interface MrzRetrieveReply {
  /** The session, a UUID. */
  backend_session_id: string;
  /** The same by the sample's name. */
  backend_session: string;
  /** Progress of the session. */
  status: MrzSessionStatus;
  /** Whether lines were read. */
  result: boolean;
  /** The lines as printed, joined by line feeds; null if there are none. */
  mrz_string: string | null;
  /** Why there are none; null if there are. */
  failure_reason: string | null;
}
