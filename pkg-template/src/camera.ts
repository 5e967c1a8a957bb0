// Opens and closes cameras. Knows no WebAssembly and no user interface.

import { isCanvasNoisy } from "./canvas.js";
import type { CameraFailure, Facing } from "./codes.js";
import { TrackControls } from "./controls.js";
import type { CameraControls } from "./controls.js";
import type { Point } from "./generated/geometry.js";
import { facingOf, INFRARED, POOR_LENS } from "./lens.js";
import { noteRefusal } from "./permission.js";

/** An open camera. `video` plays it and may be placed anywhere on the page. */
export interface Camera {
  readonly video: HTMLVideoElement;
  readonly facing: Facing;
  readonly label: string;
  readonly deviceId: string;
  /** Whether its settings match its capabilities and its frames; `null` if the browser does not report them. */
  readonly consistent: boolean | null;
  /** Its current controls. */
  readonly controls: CameraControls;
  /** Each rejects with a KycCaptureError if the control is not offered or the driver refuses. */
  setTorch(on: boolean): Promise<void>;
  setZoom(value: number): Promise<void>;
  /** A point in shares of the whole video; `null`: the driver's choice. */
  focusAt(point: Point | null): Promise<void>;
  /** Whether its track still delivers: a track that a script stopped sends no event. */
  readonly live: boolean;
  /** Called once when the camera is lost: unplugged, taken by a call, permission revoked. */
  onLost: () => void;
  /** Switches the torch off, stops every track and removes the video. */
  close(): void;
}

/** A failure to open a camera, with a code of the core. */
export class CameraError extends Error {
  constructor(
    readonly code: CameraFailure,
    options?: { cause?: unknown },
  ) {
    super(code, options);
  }
}

/** Timeout of the first frame after the person allowed the camera, ms. */
const FIRST_FRAME_MS = 10_000;
/** Time for which a track may be muted, as while the device is rotated or a call rings, ms. */
const MUTE_GRACE_MS = 3_000;
/** Time without an answer of `getUserMedia` after which it is reported, and given up if access is granted, ms. */
const ANSWER_MS = 10_000;
/** Waits between the tries of a camera that another program may hold, ms. */
const BUSY_WAITS_MS = [400, 800];
/** Wait before each smaller size, ms. */
const SMALLER_WAIT_MS = 300;
/** Maximum wait for an earlier request of this page, which may hold the camera, ms. */
const OWN_REQUEST_MS = 3_000;
/** Maximum number of other cameras that are tried instead of an unsuitable one. */
const MAX_ALTERNATIVES = 2;

/**
 * Requested sizes, best first. A camera of lower resolution is better than none: guidance reports an image that is too
 * small.
 */
const SIZES: readonly MediaTrackConstraints[] = [
  { width: { ideal: 1920, min: 1280 }, height: { ideal: 1080 } },
  { width: { ideal: 1920 }, height: { ideal: 1080 } },
  { width: { ideal: 1280 }, height: { ideal: 720 } },
  { width: { ideal: 640 }, height: { ideal: 480 } },
  {},
];
/** The first size that is smaller than the usual one. */
const SMALLER = 2;

const BUSY = new Set(["NotReadableError", "TrackStartError", "AbortError", "SourceUnavailableError"]);
const OVERCONSTRAINED = new Set(["OverconstrainedError", "ConstraintNotSatisfiedError"]);
const DENIED = new Set(["NotAllowedError", "PermissionDeniedError", "SecurityError"]);
const MISSING = new Set(["NotFoundError", "DevicesNotFoundError"]);

/** How to open a camera. */
export interface OpenOptions {
  /** The camera; without it the best one that faces the right way. */
  deviceId?: string | undefined;
  /** Ends the opening; a stream that arrives later is stopped. */
  signal?: AbortSignal | undefined;
  /** Timeout of the first frame after the person allowed the camera, ms. Default 10,000. */
  firstFrameMs?: number;
  /** Called when the browser has not answered for 10 s: a prompt is open, or the driver hangs. */
  onWaiting?: () => void;
}

