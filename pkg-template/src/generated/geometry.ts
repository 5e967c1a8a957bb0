// Generated from the Rust types by `cargo xtask types`.
// Points and rectangles, in pixels.

/** A point in pixels. */
export interface Point {
  /** Pixels from the left. */
  x: number;
  /** Pixels from the top. */
  y: number;
}

/** A quadrilateral: corners in the order top left, top right, bottom right, bottom left of the enclosed object. */
export type Quad = [Point, Point, Point, Point];

/** An axis-aligned rectangle in pixels. */
export interface Rect {
  /** Left edge. */
  x: number;
  /** Top edge. */
  y: number;
  /** Width, not negative. */
  width: number;
  /** Height, not negative. */
  height: number;
}
