//! PNG files (ISO/IEC 15948) of RGBA pixels: rows filtered by the least sum of absolute differences, in one zlib stream
//! (RFC 1950, RFC 1951) of blocks with Huffman codes of their own.

use super::pixels::Image;

/// Bytes of a pixel: RGBA, 8 bits each.
const PIXEL: usize = 4;

/// Symbols of a block, besides its end: a few blocks per megabyte follow the content, and their headers stay below 1 %.
const BLOCK: usize = 1 << 15;

/// Largest distance of a repetition, bytes (RFC 1951).
const WINDOW: usize = 1 << 15;

/// Shortest and longest repetition, bytes: four bytes are what is hashed, 258 the format's limit.
const REPETITION: (usize, usize) = (4, 258);

/// Bits of the hash of four bytes.
const HASH_BITS: u32 = 15;

/// Symbols of literals, the end of a block and lengths; symbols of distances (RFC 1951 section 3.2.7).
const SYMBOLS: (usize, usize) = (286, 30);

const END_OF_BLOCK: usize = 256;

/// Order in which the lengths of the code of code lengths are written (RFC 1951 section 3.2.7).
const LENGTHS_ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// Encodes an image as a PNG file.
pub(super) fn encode(image: &Image) -> Vec<u8> {
    let mut header = Vec::with_capacity(13);
    header.extend(image.width.to_be_bytes());
    header.extend(image.height.to_be_bytes());
    // Eight bits a sample, RGBA, deflate, adaptive filters, not interlaced.
    header.extend([8, 6, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut file, *b"IHDR", &header);
    for part in zlib(&filtered(image)).chunks(1 << 20) {
        chunk(&mut file, *b"IDAT", part);
    }
    chunk(&mut file, *b"IEND", &[]);
    file
}

fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    file.extend(length.to_be_bytes());
    file.extend(name);
    file.extend(data);
    let check = crc32(name.iter().chain(data).copied());
    file.extend(check.to_be_bytes());
}

/// CRC-32 of ISO 3309, four bits at a time.
fn crc32(bytes: impl Iterator<Item = u8>) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut i = 0;
        while i < 16 {
            let (mut value, mut bit) = (i, 0);
            while bit < 4 {
                value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[i as usize] = value;
            i += 1;
        }
        table
    };
    !bytes.fold(u32::MAX, |crc, byte| {
        let crc = crc ^ u32::from(byte);
        let crc = crc >> 4 ^ TABLE[(crc & 15) as usize];
        crc >> 4 ^ TABLE[(crc & 15) as usize]
    })
}

/// Adler-32 (RFC 1950).
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    // Sums of so many bytes stay below 2^32.
    let (mut a, mut b) = (1, 0);
    for part in bytes.chunks(5_552) {
        for &byte in part {
            a += u32::from(byte);
            b += a;
        }
        (a, b) = (a % MODULUS, b % MODULUS);
    }
    b << 16 | a
}

/// The rows, each behind the number of its filter.
fn filtered(image: &Image) -> Vec<u8> {
    let length = image.width as usize * PIXEL;
    let mut out = Vec::with_capacity((length + 1) * image.height as usize);
    let empty = vec![0; length];
    let (mut best, mut row) = (vec![0; length], vec![0; length]);
    let mut above: &[u8] = &empty;
    for pixels in image.data.chunks_exact(length.max(1)) {
        let (mut kind, mut least) = (0, u64::MAX);
        for filter in 0..5u8 {
            let mut cost = 0;
            for i in 0..length {
                let (left, corner) = if i < PIXEL { (0, 0) } else { (pixels[i - PIXEL], above[i - PIXEL]) };
                let value = pixels[i].wrapping_sub(match filter {
                    0 => 0,
                    1 => left,
                    2 => above[i],
                    3 => left.midpoint(above[i]),
                    _ => paeth(left, above[i], corner),
                });
                cost += u64::from(value.cast_signed().unsigned_abs());
                row[i] = value;
            }
            if cost < least {
                (kind, least) = (filter, cost);
                std::mem::swap(&mut best, &mut row);
            }
        }
        out.push(kind);
        out.extend(&best);
        above = pixels;
    }
    out
}

