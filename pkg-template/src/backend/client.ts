// Runs the requests of the module, which decides what to send, when to retry and what a reply means. Provides fetch,
// timers, the clock and random numbers.

import { BackendCore, localFailure } from "../../wasm/kyc_backend.js";
import type { BackendRequest } from "../../wasm/kyc_backend.js";
import { BackendError, fromModule } from "./errors.js";
import type { Failure } from "./errors.js";
import { load } from "./load.js";
import { checkArgument, checkCallOptions, checkClientOptions, checkFile } from "./options.js";
import type { CallOptions, ClientOptions, UploadOptions } from "./options.js";
import { isPlain, matches, nonEmptyText } from "../validate.js";
import type { Validator } from "../validate.js";

export type { CallOptions, ClientOptions, UploadOptions } from "./options.js";

/** A file that is being downloaded. */
export interface Download {
  /** The media type, as `image/jpeg`, `application/pdf`, `video/mp4`. */
  readonly contentType: string | null;
  /** Size, bytes; `null` if the server did not report it. */
  readonly length: number | null;
  /** The chunks as they arrive. Cancelling it aborts the transfer. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Reads the whole file. Rejects with `reply_too_large` beyond `limit` bytes; default 64 MiB. */
  bytes(limit?: number): Promise<Uint8Array>;
}

type Next =
  | { next: "success" | "renew" }
  | { next: "again"; waitMs: number }
  | { next: "failed"; failure: Failure; retryAfterMs: number | null };

/** Maximum size of a reply that is read as a whole, bytes. */
const REPLY_LIMIT = 16 << 20;
/** Maximum size of an error reply, bytes. */
const ERROR_REPLY_LIMIT = 1 << 20;
const CHUNK = 64 << 10;

const REQUEST = matches("an object", isPlain);

/** The base of all clients. */
export abstract class BackendClient {
  readonly #core: () => Promise<BackendCore>;
  readonly #fetch: typeof fetch;
  readonly #timeoutMs: number;
  #renewal: Promise<void> | null = null;

