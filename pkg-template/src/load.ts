// The addresses of the package's assets: the worker, the WebAssembly modules and the model weights. No other file has
// them.
//
// The literal `new URL("…", import.meta.url)` is found and rewritten by every bundler. Every address can be replaced by
// `init()` or by a capture's `assets`. fetch-assets.ts, which the worker uses, receives the addresses as arguments.

import type { ModelName } from "./codes.js";
import { KycCaptureError } from "./errors.js";

/**
 * Addresses of the package's assets. Default: beside the package's modules. Relative addresses are relative to the
 * page.
 */
export interface AssetOptions {
  /** `kyc_capture_bg.wasm`: its address, its bytes, or the compiled module. */
  wasmUrl?: string | URL | BufferSource | WebAssembly.Module;
  /** The folder of `mrz.kycm` and `face.kycm`, or the address of each. */
  modelUrl?: string | URL | Partial<Record<ModelName, string | URL>>;
  /** `kyc_decoder.wasm`: decodes image files in Node, and in browsers whose workers have no canvas. */
  decoderUrl?: string | URL;
  /**
   * The worker's script, of the page's origin. A page that enforces Trusted Types passes a `TrustedScriptURL` of its
   * policy.
   */
  workerUrl?: string | URL | TrustedScriptURL;
}

/** A script's address, created by a Trusted Types policy. */
export interface TrustedScriptURL {
  toJSON(): string;
  toString(): string;
}

/** Absolute addresses, as they are sent to the worker. */
export interface Assets {
  wasm: string | BufferSource | WebAssembly.Module;
  models: Record<ModelName, string>;
  /** Decodes image files if the host cannot. */
  decoder: string;
  worker: string | TrustedScriptURL | null;
}

/** Returns the addresses of the assets: the package's, with those of the options in their place. */
export function resolveAssets(options: AssetOptions = {}): Assets {
  const { wasmUrl, modelUrl, decoderUrl, workerUrl } = options;
  return {
    wasm: isAddress(wasmUrl) ? absolute(wasmUrl) : (wasmUrl ?? packagedWasm()),
    models: {
      mrz: modelAddress(modelUrl, "mrz") ?? new URL("../models/mrz.kycm", import.meta.url).href,
      face: modelAddress(modelUrl, "face") ?? new URL("../models/face.kycm", import.meta.url).href,
    },
    decoder:
      decoderUrl === undefined ? new URL("../wasm/kyc_decoder.wasm", import.meta.url).href : absolute(decoderUrl),
    worker: workerUrl === undefined ? null : isAddress(workerUrl) ? absolute(workerUrl) : workerUrl,
  };
}

function packagedWasm(): string {
  return new URL("../wasm/kyc_capture_bg.wasm", import.meta.url).href;
}

/** Starts the worker. The packaged one is named by the literal expression that bundlers recognise. */
export function spawnWorker(assets: Assets): Worker {
  if (typeof Worker === "undefined") {
    throw new KycCaptureError(
      "worker_failed",
      "this environment does not support workers: a capture runs in browsers only",
    );
  }
  try {
    return assets.worker === null
      ? new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
      : new Worker(assets.worker as string, { type: "module" });
  } catch (cause) {
    throw new KycCaptureError(
      "worker_failed",
      "the worker could not be started: its script must be of the page's origin, and the page's CSP must allow it " +
        "(worker-src 'self'); under Trusted Types pass a TrustedScriptURL as init({ workerUrl })",
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

/** Resolves an address relative to the document. */
function absolute(address: string | URL): string {
  const base = typeof document === "undefined" ? undefined : document.baseURI;
  return base === undefined ? new URL(address).href : new URL(address, base).href;
}