/** A stream that plays. */
interface Playing {
  stream: MediaStream;
  video: HTMLVideoElement;
  deviceId: string;
  label: string;
}

/** Opens a camera. @throws {@link CameraError} */
export async function openCamera(facing: Facing, options: OpenOptions = {}): Promise<Camera> {
  if (globalThis.isSecureContext === false) throw new CameraError("insecure_context");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("camera_unsupported");
  if (isCanvasNoisy()) throw new CameraError("canvas_blocked");
  const { stream, video } = await openSuitable(facing, options);
  try {
    return camera(stream, video, facing);
  } catch (error) {
    stop(stream);
    throw error instanceof CameraError ? error : new CameraError("camera_failed", { cause: error });
  }
}

/** Lists the video inputs. Labels are empty before a camera was allowed. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  if (!navigator.mediaDevices?.enumerateDevices) return [];
  const unanswered = new Promise<MediaDeviceInfo[]>((resolve) => setTimeout(resolve, ANSWER_MS, []));
  const devices = await Promise.race([navigator.mediaDevices.enumerateDevices().catch(() => []), unanswered]);
  return devices.filter((device) => device.kind === "videoinput");
}

/** Opens the wanted camera, else one that faces the right way; replaces one that does not suit. */
async function openSuitable(facing: Facing, options: OpenOptions): Promise<Playing> {
  const any: MediaTrackConstraints = { facingMode: { ideal: facing } };
  const { deviceId } = options;
  if (deviceId !== undefined) {
    try {
      return await start({ deviceId: { exact: deviceId } }, options);
    } catch (error) {
      // The selected camera is gone: another one serves.
      if (!(error instanceof CameraError) || error.code !== "camera_missing") throw error;
    }
  }
  const first = await start(any, options);
  if (suits(first, facing)) return first;
  const others = (await listCameras())
    .filter((listed) => listed.deviceId !== "" && listed.deviceId !== first.deviceId)
    .filter((listed) => mayFace(listed, facing) && !isPoor(listed.label, facing))
    .slice(0, MAX_ALTERNATIVES);
  if (others.length > 0) {
    // Many phones open one camera at a time: the first must be closed before the second opens.
    end(first);
    for (const other of others) {
      const opened = await start({ deviceId: { exact: other.deviceId } }, options).catch(() => null);
      if (opened === null) continue;
      if (suits(opened, facing)) return opened;
      end(opened);
    }
    if (options.signal?.aborted) throw new CameraError("camera_failed");
  }
  if (facing === "user" && INFRARED.test(first.label)) {
    end(first);
    throw new CameraError("camera_missing");
  }
  if (others.length === 0) return first;
  return first.deviceId === "" ? start(any, options) : start({ deviceId: { exact: first.deviceId } }, options);
}

/** Whether a camera's name, or for a face its image, shows no lens that is of little use. */
function suits({ label, video }: Playing, facing: Facing): boolean {
  return !isPoor(label, facing) && !(facing === "user" && isMonochrome(video));
}

function isPoor(label: string, facing: Facing): boolean {
  return (facing === "environment" ? POOR_LENS : INFRARED).test(label);
}

function mayFace(listed: MediaDeviceInfo, facing: Facing): boolean {
  const known = facingOf(listed);
  return known === null || known === facing;
}

/** Whether a video is bright and without any colour, as an infrared camera's is. */
function isMonochrome(video: HTMLVideoElement): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 24;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) return false;
  try {
    context.drawImage(video, 0, 0, 24, 24);
    const { data } = context.getImageData(0, 0, 24, 24);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) {
      const [r = 0, g = 0, b = 0] = data.subarray(i, i + 3);
      if (Math.max(r, g, b) - Math.min(r, g, b) > 3) return false;
      sum += g;
    }
    return sum / (24 * 24) > 24;
  } catch {
    return false;
  }
}