/// The neighbour nearest to `left + up - corner` (ISO/IEC 15948 section 9.4).
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let (to_left, to_up, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

/// Compresses to a zlib stream.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = Bits { bytes: vec![0x78, 0x01], bits: 0, count: 0 };
    let mut heads = vec![usize::MAX; 1 << HASH_BITS];
    let mut at = 0;
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        while block.len() < BLOCK && at < bytes.len() {
            let repetition = repetition(bytes, at, &mut heads);
            at += repetition.map_or(1, |(length, _)| length);
            block.push(repetition.map_or_else(|| Symbol::Literal(bytes[at - 1]), |(l, d)| Symbol::Repetition(l, d)));
        }
        let last = at >= bytes.len();
        out.block(&block, last);
        if last {
            break;
        }
    }
    let mut file = out.finish();
    file.extend(adler32(bytes).to_be_bytes());
    file
}

/// Length and distance of what repeats the bytes at `at`, if they were seen before.
fn repetition(bytes: &[u8], at: usize, heads: &mut [usize]) -> Option<(usize, usize)> {
    let word = bytes.get(at..at + REPETITION.0)?;
    let word = u32::from_le_bytes([word[0], word[1], word[2], word[3]]);
    let head = &mut heads[(word.wrapping_mul(0x9e37_79b1) >> (32 - HASH_BITS)) as usize];
    let before = std::mem::replace(head, at);
    let distance = at.checked_sub(before).filter(|&distance| distance <= WINDOW)?;
    let same = bytes[at..].iter().zip(&bytes[before..]).take(REPETITION.1).take_while(|(a, b)| a == b).count();
    (same >= REPETITION.0).then_some((same, distance))
}

#[derive(Clone, Copy)]
enum Symbol {
    Literal(u8),
    /// Length and distance, bytes.
    Repetition(usize, usize),
}

/// Symbol, number and value of the extra bits of a length.
fn length_symbol(length: usize) -> (usize, u32, usize) {
    if length == REPETITION.1 {
        return (285, 0, 0);
    }
    let value = length - 3;
    let extra = value.checked_ilog2().unwrap_or(0).saturating_sub(2);
    (257 + 4 * extra as usize + (value >> extra), extra, value & ((1 << extra) - 1))
}

/// Symbol, number and value of the extra bits of a distance.
fn distance_symbol(distance: usize) -> (usize, u32, usize) {
    let value = distance - 1;
    let extra = value.checked_ilog2().unwrap_or(0).saturating_sub(1);
    (2 * extra as usize + (value >> extra), extra, value & ((1 << extra) - 1))
}

/// Writes bits, the lowest first.
struct Bits {
    bytes: Vec<u8>,
    bits: u64,
    count: u32,
}

