// The device's location: from the browser, from the integrator's function, or as given.

import type { LocationFailure } from "./codes.js";

/** A location in WGS 84. */
export interface Coordinates {
  /** Degrees, −90–90. */
  latitude: number;
  /** Degrees, −180–180. */
  longitude: number;
}

/**
 * `"auto"`: the browser's location. An object: that location. A function: called once per step that needs a location.
 */
export type GeolocationOption = "auto" | Coordinates | (() => Coordinates | Promise<Coordinates>);

const TIMEOUT_MS = 20_000;
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

export async function locate(option: GeolocationOption): Promise<Coordinates> {
  if (typeof option === "object") return option;
  if (typeof option === "function") {
    try {
      return await option();
    } catch (cause) {
      throw new LocationError("location_unavailable", { cause });
    }
  }
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
        const codes: Record<number, LocationFailure> = { 1: "location_denied", 3: "location_timeout" };
        reject(new LocationError(codes[cause.code] ?? "location_unavailable", { cause }));
      },
      { enableHighAccuracy: false, timeout: TIMEOUT_MS, maximumAge: MAX_AGE_MS },
    );
  });
}
