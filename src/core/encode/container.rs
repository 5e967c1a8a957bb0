//! Reduces JPEG, PNG and WebP files to what holds pixels and orientation, before a decoder sees them.
//!
//! Colour profiles and text chunks inflate without regard to the pixels (a 3 MB PNG to 3 GB), and the size that a RIFF
//! chunk declares is allocated before it is read. Neither affects the decoded pixels, so neither reaches a decoder.

use std::borrow::Cow;

use crate::error::CoreError;
use crate::frame::check_size;

/// Maximum size of EXIF metadata in a chunk, bytes: the maximum of a JPEG segment. Larger ones are dropped.
const MAX_EXIF: usize = 65_533;

/// Length of the PNG signature, bytes.
const PNG_SIGNATURE: usize = 8;

/// Length of a RIFF header with its form type, bytes.
const RIFF_HEADER: usize = 12;

/// Feature flags of a VP8X chunk (WebP Container Specification): ICC profile, EXIF, XMP, animation.
const VP8X_ICC: u8 = 0x20;
const VP8X_EXIF: u8 = 0x08;
const VP8X_XMP: u8 = 0x04;
const VP8X_ANIMATION: u8 = 0x02;

/// Length of the frame header in an ANMF chunk, bytes.
const ANMF_HEADER: usize = 16;

/// Returns a PNG with its critical chunks, `tRNS` and a small `eXIf` only; borrows the file if it has no others.
pub(super) fn strip_png(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Kept::new(bytes, PNG_SIGNATURE);
    let (mut at, mut exif_found) = (PNG_SIGNATURE, false);
    while let Some(header) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        // Length, type and CRC. A truncated last chunk is left to the decoder, which reports it.
        let end = at.saturating_add(length).saturating_add(12).min(bytes.len());
        let kind = &header[4..8];
        let is_exif = kind == b"eXIf" && length <= MAX_EXIF && !exif_found;
        exif_found |= is_exif;
        if is_exif || [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"].iter().any(|k| kind == *k) {
            kept.keep(at, end);
        }
        at = end;
        if kind == b"IEND" {
            break;
        }
    }
    kept.into_bytes()
}

/// Returns a JPEG without comments and application data before its first scan, except JFIF, Exif and Adobe segments;
/// borrows the file if it has no others.
pub(super) fn strip_jpeg(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept = Kept::new(bytes, 2);
    let (mut at, mut exif_found) = (2, false);
    while let Some(&[0xff, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == 0xff {
            at += 1;
            continue;
        }
        let end = (at + 2 + usize::from(u16::from_be_bytes([high, low]))).min(bytes.len());
        let is_exif = marker == 0xe1 && !exif_found && bytes[at..end].get(4..10) == Some(b"Exif\0\0");
        exif_found |= is_exif;
        let dropped = matches!(marker, 0xe1..=0xed | 0xef | 0xfe) && !is_exif;
        if marker == 0xda || end <= at + 2 {
            break;
        }
        if !dropped {
            kept.keep(at, end);
        }
        at = end;
    }
    kept.keep(at, bytes.len());
    kept.into_bytes()
}

/// Returns a WebP with its first image and a small EXIF chunk only.
///
/// # Errors
/// [`CoreError::ImageTooLarge`] if an image in it exceeds the limit; [`CoreError::CorruptImage`] if a chunk exceeds its
/// parent, or an image's size differs from its container's.
pub(super) fn strip_webp(bytes: &[u8]) -> Result<Cow<'_, [u8]>, CoreError> {
    let (chunks, _) = riff_chunks(bytes, RIFF_HEADER);
    let Some(first) = chunks.first() else { return Err(corrupt("the WebP ends within its first chunk")) };
    if first.kind != *b"VP8X" {
        // An image without a container: what follows it is ignored.
        image_size(bytes, first)?;
        return Ok(Cow::Borrowed(&bytes[..first.end]));
    }
    let &[features, _, _, _, w0, w1, w2, h0, h1, h2] = &bytes[first.data..first.content_end] else {
        return Err(corrupt("the VP8X chunk of the WebP is not 10 bytes long"));
    };
    let canvas = (u24([w0, w1, w2]) + 1, u24([h0, h1, h2]) + 1);
    check_size(u64::from(canvas.0), u64::from(canvas.1))?;
    let animated = features & VP8X_ANIMATION != 0;
    let mut features = features & !(VP8X_ICC | VP8X_EXIF | VP8X_XMP);
    let mut kept = bytes[..first.end].to_vec();
    let mut kinds: Vec<[u8; 4]> = Vec::new();
    for chunk in &chunks[1..] {
        let wanted = match &chunk.kind {
            b"EXIF" => chunk.len() <= MAX_EXIF,
            b"ALPH" | b"VP8 " | b"VP8L" => !animated,
            b"ANIM" | b"ANMF" => animated,
            _ => false,
        };
        // Decoders use the first chunk of each kind, so the first frame of an animation.
        if !wanted || kinds.contains(&chunk.kind) {
            continue;
        }
        match &chunk.kind {
            b"EXIF" => features |= VP8X_EXIF,
            b"VP8 " | b"VP8L" if image_size(bytes, chunk)? != canvas => {
                return Err(corrupt("the image and its WebP container differ in size"));
            }
            b"ANMF" => check_frame(bytes, chunk, canvas)?,
            _ => {}
        }
        kinds.push(chunk.kind);
        kept.extend_from_slice(&bytes[chunk.start..chunk.end]);
    }
    kept[first.data] = features;
    let length = u32::try_from(kept.len() - 8).map_err(|_| corrupt("the WebP exceeds 4 GiB"))?;
    kept[4..8].copy_from_slice(&length.to_le_bytes());
    Ok(Cow::Owned(kept))
}

