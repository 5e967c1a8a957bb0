//! The MRZ reader: locate → rectify → recognise → align → decode → one document, or nothing.
//!
//! Principle: report what is printed. A reading with invalid check digits is returned as read, and names them; the
//! grammar and the check digits only choose between symbols that the image leaves open. An MRZ is a reading if its
//! check digits prove it, or if the pixels show almost every symbol for certain in the layout of a format
//! ([`MrzHypothesis::is_legible`]). If too much is ambiguous, nothing is read, and further frames help
//! ([`super::fuse`]).

use crate::date::Date;
use crate::error::CoreError;
use crate::frame::{Frame, LumaImage};
use crate::geometry::{Point, Quad, Rect};
use crate::numeric::fold_max;

use super::align::{self, AlignedLine, Aligner, SymbolLogProbs};
use super::format::Format;
use super::hypothesis::MrzHypothesis;
use super::locate::{MrzCandidate, locate};
use super::read_params::ReadParams;
use super::reading::MrzReading;
use super::recognise::{LineDistribution, Recogniser};
use super::rectify::{self, Baseline};
use super::text_line::TextLine;

/// Parameters in use.
const PARAMS: ReadParams = ReadParams::DEFAULT;

/// Intermediate results, for debugging the reader.
#[derive(Debug, Clone, Default)]
pub struct DebugInfo {
    /// Candidates in the order tried, upright and possibly upside down.
    pub candidates: Vec<CandidateDebugInfo>,
}

/// One candidate.
#[derive(Debug, Clone)]
pub struct CandidateDebugInfo {
    /// Score of the locator, 0–1.
    pub score: f32,
    /// Whether it was read upside down, relative to the located lines.
    pub reversed: bool,
    /// Recognised lines, from the first; incomplete if the candidate was rejected early.
    pub lines: Vec<LineDebugInfo>,
    /// Result, if any.
    pub hypothesis: Option<MrzHypothesis>,
}

/// One recognised line.
#[derive(Debug, Clone)]
pub struct LineDebugInfo {
    /// Corners around the capitals, px of the frame.
    pub quad: Quad,
    /// Normalised line image, the recogniser's input.
    pub line_image: LumaImage,
    /// The recogniser's output.
    pub distribution: LineDistribution,
}

/// Reads the MRZ of frames. Holds the recogniser's weights.
#[derive(Debug, Clone)]
pub struct MrzReader {
    recogniser: Recogniser,
}

