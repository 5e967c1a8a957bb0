//! Where a machine-readable zone may be: two or three long bars of text, parallel, equally long, one below the other.
//!
//! Works at several levels of an image pyramid, since the blobs that make bars are sought at one size of glyphs: a line of
//! the zone is found at the levels where its capitals are 6 to 10 pixels high, pieces of it also where they are larger.

use crate::core::frame::LumaImage;
use crate::core::geometry::{Point, Quad};

use super::locate_blobs::{Bar, Blob, JOIN_RADIUS, blobs};
use super::pyramid::{Level, pyramid};
use super::rectify;

/// Shortest bar that a line is grown from, as a multiple of its thickness: about six characters.
const MIN_SLENDERNESS: f32 = 3.6;
/// Longest bars that lines are grown from, at each level.
const MAX_SEEDS: usize = 28;
/// Heights of capitals that bars may have, px of the level: whole lines have 6 to 10, pieces of larger ones are found too.
const SEED_CAPS: std::ops::RangeInclusive<f32> = 3.5..=18.0;
/// Widest gap in a line, cap heights: two characters whose print has failed.
const MAX_GAP_CAPS: f32 = 2.4;
/// Least contrast of ink, as a share of that of the ink before it, above what is not ink.
const LEAST_CONTRAST: f32 = 0.33;
/// Longest line, cap heights: TD3 has 46.
const MAX_LINE_SLENDERNESS: f32 = 62.0;
/// Shortest line that may be a line of a zone, as a multiple of the cap height: TD1 has 31.
const MIN_LINE_SLENDERNESS: f32 = 17.0;

/// Least regularity of a line, and of the lines of a zone on average (measured: lines of zones have 0.5 to 0.9, also small
/// and blurred ones; text of other faces 0 to 0.4).
const MIN_LINE_REGULARITY: f32 = 0.22;
const MIN_ZONE_REGULARITY: f32 = 0.40;
/// Least regularity of a line that is offered alone.
const MIN_LONELY_REGULARITY: f32 = 0.5;

/// Zones that are offered at each level, best first.
const MAX_ZONES: usize = 6;

/// A line of text: the middle of its capitals from left to right as seen, in the image's pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TextLine {
    /// Middle of the first capital, or a little before it.
    pub start: Point,
    /// Middle of the last capital, or a little after it.
    pub end: Point,
    /// Height of the capitals, px.
    pub cap_height: f32,
}

impl TextLine {
    /// Length, px.
    pub fn length(&self) -> f32 {
        self.start.distance(self.end)
    }

    /// Unit vector from start to end.
    pub fn direction(&self) -> Point {
        let length = self.length().max(1e-6);
        Point::new((self.end.x - self.start.x) / length, (self.end.y - self.start.y) / length)
    }

    /// The same line, read from the other end.
    pub fn turned(&self) -> Self {
        Self { start: self.end, end: self.start, ..*self }
    }

    /// A line like this one so many cap heights below it.
    pub fn below(&self, cap_heights: f32) -> Self {
        let d = self.direction();
        let down = cap_heights * self.cap_height;
        let moved = |p: Point| Point::new(p.x - d.y * down, p.y + d.x * down);
        Self { start: moved(self.start), end: moved(self.end), ..*self }
    }

    /// The corners around its capitals.
    pub fn quad(&self) -> Quad {
        let d = self.direction();
        let half = self.cap_height / 2.0;
        // "Down" is a quarter turn clockwise from "right".
        let (nx, ny) = (-d.y * half, d.x * half);
        let corner = |p: Point, s: f32| Point::new(p.x + nx * s, p.y + ny * s);
        Quad([corner(self.start, -1.0), corner(self.end, -1.0), corner(self.end, 1.0), corner(self.start, 1.0)])
    }
}

/// One to three lines that may be a zone or a part of one, from top to bottom as seen.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzZone {
    /// The lines.
    pub lines: Vec<TextLine>,
    /// 0–1: how alike the lines are, how evenly spaced and how long.
    pub score: f32,
    /// The level at which it was found, from 0 for the coarsest.
    pub level: usize,
}

