//! Reads a symbol: scan lines along its rows, votes for every codeword, error correction.

use std::collections::BTreeMap;

use super::compaction::{Message, message};
use super::error_correction::{MAX_CODEWORDS, correct};
use super::locate::{Region, locate};
use super::profile::Profile;
use super::symbols::{Symbol, Symbols, Widths};
use crate::frame::LumaImage;
use crate::geometry::{Point, Quad};
use crate::numeric::{fit_quadratic, sort_by_key};

/// Rows of a symbol (ISO/IEC 15438).
const ROWS: std::ops::RangeInclusive<usize> = 3..=90;
/// Data columns of a symbol (ISO/IEC 15438).
const COLUMNS: std::ops::RangeInclusive<usize> = 1..=30;
/// Parameters of symbol decoding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadParams {
    /// Maximum distance of widths from a symbol character, modules.
    pub(super) max_symbol_distance: f32,
    /// Maximum relative deviation of a character's width from 17 modules.
    pub(super) max_width_deviation: f32,
    /// Scan lines per px of the height of a symbol.
    pub(super) scan_lines_per_px: f32,
    /// Maximum number of scan lines.
    pub(super) max_scan_lines: usize,
    /// Extent of the scan lines beyond the ends of a symbol, relative to its height.
    pub(super) scan_margin: f32,
    /// Maximum deviation of a row indicator from the fitted rows, rows.
    pub(super) row_tolerance: f32,
}

impl ReadParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        max_symbol_distance: 0.55,
        max_width_deviation: 0.22,
        scan_lines_per_px: 2.0,
        max_scan_lines: 600,
        scan_margin: 0.06,
        row_tolerance: 1.6,
    };
}

impl Default for ReadParams {
    /// Returns [`Self::DEFAULT`].
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Parameters in use.
const PARAMS: ReadParams = ReadParams::DEFAULT;

/// A decoded symbol.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode {
    /// Decoded message.
    pub message: Message,
    /// Corners, px of the image: top left, top right, bottom right, bottom left in reading direction.
    pub quad: Quad,
    /// Rows and data columns.
    pub size: (usize, usize),
    /// Corrected codewords.
    pub corrected: usize,
    /// Error correction codewords.
    pub correction: usize,
}

/// Reads PDF417 symbols.
#[derive(Debug, Clone, Default)]
pub struct Pdf417Reader {
    symbols: Symbols,
}

impl Pdf417Reader {
    /// Creates a reader with its table of symbol characters.
    pub fn new() -> Self {
        Self { symbols: Symbols::new() }
    }

    /// Reads the first readable symbol of an image, upright, sideways or upside down, and rotated by up to about 30°
    /// from that.
    pub fn read(&self, image: &LumaImage) -> Option<Barcode> {
        locate(image).iter().find_map(|region| self.read_region(image, region))
    }

    fn read_region(&self, image: &LumaImage, region: &Region) -> Option<Barcode> {
        // The guard patterns determine the columns, but their visible height determines the rows only roughly. Row
        // indicators map positions of both guard patterns to rows: then scan lines follow the rows.
        let first = self.votes(image, region)?;
        let level = first.with_row_aligned_corners(region);
        let attempt = |region: &Region| self.votes(image, region).and_then(|votes| self.decoded(&votes, region));
        attempt(&level).or_else(|| self.decoded(&first, region))
    }

    fn votes(&self, image: &LumaImage, region: &Region) -> Option<Votes> {
        let [a, b, c, d] = region.corners;
        let height = a.distance(d).max(b.distance(c));
        // Characters between the guard patterns: the start pattern has 17 modules and the stop pattern 18. Modules are
        // measured over the whole patterns, so the lengths are those halfway.
        let mean = (region.modules.0 + region.modules.1) / 2.0;
        let count = ((a.distance(b) + d.distance(c)) / 2.0 / mean - 35.0) / 17.0;
        let count = Some(count.round() as usize).filter(|count| (3..=32).contains(count))?;
        let lines = ((height * PARAMS.scan_lines_per_px) as usize).clamp(8, PARAMS.max_scan_lines);
        let mut seen = Vec::with_capacity(lines);
        for i in 0..lines {
            // Slightly beyond both ends: the first and the last row may have been missed.
            let v = -PARAMS.scan_margin + (1.0 + 2.0 * PARAMS.scan_margin) * i as f32 / (lines - 1) as f32;
            let (from, to) = (a.lerp(d, v), b.lerp(c, v));
            seen.push((v, self.line(image, (from, to), region.modules, count)));
        }
        Votes::collect(&seen, count)
    }

