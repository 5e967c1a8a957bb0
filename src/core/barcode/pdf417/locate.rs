//! Locates symbols by their start and stop patterns, on scan lines across the image.

use std::ops::{Range, RangeInclusive};

use super::profile::Profile;
use crate::frame::LumaImage;
use crate::geometry::{Point, Quad};
use crate::numeric::{sort, sort_by_key};

/// Widths of the start and stop patterns, modules, starting with a bar.
const START: [f32; 8] = [8.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 3.0];
/// Without its last bar, which a dark surround without a quiet zone hides.
const STOP: [f32; 8] = [7.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 2.0];
/// Modules of the start pattern, and of the stop pattern with and without its last bar.
pub(super) const START_MODULES: f32 = 17.0;
pub(super) const STOP_MODULES: f32 = 18.0;
const SHORT_STOP_MODULES: f32 = 17.0;
/// Width of a symbol character, modules (ISO/IEC 15438).
pub(super) const CHARACTER_MODULES: f32 = 17.0;
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
    /// Distance between the scan lines of the first look, px. Without a pattern on them there is no symbol.
    pub(super) first_scan_step: usize,
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
    /// Minimum number of scan lines of a pattern without its counterpart.
    pub(super) min_single_hits: usize,
    /// Maximum number of pairs of patterns, and of single patterns.
    pub(super) max_pairs: usize,
    pub(super) max_singles: usize,
    /// Ratio of the module widths of a start and a stop pattern.
    pub(super) module_ratio_between: Range<f32>,
    /// Ratio of the heights of a start and a stop pattern.
    pub(super) height_ratio: Range<f32>,
    /// Maximum slope of a pattern against the normal of its scan lines: up to 45°.
    pub(super) max_slope: f32,
    /// Minimum length of a scan line, px.
    pub(super) min_length: usize,
    /// Extent of what is removed with a symbol that was read, beyond its bounds, relative to their width and height.
    pub(super) removal_margin: f32,
}

impl LocateParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        max_element_deviation: 0.85,
        max_mean_deviation: 0.36,
        max_ink_spread: 0.45,
        min_module: 0.9,
        scan_step: 3,
        first_scan_step: 9,
        min_hits: 4,
        module_ratio: 0.7..1.43,
        max_gap: 6,
        max_obstructed_gap: 60,
        max_patterns: 6,
        min_single_hits: 5,
        max_pairs: 10,
        max_singles: 8,
        module_ratio_between: 0.5..2.0,
        height_ratio: 0.4..2.5,
        max_slope: 1.25,
        min_length: 40,
        removal_margin: 0.02,
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

/// Which guard patterns of a symbol are visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guards {
    /// Start and stop pattern.
    Both,
    /// The start pattern only: the other is covered or outside of the image, or the symbol is compact.
    Start,
    /// The stop pattern only.
    Stop,
}

/// Corners and module width of a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Region {
    /// Outer corners of the start and stop patterns, px: top left, top right, bottom right, bottom left in reading
    /// direction.
    pub corners: [Point; 4],
    /// Module width at the start and at the stop pattern, px.
    pub modules: (f32, f32),
    /// Visible guard patterns. The corners of the other side are those of a symbol with one character.
    pub guards: Guards,
    /// Whether bars are light and spaces dark.
    pub inverted: bool,
}

impl Region {
    /// Returns the centre of the visible guard pattern's outer edge; of the start pattern if both are.
    pub(super) fn guard_centre(&self) -> Point {
        let [a, b, c, d] = self.corners;
        if self.guards == Guards::Stop { b.lerp(c, 0.5) } else { a.lerp(d, 0.5) }
    }

    /// Returns the region of the given number of characters per row: moves the side that is not visible.
    pub(super) fn with_characters(self, count: usize) -> Self {
        let [a, b, c, d] = self.corners;
        let length = (count as f32 * CHARACTER_MODULES + START_MODULES + STOP_MODULES) * self.modules.0;
        let far = |from: Point, to: Point| from.lerp(to, length / from.distance(to).max(1.0));
        let corners = match self.guards {
            Guards::Both => self.corners,
            Guards::Start => [a, far(a, b), far(d, c), d],
            Guards::Stop => [far(b, a), b, c, far(c, d)],
        };
        Self { corners, ..self }
    }
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

/// Direction of scan lines, and how a symbol lies on them.
#[derive(Debug, Clone, Copy)]
struct Direction {
    /// Scan lines are rows, not columns.
    upright: bool,
    /// The stop pattern comes first.
    reversed: bool,
    /// Bars are light.
    inverted: bool,
}

impl Direction {
    fn point(self, line: f32, at: f32) -> Point {
        if self.upright { Point::new(at, line) } else { Point::new(line, at) }
    }