impl Bits {
    /// Appends at most 16 bits.
    fn push(&mut self, bits: usize, count: u32) {
        self.bits |= (bits as u64) << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push((self.bits & 0xff) as u8);
            self.bits >>= 8;
            self.count -= 8;
        }
    }

    fn code(&mut self, code: (usize, u32)) {
        self.push(code.0, code.1);
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0, (8 - self.count) % 8);
        self.bytes
    }

    /// Writes a block with Huffman codes of its own (RFC 1951 section 3.2.7).
    fn block(&mut self, block: &[Symbol], last: bool) {
        let (mut symbols, mut distances) = (vec![0; SYMBOLS.0], vec![0; SYMBOLS.1]);
        // At least two symbols each: a code of fewer is incomplete.
        symbols[0] = 1;
        symbols[END_OF_BLOCK] = 1;
        distances[..2].fill(1);
        for symbol in block {
            match *symbol {
                Symbol::Literal(byte) => symbols[usize::from(byte)] += 1,
                Symbol::Repetition(length, distance) => {
                    symbols[length_symbol(length).0] += 1;
                    distances[distance_symbol(distance).0] += 1;
                }
            }
        }
        let (symbols, distances) = (code_lengths(&symbols, 15), code_lengths(&distances, 15));
        let lengths = || symbols.iter().chain(&distances).map(|&length| length as usize);
        let mut frequencies = vec![0; LENGTHS_ORDER.len()];
        // Both of these, so that there are two.
        frequencies[0] = 1;
        frequencies[15] = 1;
        lengths().for_each(|length| frequencies[length] += 1);
        let of_lengths = code_lengths(&frequencies, 7);

        self.push(usize::from(last), 1);
        self.push(2, 2);
        self.push(SYMBOLS.0 - 257, 5);
        self.push(SYMBOLS.1 - 1, 5);
        self.push(LENGTHS_ORDER.len() - 4, 4);
        LENGTHS_ORDER.iter().for_each(|&symbol| self.push(of_lengths[symbol] as usize, 3));
        let of_lengths = codes(&of_lengths);
        lengths().for_each(|length| self.code(of_lengths[length]));

        let (symbols, distances) = (codes(&symbols), codes(&distances));
        for symbol in block {
            match *symbol {
                Symbol::Literal(byte) => self.code(symbols[usize::from(byte)]),
                Symbol::Repetition(length, distance) => {
                    let (symbol, count, extra) = length_symbol(length);
                    self.code(symbols[symbol]);
                    self.push(extra, count);
                    let (symbol, count, extra) = distance_symbol(distance);
                    self.code(distances[symbol]);
                    self.push(extra, count);
                }
            }
        }
        self.code(symbols[END_OF_BLOCK]);
    }
}

/// Lengths of a Huffman code of at most `limit` bits, 0 for what does not occur. At least two symbols must occur.
fn code_lengths(frequencies: &[u32], limit: u32) -> Vec<u32> {
    let mut frequencies = frequencies.to_vec();
    loop {
        let lengths = unlimited_code_lengths(&frequencies);
        if lengths.iter().all(|&length| length <= limit) {
            return lengths;
        }
        // Flatter frequencies have shorter codes, equal ones of nine bits at most.
        frequencies.iter_mut().filter(|f| **f > 0).for_each(|f| *f = *f / 2 + 1);
    }
}

fn unlimited_code_lengths(frequencies: &[u32]) -> Vec<u32> {
    let mut leaves: Vec<usize> = (0..frequencies.len()).filter(|&i| frequencies[i] > 0).collect();
    leaves.sort_by_key(|&i| frequencies[i]);
    // Leaves in order, then inner nodes, whose weights grow as they are made: the lightest are at two fronts.
    let n = leaves.len();
    let mut weights: Vec<u32> = leaves.iter().map(|&i| frequencies[i]).collect();
    let mut parents = vec![0; (2 * n).saturating_sub(1)];
    let (mut leaf, mut inner) = (0, n);
    while weights.len() + 1 < 2 * n {
        let node = weights.len();
        let mut sum = 0;
        for _ in 0..2 {
            let front =
                if leaf < n && (inner >= node || weights[leaf] <= weights[inner]) { &mut leaf } else { &mut inner };
            sum += weights[*front];
            parents[*front] = node;
            *front += 1;
        }
        weights.push(sum);
    }
    let mut depths = vec![0; parents.len()];
    for node in (0..parents.len().saturating_sub(1)).rev() {
        depths[node] = depths[parents[node]] + 1;
    }
    let mut lengths = vec![0; frequencies.len()];
    leaves.iter().zip(depths).for_each(|(&symbol, depth)| lengths[symbol] = depth);
    lengths
}

