//! Reads a symbol: scan lines along its rows, votes for every codeword, error correction.

use super::compaction::{Message, message};
use super::error_correction::{MAX_CODEWORDS, correct};
use super::locate::{CHARACTER_MODULES, Guards, Hits, Region, START_MODULES, STOP_MODULES};
use super::profile::Profile;
use super::symbols::{Symbol, Symbols, Widths};
use super::votes::{MAX_SYMBOL_DISTANCE, Votes};
use crate::frame::LumaImage;
use crate::geometry::{Point, Quad};
use crate::numeric::sort_by_key;

/// Characters per row, including both row indicators.
const CHARACTERS: std::ops::RangeInclusive<usize> = 3..=32;
/// Maximum number of symbols of an image.
const MAX_SYMBOLS: usize = 32;
/// How a symbol is scanned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Scan lines per px of the height of the symbol.
    pub(super) lines_per_px: f32,
    /// Whether small modules are sharpened.
    pub(super) sharpen: bool,
}

/// Modules of both guard patterns.
const GUARD_MODULES: f32 = START_MODULES + STOP_MODULES;

/// Shares of the permitted erasures that are tried in turn, beyond the codewords that were not seen.
const ERASURE_SHARES: [f32; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Parameters of symbol decoding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadParams {
    /// Maximum relative deviation of a character's width from 17 modules.
    pub(super) max_width_deviation: f32,
    /// The first scans of a symbol.
    pub(super) first_look: Look,
    /// The last ones, sharpened and not: sharpening adds noise to symbols that are not blurred.
    pub(super) last_looks: [Look; 2],
    /// Maximum share of unseen codewords in the first looks before the last.
    pub(super) max_unseen: f32,
    /// Share of unseen codewords up to which a symbol counts as seen.
    pub(super) few_unseen: f32,
    /// Minimum and maximum number of scan lines.
    pub(super) min_scan_lines: usize,
    pub(super) max_scan_lines: usize,
    /// Extent of the scan lines beyond the ends of a symbol, relative to its height.
    pub(super) scan_margin: f32,
    /// Extent of a scan line beyond the guard patterns, modules.
    pub(super) quiet_modules: f32,
    /// Maximum distance of a character from where its predecessor lets expect it, modules.
    pub(super) max_shift: f32,
    /// Share of that distance that is expected of the next character.
    pub(super) shift_gain: f32,
    /// A character's last space is cut at 17 modules where the other elements leave at least the first, and the next
    /// bar is late by more than the second, modules.
    pub(super) open_space: (f32, f32),
}

impl ReadParams {
    /// Default parameters.
    pub(super) const DEFAULT: Self = Self {
        max_width_deviation: 0.22,
        first_look: Look { lines_per_px: 0.5, sharpen: true },
        last_looks: [Look { lines_per_px: 2.0, sharpen: true }, Look { lines_per_px: 2.0, sharpen: false }],
        max_unseen: 0.35,
        few_unseen: 0.1,
        min_scan_lines: 32,
        max_scan_lines: 600,
        scan_margin: 0.06,
        quiet_modules: 3.0,
        max_shift: 2.0,
        shift_gain: 0.6,
        open_space: (0.4, 0.5),
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

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    /// Symbols that were read.
    pub symbols: Vec<Barcode>,
    /// Whether start or stop patterns were seen.
    pub patterns: bool,
}

/// Why a region was not read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Failure {
    /// There is no symbol, or its size is not readable.
    NoSymbol,
    /// The row indicators say another number of characters per row.
    Characters(usize),
    /// Its characters were seen, with too many errors.
    Errors(Quad),
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

    /// Reads the first readable symbol of an image, at any angle, mirrored, or light on dark.
    pub fn read(&self, image: &LumaImage) -> Option<Barcode> {
        self.search(image, 1).symbols.pop()
    }

    /// Reads all readable symbols of an image, at most 32.
    pub fn read_all(&self, image: &LumaImage) -> Vec<Barcode> {
        self.search(image, MAX_SYMBOLS).symbols
    }

    /// Reads up to `limit` symbols.
    pub fn search(&self, image: &LumaImage, limit: usize) -> Search {
        let mut hits = Hits::scan(image);
        let mut regions = hits.regions();
        let mut out = Search { symbols: Vec::new(), patterns: !regions.is_empty() };
        while out.symbols.len() < limit
            && let Some(symbol) = self.first(image, &regions)
        {
            // What a symbol covers is removed: the patterns of symbols above each other may have been joined.
            hits.remove(&symbol.quad);
            out.symbols.push(symbol);
            if out.symbols.len() < limit {
                regions = hits.regions();
            }
        }
        out
    }

    /// Reads the first readable region.
    fn first(&self, image: &LumaImage, regions: &[Region]) -> Option<Barcode> {
        let mut failed: Vec<Quad> = Vec::new();
        for region in regions {
            // Another look from one of its sides does not help a symbol whose characters were seen, but not well.
            if region.guards != Guards::Both && failed.iter().any(|quad| quad.bounds().contains(region.guard_centre()))
            {
                continue;
            }
            match self.read_region(image, region) {
                Ok(symbol) => return Some(symbol),
                Err(Failure::Errors(quad)) => failed.push(quad),
                Err(_) => {}
            }
        }
        None
    }

    fn read_region(&self, image: &LumaImage, region: &Region) -> Result<Barcode, Failure> {
        let [a, b, c, d] = region.corners;
        let count = if region.guards == Guards::Both {
            // Characters between the guard patterns: the start pattern has 17 modules and the stop pattern 18. Modules
            // are measured over the whole patterns, so the lengths are those halfway.
            let mean = (region.modules.0 + region.modules.1) / 2.0;
            (((a.distance(b) + d.distance(c)) / 2.0 / mean - GUARD_MODULES) / CHARACTER_MODULES).round() as usize
        } else {
            // The row indicator beside the pattern says how many columns follow.
            let indicators = self.votes(image, region, 1, PARAMS.first_look).ok_or(Failure::NoSymbol)?.0;
            indicators.columns_beside(region.guards == Guards::Stop).ok_or(Failure::NoSymbol)? + 2
        };
        match self.read_characters(image, region, count) {
            Err(Failure::Characters(said)) => self.read_characters(image, region, said),
            result => result,
        }
    }

    /// Reads a symbol with the given number of characters per row.
    fn read_characters(&self, image: &LumaImage, region: &Region, count: usize) -> Result<Barcode, Failure> {
        if !CHARACTERS.contains(&count) {
            return Err(Failure::NoSymbol);
        }
        // The guard patterns determine the columns, but their visible height determines the rows only roughly. Row
        // indicators map positions of both guard patterns to rows: then scan lines follow the rows.
        let region = region.with_characters(count);
        let look = |region: &Region, look: Look| self.votes(image, region, count, look).ok_or(Failure::NoSymbol);
        let (first, region) = look(&region, PARAMS.first_look)?;
        let said = first.columns().map(|columns| columns + 2);
        if let Some(said) = said.filter(|said| *said != count && region.guards == Guards::Both) {
            return Err(Failure::Characters(said));
        }
        let level = first.with_row_aligned_corners(&region);
        let quick = look(&level, PARAMS.first_look).ok();
        let unseen = match quick.as_ref().map(|(votes, region)| self.decoded(votes, region)) {
            Some(Ok(barcode)) => return Ok(barcode),
            Some(Err(unseen)) => unseen,
            None => self.decoded(&first, &region).err().flatten(),
        };
        let unseen = unseen.ok_or(Failure::NoSymbol)?;
        let best = quick.filter(|quick| quick.0.seen >= first.seen).map_or(region, |quick| quick.1);
        for last in PARAMS.last_looks {
            // More lines show more characters, but not that many more. Without sharpening, other characters may be
            // seen; both guard patterns and the row indicators say that it is worth the time.
            let worth = if last.sharpen {
                unseen <= PARAMS.max_unseen
            } else {
                region.guards == Guards::Both && said == Some(count)
            };
            if worth
                && let Ok((votes, region)) = look(&best, last)
                && let Ok(barcode) = self.decoded(&votes, &region)
            {
                return Ok(barcode);
            }
        }
        Err(if unseen <= PARAMS.few_unseen { Failure::Errors(Quad(best.corners)) } else { Failure::NoSymbol })
    }

    /// Collects the votes of scan lines, and returns them with the region, upside down if the symbol is mirrored.
    fn votes(&self, image: &LumaImage, region: &Region, count: usize, look: Look) -> Option<(Votes, Region)> {
        let [a, b, c, d] = region.corners;
        let height = a.distance(d).max(b.distance(c));
        let lines = ((height * look.lines_per_px) as usize).clamp(PARAMS.min_scan_lines, PARAMS.max_scan_lines);
        let mut seen = Vec::with_capacity(lines);
        for i in 0..lines {
            // Slightly beyond both ends: the first and the last row may have been missed.
            let v = -PARAMS.scan_margin + (1.0 + 2.0 * PARAMS.scan_margin) * i as f32 / (lines - 1) as f32;
            seen.push((v, self.line(image, region, (a.lerp(d, v), b.lerp(c, v)), count, look.sharpen)));
        }
        let votes = Votes::collect(&seen, count)?;
        let region = if votes.flipped { Region { corners: [d, c, b, a], ..*region } } else { *region };
        Some((votes, region))
    }

    /// Corrects and decodes the codewords. The error is the share of codewords that were not seen; none if the size is
    /// unknown.
    fn decoded(&self, votes: &Votes, region: &Region) -> Result<Barcode, Option<f32>> {
        let (rows, columns, level) = votes.size().ok_or(None)?;
        let correction = 2usize << level;
        let total = rows * columns;
        if total > MAX_CODEWORDS || correction >= total {
            return Err(None);
        }
        let (codewords, sure) = votes.codewords(rows, columns);
        let mut order: Vec<usize> = (0..total).collect();
        sort_by_key(&mut order, |&i| sure[i]);
        let unseen = order.iter().take_while(|&&i| sure[i] == 0.0).count();
        let max_erasures = correction.saturating_sub(2);
        // Erases codewords that were not seen, then more and more of the least certain: an erasure costs half of an
        // error.
        let shares =
            ERASURE_SHARES.map(|share| unseen + ((max_erasures.saturating_sub(unseen)) as f32 * share) as usize);
        let corrected = shares.into_iter().filter(|&n| n <= max_erasures).find_map(|erased| {
            let mut tried = codewords.clone();
            let corrected = correct(&mut tried, &order[..erased], correction).ok()?;
            let length = usize::from(*tried.first()?);
            let data = tried.get(1..length).filter(|_| length <= total - correction)?;
            Some((corrected, message(data).ok()?))
        });
        let (corrected, message) = corrected.ok_or(Some(unseen as f32 / total as f32))?;
        Ok(Barcode { message, quad: Quad(region.corners), size: (rows, columns), corrected, correction })
    }

    /// Returns the symbol characters along a scan line, by column; 0 is the left row indicator.
    fn line(
        &self,
        image: &LumaImage,
        region: &Region,
        (from, to): (Point, Point),
        count: usize,
        sharpen: bool,
    ) -> Vec<(usize, Symbol)> {
        let modules = region.modules;
        let length = from.distance(to).max(1.0);
        let (dx, dy) = ((to.x - from.x) / length, (to.y - from.y) / length);
        let margin = PARAMS.quiet_modules * modules.0.max(modules.1);
        let start = Point::new(from.x - dx * margin, from.y - dy * margin);
        let end = Point::new(to.x + dx * margin, to.y + dy * margin);
        let mut profile = Profile::measure(image, start, end, modules.0.min(modules.1), sharpen);
        profile.first_dark ^= region.inverted;
        // Expected start of a character; perspective changes the module width along the line.
        let whole = CHARACTER_MODULES * count as f32 + GUARD_MODULES;
        let bend = (modules.1 - modules.0) / (modules.1 + modules.0);
        let place = |module: f32| {
            let t = module / whole;
            margin + length * (t + bend * t * (t - 1.0))
        };
        let mut out = Vec::with_capacity(count);
        let mut shift = 0.0f32;
        for step in 0..count {
            // From the side that is visible.
            let column = if region.guards == Guards::Stop { count - 1 - step } else { step };
            let first = START_MODULES + CHARACTER_MODULES * column as f32;
            let (begin, stop) = (place(first), place(first + CHARACTER_MODULES));
            let module = (stop - begin) / CHARACTER_MODULES;
            let Some(element) = profile.nearest_bar(begin + shift) else { continue };
            let off = profile.edges[element] - begin;
            if (off - shift).abs() > PARAMS.max_shift * module {
                continue;
            }
            let Some(widths) = profile.widths::<8>(element) else { continue };
            let mut widths: Widths = widths;
            let mut total: f32 = widths.iter().sum();
            // The last space has no end where what follows is covered in a light colour.
            let before = total - widths[7];
            let wanted = CHARACTER_MODULES * module;
            if total > wanted + PARAMS.open_space.1 * module && before < wanted - PARAMS.open_space.0 * module {
                widths[7] = wanted - before;
                total = wanted;
            }
            if (total / wanted - 1.0).abs() > PARAMS.max_width_deviation {
                continue;
            }
            shift += PARAMS.shift_gain * (off - shift);
            if let Some(symbol) = self.symbols.nearest(&widths, None).filter(|s| s.distance <= MAX_SYMBOL_DISTANCE) {
                out.push((column, symbol));
            }
        }
        out
    }
}
