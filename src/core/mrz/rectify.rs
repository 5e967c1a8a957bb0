//! Rectifies a located line into the normalised line image that the recogniser expects.

use std::ops::Range;

use crate::frame::LumaImage;
use crate::geometry::{Point, Quad};
use crate::numeric::{fit_quadratic, fold_max, sort, sort_by_key};

use super::recognise::{
    COLUMN_STRIDE, LINE_IMAGE_CAP_HEIGHT, LINE_IMAGE_HEIGHT, LINE_IMAGE_PITCH, LINE_IMAGE_X_SCALE, LineDistribution,
    MAX_LINE_IMAGE_WIDTH, ReadChar,
};
use super::text_line::TextLine;

/// Segments of a line whose vertical position is measured separately, to follow slope and curvature.
const PIECES: usize = 9;
/// Half height of the profiles across a line, cap heights.
const PROFILE_REACH: f32 = 1.15;
/// Samples of a profile per cap height, and the smallest step, px of the image.
const PROFILE_SAMPLES: f32 = 16.0;
const MIN_PROFILE_STEP: f32 = 0.25;
/// Samples of a segment along the line per cap height, and the smallest step, px of the image.
const SEGMENT_SAMPLES: f32 = 8.0;
const MIN_SEGMENT_STEP: f32 = 0.5;
/// Change of the cap height in one fit, relative to the previous one.
const CAP_HEIGHT_RATIO: (f32, f32) = (0.6, 1.5);
/// Maximum shift of a segment in one fit, and the residual above which a segment is an outlier, cap heights.
const MAX_OFFSET: f32 = 0.6;
const OUTLIER_OFFSET: f32 = 0.15;
/// Edge of the print in a profile, relative to its upper quintile.
const EDGE_RATIO: f32 = 0.45;
/// Maximum samples per px of the line image, in each direction.
const MAX_SUPERSAMPLING: f32 = 6.0;
/// Minimum characters read, and minimum that fit a pitch, for a refit.
const MIN_REFIT_CHARACTERS: usize = 16;
const MIN_FITTED_CHARACTERS: usize = 12;
/// Share of a new gap in the running mean of the pitch.
const PITCH_GAIN: f32 = 0.15;
/// Plausible pitches at the ends of a refit line, relative to the present one.
const REFIT_PITCH_RATIO: Range<f32> = 0.4..2.5;
/// A line fits already if its pitch changes by less than this along the line, ...
const MAX_PITCH_CHANGE: f32 = 0.08;
/// ... differs by less than this from the present one, ...
const MAX_PITCH_ERROR: f32 = 0.05;
/// ... its ends are off by less than this, characters, ...
const MAX_OVERSHOOT: f32 = 1.8;
/// ... and no text is within this distance of the ends of the line image, cap heights.
const CUT_MARGIN: f32 = 0.9;
/// Cap height relative to the one that the pitch implies; the cap height of OCR-B is 0.945 of its pitch; other
/// typefaces and oblique views differ.
const IMPLIED_CAP_HEIGHT_RATIO: (f32, f32) = (0.7, 1.3);
/// Minimum ink of a segment, relative to the segment with the most, for its height to count.
const MIN_INK_RATIO: f32 = 0.3;
/// Background left and right of the text, cap heights (the pitch is 1.06).
const MARGIN_CAPS: f32 = 1.5;

/// The same if the pitch was measured, characters. More than one, because the first may have been missed.
const MARGIN_CHARACTERS: f32 = 3.0;

/// Columns whose best class has a log-probability above minus this count for an MRZ line, others against it, nats.
const CONFIDENT_COLUMN_NATS: f32 = 0.4;
/// Half width of the window in which illumination is measured, px of the line image: a little over three characters.
const ILLUMINATION_RADIUS: usize = 40;
/// Mean and standard deviation of a flattened line image, luma levels, and the smallest deviation that is amplified,
/// relative to the image's typical one.
const TARGET_MEAN: f64 = 150.0;
const TARGET_STD_DEV: f64 = 40.0;
const MIN_STD_DEV_RATIO: f64 = 0.35;

/// Pitch of the characters.
#[derive(Debug, Clone, PartialEq)]
enum Pitch {
    /// Pitch of OCR-B at this cap height.
    Nominal,
    /// Measured: character `i` of `length` is at `slope * i + curvature * i²`, px of the image along the line from its
    /// start.
    Measured { slope: f32, curvature: f32, length: f32 },
}

