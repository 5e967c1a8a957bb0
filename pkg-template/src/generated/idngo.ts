// Generated from the Rust types by `cargo xtask types`.
// Replies of IDnGO.

/** What came of a check. */
export type Answer = "GREEN" | "RED" | "YELLOW" | "ERROR" | (string & {});

/** `type` of *latest checks*. */
export type CheckType = "SIMILAR_SEARCH" | "TIN" | "FACE_LIVELINESS" | (string & {});

/** By what two applicants meet. */
export type MatchType = "text" | "image" | (string & {});

/** Status of an applicant's review. */
export type ReviewStatus = "init" | "pending" | "prechecked" | "queued" | "completed" | "onHold" | (string & {});

/** Whether a refused applicant may try again. */
export type RejectType = "FINAL" | "RETRY" | (string & {});

/** Sex as documents have it. */
export type Gender = "M" | "F" | (string & {});

/** Who the applicant is. */
export type ApplicantType = "individual" | "company" | (string & {});

/** `type` of a level. */
export type LevelType = "standalone" | "actions" | "module" | (string & {});

/** `actionType` of a level of type `actions`. */
export type ActionType = "paymentMethod" | "faceEnrollment" | (string & {});

/** A step of a level. */
export type IdDocSetType = "IDENTITY" | "SELFIE" | "PROOF_OF_RESIDENCE" | "APPLICANT_DATA" | (string & {});

/** A kind of document. */
export type IdDocType =
  | "PASSPORT"
  | "ID_CARD"
  | "DRIVERS"
  | "RESIDENCE_PERMIT"
  | "SELFIE"
  | "UTILITY_BILL"
  | (string & {});

/** A side of a document. */
export type IdDocSubType = "FRONT_SIDE" | "BACK_SIDE" | (string & {});

/** How a step with a camera is done. */
export type VideoRequired = "disabled" | "photoRequired" | "passiveLiveness" | "docapture" | (string & {});

/** Who presses the button of `docapture`. */
export type CaptureMode = "manualAndAuto" | "manualOnly" | (string & {});

/** Whether a file is accepted instead of a photo taken by the camera. */
export type UploaderMode = "always" | "never" | "fallback" | (string & {});

/** An applicant. */
export interface Applicant {
  /** 24 hexadecimal digits. */
  id: string;
  /** When it was made, `yyyy-MM-dd HH:mm:ss` in GMT. */
  createdAt?: string;
  /** The client's key. */
  key?: string;
  /** The client that it belongs to. */
  clientId?: string;
  /** The inspection, 24 hexadecimal digits. */
  inspectionId?: string;
  /** The user in the integrator's system. */
  externalUserId?: string;
  /** What is known of the person. */
  info?: ApplicantInfo;
  /** The address for the status e-mail. */
  email?: string;
  /** By what the applicant came: `API`, `Web`, `Unknown` … */
  applicantPlatform?: string;
  /** What has to be given. */
  requiredIdDocs?: RequiredIdDocs;
  /** Whether the profile is deactivated; set by *presence*. */
  deleted?: boolean;
  /** State of the review. */
  review?: Review;
  /** ISO 639-1. */
  lang?: string;
  /** Who the applicant is. */
  type: ApplicantType;
}

/** Data of an applicant. Fields that this list lacks are kept in `other`. */
export interface ApplicantInfo {
  /** Where the applicant lives. */
  addresses?: Address[];
  /** ISO 3166-1 alpha-3. */
  country?: string;
  /** Country of birth. */
  countryOfBirth?: string;
  /** Date of birth, `YYYY-mm-dd`. */
  dob?: string;
  /** Given name. */
  firstName?: string;
  /** The same in Latin letters. */
  firstNameEn?: string;
  /** `M` or `F`. */
  gender?: Gender;
  /** The documents that were given. */
  idDocs?: IdDoc[];
  /** Family name. */
  lastName?: string;
  /** The same in Latin letters. */
  lastNameEn?: string;
  /** The name as in the passport. */
  legalName?: string;
  /** Further given name or patronymic. */
  middleName?: string;
  /** The same in Latin letters. */
  middleNameEn?: string;
  /** ISO 3166-1 alpha-3. */
  nationality?: string;
  /** Place of birth. */
  placeOfBirth?: string;
  /** State or region of birth. */
  stateOfBirth?: string;
  /** Taxpayer's number. */
  tin?: string;
  /** Fields that this list lacks. */
  [name: string]: unknown;
}

