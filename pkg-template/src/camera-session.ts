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
}

/** The camera that is to be open. `torch`: it was on before a change of lens and is to be switched on again. */
interface DesiredCamera {
  facing: Facing;
  deviceId?: string;
  torch?: boolean;
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

  constructor(host: CameraSessionHost) {
    this.#host = host;
  }

  /** The open camera. */
  get current(): Camera | null {
    return this.#camera;
  }

  /** Opens a camera that faces this way: the one that the person selected earlier, the best lens known, or any. */
  open(facing: Facing): void {
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
    this.#replace(deviceId);
  }

  /** Closes the camera; it stays closed until {@link open}. */
  close(): void {
    this.#desired = null;
    this.suspend();
  }

  /** Closes the camera while the page is hidden. */
  suspend(): void {
    this.#opening?.abort();
    this.#opening = null;
    this.#pump?.stop();
    this.#pump = null;
    this.#reportedSize = "";
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
  #replace(deviceId: string | undefined): void {
    if (this.#desired === null) return;
    const torch = this.#camera?.controls.torchOn === true;
    this.#desired = { facing: this.#desired.facing, torch, ...(deviceId !== undefined && { deviceId }) };
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
      const camera = await openCamera(desired.facing, desired.deviceId, opening.signal);
      if (opening.signal.aborted || this.#desired !== desired) {
        camera.close();
        return;
      }
      this.#camera = camera;
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
    return new FramePump({
      video: camera.video,
      aspect: () => this.#host.previewAspect(),
      send: async (frame, transfer) => {
        await this.#host.sendFrame(frame, transfer);
        this.#updateLensChoice(camera);
      },
      onSize: () => this.#reportFrameSize(camera),
      onStall: () => this.#onLost(),
      onHang: () => this.#host.onHang(),
    });
  }

  #onOpenFailed(desired: DesiredCamera, error: unknown): void {
    const code = error instanceof CameraError ? error.code : "camera_failed";
    // A lens that was chosen automatically is not the person's concern: there are others.
    if (this.#lens !== null && desired.deviceId !== undefined && code !== "camera_denied") {
      this.#replace(this.#lens.failed(desired.deviceId) ?? undefined);
      return;
    }
    this.#desired = null;
    delete this.#selected[desired.facing];
    this.#host.dispatch({ type: "camera_failed", code });
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