/// Baseline of a line at half cap height, and its cap height.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    line: TextLine,
    /// Offset of the baseline from the straight line at the centres of the segments, px of the image, down positive.
    offsets: [f32; PIECES],
    /// Cap height, px of the image.
    pub cap_height: f32,
    pitch: Pitch,
}

/// Measures the baseline and the cap height of a line.
pub fn measure(image: &LumaImage, line: &TextLine) -> Baseline {
    let mut fitted =
        Baseline { line: *line, offsets: [0.0; PIECES], cap_height: line.cap_height, pitch: Pitch::Nominal };
    // The second pass refines the first.
    for _ in 0..2 {
        fitted = refit_baseline(image, &fitted);
    }
    fitted
}

fn refit_baseline(image: &LumaImage, before: &Baseline) -> Baseline {
    let cap = before.cap_height;
    let length = before.line.length();
    // Profiles across the line.
    let step = (cap / PROFILE_SAMPLES).max(MIN_PROFILE_STEP);
    let reach = (PROFILE_REACH * cap / step).ceil() as i32;
    let rows = (2 * reach + 1) as usize;
    let mut profiles = vec![vec![0f32; rows]; PIECES];
    let mut last: Option<Vec<f32>> = None;
    for (piece, profile) in profiles.iter_mut().enumerate() {
        let samples =
            ((length / PIECES as f32) / (cap / SEGMENT_SAMPLES).max(MIN_SEGMENT_STEP)).ceil().max(4.0) as usize;
        for k in 0..samples {
            let t = (piece as f32 + (k as f32 + 0.5) / samples as f32) / PIECES as f32;
            let (middle, d) = (before.point(t, 0.0), before.line.direction());
            let across = |r: i32| {
                let down = r as f32 * step;
                image.sample(middle.x - d.y * down, middle.y + d.x * down)
            };
            let column: Vec<f32> = (-reach..=reach).map(across).collect();
            // Print changes fast along its line; shadows and ruled lines do not.
            if let Some(last) = &last {
                for ((p, v), l) in profile.iter_mut().zip(&column).zip(last) {
                    *p += f32::abs(v - l);
                }
            }
            last = Some(column);
        }
    }
    let mut offsets = [0f32; PIECES];
    let mut heights = Vec::new();
    // Segments without ink have no position.
    let ink = |profile: &[f32]| {
        let (low, high) = profile.iter().fold((f32::MAX, 0.0f32), |s, v| (s.0.min(*v), s.1.max(*v)));
        high - low
    };
    let max_ink = profiles.iter().map(|p| ink(p)).fold(0.0, f32::max);
    for (piece, profile) in profiles.iter().enumerate() {
        match span(profile).filter(|_| ink(profile) >= MIN_INK_RATIO * max_ink) {
            Some((top, bottom)) => {
                offsets[piece] = ((top + bottom) / 2.0 - reach as f32) * step;
                heights.push((bottom - top) * step);
            }
            None => offsets[piece] = f32::NAN,
        }
    }
    sort(&mut heights);
    let cap_height = match heights.get(heights.len() / 2) {
        Some(&h) => h.clamp(CAP_HEIGHT_RATIO.0 * cap, CAP_HEIGHT_RATIO.1 * cap),
        None => cap,
    };
    // Fits a parabola: single segments (fillers are low and half as high) must not bend the line.
    let smooth = parabola(&offsets, OUTLIER_OFFSET * cap);
    let mut out = before.clone();
    out.cap_height = cap_height;
    for (piece, offset) in out.offsets.iter_mut().enumerate() {
        *offset += smooth(piece as f32).clamp(-MAX_OFFSET * cap, MAX_OFFSET * cap);
    }
    out
}

/// Returns the rows between which a profile exceeds a share of its peak, nearest to its middle.
pub(super) fn span(profile: &[f32]) -> Option<(f32, f32)> {
    let floor = profile.iter().copied().fold(f32::MAX, f32::min);
    let mut sorted: Vec<f32> = profile.iter().map(|v| v - floor).collect();
    let values = sorted.clone();
    sort(&mut sorted);
    let high = sorted[sorted.len() * 4 / 5];
    if high <= 1e-3 {
        return None;
    }
    let limit = EDGE_RATIO * high;
    // The run of rows above the threshold that contains the middle or is nearest to it.
    let middle = values.len() as i32 / 2;
    let start = (0..values.len() as i32)
        .flat_map(|d| [middle - d, middle + d])
        .find(|&i| i >= 0 && (i as usize) < values.len() && values[i as usize] > limit)? as usize;
    let mut top = start;
    while top > 0 && values[top - 1] > limit {
        top -= 1;
    }
    let mut bottom = start;
    while bottom + 1 < values.len() && values[bottom + 1] > limit {
        bottom += 1;
    }
    Some((top as f32 - 0.5, bottom as f32 + 0.5))
}