/// Ranges of a file to keep, joined if they are adjacent.
struct Kept<'a> {
    bytes: &'a [u8],
    ranges: Vec<(usize, usize)>,
}

impl<'a> Kept<'a> {
    fn new(bytes: &'a [u8], header: usize) -> Self {
        Self { bytes, ranges: vec![(0, header.min(bytes.len()))] }
    }

    fn keep(&mut self, start: usize, end: usize) {
        match self.ranges.last_mut() {
            Some(last) if last.1 == start => last.1 = end,
            _ => self.ranges.push((start, end)),
        }
    }

    fn into_bytes(self) -> Cow<'a, [u8]> {
        match self.ranges.as_slice() {
            [(start, end)] => Cow::Borrowed(&self.bytes[*start..*end]),
            ranges => {
                let mut out = Vec::with_capacity(ranges.iter().map(|(start, end)| end - start).sum());
                ranges.iter().for_each(|(start, end)| out.extend_from_slice(&self.bytes[*start..*end]));
                Cow::Owned(out)
            }
        }
    }
}

/// A RIFF chunk within the file: its header begins at `start`, its content at `data`, the next chunk at `end`.
struct Chunk {
    kind: [u8; 4],
    start: usize,
    data: usize,
    content_end: usize,
    end: usize,
}

impl Chunk {
    fn len(&self) -> usize {
        self.content_end - self.data
    }
}

/// Returns the chunks from `at` that end within `bytes`, and whether all do.
fn riff_chunks(bytes: &[u8], mut at: usize) -> (Vec<Chunk>, bool) {
    let mut chunks = Vec::new();
    while let Some(&[a, b, c, d, l0, l1, l2, l3]) = bytes.get(at..at + 8) {
        let (data, length) = (at + 8, u32::from_le_bytes([l0, l1, l2, l3]) as usize);
        let Some(content_end) = data.checked_add(length).filter(|end| *end <= bytes.len()) else {
            return (chunks, false);
        };
        // Chunks begin at even offsets; the last one's padding may be missing.
        let end = (content_end + (length & 1)).min(bytes.len());
        chunks.push(Chunk { kind: [a, b, c, d], start: at, data, content_end, end });
        at = end;
    }
    (chunks, true)
}

/// Checks that the images of an ANMF chunk have the size of its frame, which fits the canvas.
fn check_frame(bytes: &[u8], chunk: &Chunk, canvas: (u32, u32)) -> Result<(), CoreError> {
    let header = bytes[chunk.data..chunk.content_end].get(..ANMF_HEADER);
    let Some(&[_, _, _, _, _, _, w0, w1, w2, h0, h1, h2, ..]) = header else {
        return Err(corrupt("a frame of the WebP is truncated"));
    };
    let size = (u24([w0, w1, w2]) + 1, u24([h0, h1, h2]) + 1);
    if size.0 > canvas.0 || size.1 > canvas.1 {
        return Err(corrupt("a frame of the WebP exceeds its canvas"));
    }
    let (inner, complete) = riff_chunks(&bytes[..chunk.content_end], chunk.data + ANMF_HEADER);
    if !complete {
        return Err(corrupt("a chunk of the WebP exceeds its frame"));
    }
    for image in inner.iter().filter(|inner| matches!(&inner.kind, b"VP8 " | b"VP8L")) {
        if image_size(bytes, image)? != size {
            return Err(corrupt("the image and its WebP frame differ in size"));
        }
    }
    Ok(())
}

/// Returns the size in the bitstream header of a `VP8 ` or `VP8L` chunk, within the limit of pixels.
fn image_size(bytes: &[u8], chunk: &Chunk) -> Result<(u32, u32), CoreError> {
    let content = &bytes[chunk.data..chunk.content_end];
    let size = match (&chunk.kind, content) {
        // RFC 6386, 9.1: frame tag, start code, then 14 bits of width and of height with 2 bits of scale each.
        (b"VP8 ", [_, _, _, _, _, _, w0, w1, h0, h1, ..]) => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            (side(*w0, *w1), side(*h0, *h1))
        }
        // WebP Lossless Bitstream Specification, 3: signature, then 14 bits of width − 1 and of height − 1.
        (b"VP8L", [_, a, b, c, d, ..]) => {
            let header = u32::from_le_bytes([*a, *b, *c, *d]);
            ((header & 0x3fff) + 1, ((header >> 14) & 0x3fff) + 1)
        }
        _ => return Err(corrupt("the WebP has no image where one is required")),
    };
    if size.0 == 0 || size.1 == 0 {
        return Err(corrupt("the WebP has a side of zero pixels"));
    }
    check_size(u64::from(size.0), u64::from(size.1))?;
    Ok(size)
}

fn u24([a, b, c]: [u8; 3]) -> u32 {
    u32::from_le_bytes([a, b, c, 0])
}

fn corrupt(reason: &str) -> CoreError {
    CoreError::CorruptImage { reason: reason.into() }
}