  /** `keys` names the options of this client that are required, `others` the rest, each with what it accepts. */
  protected constructor(
    system: string,
    options: ClientOptions,
    keys: Record<string, Validator>,
    others: Record<string, Validator> = {},
  ) {
    checkClientOptions(options, keys, others);
    const { baseUrl, allowInsecureHttp, attempts, attemptTimeoutMs, wasm } = options;
    const own = Object.keys({ ...keys, ...others }).map((name) => [name, (options as never)[name]]);
    const settings = JSON.stringify({
      ...Object.fromEntries(own),
      baseUrl,
      allowInsecureHttp,
      attempts,
      attemptTimeoutMs,
    });
    this.#fetch = options.fetch ?? ((input, init) => fetch(input, init));
    this.#timeoutMs = attemptTimeoutMs ?? 60_000;
    let core: Promise<BackendCore> | null = null;
    this.#core = () => {
      core ??= load(wasm).then(() => inModule(() => new BackendCore(system, settings)));
      core.catch(() => {
        core = null;
      });
      return core;
    };
  }

  /** Calls an operation with a JSON reply. */
  protected async json<T>(name: string, argument: object, options: UploadOptions = {}, file?: Uint8Array): Promise<T> {
    checkArgument("request", argument, REQUEST);
    checkCallOptions(options);
    const core = await this.#core();
    const request = makeRequest(core, name, argument, file);
    try {
      const reply = await this.#send(core, request, options);
      const body = await readAll(reply, REPLY_LIMIT, this.#timeoutMs, options.signal);
      return JSON.parse(inModule(() => core.reply(request, body))) as T;
    } finally {
      request.free();
    }
  }

  /** Calls an operation that takes a file beside its request. */
  protected async upload<T>(
    name: string,
    request: { image: Uint8Array },
    more: object,
    options?: UploadOptions,
  ): Promise<T> {
    checkArgument("request", request, REQUEST);
    const { image, ...argument } = request;
    checkFile("image", image);
    return this.json(name, { ...argument, ...more }, options, image);
  }

  /** Calls an operation that returns a file. */
  protected async file(name: string, argument: object, options: CallOptions = {}): Promise<Download> {
    checkArgument("request", argument, REQUEST);
    checkCallOptions(options);
    const core = await this.#core();
    const request = makeRequest(core, name, argument);
    try {
      return download(await this.#send(core, request, options), this.#timeoutMs, options.signal);
    } finally {
      request.free();
    }
  }

  /** Requests a token that is bound to a session. */
  protected async sessionTokenReply<T>(sessionId: string, options: CallOptions): Promise<T> {
    checkArgument("sessionId", sessionId, nonEmptyText);
    checkCallOptions(options);
    const core = await this.#core();
    const request = core.tokenRequest(sessionId);
    if (request === undefined) throw failed("token_unavailable");
    try {
      const reply = await this.#send(core, request, options);
      return JSON.parse(
        new TextDecoder().decode(await readAll(reply, REPLY_LIMIT, this.#timeoutMs, options.signal)),
      ) as T;
    } finally {
      request.free();
    }
  }

  /** Iterates over a list, page by page. A page may have fewer items than requested. */
  protected async *pages<Q extends { skip?: number; take?: number }, R, I>(
    request: Q,
    page: (request: Q) => Promise<R>,
    items: (reply: R) => { items: I[]; total: number },
  ): AsyncGenerator<I, void, undefined> {
    checkArgument("request", request, REQUEST);
    const take = request.take ?? 100;
    for (let skip = request.skip ?? 0; ; ) {
      const got = items(await page({ ...request, skip, take }));
      yield* got.items;
      skip += got.items.length;
      if (got.items.length === 0 || skip >= got.total) return;
    }
  }

  async #send(core: BackendCore, request: BackendRequest, options: UploadOptions): Promise<Response> {
    const flight = core.flight(request);
    try {
      for (;;) {
        stopIf(options.signal);
        await sleep(core.takePace(request, Date.now()), options.signal);
        await this.#ensureToken(core, request, options);
        const headers = core.headers(request, Date.now());
        let next: Next;
        let refusal: { status: number; body: Uint8Array } | null = null;
        try {
          const reply = await this.#attempt(request, headers, options);
          if (reply.ok) return reply;
          const body = await readAll(reply, ERROR_REPLY_LIMIT, this.#timeoutMs, options.signal).catch(
            () => new Uint8Array(),
          );
          stopIf(options.signal);
          refusal = { status: reply.status, body };
          const retryAfter = reply.headers.get("retry-after") ?? undefined;
          next = JSON.parse(flight.reply(reply.status, retryAfter, body, random(), Date.now())) as Next;
        } catch (error) {
          stopIf(options.signal);
          if (error instanceof BackendError) throw error;
          next = JSON.parse(flight.noReply(whyNot(error), random())) as Next;
        }
        switch (next.next) {
          case "renew": {
            const at = headers.indexOf("Authorization");
            core.forgetToken(headers[at + 1] ?? "");
            break;
          }
          case "again":
            await sleep(next.waitMs, options.signal);
            break;
          case "failed": {
            const failure =
              refusal === null ? next.failure : (JSON.parse(core.refusal(refusal.status, refusal.body)) as Failure);
            throw new BackendError({ ...failure, retryAfterMs: next.retryAfterMs });
          }
          case "success":
            throw failed("reply_invalid");
        }
      }
    } finally {
      flight.free();
    }
  }

  /** Requests a token, once at a time. A failed early renewal keeps the current token. */
  async #ensureToken(core: BackendCore, request: BackendRequest, options: CallOptions): Promise<void> {
    const stock = core.tokenStock(request, Date.now());
    if (stock === "fresh" || stock === "unused") return;
    this.#renewal ??= this.#renew(core).finally(() => {
      this.#renewal = null;
    });
    try {
      await withSignal(this.#renewal, options.signal);
    } catch (error) {
      stopIf(options.signal);
      if (core.tokenStock(request, Date.now()) === "none") throw error;
    }
  }

  async #renew(core: BackendCore): Promise<void> {
    const request = core.tokenRequest();
    if (request === undefined) throw failed("token_unavailable");
    try {
      const asked = Date.now();
      const body = await readAll(await this.#send(core, request, {}), REPLY_LIMIT, this.#timeoutMs);
      inModule(() => core.keepToken(body, asked));
    } finally {
      request.free();
    }
  }

  async #attempt(request: BackendRequest, headers: string[], options: UploadOptions): Promise<Response> {
    const body = request.body;
    const fields = new Headers();
    for (let i = 0; i < headers.length; i += 2) fields.append(headers[i] ?? "", headers[i + 1] ?? "");
    const late = new AbortController();
    const stop = (): void => late.abort(options.signal?.reason);
    options.signal?.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(() => late.abort(LATE), this.#timeoutMs);
    // Credentials must follow no redirect, so 3xx is a failure. Not every host supports "error".
    const init: RequestInit & { duplex?: "half" } = {
      method: request.method,
      headers: fields,
      redirect: "manual",
      signal: late.signal,
    };
    if (body !== undefined) {
      const { onProgress } = options;
      init.body = onProgress === undefined ? (body as Uint8Array<ArrayBuffer>) : withProgress(body, onProgress);
      if (onProgress !== undefined) init.duplex = "half";
    }
    try {
      return await this.#fetch(request.url, init);
    } catch (error) {
      throw late.signal.aborted && late.signal.reason === LATE ? LATE : error;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    }
  }
}

