// The camera of one capture: open exactly while the core requests it and the page is visible. Selects the lens, pumps
// frames and reports what becomes of the camera to the core.

import { CameraError, listCameras, openCamera } from "./camera.js";
import type { Camera } from "./camera.js";
import type { Facing } from "./codes.js";
import { FramePump, visiblePart } from "./frames.js";
import { LensChoice } from "./lens.js";
import { lensMemory } from "./lens-memory.js";
import type { FramePayload } from "./protocol.js";
import type { FlowEvent, View } from "./types.js";

/** What a camera session uses of its capture. */
export interface CameraSessionHost {
  /** The newest view. */
  view(): View;
  /** Width by height of the preview, or `null` if it shows the whole video. */
  previewAspect(): number | null;
  dispatch(event: FlowEvent): void;
  /** Hands a frame to the core; settles when the next one may follow. */
  sendFrame(frame: FramePayload, transfer: Transferable[]): Promise<unknown>;
  /** The camera was opened or closed: {@link CameraSession.current}. */
  onChange(): void;
  /** The core did not answer a frame in time. */
  onHang(): void;
  /** The browser does not answer or the video is frozen; `false` when that is over. */
  onWaiting(waiting: boolean): void;
}

/** Timeout of the first frame of a camera that is opened again because its video stood still, ms. */
const REOPENED_FRAME_MS = 4_000;
/** A camera that delivered frames for this long after it was opened again is sound, ms. */
const SOUND_MS = 10_000;

/** The camera that is to be open. `torch`: it was on before a change of lens and is to be switched on again. */
interface DesiredCamera {
  facing: Facing;
  deviceId?: string;
  torch?: boolean;
  /** The camera that was open before, reopened if this one does not open. */
  fallback?: string;
}

export class CameraSession {
  readonly #host: CameraSessionHost;
  #desired: DesiredCamera | null = null;
  /** Cameras that the person selected, reopened in later steps. */
  readonly #selected: Partial<Record<Facing, string>> = {};
  /** Searches for the sharpest lens unless the person selected one. */
  #lens: LensChoice | null = null;
  #opening: AbortController | null = null;
  #camera: Camera | null = null;
  #pump: FramePump | null = null;
  #reportedSize = "";
  /** The camera was opened again because its video stood still, and has not delivered for long since. */
  #reopened = false;
  #waiting = false;

  constructor(host: CameraSessionHost) {
    this.#host = host;
  }

  /** The open camera. */
  get current(): Camera | null {
    return this.#camera;
  }

  /** Opens a camera that faces this way: the one that the person selected earlier, the best lens known, or any. */
  open(facing: Facing): void {
    this.#reopened = false;
    const selected = this.#selected[facing];
    this.#lens = facing === "environment" && selected === undefined ? new LensChoice(lensMemory()) : null;
    const deviceId = selected ?? this.#lens?.first ?? undefined;
    this.#desired = { facing, ...(deviceId !== undefined && { deviceId }) };
    void this.#start();
  }

