//! One line of the machine-readable zone, from a rectified strip of luma to a probability for every symbol at every
//! column.
//!
//! # What a strip is
//! The locator hands over one strip per line, as the recogniser was trained to see it:
//!
//! | property | value |
//! |---|---|
//! | rows | [`LINE_IMAGE_HEIGHT`] (24 px) |
//! | text | upright, left to right, dark on light (a light-on-dark line is inverted before) |
//! | cap height | about [`LINE_IMAGE_CAP_HEIGHT`] (15 px, 62 % of the rows); 12.5–17.5 px is covered |
//! | vertical place | capitals centred in the strip, within ±3 px; remaining slope within ±2.5° |
//! | pitch | about [`LINE_IMAGE_PITCH`] (12 px a character); 9.5–15 px is covered. OCR-B at 10 characters an inch has a pitch of about 1.06 cap heights, so a strip made from the cap height alone scales x by [`LINE_IMAGE_X_SCALE`] times what it scales y |
//! | margins | half a character to 2 characters of background left and right; up to 5 are harmless where nothing is printed there |
//! | width | what the text needs: about 400 px for TD1, 460 px for TD2 and MRV-B, 560 px for TD3 and MRV-A; at most [`MAX_LINE_IMAGE_WIDTH`] |
//!
//! Nothing else is expected of the locator: contrast and brightness are normalised here, over the whole strip.
//!
//! # What comes out
//! The network is fully convolutional with a horizontal stride of [`COLUMN_STRIDE`] px, so a strip of `w` px gives
//! `ceil(w / 2)` columns, six to a character, each with log-probabilities for the 37 symbols of Doc 9303-3 section 4.3
//! and a blank ("between characters", last). The decoder reads them as CTC output: repeated symbols are separated by
//! blanks.

use crate::error::CoreError;
use crate::frame::LumaImage;
use crate::model::{Model, Tensor};
use crate::numeric::fold_max;

/// Rows of a strip, in px.
pub const LINE_IMAGE_HEIGHT: usize = 24;

/// Height of the capitals in a strip, in px: 62 % of [`LINE_IMAGE_HEIGHT`].
pub const LINE_IMAGE_CAP_HEIGHT: f32 = 15.0;

/// Distance of two characters in a strip, in px.
pub const LINE_IMAGE_PITCH: f32 = 12.0;

/// Horizontal over vertical scale of a strip whose pitch is not known: [`LINE_IMAGE_PITCH`] over the 15.9 px that the pitch of
/// OCR-B takes (2.54 mm at a cap height of 2.4 mm) when the cap height is [`LINE_IMAGE_CAP_HEIGHT`].
pub const LINE_IMAGE_X_SCALE: f32 = 0.756;

/// Widest strip that is read as it is, in px (over 80 characters); a wider one is squeezed to it.
pub const MAX_LINE_IMAGE_WIDTH: usize = 1024;

/// Strip pixels from one column of a [`LineDistribution`] to the next; column `c` is centred on pixel `2 c`.
pub const COLUMN_STRIDE: usize = 2;

/// The symbols of the machine-readable zone (Doc 9303-3 section 4.3), in the order of the network's outputs.
pub const ALPHABET: &[u8; 37] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/// Classes in each column: the symbols of [`ALPHABET`], then the blank.
pub const CLASSES: usize = ALPHABET.len() + 1;

/// Index of the blank among the [`CLASSES`].
pub const BLANK: usize = ALPHABET.len();

/// The network with its weights (`mrz.kycm`); what it is and how good is in the model card beside the file.
#[derive(Debug, Clone)]
pub struct Recogniser {
    model: Model,
}

impl Recogniser {
    /// A recogniser from the bytes of `mrz.kycm`.
    ///
    /// # Errors
    /// [`CoreError::InvalidModel`] where the bytes are no model, or a model of another shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let recogniser = Self { model: Model::from_bytes(bytes)? };
        // Sizes of tensors grow with the width alone, so a network that takes both ends takes every strip.
        for width in [1, MAX_LINE_IMAGE_WIDTH] {
            let out = recogniser.run(&LumaImage::filled(width, LINE_IMAGE_HEIGHT, 0))?;
            let shape = (out.height, out.width, out.channels);
            if shape != (1, width.div_ceil(COLUMN_STRIDE), CLASSES) {
                return Err(CoreError::InvalidModel {
                    reason: format!("a strip of {width} px gives {shape:?} (rows, columns, classes)"),
                });
            }
        }
        Ok(recogniser)
    }

    /// Reads one strip, best made as the module's table says. A strip of other than [`LINE_IMAGE_HEIGHT`] rows, or wider than
    /// [`MAX_LINE_IMAGE_WIDTH`], is scaled to fit first; a strip without pixels gives no columns.
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

