// KYC API 2.10.15 for a backend: a token by client credentials, kept and renewed before it ends.

import { BackendClient } from "./client.js";
import type { CallOptions, ClientOptions, Download } from "./client.js";
import { headerKey, routes, secretKey } from "./options.js";
import type {
  DocumentDownloadRequest,
  DocumentListReply,
  DocumentListRequest,
  DocumentReadReply,
  DocumentReadRequest,
  LocationReadReply,
  LocationReadRequest,
  SessionAnonymizeRequest,
  SessionCreateReply,
  SessionCreateRequest,
  SessionDeleteRequest,
  SessionListReply,
  SessionListRequest,
  SessionReadReply,
  SessionReadRequest,
  SessionSummary,
  SessionTestReadReply,
  SessionTestReadRequest,
} from "../generated/idv.js";
import type {
  IdaDocumentDownloadRequest,
  IdaSessionCreateReply,
  IdaSessionCreateRequest,
  IdaSessionDeleteRequest,
  IdaSessionListReply,
  IdaSessionListRequest,
  IdaSessionReadReply,
  IdaSessionReadRequest,
  IdaSessionSummary,
  Identity,
  IdentityAnonymizeRequest,
  IdentityDocumentReadReply,
  IdentityDocumentReadRequest,
  IdentityImageReadRequest,
  IdentityListReply,
  IdentityListRequest,
  IdentityReadReply,
  IdentityReadRequest,
  IdentityStatusReply,
  IdentityStatusRequest,
  TokenReply,
  Webhook,
  WebhookCreateRequest,
  WebhookDeleteRequest,
  WebhookListReply,
  WebhookListRequest,
} from "../generated/kyc.js";
import type {
  HealthReply,
  HealthzReply,
  LiveReply,
  MetricsReply,
  PingReply,
  ReadyReply,
  Requirements,
  RequirementsQuery,
  RequirementsReply,
  RootReply,
  StatusReply,
  VersionReply,
  WeightsQuery,
  WeightsReply,
  WeightsUpdateRequest,
} from "../generated/settings.js";

/** Options of {@link KycClient}. */
export interface KycClientOptions extends ClientOptions {
  clientId: string;
  clientSecret: string;
  /** Paths by the names of operations, where a deployment has others. */
  routes?: Record<string, string>;
}

/** The KYC API: one method per operation that a backend calls. */
export class KycClient extends BackendClient {
  constructor(options: KycClientOptions) {
    super("kyc", options, { clientId: headerKey, clientSecret: secretKey }, { routes });
  }

  /** A token for a browser, bound to one session: what your page asks your backend for. Created at each call. */
  sessionToken(sessionId: string, options: CallOptions = {}): Promise<TokenReply> {
    return this.sessionTokenReply(sessionId, options);
  }

  /** *get weights by id*. */
  idvWeightsGetById(id: string, options?: CallOptions): Promise<WeightsReply> {
    return this.json("idv_weights_get_by_id", { id }, options);
  }

  /** *idv session create*. */
  idvSessionCreate(request: SessionCreateRequest = {}, options?: CallOptions): Promise<SessionCreateReply> {
    return this.json("idv_session_create", request, options);
  }

  /** *idv session read*. */
  idvSessionRead(request: SessionReadRequest, options?: CallOptions): Promise<SessionReadReply> {
    return this.json("idv_session_read", request, options);
  }

  /** *idv session list*, one page; all of them by {@link KycClient.idvSessions}. */
  idvSessionList(request: SessionListRequest = {}, options?: CallOptions): Promise<SessionListReply> {
    return this.json("idv_session_list", request, options);
  }

  /** *idv session delete*. If its first reply was lost, the retry returns `session_not_found`. */
  async idvSessionDelete(request: SessionDeleteRequest, options?: CallOptions): Promise<void> {
    await this.json("idv_session_delete", request, options);
  }

  /** *idv session anonymize*. */
  async idvSessionAnonymize(request: SessionAnonymizeRequest, options?: CallOptions): Promise<void> {
    await this.json("idv_session_anonymize", request, options);
  }

  /** *idv session location read*. */
  idvSessionLocationRead(request: LocationReadRequest, options?: CallOptions): Promise<LocationReadReply> {
    return this.json("idv_session_location_read", request, options);
  }

