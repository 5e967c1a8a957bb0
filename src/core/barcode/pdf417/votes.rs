//! Assigns the characters of scan lines to rows, and counts their votes for each codeword.

use std::collections::BTreeMap;

use super::locate::Region;
use super::symbols::Symbol;
use crate::numeric::fit_quadratic;

/// Rows and data columns of a symbol (ISO/IEC 15438).
const ROWS: std::ops::RangeInclusive<usize> = 3..=90;
const COLUMNS: std::ops::RangeInclusive<usize> = 1..=30;
/// Maximum distance of widths from a symbol character, modules.
pub(super) const MAX_SYMBOL_DISTANCE: f32 = 0.55;

/// Parameters of the rows of a symbol.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowParams {
    /// Maximum deviation of a row indicator from the fitted rows, rows.
    pub(super) row_tolerance: f32,
    /// Minimum support of one side's row indicators, relative to the other's.
    pub(super) min_relative_support: f32,
    /// Minimum number of characters of a column that show its offset.
    pub(super) min_bend_symbols: f32,
    /// Minimum length of their mean direction on the circle of three rows, 0–1.
    pub(super) min_bend_agreement: f32,
    /// Share of a column's deviation that the offset follows.
    pub(super) bend_gain: f32,
}

impl RowParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        row_tolerance: 1.6,
        min_relative_support: 0.3,
        min_bend_symbols: 6.0,
        min_bend_agreement: 0.35,
        bend_gain: 0.8,
    };
}

impl Default for RowParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Parameters in use.
const PARAMS: RowParams = RowParams::DEFAULT;

/// Scan lines of a symbol: relative vertical position, and the characters with their columns.
pub(super) type Lines = [(f32, Vec<(usize, Symbol)>)];

/// Votes of the scan lines for each codeword.
pub(super) struct Votes {
    /// Weights of values, by row and column (0 is the left row indicator).
    cells: BTreeMap<(usize, usize), BTreeMap<u16, f32>>,
    /// Characters per row, including both indicators.
    count: usize,
    /// Row as a function of the vertical position, at the left and at the right indicator.
    left: [f64; 3],
    right: [f64; 3],
    /// Whether the rows ascend towards the top: the symbol is mirrored. Positions are then from the bottom.
    pub(super) flipped: bool,
    /// Characters that were assigned to a row.
    pub(super) seen: usize,
}

impl Votes {
    /// Determines the row of each scan line from the row indicators, and assigns every character to the nearest row of
    /// its cluster. Rows may bend: their offset is followed from column to column.
    pub(super) fn collect(lines: &Lines, count: usize) -> Option<Self> {
        let (upright, mirrored) = (Indicators::fit(lines, count, false), Indicators::fit(lines, count, true));
        let flipped = mirrored.support > upright.support;
        let Indicators { left, right, .. } = if flipped { mirrored } else { upright };
        let one_sided = left.is_none() || right.is_none();
        let from_left = left.is_some();
        let (mut left, mut right) = (left.or(right)?, right.or(left)?);
        let at = |fit: &[f64; 3], v: f32| (fit[0] + fit[1] * f64::from(v) + fit[2] * f64::from(v * v)) as f32;
        let mut cells: BTreeMap<(usize, usize), BTreeMap<u16, f32>> = BTreeMap::new();
        let (mut offset, mut far_offset, mut seen) = (0.0f32, (0.0f32, 0usize), 0);
        for step in 0..count {
            let column = if from_left { step } else { count - 1 - step };
            let t = column as f32 / (count - 1).max(1) as f32;
            let expected = |v: f32| at(&left, v) * (1.0 - t) + at(&right, v) * t;
            let symbols =
                || lines.iter().filter_map(|(v, l)| Some((flip(*v, flipped), l.iter().find(|(c, _)| *c == column)?.1)));
            // The mean difference between the clusters and the expected rows, which is periodic with three rows.
            let (mut sum, mut x, mut y) = (0.0f32, 0.0f32, 0.0f32);
            for (v, symbol) in symbols().filter(|(_, s)| s.margin > 0.05) {
                let (sin, cos) =
                    ((f32::from(symbol.cluster) - expected(v) - offset) * (std::f32::consts::TAU / 3.0)).sin_cos();
                (sum, x, y) = (sum + 1.0, x + cos, y + sin);
            }
            if sum >= PARAMS.min_bend_symbols && x.hypot(y) > PARAMS.min_bend_agreement * sum {
                offset += PARAMS.bend_gain * y.atan2(x) * (3.0 / std::f32::consts::TAU);
                far_offset = (offset, step);
            }
            for (v, symbol) in symbols() {
                let expected = expected(v) + offset;
                // The nearest row of the character's cluster.
                let nearest = ((expected - f32::from(symbol.cluster)) / 3.0).round() * 3.0 + f32::from(symbol.cluster);
                if nearest < 0.0 || nearest > *ROWS.end() as f32 || (nearest - expected).abs() > 1.2 {
                    continue;
                }
                seen += 1;
                let weight = (1.0 - symbol.distance / (2.0 * MAX_SYMBOL_DISTANCE)) * (0.05 + symbol.margin.min(0.5));
                let centred = 1.0 - 0.5 * (nearest - expected).abs();
                *cells.entry((nearest as usize, column)).or_default().entry(symbol.value).or_default() +=
                    weight * centred;
            }
        }
        // The rows at the other side, as far as they were followed.
        if one_sided && far_offset.1 > 0 {
            let far = f64::from(far_offset.0) * (count - 1) as f64 / far_offset.1 as f64;
            let other = if from_left { &mut right } else { &mut left };
            other[0] += far;
        }
        Some(Self { cells, count, left, right, seen, flipped })
    }

