//! Temporal fusion: combines several frames of one document, so that text is read that no single frame shows well.
//!
//! Frames are degraded in different places: glare moves, the hand shakes, the focus changes. Each frame gives
//! log-probabilities per character; their sum is right for independent observations. Frames are correlated, so the sum
//! is weighted as fewer of them.

use super::align::{SYMBOLS, SymbolLogProbs, normalise};
use super::format::Format;
use super::hypothesis::MrzHypothesis;

/// `n` frames weigh as much as `n` to this power of independent ones.
const INDEPENDENCE_EXPONENT: f32 = 0.7;
/// Lower bound of a frame's log-probabilities, nats: one frame must not exclude a symbol.
const MIN_LOG_PROB: f32 = -8.0;
/// Mean probability of equal symbols below which a frame shows another document.
const MIN_AGREEMENT: f32 = 0.25;
/// Index of the filler in the alphabet.
const FILLER: usize = 36;
/// Documents tracked at a time: a format may be mistaken for another in some frames.
const MAX_TRACKS: usize = 3;
/// Posterior above which more frames add nothing.
const CONVERGED_POSTERIOR: f32 = 0.98;

/// Fuses the hypotheses of a stream of frames.
#[derive(Debug, Clone, Default)]
pub struct MrzFuser {
    tracks: Vec<MrzTrack>,
}

#[derive(Debug, Clone)]
struct MrzTrack {
    format: Format,
    /// Sums of log-probabilities.
    sums: Vec<Vec<SymbolLogProbs>>,
    frames: u32,
    fused: MrzHypothesis,
}

impl MrzFuser {
    /// Adds the hypothesis of a frame and returns the fused hypothesis of its document, with the positions of this
    /// frame. A hypothesis that is not a candidate is ignored.
    pub fn push(&mut self, hypothesis: &MrzHypothesis) -> MrzHypothesis {
        if !hypothesis.is_candidate() {
            return self.best().unwrap_or(hypothesis).clone();
        }
        let same = self.tracks.iter().position(|f| {
            f.format == hypothesis.format
                && agreement(&f.fused.log_probs, &aligned(&f.fused.log_probs, &hypothesis.log_probs)) >= MIN_AGREEMENT
        });
        let mut track = match same {
            Some(i) => self.tracks.remove(i),
            None => {
                // Certainly another document: the previous one is dropped.
                if hypothesis.is_accepted() {
                    self.tracks.clear();
                }
                let sums = hypothesis.log_probs.iter().map(|line| vec![[0.0; SYMBOLS]; line.len()]).collect();
                MrzTrack { format: hypothesis.format, sums, frames: 0, fused: hypothesis.clone() }
            }
        };
        track.add(hypothesis);
        let fused = track.fused.clone();
        self.tracks.insert(0, track);
        self.tracks.truncate(MAX_TRACKS);
        fused
    }

    /// Returns the best hypothesis so far.
    pub fn best(&self) -> Option<&MrzHypothesis> {
        let mut best: Option<&MrzHypothesis> = None;
        for track in &self.tracks {
            if best.is_none_or(|b| track.fused.is_better_than(b)) {
                best = Some(&track.fused);
            }
        }
        best
    }

    /// Returns whether more frames would add nothing.
    pub fn has_converged(&self) -> bool {
        self.best().is_some_and(|best| best.is_conclusive() && best.posterior() >= CONVERGED_POSTERIOR)
    }

    /// Drops all state, for another document.
    pub fn clear(&mut self) {
        self.tracks.clear();
    }
}

impl MrzTrack {
    fn add(&mut self, hypothesis: &MrzHypothesis) {
        let log_probs = if self.frames == 0 {
            hypothesis.log_probs.clone()
        } else {
            aligned(&self.fused.log_probs, &hypothesis.log_probs)
        };
        for (sum, probs) in self.sums.iter_mut().flatten().zip(log_probs.iter().flatten()) {
            sum.iter_mut().zip(probs).for_each(|(sum, log)| *sum += log.max(MIN_LOG_PROB));
        }
        self.frames += 1;
        let weight = (self.frames as f32).powf(INDEPENDENCE_EXPONENT - 1.0);
        let mut fused = self.sums.clone();
        for probs in fused.iter_mut().flatten() {
            probs.iter_mut().for_each(|log| *log *= weight);
            normalise(probs);
        }
        let fused = MrzHypothesis::new(self.format, fused, hypothesis.quads.clone(), hypothesis.cost);
        self.fused = fused.unwrap_or_else(|| hypothesis.clone());
    }
}

/// Gain in agreement, nats per character, that justifies a shift.
const MIN_SHIFT_GAIN: f32 = 0.1;

