//! Corpora on disk: one file for each target, with all its inputs; and files of single inputs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Reads all inputs of a corpus: each is its length (u32, little endian) and its bytes. None if there is no such file.
///
/// # Errors
/// An error of the file system; `InvalidData` if an input is cut off.
pub fn read(file: &Path) -> io::Result<Vec<Vec<u8>>> {
    if !file.is_file() {
        return Ok(Vec::new());
    }
    let bytes = fs::read(file)?;
    let (mut rest, mut inputs) = (bytes.as_slice(), Vec::new());
    while !rest.is_empty() {
        let cut_off = || io::Error::new(io::ErrorKind::InvalidData, "an input of the corpus is cut off");
        let (length, after) = rest.split_first_chunk::<4>().ok_or_else(cut_off)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (input, after) = after.split_at_checked(length).ok_or_else(cut_off)?;
        inputs.push(input.to_vec());
        rest = after;
    }
    Ok(inputs)
}

/// Writes a corpus.
///
/// # Errors
/// An error of the file system.
pub fn write(file: &Path, inputs: &[Vec<u8>]) -> io::Result<()> {
    let mut bytes = Vec::new();
    for input in inputs {
        let length = u32::try_from(input.len()).map_err(io::Error::other)?;
        bytes.extend(length.to_le_bytes());
        bytes.extend_from_slice(input);
    }
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, bytes)
}

/// Writes one input under a name made of its content (FNV-1a of 64 bits); returns the file.
///
/// # Errors
/// An error of the file system.
pub fn keep(folder: &Path, input: &[u8]) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    let hash = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let file = folder.join(format!("{hash:016x}"));
    fs::write(&file, input)?;
    Ok(file)
}
