// The type of a language's table of texts. It covers every code, so a new code without a text does not compile.

import type { DocumentType, ErrorCode, GuidanceCode, ProblemCode, Side, Warning } from "../codes.js";

/** A text in which the placeholder `{Name}` occurs. */
type With<Name extends string> = `${string}{${Name}}${string}`;

/** A text by the plural category of a number (`Intl.PluralRules`). A category that is absent uses `other`. */
export type Plural<Text extends string> = { readonly other: Text } & {
  readonly [Category in "zero" | "one" | "two" | "few" | "many"]?: Text;
};

/** Where a permission is given: in the browser of a system, in an app's own browser, or in the device's settings. */
export type PermissionPlace = "ios" | "android" | "desktop" | "in_app" | "system";

/** All texts of the user interface in one language. A table is data: strings, lists and objects of strings. */
export interface Texts {
  /** The language, a BCP 47 tag as `en`. */
  locale: string;

  /** The name of the language switch. */
  language: string;
  /** The progress display; `index` counts from 1. */
  stepOf: With<"index"> & With<"total">;
  starting: string;

  consentTitle: string;
  consentLead: string;
  consentPoints: readonly [document: string, face: string, location: string];
  consentPrivacy: string;
  /** With `geolocation: "off"`. */
  consentPrivacyWithoutLocation: string;
  /** With the option `controller`: who asks, and the names of what follows. */
  controllerAsks: With<"name">;
  controllerPurpose: string;
  controllerRetention: string;
  controllerPrivacy: string;
  controllerSupport: string;
  consentAgree: string;
  consentDecline: string;

  documentTypeTitle: string;
  documentTypeLead: string;
  documentTypes: Record<DocumentType, string>;
  documentTypeHints: Record<DocumentType, string>;

  captureTitles: Record<Side | "passport", string>;
  captureLeads: Record<Side | "passport", string>;
  captureNow: string;
  upload: string;
  uploadFace: string;
  /** A short form of `upload`, beside another button. */
  uploadShort: string;
  /** The button that opens the device's own camera, beside `upload`. */
  uploadCamera: string;
  changeDocument: string;
  switchCamera: string;
  /** Accessible names of the buttons over the preview. */
  switchLens: string;
  torch: string;
  focus: string;
  video: string;
  openingCamera: string;
  openingCameraHint: string;
  /** When the camera has not answered for 10 s. */
  cameraWaitingHint: string;
  /** When the video is frozen. */
  cameraPaused: string;
  locating: string;
  locatingHint: string;
  /** When the location takes more than 10 s. */
  locatingWaitingHint: string;
  /** Why the location is wanted, where it is missing. */
  locationWhy: string;
  /** The button for a person who gives no location, with `geolocation: "preferred"`. */
  withoutLocation: string;
  /** The button that shows the drawing of what to do, and the one that ends it. */
  howTo: string;
  howToClose: string;
  guidance: Record<GuidanceCode, string>;
  /** Over the preview, in active liveness; `index` counts from 1. */
  movementOf: With<"index"> & With<"total">;
  /** The button for a person who cannot do the movements. */
  withoutMovements: string;
  /** The title above a liveness provider's component. */
  providerTitle: string;

  reviewTitles: Record<Side, string>;
  reviewLead: string;
  reviewLeadFace: string;
  reviewImage: Record<Side, string>;
  /** The button that shows the photo at its true size. */
  reviewZoom: string;
  reviewRead: string;
  documentNumber: string;
  primary: string;
  secondary: string;
  birthDate: string;
  expiryDate: string;
  confirm: string;
  retake: string;
  warnings: Record<Warning, string>;

  oneMoment: string;
  uploading: string;
  /** `percent` is formatted, as "40%". */
  uploadingPart: With<"percent">;
  /** The button that ends an upload and returns to the review. */
  cancelUpload: string;
  sendingTitle: string;
  sendingLead: string;
  /** By the plural category of `total`. */
  sendingProgress: Plural<With<"done"> & With<"total">>;

  /** With the option `handoff`: continuing on a phone. */
  handoff: {
    /** The button that begins it. */
    offer: string;
    title: string;
    lead: string;
    /** The accessible name of the drawn code. */
    code: string;
    copy: string;
    copied: string;
    /** The button that makes another link. */
    renew: string;
    waiting: string;
    /** While the phone does the steps. */
    follows: string;
    /** The button that ends it. */
    back: string;
    failed: string;
  };

  verifiedTitle: string;
  verifiedLead: string;
  notVerifiedTitle: string;
  notVerifiedLead: string;
  authenticatedTitle: string;
  authenticatedLead: string;
  notAuthenticatedTitle: string;
  notAuthenticatedLead: string;

  retry: string;
  restart: string;
  useCamera: string;
  /** How to allow the camera, by the place where it is refused. */
  settingsCamera: Record<PermissionPlace, string>;
  settingsLocation: Record<PermissionPlace, string>;
  offline: string;
  /** Below a failure, for support. */
  errorCode: With<"code">;
  /** A failure's title and what the person can do. */
  errors: Record<ErrorCode, { title: string; text: string }>;
  /** What to do about each problem that `probe()` reports. */
  problems: Record<ProblemCode, string>;
}

/** Replacements for any part of a table, at any depth. What is absent keeps the table's text. */
export type TextOverrides = Overrides<Texts>;

type Overrides<T> = T extends string | readonly unknown[]
  ? T
  : T extends object
    ? { [Name in keyof T]?: Overrides<T[Name]> }
    : T;

/** A table, or a function that loads one, as `() => import("./de.js")` with the table as default export. */
export type LanguageSource = Texts | (() => Texts | Promise<Texts | { default: Texts }>);
