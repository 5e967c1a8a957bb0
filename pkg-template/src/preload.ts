// `preload()`: fetches what a capture needs before there is one.

import type { ModelName } from "./codes.js";
import { KycCaptureError } from "./errors.js";
import { compileModule, fetchModel } from "./fetch-assets.js";
import { resolveAssets } from "./load.js";
import type { AssetOptions } from "./load.js";
import { checkAssetOptions } from "./options.js";
import { assetDefaults } from "./settings.js";

/**
 * Fetches and compiles the WebAssembly module, loads the code of the user interface, and brings the model weights into
 * the browser's cache, so that a later capture of this page starts at once. Asks the person for nothing.
 *
 * @param options addresses of the assets, as for `init()` and for the later capture
 * @throws {@link KycCaptureError} `invalid_option`, `asset_unreachable`, `asset_invalid`, `wasm_unsupported`,
 *   `wasm_simd_missing`
 * @example
 * button.addEventListener("pointerenter", () => void preload().catch(() => {}), { once: true });
 */
export async function preload(options: AssetOptions = {}): Promise<void> {
  checkAssetOptions(options);
  const { wasm, models } = resolveAssets({ ...assetDefaults(), ...options });
  // A page whose CSP forbids WebAssembly leaves it to the worker, which has its own.
  const module = compileModule(wasm).catch((error: unknown) => {
    if (!(error instanceof KycCaptureError && error.code === "wasm_blocked")) throw error;
  });
  await Promise.all([module, typeof document === "undefined" ? null : import("./ui/index.js")]);
  const names: ModelName[] = ["mrz", "face"];
  for (const name of names) await fetchModel(models[name]);
}
