//! Content outside of the database, by id: in a folder here, in a bucket in [`super::s3`].

use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// A place for content. Ids are made by this program: letters, digits, `-` and `.`.
pub trait BlobStore: Debug + Send + Sync {
    /// Stores content; once this has returned, neither a kill nor a power cut loses it.
    ///
    /// # Errors
    /// What the place says.
    fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()>;

    /// The content; `None` where there is none of that id.
    ///
    /// # Errors
    /// What the place says.
    fn read(&self, id: &str) -> io::Result<Option<Vec<u8>>>;

    /// Removes content; it is no error where there is none.
    ///
    /// # Errors
    /// What the place says.
    fn delete(&self, id: &str) -> io::Result<()>;

    /// The ids of all content, and of all that was begun to be written, with the moment of the last change.
    ///
    /// # Errors
    /// What the place says.
    fn list(&self) -> io::Result<Vec<(String, SystemTime)>>;

    /// The folder on this machine, where it is one.
    fn folder(&self) -> Option<&Path> {
        None
    }
}

/// A folder: one file for each id, in a folder named by its first two characters.
#[derive(Debug)]
pub struct Folder(PathBuf);

/// The end of the name of a file that is being written.
const PART: &str = ".part";

impl Folder {
    /// Opens a folder, which is made where it does not exist.
    ///
    /// # Errors
    /// The file system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        owner_only(path, 0o700)?;
        Ok(Self(path.to_path_buf()))
    }

    fn path_of(&self, id: &str) -> io::Result<PathBuf> {
        let fits = id.len() >= 2 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !fits || id.starts_with('.') {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(self.0.join(&id[..2]).join(id))
    }
}

impl BlobStore for Folder {
    fn folder(&self) -> Option<&Path> {
        Some(&self.0)
    }

    fn put(&self, id: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path_of(id)?;
        let folder = path.parent().unwrap_or(&self.0);
        if !folder.is_dir() {
            fs::create_dir_all(folder)?;
            owner_only(folder, 0o700)?;
            sync_folder(&self.0)?;
        }
        let part = folder.join(format!("{id}{PART}"));
        let mut file = File::create(&part)?;
        owner_only(&part, 0o600)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        sync_folder(folder)
    }

    fn read(&self, id: &str) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path_of(id)?) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn delete(&self, id: &str) -> io::Result<()> {
        match fs::remove_file(self.path_of(id)?) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn list(&self) -> io::Result<Vec<(String, SystemTime)>> {
        let mut found = Vec::new();
        for folder in fs::read_dir(&self.0)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for file in fs::read_dir(folder.path())? {
                let file = file?;
                if let Ok(id) = file.file_name().into_string() {
                    found.push((id, file.metadata()?.modified()?));
                }
            }
        }
        Ok(found)
    }
}

/// Faces and documents: no one else on the machine is to read them.
#[cfg(unix)]
pub(super) fn owner_only(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn owner_only(_path: &Path, _mode: u32) -> io::Result<()> {
    Ok(())
}

/// A new name in a folder outlives a power cut only once the folder was written too.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_what_it_was_given() {
        let path = std::env::temp_dir().join(format!("kyc-folder-{}", std::process::id()));
        let folder = Folder::open(&path).unwrap();
        folder.put("ab-1", &[1, 2]).unwrap();
        folder.put("ab-1", &[3]).unwrap();
        assert_eq!(folder.read("ab-1").unwrap(), Some(vec![3]));
        assert_eq!(folder.read("ab-2").unwrap(), None);
        let ids: Vec<_> = folder.list().unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["ab-1"], "no part is left");
        folder.delete("ab-1").unwrap();
        folder.delete("ab-1").unwrap();
        assert_eq!(folder.read("ab-1").unwrap(), None);
        for id in ["../x", "a/b", ".hidden", "a", ""] {
            assert!(folder.put(id, &[]).is_err(), "{id}");
        }
        fs::remove_dir_all(path).unwrap();
    }
}
