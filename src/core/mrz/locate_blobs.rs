//! Detects text-like blobs: dark, thin and close together, in any direction.
//!
//! The black-hat transform keeps dark strokes and removes everything wider, including shadows and document edges.
//! Dilating its mask by a few pixels joins the glyphs of an MRZ line but not two lines (OCR-B size 1, Doc 9303-3
//! section 4.2: gaps between glyphs are about half a cap height, gaps between lines one and a half), so that each line
//! becomes one long blob at the pyramid level of its size.

use crate::frame::LumaImage;
use crate::geometry::Point;

/// Side of the square structuring element of the black-hat closing, px of the level.
const STROKE_SIDE: usize = 7;

/// Radius of the dilation that joins glyphs, px of the level.
pub(super) const JOIN_RADIUS: usize = 2;

/// Minimum black-hat value of a stroke, luma levels. Sensor noise of a dim camera frame, downsampled by two, is below
/// (measured on the negatives of the shared set).
const MIN_STROKE: f32 = 8.0;

/// Side of the cells with a threshold of their own, px of the level.
const CELL: usize = 32;
/// Bins of the stroke histogram, and luma levels per bin.
const BINS: usize = 64;
const BIN: usize = 4;
/// Maximum ratio of the 99th percentile of noise to its median (measured: 2.4 to 2.8).
const NOISE_RATIO: f32 = 3.0;

/// Side of the tiles, px of the level: about ten characters.
const TILE: usize = 96;

/// Minimum area of a blob, mask pixels.
const MIN_AREA: u32 = 12;

/// Sums over the pixels of a blob, from which its moments follow; additive when blobs are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Blob {
    area: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

/// Rectangle with the moments of a blob, px of its level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct MomentsBox {
    /// Centroid.
    pub centre: Point,
    /// Unit vector along the longer side.
    pub direction: Point,
    /// Length along the direction.
    pub length: f32,
    /// Length across it.
    pub thickness: f32,
    /// Share of the rectangle that the blob fills, about 0–1.
    pub fill: f32,
}

impl Blob {
    /// Adds two blobs.
    pub(super) fn join(&self, other: &Self) -> Self {
        Self {
            area: self.area + other.area,
            x: self.x + other.x,
            y: self.y + other.y,
            xx: self.xx + other.xx,
            xy: self.xy + other.xy,
            yy: self.yy + other.yy,
        }
    }

