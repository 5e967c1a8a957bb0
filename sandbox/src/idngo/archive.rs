//! The archive of an import, unpacked within limits: `applicant.json` at the top, and folders with
//! `applicantIdDoc.json` and the images or the video of one step each.
//!
//! Nothing is written to disk, names are compared and never opened, and what an entry says of its size is not believed:
//! bytes are counted as they come out.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use kyc_capture::api::idngo::import::{APPLICANT_JSON, ID_DOC_JSON};
use kyc_capture::api::idngo::{IdngoError, MEDIA_LIMIT};
use zip::{CompressionMethod, ZipArchive};

use super::refusal::Refusal;

/// Maximum number of entries, folders included.
const ENTRIES_MAX: usize = 128;
/// Maximum size in bytes of all files together.
const UNPACKED_MAX: usize = 2 * MEDIA_LIMIT;
/// Maximum number of bytes that come out of an archive for each of its own. Photographs, videos and PDF files are
/// compressed already; DEFLATE makes up to 1,032 bytes of one.
const RATIO_MAX: usize = 100;
/// Bytes that may come out at any ratio: texts are short, and some are regular.
const RATIO_FREE: usize = 1 << 20;
/// Maximum size in bytes of a JSON file.
const JSON_MAX: usize = 256 << 10;
/// Maximum number of characters of a name.
const NAME_MAX: usize = 255;

/// What was in the archive.
#[derive(Debug, Default)]
pub struct Unpacked {
    /// `applicant.json`.
    pub applicant: Vec<u8>,
    /// The folders, by name.
    pub folders: BTreeMap<String, Folder>,
}

/// One step.
#[derive(Debug, Default)]
pub struct Folder {
    /// `applicantIdDoc.json`.
    pub document: Option<Vec<u8>>,
    /// Images or a video, by name.
    pub media: Vec<(String, Vec<u8>)>,
}

/// Unpacks an archive. Refusals name the entry by its place, counted from 1: its name is the sender's own text.
///
/// # Errors
/// `archive_invalid`, `archive_too_large`, `archive_path`, `archive_duplicate`, `too_large`, `media_type_wrong`,
/// `applicant_json_missing`, `id_doc_json_missing`, `media_missing`.
pub fn unpack(bytes: &[u8]) -> Result<Unpacked, Refusal> {
    let listed = listed_entries(bytes).ok_or(IdngoError::ArchiveInvalid)?;
    if listed > ENTRIES_MAX {
        return Err(IdngoError::ArchiveTooLarge.into());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| IdngoError::ArchiveInvalid)?;
    // The reader keeps one entry of each name.
    if archive.len() < listed {
        return Err(IdngoError::ArchiveDuplicate.into());
    }
    let mut unpacked = Unpacked::default();
    let (mut names, mut applicant) = (Vec::new(), None);
    let mut left = bytes.len().saturating_mul(RATIO_MAX).saturating_add(RATIO_FREE).min(UNPACKED_MAX);
    for index in 0..archive.len() {
        let refuse = |error| Refusal::about(error, format!("entry {}", index + 1));
        let entry = archive.by_index(index).map_err(|_| refuse(IdngoError::ArchiveInvalid))?;
        let name = std::str::from_utf8(entry.name_raw()).map_err(|_| refuse(IdngoError::ArchivePath))?.to_owned();
        let plain = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        if entry.encrypted() || !plain {
            return Err(refuse(IdngoError::ArchiveInvalid));
        }
        let place = place_of(&name).filter(|_| !entry.is_symlink()).ok_or_else(|| refuse(IdngoError::ArchivePath))?;
        // File systems that do not distinguish letter case would see one file.
        let folded = name.to_lowercase();
        if names.contains(&folded) {
            return Err(refuse(IdngoError::ArchiveDuplicate));
        }
        names.push(folded);
        let limit = match &place {
            Place::Folder | Place::Clutter => continue,
            Place::Top(name) if *name == APPLICANT_JSON => JSON_MAX,
            Place::Inside(_, name) if *name == ID_DOC_JSON => JSON_MAX,
            Place::Inside(..) => MEDIA_LIMIT,
            Place::Top(_) => return Err(refuse(IdngoError::MediaTypeWrong)),
        };
        let content = read_within(entry, limit, &mut left).map_err(refuse)?;
        match place {
            Place::Inside(folder, ID_DOC_JSON) => {
                unpacked.folders.entry(folder.to_owned()).or_default().document = Some(content);
            }
            Place::Inside(folder, name) => {
                unpacked.folders.entry(folder.to_owned()).or_default().media.push((name.to_owned(), content));
            }
            Place::Top(_) => applicant = Some(content),
            Place::Folder | Place::Clutter => {}
        }
    }
    unpacked.applicant = applicant.ok_or(IdngoError::ApplicantJsonMissing)?;
    for (index, folder) in unpacked.folders.values_mut().enumerate() {
        let refuse = |error| Refusal::about(error, format!("folder {}", index + 1));
        if folder.document.is_none() {
            return Err(refuse(IdngoError::IdDocJsonMissing));
        }
        if folder.media.is_empty() {
            return Err(refuse(IdngoError::MediaMissing));
        }
        folder.media.sort();
    }
    Ok(unpacked)
}