/// The canonical codes of these lengths, first bit lowest, with their lengths (RFC 1951 section 3.2.2).
fn codes(lengths: &[u32]) -> Vec<(usize, u32)> {
    let mut codes = vec![(0, 0); lengths.len()];
    let mut next = 0u32;
    for length in 1..=15 {
        next <<= 1;
        for (code, _) in codes.iter_mut().zip(lengths).filter(|(_, l)| **l == length) {
            *code = ((next.reverse_bits() >> (32 - length)) as usize, length);
            next += 1;
        }
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Image {
        let data = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
        Image { data, width, height }
    }

    /// A hash as a source of noise.
    fn noise(x: u32, y: u32) -> u8 {
        ((x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35) >> 24) as u8
    }

    fn decoded(file: &[u8]) -> Image {
        let pixels = image::load_from_memory_with_format(file, image::ImageFormat::Png).unwrap().into_rgba8();
        Image { width: pixels.width(), height: pixels.height(), data: pixels.into_raw() }
    }

    #[test]
    fn another_decoder_reads_the_same_pixels() {
        let images = [
            image(1, 1, |_, _| [1, 2, 3, 4]),
            image(3, 1, |x, _| [x as u8, 0, 255, 128]),
            image(1, 700, |_, y| [noise(1, y), 7, 9, 255]),
            image(640, 480, |x, y| [(x / 3) as u8, (y / 2) as u8, ((x + y) / 5) as u8, 255]),
            image(400, 300, |x, y| [noise(x, y), noise(y, x), noise(x + 1, y + 7), noise(x * y, x)]),
            image(500, 400, |_, _| [255, 255, 255, 255]),
            // Frequencies that grow like Fibonacci numbers have the longest codes.
            image(300, 300, |x, y| [(noise(x, y).leading_zeros() * 31) as u8 ^ noise(x, y) & 3, 0, 0, 255]),
        ];
        for image in images {
            assert_eq!(decoded(&encode(&image)), image, "{}×{}", image.width, image.height);
        }
    }

    #[test]
    fn code_lengths_are_complete_and_limited() {
        let mut fibonacci = vec![1u32, 1];
        while fibonacci.len() < 30 {
            fibonacci.push(fibonacci[fibonacci.len() - 1] + fibonacci[fibonacci.len() - 2]);
        }
        for (frequencies, limit) in
            [(fibonacci.as_slice(), 15), (&fibonacci[..19], 7), (&[0, 3, 0, 1], 7), (&[1; 286], 15)]
        {
            let lengths = code_lengths(frequencies, limit);
            let kraft: f64 = lengths.iter().filter(|&&l| l > 0).map(|&l| 0.5f64.powi(l as i32)).sum();
            assert!((kraft - 1.0).abs() < 1e-12, "{lengths:?}");
            assert!(lengths.iter().all(|&l| l <= limit), "{lengths:?}");
            assert!(frequencies.iter().zip(&lengths).all(|(&f, &l)| (f > 0) == (l > 0)), "{lengths:?}");
        }
    }

    #[test]
    fn files_are_no_larger_than_those_of_the_crate_png_by_a_tenth() {
        use image::ImageEncoder;
        let document = image(800, 500, |x, y| {
            let ink = if (x / 9 + y / 13) % 5 == 0 && x % 9 < 6 { 40 } else { 225 };
            let grain = noise(x, y) / 32;
            [ink + grain, ink + grain / 2, 220 - grain, 255]
        });
        let mut peer = Vec::new();
        image::codecs::png::PngEncoder::new(&mut peer)
            .write_image(&document.data, document.width, document.height, image::ExtendedColorType::Rgba8)
            .unwrap();
        let own = encode(&document).len();
        assert!(own * 10 <= peer.len() * 11, "{own} bytes, the peer {}", peer.len());
    }

    #[test]
    fn checksums_match_published_values() {
        assert_eq!(crc32(b"123456789".iter().copied()), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(adler32(&[0xff; 100_000]), {
            let (a, b) =
                (0..100_000).fold((1u32, 0u32), |(a, b), _| ((a + 255) % 65_521, (b + (a + 255) % 65_521) % 65_521));
            b << 16 | a
        });
    }
}
