// Draws over the video: the guide, the document, the lines of the MRZ, the face, and the progress of the capture.
// Nothing flashes.

import type { ActiveStep } from "../codes.js";
import type { Point } from "../generated/geometry.js";
import type { Guide, Overlay } from "../types.js";

const SEEN = "#6ee7d2";
const GLARE = "#fbbf24";
const GUIDE = "rgba(255, 255, 255, 0.92)";
const SCRIM = "rgba(6, 12, 14, 0.56)";

/** The progress ring, CSS pixels. */
const RING_RADIUS = 34;
const RING_WIDTH = 8;

export interface Drawing {
  guide: Guide | null;
  overlay: Overlay | null;
  /** The requested movement. */
  step: ActiveStep | null;
  /** The colour around the oval, `#rrggbb`. */
  flash: string | null;
  mirrored: boolean;
  /** The person prefers reduced motion. */
  calm: boolean;
}

/** Returns the filled share of the ring; with reduced motion it grows by quarters. */
export function ringShare(progress: number | undefined, calm: boolean): number {
  const share = Math.max(0, Math.min(1, progress ?? 0));
  return calm ? Math.ceil(share * 4) / 4 : share;
}

export function draw(canvas: HTMLCanvasElement, { guide, overlay, step, flash, mirrored, calm }: Drawing): void {
  const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width === 0 || height === 0) return;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const c = canvas.getContext("2d");
  if (c === null) return;
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, width, height);
  c.lineJoin = c.lineCap = "round";
  const at = ({ x, y }: Point): [number, number] => [(mirrored ? 1 - x : x) * width, y * height];
  const boxOf = (of: Guide): Box => ({
    x: (mirrored ? 1 - of.x - of.width : of.x) * width,
    y: of.y * height,
    width: of.width * width,
    height: of.height * height,
  });

  if (guide) {
    const box = boxOf(guide);
    const outline = () => (guide.shape === "oval" ? oval(box) : card(box));
    const scrim = new Path2D();
    scrim.rect(0, 0, width, height);
    scrim.addPath(outline());
    c.fillStyle = flash ?? SCRIM;
    c.fill(scrim, "evenodd");

    const seen = Boolean(overlay?.quad || overlay?.face);
    c.strokeStyle = seen ? SEEN : GUIDE;
    c.lineWidth = 3;
    if (guide.shape === "oval") c.stroke(outline());
    else c.stroke(corners(box));
  }
  if (overlay?.quad) {
    c.lineWidth = 2;
    c.strokeStyle = SEEN;
    c.fillStyle = "rgba(110, 231, 210, 0.10)";
    const quad = polygon(overlay.quad.map(at));
    c.fill(quad);
    c.stroke(quad);
  }
  for (const line of overlay?.mrz ?? []) {
    c.fillStyle = "rgba(110, 231, 210, 0.28)";
    c.fill(polygon(line.map(at)));
  }
  if (overlay?.face && guide?.shape !== "oval") {
    const { x, y, width: w, height: h } = overlay.face;
    const [left, top] = at({ x: mirrored ? x + w : x, y });
    c.lineWidth = 2;
    c.strokeStyle = SEEN;
    const face = new Path2D();
    face.roundRect(left, top, w * width, h * height, 8);
    c.stroke(face);
  }
  const progress = ringShare(overlay?.captureProgress, calm);
  if (overlay?.face && guide?.shape === "oval" && progress === 0) {
    // A dashed oval follows the face until it is in the guide.
    const { x, y, width: w, height: h } = overlay.face;
    const [left, top] = at({ x: mirrored ? x + w : x, y });
    c.lineWidth = 2;
    c.strokeStyle = "rgba(110, 231, 210, 0.75)";
    c.setLineDash([4, 8]);
    c.stroke(oval({ x: left, y: top - h * height * 0.18, width: w * width, height: h * height * 1.3 }));
    c.setLineDash([]);
  }
  if (overlay?.glare) {
    // The reflection, so that the person tilts it away.
    const { x, y, width: w, height: h } = overlay.glare;
    const [left, top] = at({ x: mirrored ? x + w : x, y });
    c.lineWidth = 3;
    c.strokeStyle = GLARE;
    c.setLineDash([6, 8]);
    c.stroke(oval({ x: left - 6, y: top - 6, width: w * width + 12, height: h * height + 12 }));
    c.setLineDash([]);
  }
  if (progress > 0 && guide) ring(c, boxOf(guide), guide.shape === "oval", progress);
  if (step && guide) arrow(c, boxOf(guide), step, mirrored);
}