/// What may be a zone, level by level from the coarsest to the finest, at most six of each, best first; none is offered
/// twice. The work of a level is done when it is asked for.
pub fn locate(image: &LumaImage) -> impl Iterator<Item = MrzZone> {
    let mut kept: Vec<MrzZone> = Vec::new();
    pyramid(image).into_iter().enumerate().flat_map(move |(number, level)| {
        let mut new = zones_at(&level);
        new.retain(|zone| !kept.iter().any(|k| same(k, zone)));
        new.iter_mut().for_each(|zone| zone.level = number);
        kept.extend(new.iter().cloned());
        new
    })
}

/// The zones of one level, in the image's pixels.
fn zones_at(level: &Level) -> Vec<MrzZone> {
    let mut zones = zones_of(&lines_of(&level.image));
    for zone in &mut zones {
        align(&mut zone.lines);
        for line in &mut zone.lines {
            let back = |p: Point| Point::new((p.x + 0.5) * level.scale - 0.5, (p.y + 0.5) * level.scale - 0.5);
            let cap_height = line.cap_height * level.scale;
            *line = TextLine { start: back(line.start), end: back(line.end), cap_height };
        }
    }
    let mut kept: Vec<MrzZone> = Vec::new();
    for zone in zones {
        if kept.len() < MAX_ZONES && !kept.iter().any(|k| same(k, &zone)) {
            kept.push(zone);
        }
    }
    kept
}

/// Whether two zones are of the same lines.
fn same(a: &MrzZone, b: &MrzZone) -> bool {
    a.lines.len() == b.lines.len()
        && a.lines.iter().zip(&b.lines).all(|(a, b)| {
            let near = 0.5 * a.cap_height.max(b.cap_height);
            let (along, across) = offset(a, b);
            across.abs() < near && along.abs() < 2.0 * near && (a.length() - b.length()).abs() < 0.06 * a.length()
        })
}

/// From the middle of `a` to that of `b`, along `a` and across it.
pub(super) fn offset(a: &TextLine, b: &TextLine) -> (f32, f32) {
    let d = a.direction();
    let (ma, mb) = (a.start.lerp(a.end, 0.5), b.start.lerp(b.end, 0.5));
    let (dx, dy) = (mb.x - ma.x, mb.y - ma.y);
    (dx * d.x + dy * d.y, dy * d.x - dx * d.y)
}

/// A line with how evenly its ink repeats.
#[derive(Debug, Clone, Copy)]
struct FoundLine {
    line: TextLine,
    regularity: f32,
}

/// Lines of a level: each long bar is a seed, which is followed in both directions as far as its text goes.
fn lines_of(level: &LumaImage) -> Vec<FoundLine> {
    let mut bars: Vec<Bar> = blobs(level)
        .iter()
        .map(Blob::bar)
        .filter(|bar| {
            let cap = bar.thickness - 2.0 * JOIN_RADIUS as f32;
            bar.length >= MIN_SLENDERNESS * bar.thickness && SEED_CAPS.contains(&cap) && bar.fill > 0.45
        })
        .collect();
    bars.sort_by(|a, b| b.length.total_cmp(&a.length));
    bars.truncate(MAX_SEEDS);
    let mut lines: Vec<FoundLine> = Vec::new();
    for bar in &bars {
        let seed = line_of(bar);
        // A piece of a line that is known already.
        if lines.iter().any(|l| holds(&l.line, seed.start.lerp(seed.end, 0.5))) {
            continue;
        }
        let mut line = seed;
        // It at most triples each time: the direction of a short piece is not well known.
        for _ in 0..4 {
            let before = line.length();
            line = straightened(level, &extended(level, &line));
            if line.length() < 1.1 * before {
                break;
            }
        }
        if line.length() < 0.5 * MIN_LINE_SLENDERNESS * line.cap_height {
            continue;
        }
        line.cap_height = cap_height(level, &line);
        if line.length() < MIN_LINE_SLENDERNESS * line.cap_height {
            continue;
        }
        let regularity = regularity(level, &line);
        if regularity >= MIN_LINE_REGULARITY {
            lines.push(FoundLine { line, regularity });
        }
    }
    lines
}

/// Whether a point lies on a line's capitals.
fn holds(line: &TextLine, p: Point) -> bool {
    let d = line.direction();
    let (dx, dy) = (p.x - line.start.x, p.y - line.start.y);
    let along = dx * d.x + dy * d.y;
    (dy * d.x - dx * d.y).abs() < 0.6 * line.cap_height
        && along > -line.cap_height
        && along < line.length() + line.cap_height
}