async function start(which: MediaTrackConstraints, options: OpenOptions): Promise<Playing> {
  const stream = await getStream(which, options);
  try {
    if (options.signal?.aborted) throw new CameraError("camera_failed");
    const video = await play(stream, options);
    const track = stream.getVideoTracks()[0];
    return { stream, video, deviceId: track?.getSettings().deviceId ?? "", label: track?.label ?? "" };
  } catch (error) {
    stop(stream);
    throw error instanceof CameraError ? error : new CameraError("camera_failed", { cause: error });
  }
}

function end({ stream, video }: Playing): void {
  stop(stream);
  video.srcObject = null;
}

/** Requests a stream: three tries of a camera that is held by another program, then smaller sizes, then no size. */
async function getStream(which: MediaTrackConstraints, options: OpenOptions): Promise<MediaStream> {
  let last: unknown;
  let tries = 0;
  let size = 0;
  while (size < SIZES.length) {
    try {
      return await request({ ...which, ...SIZES[size] }, options);
    } catch (error) {
      last = error;
      if (error instanceof CameraError) throw error;
      const name = nameOf(error);
      if (OVERCONSTRAINED.has(name) && (error as { constraint?: unknown }).constraint !== "deviceId") size += 1;
      else if (BUSY.has(name)) {
        tries += 1;
        if (tries > BUSY_WAITS_MS.length) size = Math.max(size + 1, SMALLER);
        if (size < SIZES.length) await pause(BUSY_WAITS_MS[tries - 1] ?? SMALLER_WAIT_MS, options.signal);
      } else break;
    }
  }
  // A camera that an own request holds is not used by another program.
  if (BUSY.has(nameOf(last)) && ownRequests.size > 0) throw new CameraError("camera_failed", { cause: last });
  throw failure(last);
}

/** Own requests without an answer. Each may hold a camera, or will. */
const ownRequests = new Set<Promise<unknown>>();

/** One call of `getUserMedia` that ends with the signal. A stream that arrives too late is stopped. */
async function request(video: MediaTrackConstraints, { signal, onWaiting }: OpenOptions): Promise<MediaStream> {
  if (ownRequests.size > 0) await Promise.race([Promise.allSettled([...ownRequests]), pause(OWN_REQUEST_MS, signal)]);
  if (signal?.aborted) throw new CameraError("camera_failed");
  let wanted = true;
  const answer = navigator.mediaDevices.getUserMedia({ audio: false, video }).then((stream) => {
    if (!wanted) stop(stream);
    else if (stream.getVideoTracks()[0]?.readyState !== "live") {
      throw new DOMException("the stream has no live track", "NotReadableError");
    }
    return stream;
  });
  const settled = answer
    .catch(() => {})
    .finally(() => {
      ownRequests.delete(settled);
    });
  ownRequests.add(settled);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ended = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => reject(new CameraError("camera_failed")), { once: true });
    const late = async () => {
      onWaiting?.();
      // With access granted no prompt is open: the driver hangs. Else the person may still be reading it.
      if ((await cameraPermission()) === "granted") reject(new CameraError("camera_failed"));
      else timer = setTimeout(late, ANSWER_MS);
    };
    timer = setTimeout(late, ANSWER_MS);
  });
  try {
    return await Promise.race([answer, ended]);
  } finally {
    wanted = false;
    clearTimeout(timer);
  }
}

async function cameraPermission(): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: "camera" as PermissionName })).state;
  } catch {
    return null;
  }
}

