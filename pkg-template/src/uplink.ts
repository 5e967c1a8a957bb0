// Sends the requests of the core. An upload on a slow line is replaced by one of a smaller image: from the start if the
// line was measured, while it runs if it is too slow, after a standstill, and if the server takes no larger one.

import type { CaptureCore } from "./engine.js";
import type { Pixels } from "./decode.js";
import type { Update } from "./types.js";

/** Smaller sizes of an image (`SMALLER_DOCUMENTS` in src/core/capture/image.rs), with the bytes of a document. */
const LEVEL_BYTES = [Number.POSITIVE_INFINITY, 600_000, 300_000, 160_000] as const;
const LAST_LEVEL = LEVEL_BYTES.length - 1;
/** Time that an upload may take, ms: a longer one is made smaller. */
const WANTED_MS = 20_000;
/** The speed of a running upload is assessed after this time, ms. */
const MEASURE_MS = 6_000;
const POLL_MS = 500;

/** What the uplink uses of its worker. */
export interface UplinkHost {
  apply(update: Update): void;
  decode(file: Uint8Array): Promise<Pixels>;
  /** Bytes sent, and bytes in all, of the upload that runs. */
  onProgress(sent: number, total: number): void;
}

export class Uplink {
  readonly #core: CaptureCore;
  readonly #host: UplinkHost;
  /** The level of each upload, also while it waits for an access token. */
  readonly #levels = new Map<number, number>();
  /** Measured speed, bytes per ms; `null` before the first upload. */
  #speed: number | null = null;

  constructor(core: CaptureCore, host: UplinkHost) {
    this.#core = core;
    this.#host = host;
  }

  /** Runs a request to its end. Rejects on a trap only. */
  async run(id: number): Promise<void> {
    const bytes = this.#bytesOf(id);
    if (bytes === 0) {
      const update = await this.#core.run_request(id, false);
      if (update !== undefined) this.#host.apply(update);
      return;
    }
    let level = this.#levels.get(id) ?? 0;
    const wanted = this.#levelFor(bytes);
    if (wanted > level) level = await this.#shrink(id, wanted);
    for (;;) {
      this.#levels.set(id, level);
      const update = await this.#send(id, level < LAST_LEVEL);
      if (update !== undefined) {
        this.#host.apply(update);
        return;
      }
      // The next attempt is never the same.
      level = await this.#shrink(id, Math.max(level + 1, this.#levelFor(this.#bytesOf(id))));
    }
  }

  /** Sends once, reports the progress, and measures the line. */
  async #send(id: number, mayShrink: boolean): Promise<Update | undefined> {
    const began = performance.now();
    const core = this.#core;
    let ended = false;
    const poll = setInterval(() => {
      const [sent, total] = core.upload_progress();
      const ms = performance.now() - began;
      this.#host.onProgress(sent, total);
      if (sent === 0 || ms < MEASURE_MS || sent >= total) return;
      this.#speed = sent / ms;
      if (mayShrink && !ended && (total - sent) / this.#speed > WANTED_MS) {
        ended = true;
        core.end_upload();
      }
    }, POLL_MS);
    try {
      const update = await core.run_request(id, mayShrink);
      const [sent] = core.upload_progress();
      const ms = performance.now() - began;
      if (update !== undefined && sent > 0 && ms > POLL_MS) this.#speed = sent / ms;
      return update;
    } finally {
      clearInterval(poll);
      this.#host.onProgress(0, 0);
    }
  }

  #bytesOf(id: number): number {
    return this.#core.upload_images(id).reduce((sum, image) => sum + image.length, 0);
  }

  /** The level at which an upload of so many bytes takes an acceptable time on the measured line. */
  #levelFor(bytes: number): number {
    const speed = this.#speed ?? announcedSpeed();
    if (speed === null || bytes / speed <= WANTED_MS) return 0;
    const level = LEVEL_BYTES.findIndex((max) => Math.min(max, bytes) / speed <= WANTED_MS);
    return level < 0 ? LAST_LEVEL : level;
  }

  /** Encodes the images of an upload again; returns the level. */
  async #shrink(id: number, wanted: number): Promise<number> {
    const level = Math.min(wanted, LAST_LEVEL);
    const images = this.#core.upload_images(id);
    for (let i = 0; i < images.length; i += 1) {
      const image = images[i];
      if (image === undefined) continue;
      try {
        const { data, width, height } = await this.#host.decode(image);
        this.#core.make_smaller(id, i, data, width, height, level);
      } catch {
        // Without a smaller image the same one is sent.
      }
    }
    return level;
  }
}

/** The line's speed as the browser estimates it, bytes per ms; `null` unless it is known to be slow. */
function announcedSpeed(): number | null {
  const { connection } = navigator as { connection?: { effectiveType?: string; downlink?: number } };
  const isSlow = connection?.effectiveType === "slow-2g" || connection?.effectiveType === "2g";
  const { downlink = 0 } = connection ?? {};
  return isSlow && downlink > 0 ? downlink * 125 : null;
}
