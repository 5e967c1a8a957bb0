// IDnGO: signs every request, and waits to keep the documented rate limits.

import { BackendClient } from "./client.js";
import type { CallOptions, ClientOptions, Download, UploadOptions } from "./client.js";
import { checkFile, headerKey, secretKey } from "./options.js";
import type {
  Applicant,
  ApplicantInfo,
  ChecksReply,
  LevelsReply,
  LivenessCheck,
  SimilarApplicantsReply,
  SimilarCheck,
  StatusEmailReply,
  TimelineReply,
  TinCheck,
  WebSdkLinkReply,
} from "../generated/idngo.js";

/** Options of {@link IdngoClient}. */
export interface IdngoClientOptions extends ClientOptions {
  /** `X-App-Token`. */
  appToken: string;
  /** The key of the signature; it is never sent. */
  secretKey: string;
}

/** What a WebSDK link is for. */
export interface WebSdkLinkOptions {
  externalUserId?: string;
  externalActionId?: string;
  /** ISO 639-1. */
  locale?: string;
  /** Life of the link in seconds; 1800 where absent. */
  ttlInSecs?: number;
}

/** The additional requests of IDnGO. */
export class IdngoClient extends BackendClient {
  constructor(options: IdngoClientOptions) {
    super("idngo", options, { appToken: headerKey, secretKey });
  }

  /** *Retrieve duplicate check results*. */
  similarCheck(applicantId: string, options?: CallOptions): Promise<ChecksReply<SimilarCheck>> {
    return this.json("idngo_check_similar", { applicantId }, options);
  }

  /** *Retrieve TIN check result*. */
  tinCheck(applicantId: string, options?: CallOptions): Promise<ChecksReply<TinCheck>> {
    return this.json("idngo_check_tin", { applicantId }, options);
  }

  /** *Retrieve face Liveness check result*. */
  livenessCheck(applicantId: string, options?: CallOptions): Promise<ChecksReply<LivenessCheck>> {
    return this.json("idngo_check_liveness", { applicantId }, options);
  }

  /** *Generate external WebSDK link*. */
  websdkLink(levelName: string, link: WebSdkLinkOptions = {}, options?: CallOptions): Promise<WebSdkLinkReply> {
    return this.json("idngo_websdk_link", { levelName, ...link }, options);
  }

  /** *Send verification status email to user*. Not repeated where it may have been sent. */
  statusEmail(applicantId: string, options?: CallOptions): Promise<StatusEmailReply> {
    return this.json("idngo_status_email", { applicantId }, options);
  }

  /** *Retrieve applicant activity log*. */
  timeline(applicantId: string, options?: CallOptions): Promise<TimelineReply> {
    return this.json("idngo_timeline", { applicantId }, options);
  }

  /** *Retrieve applicant verification report in PDF*; `lang` in ISO 639-1. */
  report(
    applicantId: string,
    report: { report: "applicantReport" | "companyReport"; lang?: string },
    options?: CallOptions,
  ): Promise<Download> {
    return this.file("idngo_report", { applicantId, ...report }, options);
  }

  /** *Retrieve list of available verification levels*. */
  levels(options?: CallOptions): Promise<LevelsReply> {
    return this.json("idngo_levels", {}, options);
  }

  /** *Update applicant data*: the fields that are there are set, those in `unsetFields` are reset. */
  updateInfo(
    applicantId: string,
    info: Partial<ApplicantInfo>,
    unsetFields: readonly string[] = [],
    options?: CallOptions,
  ): Promise<ApplicantInfo> {
    return this.json("idngo_info_update", { applicantId, info, unsetFields }, options);
  }

  /** *Retrieve applicant Liveness*: the video of a check. */
  livenessVideo(applicantId: string, checkId: string, options?: CallOptions): Promise<Download> {
    return this.file("idngo_liveness_video", { applicantId, checkId }, options);
  }

  /** *Retrieve similar applicants*, by data and face: 7 in 10 s, for which is waited. */
  similarByTextAndFace(applicantId: string, options?: CallOptions): Promise<SimilarApplicantsReply> {
    return this.json("idngo_similar_text_face", { applicantId }, options);
  }

  /** *Retrieve similar applicants*, by data alone: 10 in 10 s, for which is waited. */
  similarByText(applicantId: string, options?: CallOptions): Promise<SimilarApplicantsReply> {
    return this.json("idngo_similar_text", { applicantId }, options);
  }

  /** *Import applicant from ZIP archive*: 10 in 10 s, for which is waited. Not repeated where it may have been done. */
  async import(archive: Uint8Array, options?: UploadOptions): Promise<Applicant> {
    checkFile("archive", archive);
    return this.json("idngo_import", {}, options, archive);
  }

  /** *Deactivate applicant*, or activate it again. */
  setPresence(applicantId: string, status: "deactivated" | "activated", options?: CallOptions): Promise<Applicant> {
    return this.json("idngo_presence", { applicantId, status }, options);
  }
}
