// The only data that this package stores in the browser: the id of the lens that shows documents best on this device.
// The id is specific to the site and cleared with the site's data. No personal data is stored.

import type { LensMemory, RememberedLens } from "./lens.js";

const KEY = "kyc-capture.lens";
/** Current browsers use ids of 64 characters. */
const MAX_ID_LENGTH = 256;

/** Any access to the storage, even to the property itself, may throw; then nothing is stored. */
export function lensMemory(
  storage: () => Pick<Storage, "getItem" | "setItem" | "removeItem"> = () => localStorage,
): LensMemory {
  return {
    read: () => attempt(() => parse(storage().getItem(KEY))),
    write: ({ deviceId, sharpness }) => {
      const kept: RememberedLens = { deviceId, sharpness: Math.round(sharpness * 100) / 100 };
      attempt(() => storage().setItem(KEY, JSON.stringify(kept)));
    },
    forget: () => void attempt(() => storage().removeItem(KEY)),
  };
}

/** Parses the stored value, which other scripts may have changed. */
function parse(text: string | null): RememberedLens | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (typeof value !== "object" || value === null || !("deviceId" in value) || !("sharpness" in value)) return null;
  const { deviceId, sharpness } = value;
  if (typeof deviceId !== "string" || deviceId === "" || deviceId.length > MAX_ID_LENGTH) return null;
  if (typeof sharpness !== "number" || !Number.isFinite(sharpness) || sharpness < 0) return null;
  return { deviceId, sharpness };
}

function attempt<Value>(run: () => Value): Value | null {
  try {
    return run();
  } catch {
    return null;
  }
}
