//! From a line's distribution to exactly so many symbols, with the alternatives of each.
//!
//! A line of a format has a known length, so the best path is sought among those that print exactly that many symbols
//! (CTC, Graves et al. 2006, with the length held). What it costs against the best path of any length tells whether the line
//! has that length at all.

use super::recognise::{ALPHABET, BLANK, LineDistribution};

/// Log-probability below which two alternatives are taken as equally impossible.
const FLOOR: f32 = -14.0;

/// A line read at a given length.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedLine {
    /// For each position, log-probabilities of the symbols of [`ALPHABET`] (they sum to at most one).
    pub symbols: Vec<[f32; 37]>,
    /// What the length costs: log-probability of the best path of any length minus that of this path, in nats, ≥ 0.
    pub cost: f32,
}

impl DecodedLine {
    /// The most probable symbol of each position.
    pub fn best(&self) -> Vec<usize> {
        self.symbols.iter().map(|s| argmax(s)).collect()
    }
}

pub(super) fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, v) in values.iter().enumerate() {
        if *v > values[best] {
            best = i;
        }
    }
    best
}

/// Reads a line as `length` symbols; `None` where it has too few columns for that many.
pub fn decode(line: &LineDistribution, length: usize) -> Option<DecodedLine> {
    let columns = line.columns;
    if length == 0 || columns < length {
        return None;
    }
    const CLASSES: usize = ALPHABET.len();
    let states = length + 1;
    // blank[i]: i symbols printed, and now between symbols. symbol[i][c]: printing symbol number i (from 1), which is c.
    let unreachable = f32::NEG_INFINITY;
    let mut blank = vec![unreachable; states];
    let mut symbol = vec![[unreachable; CLASSES]; states];
    blank[0] = 0.0;
    // Where a path came from: for blanks, whether from a symbol (and which); for symbols, stay / blank / other symbol.
    let mut from_blank = vec![u8::MAX; columns * states];
    let mut from_symbol = vec![0u8; columns * states * CLASSES];
    for t in 0..columns {
        let now = line.column(t);
        let mut next_blank = vec![unreachable; states];
        let mut next_symbol = vec![[unreachable; CLASSES]; states];
        // No more symbols than columns, and no fewer than what the rest can still print.
        let most = (t + 1).min(length);
        let least = length.saturating_sub(columns - 1 - t);
        for i in least.saturating_sub(1)..=most {
            let b1 = argmax(&symbol[i]);
            let at = t * states + i;
            // Into the blank after symbol i.
            let stay = blank[i];
            let end = if i > 0 { symbol[i][b1] } else { unreachable };
            if stay >= end {
                next_blank[i] = stay + now[BLANK];
            } else {
                next_blank[i] = end + now[BLANK];
                from_blank[at] = b1 as u8;
            }
            if i == 0 {
                continue;
            }
            let (p1, p2) = if i > 1 { two_best(&symbol[i - 1]) } else { (0, 0) };
            let before = blank[i - 1];
            for c in 0..CLASSES {
                let stay = symbol[i][c];
                let other =
                    if i > 1 { if p1 != c { symbol[i - 1][p1] } else { symbol[i - 1][p2] } } else { unreachable };
                let (value, from) = if stay >= before && stay >= other {
                    (stay, 0)
                } else if before >= other {
                    (before, 1)
                } else {
                    (other, 2 + if p1 != c { p1 } else { p2 } as u8)
                };
                next_symbol[i][c] = value + now[c];
                from_symbol[at * CLASSES + c] = from;
            }
        }
        blank = next_blank;
        symbol = next_symbol;
    }
    let last = argmax(&symbol[length]);
    let ends_blank = blank[length] >= symbol[length][last];
    let total = if ends_blank { blank[length] } else { symbol[length][last] };
    if !total.is_finite() {
        return None;
    }
    // Back along the path: which columns print which position.
    let mut spans = vec![(usize::MAX, 0usize); length];
    let mut i = length;
    let mut state = if ends_blank { None } else { Some(last) };
    for t in (0..columns).rev() {
        let at = t * states + i;
        match state {
            None => {
                let from = from_blank[at];
                if from != u8::MAX {
                    state = Some(usize::from(from));
                }
            }
            Some(c) => {
                let span = &mut spans[i - 1];
                span.0 = span.0.min(t);
                span.1 = span.1.max(t + 1);
                match from_symbol[at * CLASSES + c] {
                    0 => {}
                    1 => {
                        i -= 1;
                        state = None;
                    }
                    other => {
                        i -= 1;
                        state = Some(usize::from(other - 2));
                    }
                }
            }
        }
    }
    let free: f32 = (0..columns).map(|t| line.column(t).iter().copied().fold(f32::MIN, f32::max)).sum();
    let symbols = spans.iter().map(|&(start, end)| alternatives(line, start, end)).collect();
    Some(DecodedLine { symbols, cost: (free - total).max(0.0) })
}

