//! Traces a text line from a segment of it, step by step in both directions, along its curve.
//!
//! Luma changes fast along a line of text, and slowly along shadows, their edges and ruled lines: ink is measured as
//! the differences of neighbouring samples along the line.

use std::ops::Range;

use crate::frame::LumaImage;
use crate::geometry::Point;
use crate::numeric::{fit_quadratic, max_f32, sort, sort_by_key};

use super::rectify;
use super::text_line::TextLine;

/// Rows and samples of a window.
const ROWS: usize = 9;
const SAMPLES: usize = 7;

/// Parameters of line tracing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TraceParams {
    /// Widest gap within a line, cap heights: two characters that failed to print.
    pub(super) max_gap: f32,
    /// Maximum length of a line, cap heights: TD3 has 46, more under perspective.
    pub(super) max_length: f32,
    /// Minimum ink of a step relative to the previous steps, above the background's.
    pub(super) min_ink_ratio: f32,
    /// Minimum ink of the segment, luma levels per sample.
    pub(super) min_ink: f32,
    /// Step along a line, cap heights.
    pub(super) step: f32,
    /// Maximum slope relative to the segment.
    pub(super) max_slope: f32,
    /// Share of a new measurement in the running mean of the ink.
    pub(super) ink_gain: f32,
    /// Share of the measured offset by which the line is corrected.
    pub(super) offset_gain: f32,
    /// Share of that correction by which the slope is corrected.
    pub(super) slope_gain: f32,
    /// Extent of a window to each side across the line, cap heights.
    pub(super) window_reach: f32,
    /// Distance of the samples of a window along the line, cap heights.
    pub(super) sample_step: f32,
    /// Distance of the background's windows above and below the segment, cap heights.
    pub(super) background_offset: f32,
    /// Maximum ink of the background relative to the segment's.
    pub(super) max_background_ratio: f32,
    /// Minimum steps with ink of a line, and those from which outliers are dropped.
    pub(super) min_points: usize,
    pub(super) min_robust_points: usize,
    /// Maximum offset of the ink in a window, cap heights.
    pub(super) max_offset: f32,
    /// Samples per cap height where regularity is measured, and their minimum distance, px.
    pub(super) regularity_samples: f32,
    pub(super) min_regularity_step: f32,
    /// Lags at which regularity is measured, cap heights.
    pub(super) pitch: Range<f32>,
}

impl TraceParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        max_gap: 2.0,
        max_length: 75.0,
        min_ink_ratio: 0.3,
        min_ink: 1.0,
        step: 0.8,
        max_slope: 0.45,
        ink_gain: 0.1,
        offset_gain: 0.5,
        slope_gain: 0.12,
        window_reach: 0.9,
        sample_step: 0.22,
        background_offset: 2.0,
        max_background_ratio: 0.7,
        min_points: 4,
        min_robust_points: 8,
        max_offset: 0.5,
        regularity_samples: 8.0,
        min_regularity_step: 0.3,
        pitch: 0.7..2.0,
    };
}

impl Default for TraceParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Parameters in use.
const PARAMS: TraceParams = TraceParams::DEFAULT;

/// Measurements of a window.
struct Window {
    /// Mean luma difference of its strongest row, levels per sample.
    ink: f32,
    /// Centroid of the ink, px below the window's centre.
    down: f32,
}