    /// Returns the region with its corners at the ends of the first and the last row.
    pub(super) fn with_row_aligned_corners(&self, region: &Region) -> Region {
        let [a, b, c, d] = region.corners;
        let rows =
            self.size().map_or_else(|| self.cells.keys().map(|k| k.0 + 1).max().unwrap_or(3), |size| size.0) as f64;
        // Inverts a row curve by Newton's method, starting from the middle.
        let place = |curve: &[f64; 3], row: f64| {
            let mut v = 0.5;
            for _ in 0..12 {
                let slope = (curve[1] + 2.0 * curve[2] * v).max(0.5 * curve[1].abs()).max(1e-3);
                v -= (curve[0] + curve[1] * v + curve[2] * v * v - row) / slope;
            }
            v.clamp(-1.0, 2.0) as f32
        };
        let ends = |curve: &[f64; 3]| (place(curve, -0.5), place(curve, rows - 0.5));
        let ((l0, l1), (r0, r1)) = (ends(&self.left), ends(&self.right));
        Region { corners: [a.lerp(d, l0), b.lerp(c, r0), b.lerp(c, r1), a.lerp(d, l1)], ..*region }
    }

    /// Returns rows, data columns and error correction level, from the row indicators of both sides.
    pub(super) fn size(&self) -> Option<(usize, usize, u32)> {
        let (rows, columns, level) = self.indicated();
        let (rows, level) = (rows?, level?);
        let columns = columns.unwrap_or(self.count - 2);
        (ROWS.contains(&rows) && COLUMNS.contains(&columns) && columns == self.count - 2 && level <= 8)
            .then_some((rows, columns, level))
    }

    /// Returns the data columns that the row indicators say.
    pub(super) fn columns(&self) -> Option<usize> {
        self.indicated().1.filter(|columns| COLUMNS.contains(columns))
    }

    /// Returns the data columns that a single column of row indicators says, of the right side or of the left.
    pub(super) fn columns_beside(&self, right: bool) -> Option<usize> {
        let cluster = if right { 0 } else { 2 };
        let mut columns = BTreeMap::new();
        for ((row, _), values) in self.cells.iter().filter(|((row, _), _)| row % 3 == cluster) {
            for (value, weight) in values.iter().filter(|(value, _)| usize::from(**value) / 30 == row / 3) {
                *columns.entry(usize::from(*value) % 30 + 1).or_insert(0.0f32) += weight;
            }
        }
        columns.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(columns, _)| *columns)
    }

    /// Returns rows, data columns and error correction level that the row indicators say.
    fn indicated(&self) -> (Option<usize>, Option<usize>, Option<u32>) {
        let (mut thirds, mut rests, mut columns) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for ((row, column), values) in &self.cells {
            let right = *column == self.count - 1;
            if *column != 0 && !right {
                continue;
            }
            for (value, weight) in values {
                let (group, said) = (usize::from(*value) / 30, usize::from(*value) % 30);
                if group != row / 3 {
                    continue;
                }
                // Left: rows, then level and rows, then columns; right: columns, rows, level and rows.
                let table = match (row % 3 + usize::from(right) * 2) % 3 {
                    0 => &mut thirds,
                    1 => &mut rests,
                    _ => &mut columns,
                };
                *table.entry(said).or_insert(0.0) += weight;
            }
        }
        let best = |table: &BTreeMap<usize, f32>| table.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(v, _)| *v);
        let rest = best(&rests);
        let rows = best(&thirds).zip(rest).map(|(thirds, rest)| thirds * 3 + rest % 3 + 1);
        (rows, best(&columns).map(|c| c + 1), rest.and_then(|rest| u32::try_from(rest / 3).ok()))
    }

    /// Returns the most probable codewords in row-major order, and the margin of each over the next; 0 if none was
    /// seen.
    pub(super) fn codewords(&self, rows: usize, columns: usize) -> (Vec<u16>, Vec<f32>) {
        let cell = |i: usize| {
            let Some(values) = self.cells.get(&(i / columns, i % columns + 1)) else { return (0, 0.0) };
            let (mut best, mut second) = ((0, 0.0), 0.0f32);
            for (&value, &weight) in values {
                if weight > best.1 {
                    second = best.1;
                    best = (value, weight);
                } else if weight > second {
                    second = weight;
                }
            }
            (best.0, best.1 - second)
        };
        (0..rows * columns).map(cell).unzip()
    }
}

