// Selects the rear lens that shows a document sharply at reading distance, by measured sharpness. A pure state machine:
// its input are opened cameras and frames, its output is the lens to open next.

/** The best lens of this device, and the sharpness of the document with it. Contains no personal data. */
export interface RememberedLens {
  deviceId: string;
  sharpness: number;
}

/** Storage of the best lens between visits. */
export interface LensMemory {
  read(): RememberedLens | null;
  write(lens: RememberedLens): void;
  forget(): void;
}

/** A frame's evidence about its lens. */
export interface LensFrame {
  deviceId: string;
  /** Sharpness as a multiple of its threshold; `null` without a document that is large enough. */
  sharpness: number | null | undefined;
  /** Progress towards the automatic capture, 0–1. */
  captureProgress: number;
}

/** The used part of a listed camera. */
export interface ListedCamera {
  deviceId: string;
  label: string;
  getCapabilities?: () => { facingMode?: string[] };
}

/** Sharpness from which a lens is accepted at once. */
const SHARP = 1;
/** A lens is assessed after this time with a document in view, ms, and this many frames of it … */
const ASSESS_MS = 1_200;
const ASSESS_FRAMES = 8;
/** … or after this time, ms, whatever their number. */
const ASSESS_MAX_MS = 2_000;
/** Time without a document after which a lens under trial is rejected, ms. */
const UNUSABLE_MS = 4_000;
/** Maximum time that one frame counts for, ms: between slow frames the document may have been absent. */
const MAX_FRAME_MS = 500;
const MAX_LENSES = 4;

/** Words for "back" and "front" in names of cameras, for browsers that do not report the facing mode. */
const BACK = new RegExp(
  "\\bback\\b|\\brear\\b|environment|rück|arrière|trasera|traseira|posterior|retro|achter|bakre|\\bbag|bakside|" +
    "taka|tyln|zadn[íéá]|hátsó|spate|\\barka|задн|тыльн|основн|артқы|арткы|\\borqa|πίσω|οπίσθι|אחור|خلفي|पीछे|बैक|" +
    "หลัง|\\bsau\\b|belakang|后置|後置|后面|後方|背面|후면",
  "i",
);
const FRONT = new RegExp(
  "\\bfront|selfie|\\buser\\b|facetime|vorder|frontal|avant|delantera|dianteira|anteriore|voorkant|framsid|etukamera|" +
    "przedn|předn|predn|elülső|față|(^|\\s)ön(\\s|$)|передн|фронтал|алдыңғы|алдыңкы|\\bold\\b|" +
    "μπροστ|קדמי|أمامي|सामने|फ़्रंट|หน้า|trước|depan|前置|前面|正面|전면",
  "i",
);
/** Names of cameras that see no visible light. */
export const INFRARED =
  /infra.?red|\bir\b|infrarot|infrarouge|infrarroj|инфракрас|红外|紅外|赤外|적외|depth|windows hello/i;
/** Names of lenses that rarely read documents; they are tried last. */
export const POOR_LENS = new RegExp(
  `${INFRARED.source}|ultra.?(wide|weit|grand|gran|larg)|сверхшир|ультрашир|超广角|超廣角|超広角|초광각|macro|макро|微距|マクロ|` +
    "desk view|tele|téléobj|телеоб|长焦|長焦|望遠|망원",
  "i",
);

/** The direction that a camera faces by its capabilities or its name; `null` if neither indicates it. */
export function facingOf(camera: ListedCamera): "environment" | "user" | null {
  let facing: string[] | undefined;
  try {
    facing = camera.getCapabilities?.().facingMode;
  } catch {
    // Some browsers throw before a camera was allowed.
  }
  if (facing?.includes("environment")) return "environment";
  if (facing?.includes("user")) return "user";
  if (BACK.test(camera.label)) return "environment";
  return FRONT.test(camera.label) ? "user" : null;
}

/** Whether a camera faces away from the person, by its capabilities or its name. */
export function isRear(camera: ListedCamera): boolean {
  return facingOf(camera) === "environment";
}

/** One automatic choice: at most one round through the lenses while the camera is requested. */
export class LensChoice {
  readonly #memory: LensMemory;
  readonly #now: () => number;
  readonly #remembered: RememberedLens | null;
  /** The lenses of the round, in order of trial; empty before the first camera opened. */
  #lenses: string[] = [];
  /** Median sharpness of each assessed lens; `null`: rejected. */
  readonly #assessed = new Map<string, number | null>();
  #requested: string | null;
  #open: string | null = null;
  #finished = false;
  #values: number[] = [];
  #visibleMs = 0;
  #lastMs = 0;
  #lastVisibleMs = 0;

