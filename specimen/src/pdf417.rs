//! Encodes bytes as PDF417 symbols (ISO/IEC 15438), independently of the reader that is tested with them except for the
//! table of symbol characters.

use image::{Rgb, RgbImage};
use kyc_core::barcode::pdf417::symbols::modules_of;

const START: [u32; 8] = [8, 1, 1, 1, 1, 1, 1, 3];
const STOP: [u32; 9] = [7, 1, 1, 3, 1, 1, 1, 2, 1];
/// Width of the quiet zone, modules.
const QUIET: u32 = 2;

/// Encodes `data` with the given data columns (1–30) and error correction level (0–8). Returns the rows as modules,
/// dark is true.
///
/// # Panics
/// Panics if the data do not fit into 90 rows and 928 codewords.
pub fn symbol(data: &[u8], columns: usize, level: u32) -> Vec<Vec<bool>> {
    let correction = 2usize << level;
    let mut codewords = vec![0];
    codewords.extend(byte_compaction(data));
    let rows = (codewords.len() + correction).div_ceil(columns).max(3);
    assert!(rows <= 90 && rows * columns <= 928, "{} bytes are too many for {columns} columns", data.len());
    codewords.resize(rows * columns - correction, 900);
    codewords[0] = codewords.len() as u32;
    let checks = correction_of(&codewords, correction);
    codewords.extend(checks);
    let (rows, columns) = (rows as u32, columns as u32);
    (0..rows)
        .map(|row| {
            let group = row / 3 * 30;
            let said = [(rows - 1) / 3, level * 3 + (rows - 1) % 3, columns - 1];
            let left = group + said[(row % 3) as usize];
            let right = group + said[((row + 2) % 3) as usize];
            let data = &codewords[(row * columns) as usize..((row + 1) * columns) as usize];
            let characters = std::iter::once(left).chain(data.iter().copied()).chain([right]);
            let widths = characters.flat_map(|value| modules_of(value as u16, (row % 3) as u8));
            let widths = START.into_iter().chain(widths).chain(STOP);
            widths.enumerate().flat_map(|(i, width)| vec![i % 2 == 0; width as usize]).collect()
        })
        .collect()
}

/// Renders a symbol in black on white; `module_px` and `row_px` are the size of modules and rows, pixels.
pub fn render(data: &[u8], columns: usize, level: u32, module_px: u32, row_px: u32) -> RgbImage {
    let rows = symbol(data, columns, level);
    let (width, height) = (rows[0].len() as u32 + 2 * QUIET, rows.len() as u32 * row_px + 2 * QUIET * module_px);
    RgbImage::from_fn(width * module_px, height, |x, y| {
        let row = y.checked_sub(QUIET * module_px).map(|y| (y / row_px) as usize);
        let column = (x / module_px).checked_sub(QUIET).map(|x| x as usize);
        let dark = row.and_then(|row| rows.get(row)).zip(column).is_some_and(|(row, x)| row.get(x) == Some(&true));
        Rgb(if dark { [20; 3] } else { [232; 3] })
    })
}

/// Encodes six bytes as five codewords of base 900, and each remaining byte as one codeword.
fn byte_compaction(data: &[u8]) -> Vec<u32> {
    let whole = data.len().is_multiple_of(6);
    let mut out = vec![if whole { 924 } else { 901 }];
    let sixes = data.chunks_exact(6);
    let rest = sixes.remainder();
    for six in sixes {
        let mut value = six.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        let mut group = [0; 5];
        for codeword in group.iter_mut().rev() {
            *codeword = (value % 900) as u32;
            value /= 900;
        }
        out.extend(group);
    }
    out.extend(rest.iter().map(|&byte| u32::from(byte)));
    out
}

/// Returns the Reed–Solomon error correction codewords: the negated remainder of the data by (x − 3)(x − 9)… modulo
/// 929.
fn correction_of(data: &[u32], count: usize) -> Vec<u32> {
    let mut generator = vec![1u32];
    let mut root = 1;
    for _ in 0..count {
        root = root * 3 % 929;
        let mut next = vec![0; generator.len() + 1];
        for (i, c) in generator.iter().enumerate() {
            next[i] = (next[i] + c) % 929;
            next[i + 1] = (next[i + 1] + c * (929 - root)) % 929;
        }
        generator = next;
    }
    let mut rest = vec![0u32; count];
    for value in data {
        let factor = (value + rest[0]) % 929;
        rest.rotate_left(1);
        rest[count - 1] = 0;
        for (r, g) in rest.iter_mut().zip(&generator[1..]) {
            *r = (*r + (929 - factor) * g) % 929;
        }
    }
    rest.into_iter().map(|r| (929 - r) % 929).collect()
}