/// Where an entry belongs.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    /// A file at the top.
    Top(&'a str),
    /// A file in a folder.
    Inside(&'a str, &'a str),
    /// A folder at the top.
    Folder,
    /// What a Mac adds by itself; passed over.
    Clutter,
}

/// The place of a name; none where it leads out, or deeper than one folder.
fn place_of(name: &str) -> Option<Place<'_>> {
    let clean = name.len() <= NAME_MAX && !name.contains(['\\', ':', '\0']) && !name.chars().any(char::is_control);
    if !clean {
        return None;
    }
    let good = |part: &str| !part.is_empty() && part != "." && part != "..";
    let (path, is_folder) = match name.strip_suffix('/') {
        Some(path) => (path, true),
        None => (name, false),
    };
    let parts: Vec<&str> = path.split('/').collect();
    if !parts.iter().all(|part| good(part)) {
        return None;
    }
    if parts[0] == "__MACOSX" || parts.last() == Some(&".DS_Store") {
        return Some(Place::Clutter);
    }
    match (parts.as_slice(), is_folder) {
        ([_], true) => Some(Place::Folder),
        ([name], false) => Some(Place::Top(name)),
        ([folder, name], false) => Some(Place::Inside(folder, name)),
        _ => None,
    }
}

/// The content of an entry, of at most `limit` bytes and what is `left` for all.
fn read_within(entry: impl Read, limit: usize, left: &mut usize) -> Result<Vec<u8>, IdngoError> {
    let most = limit.min(*left);
    let mut content = Vec::new();
    // One byte more than allowed shows that there is more.
    entry.take(most as u64 + 1).read_to_end(&mut content).map_err(|_| IdngoError::ArchiveInvalid)?;
    if content.len() > most {
        return Err(if limit > *left { IdngoError::ArchiveTooLarge } else { IdngoError::TooLarge });
    }
    *left -= content.len();
    Ok(content)
}