/// Fits a parabola to the finite values; drops the worst value up to twice if it is farther than `far`.
fn parabola(values: &[f32; PIECES], far: f32) -> impl Fn(f32) -> f32 {
    let mut points: Vec<(f64, f64)> =
        values.iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(i, &v)| (i as f64, f64::from(v))).collect();
    let mut fit = [0.0f64; 3];
    if points.len() < PIECES / 2 + 1 {
        // Too few for a curve: shifts the line.
        fit[0] = points.iter().map(|p| p.1).sum::<f64>() / points.len().max(1) as f64;
        points.clear();
    }
    while points.len() >= 3 {
        fit = fit_quadratic(&points);
        let error = |p: &(f64, f64)| (fit[0] + fit[1] * p.0 + fit[2] * p.0 * p.0 - p.1).abs();
        let Some((worst, p)) = points.iter().enumerate().max_by(|a, b| error(a.1).total_cmp(&error(b.1))) else {
            break;
        };
        if points.len() + 2 <= PIECES || points.len() < 6 || error(p) <= f64::from(far) {
            break;
        }
        points.remove(worst);
    }
    move |x| (fit[0] + fit[1] * f64::from(x) + fit[2] * f64::from(x) * f64::from(x)) as f32
}

/// Returns the contiguous columns (first, end) with the highest confidence: the MRZ part of a line that was traced into
/// other text.
fn most_confident_columns(read: &LineDistribution) -> (usize, usize) {
    let (mut best, mut sum) = ((0, 0, 0.0f32), 0.0f32);
    let mut from = 0;
    for column in 0..read.columns {
        sum += CONFIDENT_COLUMN_NATS + fold_max(read.column(column));
        if sum <= 0.0 {
            (sum, from) = (0.0, column + 1);
        } else if sum > best.2 {
            best = (from, column + 1, sum);
        }
    }
    (best.0, best.1)
}

/// Flattens shadows and highlights of a line image: normalises each column to the mean and deviation of the columns
/// around it. A small deviation may mean no print, and is not amplified.
fn flatten_illumination(line_image: &mut LumaImage) {
    let (width, rows) = (line_image.width, line_image.height);
    let mut sums = vec![(0.0f64, 0.0f64); width + 1];
    for x in 0..width {
        let (mut sum, mut squares) = (0.0, 0.0);
        for y in 0..rows {
            let v = f64::from(line_image.get(x, y));
            sum += v;
            squares += v * v;
        }
        sums[x + 1] = (sums[x].0 + sum, sums[x].1 + squares);
    }
    let moments = |from: usize, to: usize| {
        let count = ((to - from) * rows) as f64;
        let (sum, squares) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        let mean = sum / count;
        (mean, (squares / count - mean * mean).max(0.0).sqrt())
    };
    let around = |x: usize| moments(x.saturating_sub(ILLUMINATION_RADIUS), (x + ILLUMINATION_RADIUS + 1).min(width));
    let mut deviations: Vec<f64> = (0..width).map(|x| around(x).1).collect();
    sort_by_key(&mut deviations, |d| *d as f32);
    let typical = deviations[width * 3 / 4].max(1.0);
    for x in 0..width {
        let (mean, deviation) = around(x);
        let gain = TARGET_STD_DEV / deviation.max(MIN_STD_DEV_RATIO * typical);
        for y in 0..rows {
            let v = &mut line_image.data[y * width + x];
            *v = (TARGET_MEAN + (f64::from(*v) - mean) * gain).round().clamp(0.0, 255.0) as u8;
        }
    }
}

impl Baseline {
    fn point(&self, t: f32, down: f32) -> Point {
        let place = (t * PIECES as f32 - 0.5).clamp(0.0, (PIECES - 1) as f32);
        let low = (place as usize).min(PIECES - 2);
        let offset = self.offsets[low] + (self.offsets[low + 1] - self.offsets[low]) * (place - low as f32);
        // Extrapolates the slope beyond the ends.
        let overshoot = t * PIECES as f32 - 0.5 - place;
        let slope = self.offsets[low + 1] - self.offsets[low];
        self.line.at(t, down + offset + overshoot * slope)
    }

