//! Recognises one MRZ line: from a rectified luma image to the probability of every symbol at every column.
//!
//! # Input
//! One line image per text line, normalised as the training data is:
//!
//! - height: [`LINE_IMAGE_HEIGHT`] (24 px);
//! - text: upright, left to right, dark on light (invert a light-on-dark line first);
//! - cap height: about [`LINE_IMAGE_CAP_HEIGHT`] (15 px, 62 % of the height); 12.5–17.5 px is covered;
//! - vertical position: capitals centred within ±3 px; remaining slope within ±2.5°;
//! - pitch: about [`LINE_IMAGE_PITCH`] (12 px per character); 9.5–15 px is covered. OCR-B at 10 characters per inch has
//!   a pitch of about 1.06 cap heights, so an image made from the cap height alone scales x by [`LINE_IMAGE_X_SCALE`]
//!   times the scale of y;
//! - margins: half a character to 2 characters of background left and right; up to 5 are harmless if nothing is printed
//!   there;
//! - width: about 400 px for TD1, 460 px for TD2 and MRV-B, 560 px for TD3 and MRV-A; at most [`MAX_LINE_IMAGE_WIDTH`].
//!
//! Contrast and brightness are normalised here, over the whole line image.
//!
//! # Output
//! The network is fully convolutional with a horizontal stride of [`COLUMN_STRIDE`] px: a line image of `w` px gives
//! `ceil(w / 2)` columns, six per character, each with log-probabilities of the 37 symbols of Doc 9303-3 section 4.3
//! and of a blank ("between characters", last). They are decoded as CTC output: blanks separate repeated symbols.

use crate::error::CoreError;
use crate::frame::LumaImage;
use crate::model::{Model, Tensor};
use crate::numeric::fold_max;

/// Rows of a line image, px.
pub const LINE_IMAGE_HEIGHT: usize = 24;

/// Cap height in a line image, px: 62 % of [`LINE_IMAGE_HEIGHT`].
pub const LINE_IMAGE_CAP_HEIGHT: f32 = 15.0;

/// Pitch in a line image, px per character.
pub const LINE_IMAGE_PITCH: f32 = 12.0;

/// Ratio of horizontal to vertical scale of a line image whose pitch is unknown: [`LINE_IMAGE_PITCH`] over 15.9 px, the
/// pitch of OCR-B (2.54 mm at a cap height of 2.4 mm) at [`LINE_IMAGE_CAP_HEIGHT`].
pub const LINE_IMAGE_X_SCALE: f32 = 0.756;

/// Maximum width of a line image, px (over 80 characters); a wider one is squeezed to it.
pub const MAX_LINE_IMAGE_WIDTH: usize = 1024;

/// Stride of the columns of a [`LineDistribution`], px of the line image; column `c` is centred on pixel `2 c`.
pub const COLUMN_STRIDE: usize = 2;

/// The MRZ symbols (Doc 9303-3 section 4.3), in the order of the network's outputs.
pub const ALPHABET: &[u8; 37] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/// Classes of a column: the symbols of [`ALPHABET`], then the blank.
pub const CLASSES: usize = ALPHABET.len() + 1;

/// Index of the blank among the [`CLASSES`].
pub const BLANK: usize = ALPHABET.len();

/// The recognition network with its weights (`mrz.kycm`). The model card beside the file describes it and its accuracy.
#[derive(Debug, Clone)]
pub struct Recogniser {
    model: Model,
}

impl Recogniser {
    /// Loads a recogniser from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] if the bytes are not a model, or a model of another shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let recogniser = Self { model: Model::from_bytes(bytes)? };
        // Tensor sizes grow with the width alone, so a network that accepts both extremes accepts every line image.
        for width in [1, MAX_LINE_IMAGE_WIDTH] {
            let out = recogniser.run(&LumaImage::filled(width, LINE_IMAGE_HEIGHT, 0))?;
            let shape = (out.height, out.width, out.channels);
            if shape != (1, width.div_ceil(COLUMN_STRIDE), CLASSES) {
                return Err(CoreError::InvalidModel {
                    reason: format!("a line image of {width} px gives {shape:?} (rows, columns, classes)"),
                });
            }
        }
        Ok(recogniser)
    }

    /// Recognises a line image, which should meet the module's table. One with other than [`LINE_IMAGE_HEIGHT`] rows,
    /// or wider than [`MAX_LINE_IMAGE_WIDTH`], is scaled to fit first; one without pixels gives no columns.
    #[inline(never)]
    pub fn recognise(&self, line_image: &LumaImage) -> LineDistribution {
        let nothing = LineDistribution { columns: 0, log_probabilities: Vec::new() };
        if line_image.width == 0
            || line_image.height == 0
            || line_image.data.len() != line_image.width * line_image.height
        {
            return nothing;
        }
        let fitting = line_image.height == LINE_IMAGE_HEIGHT && line_image.width <= MAX_LINE_IMAGE_WIDTH;
        let out = if fitting { self.run(line_image) } else { self.run(&fitted(line_image)) };
        let Ok(mut out) = out else { return nothing };
        for classes in out.data.chunks_exact_mut(CLASSES) {
            log_softmax(classes);
        }
        LineDistribution { columns: out.width, log_probabilities: out.data }
    }

    fn run(&self, line_image: &LumaImage) -> Result<Tensor, CoreError> {
        let input = Tensor {
            height: line_image.height,
            width: line_image.width,
            channels: 1,
            data: normalised(&line_image.data),
        };
        let outputs = self.model.run(input)?;
        let [output] = <[Tensor; 1]>::try_from(outputs)
            .map_err(|outputs| CoreError::InvalidModel { reason: format!("{} outputs, expected 1", outputs.len()) })?;
        Ok(output)
    }
}

