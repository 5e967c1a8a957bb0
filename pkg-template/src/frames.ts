// Sends frames of the playing video to the worker, one at a time. A frame is cropped as the preview crops the video.

import type { FramePayload } from "./protocol.js";

/** Options of {@link FramePump}. */
export interface FramePumpOptions {
  video: HTMLVideoElement;
  /** Width by height of the preview, which crops the video like `object-fit: cover`; `null`: no crop. */
  aspect(): number | null;
  /** Sends a frame; settles when the next one may follow. */
  send(frame: FramePayload, transfer: Transferable[]): Promise<unknown>;
  /** Reports the size of the frames, first and after each change (device rotated, preview resized). */
  onSize(width: number, height: number): void;
  /** Whether the camera's track still delivers. */
  isLive(): boolean;
  /** The video is frozen although the page is visible, or moves again. */
  onPause(paused: boolean): void;
  /** The video stood still for too long, or its track ended. */
  onStall(): void;
  /** A frame was sent and not answered in time. */
  onHang(): void;
}

/** Time without a new frame of the video after which it is played again, ms. */
const PAUSE_MS = 2_000;
/** Time without a new frame after which the camera must be opened again, ms. */
const STALL_MS = 5_000;
/** Interval of the watchdog, ms. */
const WATCH_MS = 500;
/** Consecutive failed frames after which the camera counts as lost. */
const MAX_FAILURES = 30;
/** Interval of frames if the browser announces none, as for a video that is not on the page, ms. */
const PACE_MS = 200;
/** Timeout of the answer to one frame, ms; usual are tens of milliseconds. */
const ANSWER_MS = 20_000;

/** Sends frames until `stop()`. */
export class FramePump {
  readonly #options: FramePumpOptions;
  #running = true;
  /** When the video last delivered a frame. A frame that is sent again is none. */
  #lastFrameMs = performance.now();
  #fresh = false;
  /** Frames that the video has presented, as counted by the browser, or its time. */
  #counter = -1;
  #width = 0;
  #height = 0;
  #paused = false;
  #bitmapRefused = false;
  #wake: () => void = () => {};
  #failures = 0;
  #canvas: HTMLCanvasElement | null = null;
  readonly #watchdog: ReturnType<typeof setInterval>;

  constructor(options: FramePumpOptions) {
    this.#options = options;
    this.#watchdog = setInterval(() => this.#watch(), WATCH_MS);
    this.#listen();
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#watchdog);
    this.#canvas = null;
  }

  /** Hears every frame that the video delivers, also while one is in flight. */
  #listen(): void {
    if (!this.#running) return;
    const { video } = this.#options;
    if (typeof video.requestVideoFrameCallback === "function") {
      video.requestVideoFrameCallback(() => {
        this.#delivered();
        this.#listen();
      });
    } else {
      requestAnimationFrame(() => {
        this.#poll();
        this.#listen();
      });
    }
  }

  #delivered(): void {
    if (!this.#running) return;
    this.#lastFrameMs = performance.now();
    this.#fresh = true;
    if (this.#paused) {
      this.#paused = false;
      this.#options.onPause(false);
    }
    this.#wake();
  }

  /** Asks the video for a new frame: browsers announce none of a video that is not on the page. */
  #poll(): void {
    const { video } = this.#options;
    if (video.paused || !this.#options.isLive()) return;
    const total = video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0;
    const counter = total > 0 ? total : video.currentTime;
    if (counter === this.#counter) return;
    this.#counter = counter;
    this.#delivered();
  }

  #schedule(): void {
    if (!this.#running) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = () => {
      if (!this.#fresh) return;
      clearTimeout(timer);
      this.#wake = () => {};
      this.#fresh = false;
      void this.#step();
    };
    const poll = () => {
      if (!this.#running) return;
      timer = setTimeout(poll, PACE_MS);
      this.#poll();
    };
    this.#wake = next;
    timer = setTimeout(poll, PACE_MS);
    next();
  }

  async #step(): Promise<void> {
    try {
      await this.#sendOne();
      this.#failures = 0;
    } catch {
      // A single failed frame is skipped; a lasting failure is reported.
      this.#failures += 1;
      if (this.#failures >= MAX_FAILURES && this.#running) {
        this.stop();
        this.#options.onStall();
      }
    } finally {
      this.#schedule();
    }
  }

  async #sendOne(): Promise<void> {
    const { video } = this.#options;
    if (!this.#running || document.hidden) return;
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
    const shown = this.#shown();
    if (shown.width !== this.#width || shown.height !== this.#height) {
      this.#width = shown.width;
      this.#height = shown.height;
      this.#options.onSize(shown.width, shown.height);
    }
    const { frame, transfer } = await this.#grab(video, shown);
    try {
      // Rotated or resized while the frame was taken: its crop may differ from the preview.
      if (!this.#running || !same(shown, this.#shown())) return;
      const answered = await within(ANSWER_MS, this.#options.send(frame, transfer));
      if (!answered && this.#running) {
        this.stop();
        this.#options.onHang();
      }
    } finally {
      // Frees the memory of a bitmap that was not transferred without waiting for the garbage collector.
      if ("bitmap" in frame) frame.bitmap.close();
    }
  }

  #shown(): Part {
    const { video } = this.#options;
    return visiblePart(video.videoWidth, video.videoHeight, this.#options.aspect());
  }

  async #grab(video: HTMLVideoElement, part: Part): Promise<{ frame: FramePayload; transfer: Transferable[] }> {
    const { x, y, width, height } = part;
    if (!this.#bitmapRefused && typeof OffscreenCanvas !== "undefined" && typeof createImageBitmap === "function") {
      try {
        const bitmap = await createImageBitmap(video, x, y, width, height);
        return { frame: { bitmap, width, height }, transfer: [bitmap] };
      } catch {
        // Some browsers make no bitmap of a video: the canvas does.
        this.#bitmapRefused = true;
      }
    }
    this.#canvas ??= document.createElement("canvas");
    this.#canvas.width = width;
    this.#canvas.height = height;
    const context = this.#canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no 2d context");
    context.drawImage(video, x, y, width, height, 0, 0, width, height);
    const pixels = context.getImageData(0, 0, width, height).data.buffer;
    return { frame: { pixels, width, height }, transfer: [pixels] };
  }

  #watch(): void {
    if (!this.#running) return;
    if (document.hidden) {
      this.#lastFrameMs = performance.now();
      return;
    }
    this.#poll();
    const silence = performance.now() - this.#lastFrameMs;
    if (silence > STALL_MS || !this.#options.isLive()) {
      this.stop();
      this.#options.onStall();
    } else if (silence > PAUSE_MS && !this.#paused) {
      this.#paused = true;
      this.#options.onPause(true);
      void this.#options.video.play().catch(() => {});
    }
  }
}

interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Returns the central part of a video with the given aspect, with even sides, pixels. */
export function visiblePart(width: number, height: number, aspect: number | null): Part {
  if (aspect === null || !Number.isFinite(aspect) || aspect <= 0) return { x: 0, y: 0, width, height };
  const even = (n: number) => Math.max(2, Math.floor(n / 2) * 2);
  if (width / height > aspect) {
    const w = Math.min(width, even(height * aspect));
    return { x: Math.floor((width - w) / 2), y: 0, width: w, height };
  }
  const h = Math.min(height, even(width / aspect));
  return { x: 0, y: Math.floor((height - h) / 2), width, height: h };
}

function same(a: Part, b: Part): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** Whether a promise resolves in time. Rethrows its rejection. */
async function within(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
