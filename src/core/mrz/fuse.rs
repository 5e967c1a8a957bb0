//! Several frames, one reading: the distributions of each position are combined, so that what no single frame shows well is
//! read all the same, and a reading that flickers settles.

use super::Date;
use super::format::Format;
use super::read::{MrzReading, reading_of};

/// Weight that earlier frames keep with each new one: neighbouring frames share their faults.
const KEEP: f32 = 0.85;
/// Least probability of every symbol for a reading that needs no more frames.
const SURE: f32 = 0.90;
/// Frames after which a reading whose check digits all hold needs no more.
const CHECKED_FRAMES: u32 = 2;

/// Combines the readings of a stream. A reading of another format begins anew.
#[derive(Debug, Clone, Default)]
pub struct Fuser {
    format: Option<Format>,
    sums: Vec<Vec<[f32; 37]>>,
    frames: u32,
}

impl Fuser {
    /// Takes a frame's reading and gives the combined one.
    pub fn push(&mut self, reading: &MrzReading, today: Date) -> Option<MrzReading> {
        let fits = self.format == Some(reading.format)
            && self.sums.len() == reading.distributions.len()
            && self.sums.iter().zip(&reading.distributions).all(|(a, b)| a.len() == b.len())
            && self.is_same_document(reading);
        if fits {
            for (sums, line) in self.sums.iter_mut().zip(&reading.distributions) {
                for (sum, now) in sums.iter_mut().zip(line) {
                    for (s, v) in sum.iter_mut().zip(now) {
                        *s = *s * KEEP + v;
                    }
                }
            }
            self.frames += 1;
        } else {
            *self = Self { format: Some(reading.format), sums: reading.distributions.clone(), frames: 1 };
        }
        let normal = self.sums.iter().map(|line| line.iter().map(normalised).collect()).collect();
        reading_of(reading.format, normal, reading.quads.clone(), today)
    }

    /// Whether the combined reading needs no more frames.
    pub fn is_settled(&self, reading: &MrzReading) -> bool {
        let surest = reading.char_confidence.iter().flatten().all(|&p| p >= SURE);
        surest || (reading.document.valid && self.frames >= CHECKED_FRAMES)
    }

    /// Most symbols agree with what was seen before: otherwise another document is held before the camera.
    fn is_same_document(&self, reading: &MrzReading) -> bool {
        let (mut same, mut all) = (0usize, 0usize);
        for (sums, line) in self.sums.iter().zip(&reading.distributions) {
            for (sum, now) in sums.iter().zip(line) {
                all += 1;
                same += usize::from(super::decode::argmax(sum) == super::decode::argmax(now));
            }
        }
        same * 10 >= all * 8
    }
}

fn normalised(sum: &[f32; 37]) -> [f32; 37] {
    let most = sum.iter().copied().fold(f32::MIN, f32::max);
    let log = most + sum.iter().map(|v| (v - most).exp()).sum::<f32>().ln();
    sum.map(|v| v - log)
}
