//! The square crop that the network reads, and the transform back to the frame.

use crate::frame::Frame;
use crate::geometry::{Point, Rect};
use crate::model::Tensor;
use crate::simd::F32x4;

/// Most samples that are averaged for one pixel, along each axis: enough against aliasing at any size of frame.
const MAX_SAMPLES: usize = 4;

/// The same for a rolled crop, where each sample costs more.
const MAX_ROLLED_SAMPLES: usize = 2;

/// A square of the frame with an optional roll.
#[derive(Debug, Clone, Copy)]
pub(super) struct CropTransform {
    x: f32,
    y: f32,
    side: f32,
    /// Cosine and sine of the roll, clockwise; `None` if upright.
    roll: Option<(f32, f32)>,
}

impl CropTransform {
    /// The smallest square around the middle of a rectangle that holds it; `None` for one without a size.
    pub(super) fn around(part: Rect) -> Option<Self> {
        let side = part.width.max(part.height);
        let middle = part.centre();
        let sound = side.is_finite() && side >= 1.0 && middle.x.is_finite() && middle.y.is_finite();
        sound.then_some(Self { x: middle.x - side / 2.0, y: middle.y - side / 2.0, side, roll: None })
    }

    /// The same square, rolled by so many radians clockwise around its middle.
    pub(super) fn rolled(self, radians: f32) -> Self {
        Self { roll: radians.is_finite().then(|| (radians.cos(), radians.sin())), ..self }
    }

    /// Pixels of the frame along a side.
    pub(super) fn side(&self) -> f32 {
        self.side
    }

    /// Maps a point from fractions of the crop to pixels of the frame.
    pub(super) fn to_frame(self, x: f32, y: f32) -> Point {
        let Some((cos, sin)) = self.roll else {
            return Point::new(self.x + x * self.side, self.y + y * self.side);
        };
        let (right, down) = ((x - 0.5) * self.side, (y - 0.5) * self.side);
        let half = self.side / 2.0;
        Point::new(self.x + half + right * cos - down * sin, self.y + half + right * sin + down * cos)
    }

    /// The crop as `size` × `size` red, green and blue, -1 (black) to 1.
    pub(super) fn pixels(&self, frame: &Frame<'_>, size: usize) -> Tensor {
        if self.roll.is_some() {
            return self.rolled_pixels(frame, size);
        }
        let scale = self.side / size as f32;
        let samples = (scale.ceil() as usize).clamp(1, MAX_SAMPLES);
        let columns = sample_taps(self.x, scale, size, samples, frame.width());
        let rows = sample_taps(self.y, scale, size, samples, frame.height());
        // Along the rows first: a row of the frame serves all samples that lie beside it. Two of them are needed at a
        // time.
        let mut across: [(Option<usize>, Vec<F32x4>); 2] = Default::default();
        let mut sums = vec![F32x4::splat(0.0); size];
        let mut out = Tensor::zeros(size, size, 3);
        let unit = 2.0 / 255.0 / (samples * samples) as f32;
        for (out, rows) in out.data.chunks_exact_mut(3 * size).zip(rows.chunks_exact(samples)) {
            sums.fill(F32x4::splat(0.0));
            for row in rows.iter().flatten() {
                for (y, share) in [(row.first, 1.0 - row.share), (row.second, row.share)] {
                    let (of, values) = &mut across[y % 2];
                    if *of != Some(y) {
                        *of = Some(y);
                        values.clear();
                        values.extend(columns.chunks_exact(samples).map(|columns| sum_across(frame, y, columns)));
                    }
                    let share = F32x4::splat(share);
                    sums.iter_mut().zip(&*values).for_each(|(sum, value)| *sum = sum.add_product(*value, share));
                }
            }
            for (out, sum) in out.chunks_exact_mut(3).zip(&sums) {
                put(out, *sum, unit);
            }
        }
        out
    }
}

impl CropTransform {
    fn rolled_pixels(&self, frame: &Frame<'_>, size: usize) -> Tensor {
        let samples = ((self.side / size as f32).ceil() as usize).clamp(1, MAX_ROLLED_SAMPLES);
        let mut out = Tensor::zeros(size, size, 3);
        let unit = 2.0 / 255.0 / (samples * samples) as f32;
        let share = |i: usize, sample: usize| (i as f32 + (sample as f32 + 0.5) / samples as f32) / size as f32;
        for y in 0..size {
            for x in 0..size {
                let mut sum = F32x4::splat(0.0);
                for sy in 0..samples {
                    for sx in 0..samples {
                        let p = self.to_frame(share(x, sx), share(y, sy));
                        if frame.bounds().contains(p) {
                            sum = sum.add_product(frame.sample(p.x - 0.5, p.y - 0.5), F32x4::splat(1.0));
                        }
                    }
                }
                put(&mut out.data[(y * size + x) * 3..][..3], sum, unit);
            }
        }
        out
    }
}

/// A square image of three channels, left to right.
pub(super) fn mirrored(pixels: &Tensor) -> Tensor {
    let mut out = pixels.clone();
    for (row, from) in out.data.chunks_exact_mut(3 * pixels.width).zip(pixels.data.chunks_exact(3 * pixels.width)) {
        for (to, from) in row.chunks_exact_mut(3).zip(from.chunks_exact(3).rev()) {
            to.copy_from_slice(from);
        }
    }
    out
}

