// Opens and closes cameras. Knows no WebAssembly and no user interface.

import type { CameraFailure, Facing } from "./codes.js";
import { TrackControls } from "./controls.js";
import type { CameraControls } from "./controls.js";
import type { Point } from "./geometry.js";
import { isRear, POOR_LENS } from "./lens.js";

/** An open camera. `video` plays it and may be put anywhere on the page. */
export interface Camera {
  readonly video: HTMLVideoElement;
  readonly facing: Facing;
  readonly label: string;
  readonly deviceId: string;
  /** Whether what it says of itself fits what it was asked and what came; null where the browser does not say. */
  readonly consistent: boolean | null;
  /** What it offers, as things stand. */
  readonly controls: CameraControls;
  /** Each rejects with a KycCaptureError where it is not offered or the driver refuses. */
  setTorch(on: boolean): Promise<void>;
  setZoom(value: number): Promise<void>;
  /** A point in shares of the whole video; null: where the driver likes. */
  focusAt(point: Point | null): Promise<void>;
  /** Called once when the camera goes away by itself (unplugged, taken by a call, permission withdrawn). */
  onLost: () => void;
  /** Stops every track, torch included, and lets the video go. */
  close(): void;
}

/** A camera that does not open, by a code that the core knows. */
export class CameraError extends Error {
  constructor(
    readonly code: CameraFailure,
    options?: { cause?: unknown },
  ) {
    super(code, options);
  }
}

/** Longest wait for the first picture after the person allowed the camera. */
const FIRST_PICTURE_MS = 10_000;
/** A track may be muted for a moment while the device turns or a call rings. */
const MUTE_GRACE_MS = 3_000;

export async function openCamera(facing: Facing, deviceId?: string, signal?: AbortSignal): Promise<Camera> {
  if (globalThis.isSecureContext === false) throw new CameraError("insecure_context");
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("camera_unsupported");
  let stream = await getStream(facing, deviceId);
  try {
    if (deviceId === undefined && facing === "environment") stream = await withBetterLens(stream);
    if (signal?.aborted) throw new CameraError("camera_failed");
    const video = await play(stream);
    if (signal?.aborted) throw new CameraError("camera_failed");
    return camera(stream, video, facing);
  } catch (error) {
    stop(stream);
    throw error instanceof CameraError ? error : new CameraError("camera_failed", { cause: error });
  }
}

/** Video inputs of the device. Labels are empty before a camera was allowed. */
export async function listCameras(): Promise<MediaDeviceInfo[]> {
  if (!navigator.mediaDevices?.enumerateDevices) return [];
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return devices.filter((device) => device.kind === "videoinput");
}

async function getStream(facing: Facing, deviceId?: string): Promise<MediaStream> {
  const which: MediaTrackConstraints =
    deviceId === undefined ? { facingMode: { ideal: facing } } : { deviceId: { exact: deviceId } };
  const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
  const wanted: MediaTrackConstraints[] = [{ ...which, ...size, width: { ideal: 1920, min: 1280 } }];
  // A camera of fewer pixels is better than none: the person is told when a picture is too small. One that is gone is no
  // reason to stop while there is another.
  wanted.push({ ...which, ...size });
  if (deviceId !== undefined) wanted.push({ facingMode: { ideal: facing }, ...size });
  let last: unknown;
  for (const video of wanted) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video });
    } catch (error) {
      last = error;
      const gone = deviceId !== undefined && nameOf(error) === "NotFoundError";
      if (nameOf(error) !== "OverconstrainedError" && !gone) break;
    }
  }
  throw failure(last);
}

/** Another camera of the same side, where the browser begins with a lens that by its name rarely reads a document. */
async function withBetterLens(stream: MediaStream): Promise<MediaStream> {
  const track = stream.getVideoTracks()[0];
  if (!track || !POOR_LENS.test(track.label)) return stream;
  const better = (await listCameras()).find((d) => isRear(d) && !POOR_LENS.test(d.label));
  if (better === undefined) return stream;
  // Many phones hold one camera at a time: the first must be let go before the second opens.
  stop(stream);
  return getStream("environment", better.deviceId);
}

async function play(stream: MediaStream): Promise<HTMLVideoElement> {
  // Made here, and silent, inline and playing before it has a source: some versions of iOS show black otherwise.
  const video = document.createElement("video");
  video.playsInline = true;
  video.muted = true;
  video.autoplay = true;
  video.setAttribute("playsinline", "");
  video.setAttribute("muted", "");
  video.setAttribute("autoplay", "");
  video.disablePictureInPicture = true;
  const picture = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new CameraError("camera_failed")), FIRST_PICTURE_MS);
    const check = () => {
      if (video.videoWidth === 0) return;
      clearTimeout(timer);
      resolve();
    };
    for (const type of ["loadedmetadata", "loadeddata", "resize"]) video.addEventListener(type, check);
  });
  video.srcObject = stream;
  // Refused where the page is in the background; `autoplay` plays it when the page is back.
  void video.play().catch(() => {});
  await picture;
  return video;
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
  on("ended", lost);
  on("mute", () => {
    clearTimeout(muteTimer);
    muteTimer = setTimeout(lost, MUTE_GRACE_MS);
  });
  on("unmute", () => clearTimeout(muteTimer));
  return open;
}

/**
 * Programs that stand in for a camera often say of themselves what is not so: no size, a rate of nothing, a size that their own
 * capabilities exclude, or one that is not the frames'. A sign, no proof.
 */
export function isConsistent(
  track: MediaStreamTrack,
  video: { videoWidth: number; videoHeight: number },
): boolean | null {
  const { width, height, frameRate, deviceId } = track.getSettings();
  if (width === undefined || height === undefined) return false;
  // A device that was turned tells the sizes of before, swapped.
  const sizes = [width, height].sort((a, b) => a - b).join();
  const seen = [video.videoWidth, video.videoHeight].sort((a, b) => a - b).join();
  if (sizes !== seen || deviceId === "" || (frameRate !== undefined && !(frameRate > 0))) return false;
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
  const codes: Record<string, CameraFailure> = {
    NotAllowedError: "camera_denied",
    PermissionDeniedError: "camera_denied",
    SecurityError: "camera_denied",
    NotFoundError: "camera_missing",
    DevicesNotFoundError: "camera_missing",
    OverconstrainedError: "camera_missing",
    NotReadableError: "camera_busy",
    TrackStartError: "camera_busy",
    AbortError: "camera_busy",
  };
  return new CameraError(codes[nameOf(error)] ?? "camera_failed", { cause: error });
}
