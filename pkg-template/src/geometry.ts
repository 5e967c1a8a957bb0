// Points and rectangles. The unit is the owner's: shares of the frame (0–1) in a `View`, pixels of the image in the
// results of tools.

/** A point. In a {@link View}: shares of the frame, 0–1. In results of tools: pixels of the image. */
export interface Point {
  /** From the left edge. */
  x: number;
  /** From the top edge. */
  y: number;
}

/** Four corners, clockwise. */
export type Quad = [Point, Point, Point, Point];

/** An axis-aligned rectangle. In a {@link View}: shares of the frame, 0–1. In results of tools: pixels of the image. */
export interface Rect {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  width: number;
  height: number;
}
