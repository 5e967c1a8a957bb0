//! Reading: locate → rectify → recognise → align → settle → one document, or nothing.
//!
//! The rule throughout: what is printed is reported. A reading whose check digits fail is returned as read, with the failing
//! ones named; the grammar and the check digits only choose between symbols that the picture leaves nearly equal. Where it
//! leaves too much open, nothing is read: another frame will tell ([`super::fuse`]).

use crate::date::Date;
use crate::error::CoreError;
use crate::frame::{Frame, LumaImage};
use crate::geometry::{Point, Quad, Rect};
use crate::numeric::largest;

use super::align::{self, AlignedLine, Aligner, Slot};
use super::evidence::Evidence;
use super::format::Format;
use super::locate::{MrzZone, locate};
use super::reading::MrzReading;
use super::recognise::{LineDistribution, Recogniser};
use super::rectify::{self, Baseline};
use super::text_line::TextLine;

/// Most that the places of a line's characters may cost, nats, for a reading at all.
const MAX_COST: f32 = 60.0;
/// Mean log-probability of a strip's columns above which it is made no better; below which it is no line of a zone; above which
/// its neighbours are looked for; and what these must have (measured: lines of zones are above −0.2, most above −0.05; upside down
/// and other text −0.1 to −0.3).
const SURE_OF_DIRECTION: f32 = -0.12;
const LEAST_LIKENESS: f32 = -0.5;
const GOOD_LIKENESS: f32 = -0.3;
const LEAST_SOUGHT: f32 = -0.35;
/// How often a strip is made again, and how much likelier it must have become to be made once more.
const MOST_STRIPS: usize = 3;
const WORTH_IT: f32 = 0.05;
/// Fewest characters of a line whose neighbours are looked for, and of a neighbour (one line of Swiss licences has nine).
const FEWEST_CHARACTERS: usize = 15;
const FEWEST_SOUGHT: usize = 6;
/// Fewest digits of the lines of a zone at first sight, and fillers of a line that has less.
const FEWEST_DIGITS: usize = 4;
const FEWEST_FILLERS: usize = 3;
/// How much of a line's middle is glanced at, cap heights; how many characters then are seen, and how likely they must be.
const GLANCE_CAPS: f32 = 12.0;
const GLANCED_CHARACTERS: std::ops::RangeInclusive<usize> = 7..=40;
const LEAST_AT_A_GLANCE: f32 = -0.12;
const LEAST_WITH_FILLERS: f32 = -0.35;
/// Likelier than this with as many characters as lines have, a line needs no second look (measured: half of all lines are).
const SURELY: f32 = -0.04;
/// Lines whose ends are no farther apart (cap heights) are read, or glanced at, once.
const NEAR: f32 = 0.4;
const GLANCED_NEAR: f32 = 1.0;
/// Zones that are read in vain before a frame is given up.
const MOST_ZONES: usize = 10;
/// How much farther a line may begin or end than another, in characters.
const MAX_SLANT: f32 = 3.0;
/// Pitch by the height of capitals in OCR-B of size 1 (2.54 mm and 2.4 mm), and how much more of it there may be before the
/// capitals count as cut.
const PITCH_CAPS: f32 = 1.06;
const LOW_CAPITALS: f32 = 1.12;
/// Sizes and shifts (cap heights) of a closer look.
const LOOKS: [(f32, f32); 4] = [(0.92, 0.0), (1.08, 0.0), (1.0, -0.07), (1.0, 0.07)];

/// What was looked at, for the people who maintain the reader.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The zones, best first, each tried upright and perhaps upside down.
    pub zones: Vec<ZoneTrace>,
}

/// One zone as it was tried.
#[derive(Debug, Clone)]
pub struct ZoneTrace {
    /// How good a zone the locator takes it for, 0–1.
    pub score: f32,
    /// Whether it was read upside down, as seen by the locator.
    pub turned: bool,
    /// The lines that were recognised, from the first; fewer than the zone has where the first ones were dismissed.
    pub lines: Vec<LineTrace>,
    /// What came of it.
    pub evidence: Option<Evidence>,
}

/// One line as it was recognised.
#[derive(Debug, Clone)]
pub struct LineTrace {
    /// Corners around the capitals.
    pub quad: Quad,
    /// What the recogniser saw.
    pub strip: LumaImage,
    /// What it made of it.
    pub distribution: LineDistribution,
}