/// How much ink a place of a line shows: the difference of the lightest and darkest of the capitals' height.
fn contrast(level: &LumaImage, line: &TextLine, along: f32) -> f32 {
    let d = line.direction();
    let c = Point::new(line.start.x + d.x * along, line.start.y + d.y * along);
    let reach = (0.65 * line.cap_height).max(2.0);
    const STEPS: i32 = 8;
    let (mut low, mut high) = (u8::MAX, 0);
    for k in -STEPS / 2..=STEPS / 2 {
        let s = k as f32 / (STEPS / 2) as f32 * reach;
        let v = level.nearest(c.x - d.y * s, c.y + d.x * s);
        (low, high) = (low.min(v), high.max(v));
    }
    let (low, high) = (f32::from(low), f32::from(high));
    high - low
}

/// The line as far as ink goes on, across gaps of up to about two characters.
fn extended(level: &LumaImage, line: &TextLine) -> TextLine {
    let length = line.length();
    let step = (line.cap_height / 4.0).max(1.0);
    let mut known: Vec<f32> = (0..40).map(|k| contrast(level, line, length * (k as f32 + 0.5) / 40.0)).collect();
    known.sort_by(f32::total_cmp);
    let usual = known[28];
    // What stands for ink where there is none: the quieter places above and below.
    let mut empty: Vec<f32> = [-2.0, 2.0]
        .iter()
        .flat_map(|&down| {
            let beside = line.below(down);
            (0..10).map(move |k| contrast(level, &beside, length * (k as f32 + 0.5) / 10.0))
        })
        .collect();
    empty.sort_by(f32::total_cmp);
    let empty = empty[5].min(0.7 * usual);
    let d = line.direction();
    let inside = |along: f32| {
        let (x, y) = (line.start.x + d.x * along, line.start.y + d.y * along);
        x >= 0.0 && y >= 0.0 && x <= (level.width - 1) as f32 && y <= (level.height - 1) as f32
    };
    // Never farther at once than the line is long: its direction is only so well known.
    let most = length.min(MAX_LINE_SLENDERNESS * line.cap_height - length).max(0.0);
    let walk = |from: f32, sign: f32| {
        // Light changes along a line: ink is what is like the ink before it.
        let (mut ink, mut gone, mut recent) = (0.0, step, usual);
        while gone <= most && gone - ink <= MAX_GAP_CAPS * line.cap_height && inside(from + sign * gone) {
            let contrast = contrast(level, line, from + sign * gone);
            if contrast >= empty + LEAST_CONTRAST * (recent - empty) {
                ink = gone;
                recent += 0.1 * (contrast - recent);
            }
            gone += step;
        }
        from + sign * ink
    };
    let (first, last) = (walk(0.0, -1.0), walk(length, 1.0));
    let at = |along: f32| Point::new(line.start.x + d.x * along, line.start.y + d.y * along);
    TextLine { start: at(first), end: at(last), ..*line }
}

/// The line through the middle of its ink: centres of darkness at places along it, fitted by least squares, the farther half
/// of them dropped once.
fn straightened(level: &LumaImage, line: &TextLine) -> TextLine {
    const PLACES: usize = 20;
    const SAMPLES: usize = 5;
    let d = line.direction();
    let length = line.length();
    let reach = 0.85 * line.cap_height;
    let steps = (2.0 * reach).ceil().clamp(6.0, 14.0) as i32;
    let mut points: Vec<(f32, f32)> = Vec::new();
    for place in 0..PLACES {
        // A place is about two characters wide, so that fillers and letters average out.
        let (mut mass, mut moment) = (0.0, 0.0);
        for k in 0..SAMPLES {
            let along = length * (place as f32 + (k as f32 + 0.5) / SAMPLES as f32) / PLACES as f32;
            let c = Point::new(line.start.x + d.x * along, line.start.y + d.y * along);
            // Sums of darkness against the lightest value, without knowing that yet.
            let (mut light, mut total, mut weighted, mut places) = (0.0f32, 0.0, 0.0, 0.0);
            for s in 0..=steps {
                let s = (s as f32 / steps as f32 * 2.0 - 1.0) * reach;
                let v = level.sample(c.x - d.y * s, c.y + d.x * s);
                light = light.max(v);
                total += v;
                weighted += v * s;
                places += s;
            }
            mass += light * (steps + 1) as f32 - total;
            moment += light * places - weighted;
        }
        if mass > 1.0 {
            points.push(((place as f32 + 0.5) / PLACES as f32, moment / mass));
        }
    }
    let mut fit = (0.0, 0.0);
    for _ in 0..2 {
        if points.len() < 5 {
            return *line;
        }
        let n = points.len() as f32;
        let (mx, my) = points.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0 / n, s.1 + p.1 / n));
        let (mut xx, mut xy) = (0.0, 0.0);
        for (x, y) in &points {
            xx += (x - mx) * (x - mx);
            xy += (x - mx) * (y - my);
        }
        let slope = xy / xx.max(1e-6);
        fit = (my - slope * mx, slope);
        points.sort_by(|a, b| {
            let error = |p: &(f32, f32)| (fit.0 + fit.1 * p.0 - p.1).abs();
            error(a).total_cmp(&error(b))
        });
        points.truncate((points.len() * 2).div_ceil(3));
    }
    let moved = |p: Point, down: f32| Point::new(p.x - d.y * down, p.y + d.x * down);
    TextLine { start: moved(line.start, fit.0), end: moved(line.end, fit.0 + fit.1), ..*line }
}