    /// Maps pixel `x` of the line image: returns the position along the line from its start, px of the image, and the
    /// px of the image per px of the line image, along and across.
    fn place(&self, x: f32) -> (f32, f32, f32) {
        match &self.pitch {
            Pitch::Nominal => {
                let across = self.cap_height / LINE_IMAGE_CAP_HEIGHT;
                let along = across / LINE_IMAGE_X_SCALE;
                (x * along - MARGIN_CAPS * self.cap_height, along, across)
            }
            Pitch::Measured { slope, curvature, length } => {
                // Extrapolates the end's pitch.
                let number = (x - MARGIN_CHARACTERS * LINE_IMAGE_PITCH) / LINE_IMAGE_PITCH;
                let inside = number.clamp(0.0, *length - 1.0);
                let pitch = slope + 2.0 * curvature * inside;
                let along = slope * inside + curvature * inside * inside + (number - inside) * pitch;
                // Perspective: scale along the line falls with the square of the distance, across with the distance.
                let middle = slope + curvature * (length - 1.0);
                (along, pitch / LINE_IMAGE_PITCH, self.cap_height / LINE_IMAGE_CAP_HEIGHT * (pitch / middle).sqrt())
            }
        }
    }

    /// Returns the width of the line image, px.
    fn line_image_width(&self) -> usize {
        let width = match &self.pitch {
            Pitch::Nominal => {
                let (_, along, _) = self.place(0.0);
                (self.line.length().max(1.0) + 2.0 * MARGIN_CAPS * self.cap_height) / along
            }
            Pitch::Measured { length, .. } => (length + 2.0 * MARGIN_CHARACTERS - 1.0) * LINE_IMAGE_PITCH,
        };
        (width.round() as usize).clamp(8, MAX_LINE_IMAGE_WIDTH)
    }

    /// Resamples the line into the recogniser's line image.
    pub fn line_image(&self, image: &LumaImage) -> LumaImage {
        let length = self.line.length().max(1.0);
        let width = self.line_image_width();
        let d = self.line.direction();
        let mut data = vec![0; width * LINE_IMAGE_HEIGHT];
        for x in 0..width {
            let (_, x_step, y_step) = self.place(x as f32);
            // Several samples per pixel if the image is denser, to keep thin strokes.
            let dense_y = y_step.ceil().clamp(1.0, MAX_SUPERSAMPLING) as usize;
            let dense_x = x_step.ceil().clamp(1.0, MAX_SUPERSAMPLING) as usize;
            let mut sums = [0.0f32; LINE_IMAGE_HEIGHT];
            for sx in 0..dense_x {
                let (along, _, _) = self.place(x as f32 + (sx as f32 + 0.5) / dense_x as f32);
                let middle = self.point(along / length, 0.0);
                for (y, sum) in sums.iter_mut().enumerate() {
                    for sy in 0..dense_y {
                        let down =
                            (y as f32 + (sy as f32 + 0.5) / dense_y as f32 - LINE_IMAGE_HEIGHT as f32 / 2.0) * y_step;
                        *sum += image.sample(middle.x - d.y * down, middle.y + d.x * down);
                    }
                }
            }
            for (y, sum) in sums.iter().enumerate() {
                data[y * width + x] = (sum / (dense_x * dense_y) as f32).round() as u8;
            }
        }
        let mut line_image = LumaImage { data, width, height: LINE_IMAGE_HEIGHT };
        flatten_illumination(&mut line_image);
        line_image
    }

