//! Text-like blobs: what is dark, thin and close together, whatever its direction.
//!
//! The black-hat transform keeps dark strokes and drops everything wider, shades and edges of sheets included. Its mask is
//! closed by a few pixels, enough to join the glyphs of a line of the machine-readable zone and too little to join two lines
//! (in OCR-B size 1, Doc 9303-3 section 4.2, gaps between glyphs are about half a cap height, gaps between lines one and a
//! half), so that each line becomes one long blob at the level of the pyramid where its size fits.

use crate::core::frame::LumaImage;
use crate::core::geometry::Point;

/// Radius of the square of the black-hat closing, in px of the level.
const STROKE_RADIUS: usize = 3;

/// Radius by which the mask is widened before blobs are collected, in px of the level.
pub(super) const JOIN_RADIUS: usize = 2;

/// Black-hat value below which nothing is a stroke, in luma steps. Sensor noise of a dim camera frame, halved in size,
/// stays below (measured on the negatives of the shared set).
const MIN_STROKE: u32 = 8;

/// Radius of the neighbourhood whose mean black-hat value raises the threshold, in px of the level.
const NEIGHBOURHOOD_RADIUS: usize = 24;

/// Blobs of fewer mask pixels are specks.
const MIN_AREA: u32 = 12;

/// Sums over the pixels of a blob, enough for its moments; they add up when blobs are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Blob {
    area: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

/// A blob as a straight bar, in pixels of its level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bar {
    /// Centre of mass.
    pub centre: Point,
    /// Unit vector along the bar.
    pub direction: Point,
    /// Along the direction.
    pub length: f32,
    /// Across it.
    pub thickness: f32,
    /// Share of the bar's rectangle that the blob fills, about 0–1.
    pub fill: f32,
}

impl Blob {
    /// Both together.
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