/// Reads zones from frames; holds the recogniser.
#[derive(Debug, Clone)]
pub struct MrzReader {
    recogniser: Recogniser,
}

impl MrzReader {
    /// A reader from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        Ok(Self { recogniser: Recogniser::from_bytes(bytes)? })
    }

    /// The zone in a frame, at any rotation; `None` where none is there, or none can be read.
    pub fn read(&self, frame: &Frame<'_>, today: Date) -> Option<MrzReading> {
        self.look(frame)?.reading(today)
    }

    /// What a frame tells of a zone, be it enough for a reading or not: several frames may tell together. `None` where
    /// there is no sign of one.
    pub fn look(&self, frame: &Frame<'_>) -> Option<Evidence> {
        self.found(&frame.to_luma())
    }

    /// As [`MrzReader::look`] in a part of a frame, as the bounds of a document's outline: less to look through. Cut at the
    /// frame's borders.
    pub fn look_in(&self, frame: &Frame<'_>, part: Rect) -> Option<Evidence> {
        let edge = |v: f32, max: usize| if v.is_finite() { v.clamp(0.0, max as f32) as usize } else { 0 };
        let (x0, y0) = (edge(part.x, frame.width()), edge(part.y, frame.height()));
        let (x1, y1) = (edge(part.x + part.width, frame.width()), edge(part.y + part.height, frame.height()));
        if x1 < x0 + 32 || y1 < y0 + 16 {
            return None;
        }
        let luma = frame.to_luma();
        let rows = luma.data.chunks_exact(luma.width).take(y1).skip(y0);
        let cut =
            LumaImage { data: rows.flat_map(|row| &row[x0..x1]).copied().collect(), width: x1 - x0, height: y1 - y0 };
        let mut evidence = self.found(&cut)?;
        for p in evidence.quads.iter_mut().flat_map(|q| &mut q.0) {
            (p.x, p.y) = (p.x + x0 as f32, p.y + y0 as f32);
        }
        Some(evidence)
    }

    /// As [`MrzReader::look`], with everything that was tried on the way.
    pub fn trace(&self, frame: &Frame<'_>) -> (Option<Evidence>, Trace) {
        let mut trace = Trace::default();
        let luma = frame.to_luma();
        let found = self.search(&luma, |zone, turned, lines, evidence| {
            trace.zones.push(zone_trace(&luma, zone, turned, lines, evidence.cloned()));
        });
        (found, trace)
    }

    fn found(&self, luma: &LumaImage) -> Option<Evidence> {
        self.search(luma, |_, _, _, _| ())
    }

    /// Goes through what may be a zone; `tell` is told of each, whether it was turned, its lines, and what came of it.
    fn search(
        &self,
        luma: &LumaImage,
        mut tell: impl FnMut(&MrzZone, bool, &[SeenLine], Option<&Evidence>),
    ) -> Option<Evidence> {
        let mut best: Option<Found> = None;
        let (mut seen, mut glances) = (Vec::new(), Vec::new());
        let mut tried = 0;
        // Lines alone wait until all levels are looked through: their neighbours have to be sought.
        let mut alone = Vec::new();
        let mut together = locate(luma);
        loop {
            let (zone, last_resort) = match together.next() {
                Some(zone) if zone.lines.len() == 1 => {
                    alone.push(zone);
                    continue;
                }
                Some(zone) => (zone, false),
                None if alone.is_empty() => break,
                None => (alone.remove(0), true),
            };
            // What can be read is read as well at one or two levels; what is finer then are other things.
            let done = |b: &Found| {
                b.evidence.is_certain() || (b.evidence.is_enough() && (last_resort || zone.level > b.level + 1))
            };
            if tried >= MOST_ZONES || best.as_ref().is_some_and(done) {
                break;
            }
            let upright = zone.lines.clone();
            let mut reversed = upright.clone();
            reversed.reverse();
            reversed.iter_mut().for_each(|line| *line = line.turned());
            // A glance tells whether it may be a zone at all, and which way round.
            let ways = self.ways(luma, &zone, &mut glances);
            if ways.is_empty() {
                tell(&zone, false, &[], None);
            }
            tried += usize::from(!ways.is_empty());
            for turned in ways {
                let (evidence, lines) = self.zone(luma, if turned { &reversed } else { &upright }, &mut seen);
                tell(&zone, turned, &lines, evidence.as_ref());
                let Some(evidence) = evidence else { continue };
                let read = evidence.is_enough();
                if best.as_ref().is_none_or(|b| evidence.is_better_than(&b.evidence)) {
                    best = Some(Found { evidence, lines, level: zone.level });
                }
                if read {
                    break;
                }
            }
        }
        let Found { evidence, lines, .. } = best?;
        let closer = evidence.is_plausible() && !evidence.is_certain();
        Some(if closer { self.again(luma, &lines, evidence) } else { evidence })
    }

    /// The lines of a zone, read as the format that they fit best; and those that were looked at. Lines that are missing are
    /// looked for where the format has them.
    fn zone(
        &self,
        luma: &LumaImage,
        lines: &[TextLine],
        seen: &mut Vec<SeenLine>,
    ) -> (Option<Evidence>, Vec<SeenLine>) {
        let mut read: Vec<SeenLine> = Vec::new();
        for line in lines {
            read.push(self.line(luma, line, seen));
            // Where the first line is nothing, the zone is mostly nothing.
            if read[0].likeness < LEAST_LIKENESS && lines.len() > 1 {
                return (None, read);
            }
        }
        if !tells_enough(&read) {
            return (None, read);
        }
        read.iter_mut().for_each(|line| self.refine(luma, line, seen));
        let mut best = fitted(&read);
        if best.as_ref().is_some_and(Evidence::is_enough) {
            return (best, read);
        }
        let found = read.clone();
        'groups: for group in completions(&found) {
            let mut lines = Vec::new();
            for member in group {
                lines.push(match member {
                    Member::Read(i) => found[i].clone(),
                    Member::Sought(line) => {
                        let mut sought = self.line(luma, &line, seen);
                        if sought.likeness < LEAST_SOUGHT || sought.characters() < FEWEST_SOUGHT {
                            continue 'groups;
                        }
                        self.refine(luma, &mut sought, seen);
                        sought
                    }
                });
            }
            if let Some(evidence) = fitted(&lines)
                && best.as_ref().is_none_or(|b| evidence.is_better_than(b))
            {
                let enough = evidence.is_enough();
                best = Some(evidence);
                read = lines;
                if enough {
                    break;
                }
            }
        }
        (best, read)
    }

    /// A closer look: the lines once more, a little larger, smaller, higher and lower, and the mean of what is seen.
    fn again(&self, luma: &LumaImage, lines: &[SeenLine], first: Evidence) -> Evidence {
        let baselines: Vec<Baseline> = lines.iter().map(|line| line.baseline.clone()).collect();
        let (baselines, first) = self.whole_capitals(luma, baselines, first);
        if first.is_certain() {
            return first;
        }
        let mut slots = first.slots.clone();
        let mut looks = 1.0;
        for (size, down) in LOOKS {
            let changed: Vec<Baseline> = baselines.iter().map(|line| line.changed(size, down)).collect();
            let Some(look) = self.slots(luma, &changed, first.format) else { continue };
            looks += 1.0;
            for (sum, slot) in slots.iter_mut().flatten().zip(look.into_iter().flatten()) {
                sum.iter_mut().zip(slot).for_each(|(sum, log)| *sum += log);
            }
        }
        if looks < 2.0 {
            return first;
        }
        for slot in slots.iter_mut().flatten() {
            slot.iter_mut().for_each(|log| *log /= looks);
            align::normalise(slot);
        }
        let again = Evidence::new(first.format, slots, first.quads.clone(), first.cost);
        again.filter(|again| again.is_better_than(&first)).unwrap_or(first)
    }

    /// Where capitals are low for their pitch, their upper or lower part may not have been printed or seen: the same lines with
    /// capitals as high as the standard has them, upwards and downwards, where that reads better.
    fn whole_capitals(&self, luma: &LumaImage, baselines: Vec<Baseline>, first: Evidence) -> (Vec<Baseline>, Evidence) {
        let lengths = first.format.line_lengths();
        let pitch_caps = |(line, &length): (&Baseline, &usize)| {
            line.text_line().length() / (length.max(2) - 1) as f32 / line.cap_height.max(1.0)
        };
        let mean = baselines.iter().zip(lengths).map(pitch_caps).sum::<f32>() / lengths.len() as f32;
        let size = mean / PITCH_CAPS;
        if first.is_enough() || !(LOW_CAPITALS..2.0).contains(&size) {
            return (baselines, first);
        }
        let mut best = (baselines.clone(), first);
        for down in [-(size - 1.0) / 2.0, (size - 1.0) / 2.0] {
            let changed: Vec<Baseline> = baselines.iter().map(|line| line.changed(size, down)).collect();
            let Some(slots) = self.slots(luma, &changed, best.1.format) else { continue };
            let quads = changed.iter().map(Baseline::quad).collect();
            let Some(evidence) = Evidence::new(best.1.format, slots, quads, best.1.cost) else { continue };
            if evidence.is_better_than(&best.1) {
                best = (changed, evidence);
            }
        }
        best
    }

    /// What the lines of a format may be, read along baselines.
    fn slots(&self, luma: &LumaImage, baselines: &[Baseline], format: Format) -> Option<Vec<Vec<Slot>>> {
        let read = |(line, &length): (&Baseline, &usize)| {
            Some(Aligner::new(&self.recogniser.recognise(&line.strip(luma)))?.align(length)?.slots)
        };
        baselines.iter().zip(format.line_lengths()).map(read).collect()
    }

    /// The ways round (whether turned) in which a zone may be one, by a glance at a line or two; the likelier first.
    fn ways(&self, luma: &LumaImage, zone: &MrzZone, glances: &mut Vec<(TextLine, Glance)>) -> Vec<bool> {
        // The first line of some cards is short; then the second tells.
        for line in zone.lines.iter().take(2) {
            let mut look = |line: TextLine| {
                if let Some((_, known)) = glances.iter().find(|(other, _)| other.is_near(&line, GLANCED_NEAR)) {
                    return *known;
                }
                let glance = self.glance(luma, &line);
                glances.push((line, glance));
                glance
            };
            let upright = look(*line);
            if upright.is_convincing() {
                return vec![false];
            }
            let turned = look(line.turned());
            let mut ways = [(false, upright), (true, turned)];
            if ways[1].1.rank() > ways[0].1.rank() {
                ways.reverse();
            }
            let ways: Vec<bool> = ways.iter().filter(|way| way.1.is_promising()).map(|way| way.0).collect();
            if !ways.is_empty() {
                return ways;
            }
        }
        Vec::new()
    }

    /// What a piece in the middle of a line shows.
    fn glance(&self, luma: &LumaImage, line: &TextLine) -> Glance {
        let share = (GLANCE_CAPS * line.cap_height / line.length().max(1.0)).min(1.0) / 2.0;
        let piece = line.part(0.5 - share, 0.5 + share);
        let distribution = self.recogniser.recognise(&rectify::measure(luma, &piece).strip(luma));
        let read = distribution.greedy();
        let fillers = read.iter().filter(|c| c.symbol == b'<').count();
        Glance { likeness: mean_best(&distribution), characters: read.len(), fillers }
    }

    /// A line's distribution at first sight; lines belong to several zones and are read once.
    fn line(&self, luma: &LumaImage, line: &TextLine, seen: &mut Vec<SeenLine>) -> SeenLine {
        if let Some(known) = seen.iter().find(|s| s.line.is_near(line, NEAR)) {
            return known.clone();
        }
        let baseline = rectify::measure(luma, line);
        let distribution = self.recogniser.recognise(&baseline.strip(luma));
        let likeness = mean_best(&distribution);
        let out = SeenLine { line: *line, baseline, distribution, likeness, refined: false };
        seen.push(out.clone());
        out
    }

    /// The places as read tell the pitch, how it changes along the line, and the line's ends: where they are off, the strip is
    /// made again.
    fn refine(&self, luma: &LumaImage, line: &mut SeenLine, seen: &mut [SeenLine]) {
        let known = seen.iter_mut().find(|s| s.line == line.line);
        if let Some(known) = known.as_deref().filter(|known| known.refined) {
            *line = known.clone();
            return;
        }
        let whole = [30, 36, 44].contains(&line.characters()) && line.likeness > SURELY;
        for _ in 0..if whole { 0 } else { MOST_STRIPS } {
            let Some(better) = line.baseline.refined(luma, &line.distribution) else { break };
            let second = self.recogniser.recognise(&better.strip(luma));
            let like = mean_best(&second);
            if like <= line.likeness {
                break;
            }
            let enough = like < line.likeness + WORTH_IT || like > SURE_OF_DIRECTION;
            (line.baseline, line.distribution, line.likeness) = (better, second, like);
            if enough {
                break;
            }
        }
        line.refined = true;
        if let Some(known) = known {
            *known = line.clone();
        }
    }
}

