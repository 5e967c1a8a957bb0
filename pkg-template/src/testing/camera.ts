// A fake camera: plays drawn documents and a rendered head from a canvas, with the noise and the motion of a camera in
// a hand. Needs no file, no driver and no permission. Self-contained: it also becomes one script (`camera-script.ts`).

import type { Capture } from "../capture-api.js";
import type { ActiveStep, Facing } from "../codes.js";
import type { View } from "../types.js";

/** What the camera can be made to see: sides of documents, a head, or an empty table. */
export const FAKE_SUBJECTS = [
  "passport",
  "card_front",
  "card_back",
  "licence_front",
  "licence_back",
  "head",
  "empty",
] as const;

/** See {@link FAKE_SUBJECTS}. */
export type FakeSubject = (typeof FAKE_SUBJECTS)[number];

/** Options of `installFakeCamera`. */
export interface FakeCameraOptions {
  /** What it shows. Default: what the `<kyc-capture>` of the page asks for ({@link FakeCamera.autoplay}). */
  show?: FakeSubject;
  /** Frames per second, 1–60. Default 15. */
  fps?: number;
  /** The window whose cameras are replaced, as in Cypress that of the app. Default: this one. */
  window?: Window;
}

/** Whose wishes the camera follows: a capture, or an element that shows one. */
export type FakeCameraTarget = Pick<Capture, "view"> | { readonly capture: Pick<Capture, "view"> | null };

/** A fake camera that is installed. */
export interface FakeCamera {
  /** What it shows now, or would show when opened. */
  readonly showing: FakeSubject;
  /** How many tracks are open: 0 when the page has closed its camera. */
  readonly open: number;
  /** Shows this from now on, whatever is asked for. A head is straight. */
  show(what: FakeSubject): void;
  /** The head does this movement and stays there; `null`: it looks straight ahead. */
  move(step: ActiveStep | null): void;
  /**
   * Shows what a capture asks for: the wanted side of the chosen document, and the head with the movements of its
   * challenge. Without a target: what the first `<kyc-capture>` of the page asks for.
   */
  autoplay(target?: FakeCameraTarget): void;
  /** Ends all tracks and gives the page its own cameras back. */
  restore(): void;
}

/** JPEG files in base64, by name. */
export type Images = Readonly<Record<string, string>>;

/** The lenses, as the browser would list them. */
const LENSES: readonly { deviceId: string; label: string; facing: Facing; width: number; height: number }[] = [
  { deviceId: "fake-back", label: "Fake camera, back", facing: "environment", width: 1280, height: 720 },
  { deviceId: "fake-front", label: "Fake camera, front", facing: "user", width: 640, height: 480 },
];
type Lens = (typeof LENSES)[number];

/** The image of each movement: its name, or the size of the straight head. */
const MOVEMENTS: Record<ActiveStep, { image: string; scale: number }> = {
  turn_left: { image: "head_turn_left", scale: 1 },
  turn_right: { image: "head_turn_right", scale: 1 },
  look_up: { image: "head_look_up", scale: 1 },
  look_down: { image: "head_look_down", scale: 1 },
  come_closer: { image: "head", scale: 1.42 },
  move_away: { image: "head", scale: 0.7 },
  blink: { image: "head_blink", scale: 1 },
};

/** Time until a person begins what is asked for, ms. */
const REACTION_MS = 400;
/** Time in which a document comes into view, and a head comes closer or moves away, ms. */
const TRANSITION_MS = 600;
/** Share of the frame's width, and at most of its height, that a document takes. */
const DOCUMENT_SHARE = [0.8, 0.9] as const;
/** Noise of the sensor: greatest opacity of a grain, and the side of the tile in pixels. */
const GRAIN = { opacity: 0.05, side: 160 };
/** The wall behind the head. */
const WALL = "rgb(186, 194, 202)";

