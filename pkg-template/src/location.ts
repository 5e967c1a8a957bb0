// The device's location: from the browser, from the integrator's function, or as given.

import type { LocationFailure, LocationPolicy } from "./codes.js";
import { noteRefusal } from "./permission.js";

/** A location in WGS 84. */
export interface Coordinates {
  /** Degrees, −90–90. */
  latitude: number;
  /** Degrees, −180–180. */
  longitude: number;
}

/**
 * `"required"`, or `"auto"`: the browser's location. `"preferred"`: the same, and the person may continue without.
 * `"off"`: none. An object: that location. A function: called once per step that needs a location.
 */
export type GeolocationOption = "auto" | LocationPolicy | Coordinates | (() => Coordinates | Promise<Coordinates>);

const TIMEOUT_MS = 20_000;
/** Timeout of the integrator's function, ms. */
const FUNCTION_MS = 30_000;
const MAX_AGE_MS = 300_000;

/** A failure of the location, with a code of the core. */
export class LocationError extends Error {
  constructor(
    readonly code: LocationFailure,
    options?: { cause?: unknown },
  ) {
    super(code, options);
  }
}

/** Calls the integrator's function, which may throw, answer anything, or never answer. */
async function fromFunction(option: () => Coordinates | Promise<Coordinates>): Promise<Coordinates> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new LocationError("location_timeout")), FUNCTION_MS);
  });
  try {
    const { latitude, longitude } = await Promise.race([Promise.resolve().then(option), late]);
    // Anything but a number becomes NaN, which the flow refuses as `location_invalid`.
    const number = (value: unknown) => (typeof value === "number" ? value : Number.NaN);
    return { latitude: number(latitude), longitude: number(longitude) };
  } catch (cause) {
    throw cause instanceof LocationError ? cause : new LocationError("location_unavailable", { cause });
  } finally {
    clearTimeout(timer);
  }
}

export async function locate(option: GeolocationOption): Promise<Coordinates> {
  if (typeof option === "object") return option;
  if (typeof option === "function") return fromFunction(option);
  if (typeof navigator === "undefined" || !navigator.geolocation) throw new LocationError("location_unavailable");
  return new Promise((resolve, reject) => {
    // Some browsers call back neither while the prompt is open nor while the page is hidden.
    const timer = setTimeout(() => reject(new LocationError("location_timeout")), 3 * TIMEOUT_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(timer);
        resolve({ latitude: coords.latitude, longitude: coords.longitude });
      },
      (cause) => {
        clearTimeout(timer);
        if (cause.code === 1) noteRefusal("location", cause);
        const codes: Record<number, LocationFailure> = { 1: "location_denied", 3: "location_timeout" };
        reject(new LocationError(codes[cause.code] ?? "location_unavailable", { cause }));
      },
      { enableHighAccuracy: false, timeout: TIMEOUT_MS, maximumAge: MAX_AGE_MS },
    );
  });
}