    /// Refits the line to the pitch and the ends read from its line image; `None` if it fits already or too few
    /// characters were read.
    pub fn refit_from_reading(&self, image: &LumaImage, read: &LineDistribution) -> Option<Self> {
        let (from, to) = most_confident_columns(read);
        let read: Vec<ReadChar> = read.greedy().into_iter().filter(|c| (from..to).contains(&c.column)).collect();
        if read.len() < MIN_REFIT_CHARACTERS {
            return None;
        }
        let mut gaps: Vec<usize> = read.windows(2).map(|w| w[1].column - w[0].column).collect();
        sort_by_key(&mut gaps, |gap| *gap as f32);
        // Numbers characters by their distances: some were missed, and some were read as two.
        let mut pitch = gaps[gaps.len() / 2].max(1) as f32;
        let (mut number, mut before) = (0.0, None);
        let mut points = Vec::with_capacity(read.len());
        for symbol in &read {
            if let Some(before) = before {
                let gap = (symbol.column - before) as f32;
                let steps = (gap / pitch).round();
                if steps == 0.0 {
                    continue;
                }
                if steps == 1.0 {
                    pitch += PITCH_GAIN * (gap - pitch);
                }
                number += steps;
            }
            before = Some(symbol.column);
            let x = (symbol.column * COLUMN_STRIDE) as f32;
            points.push((f64::from(number), f64::from(self.place(x).0)));
        }
        let mut fit = [0.0; 3];
        for _ in 0..2 {
            if points.len() < MIN_FITTED_CHARACTERS {
                return None;
            }
            fit = fit_quadratic(&points);
            let error = |p: &(f64, f64)| (fit[0] + fit[1] * p.0 + fit[2] * p.0 * p.0 - p.1).abs();
            sort_by_key(&mut points, |p| error(p) as f32);
            points.truncate(points.len() * 4 / 5);
        }
        let [start, slope, curvature] = fit.map(|v| v as f32);
        let end = start + slope * number + curvature * number * number;
        let middle = slope + curvature * number;
        let now = self.place((read[0].column + read[read.len() - 1].column) as f32).1 * LINE_IMAGE_PITCH;
        let ends = [slope / now, (slope + 2.0 * curvature * number) / now];
        let bent = (ends[0] / ends[1]).max(ends[1] / ends[0]) - 1.0;
        let off = (middle / now - 1.0).abs();
        // How far the line was traced beyond its text, which may have displaced its middle.
        let length = self.line.length().max(1.0);
        let overshoot = (-start).abs().max((end - length).abs()) / middle;
        // Text at the ends of the line image may continue beyond them.
        let cut = (-start).max(end - length) > (MARGIN_CAPS - CUT_MARGIN) * self.cap_height;
        let fits = bent < MAX_PITCH_CHANGE && off < MAX_PITCH_ERROR && overshoot < MAX_OVERSHOOT && !cut;
        if fits || !ends.iter().all(|p| REFIT_PITCH_RATIO.contains(p)) {
            return None;
        }
        let implied = middle * LINE_IMAGE_CAP_HEIGHT * LINE_IMAGE_X_SCALE / LINE_IMAGE_PITCH;
        let plausible =
            |cap: f32| cap.clamp(IMPLIED_CAP_HEIGHT_RATIO.0 * implied, IMPLIED_CAP_HEIGHT_RATIO.1 * implied);
        let cap_height = plausible(self.cap_height);
        let line = TextLine { cap_height, ..self.between(start / length, end / length) };
        let mut better = measure(image, &line);
        better.cap_height = plausible(better.cap_height);
        better.pitch = Pitch::Measured { slope, curvature, length: number + 1.0 };
        Some(better)
    }

    /// Returns the baseline with the cap height scaled by `size` and moved down by `down` cap heights; characters keep
    /// their positions.
    pub fn scaled_and_shifted(&self, size: f32, down: f32) -> Self {
        let mut out = self.clone();
        out.offsets.iter_mut().for_each(|offset| *offset += down * self.cap_height);
        out.cap_height *= size;
        out
    }

    /// Returns the image position of a column of the distribution, on the baseline.
    pub fn point_at_column(&self, column: f32) -> Point {
        let (along, _, _) = self.place(column * COLUMN_STRIDE as f32);
        self.point(along / self.line.length().max(1.0), 0.0)
    }

    /// Returns the line between two shares of its length.
    fn between(&self, first: f32, last: f32) -> TextLine {
        let (start, middle, end) =
            (self.point(first, 0.0), self.point((first + last) / 2.0, 0.0), self.point(last, 0.0));
        let straight = TextLine { start, end, sagitta: 0.0, cap_height: self.cap_height };
        TextLine { sagitta: straight.beside(middle).1, ..straight }
    }

    /// Returns the line from the middle of the first to that of the last capital.
    pub fn text_line(&self) -> TextLine {
        self.between(0.0, 1.0)
    }

    /// Returns the corners around the capitals, px of the image.
    pub fn quad(&self) -> Quad {
        let half = self.cap_height / 2.0;
        Quad([self.point(0.0, -half), self.point(1.0, -half), self.point(1.0, half), self.point(0.0, half)])
    }
}
