// `createCapture`: validates the options and joins the capture with the ready-made user interface, which is loaded only
// if a container is given.

import type { Capture, CaptureOptions } from "./capture-api.js";
import { CaptureController } from "./controller.js";
import { checkCaptureOptions } from "./options.js";

/**
 * Prepares a capture. Does no work and touches no DOM before `run()`.
 *
 * @param options what to capture, and how; unknown names and invalid values are refused
 * @returns a capture to `run()`
 * @throws {@link KycCaptureError} `invalid_option`; its `option` is the path of the option, as `liveness.steps`
 * @example
 * const capture = createCapture({ baseUrl: "https://kyc.example.com", clientId, sessionId, accessToken, container });
 * const { verified } = await capture.run();
 */
export function createCapture(options: CaptureOptions): Capture {
  checkCaptureOptions(options);
  return new CaptureController(options, async () => {
    const { defineKycCapture } = await import("./ui/index.js");
    return defineKycCapture();
  });
}
