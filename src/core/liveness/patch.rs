//! A face cut out upright at a fixed size, so that what is measured on it does not depend on the camera.

use crate::face::Face;
use crate::frame::{Frame, LumaImage, PixelFormat};
use crate::geometry::Point;

/// Pixels along a side of the cut-out face.
pub(super) const SIDE: usize = 192;

/// Upright axes of a face: where its middle is, and what a unit along and across its eyes is in the frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct FaceAxes {
    origin: Point,
    cos: f32,
    sin: f32,
}

impl FaceAxes {
    /// The axes of a face around a point of it.
    pub(super) fn new(face: &Face, origin: Point) -> Self {
        let (right, left) = (face.keypoints[0], face.keypoints[1]);
        let length = right.distance(left).max(1e-3);
        Self { origin, cos: (left.x - right.x) / length, sin: (left.y - right.y) / length }
    }

    /// The place in the frame, pixels, of what lies so many pixels along the eyes and below.
    pub(super) fn frame_position(&self, along: f32, below: f32) -> Point {
        Point::new(
            self.origin.x + along * self.cos - below * self.sin,
            self.origin.y + along * self.sin + below * self.cos,
        )
    }

    /// How many pixels along the eyes and below a place of the frame lies.
    pub(super) fn face_position(&self, p: Point) -> (f32, f32) {
        let (x, y) = (p.x - self.origin.x, p.y - self.origin.y);
        (x * self.cos + y * self.sin, y * self.cos - x * self.sin)
    }
}

/// The face's square, [`SIDE`] × [`SIDE`] pixels of luma; what lies outside the frame repeats its border.
pub(super) fn crop(frame: &Frame<'_>, face: &Face) -> LumaImage {
    let side = face.bounds.width.max(face.bounds.height);
    sample(frame, &FaceAxes::new(face, face.bounds.centre()), side, side, SIDE, SIDE)
}