/// Traces the line that contains a segment. `None` if the segment has no ink.
pub(super) fn trace_text_line(level: &LumaImage, piece: &TextLine) -> Option<TextLine> {
    let step = PARAMS.step * piece.cap_height;
    let length = piece.length();
    let d = piece.direction();
    let middle = piece.middle();
    let place =
        |along: f32, down: f32| Point::new(middle.x + d.x * along - d.y * down, middle.y + d.y * along + d.x * down);
    // Typical ink of the segment, and the background above and below it, which is mostly empty.
    let count = (length / step).max(3.0) as usize;
    let of = |i: usize, down: f32| {
        let along = ((i as f32 + 0.5) / count as f32 - 0.5) * length;
        window(level, place(along, down), d, piece.cap_height).ink
    };
    let mut typical: Vec<f32> = (0..count).map(|i| of(i, 0.0)).collect();
    sort(&mut typical);
    let typical = typical[count / 2];
    let beside = PARAMS.background_offset * piece.cap_height;
    let mut empty: Vec<f32> = (0..count).flat_map(|i| [of(i, -beside), of(i, beside)]).collect();
    sort(&mut empty);
    let empty = empty[empty.len() / 4].min(PARAMS.max_background_ratio * typical);
    if typical < PARAMS.min_ink {
        return None;
    }
    let inside =
        |p: Point| p.x >= 0.0 && p.y >= 0.0 && p.x <= (level.width - 1) as f32 && p.y <= (level.height - 1) as f32;
    let mut points: Vec<(f64, f64)> = Vec::new();
    for sign in [1.0f32, -1.0] {
        let (mut down, mut slope, mut recent) = (0.0f32, 0.0f32, typical);
        let (mut along, mut gap) = (0.0f32, 0.0f32);
        while gap <= PARAMS.max_gap * piece.cap_height && along.abs() <= PARAMS.max_length * piece.cap_height {
            let centre = place(along, down);
            if !inside(centre) {
                break;
            }
            // The window is tilted like the line.
            let across = sign * slope;
            let norm = 1.0 / (1.0 + across * across).sqrt();
            let tilted = Point::new((d.x - d.y * across) * norm, (d.y + d.x * across) * norm);
            let seen = window(level, centre, tilted, piece.cap_height);
            if seen.ink >= empty + PARAMS.min_ink_ratio * (recent - empty) {
                recent += PARAMS.ink_gain * (seen.ink - recent);
                let moved = PARAMS.offset_gain * seen.down;
                down += moved;
                slope = (slope + PARAMS.slope_gain * moved / step).clamp(-PARAMS.max_slope, PARAMS.max_slope);
                points.push((f64::from(along), f64::from(down)));
                gap = 0.0;
            } else {
                gap += step;
            }
            along += sign * step;
            down += slope * step;
        }
    }
    let (first, last) = points.iter().fold((f64::MAX, f64::MIN), |s, p| (s.0.min(p.0), s.1.max(p.0)));
    if points.len() < PARAMS.min_points {
        return None;
    }
    let mut fit = fit_quadratic(&points);
    let value = |fit: &[f64; 3], x: f64| fit[0] + fit[1] * x + fit[2] * x * x;
    if points.len() >= PARAMS.min_robust_points {
        sort_by_key(&mut points, |p| (value(&fit, p.0) - p.1).abs() as f32);
        points.truncate(points.len() * 4 / 5);
        fit = fit_quadratic(&points);
    }
    // Windows are centred, so the line extends half a step beyond the last.
    let (first, last) = (first - f64::from(step) / 2.0, last + f64::from(step) / 2.0);
    let at = |x: f64| place(x as f32, value(&fit, x) as f32);
    let straight = TextLine { start: at(first), end: at(last), sagitta: 0.0, cap_height: piece.cap_height };
    Some(TextLine { sagitta: straight.beside(at((first + last) / 2.0)).1, ..straight })
}

/// Measures a window slightly wider than a character.
fn window(level: &LumaImage, centre: Point, d: Point, cap_height: f32) -> Window {
    let across = PARAMS.window_reach * cap_height / (ROWS / 2) as f32;
    let along = PARAMS.sample_step * cap_height;
    let mut rows = [0.0f32; ROWS];
    for (row, sum) in rows.iter_mut().enumerate() {
        let down = (row as f32 - (ROWS / 2) as f32) * across;
        let mut before = None;
        for place in 0..SAMPLES {
            let right = (place as f32 - (SAMPLES / 2) as f32) * along;
            let v = level.nearest(centre.x + d.x * right - d.y * down, centre.y + d.y * right + d.x * down);
            if let Some(before) = before {
                *sum += f32::from(v.abs_diff(before));
            }
            before = Some(v);
        }
    }
    let floor = rows.iter().copied().fold(f32::MAX, f32::min);
    let (mut mass, mut moment, mut max_ink) = (1e-3, 0.0, 0.0f32);
    for (row, v) in rows.iter().enumerate() {
        let v = v - floor;
        mass += v;
        moment += v * (row as f32 - (ROWS / 2) as f32) * across;
        max_ink = max_f32(max_ink, v);
    }
    Window {
        ink: max_ink / (SAMPLES - 1) as f32,
        down: (moment / mass).clamp(-PARAMS.max_offset * cap_height, PARAMS.max_offset * cap_height),
    }
}

/// Measures the cap height of a line from the mean profile of its ink, px of the level.
pub(super) fn cap_height(level: &LumaImage, line: &TextLine) -> f32 {
    const HALF: i32 = 10;
    const COUNT: usize = 2 * HALF as usize + 1;
    const ALONG: usize = 128;
    /// Half height of the profile, cap heights.
    const REACH: f32 = 1.4;
    let step = REACH * line.cap_height / HALF as f32;
    let d = line.direction();
    let mut profile = [0.0f32; COUNT];
    let (mut before, mut values) = ([0u8; COUNT], [0u8; COUNT]);
    for place in 0..ALONG {
        let middle = line.at((place as f32 + 0.5) / ALONG as f32, 0.0);
        for (i, value) in values.iter_mut().enumerate() {
            let down = (i as i32 - HALF) as f32 * step;
            *value = level.nearest(middle.x - d.y * down, middle.y + d.x * down);
        }
        if place > 0 {
            for ((p, v), b) in profile.iter_mut().zip(&values).zip(&before) {
                *p += f32::from(v.abs_diff(*b));
            }
        }
        std::mem::swap(&mut before, &mut values);
    }
    rectify::span(&profile).map_or(line.cap_height, |(top, bottom)| (bottom - top) * step)
}

