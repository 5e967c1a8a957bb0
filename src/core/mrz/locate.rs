//! Where a machine-readable zone may be: two or three long bars of text, parallel, equally long, one below the other.
//!
//! Works at several levels of an image pyramid, since the blobs that make bars are sought at one size of glyphs; a line is
//! found at the level where its glyphs are about 6 to 24 pixels high.

use crate::core::frame::LumaImage;
use crate::core::geometry::{Point, Quad};

use super::locate_blobs::{Bar, Blob, JOIN_RADIUS, blobs};

/// Longest side of the finest level, px.
const FINEST_SIDE: usize = 1600;
/// An image whose longer side is below this is looked at twice its size as well: its glyphs may be 5 px high.
const SMALL_SIDE: usize = 900;
/// A level below this, on its longer side, holds no readable zone.
const COARSEST_SIDE: usize = 240;

/// Shortest bar that a line is grown from, as a multiple of its thickness: about six characters.
const MIN_SLENDERNESS: f32 = 3.6;
/// Longest bars that lines are grown from, at each level.
const MAX_SEEDS: usize = 40;
/// Widest gap in a line, cap heights: two characters whose print has failed.
const MAX_GAP_CAPS: f32 = 2.4;
/// Longest line, cap heights: TD3 has 46.
const MAX_LINE_SLENDERNESS: f32 = 62.0;
/// Shortest line that may be a line of a zone, as a multiple of the cap height: TD1 has 31.
const MIN_LINE_SLENDERNESS: f32 = 17.0;

/// Zones that are offered, best first.
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

/// Two or three lines that may be a zone, from top to bottom as seen.
#[derive(Debug, Clone, PartialEq)]
pub struct MrzZone {
    /// The lines.
    pub lines: Vec<TextLine>,
    /// 0–1: how alike the lines are, how evenly spaced and how long.
    pub score: f32,
}

/// What may be a zone, best first; at most six.
pub fn locate(image: &LumaImage) -> Vec<MrzZone> {
    let mut zones: Vec<MrzZone> = Vec::new();
    for (level, scale) in pyramid(image) {
        for mut zone in zones_of(&lines_of(&level)) {
            align(&mut zone.lines);
            for line in &mut zone.lines {
                let back = |p: Point| Point::new((p.x + 0.5) * scale - 0.5, (p.y + 0.5) * scale - 0.5);
                *line = TextLine { start: back(line.start), end: back(line.end), cap_height: line.cap_height * scale };
            }
            zones.push(zone);
        }
    }
    zones.sort_by(|a, b| b.score.total_cmp(&a.score));
    // The same zone is found at neighbouring levels: keep the better finding of each place and number of lines.
    let mut kept: Vec<MrzZone> = Vec::new();
    for zone in zones {
        let same = |other: &MrzZone| {
            other.lines.len() == zone.lines.len()
                && other.lines.iter().zip(&zone.lines).all(|(a, b)| {
                    let near = 0.6 * a.cap_height.max(b.cap_height);
                    let (ma, mb) = (a.start.lerp(a.end, 0.5), b.start.lerp(b.end, 0.5));
                    ma.distance(mb) < 4.0 * near && (a.length() - b.length()).abs() < 0.06 * a.length()
                })
        };
        if !kept.iter().any(same) {
            kept.push(zone);
        }
        if kept.len() == MAX_ZONES {
            break;
        }
    }
    kept
}

/// The image at sizes that halve, each with the factor back to the image's pixels.
fn pyramid(image: &LumaImage) -> Vec<(LumaImage, f32)> {
    let longer = image.width.max(image.height);
    let mut levels = Vec::new();
    let step = longer.div_ceil(FINEST_SIDE).max(1);
    let mut level = shrink(image, step);
    let mut scale = step as f32;
    if longer < SMALL_SIDE {
        levels.push((enlarge(image), 0.5));
    }
    loop {
        let side = level.width.max(level.height);
        if side < COARSEST_SIDE || level.width.min(level.height) < 16 {
            break;
        }
        let next = shrink(&level, 2);
        levels.push((level, scale));
        level = next;
        scale *= 2.0;
        if levels.len() == 4 {
            break;
        }
    }
    levels
}

fn shrink(image: &LumaImage, step: usize) -> LumaImage {
    if step <= 1 {
        return image.clone();
    }
    let (width, height) = ((image.width / step).max(1), (image.height / step).max(1));
    let area = (step * step) as u32;
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let mut sum = area / 2;
            for sy in 0..step {
                let row = (y * step + sy).min(image.height - 1) * image.width;
                for sx in 0..step {
                    sum += u32::from(image.data[row + (x * step + sx).min(image.width - 1)]);
                }
            }
            data.push((sum / area) as u8);
        }
    }
    LumaImage { data, width, height }
}

fn enlarge(image: &LumaImage) -> LumaImage {
    let (width, height) = (image.width * 2, image.height * 2);
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            data.push(image.sample((x as f32 + 0.5) / 2.0 - 0.5, (y as f32 + 0.5) / 2.0 - 0.5).round() as u8);
        }
    }
    LumaImage { data, width, height }
}

