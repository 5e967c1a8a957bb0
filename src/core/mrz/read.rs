//! Reading: locate → rectify → recognise → align → settle → one document, or nothing.
//!
//! The rule throughout: what is printed is reported. A reading whose check digits fail is returned as read, with the failing
//! ones named; the grammar and the check digits only choose between symbols that the picture leaves nearly equal. Where it
//! leaves too much open, nothing is read: another frame will tell ([`super::fuse`]).

use serde::Serialize;

use crate::core::error::CoreError;
use crate::core::frame::{Frame, LumaImage};
use crate::core::geometry::{Quad, Rect};

use super::align::{AlignedLine, Aligner, Slot};
use super::evidence::Evidence;
use super::format::Format;
use super::locate::{MrzZone, TextLine, locate};
use super::recognise::{LineDistribution, Recogniser};
use super::rectify::{self, Baseline};
use super::{Date, MrzDocument};

/// Most that the places of a line's characters may cost, nats, for a reading at all.
const MAX_COST: f32 = 60.0;
/// A zone whose characters are this probable need not be tried upside down.
const SURE_OF_DIRECTION: f32 = 0.90;
/// Mean log-probability of a strip's columns below which it is no line of a zone (measured: those of zones are above −0.5,
/// upside down and other text mostly below −0.6).
const LEAST_LIKENESS: f32 = -0.75;

/// A machine-readable zone, read from pixels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MrzReading {
    /// The format.
    pub format: Format,
    /// The lines as printed.
    pub lines: Vec<String>,
    /// Mean probability of the symbols, 0–1.
    pub confidence: f32,
    /// Probability of this very reading among all that the picture leaves open, 0–1.
    pub posterior: f32,
    /// Probability of each symbol, line by line, 0–1.
    pub char_confidence: Vec<Vec<f32>>,
    /// Corners around each line's capitals, in the frame's pixels, in reading order (top left first as read).
    pub quads: Vec<Quad>,
    /// The lines, parsed and checked.
    pub document: MrzDocument,
}

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
        self.search(&frame.to_luma(), None)
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
        let mut evidence = self.search(&cut, None)?;
        for p in evidence.quads.iter_mut().flat_map(|q| &mut q.0) {
            (p.x, p.y) = (p.x + x0 as f32, p.y + y0 as f32);
        }
        Some(evidence)
    }

    /// As [`MrzReader::look`], with everything that was tried on the way.
    pub fn trace(&self, frame: &Frame<'_>) -> (Option<Evidence>, Trace) {
        let mut trace = Trace::default();
        let found = self.search(&frame.to_luma(), Some(&mut trace));
        (found, trace)
    }

    fn search(&self, luma: &LumaImage, mut trace: Option<&mut Trace>) -> Option<Evidence> {
        let mut best: Option<Evidence> = None;
        let mut seen = Vec::new();
        for zone in locate(luma) {
            for turned in [false, true] {
                let lines: Vec<TextLine> = if turned {
                    zone.lines.iter().rev().map(TextLine::turned).collect()
                } else {
                    zone.lines.clone()
                };
                let (evidence, lines) = self.zone(luma, &lines, &mut seen);
                if let Some(trace) = trace.as_deref_mut() {
                    trace.zones.push(zone_trace(luma, &zone, turned, &lines, evidence.clone()));
                }
                // What reads this well one way round does not read at all the other way round.
                let sure = evidence.as_ref().is_some_and(|e| e.confidence > SURE_OF_DIRECTION);
                if let Some(evidence) = evidence
                    && best.as_ref().is_none_or(|b| evidence.rank() > b.rank())
                {
                    best = Some(evidence);
                }
                if sure {
                    break;
                }
            }
            // What holds in everything, and is sure of itself, cannot be bettered.
            if best.as_ref().is_some_and(Evidence::is_certain) {
                break;
            }
        }
        best
    }

    /// The lines of a zone, read as the format that they fit best; and those that were looked at.
    fn zone(&self, luma: &LumaImage, lines: &[TextLine], seen: &mut Vec<SeenLine>) -> (Option<Evidence>, Vec<SeenLine>) {
        let mut read: Vec<SeenLine> = Vec::new();
        for line in lines {
            let line = self.line(luma, line, seen);
            let likely = line.likeness > LEAST_LIKENESS;
            read.push(line);
            if !likely {
                return (None, read);
            }
        }
        let aligners: Option<Vec<Aligner<'_>>> = read.iter().map(|l| Aligner::new(&l.distribution)).collect();
        let Some(aligners) = aligners else { return (None, read) };
        let mut best: Option<Evidence> = None;
        let mut aligned: Vec<(usize, usize, Option<AlignedLine>)> = Vec::new();
        for format in Format::ALL {
            let lengths = format.line_lengths();
            if lengths.len() != lines.len() || lengths.len() < 2 {
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
            let quads = read.iter().map(|l| l.baseline.quad()).collect();
            let Some(evidence) = Evidence::new(format, slots, quads, cost) else { continue };
            if best.as_ref().is_none_or(|b| evidence.rank() > b.rank()) {
                best = Some(evidence);
            }
        }
        (best, read)
    }

    /// A line's distribution; lines belong to several zones and are read once.
    fn line(&self, luma: &LumaImage, line: &TextLine, seen: &mut Vec<SeenLine>) -> SeenLine {
        if let Some(known) = seen.iter().find(|s| s.line == *line) {
            return known.clone();
        }
        let mut baseline = rectify::measure(luma, line);
        let mut distribution = self.recogniser.recognise(&baseline.strip(luma));
        let mut likeness = mean_best(&distribution);
        // The places as read tell the pitch, how it changes along the line, and the line's ends: where they are off, the strip is
        // made again.
        if let Some(better) = baseline.refined(luma, &distribution) {
            let second = self.recogniser.recognise(&better.strip(luma));
            let like = mean_best(&second);
            if like > likeness {
                (baseline, distribution, likeness) = (better, second, like);
            }
        }
        let out = SeenLine { line: *line, baseline, distribution, likeness };
        seen.push(out.clone());
        out
    }
}

#[derive(Debug, Clone)]
struct SeenLine {
    line: TextLine,
    baseline: Baseline,
    distribution: LineDistribution,
    likeness: f32,
}

fn zone_trace(luma: &LumaImage, zone: &MrzZone, turned: bool, lines: &[SeenLine], evidence: Option<Evidence>) -> ZoneTrace {
    let line = |l: &SeenLine| LineTrace {
        quad: l.baseline.quad(),
        strip: l.baseline.strip(luma),
        distribution: l.distribution.clone(),
    };
    ZoneTrace { score: zone.score, turned, lines: lines.iter().map(line).collect(), evidence }
}

/// Mean log-probability of the best class of each column: how sure the recogniser is of the strip.
fn mean_best(line: &LineDistribution) -> f32 {
    let sum: f32 = (0..line.columns).map(|t| line.column(t).iter().copied().fold(f32::MIN, f32::max)).sum();
    sum / line.columns.max(1) as f32
}
