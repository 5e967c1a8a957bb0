// The addresses that `init()` set for the page: the only state that captures share.

import type { AssetOptions } from "./load.js";

let defaults: AssetOptions = {};

export function setAssetDefaults(options: AssetOptions): void {
  defaults = { ...defaults, ...options };
}

export function assetDefaults(): AssetOptions {
  return defaults;
}