/// Measures how regular the ink of a line is: its autocorrelation (−1 to 1) at the best lag that a fixed pitch allows,
/// averaged over parts of the line, because perspective changes the pitch.
pub(super) fn regularity(level: &LumaImage, line: &TextLine) -> f32 {
    const PARTS: usize = 4;
    let step = (line.cap_height / PARAMS.regularity_samples).max(PARAMS.min_regularity_step);
    let count = (line.length() / step) as usize;
    let d = line.direction();
    let ink = |i: usize| {
        let middle = line.at(i as f32 / count as f32, 0.0);
        let mut sum = 0u32;
        for k in -3..=3 {
            let down = k as f32 / 6.0 * line.cap_height;
            sum += u32::from(level.nearest(middle.x - d.y * down, middle.y + d.x * down));
        }
        sum as f32
    };
    let signal: Vec<f32> = (0..count).map(ink).collect();
    let min_lag = (PARAMS.pitch.start * line.cap_height / step) as usize;
    let max_lag = (PARAMS.pitch.end * line.cap_height / step) as usize;
    let length = count / PARTS;
    if length < 2 * max_lag {
        return 0.0;
    }
    // Variation over several characters is illumination, not print.
    let mut sums = vec![0.0f32];
    signal.iter().for_each(|v| sums.push(sums[sums.len() - 1] + v));
    let smooth = |i: usize| {
        let (from, to) = (i.saturating_sub(max_lag), (i + max_lag + 1).min(count));
        (sums[to] - sums[from]) / (to - from) as f32
    };
    let flat: Vec<f32> = (0..count).map(|i| signal[i] - smooth(i)).collect();
    let part = |p: usize| {
        let part = &flat[p * length..(p + 1) * length];
        let energy: f32 = part.iter().map(|v| v * v).sum::<f32>() / length as f32;
        let at = |lag: usize| {
            part.iter().zip(&part[lag..]).map(|(a, b)| a * b).sum::<f32>() / (length - lag) as f32 / energy.max(1e-3)
        };
        let lags: Vec<f32> = (min_lag..=max_lag).map(at).collect();
        // A local maximum, not the shoulder of the peak at lag 0.
        (1..lags.len() - 1)
            .filter(|&i| lags[i] >= lags[i - 1] && lags[i] >= lags[i + 1])
            .map(|i| lags[i])
            .fold(0.0, f32::max)
    };
    (0..PARTS).map(part).sum::<f32>() / PARTS as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bars like characters, 4 px wide every 8 px and 10 px high, along a curve; the lower half in shadow.
    fn drawn(sagitta: f32) -> LumaImage {
        let mut image = LumaImage::filled(440, 160, 220);
        for y in 0..160 {
            for x in 0..440 {
                let t = (x as f32 - 20.0) / 400.0;
                let middle = 70.0 + 4.0 * sagitta * t * (1.0 - t);
                let ink = (20..420).contains(&x) && x % 8 < 4 && (y as f32 - middle).abs() < 5.0;
                let shadow = if y as f32 > middle + 8.0 { 0.5 } else { 1.0 };
                image.data[y * 440 + x] = (if ink { 60.0 } else { 220.0 } * shadow) as u8;
            }
        }
        image
    }

    #[test]
    fn traces_a_curved_line_to_its_ends() {
        for sagitta in [0.0, 12.0, 30.0, -30.0] {
            let image = drawn(sagitta);
            let top = 70.0 + sagitta;
            let piece = TextLine {
                start: Point::new(190.0, top),
                end: Point::new(250.0, top + 1.0),
                sagitta: 0.0,
                cap_height: 10.0,
            };
            let line = trace_text_line(&image, &piece).unwrap();
            // It reaches the ends, and at most the widest gap beyond.
            assert!(
                (-5.0..32.0).contains(&line.start.x) && (408.0..445.0).contains(&line.end.x),
                "{sagitta}: {line:?}"
            );
            for x in [60.0, 220.0, 380.0] {
                let t = (x - line.start.x) / (line.end.x - line.start.x);
                let expected = 70.0 + 4.0 * sagitta * ((x - 20.0) / 400.0) * (1.0 - (x - 20.0) / 400.0);
                assert!((line.at(t, 0.0).y - expected).abs() < 3.0, "{sagitta}, {x}: {line:?}");
            }
            assert!((cap_height(&image, &line) - 10.0).abs() < 3.0, "{sagitta}: {}", cap_height(&image, &line));
            assert!(regularity(&image, &line) > 0.7, "{sagitta}: {}", regularity(&image, &line));
        }
    }

    #[test]
    fn rejects_a_segment_without_ink() {
        let piece =
            TextLine { start: Point::new(50.0, 50.0), end: Point::new(110.0, 50.0), sagitta: 0.0, cap_height: 10.0 };
        assert_eq!(trace_text_line(&LumaImage::filled(200, 100, 128), &piece), None);
    }
}