/// Aligns the lines of a frame with the known ones, shifting by up to one character: a frame may have missed the first.
fn aligned(known: &[Vec<SymbolLogProbs>], new: &[Vec<SymbolLogProbs>]) -> Vec<Vec<SymbolLogProbs>> {
    let line = |(known, new): (&Vec<SymbolLogProbs>, &Vec<SymbolLogProbs>)| {
        let moved = |by: isize| -> Vec<SymbolLogProbs> {
            let open = [-((SYMBOLS as f32).ln()); SYMBOLS];
            (0..new.len() as isize)
                .map(|i| usize::try_from(i + by).ok().and_then(|i| new.get(i)).copied().unwrap_or(open))
                .collect()
        };
        [0, -1, 1]
            .into_iter()
            .map(moved)
            .map(|line| (line_agreement(known, &line), line))
            .reduce(|best, other| if other.0 > best.0 + MIN_SHIFT_GAIN { other } else { best })
            .map_or_else(Vec::new, |(_, line)| line)
    };
    known.iter().zip(new).map(line).collect()
}

/// Returns the mean probability that both agree, over the characters that are not fillers in both: fillers occur in
/// every document.
fn line_agreement(a: &[SymbolLogProbs], b: &[SymbolLogProbs]) -> f32 {
    let is_informative = |probs: &SymbolLogProbs| probs[FILLER] < 0.5f32.ln();
    let (mut same, mut count) = (0.0, 0);
    for (a, b) in a.iter().zip(b).filter(|(a, b)| is_informative(a) || is_informative(b)) {
        same += a.iter().zip(b).map(|(a, b)| (a + b).exp()).sum::<f32>();
        count += 1;
    }
    same / count.max(1) as f32
}

fn agreement(a: &[Vec<SymbolLogProbs>], b: &[Vec<SymbolLogProbs>]) -> f32 {
    a.iter().zip(b).map(|(a, b)| line_agreement(a, b)).sum::<f32>() / a.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mrz::recognise::ALPHABET;

    const TD3: [&str; 2] =
        ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
    const OTHER: [&str; 2] =
        ["P<UTOTESTOVA<<BERMET<<<<<<<<<<<<<<<<<<<<<<<<", "X123456785UTO8001014F3001019<<<<<<<<<<<<<<02"];

    /// A frame with these lines; characters for which `hidden` holds have a uniform distribution.
    fn frame(lines: &[&str], hidden: impl Fn(usize, usize) -> bool) -> MrzHypothesis {
        let log_probs = lines
            .iter()
            .enumerate()
            .map(|(l, line)| {
                line.bytes()
                    .enumerate()
                    .map(|(i, c)| {
                        let p: f32 = if hidden(l, i) { 0.03 } else { 0.999 };
                        let mut probs = [((1.0 - p) / 36.0).ln(); 37];
                        probs[ALPHABET.iter().position(|&s| s == c).unwrap()] = p.ln();
                        probs
                    })
                    .collect()
            })
            .collect();
        MrzHypothesis::new(Format::Td3, log_probs, Vec::new(), 0.0).unwrap()
    }

    #[test]
    fn reads_from_several_frames_what_no_single_one_shows() {
        // Glare hides another eight characters of both lines in each frame.
        let mut fuser = MrzFuser::default();
        for n in 0..6 {
            let frame = frame(&TD3, |_, i| (n * 8..n * 8 + 8).contains(&i));
            assert!(!frame.is_accepted() || frame.posterior() < 0.9, "frame {n} alone: {}", frame.posterior());
            fuser.push(&frame);
        }
        let best = fuser.best().unwrap();
        assert_eq!(best.lines(), TD3);
        assert!(best.posterior() > 0.9, "{}", best.posterior());
    }

    #[test]
    fn resets_for_another_document() {
        let mut fuser = MrzFuser::default();
        for _ in 0..4 {
            fuser.push(&frame(&TD3, |_, _| false));
        }
        assert!(fuser.has_converged());
        let fused = fuser.push(&frame(&OTHER, |_, _| false));
        assert_eq!(fused.lines(), OTHER);
        assert_eq!(fuser.best().unwrap().lines(), OTHER);
        fuser.clear();
        assert!(fuser.best().is_none());
    }

    #[test]
    fn aligns_a_frame_that_is_shifted_by_a_character() {
        let mut fuser = MrzFuser::default();
        fuser.push(&frame(&TD3, |_, i| i == 7));
        let shifted = format!("{}<", &TD3[1][1..]);
        let off = frame(&[TD3[0], &shifted], |_, _| false);
        let fused = fuser.push(&off);
        assert_eq!(fused.lines(), TD3);
    }
}
