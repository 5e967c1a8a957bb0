// Failures that the person before the camera cannot mend, said to the developer: once each, in the console.

import type { KycCaptureError } from "./errors.js";

const LINK = "https://www.npmjs.com/package/kyc-capture#options-events-errors";
const said = new Set<string>();

/** Writes code, cause and link to the console, once per message. */
export function tellDeveloper(error: Pick<KycCaptureError, "code" | "message"> & { cause?: unknown }): void {
  const text = `kyc-capture: ${error.code}: ${error.message}`;
  if (said.has(text)) return;
  said.add(text);
  console.error(`${text}\n${LINK}`, ...(error.cause === undefined ? [] : [error.cause]));
}
