//! Locates symbols by their start and stop patterns, on scan lines across the image.

use std::ops::{Range, RangeInclusive};

use super::profile::Profile;
use crate::frame::LumaImage;
use crate::geometry::Point;
use crate::numeric::{sort, sort_by_key};

/// Widths of the start and stop patterns, modules, starting with a bar.
const START: [f32; 8] = [8.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0];
const STOP: [f32; 9] = [7.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 2.0, 1.0];
/// Columns of a symbol, including its row indicators.
const COLUMNS: RangeInclusive<i32> = 3..=32;

/// Parameters of symbol localisation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LocateParams {
    /// Maximum deviation of a single element from its pattern, modules.
    pub(super) max_element_deviation: f32,
    /// Maximum mean deviation of the elements, modules.
    pub(super) max_mean_deviation: f32,
    /// Maximum ink spread that is compensated, modules.
    pub(super) max_ink_spread: f32,
    /// Minimum module width, px.
    pub(super) min_module: f32,
    /// Distance between scan lines, px.
    pub(super) scan_step: usize,
    /// Minimum number of scan lines that show a pattern.
    pub(super) min_hits: usize,
    /// Ratio of the module widths of a pattern on two scan lines.
    pub(super) module_ratio: Range<f32>,
    /// Maximum gap between scan lines of one pattern, scan steps.
    pub(super) max_gap: usize,
    /// The same for a pattern with the minimum of hits, which continues behind an obstruction, scan steps.
    pub(super) max_obstructed_gap: usize,
    /// Maximum number of start and of stop patterns per direction, longest first.
    pub(super) max_patterns: usize,
    /// Ratio of the module widths of a start and a stop pattern.
    pub(super) module_ratio_between: Range<f32>,
    /// Ratio of the heights of a start and a stop pattern.
    pub(super) height_ratio: Range<f32>,
}

impl LocateParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        max_element_deviation: 0.85,
        max_mean_deviation: 0.36,
        max_ink_spread: 0.45,
        min_module: 0.9,
        scan_step: 3,
        min_hits: 4,
        module_ratio: 0.7..1.43,
        max_gap: 6,
        max_obstructed_gap: 60,
        max_patterns: 6,
        module_ratio_between: 0.5..2.0,
        height_ratio: 0.4..2.5,
    };
}

impl Default for LocateParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Parameters in use.
const PARAMS: LocateParams = LocateParams::DEFAULT;

/// Corners and module width of a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// Outer corners of the start and stop patterns, px: top left, top right, bottom right, bottom left in reading
    /// direction.
    pub corners: [Point; 4],
    /// Module width at the start and at the stop pattern, px.
    pub modules: (f32, f32),
}

/// A pattern on one scan line: its outer edge (px) and module width (px).
#[derive(Debug, Clone, Copy)]
struct PatternHit {
    line: usize,
    at: f32,
    module: f32,
}

/// A pattern on several scan lines.
#[derive(Debug, Clone)]
struct GuardPattern {
    hits: Vec<PatternHit>,
}

/// Locates possible symbols. Scans rows and columns in both directions, which finds symbols rotated by up to about 30°
/// from either.
pub(super) fn locate(image: &LumaImage) -> Vec<Region> {
    let mut out = Vec::new();
    for upright in [true, false] {
        let (across, along) = if upright { (image.height, image.width) } else { (image.width, image.height) };
        if across < PARAMS.scan_step || along < 40 {
            continue;
        }
        let end = (along - 1) as f32;
        let point = |line: f32, at: f32| if upright { Point::new(at, line) } else { Point::new(line, at) };
        let (mut starts, mut stops, mut reversed_starts, mut reversed_stops) = (vec![], vec![], vec![], vec![]);
        for line in (PARAMS.scan_step / 2..across).step_by(PARAMS.scan_step) {
            let profile = Profile::measure(image, point(line as f32, 0.0), point(line as f32, end));
            let hit = |at: f32, module: f32| PatternHit { line, at, module };
            for element in 0..profile.len() {
                if !profile.is_dark(element) {
                    continue;
                }
                if let Some(widths) = profile.widths::<8>(element)
                    && let Some(module) = fits(&widths, &START)
                {
                    starts.push(hit(profile.edges[element], module));
                }
                if let Some(widths) = profile.widths::<9>(element) {
                    if let Some(module) = fits(&widths, &STOP) {
                        stops.push(hit(profile.edges[element + 9], module));
                    }
                    let mut reversed = widths;
                    reversed.reverse();
                    if let Some(module) = fits(&reversed, &STOP) {
                        reversed_stops.push(hit(profile.edges[element], module));
                    }
                }
                // The last bar of a start pattern read in reverse: eight elements, the first a space.
                if element > 0
                    && let Some(mut widths) = profile.widths::<8>(element - 1)
                {
                    widths.reverse();
                    if let Some(module) = fits(&widths, &START) {
                        reversed_starts.push(hit(profile.edges[element + 7], module));
                    }
                }
            }
        }
        for (starts, stops, reversed) in [(starts, stops, false), (reversed_starts, reversed_stops, true)] {
            let (starts, stops) = (guard_patterns(starts), guard_patterns(stops));
            for start in &starts {
                for stop in &stops {
                    out.extend(region(start, stop, reversed).map(|(corners, modules)| {
                        let corners = corners.map(|(line, at)| point(line, at));
                        // Scanning columns mirrors the direction.
                        let [a, b, c, d] = corners;
                        let corners = if upright != reversed { corners } else { [d, c, b, a] };
                        Region { corners, modules }
                    }));
                }
            }
        }
    }
    out
}

