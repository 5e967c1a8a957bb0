// The only file that knows where the package's assets lie: the worker, the WebAssembly module and the model weights.
//
// The addresses are written as literal `new URL("…", import.meta.url)`, which every bundler finds and rewrites. Nothing
// is fetched before it is asked for, and every address can be replaced by `init()` or by a capture's `assets`. Fetching is
// in fetch-assets.ts, which the worker uses without these addresses: they are told to it.

import type { ModelName } from "./codes.js";
import { KycCaptureError } from "./errors.js";

/** Addresses of the package's assets, where the default (beside the package's own modules) does not fit. */
export interface AssetOptions {
  /** The WebAssembly module, `kyc_capture_bg.wasm`: its address, its bytes, or the compiled module. */
  wasmUrl?: string | URL | BufferSource | WebAssembly.Module;
  /** Folder that holds `mrz.kycm` and `face.kycm`, or the address of each. */
  modelUrl?: string | URL | Partial<Record<ModelName, string | URL>>;
  /** `kyc_decoder.wasm`: decodes image files in Node, and in browsers whose workers have no canvas. */
  decoderUrl?: string | URL;
  /**
   * The worker's script. It must be of the page's own origin, as browsers demand. A page that enforces Trusted Types gives
   * a `TrustedScriptURL` of its own policy.
   */
  workerUrl?: string | URL | TrustedScriptURL;
}

/** A script's address that a policy of the page vouches for. */
export interface TrustedScriptURL {
  toJSON(): string;
  toString(): string;
}

/** Addresses that are absolute, fit to be sent to a worker. */
export interface Assets {
  wasm: string | BufferSource | WebAssembly.Module;
  models: Record<ModelName, string>;
  /** Decodes image files where the host does not. */
  decoder: string;
  worker: string | TrustedScriptURL | null;
}

/** The assets' places: the package's own, but for what the options name. */
export function resolveAssets(options: AssetOptions = {}): Assets {
  const { wasmUrl, modelUrl, decoderUrl, workerUrl } = options;
  return {
    wasm: isAddress(wasmUrl) ? absolute(wasmUrl) : (wasmUrl ?? ownWasm()),
    models: {
      mrz: modelAddress(modelUrl, "mrz") ?? new URL("../models/mrz.kycm", import.meta.url).href,
      face: modelAddress(modelUrl, "face") ?? new URL("../models/face.kycm", import.meta.url).href,
    },
    decoder:
      decoderUrl === undefined ? new URL("../wasm/kyc_decoder.wasm", import.meta.url).href : absolute(decoderUrl),
    worker: workerUrl === undefined ? null : isAddress(workerUrl) ? absolute(workerUrl) : workerUrl,
  };
}

function ownWasm(): string {
  return new URL("../wasm/kyc_capture_bg.wasm", import.meta.url).href;
}

/** Starts the worker: the package's own by the literal expression that bundlers understand. */
export function spawnWorker(assets: Assets): Worker {
  if (typeof Worker === "undefined") {
    throw new KycCaptureError("worker_failed", "this environment has no Worker: a capture runs in browsers only");
  }
  try {
    return assets.worker === null
      ? new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
      : new Worker(assets.worker as string, { type: "module" });
  } catch (cause) {
    throw new KycCaptureError(
      "worker_failed",
      "the worker could not be started: its script must be of the page's own origin, and the page's CSP must allow it " +
        "(worker-src 'self'); under Trusted Types give init({ workerUrl }) a TrustedScriptURL",
      { cause },
    );
  }
}

function modelAddress(option: AssetOptions["modelUrl"], name: ModelName): string | undefined {
  if (option === undefined) return undefined;
  if (isAddress(option)) {
    const folder = absolute(option);
    return new URL(`${name}.kycm`, folder.endsWith("/") ? folder : `${folder}/`).href;
  }
  const one = option[name];
  return one === undefined ? undefined : absolute(one);
}

function isAddress(value: unknown): value is string | URL {
  return typeof value === "string" || value instanceof URL;
}

/** An address as the page means it: relative to the document. */
function absolute(address: string | URL): string {
  const base = typeof document === "undefined" ? undefined : document.baseURI;
  return base === undefined ? new URL(address).href : new URL(address, base).href;
}
