// Reports what prevents a capture, without prompting the person.

import { listCameras } from "./camera.js";
import type { ProblemCode } from "./codes.js";
import { KycCaptureError } from "./errors.js";
import { checkWebAssembly } from "./fetch-assets.js";
import type { Texts } from "./i18n/texts.js";
import type { GeolocationOption } from "./location.js";

/** Something that prevents a capture or a part of it. */
export interface Problem {
  code: ProblemCode;
  /** What the developer or the person can do, in the capture's language. */
  fix: string;
  /** Whether the capture cannot run at all. */
  blocking: boolean;
}

/** In-app browsers, many of which do not support the camera. */
const IN_APP = /FBAN|FBAV|FB_IAB|Instagram|Line\/|MicroMessenger|Twitter|Snapchat|TikTok|musical_ly|LinkedInApp|; wv\)/;

/** Prompts for nothing and opens nothing. */
export async function probe(texts: Texts, geolocation: GeolocationOption): Promise<Problem[]> {
  const problems: Problem[] = [];
  const add = (code: ProblemCode, blocking: boolean) => problems.push({ code, fix: texts.problems[code], blocking });
  if (typeof window === "undefined" || typeof Worker === "undefined") add("worker_failed", true);
  try {
    checkWebAssembly();
  } catch (error) {
    const code =
      error instanceof KycCaptureError && error.code === "wasm_simd_missing" ? error.code : "wasm_unsupported";
    add(code, true);
  }
  if (typeof navigator === "undefined") return problems;
  const cameraApi = Boolean(navigator.mediaDevices?.getUserMedia);
  // Without a camera, files can be uploaded: none of these blocks.
  if (globalThis.isSecureContext === false) add("insecure_context", false);
  else if (!cameraApi) add(IN_APP.test(navigator.userAgent) ? "in_app_browser" : "camera_unsupported", false);
  else if ((await listCameras()).length === 0) add("camera_missing", false);
  if (cameraApi && (await permission("camera")) === "denied") add("camera_denied", false);
  if (geolocation === "auto") {
    if (!navigator.geolocation || globalThis.isSecureContext === false) add("location_unavailable", true);
    else if ((await permission("geolocation")) === "denied") add("location_denied", true);
  }
  if (navigator.onLine === false) add("offline", true);
  return problems;
}

async function permission(name: string): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: name as PermissionName })).state;
  } catch {
    return null;
  }
}