/// Two neighbouring rows or columns, and the share of the second.
#[derive(Debug, Clone, Copy)]
struct SampleTap {
    first: usize,
    second: usize,
    share: f32,
}

/// Returns the interpolation taps of a coordinate along one axis; `None` outside the frame.
fn sample_taps(from: f32, scale: f32, size: usize, samples: usize, frame: usize) -> Vec<Option<SampleTap>> {
    (0..size * samples).map(|i| sample_tap(from + (i as f32 + 0.5) * scale / samples as f32, frame)).collect()
}

/// A sample_tap along one axis; `None` outside the frame.
#[inline]
fn sample_tap(at: f32, frame: usize) -> Option<SampleTap> {
    if !(at >= 0.0 && at < frame as f32) {
        return None;
    }
    // From edges to centres of pixels.
    let at = (at - 0.5).clamp(0.0, (frame - 1) as f32);
    let first = at as usize;
    Some(SampleTap { first, second: (first + 1).min(frame - 1), share: at - first as f32 })
}

/// The sum of the colours of a pixel's samples along a row.
#[inline(always)]
fn sum_across(frame: &Frame<'_>, row: usize, columns: &[Option<SampleTap>]) -> F32x4 {
    columns.iter().flatten().fold(F32x4::splat(0.0), |sum, column| {
        let first = sum.add_product(frame.colour(column.first, row), F32x4::splat(1.0 - column.share));
        first.add_product(frame.colour(column.second, row), F32x4::splat(column.share))
    })
}

/// Red, green and blue of a pixel, -1 to 1.
#[inline(always)]
fn put(out: &mut [f32], sum: F32x4, unit: f32) {
    for (out, sum) in out.iter_mut().zip(sum.to_array()) {
        *out = sum * unit - 1.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_colours_and_blackens_the_outside() {
        let rgba: Vec<u8> = [255u8, 0, 51, 255].repeat(40 * 20);
        let frame = Frame::rgba(&rgba, 40, 20).unwrap();
        let crop = CropTransform::around(Rect { x: 0.0, y: 0.0, width: 40.0, height: 20.0 }).unwrap();
        let out = crop.pixels(&frame, 8);
        assert_eq!(out.at(0, 3), [-1.0, -1.0, -1.0]);
        assert_eq!(out.at(7, 3), [-1.0, -1.0, -1.0]);
        for (value, expected) in out.at(4, 0).iter().zip([1.0, -1.0, -0.6]) {
            assert!((value - expected).abs() < 1e-5);
        }
        assert_eq!(crop.to_frame(0.5, 0.5), Point::new(20.0, 10.0));
        assert_eq!(crop.to_frame(0.0, 0.25), Point::new(0.0, 0.0));
    }

    #[test]
    fn a_leaning_view_sees_what_leans_upright() {
        // Brightness grows downwards in a crop that leans by 30 degrees.
        let (sin, cos) = 30f32.to_radians().sin_cos();
        let grey: Vec<u8> = (0..100 * 100)
            .map(|i| {
                let (x, y) = ((i % 100) as f32 - 49.5, (i / 100) as f32 - 49.5);
                (128.0 + 2.0 * (y * cos - x * sin)).clamp(0.0, 255.0) as u8
            })
            .collect();
        let frame = Frame::luma(&grey, 100, 100).unwrap();
        let crop = CropTransform::around(Rect { x: 30.0, y: 30.0, width: 40.0, height: 40.0 })
            .unwrap()
            .rolled(30f32.to_radians());
        let out = crop.pixels(&frame, 8);
        for x in 0..8 {
            assert!((out.at(0, x)[0] - out.at(0, 0)[0]).abs() < 0.03);
            let rise = out.at(7, x)[0] - out.at(0, x)[0];
            assert!((rise - 70.0 * 2.0 / 255.0).abs() < 0.04, "{rise}");
        }
        let p = crop.to_frame(0.5, 1.0);
        assert!((p.x - (50.0 - 20.0 * sin)).abs() < 1e-3 && (p.y - (50.0 + 20.0 * cos)).abs() < 1e-3);
    }

    #[test]
    fn averages_when_it_shrinks() {
        let stripes: Vec<u8> = (0..64 * 64).map(|i| if i % 2 == 0 { 0 } else { 255 }).collect();
        let frame = Frame::luma(&stripes, 64, 64).unwrap();
        let crop = CropTransform::around(Rect { x: 0.0, y: 0.0, width: 64.0, height: 64.0 }).unwrap();
        assert!(crop.pixels(&frame, 16).data.iter().all(|v| v.abs() < 0.3));
    }

    #[test]
    fn refuses_what_has_no_size() {
        for (width, height) in [(0.0, 0.0), (f32::NAN, f32::NAN), (f32::INFINITY, 1.0)] {
            assert!(CropTransform::around(Rect { x: 0.0, y: 0.0, width, height }).is_none());
        }
    }
}
