// The pump: from the playing video to the worker, one frame in flight. What it sends is what the preview shows: where the
// preview crops the video, so does the frame.

import type { FramePayload } from "./protocol.js";

export interface FramePumpOptions {
  video: HTMLVideoElement;
  /** Width by height of what the preview shows of the video (as `object-fit: cover` does); null: all of it. */
  aspect(): number | null;
  /** Hands a frame over; settles when the next may come. */
  send(frame: FramePayload, transfer: Transferable[]): Promise<unknown>;
  /** The frame's sizes, at first and whenever they change (the device was turned, the preview resized). */
  onSize(width: number, height: number): void;
  /** No frame came for a while although the page is visible: the camera is as good as gone. */
  onStall(): void;
  /** A frame was handed over and never answered: whoever looks at frames hangs. */
  onHang(): void;
}

/** Without a frame for so long, the camera is taken as gone. */
const STALL_MS = 6_000;
/** So many frames in a row that fail are no accident. */
const MAX_FAILURES = 30;
/** Some browsers do not announce the frames of a video that is not on the page: then this pace is kept. */
const PACE_MS = 200;
/** Longest wait for one frame's answer; a healthy device takes tens of milliseconds. */
const ANSWER_MS = 20_000;

/** Runs until `stop()`. */
export class FramePump {
  readonly #options: FramePumpOptions;
  #running = true;
  #lastFrameMs = performance.now();
  #width = 0;
  #height = 0;
  #revived = false;
  #turn = 0;
  #inFlight = false;
  #failures = 0;
  #canvas: HTMLCanvasElement | null = null;
  readonly #watchdog: ReturnType<typeof setInterval>;

  constructor(options: FramePumpOptions) {
    this.#options = options;
    this.#watchdog = setInterval(() => this.#watch(), 1_000);
    this.#schedule();
  }

  stop(): void {
    this.#running = false;
    clearInterval(this.#watchdog);
    this.#canvas = null;
  }

  #schedule(): void {
    if (!this.#running) return;
    const { video } = this.#options;
    const turn = ++this.#turn;
    const next = () => {
      clearTimeout(timer);
      // Whichever of the two calls comes second is late: one frame in flight, always.
      if (turn === this.#turn && this.#running) {
        this.#turn += 1;
        void this.#step();
      }
    };
    const timer = setTimeout(next, PACE_MS);
    if (typeof video.requestVideoFrameCallback === "function") video.requestVideoFrameCallback(next);
    else requestAnimationFrame(next);
  }

  async #step(): Promise<void> {
    try {
      await this.#sendOne();
      this.#failures = 0;
    } catch {
      // One frame that cannot be taken or answered is passed over. A lasting failure is told, never silent.
      this.#failures += 1;
      if (this.#failures >= MAX_FAILURES && this.#running) {
        this.stop();
        this.#options.onStall();
      }
    } finally {
      this.#inFlight = false;
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
      // Turned or resized while the frame was being taken: it may be another part than the preview shows.
      if (!this.#running || !same(shown, this.#shown())) return;
      this.#lastFrameMs = performance.now();
      this.#revived = false;
      this.#inFlight = true;
      const answered = await within(ANSWER_MS, this.#options.send(frame, transfer));
      this.#lastFrameMs = performance.now();
      if (!answered && this.#running) {
        this.stop();
        this.#options.onHang();
      }
    } finally {
      // Empty by now if it was handed over; else its memory would wait for the collector.
      if ("bitmap" in frame) frame.bitmap.close();
    }
  }

  #shown(): Part {
    const { video } = this.#options;
    return visiblePart(video.videoWidth, video.videoHeight, this.#options.aspect());
  }

  async #grab(video: HTMLVideoElement, part: Part): Promise<{ frame: FramePayload; transfer: Transferable[] }> {
    const { x, y, width, height } = part;
    if (typeof OffscreenCanvas !== "undefined" && typeof createImageBitmap === "function") {
      const bitmap = await createImageBitmap(video, x, y, width, height);
      return { frame: { bitmap, width, height }, transfer: [bitmap] };
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
    if (document.hidden) {
      this.#lastFrameMs = performance.now();
      return;
    }
    const silence = performance.now() - this.#lastFrameMs;
    if (silence > ANSWER_MS + STALL_MS || (silence > STALL_MS && !this.#inFlight)) {
      this.stop();
      this.#options.onStall();
    } else if (silence > STALL_MS / 2 && !this.#revived) {
      this.#revived = true;
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

/** The middle part of a video that fills a box of the given aspect, in even pixels. */
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

/** Whether a promise settles in time; its failure is thrown on. */
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