    /// Returns corners in reading direction. Scanning columns mirrors the direction.
    fn corners(self, corners: [Point; 4]) -> [Point; 4] {
        let [a, b, c, d] = corners;
        if self.upright != self.reversed { corners } else { [d, c, b, a] }
    }
}

/// Guard patterns on scan lines, per direction.
#[derive(Debug, Clone)]
pub(super) struct Hits {
    directions: Vec<(Direction, [Vec<PatternHit>; 2])>,
}

impl Hits {
    /// Scans rows and columns for guard patterns in both directions, dark on light and light on dark, which finds
    /// symbols at any angle.
    pub(super) fn scan(image: &LumaImage) -> Self {
        let mut directions = Vec::with_capacity(8);
        for upright in [true, false] {
            let (across, along) = if upright { (image.height, image.width) } else { (image.width, image.height) };
            if across < PARAMS.scan_step || along < PARAMS.min_length {
                continue;
            }
            let first = Self::along(image, upright, PARAMS.first_scan_step.min(across));
            if first.iter().flat_map(|d| &d.1).any(|hits| !hits.is_empty()) {
                directions.extend(Self::along(image, upright, PARAMS.scan_step));
            }
        }
        Self { directions }
    }

    fn along(image: &LumaImage, upright: bool, step: usize) -> Vec<(Direction, [Vec<PatternHit>; 2])> {
        let across = if upright { image.height } else { image.width };
        let mut directions: Vec<_> = [(false, false), (false, true), (true, false), (true, true)]
            .into_iter()
            .map(|(inverted, reversed)| (Direction { upright, reversed, inverted }, [Vec::new(), Vec::new()]))
            .collect();
        for line in (step / 2..across).step_by(step) {
            let profile = Profile::along_pixels(image, line, upright);
            for element in 0..profile.len().saturating_sub(7) {
                let Some(widths) = profile.widths::<8>(element) else { break };
                // A pattern starts with a bar; in reverse, its last element, a space, comes first.
                let (begin, end) = (profile.edges[element], profile.edges[element + 8]);
                let last_bar = (end - begin) * (STOP_MODULES - SHORT_STOP_MODULES) / SHORT_STOP_MODULES;
                let mut mirrored = widths;
                mirrored.reverse();
                let dark = profile.is_dark(element);
                let mut found = |reversed: bool, stop: bool, at: f32, module: f32| {
                    let inverted = dark == reversed;
                    directions[2 * usize::from(inverted) + usize::from(reversed)].1[usize::from(stop)]
                        .push(PatternHit { line, at, module });
                };
                if let Some(module) = fits(&widths, &START) {
                    found(false, false, begin, module);
                } else if let Some(module) = fits(&widths, &STOP) {
                    found(false, true, end + last_bar, module);
                } else if let Some(module) = fits(&mirrored, &START) {
                    found(true, false, end, module);
                } else if let Some(module) = fits(&mirrored, &STOP) {
                    found(true, true, begin - last_bar, module);
                }
            }
        }
        directions
    }

    /// Removes what lies within a symbol that was read.
    pub(super) fn remove(&mut self, quad: &Quad) {
        let bounds = quad.bounds();
        let margin = PARAMS.removal_margin * (bounds.width + bounds.height);
        let inside = |p: Point| {
            (bounds.x - margin..bounds.x + bounds.width + margin).contains(&p.x)
                && (bounds.y - margin..bounds.y + bounds.height + margin).contains(&p.y)
        };
        for (direction, guards) in &mut self.directions {
            for hits in guards {
                hits.retain(|hit| !inside(direction.point(hit.line as f32, hit.at)));
            }
        }
    }