/** An address. */
export interface Address {
  /** ISO 3166-1 alpha-3. */
  country?: string;
  /** Postal code. */
  postCode?: string;
  /** City or locality. */
  town?: string;
  /** Street, or the whole address. */
  street?: string;
  /** Street, continued. */
  subStreet?: string;
  /** Region, state or province. */
  state?: string;
  /** Name or number of the building. */
  buildingName?: string;
  /** Number of the flat. */
  flatNumber?: string;
  /** Number of the building. */
  buildingNumber?: string;
}

/** Data of a document. */
export interface IdDoc {
  /** What it is. */
  idDocType: IdDocType;
  /** Which side; none for a document as a whole. */
  idDocSubType?: IdDocSubType;
  /** Who issued it, ISO 3166-1 alpha-3. */
  country?: string;
  /** Given name. */
  firstName?: string;
  /** The same in Latin letters. */
  firstNameEn?: string;
  /** Further given name or patronymic. */
  middleName?: string;
  /** The same in Latin letters. */
  middleNameEn?: string;
  /** Family name. */
  lastName?: string;
  /** The same in Latin letters. */
  lastNameEn?: string;
  /** Date of issue, `YYYY-mm-dd`. */
  issuedDate?: string;
  /** Who issued it, in words. */
  issueAuthority?: string;
  /** Last day of validity, `YYYY-mm-dd`. */
  validUntil?: string;
  /** Number. */
  number?: string;
  /** Date of birth, `YYYY-mm-dd`. */
  dob?: string;
  /** Place of birth. */
  placeOfBirth?: string;
}

/** What a level, or an applicant, requires. */
export interface RequiredIdDocs {
  /** Whether a person of the service talks with the applicant. */
  videoIdent?: boolean;
  /** What is uploaded before that talk. */
  videoIdentUploadTypes?: IdDocType[];
  /** The steps. */
  docSets: DocSet[];
}

/** One step. */
export interface DocSet {
  /** What kind of step it is. */
  idDocSetType: IdDocSetType;
  /** Documents, one of which has to be given. */
  types?: IdDocType[];
  /** Sides of them. */
  subTypes?: IdDocSubType[];
  /** Fields that have to be filled in. */
  fields?: DocSetField[];
  /** How it is done. */
  videoRequired?: VideoRequired;
  /** Who presses the button. */
  captureMode?: CaptureMode;
  /** Whether a file may be given. */
  uploaderMode?: UploaderMode;
  /** Settings for the verification of means of payment; free objects. */
  paymentMethods?: Record<string, unknown>[];
  /** The questionnaire. */
  questionnaireDefId?: string;
  /** Settings of the proof of residence. */
  poaStepSettingsId?: string;
}

/** A field that a step asks for. */
export interface DocSetField {
  /** Its name. */
  name: string;
  /** Whether it must be filled in. */
  required: boolean;
}

/** State of a review. */
export interface Review {
  /** From `pending` to the decision, milliseconds. */
  elapsedSincePendingMs?: number;
  /** From `queued` to the decision, milliseconds. */
  elapsedSinceQueuedMs?: number;
  /** Whether it was done more than once. */
  reprocessing?: boolean;
  /** The level. */
  levelName?: string;
  /** When it was made, `yyyy-MM-dd HH:mm:ss+0000`. */
  createDate?: string;
  /** When it was decided, in the same form. */
  reviewDate?: string;
  /** When it began, in the same form. */
  startDate?: string;
  /** The decision. */
  reviewResult?: ReviewResult;
  /** Its status. */
  reviewStatus: ReviewStatus;
  /** Its place among others. */
  priority?: number;
  /** Whether it was decided without a human reviewer. */
  autoChecked?: boolean;
}