/// A rectangle of `width` × `height` pixels of the frame around the axes' origin, as `columns` × `rows` pixels of luma.
pub(super) fn sample(
    frame: &Frame<'_>,
    axes: &FaceAxes,
    width: f32,
    height: f32,
    columns: usize,
    rows: usize,
) -> LumaImage {
    let (step_x, step_y) = (width / columns as f32, height / rows as f32);
    // Where several pixels of the frame fall into one, four of them are averaged: one alone would show noise as
    // sharpness.
    let fine: &[(f32, f32)] = if step_x.max(step_y) > MAX_SINGLE_STEP {
        &[(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] // the centres of four quarters
    } else {
        &[(0.0, 0.0)]
    };
    let (luma, left, top) = luma_around(frame, axes, width, height);
    let mut out = LumaImage::filled(columns, rows, 0);
    let right = FixedPoint::new(axes.cos * step_x, axes.sin * step_x);
    for (y, row) in out.data.chunks_exact_mut(columns).enumerate() {
        let mut places = [FixedPoint::new(0.0, 0.0); 4];
        for (place, (fx, fy)) in places.iter_mut().zip(fine) {
            let p =
                axes.frame_position((0.5 + fx) * step_x - width / 2.0, (y as f32 + 0.5 + fy) * step_y - height / 2.0);
            // From edges to centres of pixels.
            *place = FixedPoint::new(p.x - 0.5 - left, p.y - 0.5 - top);
        }
        let places = &mut places[..fine.len()];
        for out in row {
            let mut sum = 0;
            for place in places.iter_mut() {
                sum += place.sample(&luma);
                place.x += right.x;
                place.y += right.y;
            }
            let whole = (fine.len() as u32) << 16;
            *out = ((sum + whole / 2) / whole) as u8;
        }
    }
    out
}

/// Frame pixels per sample above which a sample is the mean of four.
const MAX_SINGLE_STEP: f32 = 1.5;

/// One pixel of a [`FixedPoint`].
const FIXED_ONE: f64 = 65536.0;

/// A place in shares of 65,536 of a pixel: whole numbers take less than half the time (measured), and a face has many
/// places.
#[derive(Debug, Clone, Copy)]
struct FixedPoint {
    x: i64,
    y: i64,
}

impl FixedPoint {
    fn new(x: f32, y: f32) -> Self {
        let fixed = |v: f32| (f64::from(v) * FIXED_ONE) as i64;
        Self { x: fixed(x), y: fixed(y) }
    }

    /// 65,536 times the luma between the pixels, in shares of 256 of them; the border's outside.
    #[inline(always)]
    fn sample(self, luma: &LumaImage) -> u32 {
        let within = |v: i64, size: usize| v.clamp(0, (size as i64 - 1) << 16) as usize;
        let (x, y) = (within(self.x, luma.width), within(self.y, luma.height));
        let (x0, y0) = (x >> 16, y >> 16);
        let (x1, y1) = ((x0 + 1).min(luma.width - 1), (y0 + 1).min(luma.height - 1));
        let (fx, fy) = ((x >> 8 & 255) as u32, (y >> 8 & 255) as u32);
        let row = |y: usize| u32::from(luma.get(x0, y)) * (256 - fx) + u32::from(luma.get(x1, y)) * fx;
        row(y0) * (256 - fy) + row(y1) * fy
    }
}

/// The luma of the upright rectangle that holds the leaning one and a pixel more, as much as lies in the frame, and its
/// left and top.
fn luma_around(frame: &Frame<'_>, axes: &FaceAxes, width: f32, height: f32) -> (LumaImage, f32, f32) {
    let reach = |along: f32, below: f32| (along.abs() * width + below.abs() * height) / 2.0 + 2.0;
    let within = |middle: f32, reach: f32, size: usize| {
        // Casts saturate.
        let first = ((middle - reach) as usize).min(size - 1);
        first..((middle + reach) as usize).clamp(first + 1, size)
    };
    let columns = within(axes.origin.x, reach(axes.cos, axes.sin), frame.width());
    let rows = within(axes.origin.y, reach(axes.sin, axes.cos), frame.height());
    let (left, top) = (columns.start as f32, rows.start as f32);
    (frame.luma_within(columns, rows), left, top)
}

/// Luma of a pixel (BT.601 weights), 0–255.
#[inline]
pub fn luma(frame: &Frame<'_>, x: usize, y: usize) -> f32 {
    let at = y * frame.width() + x;
    match frame.format() {
        PixelFormat::Luma => f32::from(frame.data()[at]),
        PixelFormat::Rgba => {
            let p = &frame.data()[4 * at..4 * at + 3];
            (u32::from(p[0]) * 77 + u32::from(p[1]) * 150 + u32::from(p[2]) * 29) as f32 / 256.0
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::geometry::Rect;

    /// A frontal face whose eyes are `inter_eye` pixels apart, leaning by `roll` degrees.
    pub(in crate::liveness) fn face_at(x: f32, y: f32, inter_eye: f32, roll: f32) -> Face {
        let (sin, cos) = roll.to_radians().sin_cos();
        let place = |along: f32, below: f32| {
            let (a, b) = (along * inter_eye, below * inter_eye);
            Point::new(x + a * cos - b * sin, y + a * sin + b * cos)
        };
        let keypoints = [
            place(-0.5, -0.3),
            place(0.5, -0.3),
            place(0.0, 0.25),
            place(0.0, 0.7),
            place(-1.15, 0.0),
            place(1.15, 0.0),
        ];
        let side = 2.5 * inter_eye;
        Face {
            bounds: Rect { x: x - side / 2.0, y: y - side / 2.0, width: side, height: side },
            score: 0.95,
            keypoints,
            yaw: 0.0,
            pitch: 0.0,
            roll,
        }
    }

    #[test]
    fn a_leaning_face_is_cut_out_upright() {
        // Brightness grows along the eyes of a face that leans by 30 degrees.
        let (w, h) = (300u32, 300u32);
        let face = face_at(150.0, 150.0, 60.0, 30.0);
        let axes = FaceAxes::new(&face, Point::new(150.0, 150.0));
        let grey: Vec<u8> = (0..w * h)
            .map(|i| {
                let p = Point::new((i % w) as f32 + 0.5, (i / w) as f32 + 0.5);
                (axes.face_position(p).0 + 128.0).clamp(0.0, 255.0) as u8
            })
            .collect();
        let frame = Frame::luma(&grey, w, h).unwrap();
        let cut = crop(&frame, &face);
        for y in [20, 96, 170] {
            let row = &cut.data[y * SIDE..(y + 1) * SIDE];
            assert!((i32::from(row[96]) - 128).abs() <= 2, "{}", row[96]);
            let rise = i32::from(row[180]) - i32::from(row[12]);
            assert!((rise - 131).abs() <= 4, "{rise}");
        }
        let back = axes.face_position(axes.frame_position(10.0, -4.0));
        assert!((back.0 - 10.0).abs() < 1e-3 && (back.1 + 4.0).abs() < 1e-3);
    }
}
