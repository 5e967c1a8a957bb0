// Fetches assets and reports what is wrong with them.

import { KycCaptureError } from "./errors.js";

/** What to do about an asset that is not where it is looked for. */
export function assetRecipe(option: string): string {
  return (
    `copy the files with \`npx kyc-capture copy-assets DIR\` and set init({ assetBase }), ` +
    `or set its address with init({ ${option} })`
  );
}

const compiled = new Map<string, Promise<WebAssembly.Module>>();

/**
 * Fetches and compiles the module, or returns a compiled one. Each address is fetched and compiled once per thread; a
 * failure is forgotten.
 */
export function compileModule(source: string | BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (typeof source !== "string") return compile(source);
  let module = compiled.get(source);
  if (module === undefined) {
    module = compile(source);
    compiled.set(source, module);
    module.catch(() => compiled.delete(source));
  }
  return module;
}

async function compile(source: string | BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  checkWebAssembly();
  if (source instanceof WebAssembly.Module) return source;
  try {
    if (typeof source !== "string") return await WebAssembly.compile(wasmBytes(source, "wasmUrl"));
    if (source.startsWith("file:"))
      return await WebAssembly.compile(wasmBytes(await readFile(source, "wasmUrl"), source));
    return await fetchAsset(source, "wasmUrl", async (reply) => {
      // Compiles while the bytes arrive. A server that does not know the MIME type is served, too.
      const streams = /^application\/wasm\b/i.test(reply.headers.get("content-type") ?? "");
      if (streams && typeof WebAssembly.compileStreaming === "function") return WebAssembly.compileStreaming(reply);
      return WebAssembly.compile(wasmBytes(await reply.arrayBuffer(), source));
    });
  } catch (cause) {
    throw whyNotCompiled(cause);
  }
}

/** Modules are identified by their first four bytes, not by MIME type or name. */
function wasmBytes(bytes: BufferSource, address: string): BufferSource {
  const head = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(4, bytes.byteLength))
    : new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0x61 || head[2] !== 0x73 || head[3] !== 0x6d) {
    throw new KycCaptureError("asset_invalid", notAnAsset(address, head, "a WebAssembly module", "wasmUrl"));
  }
  return bytes;
}

function whyNotCompiled(cause: unknown): KycCaptureError {
  if (cause instanceof KycCaptureError) return cause;
  const words = String((cause as Error)?.message ?? cause);
  if (/content security|unsafe-eval|blocked|disallowed/i.test(words)) {
    return new KycCaptureError(
      "wasm_blocked",
      "the page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src",
      { cause },
    );
  }
  return new KycCaptureError("asset_invalid", `the WebAssembly module does not compile: ${words}`, { cause });
}

/** Fetches the weights of a model. */
export async function fetchModel(address: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(
    address.startsWith("file:")
      ? await readFile(address, "modelUrl")
      : await fetchAsset(address, "modelUrl", (reply) => reply.arrayBuffer()),
  );
  // Weights start with the magic number "KYCM".
  if (bytes[0] !== 0x4b || bytes[1] !== 0x59 || bytes[2] !== 0x43 || bytes[3] !== 0x4d) {
    throw new KycCaptureError("asset_invalid", notAnAsset(address, bytes.subarray(0, 4), "model weights", "modelUrl"));
  }
  return bytes;
}

/** Throws if this environment cannot run the module. */
export function checkWebAssembly(): void {
  if (typeof WebAssembly === "undefined") {
    throw new KycCaptureError(
      "wasm_unsupported",
      "this browser does not support WebAssembly, or it is disabled (Lockdown Mode)",
    );
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new KycCaptureError(
      "wasm_simd_missing",
      "this browser's WebAssembly does not support SIMD: update the browser",
    );
  }
}

/** A module with a SIMD instruction. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** Longest wait for the first byte of an asset, and for the rest besides the time of its bytes, ms. */
const GRACE_MS = 20_000;
/** Slowest line on which an asset is awaited, bytes per ms: 64 kbit/s. */
const SLOWEST_LINE = 8;
/** Size of an asset whose length is not announced, bytes. */
const UNANNOUNCED = 1_500_000;

/** Fetches and reads an asset. A transfer without progress is given up: a later one begins again. */
async function fetchAsset<Value>(
  address: string,
  option: string,
  read: (reply: Response) => Promise<Value>,
): Promise<Value> {
  const transfer = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => transfer.abort(), ms);
  };
  let began = false;
  try {
    limit(GRACE_MS);
    const reply = await fetch(address, { credentials: "same-origin", signal: transfer.signal });
    if (!reply.ok) {
      throw new KycCaptureError("asset_unreachable", `${address} answered ${reply.status}; ${assetRecipe(option)}`, {
        retryable: reply.status >= 500 || reply.status === 429,
      });
    }
    began = true;
    limit(GRACE_MS + (Number(reply.headers.get("content-length")) || UNANNOUNCED) / SLOWEST_LINE);
    return await read(reply);
  } catch (cause) {
    const broken = cause instanceof TypeError || (cause as Error)?.name === "AbortError";
    if (began && !broken) throw cause;
    if (cause instanceof KycCaptureError) throw cause;
    throw new KycCaptureError(
      "asset_unreachable",
      began || transfer.signal.aborted
        ? `${address} did not arrive completely: the connection broke off or stood still`
        : `${address} could not be fetched (no connection, the page's CSP connect-src, or CORS of another origin); ` +
            assetRecipe(option),
      { retryable: true, cause },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** The used part of Node 20.16 and later, accessed in a way that bundlers for browsers ignore. */
declare const process: { getBuiltinModule(name: "node:fs/promises"): NodeFiles };
interface NodeFiles {
  readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
}

/** Reads one of the package's files in Node. */
async function readFile(address: string, option: string): Promise<ArrayBuffer> {
  try {
    const fs = process.getBuiltinModule("node:fs/promises");
    const bytes = await fs.readFile(new URL(address));
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  } catch (cause) {
    throw new KycCaptureError("asset_unreachable", `${address} could not be read; ${assetRecipe(option)}`, { cause });
  }
}

function notAnAsset(address: string, head: Uint8Array, wanted: string, option: string): string {
  const html =
    head[0] === 0x3c ? " but an HTML page (as from a server that answers unknown addresses with index.html)" : "";
  return `${address} is not ${wanted}${html}; ${assetRecipe(option)}`;
}