/// Returns the module width if the widths match a pattern. Ink spread widens all bars and narrows all spaces.
fn fits<const N: usize>(widths: &[f32; N], pattern: &[f32; N]) -> Option<f32> {
    let total: f32 = pattern.iter().sum();
    let module = widths.iter().sum::<f32>() / total;
    if module < PARAMS.min_module {
        return None;
    }
    let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
    let off = |i: usize| widths[i] / module - pattern[i];
    let growth =
        ((0..N).map(|i| off(i) * sign(i)).sum::<f32>() / N as f32).clamp(-PARAMS.max_ink_spread, PARAMS.max_ink_spread);
    let mut sum = 0.0;
    for i in 0..N {
        let off = (off(i) - growth * sign(i)).abs();
        if off > PARAMS.max_element_deviation {
            return None;
        }
        sum += off;
    }
    (sum / N as f32 <= PARAMS.max_mean_deviation).then_some(module)
}

/// Groups the hits of adjacent scan lines into patterns.
fn guard_patterns(hits: Vec<PatternHit>) -> Vec<GuardPattern> {
    let mut guard_patterns: Vec<GuardPattern> = Vec::new();
    for hit in hits {
        let near = guard_patterns.iter_mut().find(|guard| {
            let Some(last) = guard.hits.last() else { return false };
            let lines = hit.line - last.line;
            let ratio = hit.module / last.module;
            if lines == 0 || !PARAMS.module_ratio.contains(&ratio) {
                return false;
            }
            if lines <= PARAMS.max_gap * PARAMS.scan_step {
                return (hit.at - last.at).abs() <= 0.8 * lines as f32 + hit.module;
            }
            // A pattern continues behind an obstruction.
            lines <= PARAMS.max_obstructed_gap * PARAMS.scan_step && guard.hits.len() >= PARAMS.min_hits && {
                let fit = guard.fit();
                (fit.0 + fit.1 * hit.line as f32 - hit.at).abs() <= 2.0 * hit.module
            }
        });
        match near {
            Some(guard) => guard.hits.push(hit),
            None => guard_patterns.push(GuardPattern { hits: vec![hit] }),
        }
    }
    guard_patterns.retain(|guard| guard.hits.len() >= PARAMS.min_hits);
    sort_by_key(&mut guard_patterns, |guard| -(guard.hits.len() as f32));
    guard_patterns.truncate(PARAMS.max_patterns);
    guard_patterns
}

impl GuardPattern {
    /// Fits a line to the hits: its position at scan line 0, and its slope. Ignores outliers.
    fn fit(&self) -> (f32, f32) {
        let mut kept: Vec<&PatternHit> = self.hits.iter().collect();
        let mut fit = (0.0, 0.0);
        for round in 0..2 {
            let n = kept.len() as f32;
            let (mean_line, mean_at) = kept.iter().fold((0.0, 0.0), |s, h| (s.0 + h.line as f32 / n, s.1 + h.at / n));
            let (mut above, mut below) = (0.0, 1e-6);
            for h in &kept {
                let d = h.line as f32 - mean_line;
                above += d * (h.at - mean_at);
                below += d * d;
            }
            fit = (mean_at - above / below * mean_line, above / below);
            if round == 0 {
                kept.retain(|h| (fit.0 + fit.1 * h.line as f32 - h.at).abs() < 1.5 * h.module);
                if kept.len() < PARAMS.min_hits {
                    break;
                }
            }
        }
        fit
    }

    fn ends(&self) -> (f32, f32) {
        let line = |hit: Option<&PatternHit>| hit.map_or(0.0, |h| h.line as f32);
        (
            line(self.hits.first()) - PARAMS.scan_step as f32 / 2.0,
            line(self.hits.last()) + PARAMS.scan_step as f32 / 2.0,
        )
    }

    fn module(&self) -> f32 {
        let mut modules: Vec<f32> = self.hits.iter().map(|h| h.module).collect();
        sort(&mut modules);
        modules[modules.len() / 2]
    }
}

/// Corners as (scan line, position).
type Corners = [(f32, f32); 4];

/// Returns corners and module widths of a start and a stop pattern that belong together.
fn region(start: &GuardPattern, stop: &GuardPattern, reversed: bool) -> Option<(Corners, (f32, f32))> {
    let (a, b) = (start.fit(), stop.fit());
    let (a_ends, b_ends) = (start.ends(), stop.ends());
    let corner = |fit: (f32, f32), line: f32| (line, fit.0 + fit.1 * line);
    let corners = [corner(a, a_ends.0), corner(b, b_ends.0), corner(b, b_ends.1), corner(a, a_ends.1)];
    let (m, n) = (start.module(), stop.module());
    let distance = |p: (f32, f32), q: (f32, f32)| (p.0 - q.0).hypot(p.1 - q.1);
    let width = (distance(corners[0], corners[1]) + distance(corners[3], corners[2])) / 2.0;
    let towards = if reversed { corners[0].1 - corners[1].1 } else { corners[1].1 - corners[0].1 };
    // Modules are measured along scan lines, not along rows.
    let lean = ((corners[1].0 - corners[0].0) / (corners[1].1 - corners[0].1).abs().max(1.0)).atan().cos();
    let columns = (width / ((m + n) / 2.0 * lean) - 18.0) / 17.0;
    let heights = (a_ends.1 - a_ends.0) / (b_ends.1 - b_ends.0).max(1.0);
    let fine = towards > 0.0
        && PARAMS.module_ratio_between.contains(&(m / n))
        && PARAMS.height_ratio.contains(&heights)
        && COLUMNS.contains(&(columns.round() as i32));
    fine.then_some((corners, (m * lean, n * lean)))
}