impl MrzReader {
    /// Loads a reader from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] if the bytes are not such a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        Ok(Self { recogniser: Recogniser::from_bytes(bytes)? })
    }

    /// Reads the MRZ of a frame, at any rotation, whatever its check digits; `None` if there is none or it is not
    /// legible.
    pub fn read(&self, frame: &Frame<'_>, today: Date) -> Option<MrzReading> {
        self.detect(frame)?.report(today)
    }

    /// Detects an MRZ and returns its hypothesis, accepted or not: several frames may be fused. `None` if there is no
    /// sign of an MRZ.
    pub fn detect(&self, frame: &Frame<'_>) -> Option<MrzHypothesis> {
        self.detect_in_luma(&frame.to_luma())
    }

    /// Detects an MRZ in a region of interest (px of the frame, clipped to it), such as the bounds of a document.
    /// Faster than [`MrzReader::detect`]; positions are relative to the frame.
    pub fn detect_in_roi(&self, frame: &Frame<'_>, part: Rect) -> Option<MrzHypothesis> {
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
        let mut hypothesis = self.detect_in_luma(&cut)?;
        for p in hypothesis.quads.iter_mut().flat_map(|q| &mut q.0) {
            (p.x, p.y) = (p.x + x0 as f32, p.y + y0 as f32);
        }
        Some(hypothesis)
    }

    /// Detects an MRZ like [`MrzReader::detect`], and returns all intermediate results.
    pub fn detect_with_debug_info(&self, frame: &Frame<'_>) -> (Option<MrzHypothesis>, DebugInfo) {
        let mut debug = DebugInfo::default();
        let luma = frame.to_luma();
        let found = self.search(&luma, |candidate, reversed, lines, hypothesis| {
            debug.candidates.push(candidate_debug_info(&luma, candidate, reversed, lines, hypothesis.cloned()));
        });
        (found, debug)
    }

    fn detect_in_luma(&self, luma: &LumaImage) -> Option<MrzHypothesis> {
        self.search(luma, |_, _, _, _| ())
    }

    /// Tries the candidates; `observe` receives each with its orientation, its lines and its hypothesis.
    fn search(
        &self,
        luma: &LumaImage,
        mut observe: impl FnMut(&MrzCandidate, bool, &[RecognisedLine], Option<&MrzHypothesis>),
    ) -> Option<MrzHypothesis> {
        let mut best: Option<BestCandidate> = None;
        let (mut recognised, mut probes) = (Vec::new(), Vec::new());
        let mut tried = 0;
        // Single lines are tried after all levels, because their neighbours have to be predicted.
        let mut single_lines = Vec::new();
        let mut candidates = locate(luma);
        loop {
            let (candidate, last_resort) = match candidates.next() {
                Some(candidate) if candidate.lines.len() == 1 => {
                    single_lines.push(candidate);
                    continue;
                }
                Some(candidate) => (candidate, false),
                None if single_lines.is_empty() => break,
                None => (single_lines.remove(0), true),
            };
            // A readable MRZ is found at one or two adjacent levels; finer levels show other text.
            let done = |b: &BestCandidate| {
                b.hypothesis.is_conclusive()
                    || (b.hypothesis.is_accepted() && (last_resort || candidate.level > b.level + 1))
            };
            if tried >= PARAMS.max_candidates || best.as_ref().is_some_and(done) {
                break;
            }
            let upright = candidate.lines.clone();
            let mut reversed_lines = upright.clone();
            reversed_lines.reverse();
            reversed_lines.iter_mut().for_each(|line| *line = line.reversed());
            // A probe rejects most other text and determines the orientation.
            let orientations = self.candidate_orientations(luma, &candidate, &mut probes);
            if orientations.is_empty() {
                observe(&candidate, false, &[], None);
            }
            tried += usize::from(!orientations.is_empty());
            for reversed in orientations {
                let (hypothesis, lines) =
                    self.read_candidate(luma, if reversed { &reversed_lines } else { &upright }, &mut recognised);
                observe(&candidate, reversed, &lines, hypothesis.as_ref());
                let Some(hypothesis) = hypothesis else { continue };
                let read = hypothesis.is_accepted();
                if best.as_ref().is_none_or(|b| hypothesis.is_better_than(&b.hypothesis)) {
                    best = Some(BestCandidate { hypothesis, lines, level: candidate.level });
                }
                if read {
                    break;
                }
            }
        }
        let BestCandidate { hypothesis, lines, .. } = best?;
        let closer = hypothesis.is_candidate() && !hypothesis.is_conclusive();
        Some(if closer { self.test_time_augmentation(luma, &lines, hypothesis) } else { hypothesis })
    }

    /// Recognises the lines of a candidate as the best format, and returns them. Missing lines are predicted from the
    /// line spacing.
    fn read_candidate(
        &self,
        luma: &LumaImage,
        lines: &[TextLine],
        recognised: &mut Vec<RecognisedLine>,
    ) -> (Option<MrzHypothesis>, Vec<RecognisedLine>) {
        let mut read: Vec<RecognisedLine> = Vec::new();
        for line in lines {
            read.push(self.recognise_line(luma, line, recognised));
            // If the first line is not an MRZ line, the others rarely are.
            if read[0].mean_log_prob < PARAMS.min_log_prob && lines.len() > 1 {
                return (None, read);
            }
        }
        if !has_mrz_characters(&read) {
            return (None, read);
        }
        read.iter_mut().for_each(|line| self.refine(luma, line, recognised));
        let mut best = best_format(&read);
        if best.as_ref().is_some_and(MrzHypothesis::is_accepted) {
            return (best, read);
        }
        let initial = read.clone();
        'groups: for group in propose_missing_lines(&initial) {
            let mut lines = Vec::new();
            for member in group {
                lines.push(match member {
                    LineSource::Recognised(i) => initial[i].clone(),
                    LineSource::Predicted(line) => {
                        let mut predicted = self.recognise_line(luma, &line, recognised);
                        if predicted.mean_log_prob < PARAMS.min_predicted_log_prob
                            || predicted.characters() < PARAMS.min_predicted_characters
                        {
                            continue 'groups;
                        }
                        self.refine(luma, &mut predicted, recognised);
                        predicted
                    }
                });
            }
            if let Some(hypothesis) = best_format(&lines)
                && best.as_ref().is_none_or(|b| hypothesis.is_better_than(b))
            {
                let enough = hypothesis.is_accepted();
                best = Some(hypothesis);
                read = lines;
                if enough {
                    break;
                }
            }
        }
        (best, read)
    }

    /// Test-time augmentation: averages the log-probabilities of scaled and shifted versions of the lines.
    fn test_time_augmentation(
        &self,
        luma: &LumaImage,
        lines: &[RecognisedLine],
        first: MrzHypothesis,
    ) -> MrzHypothesis {
        let baselines: Vec<Baseline> = lines.iter().map(|line| line.baseline.clone()).collect();
        let (baselines, first) = self.try_full_cap_height(luma, baselines, first);
        if first.is_conclusive() {
            return first;
        }
        let mut log_probs = first.log_probs.clone();
        let mut views = 1.0;
        for (size, down) in PARAMS.augmentations {
            let changed: Vec<Baseline> = baselines.iter().map(|line| line.scaled_and_shifted(size, down)).collect();
            let Some(view) = self.align_baselines(luma, &changed, first.format) else { continue };
            views += 1.0;
            for (sum, probs) in log_probs.iter_mut().flatten().zip(view.into_iter().flatten()) {
                sum.iter_mut().zip(probs).for_each(|(sum, log)| *sum += log);
            }
        }
        if views < 2.0 {
            return first;
        }
        for probs in log_probs.iter_mut().flatten() {
            probs.iter_mut().for_each(|log| *log /= views);
            align::normalise(probs);
        }
        let averaged = MrzHypothesis::new(first.format, log_probs, first.quads.clone(), first.cost);
        averaged.filter(|averaged| averaged.is_better_than(&first)).unwrap_or(first)
    }

    /// Capitals that are low for their pitch may be truncated (print, focus, shadow): retries with full cap height,
    /// extended upwards or downwards, and keeps the better result.
    fn try_full_cap_height(
        &self,
        luma: &LumaImage,
        baselines: Vec<Baseline>,
        first: MrzHypothesis,
    ) -> (Vec<Baseline>, MrzHypothesis) {
        let lengths = first.format.line_lengths();
        let pitch_caps = |(line, &length): (&Baseline, &usize)| {
            line.text_line().length() / (length.max(2) - 1) as f32 / line.cap_height.max(1.0)
        };
        let mean = baselines.iter().zip(lengths).map(pitch_caps).sum::<f32>() / lengths.len() as f32;
        let size = mean / PARAMS.nominal_pitch;
        if first.is_accepted() || !(PARAMS.min_truncated_caps_ratio..2.0).contains(&size) {
            return (baselines, first);
        }
        let mut best = (baselines.clone(), first);
        for down in [-(size - 1.0) / 2.0, (size - 1.0) / 2.0] {
            let changed: Vec<Baseline> = baselines.iter().map(|line| line.scaled_and_shifted(size, down)).collect();
            let Some(log_probs) = self.align_baselines(luma, &changed, best.1.format) else { continue };
            let quads = changed.iter().map(Baseline::quad).collect();
            let Some(hypothesis) = MrzHypothesis::new(best.1.format, log_probs, quads, best.1.cost) else { continue };
            if hypothesis.is_better_than(&best.1) {
                best = (changed, hypothesis);
            }
        }
        best
    }

    /// Recognises and aligns the lines of a format along baselines.
    fn align_baselines(
        &self,
        luma: &LumaImage,
        baselines: &[Baseline],
        format: Format,
    ) -> Option<Vec<Vec<SymbolLogProbs>>> {
        let read = |(line, &length): (&Baseline, &usize)| {
            Some(Aligner::new(&self.recogniser.recognise(&line.line_image(luma)))?.align(length)?.log_probs)
        };
        baselines.iter().zip(format.line_lengths()).map(read).collect()
    }

    /// Returns the orientations (reversed or not) in which a candidate may be an MRZ, by probing up to two lines; the
    /// more likely first.
    fn candidate_orientations(
        &self,
        luma: &LumaImage,
        candidate: &MrzCandidate,
        probes: &mut Vec<(TextLine, LineProbe)>,
    ) -> Vec<bool> {
        // The first line of some cards is short; then the second decides.
        for line in candidate.lines.iter().take(2) {
            let mut probe_once = |line: TextLine| {
                if let Some((_, known)) =
                    probes.iter().find(|(other, _)| other.is_near(&line, PARAMS.probe_dedup_distance))
                {
                    return *known;
                }
                let probe = self.probe_line(luma, &line);
                probes.push((line, probe));
                probe
            };
            let upright = probe_once(*line);
            if upright.is_convincing() {
                return vec![false];
            }
            let reversed = probe_once(line.reversed());
            let mut orientations = [(false, upright), (true, reversed)];
            if orientations[1].1.rank() > orientations[0].1.rank() {
                orientations.reverse();
            }
            let orientations: Vec<bool> = orientations.iter().filter(|o| o.1.is_promising()).map(|o| o.0).collect();
            if !orientations.is_empty() {
                return orientations;
            }
        }
        Vec::new()
    }

    /// Recognises a segment in the middle of a line.
    fn probe_line(&self, luma: &LumaImage, line: &TextLine) -> LineProbe {
        let share = (PARAMS.probe_length * line.cap_height / line.length().max(1.0)).min(1.0) / 2.0;
        let piece = line.part(0.5 - share, 0.5 + share);
        let distribution = self.recogniser.recognise(&rectify::measure(luma, &piece).line_image(luma));
        let read = distribution.greedy();
        let fillers = read.iter().filter(|c| c.symbol == b'<').count();
        LineProbe { mean_log_prob: mean_max_log_prob(&distribution), characters: read.len(), fillers }
    }

    /// Recognises a line. Lines belong to several candidates and are recognised once.
    fn recognise_line(
        &self,
        luma: &LumaImage,
        line: &TextLine,
        recognised: &mut Vec<RecognisedLine>,
    ) -> RecognisedLine {
        if let Some(known) = recognised.iter().find(|s| s.line.is_near(line, PARAMS.line_dedup_distance)) {
            return known.clone();
        }
        let baseline = rectify::measure(luma, line);
        let distribution = self.recogniser.recognise(&baseline.line_image(luma));
        let mean_log_prob = mean_max_log_prob(&distribution);
        let out = RecognisedLine { line: *line, baseline, distribution, mean_log_prob, refined: false };
        recognised.push(out.clone());
        out
    }

    /// Refits a line to the pitch, its change and the ends that were read, and recognises it again if they differ.
    fn refine(&self, luma: &LumaImage, line: &mut RecognisedLine, recognised: &mut [RecognisedLine]) {
        let known = recognised.iter_mut().find(|s| s.line == line.line);
        if let Some(known) = known.as_deref().filter(|known| known.refined) {
            *line = known.clone();
            return;
        }
        let whole =
            PARAMS.whole_line_lengths.contains(&line.characters()) && line.mean_log_prob > PARAMS.confident_log_prob;
        for _ in 0..if whole { 0 } else { PARAMS.max_refits } {
            let Some(better) = line.baseline.refit_from_reading(luma, &line.distribution) else { break };
            let second = self.recogniser.recognise(&better.line_image(luma));
            let updated = mean_max_log_prob(&second);
            if updated <= line.mean_log_prob {
                break;
            }
            let enough =
                updated < line.mean_log_prob + PARAMS.min_log_prob_gain || updated > PARAMS.sufficient_log_prob;
            (line.baseline, line.distribution, line.mean_log_prob) = (better, second, updated);
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

/// Returns whether lines contain enough digits for an MRZ; a single line may have fillers instead.
fn has_mrz_characters(lines: &[RecognisedLine]) -> bool {
    let count =
        |is: fn(u8) -> bool| lines.iter().flat_map(|l| l.distribution.greedy()).filter(|c| is(c.symbol)).count();
    // Other typefaces' capitals are misread as 0 and 1.
    let digits = count(|s| s.is_ascii_digit() && s > b'1');
    digits >= PARAMS.min_digits || (lines.len() == 1 && count(|s| s == b'<') >= PARAMS.min_fillers)
}

/// Result of a probe.
#[derive(Debug, Clone, Copy)]
struct LineProbe {
    mean_log_prob: f32,
    characters: usize,
    fillers: usize,
}

impl LineProbe {
    /// Returns whether the line may be an MRZ line (measured: true of 99 % of MRZ lines, and of a third of other text).
    fn is_promising(&self) -> bool {
        let min = if self.fillers >= 2 { PARAMS.min_filler_probe_log_prob } else { PARAMS.min_probe_log_prob };
        PARAMS.probe_characters.contains(&self.characters) && self.mean_log_prob > min
    }

    /// Returns whether this is certainly an upright MRZ line: fillers upside down are not recognised.
    fn is_convincing(&self) -> bool {
        self.is_promising() && self.fillers >= 2 && self.mean_log_prob > PARAMS.confident_log_prob
    }

    /// Score of an orientation: mean log-probability, plus a bonus for fillers, which most lines have and which are not
    /// recognised upside down.
    fn rank(&self) -> f32 {
        self.mean_log_prob + PARAMS.filler_bonus * self.fillers.min(PARAMS.max_rewarded_fillers) as f32
    }
}

/// A line of a candidate: recognised, or predicted from its neighbours.
enum LineSource {
    Recognised(usize),
    Predicted(TextLine),
}

/// Proposes candidates that complete recognised lines. Predicted lines are as far apart as two recognised ones, or
/// [`ReadParams::line_distances`].
fn propose_missing_lines(read: &[RecognisedLine]) -> Vec<Vec<LineSource>> {
    let good: Vec<usize> = (0..read.len()).filter(|&i| read[i].mean_log_prob > PARAMS.min_anchor_log_prob).collect();
    let Some(&first) = good.first() else { return Vec::new() };
    let line = read[first].baseline.text_line();
    let characters = read[first].characters();
    if characters < PARAMS.min_anchor_characters {
        return Vec::new();
    }
    let mut candidates = Vec::new();
    if let [_, second] = good[..]
        && characters < PARAMS.min_two_line_characters
    {
        let other = read[second].baseline.text_line();
        let (_, down) = line.offset(&other);
        let apart = down / line.cap_height;
        if apart > PARAMS.max_line_distance {
            // Too far apart for adjacent lines.
            candidates.push(vec![
                LineSource::Recognised(first),
                LineSource::Predicted(line.offset_by(apart / 2.0)),
                LineSource::Recognised(second),
            ]);
            return candidates;
        }
        candidates.push(vec![
            LineSource::Recognised(first),
            LineSource::Recognised(second),
            LineSource::Predicted(other.offset_by(apart)),
        ]);
        candidates.push(vec![
            LineSource::Predicted(line.offset_by(-apart)),
            LineSource::Recognised(first),
            LineSource::Recognised(second),
        ]);
        return candidates;
    }
    for apart in PARAMS.line_distances {
        let at = |lines: f32| LineSource::Predicted(line.offset_by(lines * apart));
        if characters < PARAMS.min_two_line_characters {
            candidates.push(vec![LineSource::Recognised(first), at(1.0), at(2.0)]);
            candidates.push(vec![at(-1.0), LineSource::Recognised(first), at(1.0)]);
            candidates.push(vec![at(-2.0), at(-1.0), LineSource::Recognised(first)]);
        } else {
            candidates.push(vec![at(-1.0), LineSource::Recognised(first)]);
            candidates.push(vec![LineSource::Recognised(first), at(1.0)]);
        }
    }
    candidates
}

/// Best result so far.
struct BestCandidate {
    hypothesis: MrzHypothesis,
    lines: Vec<RecognisedLine>,
    level: usize,
}

#[derive(Debug, Clone)]
struct RecognisedLine {
    line: TextLine,
    baseline: Baseline,
    distribution: LineDistribution,
    mean_log_prob: f32,
    refined: bool,
}

impl RecognisedLine {
    fn characters(&self) -> usize {
        self.distribution.greedy().len()
    }
}

fn candidate_debug_info(
    luma: &LumaImage,
    candidate: &MrzCandidate,
    reversed: bool,
    lines: &[RecognisedLine],
    hypothesis: Option<MrzHypothesis>,
) -> CandidateDebugInfo {
    let line = |l: &RecognisedLine| LineDebugInfo {
        quad: l.baseline.quad(),
        line_image: l.baseline.line_image(luma),
        distribution: l.distribution.clone(),
    };
    CandidateDebugInfo { score: candidate.score, reversed, lines: lines.iter().map(line).collect(), hypothesis }
}

/// Returns the hypothesis of the format that fits the lines best.
fn best_format(lines: &[RecognisedLine]) -> Option<MrzHypothesis> {
    if lines.iter().any(|line| line.mean_log_prob < PARAMS.min_log_prob) {
        return None;
    }
    let aligners: Vec<Aligner<'_>> = lines.iter().map(|l| Aligner::new(&l.distribution)).collect::<Option<_>>()?;
    let mut best: Option<MrzHypothesis> = None;
    let mut aligned: Vec<(usize, usize, Option<AlignedLine>)> = Vec::new();
    for format in Format::decoded() {
        let lengths = format.line_lengths();
        if lengths.len() != lines.len() {
            continue;
        }
        let mut log_probs: Vec<Vec<SymbolLogProbs>> = Vec::new();
        let mut cost = 0.0;
        for (i, &length) in lengths.iter().enumerate() {
            let known = aligned.iter().position(|(line, l, _)| (*line, *l) == (i, length));
            let known = known.unwrap_or_else(|| {
                aligned.push((i, length, aligners[i].align(length)));
                aligned.len() - 1
            });
            let Some(line) = &aligned[known].2 else { break };
            cost += line.cost / lengths.len() as f32;
            log_probs.push(line.log_probs.clone());
        }
        if log_probs.len() < lengths.len() || cost > PARAMS.max_alignment_cost {
            continue;
        }
        if !lines_are_aligned(lines, &aligned, lengths) {
            continue;
        }
        let quads = lines.iter().map(|l| l.baseline.quad()).collect();
        let Some(hypothesis) = MrzHypothesis::new(format, log_probs, quads, cost) else { continue };
        if best.as_ref().is_none_or(|b| hypothesis.is_better_than(b)) {
            best = Some(hypothesis);
        }
    }
    best
}

/// Returns whether lines of equal length start and end at the same position, except for slant. Prevents lines truncated
/// at opposite ends from being read as a shorter format.
fn lines_are_aligned(
    lines: &[RecognisedLine],
    aligned: &[(usize, usize, Option<AlignedLine>)],
    lengths: &[usize],
) -> bool {
    let ends = |i: usize| {
        let known = aligned.iter().find(|(line, length, _)| (*line, *length) == (i, lengths[i]))?;
        let columns = &known.2.as_ref()?.columns;
        Some((
            lines[i].baseline.point_at_column(*columns.first()?),
            lines[i].baseline.point_at_column(*columns.last()?),
        ))
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
        shift < PARAMS.max_end_offset && (also < PARAMS.max_end_offset || lengths[i] != lengths[lines.len() - 1])
    })
}

/// Returns the mean over the columns of the most probable class's log-probability.
fn mean_max_log_prob(line: &LineDistribution) -> f32 {
    let sum: f32 = (0..line.columns).map(|t| fold_max(line.column(t))).sum();
    sum / line.columns.max(1) as f32
}