/** The fake camera. Tests create it by `installFakeCamera`. */
export class FakeCameraController implements FakeCamera {
  readonly #window: Window;
  readonly #load: () => Promise<Images>;
  readonly #interval: number;
  readonly #tracks = new Map<MediaStreamTrack, ReturnType<typeof setInterval>>();
  readonly #undo: (() => void)[] = [];
  #images: Promise<Map<string, ImageBitmap>> | null = null;
  #subject: FakeSubject = "empty";
  #step: ActiveStep | null = null;
  /** When subject and movement began. */
  #since = 0;
  #moved = 0;
  /** The scale of the head when the movement began. */
  #scaleFrom = 1;
  /** The movement that is asked for, and since when. */
  #asked: { step: ActiveStep | null; at: number } = { step: null, at: 0 };
  /** `null`: not automatic; `"page"`: the first element of the page. */
  #target: FakeCameraTarget | "page" | null = "page";

  constructor({ show, fps = 15, window: page = globalThis.window }: FakeCameraOptions, load: () => Promise<Images>) {
    if (!(fps >= 1 && fps <= 60)) throw new TypeError(`fps must be from 1 to 60, not ${fps}`);
    const devices = page?.navigator.mediaDevices as MediaDevices | undefined;
    if (devices === undefined) {
      throw new TypeError("the page has no navigator.mediaDevices: it needs https, or http of this machine");
    }
    this.#window = page;
    this.#load = load;
    this.#interval = 1000 / fps;
    if (show !== undefined) this.show(show);
    this.#install(devices, page.navigator.permissions as Permissions | undefined);
  }

  get showing(): FakeSubject {
    this.#follow();
    return this.#subject;
  }

  get open(): number {
    return [...this.#tracks.keys()].filter((track) => track.readyState === "live").length;
  }

  show(what: FakeSubject): void {
    if (!FAKE_SUBJECTS.includes(what)) {
      throw new TypeError(`the fake camera shows one of ${FAKE_SUBJECTS.join(", ")}, not ${String(what)}`);
    }
    this.#target = null;
    this.#see(what);
    this.#do(null);
  }

  move(step: ActiveStep | null): void {
    if (step !== null && !Object.hasOwn(MOVEMENTS, step)) {
      throw new TypeError(`a movement is one of ${Object.keys(MOVEMENTS).join(", ")}, not ${String(step)}`);
    }
    this.#target = null;
    this.#see("head");
    this.#do(step);
  }

  autoplay(target?: FakeCameraTarget): void {
    this.#target = target ?? "page";
  }

  restore(): void {
    for (const [track, timer] of this.#tracks) {
      clearInterval(timer);
      track.stop();
    }
    this.#tracks.clear();
    for (const undo of this.#undo.splice(0)) undo();
    void this.#images?.then((images) => {
      for (const image of images.values()) image.close();
    });
    this.#images = null;
  }

  #see(subject: FakeSubject): void {
    if (subject === this.#subject) return;
    this.#subject = subject;
    this.#since = performance.now();
  }

  #do(step: ActiveStep | null): void {
    if (step === this.#step) return;
    const now = performance.now();
    this.#scaleFrom = this.#scale(now);
    this.#step = step;
    this.#moved = now;
  }

  /** The current size of the head. */
  #scale(now: number): number {
    const to = this.#step === null ? 1 : MOVEMENTS[this.#step].scale;
    return mix(this.#scaleFrom, to, (now - this.#moved) / TRANSITION_MS);
  }

