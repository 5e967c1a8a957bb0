// What `init()` set for the whole page. Captures share these addresses and nothing else.

import type { AssetOptions } from "./load.js";

let defaults: AssetOptions = {};

export function setAssetDefaults(options: AssetOptions): void {
  defaults = { ...defaults, ...options };
}

export function assetDefaults(): AssetOptions {
  return defaults;
}
