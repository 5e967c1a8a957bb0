//! Image files of each format, and EXIF: pixels or a typed error, within the memory that the pixels justify.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use kyc_capture::core::encode::decode;

use super::{Target, no_repair};
use crate::memory;

/// Memory beyond the pixels, bytes, and for each pixel: as in `fuzz/tests/decode_memory.rs`.
const FIXED: usize = 16 << 20;
const PER_PIXEL: usize = 16;
/// Pixels that a header may declare here: more would only be slow.
const PIXELS_MAX: u64 = 1 << 16;

pub(super) const PNG: Target = Target {
    name: "png",
    weight: 3,
    max_len: 2_048,
    keep_len: 500,
    words: &[
        b"IHDR",
        b"IDAT",
        b"IEND",
        b"PLTE",
        b"tRNS",
        b"iCCP",
        b"zTXt",
        b"iTXt",
        b"eXIf",
        b"gAMA",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"\0\0\0\x0d",
        b"\x10\x06\0\0\0",
        b"\x08\x03\0\0\x01",
        b"\x01\0\0\0\0",
    ],
    seeds: png_seeds,
    repair: |file| repair_png(file),
    execute: execute_image,
};

pub(super) const JPEG: Target = Target {
    name: "jpeg",
    weight: 3,
    max_len: 2_048,
    keep_len: 900,
    words: &[
        b"\xff\xd8\xff",
        b"\xff\xd9",
        b"\xff\xda",
        b"\xff\xc0",
        b"\xff\xc2",
        b"\xff\xc4",
        b"\xff\xdb",
        b"\xff\xdd",
        b"\xff\xe0",
        b"\xff\xe1",
        b"\xff\xee",
        b"Exif\0\0",
        b"Adobe\0",
        b"\xff\xd0",
        b"\xff\0",
        b"\x11\0",
        b"\x22\0",
    ],
    seeds: jpeg_seeds,
    repair: no_repair,
    execute: execute_image,
};

pub(super) const WEBP: Target = Target {
    name: "webp",
    weight: 3,
    max_len: 2_048,
    keep_len: 500,
    words: &[
        b"RIFF",
        b"WEBP",
        b"VP8 ",
        b"VP8L",
        b"VP8X",
        b"ALPH",
        b"ANIM",
        b"ANMF",
        b"EXIF",
        b"ICCP",
        b"\x9d\x01\x2a",
        b"\x2f",
        b"\x02\0\0\0",
        b"\x10\0\0\0",
    ],
    seeds: webp_seeds,
    repair: |file| repair_webp(file),
    execute: execute_image,
};

pub(super) const EXIF: Target = Target {
    name: "exif",
    weight: 6,
    max_len: 600,
    keep_len: 300,
    words: &[
        b"MM\0*\0\0\0\x08",
        b"II*\0\x08\0\0\0",
        b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0",
        b"\x12\x01\x03\0\x01\0\0\0\x06\0",
        b"\x87\x69",
        b"\x88\x25",
        b"\0\x01",
        b"\xff\xff\xff\xff",
    ],
    seeds: exif_seeds,
    repair: no_repair,
    execute: execute_exif,
};

fn pixels(width: u32, height: u32, channels: u32) -> Vec<u8> {
    (0..width * height * channels).map(|i| (i * 37 % 251) as u8).collect()
}

fn png(width: u32, height: u32, kind: ExtendedColorType, channels: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = PngEncoder::new(&mut out).write_image(&pixels(width, height, channels), width, height, kind);
    out
}

fn jpeg(width: u32, height: u32, kind: ExtendedColorType, channels: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let _ =
        JpegEncoder::new_with_quality(&mut out, 60).write_image(&pixels(width, height, channels), width, height, kind);
    out
}

fn webp(width: u32, height: u32, kind: ExtendedColorType, channels: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let _ = WebPEncoder::new_lossless(&mut out).write_image(&pixels(width, height, channels), width, height, kind);
    out
}

fn png_seeds() -> Vec<Vec<u8>> {
    use ExtendedColorType::{L8, La8, Rgb8, Rgb16, Rgba8};
    [(L8, 1), (La8, 2), (Rgb8, 3), (Rgba8, 4), (Rgb16, 6)].map(|(kind, n)| png(5, 7, kind, n)).to_vec()
}

fn jpeg_seeds() -> Vec<Vec<u8>> {
    vec![jpeg(9, 17, ExtendedColorType::Rgb8, 3), jpeg(8, 8, ExtendedColorType::L8, 1)]
}

fn webp_seeds() -> Vec<Vec<u8>> {
    let lossless = webp(6, 5, ExtendedColorType::Rgba8, 4);
    // RFC 6386: a key frame whose data end early, which decoders fill.
    let mut frame = vec![0x30, 1, 0, 0x9d, 0x01, 0x2a, 8, 0, 8, 0];
    frame.extend((0..60_u32).map(|i| (i * 73 % 256) as u8));
    let lossy = riff(&[(b"VP8 ", &frame)]);
    let header = [0x08, 0, 0, 0, 5, 0, 0, 4, 0, 0];
    let inner = lossless.get(20..).unwrap_or_default();
    let extended = riff(&[(b"VP8X", &header), (b"VP8L", inner), (b"EXIF", b"MM\0*\0\0\0\x08\0\0")]);
    vec![lossless, lossy, extended]
}

fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut content = b"WEBP".to_vec();
    for (kind, data) in chunks {
        content.extend_from_slice(*kind);
        content.extend((data.len() as u32).to_le_bytes());
        content.extend_from_slice(data);
        content.resize(content.len().next_multiple_of(2), 0);
    }
    [b"RIFF".as_slice(), &(content.len() as u32).to_le_bytes(), &content].concat()
}

/// Writes the length of the file into a WebP's header.
fn repair_webp(file: &mut [u8]) {
    let length = (file.len() as u32).saturating_sub(8).to_le_bytes();
    if let Some(place) = file.get_mut(4..8) {
        place.copy_from_slice(&length);
    }
}

/// Recomputes the CRC of every chunk.
fn repair_png(file: &mut [u8]) {
    let mut at = 8;
    while let Some(header) = file.get(at..at + 8) {
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let Some(end) = at.checked_add(8 + length).filter(|end| *end + 4 <= file.len()) else { break };
        let crc = crc32(&file[at + 4..end]).to_be_bytes();
        file[end..end + 4].copy_from_slice(&crc);
        at = end + 4;
    }
}

/// CRC-32 of ISO 3309, as PNG has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc: u32, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Whether a header of a file declares more pixels than are decoded here, and fewer than are refused anyway.
fn is_slow(file: &[u8]) -> bool {
    let mut slow = false;
    let mut see = |width: u64, height: u64| {
        slow |= (PIXELS_MAX + 1..=kyc_capture::core::limits::MAX_PIXELS).contains(&(width * height));
    };
    if let Some(b) = file.get(16..24).filter(|_| file.starts_with(b"\x89PNG")) {
        let side = |b: &[u8]| u64::from(u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        see(side(&b[..4]).min(1 << 30), side(&b[4..]).min(1 << 30));
    }
    if file.starts_with(&[0xff, 0xd8]) {
        for frame in file.windows(9).filter(|w| w[0] == 0xff && matches!(w[1], 0xc0..=0xcf)) {
            see(
                u64::from(u16::from_be_bytes([frame[7], frame[8]])),
                u64::from(u16::from_be_bytes([frame[5], frame[6]])),
            );
        }
    }
    if file.starts_with(b"RIFF") {
        let u24 = |b: &[u8]| u64::from(u32::from_le_bytes([b[0], b[1], b[2], 0])) + 1;
        for chunk in file.windows(18) {
            match &chunk[..4] {
                b"VP8X" => see(u24(&chunk[12..15]), u24(&chunk[15..18])),
                b"VP8 " => see(
                    u64::from(u16::from_le_bytes([chunk[14], chunk[15]]) & 0x3fff),
                    u64::from(u16::from_le_bytes([chunk[16], chunk[17]]) & 0x3fff),
                ),
                b"VP8L" => {
                    let bits = u32::from_le_bytes([chunk[9], chunk[10], chunk[11], chunk[12]]);
                    see(u64::from(bits & 0x3fff) + 1, u64::from((bits >> 14) & 0x3fff) + 1);
                }
                _ => {}
            }
        }
    }
    slow
}

fn execute_image(input: &[u8]) {
    if is_slow(input) {
        return;
    }
    let (result, peak) = memory::peak_of(|| decode(input));
    match result {
        Ok(image) => {
            let pixels = image.width as usize * image.height as usize;
            assert!(pixels > 0 && image.data.len() == 4 * pixels);
            assert!(peak <= FIXED + PER_PIXEL * pixels, "{peak} bytes for {pixels} pixels");
        }
        Err(error) => {
            assert!(peak <= FIXED + PER_PIXEL * PIXELS_MAX as usize, "{peak} bytes for a refused file");
            assert!(error.code().starts_with("image_"), "{}", error.code());
        }
    }
}

fn exif_seeds() -> Vec<Vec<u8>> {
    let big = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let little = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";
    vec![big.to_vec(), little.to_vec(), Vec::new()]
}

/// EXIF changes nothing but the orientation: the pixels are the same ones, in one of eight orders.
fn execute_exif(exif: &[u8]) {
    thread_local! {
        static PLAIN: (Vec<u8>, Vec<u8>) = {
            let file = png(3, 2, ExtendedColorType::Rgb8, 3);
            let pixels = decode(&file).map(|image| image.data).unwrap_or_default();
            (file, pixels)
        };
    }
    PLAIN.with(|(plain, expected)| {
        let body = [b"eXIf".as_slice(), exif].concat();
        let length = (exif.len() as u32).to_be_bytes();
        let chunk = [length.as_slice(), &body, &crc32(&body).to_be_bytes()].concat();
        let file = [&plain[..33], &chunk, &plain[33..]].concat();
        let image = decode(&file).expect("EXIF does not spoil an image");
        let size = (image.width, image.height);
        assert!(size == (3, 2) || size == (2, 3), "{size:?}");
        let sorted = |data: &[u8]| {
            let mut pixels: Vec<&[u8]> = data.chunks(4).collect();
            pixels.sort_unstable();
            pixels.concat()
        };
        assert_eq!(sorted(&image.data), sorted(expected));
    });
}