/// The symbols of one position: of the columns that print it, the most probable of each, made a distribution.
fn alternatives(line: &LineDistribution, start: usize, end: usize) -> [f32; 37] {
    let mut out = [FLOOR; 37];
    for t in start.min(line.columns)..end {
        for (o, v) in out.iter_mut().zip(line.column(t)) {
            *o = o.max(*v);
        }
    }
    let sum: f32 = out.iter().map(|v| v.exp()).sum();
    if sum > 1.0 {
        let log = sum.ln();
        out.iter_mut().for_each(|v| *v -= log);
    }
    out
}

fn two_best(values: &[f32; 37]) -> (usize, usize) {
    let (mut a, mut b) = (0, 1);
    if values[1] > values[0] {
        (a, b) = (1, 0);
    }
    for i in 2..values.len() {
        if values[i] > values[a] {
            (a, b) = (i, a);
        } else if values[i] > values[b] {
            b = i;
        }
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::mrz::recognise::CLASSES;

    /// Columns that are `path` with probability `p` each (`-` is the blank).
    fn along(path: &str, p: f32) -> LineDistribution {
        let rest = ((1.0 - p) / (CLASSES - 1) as f32).ln();
        let mut log_probabilities = Vec::new();
        for symbol in path.bytes() {
            let best = ALPHABET.iter().position(|&s| s == symbol).unwrap_or(BLANK);
            log_probabilities.extend((0..CLASSES).map(|class| if class == best { p.ln() } else { rest }));
        }
        LineDistribution { columns: path.len(), log_probabilities }
    }

    fn text(line: &DecodedLine) -> String {
        line.best().iter().map(|&i| char::from(ALPHABET[i])).collect()
    }

    #[test]
    fn reads_exactly_the_length_asked_for() {
        let line = along("-PP--<-<<-UU-TT--OO-<<-", 0.9);
        let exact = decode(&line, 7).unwrap();
        assert_eq!((text(&exact).as_str(), exact.cost), ("P<<UTO<", 0.0));
        // One more or one fewer can be had, at a price.
        for other in [6, 8] {
            assert!(decode(&line, other).unwrap().cost > 2.0, "{other}");
        }
        assert_eq!(decode(&line, 24), None);
        assert_eq!(decode(&line, 0), None);
    }

    #[test]
    fn repeats_need_a_blank_between() {
        assert_eq!(text(&decode(&along("A-A-A", 0.9), 3).unwrap()), "AAA");
        let merged = decode(&along("AAAAA", 0.9), 2).unwrap();
        assert!(merged.cost > 1.0);
    }

    #[test]
    fn keeps_the_alternatives() {
        let mut line = along("-O-B-", 0.9);
        // The first symbol is a zero nearly as well.
        let zero = ALPHABET.iter().position(|&s| s == b'0').unwrap();
        line.log_probabilities[CLASSES + zero] = 0.7f32.ln();
        let read = decode(&line, 2).unwrap();
        let alternatives = &read.symbols[0];
        let mut order: Vec<usize> = (0..37).collect();
        order.sort_by(|&a, &b| alternatives[b].total_cmp(&alternatives[a]));
        assert_eq!((ALPHABET[order[0]], ALPHABET[order[1]]), (b'O', b'0'));
        assert!(alternatives.iter().map(|v| v.exp()).sum::<f32>() <= 1.0 + 1e-5);
    }
}