/// Whether lines at first sight have digits enough for a zone, or one line alone what lines of a zone have: dates or fillers.
fn tells_enough(lines: &[SeenLine]) -> bool {
    let count =
        |is: fn(u8) -> bool| lines.iter().flat_map(|l| l.distribution.greedy()).filter(|c| is(c.symbol)).count();
    // Capitals of other faces are taken for 0 and 1.
    let digits = count(|s| s.is_ascii_digit() && s > b'1');
    digits >= FEWEST_DIGITS || (lines.len() == 1 && count(|s| s == b'<') >= FEWEST_FILLERS)
}

/// What a piece of a line shows.
#[derive(Debug, Clone, Copy)]
struct Glance {
    likeness: f32,
    characters: usize,
    fillers: usize,
}

impl Glance {
    /// Whether the line may be one of a zone (measured: of lines that are, 99 % are this sure; of other text a third).
    fn is_promising(&self) -> bool {
        let least = if self.fillers >= 2 { LEAST_WITH_FILLERS } else { LEAST_AT_A_GLANCE };
        GLANCED_CHARACTERS.contains(&self.characters) && self.likeness > least
    }

    /// Whether it is one beyond doubt, the right way round: fillers turned are none.
    fn is_convincing(&self) -> bool {
        self.is_promising() && self.fillers >= 2 && self.likeness > SURELY
    }