  /** Replaces the open camera by the one that the person selected, and ends the automatic choice of a lens. */
  select(deviceId: string): void {
    if (this.#desired === null) return;
    this.#lens?.end();
    this.#lens = null;
    this.#selected[this.#desired.facing] = deviceId;
    this.#replace(deviceId, this.#camera?.deviceId || this.#desired.fallback);
  }

  /** Closes the camera; it stays closed until {@link open}. */
  close(): void {
    this.#desired = null;
    this.suspend();
  }

  /** Follows cameras that are connected or disconnected, until the signal is aborted. */
  watchDevices(signal: AbortSignal): void {
    const changed = () => void this.#onDevicesChanged();
    navigator.mediaDevices?.addEventListener?.("devicechange", changed, { signal });
  }

  async #onDevicesChanged(): Promise<void> {
    const camera = this.#camera;
    const listed = await listCameras();
    if (camera !== this.#camera) return;
    if (camera === null) {
      if (listed.length > 0 && this.#host.view().error?.code === "camera_missing")
        this.#host.dispatch({ type: "retry" });
      return;
    }
    const gone = camera.deviceId !== "" && listed.some((device) => device.deviceId !== "");
    if (!camera.live || (gone && !listed.some((device) => device.deviceId === camera.deviceId))) this.#onStall();
    else this.#host.onChange();
  }

  /** Closes the camera while the page is hidden. */
  suspend(): void {
    this.#opening?.abort();
    this.#opening = null;
    this.#pump?.stop();
    this.#pump = null;
    this.#reportedSize = "";
    this.#setWaiting(false);
    if (this.#camera === null) return;
    this.#camera.close();
    this.#camera = null;
    this.#host.onChange();
  }

  /** Reopens the camera that {@link suspend} closed. */
  resume(): void {
    if (this.#camera === null && this.#opening === null && this.#desired !== null) void this.#start();
  }

  /** Replaces the desired camera; `undefined`: whichever the browser selects. */
  #replace(deviceId: string | undefined, fallback?: string): void {
    if (this.#desired === null) return;
    const torch = this.#camera?.controls.torchOn === true;
    this.#desired = {
      facing: this.#desired.facing,
      torch,
      ...(deviceId !== undefined && { deviceId }),
      ...(fallback !== undefined && fallback !== deviceId && { fallback }),
    };
    this.suspend();
    void this.#start();
  }

  async #start(): Promise<void> {
    const desired = this.#desired;
    if (desired === null || document.hidden) return;
    this.#opening?.abort();
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const camera = await openCamera(desired.facing, {
        deviceId: desired.deviceId,
        signal: opening.signal,
        ...(this.#reopened && { firstFrameMs: REOPENED_FRAME_MS }),
        onWaiting: () => {
          if (this.#opening === opening) this.#setWaiting(true);
        },
      });
      if (opening.signal.aborted || this.#desired !== desired) {
        camera.close();
        return;
      }
      this.#camera = camera;
      this.#setWaiting(false);
      delete desired.fallback;
      camera.onLost = () => this.#onLost();
      if (desired.torch && camera.controls.torch) void camera.setTorch(true).catch(() => {});
      desired.torch = false;
      this.#host.onChange();
      this.#reportFrameSize(camera);
      this.#pump = this.#pumpOf(camera);
      void this.#listLenses(camera);
    } catch (error) {
      if (!opening.signal.aborted && this.#desired === desired) this.#onOpenFailed(desired, error);
    } finally {
      if (this.#opening === opening) this.#opening = null;
    }
  }

  #pumpOf(camera: Camera): FramePump {
    const openedMs = performance.now();
    return new FramePump({
      video: camera.video,
      aspect: () => this.#host.previewAspect(),
      send: async (frame, transfer) => {
        if (performance.now() - openedMs > SOUND_MS) this.#reopened = false;
        await this.#host.sendFrame(frame, transfer);
        this.#updateLensChoice(camera);
      },
      isLive: () => camera.live,
      onSize: () => this.#reportFrameSize(camera),
      onPause: (paused) => this.#setWaiting(paused),
      onStall: () => this.#onStall(),
      onHang: () => this.#host.onHang(),
    });
  }

  #setWaiting(waiting: boolean): void {
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.#host.onWaiting(waiting);
  }

  #onOpenFailed(desired: DesiredCamera, error: unknown): void {
    const code = error instanceof CameraError ? error.code : "camera_failed";
    this.#setWaiting(false);
    // A lens that was chosen automatically is not the person's concern: there are others.
    if (this.#lens !== null && !this.#reopened && desired.deviceId !== undefined && code !== "camera_denied") {
      this.#replace(this.#lens.failed(desired.deviceId) ?? undefined);
      return;
    }
    delete this.#selected[desired.facing];
    if (desired.fallback !== undefined && code !== "camera_denied") {
      this.#replace(desired.fallback);
      return;
    }
    // A camera that worked until it was opened again is lost, unless its failure has a better name.
    const lost = code === "camera_failed" && this.#reopened;
    this.#desired = null;
    this.#host.dispatch(lost ? { type: "camera_lost" } : { type: "camera_failed", code });
  }

  /** The video stood still: opens the camera again, once. */
  #onStall(): void {
    if (this.#desired === null || this.#reopened || this.#lens?.trying) {
      this.#onLost();
      return;
    }
    this.#reopened = true;
    const deviceId = this.#camera?.deviceId || this.#desired.deviceId;
    this.#replace(deviceId);
    this.#setWaiting(true);
  }

  #onLost(): void {
    if (this.#lens?.trying && this.#camera !== null) {
      this.#replace(this.#lens.failed(this.#camera.deviceId) ?? undefined);
      return;
    }
    this.close();
    this.#host.dispatch({ type: "camera_lost" });
  }

  /** From now on the frames of this camera count for the choice of a lens. */
  async #listLenses(camera: Camera): Promise<void> {
    const lens = this.#lens;
    if (lens === null) return;
    const listed = await listCameras();
    if (this.#camera === camera && this.#lens === lens) lens.opened(camera.deviceId, listed);
  }

  /** Feeds the newest frame's sharpness to the choice of a lens. */
  #updateLensChoice(camera: Camera): void {
    const { phase, overlay } = this.#host.view();
    if (this.#lens === null || this.#camera !== camera || phase !== "capturing" || overlay === null) return;
    const { sharpness, captureProgress } = overlay;
    const next = this.#lens.push({ deviceId: camera.deviceId, sharpness, captureProgress });
    if (next !== null) this.#replace(next);
  }

  /** Reports the size of the frames that follow: the part of the video that the preview shows. */
  #reportFrameSize({ video, label, consistent }: Camera): void {
    const { width, height } = visiblePart(video.videoWidth, video.videoHeight, this.#host.previewAspect());
    const size = `${width}x${height}`;
    if (size === this.#reportedSize) return;
    this.#reportedSize = size;
    this.#host.dispatch({
      type: "camera_opened",
      width,
      height,
      label,
      ...(consistent !== null && { consistent }),
    });
  }
}
