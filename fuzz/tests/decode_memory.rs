//! Decoding never takes more memory than the pixels justify, whatever a file declares or inflates to: a counting
//! allocator over files built for the purpose, of each format.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    reason = "a test's own numbers; a panic is a failed test"
)]

use std::io::Write;
use std::sync::Mutex;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};
use kyc_capture::core::encode::{Image, decode};
use kyc_fuzz::memory::peak_of;

/// Memory beyond the pixels, bytes.
const FIXED: usize = 16 << 20;
/// Memory for each pixel, bytes: four times RGBA.
const PER_PIXEL: usize = 4 * 4;
/// What the bombs inflate to or declare, bytes.
const BOMB: usize = 512 << 20;

/// One measurement at a time.
static MEASURING: Mutex<()> = Mutex::new(());

/// Decodes `file`; returns its pixels or the error code, and the peak of what that allocated, in bytes.
fn measure(file: &[u8]) -> (Result<usize, &'static str>, usize) {
    let pixels = |image: Image| image.width as usize * image.height as usize;
    peak_of(|| decode(file).map(pixels).map_err(|e| e.code()))
}

/// Zeros, compressed.
fn deflated(bytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let block = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

fn png_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(content.len()).unwrap().to_be_bytes().to_vec();
    let body = [kind, content].concat();
    out.extend(&body);
    out.extend(crc32(&body).to_be_bytes());
    out
}

fn png(width: u32, height: u32, colour: ExtendedColorType, bytes_per_pixel: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let pixels = vec![0; width as usize * height as usize * bytes_per_pixel];
    PngEncoder::new(&mut out).write_image(&pixels, width, height, colour).unwrap();
    out
}

/// A small PNG with a chunk after its header.
fn png_with(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut file = png(8, 8, ExtendedColorType::Rgb8, 3);
    file.splice(33..33, png_chunk(kind, content));
    file
}

/// A PNG of 8 bits of grey whose header declares this size.
fn declared_png(width: u32, height: u32, idat: &[u8]) -> Vec<u8> {
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 0, 0, 0, 0]);
    let chunks = [(b"IHDR", header.as_slice()), (b"IDAT", idat), (b"IEND", b"")];
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    out.extend(chunks.iter().flat_map(|(kind, content)| png_chunk(kind, content)));
    out
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let pixels = vec![90; width as usize * height as usize * 3];
    JpegEncoder::new(&mut out).write_image(&pixels, width, height, ExtendedColorType::Rgb8).unwrap();
    out
}

/// A small JPEG with as many segments after its start as make up 11 MB.
fn jpeg_with(marker: u8, prefix: impl Fn(u8) -> Vec<u8>) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    for i in 0..176u8 {
        let mut content = prefix(i);
        content.resize(65_533, 7);
        out.extend([0xff, marker, 0xff, 0xff]);
        out.extend(content);
    }
    out.extend(&jpeg(8, 8)[2..]);
    out
}

fn webp(width: u32, height: u32, colour: ExtendedColorType, bytes_per_pixel: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let pixels = vec![60; width as usize * height as usize * bytes_per_pixel];
    WebPEncoder::new_lossless(&mut out).write_image(&pixels, width, height, colour).unwrap();
    out
}

/// A RIFF chunk that declares `length`.
fn declared_chunk(kind: &[u8; 4], length: u32, content: &[u8]) -> Vec<u8> {
    [kind.as_slice(), &length.to_le_bytes(), content].concat()
}

fn riff_chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut out = declared_chunk(kind, u32::try_from(content.len()).unwrap(), content);
    out.resize(out.len().next_multiple_of(2), 0);
    out
}

/// A WebP of these chunks after a VP8X chunk with a square canvas.
fn extended_webp(features: u8, side: u32, chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut header = vec![features, 0, 0, 0];
    header.extend([&(side - 1).to_le_bytes()[..3], &(side - 1).to_le_bytes()[..3]].concat());
    let content = [b"WEBP".to_vec(), riff_chunk(b"VP8X", &header), chunks.concat()].concat();
    riff_chunk(b"RIFF", &content)
}

/// The VP8L chunk of an 8 × 8 image.
fn small_vp8l() -> Vec<u8> {
    webp(8, 8, ExtendedColorType::Rgb8, 3)[12..].to_vec()
}

/// A key frame header of VP8 that declares the largest size.
fn huge_vp8() -> Vec<u8> {
    let mut content = vec![0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f];
    content.resize(4_096, 0);
    riff_chunk(b"VP8 ", &content)
}

fn anmf(inner: &[u8]) -> Vec<u8> {
    let mut content = vec![0, 0, 0, 0, 0, 0, 7, 0, 0, 7, 0, 0, 0, 0, 0, 0];
    content.extend(inner);
    riff_chunk(b"ANMF", &content)
}