    /// How much it looks like a line that is not upside down: by its likeness, and by fillers, which most lines have and which
    /// are none the other way round.
    fn rank(&self) -> f32 {
        self.likeness + 0.03 * self.fillers.min(10) as f32
    }
}

/// A line of a zone to try: one that was read, or where one should be.
enum Member {
    Read(usize),
    Sought(TextLine),
}

/// Zones that lines which were read may belong to, with the missing lines where the standard has them: in cards of three
/// lines 1.76 cap heights apart, in passports, visas and cards of two 2.65 (Doc 9303-3 section 4.2: 6 and 4 lines an inch), or
/// as far apart as two that were read.
fn completions(read: &[SeenLine]) -> Vec<Vec<Member>> {
    let good: Vec<usize> = (0..read.len()).filter(|&i| read[i].likeness > GOOD_LIKENESS).collect();
    let Some(&first) = good.first() else { return Vec::new() };
    let line = read[first].baseline.text_line();
    let characters = read[first].characters();
    if characters < FEWEST_CHARACTERS {
        return Vec::new();
    }
    let mut zones = Vec::new();
    if let [_, second] = good[..]
        && characters < 34
    {
        let other = read[second].baseline.text_line();
        let (_, down) = line.offset(&other);
        let apart = down / line.cap_height;
        if apart > 2.8 {
            // Too far apart for neighbours.
            zones.push(vec![Member::Read(first), Member::Sought(line.below(apart / 2.0)), Member::Read(second)]);
            return zones;
        }
        zones.push(vec![Member::Read(first), Member::Read(second), Member::Sought(other.below(apart))]);
        zones.push(vec![Member::Sought(line.below(-apart)), Member::Read(first), Member::Read(second)]);
        return zones;
    }
    for apart in [2.65, 1.76] {
        let at = |lines: f32| Member::Sought(line.below(lines * apart));
        if characters < 34 {
            zones.push(vec![Member::Read(first), at(1.0), at(2.0)]);
            zones.push(vec![at(-1.0), Member::Read(first), at(1.0)]);
            zones.push(vec![at(-2.0), at(-1.0), Member::Read(first)]);
        } else {
            zones.push(vec![at(-1.0), Member::Read(first)]);
            zones.push(vec![Member::Read(first), at(1.0)]);
        }
    }
    zones
}

