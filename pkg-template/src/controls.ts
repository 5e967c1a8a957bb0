// Torch, zoom and focus of a camera's track, if its driver offers them. Values that a driver reports are validated.

import { KycCaptureError } from "./errors.js";
import type { Point } from "./generated/geometry.js";

/** Controls of the open camera. */
export interface CameraControls {
  /** Whether it has a torch. */
  readonly torch: boolean;
  /** Whether the torch is on. */
  readonly torchOn: boolean;
  /** The range and step of its zoom, in the driver's unit; `null` without zoom. */
  readonly zoom: { readonly min: number; readonly max: number; readonly step: number } | null;
  /** Whether it can focus on request, as by a tap. */
  readonly focus: boolean;
}

interface Settings {
  focusMode?: string;
  exposureMode?: string;
  pointsOfInterest?: Point[];
  torch?: boolean;
  zoom?: number;
}

/** Time for a single-shot focus before continuous focus resumes, ms. */
const FOCUS_MS = 1_500;

/** The controls of one track. Starts continuous focus and exposure: many drivers start with single-shot. */
export class TrackControls {
  readonly #track: MediaStreamTrack;
  /** All requested settings: each request replaces the previous one. */
  #state: Settings = {};
  readonly #torch: boolean;
  readonly #zoom: CameraControls["zoom"];
  readonly #single: boolean;
  readonly #continuous: boolean;
  readonly #points: boolean;
  #focusTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(track: MediaStreamTrack) {
    this.#track = track;
    const offered = read(() => track.getCapabilities?.());
    const supported = read(() => navigator.mediaDevices.getSupportedConstraints());
    const has = (name: string, mode: string) => Array.isArray(offered[name]) && offered[name].includes(mode);
    // Some browsers report a list of possible values.
    this.#torch = offered.torch === true || (Array.isArray(offered.torch) && offered.torch.includes(true));
    this.#zoom = range(offered.zoom);
    this.#single = has("focusMode", "single-shot");
    this.#continuous = has("focusMode", "continuous");
    this.#points = supported.pointsOfInterest === true;
    const follow: Settings = {};
    if (this.#continuous) follow.focusMode = "continuous";
    if (has("exposureMode", "continuous")) follow.exposureMode = "continuous";
    if (Object.keys(follow).length > 0) void this.#apply(follow).catch(() => {});
  }

  get offered(): CameraControls {
    const focus = this.#single || (this.#continuous && this.#points);
    return { torch: this.#torch, torchOn: this.#state.torch === true, zoom: this.#zoom, focus };
  }

  async setTorch(on: boolean): Promise<void> {
    if (!this.#torch) throw missing("torch");
    await this.#apply({ torch: on });
    if ((this.#track.getSettings() as Settings).torch === !on) {
      this.#state.torch = !on;
      throw refused("torch");
    }
  }

  /** Clamps the value to the offered range. */
  async setZoom(value: number): Promise<void> {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new KycCaptureError("invalid_option", "zoom must be a finite number", { option: "value" });
    }
    if (this.#zoom === null) throw missing("zoom");
    await this.#apply({ zoom: Math.min(this.#zoom.max, Math.max(this.#zoom.min, value)) });
  }

  /** Focuses once at a point in shares of the whole video (`null`: the driver's choice), then continuously. */
  async focusAt(point: Point | null): Promise<void> {
    if (!this.offered.focus) throw missing("focus");
    clearTimeout(this.#focusTimer);
    const once: Settings = {};
    if (this.#single) once.focusMode = "single-shot";
    if (this.#points && point !== null) once.pointsOfInterest = [{ x: share(point.x), y: share(point.y) }];
    const follow: Settings = this.#continuous ? { focusMode: "continuous" } : {};
    try {
      await this.#apply(once);
    } finally {
      delete this.#state.pointsOfInterest;
      this.#focusTimer = setTimeout(() => void this.#apply(follow).catch(() => {}), FOCUS_MS);
    }
  }

  /** Before the track stops: some drivers leave the torch on. */
  close(): void {
    clearTimeout(this.#focusTimer);
    if (this.#state.torch === true) void this.#apply({ torch: false }).catch(() => {});
  }

  /** Applies all settings as one set: of several sets older browsers use only the first. */
  async #apply(changes: Settings): Promise<void> {
    const before = this.#state;
    this.#state = { ...before, ...changes };
    try {
      await this.#track.applyConstraints({ advanced: [{ ...this.#state }] } as MediaTrackConstraints);
    } catch (error) {
      this.#state = before;
      throw refused(Object.keys(changes).join(", "), error);
    }
  }
}

function read(of: () => object | undefined): Record<string, unknown> {
  try {
    return { ...of() };
  } catch {
    return {};
  }
}

function range(offered: unknown): CameraControls["zoom"] {
  if (typeof offered !== "object" || offered === null) return null;
  const { min, max, step } = offered as Record<string, unknown>;
  if (typeof min !== "number" || typeof max !== "number" || !(max > min) || !Number.isFinite(max - min)) return null;
  return { min, max, step: typeof step === "number" && step > 0 ? step : 0.1 };
}

const share = (value: number) => (Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : 0.5);

const missing = (what: string) => new KycCaptureError("camera_unsupported", `this camera has no ${what}`);

const refused = (what: string, cause?: unknown) =>
  new KycCaptureError("camera_failed", `the camera refused: ${what}`, { retryable: true, cause });