  /** *idv session test read*. */
  idvSessionTestRead(request: SessionTestReadRequest, options?: CallOptions): Promise<SessionTestReadReply> {
    return this.json("idv_session_test_read", request, options);
  }

  /** *idv document read*. */
  idvDocumentRead(request: DocumentReadRequest, options?: CallOptions): Promise<DocumentReadReply> {
    return this.json("idv_document_read", request, options);
  }

  /** *idv document list*, one page; all of them by {@link KycClient.idvDocuments}. */
  idvDocumentList(request: DocumentListRequest, options?: CallOptions): Promise<DocumentListReply> {
    return this.json("idv_document_list", request, options);
  }

  /** *update requirements*. */
  async idvRequirementsUpdate(request: Requirements, options?: CallOptions): Promise<void> {
    await this.json("idv_requirements_update", request, options);
  }

  /** *update weights*: each makes a version of its own. */
  async idvWeightsUpdate(request: WeightsUpdateRequest, options?: CallOptions): Promise<void> {
    await this.json("idv_weights_update", request, options);
  }

  /** *ida session create*. */
  idaSessionCreate(request: IdaSessionCreateRequest, options?: CallOptions): Promise<IdaSessionCreateReply> {
    return this.json("ida_session_create", request, options);
  }

  /** *ida session read*. */
  idaSessionRead(request: IdaSessionReadRequest, options?: CallOptions): Promise<IdaSessionReadReply> {
    return this.json("ida_session_read", request, options);
  }

  /** *ida session list*, one page; all of them by {@link KycClient.idaSessions}. */
  idaSessionList(request: IdaSessionListRequest = {}, options?: CallOptions): Promise<IdaSessionListReply> {
    return this.json("ida_session_list", request, options);
  }

  /** *ida session delete*. If its first reply was lost, the retry returns `session_not_found`. */
  async idaSessionDelete(request: IdaSessionDeleteRequest, options?: CallOptions): Promise<void> {
    await this.json("ida_session_delete", request, options);
  }

  /** *ida session location read*. */
  idaSessionLocationRead(request: LocationReadRequest, options?: CallOptions): Promise<LocationReadReply> {
    return this.json("ida_session_location_read", request, options);
  }

  /** *list identities*, one page; all of them by {@link KycClient.identities}. */
  identityList(request: IdentityListRequest = {}, options?: CallOptions): Promise<IdentityListReply> {
    return this.json("identity_list", request, options);
  }

  /** *read identities*. */
  identityRead(request: IdentityReadRequest, options?: CallOptions): Promise<IdentityReadReply> {
    return this.json("identity_read", request, options);
  }

  /** *anonymize identity*. */
  async identityAnonymize(request: IdentityAnonymizeRequest, options?: CallOptions): Promise<void> {
    await this.json("identity_anonymize", request, options);
  }

  /** *get identity status for sdk*. */
  identitySdkStatus(request: IdentityStatusRequest, options?: CallOptions): Promise<IdentityStatusReply> {
    return this.json("identity_sdk_status", request, options);
  }

  /** *read completed identity document*. */
  identityDocumentRead(
    request: IdentityDocumentReadRequest,
    options?: CallOptions,
  ): Promise<IdentityDocumentReadReply> {
    return this.json("identity_document_read", request, options);
  }

  /** *webhook create*. */
  async webhookCreate(request: WebhookCreateRequest, options?: CallOptions): Promise<void> {
    await this.json("webhook_create", request, options);
  }

  /** *webhook list*, one page; all of them by {@link KycClient.webhooks}. */
  webhookList(request: WebhookListRequest = {}, options?: CallOptions): Promise<WebhookListReply> {
    return this.json("webhook_list", request, options);
  }

  /** *webhook delete*. */
  async webhookDelete(request: WebhookDeleteRequest, options?: CallOptions): Promise<void> {
    await this.json("webhook_delete", request, options);
  }

  /** *get requirements*. */
  idvRequirementsGet(request: RequirementsQuery = {}, options?: CallOptions): Promise<RequirementsReply> {
    return this.json("idv_requirements_get", request, options);
  }

