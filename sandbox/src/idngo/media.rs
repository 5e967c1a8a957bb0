//! Files of applicants: their type is detected from their bytes, never by their names.

use kyc_capture::api::idngo::IdngoError;
use kyc_capture::core::encode::{Image, decode};

/// The documented types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `application/pdf`
    Pdf,
    /// `video/mp4`
    Mp4,
    /// `video/webm`
    Webm,
    /// `video/quicktime`
    Mov,
}

impl MediaType {
    /// The media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Pdf => "application/pdf",
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
            Self::Mov => "video/quicktime",
        }
    }

    /// Extensions of file names, lower case.
    pub const fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpeg", "jpg"],
            Self::Png => &["png"],
            Self::Pdf => &["pdf"],
            Self::Mp4 => &["mp4"],
            Self::Webm => &["webm"],
            Self::Mov => &["mov"],
        }
    }

    /// Whether it is an image.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png)
    }

    /// Whether it is a video.
    pub const fn is_video(self) -> bool {
        matches!(self, Self::Mp4 | Self::Webm | Self::Mov)
    }

    /// The type of a file by its first bytes; `None` for every other.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            return Some(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if bytes.starts_with(b"%PDF-") {
            return Some(Self::Pdf);
        }
        // ISO/IEC 14496-12 section 4.3: the brand of the first box; QuickTime's own is `qt  `.
        if bytes.get(4..8) == Some(b"ftyp") {
            let brand = bytes.get(8..12)?;
            if brand == b"qt  " {
                return Some(Self::Mov);
            }
            let video = [&b"isom"[..], b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V "];
            return video.contains(&brand).then_some(Self::Mp4);
        }
        // EBML with the document type `webm` (RFC 8794 section 11.2.6); it is in the first few bytes.
        if bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
            let head = &bytes[..bytes.len().min(128)];
            let doc_type = head.windows(2).position(|w| w == b"\x42\x82")? + 2;
            // Its length before it has one to eight bytes.
            return head[doc_type..].windows(4).take(9).any(|w| w == b"webm").then_some(Self::Webm);
        }
        None
    }
}

/// A file that was examined.
#[derive(Debug)]
pub struct Looked {
    /// What it is.
    pub kind: MediaType,
    /// The pixels of an image.
    pub image: Option<Image>,
}

/// Detects the type of a file and reads it as far as this server can: images are decoded, of the others the frame is
/// checked.
///
/// # Errors
/// `media_type_wrong` where it is none of the documented types, `media_invalid` where it begins as one and is broken.
pub fn look(bytes: &[u8]) -> Result<Looked, IdngoError> {
    let kind = MediaType::of(bytes).ok_or(IdngoError::MediaTypeWrong)?;
    let mut image = None;
    let sound = match kind {
        MediaType::Jpeg | MediaType::Png => {
            image = Some(decode(bytes).map_err(|_| IdngoError::MediaInvalid)?);
            true
        }
        MediaType::Pdf => ends_with_mark(bytes),
        MediaType::Mp4 | MediaType::Mov => has_movie(bytes),
        MediaType::Webm => has_cluster(bytes),
    };
    if sound { Ok(Looked { kind, image }) } else { Err(IdngoError::MediaInvalid) }
}

/// ISO 32000-1 section 7.5.5: `%%EOF` is the last line; what readers accept is that it is near the end.
fn ends_with_mark(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    tail.windows(5).any(|w| w == b"%%EOF")
}

/// Whether the boxes of the file follow each other to its end, and `moov` and `mdat` are among them.
fn has_movie(bytes: &[u8]) -> bool {
    let (mut at, mut movie, mut data) = (0_usize, false, false);
    while at < bytes.len() {
        let Some(header) = bytes.get(at..at + 8) else { return false };
        let size = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        movie |= &header[4..] == b"moov";
        data |= &header[4..] == b"mdat";
        let size = match size {
            0 => bytes.len() - at,
            1 => {
                let Some(large) = bytes.get(at + 8..at + 16) else { return false };
                let large = u64::from_be_bytes(large.try_into().unwrap_or_default());
                usize::try_from(large).unwrap_or(usize::MAX)
            }
            size => size as usize,
        };
        match at.checked_add(size) {
            Some(next) if size >= 8 && next <= bytes.len() => at = next,
            _ => return false,
        }
    }
    movie && data
}

/// Whether there is a segment with a cluster (identifiers of RFC 9559).
fn has_cluster(bytes: &[u8]) -> bool {
    let has = |id: &[u8; 4]| bytes.windows(4).any(|w| w == id);
    has(&[0x18, 0x53, 0x80, 0x67]) && has(&[0x1f, 0x43, 0xb6, 0x75])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let mut bytes = (u32::try_from(content.len()).unwrap() + 8).to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(content);
        bytes
    }

    fn mp4(brand: &[u8; 4]) -> Vec<u8> {
        [atom(b"ftyp", &[&brand[..], &[0; 4]].concat()), atom(b"moov", &[0; 8]), atom(b"mdat", &[1, 2, 3])].concat()
    }

    #[test]
    fn types_are_told_by_bytes() {
        let looked = |bytes: &[u8]| look(bytes).map(|looked| looked.kind);
        assert_eq!(looked(&mp4(b"isom")), Ok(MediaType::Mp4));
        assert_eq!(looked(&mp4(b"qt  ")), Ok(MediaType::Mov));
        assert_eq!(looked(b"%PDF-1.7\n1 0 obj\n%%EOF\n"), Ok(MediaType::Pdf));
        let wrong = Err(IdngoError::MediaTypeWrong);
        for bytes in [&b""[..], b"PK\x03\x04", b"GIF89a", b"<html>", b"MZ", b"\x1a\x45\xdf\xa3\x42\x82\x88matroska"] {
            assert_eq!(looked(bytes), wrong);
        }
        assert_eq!(looked(&mp4(b"heic")), wrong);
    }

    #[test]
    fn broken_files_are_refused() {
        let broken = Err(IdngoError::MediaInvalid);
        let whole = mp4(b"isom");
        for end in 12..whole.len() {
            assert_eq!(look(&whole[..end]).map(|looked| looked.kind), broken, "{end}");
        }
        let mut endless = whole.clone();
        endless[20..24].copy_from_slice(&1_u32.to_be_bytes());
        endless[28..36].copy_from_slice(&u64::MAX.to_be_bytes());
        let loops = [&whole[..20], &[0, 0, 0, 2], &whole[24..]].concat();
        for bytes in [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", &endless, &loops] {
            assert_eq!(look(bytes).map(|looked| looked.kind), broken);
        }
    }
}
