// A session without a server: answers the operations that a page calls, in the wire types of the real service and as a
// script says.

import type { DocumentType, FlowKind } from "../codes.js";

/** What a script may say; everything is optional. */
export interface SessionScript {
  /** Default `"idv"`. */
  flow?: FlowKind;
  /** What is done already: the capture goes on from there. */
  consented?: boolean;
  documentType?: DocumentType;
  frontGiven?: boolean;
  backGiven?: boolean;
  livenessDetected?: boolean;
  /** Settings of the session, as `{ liveness_mode: "passive_active", active_steps: 2 }`. */
  settings?: Record<string, unknown>;
  /** The movements of active liveness follow from this text, and from how often it was given. */
  livenessToken?: string;
  /** The verdict of both flows. Default `true`. */
  verified?: boolean;
  /** Default `false`. */
  onSanctionList?: boolean;
  /** Failures of an operation before it succeeds, in order: a status, or status and error code of the API. */
  failures?: Partial<Record<SessionOperation, readonly (number | { status: number; code: string })[]>>;
}

/** A request, as every test runner describes one. */
export interface ScriptedRequest {
  method: string;
  url: string;
  /** Text, or the bytes of a form. */
  body?: string | Uint8Array | null;
}

/** Its reply. */
export interface ScriptedReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const PATHS = {
  "/idv/sdk/session/read": "sdk_session_read",
  "/idv/sdk/consent/add": "sdk_consent_add",
  "/idv/sdk/metadata/update": "sdk_metadata_update",
  "/idv/sdk/document/type/update": "sdk_document_type_update",
  "/idv/sdk/document/front/add": "sdk_document_front_add",
  "/idv/sdk/document/back/add": "sdk_document_back_add",
  "/idv/sdk/liveness/session/generate": "sdk_liveness_session_generate",
  "/idv/sdk/liveness/session/process": "sdk_liveness_session_process",
  "/idv/sdk/finalize": "sdk_finalize",
  "/ida/sdk/session/read": "ida_sdk_session_read",
  "/ida/sdk/metadata/update": "ida_sdk_metadata_update",
  "/ida/sdk/liveness/session/generate": "ida_sdk_liveness_session_generate",
  "/ida/sdk/liveness/session/process": "ida_sdk_liveness_session_process",
  "/ida/sdk/finalize": "ida_sdk_finalize",
} as const;

/** The stable name of an operation, as in the option `routes`. */
export type SessionOperation = (typeof PATHS)[keyof typeof PATHS];

/** The used part of Playwright's `Page` and `BrowserContext`. */
export interface Routable {
  route(url: string, handler: (route: PlaywrightRoute) => Promise<void>): Promise<unknown>;
}

interface PlaywrightRoute {
  request(): { method(): string; url(): string; postDataBuffer(): Uint8Array | null };
  fulfill(reply: ScriptedReply): Promise<void>;
}

/** The used part of Cypress's `cy`. */
export interface Interceptor {
  intercept(url: string, handler: (request: CypressRequest) => void): unknown;
}

interface CypressRequest {
  method: string;
  url: string;
  body: unknown;
  reply(reply: { statusCode: number; headers: Record<string, string>; body: string }): void;
}

/** A scripted session. */
export class ScriptedSession {
  /** The options of a capture of this session. */
  readonly options: { baseUrl: string; clientId: string; sessionId: string; accessToken: string; flow?: FlowKind };
  /** The operations that were called, in order, with the status of each reply. */
  readonly calls: { operation: SessionOperation; status: number; body: unknown }[] = [];
  /** What the service has on record. */
  readonly record: Required<Pick<SessionScript, "consented" | "frontGiven" | "backGiven" | "livenessDetected">> & {
    documentType: DocumentType | null;
    complete: boolean;
  };
  readonly #script: SessionScript;
  readonly #failed = new Map<SessionOperation, number>();
  #tokens = 0;

  /**
   * @param baseUrl the `baseUrl` of the captures: an address of the page's origin, as `http://localhost:5173/kyc`. For
   *   another origin a browser asks first (CORS), and test runners do not answer that for workers.
   */
  constructor(baseUrl: string, script: SessionScript = {}) {
    this.#script = script;
    this.options = {
      baseUrl,
      clientId: "scripted-client",
      sessionId: "scripted-session",
      accessToken: "scripted-token",
      ...(script.flow && { flow: script.flow }),
    };
    this.record = {
      consented: script.consented ?? false,
      documentType: script.documentType ?? null,
      frontGiven: script.frontGiven ?? false,
      backGiven: script.backGiven ?? false,
      livenessDetected: script.livenessDetected ?? false,
      complete: false,
    };
  }