/// Normalises luma to mean 0 and standard deviation 1. The deviation counts as at least 2, so that noise of a flat
/// image is not amplified.
fn normalised(luma: &[u8]) -> Vec<f32> {
    let count = luma.len().max(1) as f64;
    let sum: u64 = luma.iter().map(|&v| u64::from(v)).sum();
    let squares: u64 = luma.iter().map(|&v| u64::from(v) * u64::from(v)).sum();
    let mean = sum as f64 / count;
    let deviation = (squares as f64 / count - mean * mean).max(0.0).sqrt().max(2.0);
    luma.iter().map(|&v| ((f64::from(v) - mean) / deviation) as f32).collect()
}

/// Scales a line image to [`LINE_IMAGE_HEIGHT`] rows, keeping its proportions as far as [`MAX_LINE_IMAGE_WIDTH`]
/// allows.
fn fitted(line_image: &LumaImage) -> LumaImage {
    let width = (line_image.width * LINE_IMAGE_HEIGHT / line_image.height).clamp(1, MAX_LINE_IMAGE_WIDTH);
    let (sx, sy) = (line_image.width as f32 / width as f32, line_image.height as f32 / LINE_IMAGE_HEIGHT as f32);
    let mut data = Vec::with_capacity(width * LINE_IMAGE_HEIGHT);
    for y in 0..LINE_IMAGE_HEIGHT {
        let from_y = (y as f32 + 0.5) * sy - 0.5;
        data.extend((0..width).map(|x| line_image.sample((x as f32 + 0.5) * sx - 0.5, from_y).round() as u8));
    }
    LumaImage { data, width, height: LINE_IMAGE_HEIGHT }
}

fn log_softmax(values: &mut [f32]) {
    let max = fold_max(values);
    let total = max + values.iter().map(|v| (v - max).exp()).sum::<f32>().ln();
    values.iter_mut().for_each(|v| *v -= total);
}

/// Symbol probabilities of a line image: natural log-probabilities per column, whose probabilities sum to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct LineDistribution {
    /// Number of columns, [`COLUMN_STRIDE`] px of the line image apart.
    pub columns: usize,
    /// Natural log-probabilities, `[columns][CLASSES]` in row-major order, blank last.
    pub log_probabilities: Vec<f32>,
}

/// One character of a greedy decoding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadChar {
    /// One of [`ALPHABET`].
    pub symbol: u8,
    /// Probability of the symbol at its best column, 0–1.
    pub confidence: f32,
    /// Column at which the symbol is most probable.
    pub column: usize,
}

impl LineDistribution {
    /// Returns the [`CLASSES`] log-probabilities of a column below [`LineDistribution::columns`].
    pub fn column(&self, column: usize) -> &[f32] {
        &self.log_probabilities[column * CLASSES..(column + 1) * CLASSES]
    }

    /// Decodes the most probable class of each column, merges repetitions and drops blanks (CTC best path).
    pub fn greedy(&self) -> Vec<ReadChar> {
        let mut read: Vec<ReadChar> = Vec::new();
        let mut before = BLANK;
        for column in 0..self.columns {
            let (class, log) = most_probable(self.column(column));
            if class != BLANK {
                let seen = ReadChar { symbol: ALPHABET[class], confidence: log.exp().min(1.0), column };
                match read.last_mut() {
                    Some(last) if class == before => {
                        if seen.confidence > last.confidence {
                            *last = seen;
                        }
                    }
                    _ => read.push(seen),
                }
            }
            before = class;
        }
        read
    }

    /// Returns the symbols of [`LineDistribution::greedy`] as text.
    pub fn text(&self) -> String {
        self.greedy().iter().map(|read| char::from(read.symbol)).collect()
    }
}