    /// Returns possible symbols: first pairs of a start and a stop pattern, then single patterns, each with the
    /// longest first.
    pub(super) fn regions(&self) -> Vec<Region> {
        let (mut pairs, mut singles) = (Vec::new(), Vec::new());
        for (direction, [starts, stops]) in &self.directions {
            let (starts, stops) = (guard_patterns(starts), guard_patterns(stops));
            for start in &starts {
                for stop in &stops {
                    let length = start.hits.len().min(stop.hits.len());
                    pairs.extend(pair(start, stop, *direction).map(|region| (length, region)));
                }
            }
            for (guards, patterns) in [(Guards::Start, &starts), (Guards::Stop, &stops)] {
                let long = patterns.iter().filter(|p| p.hits.len() >= PARAMS.min_single_hits);
                singles.extend(long.map(|p| (p.hits.len(), single(p, guards, *direction))));
            }
        }
        let longest = |mut regions: Vec<(usize, Region)>, limit: usize| {
            sort_by_key(&mut regions, |region| -(region.0 as f32));
            regions.into_iter().take(limit).map(|region| region.1)
        };
        longest(pairs, PARAMS.max_pairs).chain(longest(singles, PARAMS.max_singles)).collect()
    }
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
fn guard_patterns(hits: &[PatternHit]) -> Vec<GuardPattern> {
    let mut guard_patterns: Vec<GuardPattern> = Vec::new();
    for &hit in hits {
        let near = guard_patterns.iter_mut().find(|guard| {
            let Some(last) = guard.hits.last() else { return false };
            let lines = hit.line - last.line;
            let ratio = hit.module / last.module;
            if lines == 0 || !PARAMS.module_ratio.contains(&ratio) {
                return false;
            }
            if lines <= PARAMS.max_gap * PARAMS.scan_step {
                return (hit.at - last.at).abs() <= PARAMS.max_slope * lines as f32 + hit.module;
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

/// Returns the region of a start and a stop pattern that belong together.
fn pair(start: &GuardPattern, stop: &GuardPattern, direction: Direction) -> Option<Region> {
    let (a, b) = (start.fit(), stop.fit());
    let (a_ends, b_ends) = (start.ends(), stop.ends());
    let corner = |fit: (f32, f32), line: f32| (line, fit.0 + fit.1 * line);
    let corners = [corner(a, a_ends.0), corner(b, b_ends.0), corner(b, b_ends.1), corner(a, a_ends.1)];
    let (m, n) = (start.module(), stop.module());
    let distance = |p: (f32, f32), q: (f32, f32)| (p.0 - q.0).hypot(p.1 - q.1);
    let width = (distance(corners[0], corners[1]) + distance(corners[3], corners[2])) / 2.0;
    let forward = corners[1].1 - corners[0].1;
    let towards = if direction.reversed { -forward } else { forward };
    // Modules are measured along scan lines, not along rows.
    let lean = ((corners[1].0 - corners[0].0) / forward.abs().max(1.0)).atan().cos();
    let columns = (width / ((m + n) / 2.0 * lean) - STOP_MODULES) / CHARACTER_MODULES;
    let heights = (a_ends.1 - a_ends.0) / (b_ends.1 - b_ends.0).max(1.0);
    let fine = towards > 0.0
        && PARAMS.module_ratio_between.contains(&(m / n))
        && PARAMS.height_ratio.contains(&heights)
        && COLUMNS.contains(&(columns.round() as i32));
    fine.then(|| Region {
        corners: direction.corners(corners.map(|(line, at)| direction.point(line, at))),
        modules: (m * lean, n * lean),
        guards: Guards::Both,
        inverted: direction.inverted,
    })
}

/// Returns the region beside a single pattern, with rows perpendicular to it.
fn single(pattern: &GuardPattern, guards: Guards, direction: Direction) -> Region {
    let (fit, ends) = (pattern.fit(), pattern.ends());
    let place = |line: f32| direction.point(line, fit.0 + fit.1 * line);
    let (top, bottom) = (place(ends.0), place(ends.1));
    let length = top.distance(bottom).max(1.0);
    let (x, y) = ((bottom.y - top.y) / length, (top.x - bottom.x) / length);
    // Along the scan line, and whether the symbol extends that way.
    let along = if direction.upright { x } else { y };
    let sign = if ((guards == Guards::Start) != direction.reversed) == (along > 0.0) { 1.0 } else { -1.0 };
    let module = pattern.module() * along.abs();
    let reach = sign * (CHARACTER_MODULES + START_MODULES + STOP_MODULES) * module;
    let far = |p: Point| Point::new(p.x + x * reach, p.y + y * reach);
    let corners = match guards {
        Guards::Stop => [far(top), top, bottom, far(bottom)],
        _ => [top, far(top), far(bottom), bottom],
    };
    Region { corners: direction.corners(corners), modules: (module, module), guards, inverted: direction.inverted }
}
