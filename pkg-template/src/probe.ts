// Reports what prevents a capture, without prompting the person.

import { listCameras } from "./camera.js";
import { isCanvasNoisy } from "./canvas.js";
import type { ProblemCode } from "./codes.js";
import { KycCaptureError } from "./errors.js";
import { checkWebAssembly } from "./fetch-assets.js";
import type { Texts } from "./i18n/texts.js";
import type { GeolocationOption } from "./location.js";
import { inAppBrowser } from "./permission.js";

/** Something that prevents a capture or a part of it. */
export interface Problem {
  code: ProblemCode;
  /** What the developer or the person can do, in the capture's language. */
  fix: string;
  /** Whether the capture cannot run at all. */
  blocking: boolean;
}

/** Timeout of one answer of the browser, ms. */
const ANSWER_MS = 3_000;

/** Prompts for nothing, opens nothing, and always settles. */
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
  const app = inAppBrowser();
  if (app !== null) {
    problems.push({ code: "in_app_browser", fix: `${texts.problems.in_app_browser} (${app})`, blocking: false });
  }
  if (globalThis.isSecureContext === false) add("insecure_context", false);
  else if (!cameraApi && app === null) add("camera_unsupported", false);
  else if (cameraApi && (await inTime(listCameras()))?.length === 0) add("camera_missing", false);
  if (cameraApi && (await permission("camera")) === "denied") add("camera_denied", false);
  if (typeof document !== "undefined" && isCanvasNoisy()) add("canvas_blocked", false);
  if (geolocation === "auto") {
    if (!navigator.geolocation || globalThis.isSecureContext === false) add("location_unavailable", true);
    else if ((await permission("geolocation")) === "denied") add("location_denied", true);
  }
  if (navigator.onLine === false) add("offline", true);
  return problems;
}

async function permission(name: string): Promise<PermissionState | null> {
  try {
    return (await inTime(navigator.permissions.query({ name: name as PermissionName })))?.state ?? null;
  } catch {
    return null;
  }
}

/** Resolves with `null` if the browser does not answer in time. */
async function inTime<Value>(answer: Promise<Value>): Promise<Value | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS, null);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
