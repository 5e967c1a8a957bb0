// Torch, zoom and focus of a camera's track, where its driver offers them. What the standard types do not know yet is
// declared here; what a driver says is checked before it is believed.

import { KycCaptureError } from "./errors.js";
import type { Point } from "./geometry.js";

/** What the open camera offers. */
export interface CameraControls {
  readonly torch: boolean;
  /** Whether the torch is on. */
  readonly torchOn: boolean;
  readonly zoom: { readonly min: number; readonly max: number; readonly step: number } | null;
  /** Whether it can be asked to focus, as by a tap. */
  readonly focus: boolean;
}

interface Settings {
  focusMode?: string;
  exposureMode?: string;
  pointsOfInterest?: Point[];
  torch?: boolean;
  zoom?: number;
}

/** Time that a lens gets to focus before it follows the picture again. */
const FOCUS_MS = 1_500;

/** The controls of one track. Begins with continuous focus and exposure: many drivers start with a single one. */
export class TrackControls {
  readonly #track: MediaStreamTrack;
  /** All that was asked for: each request replaces the one before. */
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
    // A list of what it can be, in some browsers.
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

  /** A value beyond what is offered is taken as the nearest that is. */
  async setZoom(value: number): Promise<void> {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new KycCaptureError("invalid_option", "zoom must be a finite number");
    }
    if (this.#zoom === null) throw missing("zoom");
    await this.#apply({ zoom: Math.min(this.#zoom.max, Math.max(this.#zoom.min, value)) });
  }

  /** Focuses at a point, in shares of the whole video, or where the driver likes; then follows the picture again. */
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

  /** One set of everything: of several sets older browsers take the first alone. */
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

const missing = (what: string) => new KycCaptureError("camera_unsupported", `this camera offers no ${what}`);

const refused = (what: string, cause?: unknown) =>
  new KycCaptureError("camera_failed", `the camera refused: ${what}`, { retryable: true, cause });