  constructor(memory: LensMemory, now: () => number = () => performance.now()) {
    this.#memory = memory;
    this.#now = now;
    this.#remembered = memory.read();
    this.#requested = this.#remembered?.deviceId ?? null;
  }

  /** The lens to open first, if one is remembered. */
  get first(): string | null {
    return this.#remembered?.deviceId ?? null;
  }

  /** Whether the open lens is under trial. */
  get trying(): boolean {
    return !this.#finished && this.#lenses.length > 0 && this.#open !== this.#lenses[0];
  }

  /** Registers an opened camera and the cameras listed after it. */
  opened(deviceId: string, listed: readonly ListedCamera[]): void {
    const known = (id: string) => listed.some((camera) => camera.deviceId === id);
    if (this.#lenses.length === 0) {
      // Before a camera is allowed, browsers list cameras without ids.
      const nameless = listed.every((camera) => camera.deviceId === "");
      if (this.#remembered && !nameless && !known(this.#remembered.deviceId)) this.#memory.forget();
      const others = listed.filter(
        (camera) => camera.deviceId !== "" && camera.deviceId !== deviceId && isRear(camera),
      );
      const last = (camera: ListedCamera) => Number(POOR_LENS.test(camera.label));
      others.sort((a, b) => last(a) - last(b));
      this.#lenses = [...new Set([deviceId, ...others.map((camera) => camera.deviceId)])].slice(0, MAX_LENSES);
      if (deviceId === "" || this.#lenses.length < 2) this.#finished = true;
    } else if (this.#requested !== null && this.#requested !== deviceId) {
      // Another camera opened than the requested one.
      this.#assess(this.#requested, null);
    }
    this.#requested = null;
    this.#open = deviceId;
    this.#values = [];
    this.#visibleMs = 0;
    this.#lastMs = this.#lastVisibleMs = this.#now();
  }

  /** Evaluates a frame. Returns the lens to open instead of the open one, or `null`. */
  push({ deviceId, sharpness, captureProgress }: LensFrame): string | null {
    if (this.#finished || this.#requested !== null || deviceId !== this.#open) return null;
    const now = this.#now();
    const passed = Math.min(MAX_FRAME_MS, Math.max(0, now - this.#lastMs));
    this.#lastMs = now;
    if (typeof sharpness === "number" && Number.isFinite(sharpness)) {
      if (sharpness >= SHARP) {
        this.#finish(deviceId, sharpness);
        return null;
      }
      this.#values.push(sharpness);
      this.#visibleMs += passed;
      this.#lastVisibleMs = now;
    }
    // No change of lens while an automatic capture is imminent.
    if (captureProgress > 0 || !this.#isDue(now)) return null;
    this.#assess(deviceId, median(this.#values));
    return this.#next();
  }

  /** Rejects a lens that did not open or delivered no frames. Returns the lens to open instead, or `null` for any. */
  failed(deviceId: string): string | null {
    this.#requested = null;
    this.#assess(deviceId, null);
    return this.#finished || this.#lenses.length === 0 ? null : this.#next();
  }

  /** Ends the choice because the person selected a camera. Stores nothing. */
  end(): void {
    this.#finished = true;
  }

  #isDue(now: number): boolean {
    if (this.#assessed.has(this.#open ?? "")) return true;
    if (this.#visibleMs >= ASSESS_MS && this.#values.length >= ASSESS_FRAMES) return true;
    if (this.#visibleMs >= ASSESS_MAX_MS) return true;
    // The first lens has no time limit: the person may still be fetching the document.
    return this.trying && now - this.#lastVisibleMs >= UNUSABLE_MS;
  }

  #assess(deviceId: string, sharpness: number | null): void {
    if (sharpness !== null || !this.#assessed.has(deviceId)) this.#assessed.set(deviceId, sharpness);
  }

  #next(): string | null {
    const untried = this.#lenses.find((id) => !this.#assessed.has(id));
    if (untried !== undefined) {
      this.#requested = untried;
      return untried;
    }
    let best: RememberedLens | null = null;
    for (const [deviceId, sharpness] of this.#assessed) {
      if (sharpness !== null && sharpness > (best?.sharpness ?? -Infinity)) best = { deviceId, sharpness };
    }
    if (best === null) {
      this.#finished = true;
      return null;
    }
    this.#finish(best.deviceId, best.sharpness);
    return best.deviceId === this.#open ? null : best.deviceId;
  }

  #finish(deviceId: string, sharpness: number): void {
    this.#finished = true;
    this.#memory.write({ deviceId, sharpness });
  }
}

/** Returns the median, or `null` of no values. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
