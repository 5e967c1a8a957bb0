// The addresses of the package's assets: the worker, the WebAssembly modules and the model weights. No other file has
// them.
//
// Bundlers that find the literal `new URL("…", import.meta.url)` rewrite it (Vite, webpack, Rspack, Parcel). For those
// that do not (esbuild, Angular, Rollup), `npx kyc-capture copy-assets` copies the files and `assetBase` names them.
// fetch-assets.ts, which the worker uses, receives the addresses as arguments.

import type { ModelName } from "./codes.js";
import { KycCaptureError } from "./errors.js";
import { assetRecipe } from "./fetch-assets.js";

/**
 * Addresses of the package's assets. Default: beside the package's modules. Relative addresses are relative to the
 * page.
 */
export interface AssetOptions {
  /**
   * The folder of all assets in the package's layout (`dist/worker.js`, `wasm/…`, `models/…`), as made by
   * `npx kyc-capture copy-assets` or served by a CDN. A more specific address takes precedence.
   */
  assetBase?: string | URL;
  /** `kyc_capture_bg.wasm`: its address, its bytes, or the compiled module. */
  wasmUrl?: string | URL | BufferSource | WebAssembly.Module;
  /** The folder of `mrz.kycm` and `face.kycm`, or the address of each. */
  modelUrl?: string | URL | Partial<Record<ModelName, string | URL>>;
  /** `kyc_decoder.wasm`: decodes image files in Node and Deno, and in browsers whose workers have no canvas. */
  decoderUrl?: string | URL;
  /**
   * The worker's script, of the page's origin. A page that enforces Trusted Types passes a `TrustedScriptURL` of its
   * policy.
   */
  workerUrl?: string | URL | TrustedScriptURL;
  /**
   * Starts a worker whose script (`workerUrl` or `assetBase`) is of another origin by a `blob:` script that imports it.
   * The page's CSP must allow `worker-src blob:`. Default `false`: the worker is refused with a recipe.
   */
  blobWorker?: boolean;
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
  worker: string | TrustedScriptURL;
  blobWorker: boolean;
}

/** Returns the addresses of the assets: the package's, with those of the options in their place. */
export function resolveAssets(options: AssetOptions = {}): Assets {
  const { assetBase, wasmUrl, modelUrl, decoderUrl, workerUrl, blobWorker = false } = options;
  const base = assetBase === undefined ? null : folder(assetBase);
  const under = (path: string, packaged: () => string) => (base === null ? packaged() : new URL(path, base).href);
  const model = (name: ModelName, packaged: () => string) =>
    modelAddress(modelUrl, name) ?? under(`models/${name}.kycm`, packaged);
  return {
    wasm: isAddress(wasmUrl)
      ? absolute(wasmUrl)
      : (wasmUrl ??
        under("wasm/kyc_capture_bg.wasm", () => new URL("../wasm/kyc_capture_bg.wasm", import.meta.url).href)),
    models: {
      mrz: model("mrz", () => new URL("../models/mrz.kycm", import.meta.url).href),
      face: model("face", () => new URL("../models/face.kycm", import.meta.url).href),
    },
    decoder:
      decoderUrl === undefined
        ? under("wasm/kyc_decoder.wasm", () => new URL("../wasm/kyc_decoder.wasm", import.meta.url).href)
        : absolute(decoderUrl),
    worker:
      workerUrl === undefined
        ? under("dist/worker.js", () => new URL("./worker.js", import.meta.url).href)
        : isAddress(workerUrl)
          ? absolute(workerUrl)
          : workerUrl,
    blobWorker,
  };
}

/** Starts the worker, a script that imports nothing. */
export function spawnWorker({ worker, blobWorker }: Assets): Worker {
  if (typeof Worker === "undefined") {
    throw new KycCaptureError(
      "worker_failed",
      "this environment does not support workers: a capture runs in browsers only",
    );
  }
  const foreign = isForeign(worker);
  try {
    if (foreign && blobWorker) return blobbed(String(worker));
    return new Worker(worker as string, { type: "module" });
  } catch (cause) {
    const why = foreign
      ? `is of another origin than the page, which browsers refuse: serve a script of the page's origin with ` +
        `\`import "${worker}"\` and set workerUrl to it; or set blobWorker: true and allow worker-src blob: in ` +
        `the page's CSP; worker-src must allow ${new URL(String(worker)).origin} as well`
      : "was refused: the page's CSP must allow it (worker-src 'self'); under Trusted Types pass a TrustedScriptURL " +
        "as workerUrl";
    throw new KycCaptureError("worker_failed", `the worker's script ${worker} ${why}`, { cause });
  }
}

/** Finds out why the worker's script did not run: browsers report only that it failed. */
export async function explainWorker({ worker }: Assets): Promise<KycCaptureError> {
  const address = String(worker);
  let reply: Response;
  try {
    reply = await fetch(address, { credentials: "same-origin" });
  } catch (cause) {
    const message = `the worker's script ${address} could not be fetched; ${assetRecipe("workerUrl")}`;
    return new KycCaptureError("asset_unreachable", message, { retryable: true, cause });
  }
  const { status } = reply;
  const mime = reply.headers.get("content-type") ?? "no MIME type";
  if (!reply.ok) {
    const message = `the worker's script ${address} answered ${status}; ${assetRecipe("workerUrl")}`;
    return new KycCaptureError("asset_unreachable", message, { retryable: status >= 500 || status === 429 });
  }
  if (!/^(text|application)\/(x-)?(java|ecma)script\b/i.test(mime)) {
    const html = /html/i.test(mime) ? ", the answer of a server that knows no such file" : "";
    const message = `the worker's script ${address} is served as ${mime}${html}, not as text/javascript`;
    return new KycCaptureError("asset_invalid", `${message}; ${assetRecipe("workerUrl")}`);
  }
  return new KycCaptureError(
    "worker_failed",
    `the worker's script ${address} was refused: the page's CSP must allow it in worker-src`,
  );
}

function isForeign(script: string | TrustedScriptURL): boolean {
  const { origin, protocol } = new URL(String(script), globalThis.location?.href);
  return protocol !== "blob:" && origin !== globalThis.location?.origin;
}

function blobbed(address: string): Worker {
  const script = new Blob([`import ${JSON.stringify(address)};`], { type: "text/javascript" });
  const url = URL.createObjectURL(script);
  try {
    return new Worker(url, { type: "module" });
  } finally {
    // The worker fetches its script asynchronously; an address that is revoked at once would not be found.
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }
}

function modelAddress(option: AssetOptions["modelUrl"], name: ModelName): string | undefined {
  if (option === undefined) return undefined;
  if (isAddress(option)) return new URL(`${name}.kycm`, folder(option)).href;
  const one = option[name];
  return one === undefined ? undefined : absolute(one);
}

function folder(address: string | URL): string {
  const url = absolute(address);
  return url.endsWith("/") ? url : `${url}/`;
}

function isAddress(value: unknown): value is string | URL {
  return typeof value === "string" || value instanceof URL;
}

/** Resolves an address relative to the document. */
function absolute(address: string | URL): string {
  const base = typeof document === "undefined" ? undefined : document.baseURI;
  return base === undefined ? new URL(address).href : new URL(address, base).href;
}
