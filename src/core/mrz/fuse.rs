//! Several frames of one document, added up: what no single frame shows well is read anyway.
//!
//! The frames of a stream are poor in different places: a reflection wanders, the hand shakes, the focus breathes. What each
//! frame says of each character is a distribution; their logarithms are added, which is right for independent observations.
//! Frames are not quite independent, so that the sum counts as fewer of them than there are.

use super::align::{Slot, normalise};
use super::evidence::Evidence;
use super::format::Format;

/// `n` frames weigh as much as `n` to this power of independent ones.
const INDEPENDENCE: f32 = 0.7;
/// No frame says more against a symbol than this, nats: it may be misled.
const MOST_AGAINST: f32 = -8.0;
/// Mean probability with which a frame names the same symbols as those before, below which it shows another document.
const LEAST_AGREEMENT: f32 = 0.25;
/// The filler's place in the alphabet.
const FILLER: usize = 36;
/// Findings that are followed at a time: a format may be taken for another in some frames.
const MAX_FINDINGS: usize = 3;
/// Posterior from which on more frames would tell nothing new.
const SETTLED: f32 = 0.98;

/// What the frames so far tell of the zone before the camera.
#[derive(Debug, Clone, Default)]
pub struct MrzFuser {
    findings: Vec<Finding>,
}

#[derive(Debug, Clone)]
struct Finding {
    format: Format,
    /// Sums of log-probabilities.
    sums: Vec<Vec<Slot>>,
    frames: u32,
    fused: Evidence,
}

impl MrzFuser {
    /// Adds what a frame tells; the answer is what all frames of that document tell together, with the places of the last. What
    /// is hardly a zone at all is not added.
    pub fn push(&mut self, evidence: &Evidence) -> Evidence {
        if !evidence.is_plausible() {
            return self.best().unwrap_or(evidence).clone();
        }
        let same = self.findings.iter().position(|f| {
            f.format == evidence.format
                && agreement(&f.fused.slots, &aligned(&f.fused.slots, &evidence.slots)) >= LEAST_AGREEMENT
        });
        let mut finding = match same {
            Some(i) => self.findings.remove(i),
            None => {
                // Another document, beyond doubt: what was known is of the one before.
                if evidence.is_enough() {
                    self.findings.clear();
                }
                let sums = evidence.slots.iter().map(|line| vec![[0.0; 37]; line.len()]).collect();
                Finding { format: evidence.format, sums, frames: 0, fused: evidence.clone() }
            }
        };
        finding.add(evidence);
        let fused = finding.fused.clone();
        self.findings.insert(0, finding);
        self.findings.truncate(MAX_FINDINGS);
        fused
    }

    /// What is known best so far, if anything.
    pub fn best(&self) -> Option<&Evidence> {
        let mut best: Option<&Evidence> = None;
        for finding in &self.findings {
            if best.is_none_or(|b| finding.fused.is_better_than(b)) {
                best = Some(&finding.fused);
            }
        }
        best
    }

    /// Whether more frames would tell nothing new.
    pub fn is_settled(&self) -> bool {
        self.best().is_some_and(|best| best.is_certain() && best.posterior() >= SETTLED)
    }

    /// Forgets everything: another document is to be shown.
    pub fn clear(&mut self) {
        self.findings.clear();
    }
}

impl Finding {
    fn add(&mut self, evidence: &Evidence) {
        let slots = if self.frames == 0 { evidence.slots.clone() } else { aligned(&self.fused.slots, &evidence.slots) };
        for (sum, slot) in self.sums.iter_mut().flatten().zip(slots.iter().flatten()) {
            sum.iter_mut().zip(slot).for_each(|(sum, log)| *sum += log.max(MOST_AGAINST));
        }
        self.frames += 1;
        let weight = (self.frames as f32).powf(INDEPENDENCE - 1.0);
        let mut fused = self.sums.clone();
        for slot in fused.iter_mut().flatten() {
            slot.iter_mut().for_each(|log| *log *= weight);
            normalise(slot);
        }
        let fused = Evidence::new(self.format, fused, evidence.quads.clone(), evidence.cost);
        self.fused = fused.unwrap_or_else(|| evidence.clone());
    }
}