/// Entries that the end of the central directory counts (APPNOTE 4.3.16). Archives of more than 65,534 are not wanted.
fn listed_entries(bytes: &[u8]) -> Option<usize> {
    const END_LEN: usize = 22;
    let begin = bytes.len().checked_sub(END_LEN)?;
    let earliest = begin.saturating_sub(usize::from(u16::MAX));
    let end = (earliest..=begin).rev().find(|&at| bytes[at..].starts_with(b"PK\x05\x06"))?;
    Some(usize::from(u16::from_le_bytes([bytes[end + 10], bytes[end + 11]])))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
        zipped_by(CompressionMethod::Deflated, entries)
    }

    fn zipped_by(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            writer.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn error(bytes: &[u8]) -> IdngoError {
        match unpack(bytes) {
            Err(Refusal::Idngo { error, .. }) => error,
            other => panic!("{other:?}"),
        }
    }

    const GOOD: [(&str, &[u8]); 3] =
        [("applicant.json", b"{}"), ("1/applicantIdDoc.json", b"{}"), ("1/a.jpg", b"image")];

    #[test]
    fn a_good_archive_is_unpacked() {
        let mut entries = GOOD.to_vec();
        entries.push(("__MACOSX/1/._a.jpg", b"x"));
        entries.push(("1/.DS_Store", b"x"));
        let unpacked = unpack(&zipped(&entries)).unwrap();
        assert_eq!(unpacked.applicant, b"{}");
        assert_eq!(unpacked.folders["1"].media, [("a.jpg".to_owned(), b"image".to_vec())]);
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["../a.jpg", "1/../a.jpg", "/etc/a.jpg", "C:/a.jpg", "1\\a.jpg", "1/2/a.jpg", "1//a.jpg", "./a.jpg"]
        {
            let mut entries = GOOD.to_vec();
            entries.push((name, b"x"));
            assert_eq!(error(&zipped(&entries)), IdngoError::ArchivePath, "{name}");
        }
    }

    #[test]
    fn what_is_missing_or_twice_is_refused() {
        assert_eq!(error(&zipped(&GOOD[1..])), IdngoError::ApplicantJsonMissing);
        assert_eq!(error(&zipped(&[GOOD[0], GOOD[2]])), IdngoError::IdDocJsonMissing);
        assert_eq!(error(&zipped(&GOOD[..2])), IdngoError::MediaMissing);
        let mut entries = GOOD.to_vec();
        entries.push(("1/A.JPG", b"x"));
        assert_eq!(error(&zipped(&entries)), IdngoError::ArchiveDuplicate);
        // The very same name: written with another of its length, and renamed in both places where it is.
        entries[3] = ("1/b.jpg", b"x");
        let mut bytes = zipped(&entries);
        while let Some(at) = bytes.windows(7).position(|w| w == b"1/b.jpg") {
            bytes[at + 2] = b'a';
        }
        assert_eq!(error(&bytes), IdngoError::ArchiveDuplicate);
        entries[3] = ("readme.txt", b"x");
        assert_eq!(error(&zipped(&entries)), IdngoError::MediaTypeWrong);
    }

    #[test]
    fn bombs_are_stopped() {
        let zeros = vec![0; MEDIA_LIMIT + 1];
        let mut entries = GOOD.to_vec();
        entries.push(("1/big.jpg", &zeros));
        assert_eq!(error(&zipped_by(CompressionMethod::Stored, &entries)), IdngoError::TooLarge);
        entries.pop();
        for name in ["1/b.jpg", "1/c.jpg", "1/d.jpg"] {
            entries.push((name, &zeros[..MEDIA_LIMIT]));
        }
        assert_eq!(error(&zipped_by(CompressionMethod::Stored, &entries)), IdngoError::ArchiveTooLarge);
        let mut json = GOOD.to_vec();
        json[0].1 = &zeros[..JSON_MAX + 1];
        assert_eq!(error(&zipped(&json)), IdngoError::TooLarge);
        let names: Vec<String> = (0..ENTRIES_MAX).map(|i| format!("1/{i}.jpg")).collect();
        let mut many = GOOD.to_vec();
        many.extend(names.iter().map(|name| (name.as_str(), &b"x"[..])));
        assert_eq!(error(&zipped(&many)), IdngoError::ArchiveTooLarge);
    }

    #[test]
    fn what_inflates_like_no_photograph_is_refused() {
        let zeros = vec![0; 8 << 20];
        for (length, expected) in [(RATIO_FREE / 2, None), (zeros.len(), Some(IdngoError::ArchiveTooLarge))] {
            let mut entries = GOOD.to_vec();
            entries.push(("1/zeros.bmp", &zeros[..length]));
            let archive = zipped(&entries);
            assert!(archive.len() < length / 500, "{} bytes of {length}", archive.len());
            let refused = unpack(&archive).err().map(|refusal| match refusal {
                Refusal::Idngo { error, .. } => error,
                other => panic!("{other:?}"),
            });
            assert_eq!(refused, expected);
            // The same without compression is a large file as any.
            assert!(unpack(&zipped_by(CompressionMethod::Stored, &entries)).is_ok());
        }
    }

    #[test]
    fn what_is_no_archive_is_refused() {
        let good = zipped(&GOOD);
        for bytes in [&b""[..], b"PK", b"not an archive at all, but long enough", &good[..good.len() - 1], &good[1..]] {
            assert_eq!(error(bytes), IdngoError::ArchiveInvalid);
        }
        // A damaged content, and every single bit of the end flipped: refused or read, never a panic.
        let mut damaged = good.clone();
        // Its first entry's content follows the header's 30 bytes, the name and the extra field.
        let content = 30 + usize::from(damaged[26]) + usize::from(damaged[28]);
        damaged[content] ^= 0xff;
        assert!(unpack(&damaged).is_err());
        for at in good.len() - 60..good.len() {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                let _ = unpack(&bytes);
            }
        }
    }
}
