// Where the backend's module lies, and how each host gets at it.

import init from "../../wasm/kyc_backend.js";
import { BackendError } from "./errors.js";

/** The module: compiled, as bytes, or where it is. Needed where a host neither reads files nor compiles at run time. */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string;

let loaded: Promise<unknown> | null = null;

/** Instantiates the module once; a failure is forgotten, so that the next call tries again. */
export function load(source?: WasmSource): Promise<unknown> {
  if (loaded === null) {
    loaded = instantiate(source ?? new URL("../../wasm/kyc_backend_bg.wasm", import.meta.url));
    loaded.catch(() => {
      loaded = null;
    });
  }
  return loaded;
}

async function instantiate(source: WasmSource): Promise<unknown> {
  try {
    const module = typeof source === "string" || source instanceof URL ? await bytesAt(new URL(source)) : source;
    return await init({ module_or_path: module });
  } catch (cause) {
    const message =
      "the module kyc_backend_bg.wasm could not be loaded: give its compiled module or bytes as the option `wasm`";
    throw new BackendError({ code: "module_unreachable", message, documented: false, retryable: true }, { cause });
  }
}

async function bytesAt(address: URL): Promise<BufferSource> {
  if (address.protocol === "file:") {
    // Known by a variable, so that bundlers for hosts without files do not look for it.
    const name = "node:fs/promises";
    const files = (await import(name)) as { readFile(path: URL): Promise<Uint8Array<ArrayBuffer>> };
    return files.readFile(address);
  }
  const reply = await fetch(address);
  if (!reply.ok) throw new Error(`HTTP ${reply.status}`);
  return reply.arrayBuffer();
}