#[test]
fn decoding_memory_is_bounded_by_the_pixels() {
    let _one = MEASURING.lock().unwrap();
    let bomb = deflated(BOMB);
    let mut iccp = b"p\0\0".to_vec();
    iccp.extend(&bomb);
    let mut itxt = b"XML:com.adobe.xmp\0\x01\0\0\0".to_vec();
    itxt.extend(&bomb);
    let mut ztxt = b"Raw profile type iptc\0\0".to_vec();
    ztxt.extend(&bomb);
    let anim = riff_chunk(b"ANIM", &[0; 6]);
    let files = [
        ("PNG, profile", png_with(b"iCCP", &iccp)),
        ("PNG, compressed text", png_with(b"zTXt", &ztxt)),
        ("PNG, compressed international text", png_with(b"iTXt", &itxt)),
        ("PNG, 10 MB of text", png_with(b"tEXt", &[&b"k\0"[..], &vec![b'a'; 10 << 20]].concat())),
        ("PNG, 10 MB of EXIF", png_with(b"eXIf", &vec![b'M'; 10 << 20])),
        ("PNG, more data than pixels", declared_png(8, 8, &bomb)),
        ("PNG, 40 megapixels declared, none there", declared_png(8_000, 5_000, &deflated(0))),
        ("PNG, 16 bits, RGBA", png(2_000, 1_500, ExtendedColorType::Rgba16, 8)),
        ("PNG, 8 bits, grey", png(2_000, 1_500, ExtendedColorType::L8, 1)),
        ("JPEG, profile", jpeg_with(0xe2, |i| [b"ICC_PROFILE\0".as_slice(), &[i + 1, 176]].concat())),
        ("JPEG, extended XMP", jpeg_with(0xe1, |_| b"http://ns.adobe.com/xap/1.0/\0".to_vec())),
        ("JPEG, IPTC", jpeg_with(0xed, |_| b"Photoshop 3.0\0".to_vec())),
        ("JPEG, comments", jpeg_with(0xfe, |_| Vec::new())),
        ("JPEG, Exif", jpeg_with(0xe1, |_| b"Exif\0\0MM\0*\0\0\0\x08".to_vec())),
        ("JPEG, 3 megapixels", jpeg(2_000, 1_500)),
        ("WebP, 3 megapixels", webp(2_000, 1_500, ExtendedColorType::Rgb8, 3)),
        ("WebP, 3 megapixels, alpha", webp(2_000, 1_500, ExtendedColorType::Rgba8, 4)),
        ("WebP, profile", extended_webp(0x20, 8, &[declared_chunk(b"ICCP", BOMB as u32, b""), small_vp8l()])),
        ("WebP, EXIF", extended_webp(0x08, 8, &[small_vp8l(), declared_chunk(b"EXIF", BOMB as u32, b"MM")])),
        ("WebP, 10 MB of EXIF", extended_webp(0x08, 8, &[small_vp8l(), riff_chunk(b"EXIF", &vec![b'M'; 10 << 20])])),
        ("WebP, small canvas, huge image", extended_webp(0, 8, &[huge_vp8()])),
        ("WebP, huge image", riff_chunk(b"RIFF", &[b"WEBP".to_vec(), huge_vp8()].concat())),
        ("WebP, huge frame", extended_webp(0x02, 8, &[anim.clone(), anmf(&huge_vp8())])),
        (
            "WebP, EXIF in a frame",
            extended_webp(
                0x0a,
                8,
                &[anim.clone(), anmf(&[small_vp8l(), declared_chunk(b"EXIF", BOMB as u32, b"MM")].concat())],
            ),
        ),
        ("WebP, animation", extended_webp(0x02, 8, &[anim, anmf(&small_vp8l())])),
    ];
    let refused = [
        "WebP, profile",
        "PNG, 40 megapixels declared, none there",
        "WebP, small canvas, huge image",
        "WebP, huge image",
        "WebP, huge frame",
        "WebP, EXIF in a frame",
    ];
    for (what, file) in files {
        assert!(file.len() <= 12 << 20, "{what}: {} bytes are more than may be uploaded", file.len());
        let (result, peak) = measure(&file);
        println!("{what}: {} bytes, {result:?}, peak {:.1} MB", file.len(), peak as f64 / 1e6);
        // A file that is refused counts for what its header declares, at most the limit.
        let pixels = result.unwrap_or(if what.contains("40 megapixels") { 40_000_000 } else { 64 });
        assert!(peak <= FIXED + PER_PIXEL * pixels, "{what}: {peak} bytes for {pixels} pixels");
        assert_eq!(result.is_ok(), !refused.contains(&what), "{what}: {result:?}");
    }
}

#[test]
fn rejects_jpeg_with_many_scans() {
    let _one = MEASURING.lock().unwrap();
    let mut file = jpeg(8, 8);
    let scan = file.windows(2).position(|w| w == [0xff, 0xda]).unwrap();
    let scans = file[scan..file.len() - 2].repeat(100);
    file.splice(scan..scan, scans);
    assert_eq!(measure(&file).0, Err("image_corrupt"));
}
