//! Points, rectangles, quadrilaterals and the homographies between them. Pixel coordinates; y grows downward.

use serde::{Deserialize, Serialize};

/// A point in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Point {
    /// Pixels from the left.
    pub x: f32,
    /// Pixels from the top.
    pub y: f32,
}

impl Point {
    /// Creates a point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Returns the Euclidean distance in pixels.
    pub fn distance(self, other: Self) -> f32 {
        ((self.x - other.x).powi(2) + (self.y - other.y).powi(2)).sqrt()
    }

    /// Interpolates linearly to `other`: `t` = 0 is this point, 1 the other.
    pub fn lerp(self, other: Self, t: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }
}

/// An axis-aligned rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width, not negative.
    pub width: f32,
    /// Height, not negative.
    pub height: f32,
}

impl Rect {
    /// Returns the area in square pixels.
    pub fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Returns the centre.
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Returns whether a point lies inside, or on the top or left edge.
    pub fn contains(&self, p: Point) -> bool {
        (self.x..self.x + self.width).contains(&p.x) && (self.y..self.y + self.height).contains(&p.y)
    }

    /// Returns the intersection over union, 0–1.
    pub fn iou(&self, other: &Self) -> f32 {
        let w = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let h = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        if w <= 0.0 || h <= 0.0 {
            return 0.0;
        }
        let shared = w * h;
        shared / (self.area() + other.area() - shared)
    }
}

/// A quadrilateral: corners in the order top left, top right, bottom right, bottom left of the enclosed object.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Quad(pub [Point; 4]);

impl Quad {
    /// Creates the quadrilateral of a rectangle.
    pub fn from_rect(r: Rect) -> Self {
        Self([
            Point::new(r.x, r.y),
            Point::new(r.x + r.width, r.y),
            Point::new(r.x + r.width, r.y + r.height),
            Point::new(r.x, r.y + r.height),
        ])
    }

    /// Returns the area in square pixels (shoelace formula), not negative.
    pub fn area(&self) -> f32 {
        let p = &self.0;
        (0..4).map(|i| p[i].x * p[(i + 1) % 4].y - p[(i + 1) % 4].x * p[i].y).sum::<f32>().abs() / 2.0
    }

    /// Returns the bounding box.
    pub fn bounds(&self) -> Rect {
        let (mut x0, mut y0, mut x1, mut y1) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
        for p in &self.0 {
            (x0, y0, x1, y1) = (x0.min(p.x), y0.min(p.y), x1.max(p.x), y1.max(p.y));
        }
        Rect { x: x0, y: y0, width: x1 - x0, height: y1 - y0 }
    }
}

/// A projective transformation of the plane: a 3×3 matrix in row-major order, normalised to `h[8]` = 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography([f64; 9]);

impl Homography {
    /// Computes the homography that maps each corner of `from` to the corner of `to` with the same index, or returns
    /// `None` if three corners of a quadrilateral are collinear.
    pub fn between(from: &Quad, to: &Quad) -> Option<Self> {
        let mut m = [[0.0f64; 9]; 8];
        for i in 0..4 {
            let (x, y) = (f64::from(from.0[i].x), f64::from(from.0[i].y));
            let (u, v) = (f64::from(to.0[i].x), f64::from(to.0[i].y));
            m[2 * i] = [x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, u];
            m[2 * i + 1] = [0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, v];
        }
        for col in 0..8 {
            let pivot = (col..8).max_by(|&a, &b| m[a][col].abs().total_cmp(&m[b][col].abs()))?;
            if m[pivot][col].abs() < 1e-9 {
                return None;
            }
            m.swap(col, pivot);
            for row in 0..8 {
                if row != col {
                    let pivot_row = m[col];
                    let factor = m[row][col] / pivot_row[col];
                    for (v, p) in m[row].iter_mut().zip(pivot_row) {
                        *v -= factor * p;
                    }
                }
            }
        }
        let mut h = [1.0; 9];
        for i in 0..8 {
            h[i] = m[i][8] / m[i][i];
        }
        Some(Self(h))
    }

    /// Maps a point.
    pub fn apply(&self, p: Point) -> Point {
        let h = &self.0;
        let (x, y) = (f64::from(p.x), f64::from(p.y));
        let w = h[6] * x + h[7] * y + h[8];
        Point::new(((h[0] * x + h[1] * y + h[2]) / w) as f32, ((h[3] * x + h[4] * y + h[5]) / w) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homography_maps_corners_to_corners() {
        let from = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: 100.0, height: 60.0 });
        let to = Quad([Point::new(10.0, 12.0), Point::new(88.0, 3.0), Point::new(95.0, 70.0), Point::new(2.0, 60.0)]);
        let h = Homography::between(&from, &to).unwrap();
        for i in 0..4 {
            assert!(h.apply(from.0[i]).distance(to.0[i]) < 1e-3);
        }
        let line = Quad([Point::new(0.0, 0.0), Point::new(1.0, 1.0), Point::new(2.0, 2.0), Point::new(3.0, 3.0)]);
        assert_eq!(Homography::between(&line, &to), None);
    }

    #[test]
    fn computes_areas_and_overlap() {
        let a = Rect { x: 0.0, y: 0.0, width: 10.0, height: 10.0 };
        let b = Rect { x: 5.0, y: 0.0, width: 10.0, height: 10.0 };
        assert!((a.iou(&b) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(Quad::from_rect(a).area(), 100.0);
        assert_eq!(Quad::from_rect(b).bounds(), b);
    }
}
