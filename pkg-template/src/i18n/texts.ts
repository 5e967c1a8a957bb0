// The shape of a language's table. Total: every step, document, guidance, warning, failure and problem has its text, so a
// new code without words does not compile.

import type { DocumentType, ErrorCode, GuidanceCode, ProblemCode, Side, Warning } from "../codes.js";

export interface Texts {
  /** BCP 47 tag of the table, as `en`. */
  locale: string;

  /** Names for the progress display. */
  stepOf(index: number, total: number): string;
  starting: string;

  consentTitle: string;
  consentLead: string;
  consentPoints: readonly [document: string, face: string, location: string];
  consentPrivacy: string;
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
  /** Beside another button, where there is little room. */
  uploadShort: string;
  changeDocument: string;
  switchCamera: string;
  /** Names of buttons over the picture. */
  switchLens: string;
  torch: string;
  focus: string;
  video: string;
  openingCamera: string;
  openingCameraHint: string;
  locating: string;
  locatingHint: string;
  guidance: Record<GuidanceCode, string>;
  /** Over the picture, in active liveness: `done` movements of `total` are done. */
  movementOf(index: number, total: number): string;
  /** For a person who cannot do the movements. */
  withoutMovements: string;
  /** While another provider's component does liveness. */
  providerTitle: string;

  reviewTitles: Record<Side, string>;
  reviewLead: string;
  reviewLeadFace: string;
  reviewImage: Record<Side, string>;
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
  sendingTitle: string;
  sendingLead: string;
  sendingProgress(done: number, total: number): string;

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
  settingsCamera: string;
  settingsLocation: string;
  offline: string;
  /** Shown small beside a failure, for whoever is asked for help. */
  errorCode(code: string): string;
  errors: Record<ErrorCode, { title: string; text: string }>;
  /** For `probe()`: what to do about each problem. */
  problems: Record<ProblemCode, string>;
}

/** Replacements for any part of a table, at any depth. What is absent keeps the table's text. */
export type TextOverrides = Overrides<Texts>;

type Overrides<T> = T extends (...args: never[]) => unknown
  ? T
  : T extends readonly unknown[]
    ? T
    : T extends object
      ? { [Name in keyof T]?: Overrides<T[Name]> }
      : T;