/// Rows that the row indicators say.
struct Indicators {
    /// Row as a function of the vertical position, at the left and at the right indicator.
    left: Option<[f64; 3]>,
    right: Option<[f64; 3]>,
    /// Number of indicators that agree.
    support: usize,
}

impl Indicators {
    fn fit(lines: &Lines, count: usize, flipped: bool) -> Self {
        let row_of = |s: &Symbol| usize::from(s.value) / 30 * 3 + usize::from(s.cluster);
        let fit = |column: usize| {
            let points: Vec<(f32, f32)> = lines
                .iter()
                .filter_map(|(v, l)| {
                    let symbol = l.iter().find(|(c, _)| *c == column)?.1;
                    (symbol.margin > 0.05).then_some((flip(*v, flipped), row_of(&symbol) as f32))
                })
                .collect();
            row_curve(&points)
        };
        let (left, right) = (fit(0), fit(count - 1));
        let support = |side: Option<([f64; 3], usize)>| side.map_or(0, |side| side.1);
        let most = support(left).max(support(right));
        // What a covered side seems to say has little support.
        let kept = |side: Option<([f64; 3], usize)>| {
            side.filter(|side| side.1 as f32 >= PARAMS.min_relative_support * most as f32).map(|side| side.0)
        };
        Self { left: kept(left), right: kept(right), support: most }
    }
}

/// Returns a relative vertical position, or that from the other end.
fn flip(v: f32, flipped: bool) -> f32 {
    if flipped { 1.0 - v } else { v }
}

/// Fits the row as a function of the vertical position: the line with most inliers, then a parabola through them,
/// because perspective brings farther rows closer together. Returns the number of points near the line too.
fn row_curve(points: &[(f32, f32)]) -> Option<([f64; 3], usize)> {
    let through = |a: (f32, f32), b: (f32, f32)| {
        let slope = (b.1 - a.1) / (b.0 - a.0);
        (a.1 - slope * a.0, slope)
    };
    let step = (points.len() / 32).max(1);
    let mut best: Option<((f32, f32), usize)> = None;
    for (i, a) in points.iter().enumerate().step_by(step) {
        for b in points[i + 1..].iter().step_by(step).filter(|b| (b.0 - a.0).abs() > 0.15) {
            let line = through(*a, *b);
            let agree = points.iter().filter(|p| (line.0 + line.1 * p.0 - p.1).abs() <= PARAMS.row_tolerance).count();
            if line.1 > 0.5 && best.is_none_or(|b| agree > b.1) {
                best = Some((line, agree));
            }
        }
    }
    let (line, support) = best.filter(|b| b.1 >= 4)?;
    let mut curve = [f64::from(line.0), f64::from(line.1), 0.0];
    for near in [PARAMS.row_tolerance, 0.8] {
        let off = |p: &&(f32, f32)| {
            let v = f64::from(p.0);
            (curve[0] + curve[1] * v + curve[2] * v * v - f64::from(p.1)).abs() <= f64::from(near)
        };
        let kept: Vec<(f64, f64)> = points.iter().filter(off).map(|p| (f64::from(p.0), f64::from(p.1))).collect();
        if kept.len() >= 8 {
            curve = fit_quadratic(&kept);
        }
    }
    Some((curve, support))
}
