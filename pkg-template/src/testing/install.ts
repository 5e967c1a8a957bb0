// The two ways to the fake camera: in this page, or as a script for a page that a test opens.

import { FakeCameraController } from "./camera.js";
import type { FakeCamera, FakeCameraOptions } from "./camera.js";

/**
 * Replaces the cameras of this page by a fake one, until `restore()`. Its images are loaded when the camera is
 * opened.
 *
 * @throws TypeError for an unknown image, and without `navigator.mediaDevices`, as in an insecure context
 * @example
 * const camera = installFakeCamera(); // shows what the `<kyc-capture>` of the page asks for
 */
export function installFakeCamera(options: FakeCameraOptions = {}): FakeCamera {
  return new FakeCameraController(options, async () => (await import("./images.js")).images);
}

/**
 * Returns a script that does the same in a page before its own scripts run; there the camera is
 * `globalThis.kycFakeCamera`.
 *
 * @example
 * await page.addInitScript({ content: await fakeCameraScript() }); // Playwright
 */
export async function fakeCameraScript(options: Omit<FakeCameraOptions, "window"> = {}): Promise<string> {
  const [{ script }, { images }] = await Promise.all([import("./camera-script.js"), import("./images.js")]);
  const json = (value: unknown) => JSON.stringify(value).replaceAll("<", "\\u003c");
  // A document without cameras, as a frame of an insecure address, is left alone.
  return `(() => {
  if (!navigator.mediaDevices || globalThis.kycFakeCamera) return;
  const { FakeCameraController } = ${script};
  globalThis.kycFakeCamera = new FakeCameraController(${json(options)}, async () => (${json(images)}));
})();`;
}
