// The options of the clients and of their calls, validated before anything is sent: unknown names, wrong types and
// values out of range are refused with `invalid_option`. The module validates what it receives once more.

import { KycCaptureError } from "../errors.js";
import * as is from "../validate.js";
import type { Validator } from "../validate.js";
import { BackendError } from "./errors.js";
import type { WasmSource } from "./load.js";

/** Options that all clients have. */
export interface ClientOptions {
  /** Address, as `https://kyc.example`; `http://` only for the loopback interface or with `allowInsecureHttp`. */
  baseUrl: string;
  /** Allows `http://` to any host, over which keys can be read. For development only. Default `false`. */
  allowInsecureHttp?: boolean;
  /** Maximum attempts of a call, an integer, 1–10. Default 5. */
  attempts?: number;
  /** Timeout of the first byte of a reply and of each further chunk, an integer, 1–2,147,483,647 ms. Default 60,000. */
  attemptTimeoutMs?: number;
  /** Replaces `fetch`, as for a proxy. Default: the global one. */
  fetch?: typeof fetch;
  /** The WebAssembly module, if the host cannot read the package's file. */
  wasm?: WasmSource;
}

/** Options of one call. */
export interface CallOptions {
  /** Aborts the call, which rejects with the code `cancelled`. */
  signal?: AbortSignal;
}

/** Options of a call with a file. */
export interface UploadOptions extends CallOptions {
  /** Called while the body is sent, with the sent and all bytes. Starts again with each attempt. */
  onProgress?: (sent: number, all: number) => void;
}

const KEY_LIMIT = 4_096;
/** Longest delay of a timer: a longer one fires at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** What goes into a header field. */
export const headerKey: Validator = is.matches(
  `1 to ${KEY_LIMIT} visible ASCII characters`,
  (value) => typeof value === "string" && value.length <= KEY_LIMIT && /^[\x21-\x7e]+$/.test(value),
);

/** A key that is sent in a body, or signs. */
export const secretKey: Validator = is.matches(
  `1 to ${KEY_LIMIT} characters without control characters`,
  (value) => typeof value === "string" && value.length <= KEY_LIMIT && /^\P{Cc}+$/u.test(value),
);

/** Paths by the names of operations. */
export const routes: Validator = is.mapOf(
  is.matches("a path that starts with one slash", (value) => typeof value === "string" && /^\/(?!\/)/.test(value)),
);

const signal = is.matches(
  "an AbortSignal",
  (value) => typeof (value as AbortSignal)?.aborted === "boolean" && "addEventListener" in (value as object),
);

const wasm = is.matches(
  "a WebAssembly.Module, the module's bytes or its address",
  (value) =>
    (typeof value === "string" && value !== "") ||
    value instanceof URL ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    Object.prototype.toString.call(value) === "[object WebAssembly.Module]",
);

const common: is.Fields<ClientOptions> = {
  baseUrl: is.text,
  allowInsecureHttp: is.boolean,
  attempts: is.number([1, 10, "integer"]),
  attemptTimeoutMs: is.number([1, MAX_TIMEOUT_MS, "integer"]),
  fetch: is.callback,
  wasm,
};

/**
 * Checks the options of a client: those of all clients, and its own `keys` (required) and `others`.
 *
 * @throws {@link BackendError} `invalid_option`
 */
export function checkClientOptions(
  options: unknown,
  keys: Record<string, Validator>,
  others: Record<string, Validator> = {},
): void {
  refusing(() => {
    if (!is.isPlain(options)) throw is.invalidOption("options", "an object", options);
    is.object<Record<string, unknown>>({ ...common, ...keys, ...others }, ["baseUrl", ...Object.keys(keys)])(
      "",
      options,
    );
    const { baseUrl, allowInsecureHttp = false } = options;
    if (!isBaseUrl(baseUrl as string, allowInsecureHttp as boolean)) {
      const expected =
        "an https:// address without user, query or fragment (http:// for this machine, or for every host with " +
        "`allowInsecureHttp`)";
      throw is.invalidOption("baseUrl", expected, baseUrl);
    }
  });
}

function isBaseUrl(text: string, insecure: boolean): boolean {
  try {
    const { protocol, hostname, username, password, search, hash } = new URL(text);
    const here = /^(localhost|.*\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
    const encrypted = protocol === "https:" || (protocol === "http:" && (insecure || here));
    return encrypted && username === "" && password === "" && search === "" && hash === "";
  } catch {
    return false;
  }
}

const call = is.object<UploadOptions>({ signal, onProgress: is.callback });

/**
 * Checks the options of a call.
 *
 * @throws {@link BackendError} `invalid_option`
 */
export function checkCallOptions(options: unknown): void {
  refusing(() => {
    if (!is.isPlain(options)) throw is.invalidOption("options", "an object", options);
    call("", options);
  });
}

/**
 * Checks the bytes of a file.
 *
 * @throws {@link BackendError} `invalid_option`
 */
export function checkFile(name: string, bytes: unknown): asserts bytes is Uint8Array {
  refusing(() => {
    if (!(bytes instanceof Uint8Array)) throw is.invalidOption(name, "a Uint8Array", bytes);
    if (bytes.length === 0) throw is.invalidOption(name, "the bytes of a file", bytes);
  });
}

/**
 * Checks the value of an argument.
 *
 * @throws {@link BackendError} `invalid_option`
 */
export function checkArgument(name: string, value: unknown, validator: Validator): void {
  refusing(() => validator(name, value));
}

function refusing(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof KycCaptureError)) throw error;
    const { message, option: field } = error;
    throw new BackendError({ code: "invalid_option", message, field, documented: false, retryable: false });
  }
}