  /** Does what the followed capture asks for. */
  #follow(): void {
    if (this.#target === null) return;
    const target = this.#target === "page" ? this.#window.document.querySelector("kyc-capture") : this.#target;
    const view =
      (target as { capture?: { view: View } } | null)?.capture?.view ?? (target as { view?: View } | null)?.view;
    const wanted = view && wantedBy(view);
    if (!view || !wanted) return;
    this.#see(wanted);
    const step = view.challenge?.step ?? null;
    const now = performance.now();
    if (step !== this.#asked.step) this.#asked = { step, at: now };
    if (now - this.#asked.at >= REACTION_MS) this.#do(step);
  }

  #install(devices: MediaDevices, permissions: Permissions | undefined): void {
    const list = devices.enumerateDevices.bind(devices);
    this.#replace(devices, "getUserMedia", (constraints?: MediaStreamConstraints) => this.#getUserMedia(constraints));
    this.#replace(devices, "enumerateDevices", async () => {
      const others = (await list()).filter(({ kind }) => kind !== "videoinput");
      return [...others, ...LENSES.map(deviceOf)];
    });
    if (permissions === undefined) return;
    const query = permissions.query.bind(permissions);
    this.#replace(permissions, "query", async (asked: PermissionDescriptor) => {
      if ((asked.name as string) !== "camera") return query(asked);
      return Object.assign(new EventTarget(), { name: "camera", state: "granted", onchange: null });
    });
  }

  /** Replaces a method of the prototype by one of the object, which `restore` removes. */
  #replace(object: object, name: string, value: unknown): void {
    const own = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
    this.#undo.push(() => {
      if (own) Object.defineProperty(object, name, own);
      else Reflect.deleteProperty(object, name);
    });
  }

  async #getUserMedia({ video, audio }: MediaStreamConstraints = {}): Promise<MediaStream> {
    if (!video) throw new TypeError("the fake camera has no microphone: ask for video");
    if (audio) throw new DOMException("the fake camera has no microphone", "NotFoundError");
    const wanted = video === true ? {} : video;
    const lens = lensFor(wanted);
    this.#images ??= this.#decode();
    return this.#stream(lens, await this.#images);
  }

  async #decode(): Promise<Map<string, ImageBitmap>> {
    const all = Object.entries(await this.#load()).map(async ([name, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return [name, await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }))] as const;
    });
    return new Map(await Promise.all(all));
  }

  #stream(lens: Lens, images: Map<string, ImageBitmap>): MediaStream {
    const page = this.#window.document;
    const canvas = Object.assign(page.createElement("canvas"), { width: lens.width, height: lens.height });
    const scene = new Scene(canvas, images);
    const draw = () => {
      this.#follow();
      const now = performance.now();
      const image = this.#step === null ? "head" : MOVEMENTS[this.#step].image;
      scene.draw(this.#subject, { now, since: now - this.#since, image, scale: this.#scale(now) });
    };
    draw();
    const stream = canvas.captureStream(1000 / this.#interval);
    const track = stream.getVideoTracks()[0];
    if (track === undefined) throw new DOMException("the canvas gives no video", "NotReadableError");
    describe(track, lens, 1000 / this.#interval);
    const timer = setInterval(() => {
      if (track.readyState === "live") return draw();
      clearInterval(timer);
      this.#tracks.delete(track);
    }, this.#interval);
    this.#tracks.set(track, timer);
    return stream;
  }
}

/** What a view asks to be shown; `null`: nothing, the last image stays. */
function wantedBy({ step, documentType }: View): FakeSubject | null {
  if (step === "liveness") return "head";
  if (step !== "document_front" && step !== "document_back") return null;
  const side = step === "document_front" ? "front" : "back";
  if (documentType === "passport") return side === "front" ? "passport" : "empty";
  return `${documentType === "driver_license" ? "licence" : "card"}_${side}`;
}

/** The lens of a request: by its id, else by its direction. A size that it does not have is refused, as by a driver. */
function lensFor(wanted: MediaTrackConstraints): Lens {
  const id = exact(wanted.deviceId);
  const facing = strings(wanted.facingMode);
  const lens =
    id === null
      ? (LENSES.find((one) => facing === one.facing) ?? LENSES[0])
      : LENSES.find((one) => one.deviceId === id);
  const refuse = (constraint: string) => {
    const { OverconstrainedError: Refusal } = globalThis as { OverconstrainedError?: new (name: string) => Error };
    return Refusal ? new Refusal(constraint) : new DOMException(constraint, "NotFoundError");
  };
  if (lens === undefined) throw refuse("deviceId");
  for (const side of ["width", "height"] as const) {
    const range = wanted[side];
    const least = typeof range === "object" ? (range.exact ?? range.min ?? 0) : 0;
    if (least > lens[side]) throw refuse(side);
  }
  return lens;
}

function exact(constraint: ConstrainDOMString | undefined): string | null {
  if (typeof constraint !== "object" || Array.isArray(constraint)) return null;
  return [constraint.exact ?? []].flat()[0] ?? null;
}

/** The first value of a constraint, of whatever strength. */
function strings(constraint: ConstrainDOMString | undefined): string | undefined {
  if (typeof constraint !== "object") return constraint;
  return Array.isArray(constraint) ? constraint[0] : [constraint.exact ?? constraint.ideal ?? []].flat()[0];
}

function deviceOf({ deviceId, label, facing }: Lens): MediaDeviceInfo {
  const info = { deviceId, groupId: "fake", kind: "videoinput" as const, label };
  const getCapabilities = () => ({ deviceId, facingMode: [facing] });
  return { ...info, getCapabilities, toJSON: () => info } as MediaDeviceInfo;
}

/** Gives the track of a canvas what a camera's track says of itself. */
function describe(track: MediaStreamTrack, { deviceId, label, facing, width, height }: Lens, frameRate: number): void {
  const settings = { deviceId, groupId: "fake", facingMode: facing, width, height, frameRate };
  const most = (max: number) => ({ min: 1, max });
  const able = { width: most(width), height: most(height), frameRate: most(frameRate), facingMode: [facing], deviceId };
  Object.defineProperties(track, {
    label: { value: label },
    getSettings: { value: () => ({ ...settings }) },
    getCapabilities: { value: () => ({ ...able }) },
    applyConstraints: { value: async () => {} },
  });
}

/** Draws what the camera sees on a canvas. */
class Scene {
  readonly #context: CanvasRenderingContext2D;
  readonly #images: Map<string, ImageBitmap>;
  readonly #table: HTMLCanvasElement;
  readonly #documents = new Map<string, HTMLCanvasElement>();
  readonly #grain: CanvasPattern | null;
  /** A linear congruential generator: every run has the same noise. */
  #random = 1;

  constructor(canvas: HTMLCanvasElement, images: Map<string, ImageBitmap>) {
    this.#context = contextOf(canvas);
    this.#images = images;
    this.#table = this.#paintTable();
    this.#grain = this.#context.createPattern(this.#paintGrain(), "repeat");
  }

  draw(subject: FakeSubject, at: { now: number; since: number; image: string; scale: number }): void {
    const context = this.#context;
    const { width, height } = context.canvas;
    const t = at.now / 1000;
    // The tremor of a hand: two slow waves in each direction, in shares of the frame's height and in radians.
    const sway = {
      x: height * (0.002 * Math.sin(1.9 * t) + 0.0007 * Math.sin(5.3 * t)),
      y: height * (0.0017 * Math.sin(2.3 * t + 1) + 0.0006 * Math.sin(6.1 * t)),
      turn: 0.0025 * Math.sin(1.1 * t),
    };
    context.resetTransform();
    if (subject === "head") {
      context.fillStyle = WALL;
      context.fillRect(0, 0, width, height);
      this.#place(this.#images.get(at.image), { ...sway, height: height * 1.03 * at.scale });
    } else {
      context.drawImage(this.#table, 0, 0);
      const come = 1 - mix(0, 1, at.since / TRANSITION_MS);
      const page = subject === "empty" ? undefined : this.#document(subject);
      if (page) this.#place(page, { ...sway, x: sway.x + width * come, turn: sway.turn + 0.01, height: page.height });
    }
    context.resetTransform();
    if (this.#grain === null) return;
    context.translate(-this.#below(GRAIN.side), -this.#below(GRAIN.side));
    context.fillStyle = this.#grain;
    context.fillRect(0, 0, width + GRAIN.side, height + GRAIN.side);
  }

  /** Draws an image in the middle, moved and turned, with this height. */
  #place(
    image: ImageBitmap | HTMLCanvasElement | undefined,
    { x, y, turn, height }: { x: number; y: number; turn: number; height: number },
  ): void {
    if (image === undefined) return;
    const context = this.#context;
    const width = (image.width * height) / image.height;
    context.translate(context.canvas.width / 2 + x, context.canvas.height / 2 + y);
    context.rotate(turn);
    context.imageSmoothingQuality = "high";
    context.drawImage(image, -width / 2, -height / 2, width, height);
  }

  /** A document in the size of the frame, with rounded corners (ISO/IEC 7810: 3.18 mm of 85.6 mm) and a shadow. */
  #document(name: string): HTMLCanvasElement | undefined {
    const image = this.#images.get(name);
    const known = this.#documents.get(name);
    if (known || image === undefined) return known;
    const frame = this.#context.canvas;
    const fit = Math.min(
      (frame.width * DOCUMENT_SHARE[0]) / image.width,
      (frame.height * DOCUMENT_SHARE[1]) / image.height,
    );
    const [width, height] = [Math.round(image.width * fit), Math.round(image.height * fit)];
    const edge = Math.round(height * 0.03);
    const canvas = this.#canvas(width + 2 * edge, height + 2 * edge);
    const context = contextOf(canvas);
    const radius = (width * 3.18) / (name === "passport" ? 125 : 85.6);
    const outline = () => {
      context.beginPath();
      context.roundRect(edge, edge, width, height, radius);
    };
    Object.assign(context, { shadowColor: "rgb(0 0 0 / 45%)", shadowBlur: edge * 0.7, shadowOffsetY: edge * 0.3 });
    outline();
    context.fill();
    context.shadowColor = "transparent";
    outline();
    context.clip();
    context.imageSmoothingQuality = "high";
    context.drawImage(image, edge, edge, width, height);
    this.#documents.set(name, canvas);
    return canvas;
  }

  /** A table of dark wood: long grain, less light to the corners. */
  #paintTable(): HTMLCanvasElement {
    const { width, height } = this.#context.canvas;
    const canvas = this.#canvas(width, height);
    const context = contextOf(canvas);
    context.fillStyle = "rgb(92, 68, 50)";
    context.fillRect(0, 0, width, height);
    for (let y = 0; y < height; y += 1 + this.#below(4)) {
      context.fillStyle = `rgb(${this.#below(2) === 0 ? "0 0 0" : "255 220 180"} / ${this.#below(7)}%)`;
      const from = this.#below(width) - width / 2;
      context.fillRect(from, y, width * 0.3 + this.#below(width), 1 + this.#below(3));
    }
    const light = context.createRadialGradient(width / 2, height / 2, height / 3, width / 2, height / 2, width * 0.7);
    light.addColorStop(0, "rgb(0 0 0 / 0%)");
    light.addColorStop(1, "rgb(0 0 0 / 30%)");
    context.fillStyle = light;
    context.fillRect(0, 0, width, height);
    return canvas;
  }

  #paintGrain(): HTMLCanvasElement {
    const { side, opacity } = GRAIN;
    const canvas = this.#canvas(side, side);
    const image = new ImageData(side, side);
    for (let at = 0; at < image.data.length; at += 4) {
      image.data.fill(this.#below(2) * 255, at, at + 3);
      image.data[at + 3] = this.#below(Math.round(opacity * 255));
    }
    contextOf(canvas).putImageData(image, 0, 0);
    return canvas;
  }

  #canvas(width: number, height: number): HTMLCanvasElement {
    return Object.assign(this.#context.canvas.ownerDocument.createElement("canvas"), { width, height });
  }

  /** A whole number from 0, below `limit`. */
  #below(limit: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * limit);
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new DOMException("the browser draws on no canvas", "NotReadableError");
  return context;
}

/** Between two values; `share` is limited to 0–1, and begins and ends slowly. */
function mix(from: number, to: number, share: number): number {
  const limited = Math.min(1, Math.max(0, share));
  return from + (to - from) * limited * limited * (3 - 2 * limited);
}