    /// Returns the rectangle with the same second moments.
    pub(super) fn moments_box(&self) -> MomentsBox {
        let (cx, cy) = (self.x / self.area, self.y / self.area);
        let xx = self.xx / self.area - cx * cx;
        let xy = self.xy / self.area - cx * cy;
        let yy = self.yy / self.area - cy * cy;
        let half_trace = (xx + yy) / 2.0;
        let root = (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        // The variance of a uniform distribution is a twelfth of its squared width.
        let length = (12.0 * (half_trace + root)).max(1.0).sqrt();
        let thickness = (12.0 * (half_trace - root)).max(1.0).sqrt();
        MomentsBox {
            centre: Point::new(cx as f32, cy as f32),
            direction: Point::new(angle.cos() as f32, angle.sin() as f32),
            length: length as f32,
            thickness: thickness as f32,
            fill: (self.area / (length * thickness)) as f32,
        }
    }

    fn add_run(&mut self, y: usize, start: usize, end: usize) {
        let n = (end - start) as f64;
        let (first, last, y) = (start as f64, (end - 1) as f64, y as f64);
        let sum_x = n * (first + last) / 2.0;
        // Sum of squares of consecutive integers: from their mean and n (n² − 1) / 12.
        let sum_xx = sum_x * sum_x / n + n * (n * n - 1.0) / 12.0;
        self.area += n;
        self.x += sum_x;
        self.y += n * y;
        self.xx += sum_xx;
        self.xy += sum_x * y;
        self.yy += n * y * y;
    }
}

/// Returns the blobs of a level: whole, and cut into tiles if larger than one. If a line touches something else (a
/// rule, a drawing, the next line), some of its tiles are still elongated.
pub(super) fn blobs(level: &LumaImage) -> Vec<Blob> {
    let mask = widened(&mask(&black_hat(level)));
    let mut blobs = components(&mask, usize::MAX);
    blobs.extend(components(&mask, TILE));
    blobs
}

/// Computes the black-hat transform (closing minus image): how much darker a pixel is than its surroundings, for
/// structures narrower than [`STROKE_SIDE`].
fn black_hat(image: &LumaImage) -> LumaImage {
    let mut closed = extreme::<STROKE_SIDE>(&extreme::<STROKE_SIDE>(image, u8::max), u8::min);
    for (closed, &value) in closed.data.iter_mut().zip(&image.data) {
        *closed = closed.saturating_sub(value);
    }
    closed
}

/// Thresholds strokes per cell: 255 for ink, else 0. Around a cell most pixels are background with noise and fine
/// lines, and ink is in the top percentile; if that is hardly above the background, there is no ink.
fn mask(strokes: &LumaImage) -> LumaImage {
    let (width, height) = (strokes.width, strokes.height);
    let (columns, rows) = (width.div_ceil(CELL), height.div_ceil(CELL));
    let mut counts = vec![[0u16; BINS]; columns * rows];
    // A quarter of the pixels is a sufficient sample.
    for (y, row) in strokes.data.chunks_exact(width).enumerate().step_by(2) {
        for (counts, cell) in counts[y / CELL * columns..].iter_mut().zip(row.chunks(CELL)) {
            for &value in cell.iter().step_by(2) {
                counts[usize::from(value) / BIN] += 1;
            }
        }
    }
    let mut out = LumaImage::filled(width, height, 0);
    for cy in 0..rows {
        for cx in 0..columns {
            let mut around = [0u32; BINS];
            for y in cy.saturating_sub(1)..(cy + 2).min(rows) {
                for x in cx.saturating_sub(1)..(cx + 2).min(columns) {
                    around.iter_mut().zip(counts[y * columns + x]).for_each(|(sum, n)| *sum += u32::from(n));
                }
            }
            let Some(limit) = limit(&around) else { continue };
            let (x0, x1) = (cx * CELL, ((cx + 1) * CELL).min(width));
            for y in cy * CELL..((cy + 1) * CELL).min(height) {
                let places = y * width + x0..y * width + x1;
                for (out, &stroke) in out.data[places.clone()].iter_mut().zip(&strokes.data[places]) {
                    *out = if stroke > limit { 255 } else { 0 };
                }
            }
        }
    }
    out
}

/// Quantiles of stroke strengths around a cell that stand for the background and the ink.
const BACKGROUND_QUANTILE: f32 = 0.5;
const INK_QUANTILE: f32 = 0.99;
/// Place of the threshold between background and ink.
const INK_SHARE: f32 = 0.4;
/// Maximum threshold: this multiple of the background, plus this many levels, so that faint print beside bold counts.
const MAX_THRESHOLD_RATIO: f32 = 3.0;
const MAX_THRESHOLD_OFFSET: f32 = 12.0;

/// Returns the ink threshold of a histogram of stroke strengths; `None` if there is no ink.
fn limit(counts: &[u32; BINS]) -> Option<u8> {
    let total: u32 = counts.iter().sum();
    let quantile = |share: f32| {
        let (wanted, mut sum) = ((total as f32 * share) as u32, 0);
        let bin = counts.iter().position(|&n| {
            sum += n;
            sum > wanted
        });
        (bin.unwrap_or(BINS - 1) * BIN + BIN / 2) as f32
    };
    let (background, ink) = (quantile(BACKGROUND_QUANTILE), quantile(INK_QUANTILE));
    if ink < (NOISE_RATIO * background).max(MIN_STROKE) {
        return None;
    }
    let threshold = background + INK_SHARE * (ink - background);
    Some(threshold.min(MAX_THRESHOLD_RATIO * background + MAX_THRESHOLD_OFFSET).clamp(MIN_STROKE, 254.0) as u8)
}

/// Dilates a mask by [`JOIN_RADIUS`].
fn widened(mask: &LumaImage) -> LumaImage {
    extreme::<{ 2 * JOIN_RADIUS + 1 }>(mask, u8::max)
}

/// Computes the maximum or minimum in the square of `SIDE` px (odd, 5 or 7) around each pixel, by rows and then by
/// columns, ignoring pixels outside the image. Windows of two and four values are shared between neighbours.
fn extreme<const SIDE: usize>(image: &LumaImage, pick: impl Fn(u8, u8) -> u8 + Copy) -> LumaImage {
    let (width, height) = (image.width, image.height);
    let radius = SIDE / 2;
    // Replicated borders do not change an extremum.
    let mut padded = vec![0u8; width + 2 * radius];
    let mut twos = vec![0u8; width + 2 * radius];
    let mut rows = LumaImage::filled(width, height, 0);
    for (source, target) in image.data.chunks_exact(width).zip(rows.data.chunks_exact_mut(width)) {
        padded[radius..radius + width].copy_from_slice(source);
        padded[..radius].fill(source[0]);
        padded[radius + width..].fill(source[width - 1]);
        pairs(&padded, 1, &mut twos, pick);
        pairs(&twos, 2, &mut padded, pick);
        // Overlapping windows of four cover `SIDE`.
        for ((t, &a), &b) in target.iter_mut().zip(&padded).zip(&padded[SIDE - 4..]) {
            *t = pick(a, b);
        }
    }
    // Likewise by columns, a row at a time.
    let mut out = LumaImage::filled(width, height, 0);
    let clamped = |y: isize| y.clamp(0, height as isize - 1) as usize * width;
    let mut fours: Vec<Vec<u8>> = vec![vec![0u8; width]; SIDE - 3];
    let four = |y: isize, to: &mut [u8]| {
        let [a, b, c, d] = std::array::from_fn(|i| &rows.data[clamped(y + i as isize)..][..width]);
        for ((((t, &a), &b), &c), &d) in to.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            *t = pick(pick(a, b), pick(c, d));
        }
    };
    let count = fours.len() as isize;
    for i in 0..count - 1 {
        four(i - radius as isize, &mut fours[i as usize]);
    }
    for y in 0..height as isize {
        // The window of four that starts at row r is at index (r + radius) mod count.
        let newest = y + count - 1;
        four(newest - radius as isize, &mut fours[(newest % count) as usize]);
        let (first, last) = (&fours[(y % count) as usize], &fours[(newest % count) as usize]);
        let target = &mut out.data[y as usize * width..][..width];
        for ((t, &a), &b) in target.iter_mut().zip(first).zip(last) {
            *t = pick(a, b);
        }
    }
    out
}