/// The height of a line's capitals: where across it the ink is, on average along it.
fn cap_height(level: &LumaImage, line: &TextLine) -> f32 {
    const ROWS: i32 = 10;
    const PLACES: usize = 100;
    let d = line.direction();
    let step = 1.4 * line.cap_height / ROWS as f32;
    let mut profile = [0.0f32; 2 * ROWS as usize + 1];
    for place in 0..PLACES {
        let c = line.start.lerp(line.end, (place as f32 + 0.5) / PLACES as f32);
        let values: [f32; 2 * ROWS as usize + 1] = std::array::from_fn(|i| {
            let s = (i as i32 - ROWS) as f32 * step;
            level.sample(c.x - d.y * s, c.y + d.x * s)
        });
        let light = values.iter().copied().fold(0.0, f32::max);
        for (p, v) in profile.iter_mut().zip(values) {
            *p += light - v;
        }
    }
    rectify::span(&profile).map_or(line.cap_height, |(top, bottom)| (bottom - top) * step)
}

/// How evenly the ink along a line repeats, at distances that characters of a fixed pitch may have: the autocorrelation of
/// its darkness, −1 to 1, at the best distance, averaged over parts of the line (perspective changes the pitch).
fn regularity(level: &LumaImage, line: &TextLine) -> f32 {
    const PARTS: usize = 4;
    let step = (line.cap_height / 8.0).max(0.3);
    let count = (line.length() / step) as usize;
    let d = line.direction();
    let signal: Vec<f32> = (0..count)
        .map(|i| {
            let c = Point::new(line.start.x + d.x * i as f32 * step, line.start.y + d.y * i as f32 * step);
            (-3..=3)
                .map(|k| {
                    let s = k as f32 / 6.0 * line.cap_height;
                    level.sample(c.x - d.y * s, c.y + d.x * s)
                })
                .sum()
        })
        .collect();
    let least = (0.7 * line.cap_height / step) as usize;
    let most = (2.0 * line.cap_height / step) as usize;
    let length = count / PARTS;
    if length < 2 * most {
        return 0.0;
    }
    // What changes over several characters is light, not print.
    let smooth = |i: usize| {
        let part = &signal[i.saturating_sub(most)..(i + most + 1).min(count)];
        part.iter().sum::<f32>() / part.len() as f32
    };
    let flat: Vec<f32> = (0..count).map(|i| signal[i] - smooth(i)).collect();
    let part = |p: usize| {
        let part = &flat[p * length..(p + 1) * length];
        let energy: f32 = part.iter().map(|v| v * v).sum::<f32>() / length as f32;
        let at = |lag: usize| {
            part.iter().zip(&part[lag..]).map(|(a, b)| a * b).sum::<f32>() / (length - lag) as f32 / energy.max(1e-3)
        };
        let lags: Vec<f32> = (least..=most).map(at).collect();
        // A peak, not the shoulder of the peak at zero.
        (1..lags.len() - 1)
            .filter(|&i| lags[i] >= lags[i - 1] && lags[i] >= lags[i + 1])
            .map(|i| lags[i])
            .fold(0.0, f32::max)
    };
    (0..PARTS).map(part).sum::<f32>() / PARTS as f32
}

