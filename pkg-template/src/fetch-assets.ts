// Fetches assets and reports what is wrong with them.

import { KycCaptureError } from "./errors.js";

/** Fetches and compiles the module, or returns a compiled one. */
export async function compileModule(source: string | BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  checkWebAssembly();
  if (source instanceof WebAssembly.Module) return source;
  // Identified by its first four bytes, not by MIME type or name.
  const bytes = typeof source === "string" ? await fetchAsset(source, "wasmUrl") : source;
  const head = ArrayBuffer.isView(bytes)
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, Math.min(4, bytes.byteLength))
    : new Uint8Array(bytes, 0, Math.min(4, bytes.byteLength));
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0x61 || head[2] !== 0x73 || head[3] !== 0x6d) {
    throw new KycCaptureError(
      "asset_invalid",
      notAnAsset(String(typeof source === "string" ? source : "wasmUrl"), head, "a WebAssembly module", "wasmUrl"),
    );
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    const words = String((cause as Error)?.message ?? cause);
    if (/content security|unsafe-eval|blocked|disallowed/i.test(words)) {
      throw new KycCaptureError(
        "wasm_blocked",
        "the page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src",
        { cause },
      );
    }
    throw new KycCaptureError("asset_invalid", `the WebAssembly module does not compile: ${words}`, { cause });
  }
}

/** Fetches the weights of a model. */
export async function fetchModel(address: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(await fetchAsset(address, "modelUrl"));
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

async function fetchAsset(address: string, option: string): Promise<ArrayBuffer> {
  if (address.startsWith("file:")) return readFile(address, option);
  let reply: Response;
  try {
    reply = await fetch(address, { credentials: "same-origin" });
  } catch (cause) {
    throw new KycCaptureError(
      "asset_unreachable",
      `${address} could not be fetched; if the file is elsewhere, set init({ ${option} })`,
      { retryable: true, cause },
    );
  }
  if (!reply.ok) {
    throw new KycCaptureError(
      "asset_unreachable",
      `${address} answered ${reply.status}; if the file is elsewhere, set init({ ${option} })`,
      { retryable: reply.status >= 500 || reply.status === 429 },
    );
  }
  return reply.arrayBuffer();
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
    throw new KycCaptureError(
      "asset_unreachable",
      `${address} could not be read; if the file is elsewhere, set init({ ${option} })`,
      { cause },
    );
  }
}

function notAnAsset(address: string, head: Uint8Array, wanted: string, option: string): string {
  const html =
    head[0] === 0x3c ? " but an HTML page (as from a server that answers unknown addresses with index.html)" : "";
  return `${address} is not ${wanted}${html}; set its address with init({ ${option} })`;
}