/// The best finding so far.
struct Found {
    evidence: Evidence,
    lines: Vec<SeenLine>,
    level: usize,
}

#[derive(Debug, Clone)]
struct SeenLine {
    line: TextLine,
    baseline: Baseline,
    distribution: LineDistribution,
    likeness: f32,
    refined: bool,
}

impl SeenLine {
    fn characters(&self) -> usize {
        self.distribution.greedy().len()
    }
}

fn zone_trace(
    luma: &LumaImage,
    zone: &MrzZone,
    turned: bool,
    lines: &[SeenLine],
    evidence: Option<Evidence>,
) -> ZoneTrace {
    let line = |l: &SeenLine| LineTrace {
        quad: l.baseline.quad(),
        strip: l.baseline.strip(luma),
        distribution: l.distribution.clone(),
    };
    ZoneTrace { score: zone.score, turned, lines: lines.iter().map(line).collect(), evidence }
}

/// Lines as the format that they fit best.
fn fitted(lines: &[SeenLine]) -> Option<Evidence> {
    if lines.iter().any(|line| line.likeness < LEAST_LIKENESS) {
        return None;
    }
    let aligners: Vec<Aligner<'_>> = lines.iter().map(|l| Aligner::new(&l.distribution)).collect::<Option<_>>()?;
    let mut best: Option<Evidence> = None;
    let mut aligned: Vec<(usize, usize, Option<AlignedLine>)> = Vec::new();
    for format in Format::ALL {
        let lengths = format.line_lengths();
        if lengths.len() != lines.len() {
            continue;
        }
        let mut slots: Vec<Vec<Slot>> = Vec::new();
        let mut cost = 0.0;
        for (i, &length) in lengths.iter().enumerate() {
            let known = aligned.iter().position(|(line, l, _)| (*line, *l) == (i, length));
            let known = known.unwrap_or_else(|| {
                aligned.push((i, length, aligners[i].align(length)));
                aligned.len() - 1
            });
            let Some(line) = &aligned[known].2 else { break };
            cost += line.cost / lengths.len() as f32;
            slots.push(line.slots.clone());
        }
        if slots.len() < lengths.len() || cost > MAX_COST {
            continue;
        }
        if !together(lines, &aligned, lengths) {
            continue;
        }
        let quads = lines.iter().map(|l| l.baseline.quad()).collect();
        let Some(evidence) = Evidence::new(format, slots, quads, cost) else { continue };
        if best.as_ref().is_none_or(|b| evidence.is_better_than(b)) {
            best = Some(evidence);
        }
    }
    best
}