fn line_of(bar: &Bar) -> TextLine {
    // From left to right; a line that stands upright is taken from top to bottom.
    let mut d = bar.direction;
    if d.x < -1e-3 || (d.x.abs() <= 1e-3 && d.y < 0.0) {
        d = Point::new(-d.x, -d.y);
    }
    let half = bar.length / 2.0 - JOIN_RADIUS as f32;
    let c = bar.centre;
    TextLine {
        start: Point::new(c.x - d.x * half, c.y - d.y * half),
        end: Point::new(c.x + d.x * half, c.y + d.y * half),
        cap_height: (bar.thickness - 2.0 * JOIN_RADIUS as f32).max(1.0),
    }
}

/// Pairs and triples of lines that lie like those of a zone, and lines that are like those of one.
fn zones_of(found: &[FoundLine]) -> Vec<MrzZone> {
    let mut zones = Vec::new();
    let mut offer = |lines: &[&FoundLine], score: f32| {
        let regularity = lines.iter().map(|l| l.regularity).sum::<f32>() / lines.len() as f32;
        if regularity >= MIN_ZONE_REGULARITY {
            let score = score * (0.5 + regularity).min(1.0);
            zones.push(MrzZone { lines: lines.iter().map(|l| l.line).collect(), score, level: 0 });
        }
    };
    for a in found {
        // A line alone: its neighbours may be too faint, or touch something.
        if a.regularity >= MIN_LONELY_REGULARITY {
            offer(&[a], 0.4);
        }
        for b in found {
            let Some(first) = below(&a.line, &b.line) else { continue };
            offer(&[a, b], first);
            for c in found {
                let Some(second) = below(&b.line, &c.line) else { continue };
                let (ab, bc) = (offset(&a.line, &b.line).1, offset(&b.line, &c.line).1);
                let even = (ab / bc).min(bc / ab);
                if even > 0.75 {
                    // Three that fit are more telling than two.
                    offer(&[a, b, c], (first * second).sqrt() * even.sqrt() * 1.3);
                }
            }
        }
    }
    zones.sort_by(|a, b| b.score.total_cmp(&a.score));
    zones
}

/// Lines of a zone are equally long: where one begins earlier or ends later than its neighbours, they are made as long.
fn align(lines: &mut [TextLine]) {
    let Some(first) = lines.first().copied() else { return };
    let d = first.direction();
    let along = |p: Point| (p.x - first.start.x) * d.x + (p.y - first.start.y) * d.y;
    let start = lines.iter().map(|l| along(l.start)).fold(f32::MAX, f32::min);
    let end = lines.iter().map(|l| along(l.end)).fold(f32::MIN, f32::max);
    for line in lines {
        let own = line.direction();
        let (before, after) = (along(line.start) - start, end - along(line.end));
        line.start = Point::new(line.start.x - own.x * before, line.start.y - own.y * before);
        line.end = Point::new(line.end.x + own.x * after, line.end.y + own.y * after);
    }
}

/// How well `b` fits as the line below `a`, 0–1.
fn below(a: &TextLine, b: &TextLine) -> Option<f32> {
    let (da, db) = (a.direction(), b.direction());
    let cos = da.x * db.x + da.y * db.y;
    let length = a.length().min(b.length()) / a.length().max(b.length());
    let cap = a.cap_height.min(b.cap_height) / a.cap_height.max(b.cap_height);
    if cos < 0.99 || length < 0.72 || cap < 0.55 {
        return None;
    }
    let mean_cap = (a.cap_height + b.cap_height) / 2.0;
    let (along, across) = offset(a, b);
    let gap = across / mean_cap;
    // Lines are 1.76 cap heights apart in TD1 (6 an inch) and 2.65 in TD3 (4 an inch); caps are measured roughly.
    if !(1.2..=4.6).contains(&gap) {
        return None;
    }
    let shift = along.abs() / a.length();
    if shift > 0.14 {
        return None;
    }
    let slender = ((a.length() + b.length()) / 2.0 / mean_cap / 30.0).min(1.0);
    Some(length * cap.sqrt() * (1.0 - 2.0 * shift) * slender)
}