/** The decision of a review. */
export interface ReviewResult {
  /** May be shown to the user. */
  moderationComment?: string;
  /** Not to be shown to the user. */
  clientComment?: string;
  /** The answer. */
  reviewAnswer: Answer;
  /** Why not. */
  rejectLabels?: string[];
  /** Whether the user may try again. */
  reviewRejectType?: RejectType;
}

/** Reply of both kinds of *similar applicants*. */
export interface SimilarApplicantsReply {
  /** Who was found, the best match first. */
  similarApplicants: SimilarApplicant[];
  /** How many there are. */
  totalCnt: number;
}

/** Somebody alike. */
export interface SimilarApplicant {
  /** Who it is. */
  applicant: Applicant;
  /** Fields that are alike, as `info.lastName`, `info.idDocs.PASSPORT`. */
  matchedFields: string[];
  /** Whether the data are the same. */
  exactMatch: boolean;
  /** Whether this applicant is on the client's list of refused ones. */
  blacklisted: boolean;
  /** By what they meet. */
  types: MatchType[];
}

/** Reply of *latest checks*: `SimilarCheck`, `TinCheck` or `LivenessCheck`. */
export interface ChecksReply<T> {
  /** The latest check of the type, or nothing where none was run. */
  checks: T[];
}

/** A search for similar applicants. */
export interface SimilarCheck {
  /** What came of it. */
  answer: Answer | null;
  /** When, `yyyy-MM-dd HH:mm:ss` in GMT. */
  createdAt: string | null;
  /** What was found. */
  similarSearchInfo: SimilarSearchInfo | null;
}

/** What a search for similar applicants found. */
export interface SimilarSearchInfo {
  /** What came of it. */
  answer: Answer | null;
  /** Who was found. */
  duplicateApplicantHits: DuplicateApplicantHit[];
}

/** Somebody alike. */
export interface DuplicateApplicantHit {
  /** Who it is. */
  applicantId: string | null;
  /** Fields that are alike, as `info.lastName`, `info.idDocs.ID_CARD`. */
  matchedFields: string[];
  /** By what they meet. */
  types: MatchType[];
}

/** A question to the registers of taxpayers. */
export interface TinCheck {
  /** What came of it. */
  answer: Answer | null;
  /** When, `yyyy-MM-dd HH:mm:ss` in GMT. */
  createdAt: string | null;
  /** Addresses that a register knows. Read from the object of the table of fields as well. */
  extractedDoc: ExtractedAddress[] | null;
}

/** An address of a register. */
export interface ExtractedAddress extends Address {
  /** Until when, in the same form. */
  endDate?: string;
  /** Since when, `yyyy-MM-dd HH:mm:ss`. */
  startDate?: string;
}

/** A check of face liveness. */
export interface LivenessCheck {
  /** `GREEN`, `RED` or `ERROR`. */
  answer: Answer | null;
  /** `FACE_LIVELINESS`. */
  checkType: CheckType | null;
  /** When, `yyyy-MM-dd HH:mm:ss` in GMT. */
  createdAt: string | null;
  /** The check, a UUID; by it the video is had. */
  id: string | null;
}

/** Reply of *levels*. Written as in the example, inside `list`; read without it as well. */
export interface LevelsReply {
  /** The levels. */
  list: LevelList;
}

/** All levels. */
export interface LevelList {
  /** The levels. */
  items: Level[];
  /** How many there are. */
  totalItems: number;
}

