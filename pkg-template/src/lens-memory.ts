// The one thing that this package keeps in the browser: the id of the lens that sees documents best on this device. The
// browser makes such an id for one site alone and forgets it with the site's data. Nothing of a person is kept.

import type { LensMemory, RememberedLens } from "./lens.js";

const KEY = "kyc-capture.lens";
/** Ids are 64 characters in the browsers of today. */
const LONGEST_ID = 256;

/** Storage may be refused at any call, and by its mere mention: then nothing is remembered. */
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

/** What was kept, if it is of the right shape; pages and people may write there too. */
function parse(text: string | null): RememberedLens | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (typeof value !== "object" || value === null || !("deviceId" in value) || !("sharpness" in value)) return null;
  const { deviceId, sharpness } = value;
  if (typeof deviceId !== "string" || deviceId === "" || deviceId.length > LONGEST_ID) return null;
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
