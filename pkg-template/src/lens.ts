// Which lens of several at the back sees the document sharply at reading distance: found by measuring, not by its name.
// Knows no camera and no page: it is told what opened and what each frame shows, and says which lens to open next.

/** A lens that was found best on this device, and how sharp the document was with it. Says nothing about a person. */
export interface RememberedLens {
  deviceId: string;
  sharpness: number;
}

/** Where the best lens is kept between visits. */
export interface LensMemory {
  read(): RememberedLens | null;
  write(lens: RememberedLens): void;
  forget(): void;
}

/** What a frame says of the lens that took it. */
export interface LensFrame {
  deviceId: string;
  /** 1 at the threshold of the check; null where no document is seen, or none that is big enough. */
  sharpness: number | null | undefined;
  /** How much of the wait before an automatic still has passed, 0–1. */
  captureProgress: number;
}

/** What is used of a listed camera. */
export interface ListedCamera {
  deviceId: string;
  label: string;
  getCapabilities?: () => { facingMode?: string[] };
}

/** From this sharpness on a lens is good. */
const SHARP = 1;
/** A lens is judged after so much time with a document before it, and so many frames of it … */
const JUDGED_MS = 1_200;
const JUDGED_FRAMES = 8;
/** … and after so much time whatever their number. */
const LATEST_MS = 2_000;
/** A lens that is being tried and shows no document for so long is of no use. */
const UNUSABLE_MS = 4_000;
/** No frame counts for more time than this: between slow ones the document may have been away. */
const LONGEST_FRAME_MS = 500;
const MOST_LENSES = 4;

/** Words for "back" in the names of cameras, where the browser does not say which way they look. */
const BACK = /\bback\b|rear|environment|rück|arrière|trasera|traseira|posterior|задн|后置|後置|背面/i;
/** Names of lenses that rarely read a document: they are tried last. */
export const POOR_LENS = /ultra.?wide|macro|infrared|\bir\b|depth|desk view|telephoto/i;

/** Whether a camera looks away from the person, as far as the browser or its name says. */
export function isRear(camera: ListedCamera): boolean {
  let facing: string[] | undefined;
  try {
    facing = camera.getCapabilities?.().facingMode;
  } catch {
    // Not every browser tells before a camera was allowed.
  }
  return facing?.length ? facing.includes("environment") : BACK.test(camera.label);
}

/** One automatic choice: at most one round through the lenses, from one opening of the camera by the flow to its end. */
export class LensChoice {
  readonly #memory: LensMemory;
  readonly #now: () => number;
  readonly #remembered: RememberedLens | null;
  /** The lenses of the round, the first opened first; empty before the first opening. */
  #lenses: string[] = [];
  /** Median sharpness of each lens that was judged; null: no use. */
  readonly #judged = new Map<string, number | null>();
  #asked: string | null;
  #open: string | null = null;
  #settled = false;
  #values: number[] = [];
  #seenMs = 0;
  #lastMs = 0;
  #quietSinceMs = 0;

  constructor(memory: LensMemory, now: () => number = () => performance.now()) {
    this.#memory = memory;
    this.#now = now;
    this.#remembered = memory.read();
    this.#asked = this.#remembered?.deviceId ?? null;
  }

  /** The lens to open first, where one is remembered. */
  get first(): string | null {
    return this.#remembered?.deviceId ?? null;
  }

  /** Whether the open lens is only being tried. */
  get trying(): boolean {
    return !this.#settled && this.#lenses.length > 0 && this.#open !== this.#lenses[0];
  }

  /** A camera was opened, and these are listed now. */
  opened(deviceId: string, listed: readonly ListedCamera[]): void {
    const known = (id: string) => listed.some((camera) => camera.deviceId === id);
    if (this.#lenses.length === 0) {
      // Before a camera is allowed, browsers list them without ids.
      const nameless = listed.every((camera) => camera.deviceId === "");
      if (this.#remembered && !nameless && !known(this.#remembered.deviceId)) this.#memory.forget();
      const others = listed.filter(
        (camera) => camera.deviceId !== "" && camera.deviceId !== deviceId && isRear(camera),
      );
      const last = (camera: ListedCamera) => Number(POOR_LENS.test(camera.label));
      others.sort((a, b) => last(a) - last(b));
      this.#lenses = [...new Set([deviceId, ...others.map((camera) => camera.deviceId)])].slice(0, MOST_LENSES);
      if (deviceId === "" || this.#lenses.length < 2) this.#settled = true;
    } else if (this.#asked !== null && this.#asked !== deviceId) {
      // It was asked for and another came.
      this.#judge(this.#asked, null);
    }
    this.#asked = null;
    this.#open = deviceId;
    this.#values = [];
    this.#seenMs = 0;
    this.#lastMs = this.#quietSinceMs = this.#now();
  }

  /** Takes a frame; gives the lens to open instead of the open one, or null. */
  push({ deviceId, sharpness, captureProgress }: LensFrame): string | null {
    if (this.#settled || this.#asked !== null || deviceId !== this.#open) return null;
    const now = this.#now();
    const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, now - this.#lastMs));
    this.#lastMs = now;
    if (typeof sharpness === "number" && Number.isFinite(sharpness)) {
      if (sharpness >= SHARP) {
        this.#settle(deviceId, sharpness);
        return null;
      }
      this.#values.push(sharpness);
      this.#seenMs += passed;
      this.#quietSinceMs = now;
    }
    // A picture is about to be taken: nothing is changed now.
    if (captureProgress > 0 || !this.#isDue(now)) return null;
    this.#judge(deviceId, median(this.#values));
    return this.#next();
  }

  /** A lens did not open, or gave no frames; gives the lens to open instead, or null where any will do. */
  failed(deviceId: string): string | null {
    this.#asked = null;
    this.#judge(deviceId, null);
    return this.#settled || this.#lenses.length === 0 ? null : this.#next();
  }

  /** The person took a camera: their choice stands, and what was measured so far is not kept. */
  end(): void {
    this.#settled = true;
  }

  #isDue(now: number): boolean {
    if (this.#judged.has(this.#open ?? "")) return true;
    if (this.#seenMs >= JUDGED_MS && this.#values.length >= JUDGED_FRAMES) return true;
    if (this.#seenMs >= LATEST_MS) return true;
    // The first lens waits for a document as long as the person needs to find one.
    return this.trying && now - this.#quietSinceMs >= UNUSABLE_MS;
  }

  #judge(deviceId: string, sharpness: number | null): void {
    if (sharpness !== null || !this.#judged.has(deviceId)) this.#judged.set(deviceId, sharpness);
  }

  #next(): string | null {
    const untried = this.#lenses.find((id) => !this.#judged.has(id));
    if (untried !== undefined) {
      this.#asked = untried;
      return untried;
    }
    let best: RememberedLens | null = null;
    for (const [deviceId, sharpness] of this.#judged) {
      if (sharpness !== null && sharpness > (best?.sharpness ?? -Infinity)) best = { deviceId, sharpness };
    }
    if (best === null) {
      this.#settled = true;
      return null;
    }
    this.#settle(best.deviceId, best.sharpness);
    return best.deviceId === this.#open ? null : best.deviceId;
  }

  #settle(deviceId: string, sharpness: number): void {
    this.#settled = true;
    this.#memory.write({ deviceId, sharpness });
  }
}

/** The middle of some numbers; null of none. */
function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