/** A verification level. */
export interface Level {
  /** 24 hexadecimal digits. */
  id: string;
  /** Set when it was made; never changes. */
  name: string;
  /** What it is for. */
  desc?: string;
  /** What has to be given. */
  requiredIdDocs: RequiredIdDocs;
  /** Customization of the WebSDK. */
  websdkFlowId?: string;
  /** Customization of the MobileSDK. */
  msdkFlowId?: string;
  /** When it was made, `yyyy-MM-dd HH:mm:ss` in GMT. */
  createdAt?: string;
  /** Who made it; `Service` is IDnGO's support. */
  createdBy?: string;
  /** When it was changed. */
  modifiedAt?: string;
  /** What the WebSDK asks the person to agree to. */
  customPrivacyNoteText?: string;
  /** Settings of the checks against watch lists; a free object. */
  watchListCheckSettings?: Record<string, unknown>;
  /** Whether those are its own. */
  useCustomWatchListCheckSettings?: boolean;
  /** Whether settings of documents are its own. */
  useCustomIdDocSettings?: boolean;
  /** Which further checks are on. */
  applicantInsightSettings?: ApplicantInsightSettings;
  /** What kind of level it is. */
  type: LevelType;
  /** What kind of action, where it is one. */
  actionType?: ActionType;
  /** Whom it is for. */
  applicantType: ApplicantType;
}

/** Which further checks are on. The table says "array of booleans" and names them: an object of booleans. */
export interface ApplicantInsightSettings {
  /** Of the e-mail address. */
  advancedEmailCheckEnabled: boolean;
  /** Of the phone number. */
  advancedPhoneCheckEnabled: boolean;
  /** Of the IP address. */
  advancedIpCheckEnabled: boolean;
  /** Of further data of identity. */
  advancedIdentityEnrichmentEnabled: boolean;
}

/** Reply of *websdkLink*. */
export interface WebSdkLinkReply {
  /** Where the person completes the verification. */
  url: string;
}

/** Reply of *verificationStatusEmail*. */
export interface StatusEmailReply {
  /** 1 where it was sent. */
  ok: number;
}

/** Reply of *applicantTimeline*. */
export interface TimelineReply {
  /** The applicant. */
  applicantId: string;
  /** What happened, the latest first. */
  items: TimelineItem[];
}

/** Something that happened. */
export interface TimelineItem {
  /** 24 hexadecimal digits. */
  id?: string;
  /** When, `yyyy-MM-dd HH:mm:ss` in GMT. */
  ts: string;
  /** From where. */
  trackingData?: TrackingData;
  /** What is known of the address. */
  ipInfo?: IpInfo;
  /** With what program. */
  userAgentInfo?: UserAgentInfo;
  /** What happened, as `user:created:applicant`. */
  activity: string;
  /** Who did it. */
  subjectName?: string;
  /** The applicant's country, ISO 3166-1 alpha-3. */
  country?: string;
  /** The status that was reached. */
  status?: ReviewStatus;
  /** The decision. */
  reviewAnswer?: Answer;
  /** From `pending` to the decision, milliseconds. */
  elapsedSincePendingMs?: number;
  /** The uploaded image. */
  imageId?: string;
  /** What it shows. */
  idDocType?: IdDocType;
}

/** IP address and source of an activity. */
export interface TrackingData {
  /** The address. */
  ip?: string;
  /** `WebSDK`, `MobileSDK`, `Dashboard`, `API`. */
  xClientId?: string;
}

/** IP address and location. */
export interface IpInfo {
  /** The address. */
  ip: string | null;
  /** ISO 3166-1 alpha-2. */
  countryCode2: string | null;
  /** ISO 3166-1 alpha-3. */
  countryCode3: string | null;
  /** City. */
  city: string | null;
  /** Postal code. */
  zipCode: string | null;
  /** Degrees north. */
  lat: number | null;
  /** Degrees east. */
  lon: number | null;
  /** Number of the autonomous system. */
  asn: number | null;
  /** Who runs it. */
  asnOrg: string | null;
  /** Whether it is one of servers rather than of people. */
  riskyAsn: boolean | null;
}

/** The program that made a request. */
export interface UserAgentInfo {
  /** Operating system. */
  uaPlatform: string | null;
  /** Name of the program. */
  uaBrowser: string | null;
  /** Kind of device. */
  uaDeviceType: string | null;
  /** Version of the program. */
  uaBrowserVersion: string | null;
}
