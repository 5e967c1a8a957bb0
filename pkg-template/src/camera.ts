// Opens and closes cameras. Knows no WebAssembly and no user interface.

import type { CameraFailure, Facing } from "./codes.js";
import { TrackControls } from "./controls.js";
import type { CameraControls } from "./controls.js";
import type { Point } from "./generated/geometry.js";
import { isRear, POOR_LENS } from "./lens.js";

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

/** Lists the video inputs. Labels are empty before a camera was allowed. */
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
  // A camera of lower resolution is better than none: guidance reports an image that is too small. If the selected
  // camera is gone, another one serves.
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

/** Replaces a rear camera whose name indicates a lens that rarely reads documents. */
async function withBetterLens(stream: MediaStream): Promise<MediaStream> {
  const track = stream.getVideoTracks()[0];
  if (!track || !POOR_LENS.test(track.label)) return stream;
  const better = (await listCameras()).find((d) => isRear(d) && !POOR_LENS.test(d.label));
  if (better === undefined) return stream;
  // Many phones open one camera at a time: the first must be closed before the second opens.
  stop(stream);
  return getStream("environment", better.deviceId);
}

async function play(stream: MediaStream): Promise<HTMLVideoElement> {
  // Created here, muted, inline and autoplaying before it has a source: some versions of iOS show black otherwise.
  const video = document.createElement("video");
  video.playsInline = true;
  video.muted = true;
  video.autoplay = true;
  video.setAttribute("playsinline", "");
  video.setAttribute("muted", "");
  video.setAttribute("autoplay", "");
  video.setAttribute("disablepictureinpicture", "");
  const firstFrame = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new CameraError("camera_failed")), FIRST_FRAME_MS);
    const check = () => {
      if (video.videoWidth === 0) return;
      clearTimeout(timer);
      resolve();
    };
    for (const type of ["loadedmetadata", "loadeddata", "resize"]) video.addEventListener(type, check);
  });
  video.srcObject = stream;
  // Rejected while the page is in the background; `autoplay` plays it when the page returns.
  void video.play().catch(() => {});
  await firstFrame;
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