/// Whether lines as long as each other begin and end at the same place along them, but for a slant: lines of which one lacks
/// its beginning and one its end are not read as lines of a shorter format.
fn together(lines: &[SeenLine], aligned: &[(usize, usize, Option<AlignedLine>)], lengths: &[usize]) -> bool {
    let ends = |i: usize| {
        let known = aligned.iter().find(|(line, length, _)| (*line, *length) == (i, lengths[i]))?;
        let columns = &known.2.as_ref()?.columns;
        Some((lines[i].baseline.at_column(*columns.first()?), lines[i].baseline.at_column(*columns.last()?)))
    };
    let Some((start, end)) = ends(lines.len() - 1) else { return false };
    let length = start.distance(end).max(1.0);
    let direction = ((end.x - start.x) / length, (end.y - start.y) / length);
    let along = |p: Point| (p.x - start.x) * direction.0 + (p.y - start.y) * direction.1;
    let pitch = length / (lengths[lines.len() - 1] - 1).max(1) as f32;
    (0..lines.len() - 1).all(|i| {
        let Some((first, last)) = ends(i) else { return false };
        let shift = along(first).abs() / pitch;
        let also = (along(last) - length).abs() / pitch;
        shift < MAX_SLANT && (also < MAX_SLANT || lengths[i] != lengths[lines.len() - 1])
    })
}

/// Mean log-probability of the best class of each column: how sure the recogniser is of the strip.
fn mean_best(line: &LineDistribution) -> f32 {
    let sum: f32 = (0..line.columns).map(|t| largest(line.column(t))).sum();
    sum / line.columns.max(1) as f32
}
