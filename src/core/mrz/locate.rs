//! Where a machine-readable zone may be: two or three long bars of text, parallel, equally long, one below the other.
//!
//! Works at several levels of an image pyramid, since the blobs that make bars are sought at one size of glyphs; a line is
//! found at the level where its glyphs are about 6 to 24 pixels high.

use crate::core::frame::LumaImage;
use crate::core::geometry::{Point, Quad};

use super::locate_blobs::{Bar, JOIN_RADIUS, blobs};

/// Longest side of the finest level, px.
const FINEST_SIDE: usize = 1600;
/// An image whose longer side is below this is looked at twice its size as well: its glyphs may be 5 px high.
const SMALL_SIDE: usize = 900;
/// A level below this, on its longer side, holds no readable zone.
const COARSEST_SIDE: usize = 240;

/// Shortest bar, as a multiple of its thickness: 30 characters of TD1 are about 20, less where the bar is a piece.
const MIN_SLENDERNESS: f32 = 5.5;
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

/// Long bars of a level, pieces of one line joined.
fn lines_of(level: &LumaImage) -> Vec<TextLine> {
    let found = blobs(level);
    let mut bars: Vec<(usize, Bar)> = Vec::new();
    for (i, blob) in found.iter().enumerate() {
        let bar = blob.bar();
        let cap = cap_of(&bar);
        if bar.length >= MIN_SLENDERNESS * bar.thickness && (4.0..=40.0).contains(&cap) && bar.fill > 0.45 {
            bars.push((i, bar));
        }
    }
    bars.sort_by(|a, b| b.1.length.total_cmp(&a.1.length));
    bars.truncate(60);
    let mut lines = Vec::new();
    for (seed, (index, bar)) in bars.iter().enumerate() {
        let mut joined = found[*index];
        let mut now = *bar;
        // Pieces that continue the bar at either end.
        for (other, (j, piece)) in bars.iter().enumerate() {
            if other != seed && continues(&now, piece) {
                joined = joined.join(&found[*j]);
                now = Bar { thickness: now.thickness, ..joined.bar() };
            }
        }
        for bar in [*bar, now] {
            let line = line_of(&bar);
            if line.length() >= MIN_LINE_SLENDERNESS * line.cap_height && !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// Blobs are widened by [`JOIN_RADIUS`] on every side.
fn cap_of(bar: &Bar) -> f32 {
    bar.thickness - 2.0 * JOIN_RADIUS as f32
}

fn continues(bar: &Bar, piece: &Bar) -> bool {
    let d = bar.direction;
    let cos = d.x * piece.direction.x + d.y * piece.direction.y;
    let (dx, dy) = (piece.centre.x - bar.centre.x, piece.centre.y - bar.centre.y);
    let (along, across) = ((dx * d.x + dy * d.y).abs(), (dy * d.x - dx * d.y).abs());
    let gap = along - (bar.length + piece.length) / 2.0;
    let alike = piece.thickness / bar.thickness;
    cos.abs() > 0.99
        && across < 0.5 * bar.thickness
        && gap < 3.5 * bar.thickness
        && gap > -0.5 * bar.thickness
        && (0.6..1.6).contains(&alike)
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
        cap_height: cap_of(bar).max(1.0),
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