/// Lines of a level: each long bar is a seed, which is followed in both directions as far as its text goes.
fn lines_of(level: &LumaImage) -> Vec<TextLine> {
    let mut bars: Vec<Bar> = blobs(level)
        .iter()
        .map(Blob::bar)
        .filter(|bar| {
            let cap = bar.thickness - 2.0 * JOIN_RADIUS as f32;
            bar.length >= MIN_SLENDERNESS * bar.thickness && (4.0..=40.0).contains(&cap) && bar.fill > 0.45
        })
        .collect();
    bars.sort_by(|a, b| b.length.total_cmp(&a.length));
    bars.truncate(MAX_SEEDS);
    let mut lines: Vec<TextLine> = Vec::new();
    for bar in &bars {
        let seed = line_of(bar);
        // A piece of a line that is known already.
        if lines.iter().any(|l| holds(l, seed.start.lerp(seed.end, 0.5))) {
            continue;
        }
        let mut line = seed;
        for _ in 0..3 {
            line = straightened(level, &extended(level, &line));
        }
        if line.length() >= MIN_LINE_SLENDERNESS * line.cap_height {
            lines.push(line);
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
    let steps = (2.0 * reach).ceil() as i32;
    let (mut low, mut high) = (f32::MAX, f32::MIN);
    for k in 0..=steps {
        let s = (k as f32 / steps as f32 * 2.0 - 1.0) * reach;
        let v = level.sample(c.x - d.y * s, c.y + d.x * s);
        (low, high) = (low.min(v), high.max(v));
    }
    high - low
}

/// The line as far as ink goes on, across gaps of up to about two characters.
fn extended(level: &LumaImage, line: &TextLine) -> TextLine {
    let length = line.length();
    let step = (line.cap_height / 6.0).max(1.0);
    let mut known: Vec<f32> = (0..40).map(|k| contrast(level, line, length * (k as f32 + 0.5) / 40.0)).collect();
    known.sort_by(f32::total_cmp);
    let limit = 0.45 * known[28];
    let d = line.direction();
    let inside = |along: f32| {
        let (x, y) = (line.start.x + d.x * along, line.start.y + d.y * along);
        x >= 0.0 && y >= 0.0 && x <= (level.width - 1) as f32 && y <= (level.height - 1) as f32
    };
    // Never farther at once than the line is long: its direction is only so well known.
    let most = length.min(MAX_LINE_SLENDERNESS * line.cap_height - length).max(0.0);
    let walk = |from: f32, sign: f32| {
        let (mut ink, mut gone) = (0.0, step);
        while gone <= most && gone - ink <= MAX_GAP_CAPS * line.cap_height && inside(from + sign * gone) {
            if contrast(level, line, from + sign * gone) >= limit {
                ink = gone;
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
    const PLACES: usize = 25;
    let d = line.direction();
    let length = line.length();
    let reach = 0.85 * line.cap_height;
    let steps = (2.0 * reach).ceil().max(6.0) as i32;
    let mut points: Vec<(f32, f32)> = Vec::new();
    for place in 0..PLACES {
        // A place is about two characters wide, so that fillers and letters average out.
        let (mut mass, mut moment) = (0.0, 0.0);
        for k in 0..8 {
            let along = length * (place as f32 + (k as f32 + 0.5) / 8.0) / PLACES as f32;
            let c = Point::new(line.start.x + d.x * along, line.start.y + d.y * along);
            let values: Vec<(f32, f32)> = (0..=steps)
                .map(|s| (s as f32 / steps as f32 * 2.0 - 1.0) * reach)
                .map(|s| (s, level.sample(c.x - d.y * s, c.y + d.x * s)))
                .collect();
            let light = values.iter().map(|v| v.1).fold(0.0, f32::max);
            for (s, v) in values {
                mass += light - v;
                moment += (light - v) * s;
            }
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

/// Pairs and triples of lines that lie like those of a zone.
fn zones_of(lines: &[TextLine]) -> Vec<MrzZone> {
    let mut zones = Vec::new();
    for a in lines {
        for b in lines {
            let Some(first) = below(a, b) else { continue };
            zones.push(MrzZone { lines: vec![*a, *b], score: first });
            for c in lines {
                let Some(second) = below(b, c) else { continue };
                let (ab, bc) = (distance(a, b), distance(b, c));
                let even = (ab / bc).min(bc / ab);
                if even > 0.75 {
                    // Three that fit are more telling than two.
                    zones.push(MrzZone { lines: vec![*a, *b, *c], score: (first * second).sqrt() * even * 1.15 });
                }
            }
        }
    }
    zones.sort_by(|a, b| b.score.total_cmp(&a.score));
    zones.truncate(2 * MAX_ZONES);
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
    let gap = distance(a, b) / mean_cap;
    // Lines are 1.76 cap heights apart in TD1 (6 an inch) and 2.65 in TD3 (4 an inch); caps are measured roughly.
    if !(1.2..=4.6).contains(&gap) {
        return None;
    }
    let (ma, mb) = (a.start.lerp(a.end, 0.5), b.start.lerp(b.end, 0.5));
    let shift = ((mb.x - ma.x) * da.x + (mb.y - ma.y) * da.y).abs() / a.length();
    if shift > 0.14 {
        return None;
    }
    let slender = ((a.length() + b.length()) / 2.0 / mean_cap / 30.0).min(1.0);
    Some(length * cap.sqrt() * (1.0 - 2.0 * shift) * slender)
}

/// From line `a` down to the middle of line `b`, px; negative above.
fn distance(a: &TextLine, b: &TextLine) -> f32 {
    let d = a.direction();
    let m = b.start.lerp(b.end, 0.5);
    let (dx, dy) = (m.x - a.start.x, m.y - a.start.y);
    dy * d.x - dx * d.y
}