/// The lines of a frame, each moved by a character to where it agrees best with what is known: a frame may have missed the
/// first character.
fn aligned(known: &[Vec<Slot>], new: &[Vec<Slot>]) -> Vec<Vec<Slot>> {
    let line = |(known, new): (&Vec<Slot>, &Vec<Slot>)| {
        let moved = |by: isize| -> Vec<Slot> {
            let open = [-(37f32.ln()); 37];
            (0..new.len() as isize)
                .map(|i| usize::try_from(i + by).ok().and_then(|i| new.get(i)).copied().unwrap_or(open))
                .collect()
        };
        [0, -1, 1]
            .into_iter()
            .map(moved)
            .map(|line| (line_agreement(known, &line), line))
            .reduce(|best, other| if other.0 > best.0 + 0.1 { other } else { best })
            .map_or_else(Vec::new, |(_, line)| line)
    };
    known.iter().zip(new).map(line).collect()
}

/// Mean probability that both name the same symbol, where one of them sees more than a filler: those are in every document.
fn line_agreement(a: &[Slot], b: &[Slot]) -> f32 {
    let telling = |slot: &Slot| slot[FILLER] < 0.5f32.ln();
    let (mut same, mut count) = (0.0, 0);
    for (a, b) in a.iter().zip(b).filter(|(a, b)| telling(a) || telling(b)) {
        same += a.iter().zip(b).map(|(a, b)| (a + b).exp()).sum::<f32>();
        count += 1;
    }
    same / count.max(1) as f32
}

fn agreement(a: &[Vec<Slot>], b: &[Vec<Slot>]) -> f32 {
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

    /// A frame that shows these lines, but for characters that `hidden` names, which look like anything.
    fn frame(lines: &[&str], hidden: impl Fn(usize, usize) -> bool) -> Evidence {
        let slots = lines
            .iter()
            .enumerate()
            .map(|(l, line)| {
                line.bytes()
                    .enumerate()
                    .map(|(i, c)| {
                        let p: f32 = if hidden(l, i) { 0.03 } else { 0.999 };
                        let mut slot = [((1.0 - p) / 36.0).ln(); 37];
                        slot[ALPHABET.iter().position(|&s| s == c).unwrap()] = p.ln();
                        slot
                    })
                    .collect()
            })
            .collect();
        Evidence::new(Format::Td3, slots, Vec::new(), 0.0).unwrap()
    }

    #[test]
    fn what_no_frame_shows_is_read_from_several() {
        // A reflection covers another eight characters of both lines in each frame.
        let mut fuser = MrzFuser::default();
        for n in 0..6 {
            let frame = frame(&TD3, |_, i| (n * 8..n * 8 + 8).contains(&i));
            assert!(!frame.is_enough() || frame.posterior() < 0.9, "frame {n} alone: {}", frame.posterior());
            fuser.push(&frame);
        }
        let best = fuser.best().unwrap();
        assert_eq!(best.lines(), TD3);
        assert!(best.posterior() > 0.9, "{}", best.posterior());
    }

    #[test]
    fn another_document_begins_anew() {
        let mut fuser = MrzFuser::default();
        for _ in 0..4 {
            fuser.push(&frame(&TD3, |_, _| false));
        }
        assert!(fuser.is_settled());
        let fused = fuser.push(&frame(&OTHER, |_, _| false));
        assert_eq!(fused.lines(), OTHER);
        assert_eq!(fuser.best().unwrap().lines(), OTHER);
        fuser.clear();
        assert!(fuser.best().is_none());
    }

    #[test]
    fn a_frame_that_is_off_by_a_character_still_helps() {
        let mut fuser = MrzFuser::default();
        fuser.push(&frame(&TD3, |_, i| i == 7));
        let shifted = format!("{}<", &TD3[1][1..]);
        let off = frame(&[TD3[0], &shifted], |_, _| false);
        let fused = fuser.push(&off);
        assert_eq!(fused.lines(), TD3);
    }
}