/// Combines each value with the one `shift` later; the last ones keep their old content.
fn pairs(from: &[u8], shift: usize, to: &mut [u8], pick: impl Fn(u8, u8) -> u8) {
    for ((t, &a), &b) in to.iter_mut().zip(from).zip(&from[shift.min(from.len())..]) {
        *t = pick(a, b);
    }
}

/// Connected components of non-zero pixels (8-neighbourhood), by runs and union-find; they do not cross tile borders.
fn components(mask: &LumaImage, tile: usize) -> Vec<Blob> {
    let mut parents: Vec<u32> = Vec::new();
    let mut sums: Vec<Blob> = Vec::new();
    let mut above: Vec<(usize, usize, u32)> = Vec::new();
    let mut here: Vec<(usize, usize, u32)> = Vec::new();
    for y in 0..mask.height {
        here.clear();
        if y % tile == 0 {
            above.clear();
        }
        let row = &mask.data[y * mask.width..(y + 1) * mask.width];
        let mut first_above = 0;
        let mut x = 0;
        while let Some(gap) = first_set(&row[x..]) {
            let start = x + gap;
            let end = (start / tile).saturating_add(1).saturating_mul(tile).min(row.len());
            x = start + row[start..end].iter().position(|&v| v == 0).unwrap_or(end - start);
            let mut label = None;
            while first_above < above.len() && above[first_above].1 < start {
                first_above += 1;
            }
            let touches = |run: &(usize, usize, u32)| run.0 / tile == start / tile && run.1 > start / tile * tile;
            for &(_, _, other) in above[first_above..].iter().take_while(|run| run.0 <= x).filter(|run| touches(run)) {
                let other = root(&mut parents, other);
                label = Some(match label {
                    None => other,
                    Some(label) if label == other => label,
                    Some(label) => {
                        let (low, high) = (other.min(label), other.max(label));
                        parents[high as usize] = low;
                        sums[low as usize] = sums[low as usize].join(&sums[high as usize]);
                        low
                    }
                });
            }
            let label = label.unwrap_or_else(|| {
                parents.push(parents.len() as u32);
                sums.push(Blob::default());
                (parents.len() - 1) as u32
            });
            sums[label as usize].add_run(y, start, x);
            here.push((start, x, label));
        }
        std::mem::swap(&mut above, &mut here);
    }
    (0..parents.len())
        .filter(|&i| parents[i] as usize == i && sums[i].area >= f64::from(MIN_AREA))
        .map(|i| sums[i])
        .collect()
}