    /// The rectangle with the same second moments.
    pub(super) fn bar(&self) -> Bar {
        let (cx, cy) = (self.x / self.area, self.y / self.area);
        let xx = self.xx / self.area - cx * cx;
        let xy = self.xy / self.area - cx * cy;
        let yy = self.yy / self.area - cy * cy;
        let half_trace = (xx + yy) / 2.0;
        let root = ((xx - yy) / 2.0).hypot(xy);
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        let length = (12.0 * (half_trace + root)).max(1.0).sqrt();
        let thickness = (12.0 * (half_trace - root)).max(1.0).sqrt();
        Bar {
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
        // Sum of squares of consecutive numbers from their mean and n (n² − 1) / 12.
        let sum_xx = sum_x * sum_x / n + n * (n * n - 1.0) / 12.0;
        self.area += n;
        self.x += sum_x;
        self.y += n * y;
        self.xx += sum_xx;
        self.xy += sum_x * y;
        self.yy += n * y * y;
    }
}

/// Every blob of a level that is not a speck.
pub(super) fn blobs(level: &LumaImage) -> Vec<Blob> {
    let strokes = black_hat(level, STROKE_RADIUS);
    let mean = box_mean(&strokes, NEIGHBOURHOOD_RADIUS);
    let mask: Vec<u8> = strokes
        .data
        .iter()
        .zip(&mean.data)
        .map(|(&stroke, &mean)| u8::from(u32::from(stroke) > MIN_STROKE + u32::from(mean) * 4 / 5) * 255)
        .collect();
    let mask = LumaImage { data: mask, width: level.width, height: level.height };
    components(&extreme(&mask, JOIN_RADIUS, u8::max))
}

/// Closing minus image: how much darker than its surroundings a pixel is, where it belongs to something narrower than the
/// closing's square.
pub(super) fn black_hat(image: &LumaImage, radius: usize) -> LumaImage {
    let mut closed = extreme(&extreme(image, radius, u8::max), radius, u8::min);
    for (closed, &value) in closed.data.iter_mut().zip(&image.data) {
        *closed = closed.saturating_sub(value);
    }
    closed
}

/// The greatest or least value in the square around each pixel, by rows and then by columns.
fn extreme(image: &LumaImage, radius: usize, pick: impl Fn(u8, u8) -> u8 + Copy) -> LumaImage {
    let (width, height) = (image.width, image.height);
    let mut rows = image.clone();
    for y in 0..height {
        let source = &image.data[y * width..(y + 1) * width];
        let target = &mut rows.data[y * width..(y + 1) * width];
        for shift in 1..=radius.min(width - 1) {
            for (target, &value) in target[shift..].iter_mut().zip(source) {
                *target = pick(*target, value);
            }
            for (target, &value) in target.iter_mut().zip(&source[shift..]) {
                *target = pick(*target, value);
            }
        }
    }
    let mut out = rows.clone();
    for y in 0..height {
        let target = &mut out.data[y * width..(y + 1) * width];
        for other in y.saturating_sub(radius)..(y + radius + 1).min(height) {
            for (target, &value) in target.iter_mut().zip(&rows.data[other * width..(other + 1) * width]) {
                *target = pick(*target, value);
            }
        }
    }
    out
}

/// Mean over the square around each pixel, cut at the borders.
pub(super) fn box_mean(image: &LumaImage, radius: usize) -> LumaImage {
    let (width, height) = (image.width, image.height);
    let mut columns = vec![0u32; width];
    let mut out = LumaImage::filled(width, height, 0);
    for y in 0..radius.min(height) {
        add_row(&mut columns, &image.data[y * width..(y + 1) * width]);
    }
    let mut prefix = vec![0u32; width + 1];
    for y in 0..height {
        if y + radius < height {
            add_row(&mut columns, &image.data[(y + radius) * width..(y + radius + 1) * width]);
        }
        if y > radius {
            let gone = y - radius - 1;
            for (sum, &value) in columns.iter_mut().zip(&image.data[gone * width..(gone + 1) * width]) {
                *sum -= u32::from(value);
            }
        }
        for x in 0..width {
            prefix[x + 1] = prefix[x].wrapping_add(columns[x]);
        }
        let rows = (y + radius + 1).min(height) - y.saturating_sub(radius);
        for x in 0..width {
            let (x0, x1) = (x.saturating_sub(radius), (x + radius + 1).min(width));
            out.data[y * width + x] = (prefix[x1].wrapping_sub(prefix[x0]) / (rows * (x1 - x0)) as u32) as u8;
        }
    }
    out
}

fn add_row(columns: &mut [u32], row: &[u8]) {
    for (sum, &value) in columns.iter_mut().zip(row) {
        *sum += u32::from(value);
    }
}

/// Connected sets of non-zero pixels (8 neighbours), by runs of rows and union-find.
fn components(mask: &LumaImage) -> Vec<Blob> {
    let mut parents: Vec<u32> = Vec::new();
    let mut sums: Vec<Blob> = Vec::new();
    let mut above: Vec<(usize, usize, u32)> = Vec::new();
    let mut here: Vec<(usize, usize, u32)> = Vec::new();
    for y in 0..mask.height {
        here.clear();
        let row = &mask.data[y * mask.width..(y + 1) * mask.width];
        let mut first_above = 0;
        let mut x = 0;
        while x < row.len() {
            if row[x] == 0 {
                x += 1;
                continue;
            }
            let start = x;
            while x < row.len() && row[x] != 0 {
                x += 1;
            }
            let mut label = None;
            while first_above < above.len() && above[first_above].1 < start {
                first_above += 1;
            }
            for &(_, _, other) in above[first_above..].iter().take_while(|run| run.0 <= x) {
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
    fn strokes_remain_and_edges_go() {
        let image = drawn(60, 40, |x, y| x >= 40 || (x == 10 && y > 5));
        let strokes = black_hat(&image, STROKE_RADIUS);
        assert_eq!(strokes.get(10, 20), 160);
        assert_eq!(strokes.get(50, 20), 0);
        assert_eq!(strokes.get(20, 20), 0);
    }

    #[test]
    fn glyphs_of_one_row_become_one_bar() {
        // Two rows of strokes, 6 px high, 4 px apart, rows 16 px apart.
        let image = drawn(200, 80, |x, y| {
            (20..180).contains(&x) && x % 4 == 0 && ((30..36).contains(&y) || (46..52).contains(&y))
        });
        let bars: Vec<Bar> = blobs(&image).iter().map(Blob::bar).collect();
        assert_eq!(bars.len(), 2);
        for (bar, y) in bars.iter().zip([32.5, 48.5]) {
            assert!((bar.centre.y - y).abs() < 0.6, "{bar:?}");
            assert!(bar.direction.x.abs() > 0.99 && bar.fill > 0.9, "{bar:?}");
            assert!((bar.length - 161.0).abs() < 8.0 && (bar.thickness - 10.0).abs() < 1.5, "{bar:?}");
        }
    }

    #[test]
    fn box_mean_of_a_plain_image_is_its_value() {
        let image = LumaImage::filled(17, 9, 123);
        assert_eq!(box_mean(&image, 4), image);
    }

    #[test]
    fn a_u_shape_is_one_component() {
        let mask = drawn(30, 30, |x, y| !(x == 5 || x == 20 || y == 25) || !(5..=20).contains(&x) || y > 25);
        let mask = LumaImage { data: mask.data.iter().map(|&v| u8::from(v == 200) * 255).collect(), ..mask };
        assert_eq!(components(&mask).len(), 1);
    }
}