fn most_probable(classes: &[f32]) -> (usize, f32) {
    let mut best = (BLANK, f32::NEG_INFINITY);
    for (class, &log) in classes.iter().enumerate() {
        if log > best.1 {
            best = (class, log);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEIGHTS: &[u8] = include_bytes!("../../../assets/mrz.kycm");
    /// Line images and the output of the exported weights in the training framework (layout: `training/mrz/export.py`).
    const REFERENCE: &[u8] = include_bytes!("../../../tests/fixtures/mrz_recogniser.bin");

    struct Reference {
        text: String,
        line_image: LumaImage,
        expected: Vec<f32>,
    }

    fn references() -> Vec<Reference> {
        let mut rest = REFERENCE;
        let mut take = |n: usize| {
            let (taken, after) = rest.split_at(n);
            rest = after;
            taken
        };
        let number = |b: &[u8]| u32::from_le_bytes(b.try_into().unwrap()) as usize;
        let count = number(take(4));
        (0..count)
            .map(|_| {
                let (width, length) = (number(take(4)), number(take(4)));
                let text = String::from_utf8(take(length).to_vec()).unwrap();
                let data = take(width * LINE_IMAGE_HEIGHT).to_vec();
                let columns = number(take(4));
                let values = take(columns * CLASSES * 4).chunks_exact(4);
                let expected = values.map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
                Reference { text, line_image: LumaImage { data, width, height: LINE_IMAGE_HEIGHT }, expected }
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_training_framework() {
        let recogniser = Recogniser::from_bytes(WEIGHTS).unwrap();
        for Reference { text, line_image, expected } in references() {
            let line = recogniser.recognise(&line_image);
            assert_eq!(line.columns, line_image.width.div_ceil(COLUMN_STRIDE));
            assert_eq!(line.log_probabilities.len(), expected.len());
            for (i, (got, want)) in line.log_probabilities.iter().zip(&expected).enumerate() {
                // Layer inputs are rounded to 15 bits, which changes very small probabilities.
                assert!(
                    (got - want).abs() < 1e-3 * want.abs().max(1.0),
                    "{text}, column {}: {got} for {want}",
                    i / CLASSES
                );
            }
        }
    }

    #[test]
    fn reads_the_reference_line_images_with_high_confidence() {
        let recogniser = Recogniser::from_bytes(WEIGHTS).unwrap();
        let reference = &references()[0];
        let line = recogniser.recognise(&reference.line_image);
        assert_eq!(line.text(), reference.text);
        assert!(line.greedy().iter().all(|read| read.confidence > 0.5));
        for column in 0..line.columns {
            let total: f32 = line.column(column).iter().map(|log| log.exp()).sum();
            assert!((total - 1.0).abs() < 1e-4, "{total}");
        }
    }

    #[test]
    fn scales_images_of_other_sizes() {
        let recogniser = Recogniser::from_bytes(WEIGHTS).unwrap();
        for (width, height, columns) in
            [(0, 24, 0), (1, 1, 12), (1, 24, 1), (480, 48, 120), (9000, 24, 512), (1, 500, 1)]
        {
            assert_eq!(
                recogniser.recognise(&LumaImage::filled(width, height, 90)).columns,
                columns,
                "{width}x{height}"
            );
        }
        let Reference { text, line_image, .. } = &references()[0];
        let doubled = LumaImage {
            data: (0..48 * line_image.width * 2)
                .map(|i| line_image.get(i % (line_image.width * 2) / 2, i / (line_image.width * 4)))
                .collect(),
            width: line_image.width * 2,
            height: 48,
        };
        assert_eq!(&recogniser.recognise(&doubled).text(), text);
    }

    #[test]
    fn reads_nothing_from_blank_images() {
        let recogniser = Recogniser::from_bytes(WEIGHTS).unwrap();
        for luma in [0, 128, 255] {
            assert_eq!(recogniser.recognise(&LumaImage::filled(400, LINE_IMAGE_HEIGHT, luma)).text(), "");
        }
    }

    #[test]
    fn rejects_other_models() {
        assert_eq!(Recogniser::from_bytes(b"").unwrap_err().code(), "model_invalid");
        assert_eq!(Recogniser::from_bytes(&WEIGHTS[..WEIGHTS.len() - 1]).unwrap_err().code(), "model_invalid");
        // A stride of 1 instead of 2 in the first window doubles the columns.
        let mut other = WEIGHTS.to_vec();
        assert_eq!(other[28..30], [2, 0]);
        other[28] = 1;
        assert!(Recogniser::from_bytes(&other).unwrap_err().to_string().contains("columns"));
    }

    /// A distribution whose columns show the symbols of `path` with probability 0.9 (`-` is the blank).
    fn along(path: &str) -> LineDistribution {
        let mut log_probabilities = Vec::new();
        for symbol in path.bytes() {
            let best = ALPHABET.iter().position(|&s| s == symbol).unwrap_or(BLANK);
            log_probabilities
                .extend((0..CLASSES).map(|class| if class == best { 0.9f32.ln() } else { (0.1 / 37.0f32).ln() }));
        }
        LineDistribution { columns: path.len(), log_probabilities }
    }

    #[test]
    fn greedy_merges_repetitions_and_drops_blanks() {
        for (path, text) in
            [("", ""), ("----", ""), ("-PP--<<-UU-TT--OO", "P<UTO"), ("<<-<<-<<", "<<<"), ("AAB-B", "ABB")]
        {
            assert_eq!(along(path).text(), text, "{path}");
        }
    }

    #[test]
    fn greedy_returns_columns_and_confidences() {
        let mut line = along("-AA-");
        line.log_probabilities[2 * CLASSES] = 0.95f32.ln();
        let read = line.greedy();
        assert_eq!((read.len(), read[0].symbol, read[0].column), (1, b'A', 2));
        assert!((read[0].confidence - 0.95).abs() < 1e-6);
    }
}