/// Luma with mean 0 and standard deviation 1; what is almost flat (deviation below 2) stays so, or noise would be read.
fn normalised(luma: &[u8]) -> Vec<f32> {
    let count = luma.len().max(1) as f64;
    let sum: u64 = luma.iter().map(|&v| u64::from(v)).sum();
    let squares: u64 = luma.iter().map(|&v| u64::from(v) * u64::from(v)).sum();
    let mean = sum as f64 / count;
    let deviation = (squares as f64 / count - mean * mean).max(0.0).sqrt().max(2.0);
    luma.iter().map(|&v| ((f64::from(v) - mean) / deviation) as f32).collect()
}

/// The strip scaled to [`LINE_IMAGE_HEIGHT`] rows, in proportion as far as [`MAX_LINE_IMAGE_WIDTH`] allows.
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
    let most = fold_max(values);
    let total = most + values.iter().map(|v| (v - most).exp()).sum::<f32>().ln();
    values.iter_mut().for_each(|v| *v -= total);
}

/// What the recogniser thinks of a strip: log-probabilities per column, which sum to one (as probabilities) in each.
#[derive(Debug, Clone, PartialEq)]
pub struct LineDistribution {
    /// Number of columns, [`COLUMN_STRIDE`] strip pixels apart.
    pub columns: usize,
    /// Natural log-probabilities, `[columns][CLASSES]` row by row, blank last.
    pub log_probabilities: Vec<f32>,
}

/// One character of a greedy reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReadChar {
    /// One of [`ALPHABET`].
    pub symbol: u8,
    /// Probability of the symbol at its best column, 0–1.
    pub confidence: f32,
    /// The column at which the symbol is most probable.
    pub column: usize,
}

impl LineDistribution {
    /// The [`CLASSES`] log-probabilities of a column below [`LineDistribution::columns`].
    pub fn column(&self, column: usize) -> &[f32] {
        &self.log_probabilities[column * CLASSES..(column + 1) * CLASSES]
    }

    /// The most probable class of each column, repetitions merged and blanks dropped (CTC best path).
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

    /// The symbols of [`LineDistribution::greedy`] as text.
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
    /// Strips and what the exported weights give for them in the training framework (layout: `training/mrz/export.py`).
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
                // Inputs of layers are rounded to 15 bits, which shows in what is all but impossible.
                assert!(
                    (got - want).abs() < 1e-3 * want.abs().max(1.0),
                    "{text}, column {}: {got} for {want}",
                    i / CLASSES
                );
            }
        }
    }

    #[test]
    fn reads_the_reference_strips_and_is_sure_of_it() {
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
    fn scales_what_is_not_a_strip() {
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
    fn reads_nothing_where_nothing_is_written() {
        let recogniser = Recogniser::from_bytes(WEIGHTS).unwrap();
        for luma in [0, 128, 255] {
            assert_eq!(recogniser.recognise(&LumaImage::filled(400, LINE_IMAGE_HEIGHT, luma)).text(), "");
        }
    }

    #[test]
    fn refuses_other_models() {
        assert_eq!(Recogniser::from_bytes(b"").unwrap_err().code(), "model_invalid");
        assert_eq!(Recogniser::from_bytes(&WEIGHTS[..WEIGHTS.len() - 1]).unwrap_err().code(), "model_invalid");
        // Its first window moved on by 1 px instead of 2 to the right makes twice the columns.
        let mut other = WEIGHTS.to_vec();
        assert_eq!(other[28..30], [2, 0]);
        other[28] = 1;
        assert!(Recogniser::from_bytes(&other).unwrap_err().to_string().contains("columns"));
    }

    /// A distribution whose columns are `path` with probability 0.9 each (`-` is the blank).
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
    fn greedy_tells_where_and_how_sure() {
        let mut line = along("-AA-");
        line.log_probabilities[2 * CLASSES] = 0.95f32.ln();
        let read = line.greedy();
        assert_eq!((read.len(), read[0].symbol, read[0].column), (1, b'A', 2));
        assert!((read[0].confidence - 0.95).abs() < 1e-6);
    }
}