  /** *get weights*. */
  idvWeightsGet(request: WeightsQuery = {}, options?: CallOptions): Promise<WeightsReply> {
    return this.json("idv_weights_get", request, options);
  }

  /** *root*. */
  utilityRoot(options?: CallOptions): Promise<RootReply> {
    return this.json("utility_root", {}, options);
  }

  /** *ping*. */
  utilityPing(options?: CallOptions): Promise<PingReply> {
    return this.json("utility_ping", {}, options);
  }

  /** *API status*. */
  utilityStatus(options?: CallOptions): Promise<StatusReply> {
    return this.json("utility_status", {}, options);
  }

  /** *system metrics*. */
  utilityMetrics(options?: CallOptions): Promise<MetricsReply> {
    return this.json("utility_metrics", {}, options);
  }

  /** *liveness probe*. */
  utilityLive(options?: CallOptions): Promise<LiveReply> {
    return this.json("utility_liveness_probe", {}, options);
  }

  /** *readiness probe*. */
  utilityReady(options?: CallOptions): Promise<ReadyReply> {
    return this.json("utility_readiness_probe", {}, options);
  }

  /** *simple health*. */
  utilityHealthz(options?: CallOptions): Promise<HealthzReply> {
    return this.json("utility_simple_health", {}, options);
  }

  /** *health*. */
  utilityHealth(options?: CallOptions): Promise<HealthReply> {
    return this.json("utility_health", {}, options);
  }

  /** *version*. */
  utilityVersion(options?: CallOptions): Promise<VersionReply> {
    return this.json("utility_version", {}, options);
  }

  /** *idv document download*: the file as it was stored. */
  idvDocumentDownload(request: DocumentDownloadRequest, options?: CallOptions): Promise<Download> {
    return this.file("idv_document_download", request, options);
  }

  /** *download ida document*: the best image of the person. */
  idaDocumentDownload(request: IdaDocumentDownloadRequest, options?: CallOptions): Promise<Download> {
    return this.file("ida_document_download", request, options);
  }

  /** *read identity image*. */
  identityImageRead(request: IdentityImageReadRequest, options?: CallOptions): Promise<Download> {
    return this.file("identity_image_read", request, options);
  }

  /**
   * All sessions that meet the filters; `take` is the size of a page, `skip` where to begin. Each page is asked for
   * when it is wanted.
   */
  idvSessions(
    request: SessionListRequest = {},
    options?: CallOptions,
  ): AsyncGenerator<SessionSummary, void, undefined> {
    return this.pages(
      request,
      (page) => this.idvSessionList(page, options),
      ({ sessions, meta_counts }) => ({ items: sessions, total: meta_counts.total }),
    );
  }

  /** All documents of a session. Each page is asked for when it is wanted. */
  idvDocuments(
    request: DocumentListRequest,
    options?: CallOptions,
  ): AsyncGenerator<DocumentReadReply, void, undefined> {
    return this.pages(
      request,
      (page) => this.idvDocumentList(page, options),
      ({ documents, meta_counts }) => ({ items: documents, total: meta_counts.total }),
    );
  }

  /** All IDA sessions that meet the filters. Each page is asked for when it is wanted. */
  idaSessions(
    request: IdaSessionListRequest = {},
    options?: CallOptions,
  ): AsyncGenerator<IdaSessionSummary, void, undefined> {
    return this.pages(
      request,
      (page) => this.idaSessionList(page, options),
      ({ sessions, meta_counts }) => ({ items: sessions, total: meta_counts.total }),
    );
  }

  /** All identities that meet the filters. Each page is asked for when it is wanted. */
  identities(request: IdentityListRequest = {}, options?: CallOptions): AsyncGenerator<Identity, void, undefined> {
    return this.pages(
      request,
      (page) => this.identityList(page, options),
      ({ identities, meta_counts }) => ({ items: identities, total: meta_counts.total }),
    );
  }

  /** All webhooks that meet the filters. Each page is asked for when it is wanted. */
  webhooks(request: WebhookListRequest = {}, options?: CallOptions): AsyncGenerator<Webhook, void, undefined> {
    return this.pages(
      request,
      (page) => this.webhookList(page, options),
      ({ webhooks, statistics }) => ({ items: webhooks, total: statistics.total }),
    );
  }
}