    fn decoded(&self, votes: &Votes, region: &Region) -> Option<Barcode> {
        let (rows, columns, level) = votes.size()?;
        let correction = 2usize << level;
        let total = rows * columns;
        if total > MAX_CODEWORDS || correction >= total {
            return None;
        }
        let (codewords, sure) = votes.codewords(rows, columns);
        let mut order: Vec<usize> = (0..total).collect();
        sort_by_key(&mut order, |&i| sure[i]);
        let unseen = order.iter().take_while(|&&i| sure[i] == 0.0).count();
        let max_erasures = correction.saturating_sub(2);
        // Erases codewords that were not seen, then more and more of the least certain: an erasure costs half of an
        // error.
        let shares = [0.0, 0.25, 0.5, 0.75, 1.0]
            .map(|share| unseen + ((max_erasures.saturating_sub(unseen)) as f32 * share) as usize);
        let (corrected, codewords) = shares.into_iter().filter(|&n| n <= max_erasures).find_map(|erased| {
            let mut tried = codewords.clone();
            Some((correct(&mut tried, &order[..erased], correction).ok()?, tried))
        })?;
        let length = usize::from(codewords[0]);
        if length == 0 || length > total - correction {
            return None;
        }
        let message = message(&codewords[1..length]).ok()?;
        Some(Barcode { message, quad: Quad(region.corners), size: (rows, columns), corrected, correction })
    }

    /// Returns the symbol characters along a scan line, by column; 0 is the left row indicator.
    fn line(
        &self,
        image: &LumaImage,
        (from, to): (Point, Point),
        modules: (f32, f32),
        count: usize,
    ) -> Vec<(usize, Symbol)> {
        let length = from.distance(to).max(1.0);
        let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let margin = 3.0 * modules.0.max(modules.1);
        let start = Point::new(from.x - dx * margin, from.y - dy * margin);
        let end = Point::new(to.x + dx * margin, to.y + dy * margin);
        let profile = Profile::measure(image, start, end);
        // Expected start of a character; perspective changes the module width along the line.
        let whole = 17.0 * count as f32 + 35.0;
        let bend = (modules.1 - modules.0) / (modules.1 + modules.0);
        let place = |module: f32| {
            let t = module / whole;
            margin + length * (t + bend * t * (t - 1.0))
        };
        let mut out = Vec::with_capacity(count);
        let mut shift = 0.0f32;
        for column in 0..count {
            let (begin, stop) = (place(17.0 + 17.0 * column as f32), place(34.0 + 17.0 * column as f32));
            let module = (stop - begin) / 17.0;
            // The dark edge nearest to the expected start.
            let nearest = (0..profile.len()).filter(|&e| profile.is_dark(e)).min_by(|&x, &y| {
                let off = |e: usize| (profile.edges[e] - begin - shift).abs();
                off(x).total_cmp(&off(y))
            });
            let Some(element) = nearest else { continue };
            let off = profile.edges[element] - begin;
            if (off - shift).abs() > 2.0 * module {
                continue;
            }
            let Some(widths) = profile.widths::<8>(element) else { continue };
            let widths: Widths = widths;
            let total: f32 = widths.iter().sum();
            if (total / (17.0 * module) - 1.0).abs() > PARAMS.max_width_deviation {
                continue;
            }
            shift += 0.6 * (off - shift);
            if let Some(symbol) =
                self.symbols.nearest(&widths, None).filter(|s| s.distance <= PARAMS.max_symbol_distance)
            {
                out.push((column, symbol));
            }
        }
        out
    }
}

/// Scan lines of a symbol: relative vertical position, and the characters with their columns.
type Lines = [(f32, Vec<(usize, Symbol)>)];

