// Instantiates the backend's module, which travels inside a script: no host needs to find a file.

import init from "../../wasm/kyc_backend.js";
import { BackendError } from "./errors.js";

/** The module: compiled, as bytes, or its address. Needed where a host does not compile at run time (edge workers). */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string;

let loaded: Promise<unknown> | null = null;

/** Instantiates the module once; a failure is forgotten, so that the next call tries again. */
export function load(source?: WasmSource): Promise<unknown> {
  if (loaded === null) {
    loaded = instantiate(source);
    loaded.catch(() => {
      loaded = null;
    });
  }
  return loaded;
}

async function instantiate(source?: WasmSource): Promise<unknown> {
  try {
    return await init({ module_or_path: await moduleOf(source) });
  } catch (cause) {
    const message =
      "the module kyc_backend_bg.wasm could not be loaded: give its compiled module or bytes as the option `wasm`";
    throw new BackendError({ code: "module_unreachable", message, documented: false, retryable: true }, { cause });
  }
}

async function moduleOf(source?: WasmSource): Promise<WebAssembly.Module | BufferSource> {
  if (source === undefined) {
    const { base64 } = await import("./wasm.js");
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  }
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const address = new URL(source);
  if (address.protocol === "file:") {
    // In a way that bundlers for hosts without files do not follow.
    return process.getBuiltinModule("node:fs/promises").readFile(address);
  }
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return reply.arrayBuffer();
}

/** The used part of Node 20.16 and later, Deno and Bun. */
declare const process: { getBuiltinModule(name: "node:fs/promises"): NodeFiles };
interface NodeFiles {
  readFile(path: URL): Promise<Uint8Array<ArrayBuffer>>;
}