/// Returns the index of the first non-zero value, eight at a time.
fn first_set(values: &[u8]) -> Option<usize> {
    let chunks = values.chunks_exact(8);
    let rest = values.len() - chunks.remainder().len();
    for (i, chunk) in chunks.enumerate() {
        if chunk != [0; 8] {
            return chunk.iter().position(|&v| v != 0).map(|at| 8 * i + at);
        }
    }
    values[rest..].iter().position(|&v| v != 0).map(|at| rest + at)
}

fn root(parents: &mut [u32], mut label: u32) -> u32 {
    while parents[label as usize] != label {
        let up = parents[parents[label as usize] as usize];
        parents[label as usize] = up;
        label = up;
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: usize, height: usize, ink: impl Fn(usize, usize) -> bool) -> LumaImage {
        let mut image = LumaImage::filled(width, height, 200);
        for y in 0..height {
            for x in 0..width {
                if ink(x, y) {
                    image.data[y * width + x] = 40;
                }
            }
        }
        image
    }

    #[test]
    fn black_hat_keeps_strokes_and_removes_edges() {
        let image = drawn(60, 40, |x, y| x >= 40 || (x == 10 && y > 5));
        let strokes = black_hat(&image);
        assert_eq!(strokes.get(10, 20), 160);
        assert_eq!(strokes.get(50, 20), 0);
        assert_eq!(strokes.get(20, 20), 0);
    }

    #[test]
    fn joins_glyphs_of_one_row_into_one_box() {
        // Two rows of strokes, 6 px high, 4 px apart; rows 16 px apart.
        let image = drawn(200, 80, |x, y| {
            (20..180).contains(&x) && x % 4 == 0 && ((30..36).contains(&y) || (46..52).contains(&y))
        });
        let boxes: Vec<MomentsBox> = blobs(&image).iter().map(Blob::moments_box).collect();
        // The tiles and the whole of each row.
        assert_eq!(boxes.len(), 6);
        let boxes: Vec<MomentsBox> = boxes.into_iter().filter(|moments_box| moments_box.length > 120.0).collect();
        assert_eq!(boxes.len(), 2);
        for (moments_box, y) in boxes.iter().zip([32.5, 48.5]) {
            assert!((moments_box.centre.y - y).abs() < 0.6, "{moments_box:?}");
            assert!(moments_box.direction.x.abs() > 0.99 && moments_box.fill > 0.9, "{moments_box:?}");
            assert!(
                (moments_box.length - 161.0).abs() < 8.0 && (moments_box.thickness - 10.0).abs() < 1.5,
                "{moments_box:?}"
            );
        }
    }

    #[test]
    fn extrema_equal_their_definition() {
        let image = drawn(23, 11, |x, y| (x * 7 + y * 5) % 13 == 0);
        fn naive(image: &LumaImage, radius: usize, x: usize, y: usize) -> u8 {
            let rows = y.saturating_sub(radius)..(y + radius + 1).min(image.height);
            rows.flat_map(|y| {
                &image.data[y * image.width..][x.saturating_sub(radius)..(x + radius + 1).min(image.width)]
            })
            .copied()
            .min()
            .unwrap()
        }
        let (seven, five) = (extreme::<7>(&image, u8::min), extreme::<5>(&image, u8::min));
        for y in 0..11 {
            for x in 0..23 {
                assert_eq!(seven.get(x, y), naive(&image, 3, x, y), "{x}, {y}");
                assert_eq!(five.get(x, y), naive(&image, 2, x, y), "{x}, {y}");
            }
        }
    }

    #[test]
    fn joins_a_u_shape_into_one_component() {
        let mask = drawn(30, 30, |x, y| !(x == 5 || x == 20 || y == 25) || !(5..=20).contains(&x) || y > 25);
        let mask = LumaImage { data: mask.data.iter().map(|&v| u8::from(v == 200) * 255).collect(), ..mask };
        assert_eq!(components(&mask, usize::MAX).len(), 1);
        // Cut in two by the tile border at 16.
        assert_eq!(components(&mask, 16).len(), 4);
    }
}