/// Votes of the scan lines for each codeword.
struct Votes {
    /// Weights of values, by row and column (0 is the left row indicator).
    cells: BTreeMap<(usize, usize), BTreeMap<u16, f32>>,
    /// Characters per row, including both indicators.
    count: usize,
    /// Row as a function of the vertical position, at the left and at the right indicator.
    left: [f64; 3],
    right: [f64; 3],
}

impl Votes {
    /// Determines the row of each scan line from the row indicators, and assigns every character to the nearest row of
    /// its cluster.
    fn collect(lines: &Lines, count: usize) -> Option<Self> {
        let row_of = |s: &Symbol| usize::from(s.value) / 30 * 3 + usize::from(s.cluster);
        let fit = |column: usize| {
            let points: Vec<(f32, f32)> = lines
                .iter()
                .filter_map(|(v, l)| {
                    let symbol = l.iter().find(|(c, _)| *c == column)?.1;
                    (symbol.margin > 0.05).then_some((*v, row_of(&symbol) as f32))
                })
                .collect();
            row_curve(&points)
        };
        let (left, right) = (fit(0), fit(count - 1));
        let (left, right) = (left.or(right)?, right.or(left)?);
        let at = |fit: &[f64; 3], v: f32| (fit[0] + fit[1] * f64::from(v) + fit[2] * f64::from(v * v)) as f32;
        let mut cells: BTreeMap<(usize, usize), BTreeMap<u16, f32>> = BTreeMap::new();
        for (v, line) in lines {
            for (column, symbol) in line {
                let t = *column as f32 / (count - 1).max(1) as f32;
                let expected = at(&left, *v) * (1.0 - t) + at(&right, *v) * t;
                // The nearest row of the character's cluster.
                let nearest = ((expected - f32::from(symbol.cluster)) / 3.0).round() * 3.0 + f32::from(symbol.cluster);
                if nearest < 0.0 || nearest > *ROWS.end() as f32 || (nearest - expected).abs() > 1.2 {
                    continue;
                }
                let weight =
                    (1.0 - symbol.distance / (2.0 * PARAMS.max_symbol_distance)) * (0.05 + symbol.margin.min(0.5));
                let centred = 1.0 - 0.5 * (nearest - expected).abs();
                *cells.entry((nearest as usize, *column)).or_default().entry(symbol.value).or_default() +=
                    weight * centred;
            }
        }
        Some(Self { cells, count, left, right })
    }

    /// Returns the region with its corners at the ends of the first and the last row.
    fn with_row_aligned_corners(&self, region: &Region) -> Region {
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
    fn size(&self) -> Option<(usize, usize, u32)> {
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
        let rest = best(&rests)?;
        let rows = best(&thirds)? * 3 + rest % 3 + 1;
        let columns = best(&columns).map_or(self.count - 2, |c| c + 1);
        let level = rest / 3;
        (ROWS.contains(&rows) && COLUMNS.contains(&columns) && columns == self.count - 2 && level <= 8).then_some((
            rows,
            columns,
            level as u32,
        ))
    }

    /// Returns the most probable codewords in row-major order, and the margin of each over the next; 0 if none was
    /// seen.
    fn codewords(&self, rows: usize, columns: usize) -> (Vec<u16>, Vec<f32>) {
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

/// Fits the row as a function of the vertical position: the line with most inliers, then a parabola through them,
/// because perspective brings farther rows closer together.
fn row_curve(points: &[(f32, f32)]) -> Option<[f64; 3]> {
    let through = |a: (f32, f32), b: (f32, f32)| {
        let slope = (b.1 - a.1) / (b.0 - a.0);
        (a.1 - slope * a.0, slope)
    };
    let step = (points.len() / 32).max(1);
    let mut best: Option<((f32, f32), usize)> = None;
    for (i, a) in points.iter().enumerate().step_by(step) {
        for b in points[i + 1..].iter().step_by(step).filter(|b| b.0 - a.0 > 0.15) {
            let line = through(*a, *b);
            let agree = points.iter().filter(|p| (line.0 + line.1 * p.0 - p.1).abs() <= PARAMS.row_tolerance).count();
            if line.1 > 0.5 && best.is_none_or(|b| agree > b.1) {
                best = Some((line, agree));
            }
        }
    }
    let (line, _) = best.filter(|b| b.1 >= 4)?;
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
    Some(curve)
}