/** Draws the direction of a movement at the oval's edge. The person's left is left in a mirrored preview. */
function arrow(c: CanvasRenderingContext2D, box: Box, step: ActiveStep, mirrored: boolean): void {
  const side = mirrored ? 1 : -1;
  const directions: Partial<Record<ActiveStep, readonly [number, number]>> = {
    turn_left: [-side, 0],
    turn_right: [side, 0],
    look_up: [0, -1],
    look_down: [0, 1],
  };
  const direction = directions[step];
  if (direction === undefined) return;
  const [dx, dy] = direction;
  const x = box.x + ((1 + dx) * box.width) / 2;
  const y = box.y + ((1 + dy) * box.height) / 2;
  const disc = Math.max(22, Math.min(box.width, box.height) * 0.1);
  c.fillStyle = "#fff";
  c.fill(oval({ x: x - disc, y: y - disc, width: 2 * disc, height: 2 * disc }));
  const arm = disc * 0.42;
  const path = new Path2D();
  path.moveTo(x - (dx * arm) / 2 - dy * arm, y - (dy * arm) / 2 - dx * arm);
  path.lineTo(x + (dx * arm) / 2, y + (dy * arm) / 2);
  path.lineTo(x - (dx * arm) / 2 + dy * arm, y - (dy * arm) / 2 + dx * arm);
  c.lineWidth = disc * 0.2;
  c.strokeStyle = "#0a1113";
  c.stroke(path);
}

/** Draws the progress ring: around a face, or in the centre of a document. */
function ring(c: CanvasRenderingContext2D, guide: Box, around: boolean, progress: number): void {
  const box = around ? guide : middleOf(guide, Math.min(RING_RADIUS, guide.width / 4, guide.height / 4));
  if (!around) {
    c.fillStyle = SCRIM;
    c.fill(oval(middleOf(guide, box.width / 2 + RING_WIDTH)));
  }
  const path = oval(box);
  const length = ellipseLength(box);
  c.lineWidth = RING_WIDTH;
  c.strokeStyle = "rgba(255, 255, 255, 0.35)";
  c.stroke(path);
  c.strokeStyle = SEEN;
  c.setLineDash([length * progress, length]);
  c.stroke(path);
  c.setLineDash([]);
}

function middleOf({ x, y, width, height }: Box, radius: number): Box {
  return { x: x + width / 2 - radius, y: y + height / 2 - radius, width: 2 * radius, height: 2 * radius };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Corner radius of an ID-1 card: 3.18 mm of 85.6 mm (ISO/IEC 7810). */
function radius(box: Box): number {
  return Math.max(8, box.width * 0.037);
}

function card(box: Box): Path2D {
  const path = new Path2D();
  path.roundRect(box.x, box.y, box.width, box.height, radius(box));
  return path;
}

function corners(box: Box): Path2D {
  const path = new Path2D();
  const r = radius(box);
  const arm = Math.min(box.width, box.height) * 0.14 + r;
  for (const [sx, sy] of [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ] as const) {
    const x = box.x + sx * box.width;
    const y = box.y + sy * box.height;
    const dx = sx ? -1 : 1;
    const dy = sy ? -1 : 1;
    path.moveTo(x, y + dy * arm);
    path.arcTo(x, y, x + dx * arm, y, r);
    path.lineTo(x + dx * arm, y);
  }
  return path;
}

function oval(box: Box): Path2D {
  const path = new Path2D();
  // Clockwise from the top, where the ring starts.
  path.ellipse(
    box.x + box.width / 2,
    box.y + box.height / 2,
    box.width / 2,
    box.height / 2,
    0,
    -Math.PI / 2,
    1.5 * Math.PI,
  );
  return path;
}

/** Ramanujan's second approximation. */
function ellipseLength({ width, height }: Box): number {
  const a = width / 2;
  const b = height / 2;
  const q = ((a - b) / (a + b)) ** 2;
  return Math.PI * (a + b) * (1 + (3 * q) / (10 + Math.sqrt(4 - 3 * q)));
}

function polygon(points: [number, number][]): Path2D {
  const path = new Path2D();
  for (const [x, y] of points) path.lineTo(x, y);
  path.closePath();
  return path;
}