/** Waits; ends at once when aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

async function play(
  stream: MediaStream,
  { signal, firstFrameMs = FIRST_FRAME_MS }: OpenOptions,
): Promise<HTMLVideoElement> {
  // Created here, muted, inline and autoplaying before it has a source: some versions of iOS show black otherwise.
  const video = document.createElement("video");
  video.playsInline = true;
  video.muted = true;
  video.autoplay = true;
  video.setAttribute("playsinline", "");
  video.setAttribute("muted", "");
  video.setAttribute("autoplay", "");
  video.setAttribute("disablepictureinpicture", "");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const firstFrame = new Promise<void>((resolve, reject) => {
    const fail = () => reject(new CameraError("camera_failed"));
    timer = setTimeout(fail, firstFrameMs);
    signal?.addEventListener("abort", fail, { once: true });
    const check = () => {
      if (video.videoWidth > 0) resolve();
    };
    for (const type of ["loadedmetadata", "loadeddata", "resize"]) video.addEventListener(type, check);
  });
  video.srcObject = stream;
  // Rejected while the page is in the background; `autoplay` plays it when the page returns.
  void video.play().catch(() => {});
  try {
    await firstFrame;
    return video;
  } catch (error) {
    video.srcObject = null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function camera(stream: MediaStream, video: HTMLVideoElement, facing: Facing): Camera {
  const track = stream.getVideoTracks()[0];
  if (track === undefined) throw new CameraError("camera_failed");
  const settings = track.getSettings();
  const controls = new TrackControls(track);
  let muteTimer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new AbortController();
  const on = (type: string, listener: () => void) =>
    track.addEventListener(type, listener, { signal: listeners.signal });
  const open: Camera = {
    video,
    facing: settings.facingMode === "user" || settings.facingMode === "environment" ? settings.facingMode : facing,
    label: track.label,
    deviceId: settings.deviceId ?? "",
    consistent: isConsistent(track, video),
    get controls() {
      return controls.offered;
    },
    get live() {
      return track.readyState === "live";
    },
    setTorch: (on) => controls.setTorch(on),
    setZoom: (value) => controls.setZoom(value),
    focusAt: (point) => controls.focusAt(point),
    onLost: () => {},
    close() {
      listeners.abort();
      clearTimeout(muteTimer);
      controls.close();
      stop(stream);
      video.srcObject = null;
      video.remove();
    },
  };
  const lost = () => {
    listeners.abort();
    clearTimeout(muteTimer);
    open.onLost();
  };
  const muted = () => {
    clearTimeout(muteTimer);
    muteTimer = setTimeout(lost, MUTE_GRACE_MS);
  };
  on("ended", lost);
  on("mute", muted);
  on("unmute", () => clearTimeout(muteTimer));
  // Muted while it was opened, as by a privacy switch: no event follows.
  if (track.muted) muted();
  video.addEventListener("pause", () => void video.play().catch(() => {}), { signal: listeners.signal });
  return open;
}

/**
 * Whether a track's settings are plausible. Virtual cameras often report no size, a frame rate of 0, a size that their
 * capabilities exclude, or another size than that of their frames. A PAD signal, no proof.
 */
export function isConsistent(
  track: MediaStreamTrack,
  video: { videoWidth: number; videoHeight: number },
): boolean | null {
  const { width, height, frameRate, deviceId } = track.getSettings();
  if (width === undefined || height === undefined) return false;
  // A rotated device may report the previous size, with its sides swapped.
  const sizes = [width, height].sort((a, b) => a - b).join();
  const actual = [video.videoWidth, video.videoHeight].sort((a, b) => a - b).join();
  if (sizes !== actual || deviceId === "" || (frameRate !== undefined && !(frameRate > 0))) return false;
  if (typeof track.getCapabilities !== "function") return null;
  const able = track.getCapabilities();
  const within = (value: number, range?: { min?: number; max?: number }) =>
    range === undefined || (value >= (range.min ?? 0) && value <= (range.max ?? Infinity));
  const most = { max: Math.max(able.width?.max ?? Infinity, able.height?.max ?? Infinity) };
  return (
    Object.keys(able).length > 0 &&
    within(width, most) &&
    within(height, most) &&
    (frameRate === undefined || within(Math.floor(frameRate), { max: Math.ceil(able.frameRate?.max ?? Infinity) }))
  );
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function nameOf(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}

function failure(error: unknown): CameraError {
  const name = nameOf(error);
  if (DENIED.has(name)) noteRefusal("camera", error);
  if (DENIED.has(name)) return new CameraError("camera_denied", { cause: error });
  if (MISSING.has(name) || OVERCONSTRAINED.has(name)) return new CameraError("camera_missing", { cause: error });
  return new CameraError(BUSY.has(name) ? "camera_busy" : "camera_failed", { cause: error });
}
