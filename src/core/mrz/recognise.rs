//! One line of the machine-readable zone, from a rectified strip of luma to a probability for every symbol at every
//! column.
//!
//! # What a strip is
//! The locator hands over one strip per line, as the recogniser was trained to see it:
//!
//! | property | value |
//! |---|---|
//! | rows | [`STRIP_HEIGHT`] (24 px) |
//! | text | upright, left to right, dark on light (a light-on-dark line is inverted before) |
//! | cap height | about [`STRIP_CAP_HEIGHT`] (15 px, 62 % of the rows); 12.5–17.5 px is covered |
//! | vertical place | capitals centred in the strip, within ±3 px; remaining slope within ±2.5° |
//! | pitch | about [`STRIP_PITCH`] (12 px a character); 9.5–15 px is covered. OCR-B at 10 characters an inch has a pitch of about 1.06 cap heights, so a strip made from the cap height alone scales x by [`STRIP_X_SCALE`] times what it scales y |
//! | margins | half a character to 2 characters of background left and right; up to 5 are harmless where nothing is printed there |
//! | width | what the text needs: about 400 px for TD1, 460 px for TD2 and MRV-B, 560 px for TD3 and MRV-A; at most [`MAX_STRIP_WIDTH`] |
//!
//! Nothing else is expected of the locator: contrast and brightness are normalised here, over the whole strip.
//!
//! # What comes out
//! The network is fully convolutional with a horizontal stride of [`COLUMN_STRIDE`] px, so a strip of `w` px gives
//! `ceil(w / 2)` columns, six to a character, each with log-probabilities for the 37 symbols of Doc 9303-3 section 4.3
//! and a blank ("between characters", last). The decoder reads them as CTC output: repeated symbols are separated by
//! blanks.

/// Rows of a strip, in px.
pub const STRIP_HEIGHT: usize = 24;

/// Height of the capitals in a strip, in px: 62 % of [`STRIP_HEIGHT`].
pub const STRIP_CAP_HEIGHT: f32 = 15.0;

/// Distance of two characters in a strip, in px.
pub const STRIP_PITCH: f32 = 12.0;

/// Horizontal over vertical scale of a strip whose pitch is not known: [`STRIP_PITCH`] over the 15.9 px that the pitch of
/// OCR-B takes (2.54 mm at a cap height of 2.4 mm) when the cap height is [`STRIP_CAP_HEIGHT`].
pub const STRIP_X_SCALE: f32 = 0.756;

/// Widest strip that is read as it is, in px (over 80 characters); a wider one is squeezed to it.
pub const MAX_STRIP_WIDTH: usize = 1024;

/// Strip pixels from one column of a [`LineDistribution`] to the next; column `c` is centred on pixel `2 c`.
pub const COLUMN_STRIDE: usize = 2;

/// The symbols of the machine-readable zone (Doc 9303-3 section 4.3), in the order of the network's outputs.
pub const ALPHABET: &[u8; 37] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

/// Classes in each column: the symbols of [`ALPHABET`], then the blank.
pub const CLASSES: usize = ALPHABET.len() + 1;

/// Index of the blank among the [`CLASSES`].
pub const BLANK: usize = ALPHABET.len();

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