  /** Answers a request; `null` for one that is none of this session's. */
  handle({ method, url, body }: ScriptedRequest): ScriptedReply | null {
    if (!url.startsWith(this.options.baseUrl)) return null;
    const path = url.slice(this.options.baseUrl.length).replace(/[?#].*$/, "");
    if (method === "OPTIONS") return reply(204, null);
    const operation = (PATHS as Record<string, SessionOperation>)[path];
    if (operation === undefined) return reply(404, failure("not_found"));
    const answer = this.#answer(operation, body ?? null);
    this.calls.push({ operation, status: answer.status, body: parsed(body ?? null) });
    return answer;
  }

  /** Answers in Playwright: `await session.route(page)`. */
  async route(page: Routable): Promise<void> {
    await page.route(`${this.options.baseUrl}/**`, async (route) => {
      const request = route.request();
      const found = { method: request.method(), url: request.url(), body: request.postDataBuffer() };
      await route.fulfill(this.handle(found) ?? reply(404, failure("not_found")));
    });
  }

  /** Answers in Cypress: `session.intercept(cy)`. */
  intercept(cy: Interceptor): void {
    cy.intercept(`${this.options.baseUrl}/**`, ({ method, url, body, ...request }) => {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const { status, headers, body: said } = this.handle({ method, url, body: text }) ?? reply(404, failure("x"));
      request.reply({ statusCode: status, headers, body: said });
    });
  }

  #answer(operation: SessionOperation, body: string | Uint8Array | null): ScriptedReply {
    const failures = this.#script.failures?.[operation] ?? [];
    const done = this.#failed.get(operation) ?? 0;
    const next = failures[done];
    if (next !== undefined) {
      this.#failed.set(operation, done + 1);
      return typeof next === "number" ? reply(next, {}) : reply(next.status, failure(next.code));
    }
    const { record } = this;
    const { settings = {}, verified = true, onSanctionList = false } = this.#script;
    const { sessionId: session_id, clientId: client_id } = this.options;
    switch (operation) {
      case "sdk_session_read":
        return reply(200, {
          session_id,
          client_id,
          document_type_e: record.documentType ?? "unknown",
          consented: record.consented,
          document_front_given: record.frontGiven,
          document_back_given: record.backGiven,
          liveness_detected: record.livenessDetected,
          selfie_given: record.livenessDetected,
          liveness_provider_e: "kyc-capture",
          sdk_metadata: {},
          settings,
        });
      case "ida_sdk_session_read":
        return reply(200, {
          session_id,
          client_id,
          status_e: record.complete ? "complete" : "pending",
          liveness_detected: record.livenessDetected,
          selfie_given: record.livenessDetected,
          authenticated: record.complete ? verified : null,
          liveness_provider_e: "kyc-capture",
          sdk_metadata: settings,
        });
      case "sdk_consent_add":
        record.consented = true;
        return reply(200, {});
      case "sdk_document_type_update":
        record.documentType = (parsed(body) as { document_type_e?: DocumentType } | null)?.document_type_e ?? null;
        return reply(200, {});
      case "sdk_document_front_add":
        record.frontGiven = true;
        return reply(200, {});
      case "sdk_document_back_add":
        record.backGiven = true;
        return reply(200, {});
      case "sdk_liveness_session_generate":
      case "ida_sdk_liveness_session_generate":
        this.#tokens += 1;
        return reply(200, { token: `${this.#script.livenessToken ?? "scripted-liveness"}-${this.#tokens}` });
      case "sdk_liveness_session_process":
      case "ida_sdk_liveness_session_process":
        record.livenessDetected = true;
        return reply(200, { token: "" });
      case "sdk_metadata_update":
      case "ida_sdk_metadata_update":
        return reply(200, {});
      case "sdk_finalize":
        record.complete = true;
        return reply(200, { verified, on_sanction_list: onSanctionList });
      case "ida_sdk_finalize":
        record.complete = true;
        return reply(200, {});
    }
  }
}

function failure(code: string): object {
  return { error: { code, message: code } };
}

/** A reply that pages of every origin may read. */
function reply(status: number, body: object | null): ScriptedReply {
  return {
    status,
    headers: {
      "content-type": "application/json",
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "authorization, content-type, x-client-id",
      "access-control-allow-methods": "POST",
    },
    body: body === null ? "" : JSON.stringify(body),
  };
}

/** The JSON of a body; a form by its type alone. */
function parsed(body: string | Uint8Array | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  } catch {
    return { form: true };
  }
}