/** The reason of an abort by timeout. */
const LATE = Symbol("late");

function whyNot(error: unknown): string {
  if (error === LATE) return "late";
  // Node reports the cause of a failed connection.
  const code = (error as { cause?: { code?: unknown } } | null)?.cause?.code;
  const unsent = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];
  return typeof code === "string" && unsent.includes(code) ? "unsent" : "broken";
}

function makeRequest(core: BackendCore, name: string, argument: object, file?: Uint8Array): BackendRequest {
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  return inModule(() => core.call(name, asJson(argument), file, numbers));
}

/** Throws `request_invalid` for what JSON cannot represent. */
function asJson(argument: object): string {
  try {
    return JSON.stringify(argument);
  } catch (cause) {
    const message = "the request is invalid: expected data that JSON can represent";
    throw new BackendError({ code: "request_invalid", message, documented: false, retryable: false }, { cause });
  }
}

function inModule<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof BackendError ? thrown : fromModule(thrown);
  }
}

function failed(code: string): BackendError {
  return new BackendError(JSON.parse(localFailure(code)) as Failure);
}

function stopIf(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw failed("cancelled");
}

function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms > 0) await withSignal(new Promise<void>((resolve) => setTimeout(resolve, ms)), signal);
}

/** Settles as the promise, or rejects with `cancelled` when the signal is aborted. */
async function withSignal<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  stopIf(signal);
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(failed("cancelled"));
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** A body that reports its chunks as they are sent. */
function withProgress(body: Uint8Array, onProgress: (sent: number, all: number) => void): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= body.length) return controller.close();
      const piece = body.subarray(at, at + CHUNK);
      at += piece.length;
      controller.enqueue(piece);
      onProgress(at, body.length);
    },
  });
}

/** The chunks of a reply; one that does not arrive in time is a `timeout`. */
function chunks(reply: Response, timeoutMs: number, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const reader = reply.body?.getReader();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (reader === undefined) return controller.close();
      let timer: ReturnType<typeof setTimeout> | undefined;
      try {
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(failed("timeout")), timeoutMs);
        });
        const got = await withSignal(Promise.race([reader.read(), late]), signal);
        if (got.done) controller.close();
        else controller.enqueue(got.value);
      } catch (error) {
        await reader.cancel().catch(() => undefined);
        controller.error(error instanceof BackendError ? error : failed("network_failed"));
      } finally {
        clearTimeout(timer);
      }
    },
    async cancel() {
      await reader?.cancel();
    },
  });
}

async function readAll(reply: Response, limit: number, timeoutMs: number, signal?: AbortSignal): Promise<Uint8Array> {
  return collect(chunks(reply, timeoutMs, signal), limit);
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw failed("reply_too_large");
    }
    parts.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function download(reply: Response, timeoutMs: number, signal?: AbortSignal): Download {
  const length = reply.headers.get("content-length");
  const stream = chunks(reply, timeoutMs, signal);
  return {
    contentType: reply.headers.get("content-type"),
    length: length === null ? null : Number(length),
    stream,
    bytes: (limit = 64 << 20) => collect(stream, limit),
  };
}
