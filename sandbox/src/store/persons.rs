//! Persons of an organization: another organization's are the same as none.

use kyc_capture::api::biometric::persons::{Alias, AliasConflict, AliasType, NewAlias, Person, Photo, PhotoType};

use super::audit;
use super::blobs;
use super::db::{Connection, OptionalExtension, params};
use super::error::StoreError;
use crate::clock;
use crate::random;

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The organization has no such person, or the person no such photo.
    NotFound,
    /// The organization has as many persons as it may.
    LimitReached,
    /// These values are taken.
    Taken(Vec<AliasConflict>),
    /// The photo represents the person, and there is no other.
    OnlyDefault,
}

/// A photo to be stored.
#[derive(Debug)]
pub struct NewPhoto {
    /// Where it is from.
    pub kind: PhotoType,
    /// JPEG or PNG.
    pub bytes: Vec<u8>,
}

/// Makes a person with a first photo, which is the default, and with a `system_id`.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn create(
    c: &Connection,
    organization: &str,
    most: u32,
    is_verified: bool,
    photo: &NewPhoto,
    aliases: &[NewAlias],
    now_ms: i64,
) -> Result<Result<Person, Refused>, StoreError> {
    lock(c, organization)?;
    let sql = "SELECT count(*) FROM person WHERE organization_id = ?1";
    let persons: u32 = c.query_row(sql, params![organization], |row| row.get(0))?;
    if persons >= most {
        return Ok(Err(Refused::LimitReached));
    }
    let taken = taken(c, organization, aliases)?;
    if !taken.is_empty() {
        return Ok(Err(Refused::Taken(taken)));
    }
    let id = random::uuid()?;
    c.execute(
        "INSERT INTO person (person_id, organization_id, is_verified, created_ms, updated_ms)
         VALUES (?1, ?2, ?3, ?4, ?4)",
        params![id, organization, is_verified, now_ms],
    )?;
    audit::about(c, "person", &id);
    let system_id = NewAlias { value: id.clone(), kind: AliasType::SystemId };
    for alias in std::iter::once(&system_id).chain(aliases) {
        insert_alias(c, organization, &id, alias)?;
    }
    insert_photo(c, &id, photo, true, now_ms)?;
    found(c, organization, &id)
}

/// Sets whether a person is verified.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn update(
    c: &Connection,
    organization: &str,
    id: &str,
    is_verified: bool,
    now_ms: i64,
) -> Result<Result<Person, Refused>, StoreError> {
    let changed = c.execute(
        "UPDATE person SET is_verified = ?3, updated_ms = ?4 WHERE person_id = ?2 AND organization_id = ?1",
        params![organization, id, is_verified, now_ms],
    )?;
    if changed > 0 {
        audit::about(c, "person", id);
    }
    found(c, organization, id)
}

/// Adds a photo. It becomes the default where that is `wanted` and its type is of higher priority than the default's.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_photo(
    c: &Connection,
    organization: &str,
    id: &str,
    photo: &NewPhoto,
    wanted: bool,
    now_ms: i64,
) -> Result<Result<Person, Refused>, StoreError> {
    lock(c, organization)?;
    let Some(person) = read(c, organization, id)? else { return Ok(Err(Refused::NotFound)) };
    let present = person.photos.iter().find(|photo| photo.is_default).and_then(|photo| photo.kind.priority());
    let better = match (photo.kind.priority(), present) {
        (Some(new), Some(old)) => new < old,
        (new, None) => new.is_some(),
        (None, Some(_)) => false,
    };
    let is_default = wanted && better;
    if is_default {
        c.execute("UPDATE person_photo SET is_default = 0 WHERE person_id = ?1", params![id])?;
    }
    insert_photo(c, id, photo, is_default, now_ms)?;
    touch(c, id, now_ms)?;
    found(c, organization, id)
}

/// Adds an alias.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn add_alias(
    c: &Connection,
    organization: &str,
    id: &str,
    alias: &NewAlias,
    now_ms: i64,
) -> Result<Result<Person, Refused>, StoreError> {
    lock(c, organization)?;
    if read(c, organization, id)?.is_none() {
        return Ok(Err(Refused::NotFound));
    }
    let taken = taken(c, organization, std::slice::from_ref(alias))?;
    if !taken.is_empty() {
        return Ok(Err(Refused::Taken(taken)));
    }
    insert_alias(c, organization, id, alias)?;
    touch(c, id, now_ms)?;
    found(c, organization, id)
}

/// Removes a photo and its image. Where it was the default, the best of the others takes its place; the earlier one of
/// two that are as good.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn delete_photo(
    c: &Connection,
    organization: &str,
    id: &str,
    photo_id: &str,
    now_ms: i64,
) -> Result<Result<Person, Refused>, StoreError> {
    lock(c, organization)?;
    let Some(person) = read(c, organization, id)? else { return Ok(Err(Refused::NotFound)) };
    let Some(photo) = person.photos.iter().find(|photo| photo.id == photo_id) else {
        return Ok(Err(Refused::NotFound));
    };
    if photo.is_default {
        let others = person.photos.iter().filter(|other| other.id != photo_id);
        let Some(next) = others.min_by_key(|other| other.kind.priority().unwrap_or(u8::MAX)) else {
            return Ok(Err(Refused::OnlyDefault));
        };
        c.execute("UPDATE person_photo SET is_default = 1 WHERE photo_id = ?1", params![next.id])?;
    }
    let sql = "SELECT blob_id FROM person_photo WHERE photo_id = ?1";
    let blob: String = c.query_row(sql, params![photo_id], |row| row.get(0))?;
    c.execute("DELETE FROM person_photo WHERE photo_id = ?1", params![photo_id])?;
    blobs::delete(c, &blob)?;
    touch(c, id, now_ms)?;
    found(c, organization, id)
}

/// The person, with aliases and photos.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn read(c: &Connection, organization: &str, id: &str) -> Result<Option<Person>, StoreError> {
    let sql = "SELECT is_verified, created_ms, updated_ms FROM person WHERE person_id = ?1 AND organization_id = ?2";
    let row = |row: &super::db::Row<'_>| Ok((row.get::<bool>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?));
    let Some((is_verified, created_ms, updated_ms)) = c.query_row(sql, params![id, organization], row).optional()?
    else {
        return Ok(None);
    };
    let aliases = c.query(
        "SELECT alias_id, value, kind FROM person_alias WHERE person_id = ?1 ORDER BY position",
        params![id],
        |row| Ok(Alias { id: row.get(0)?, value: row.get(1)?, kind: row.get::<String>(2)?.as_str().into() }),
    )?;
    let photos = c.query(
        "SELECT photo_id, kind, is_default, created_ms FROM person_photo WHERE person_id = ?1 ORDER BY position",
        params![id],
        |row| {
            Ok(Photo {
                id: row.get(0)?,
                kind: row.get::<String>(1)?.as_str().into(),
                is_default: row.get(2)?,
                is_uploaded: true,
                created_at: clock::iso8601_seconds(row.get(3)?),
            })
        },
    )?;
    Ok(Some(Person {
        id: id.to_owned(),
        organization: random::uuid_of("organization", organization),
        is_verified,
        created_at: clock::iso8601_seconds(created_ms),
        updated_at: clock::iso8601_seconds(updated_ms),
        aliases,
        photos,
    }))
}

fn found(c: &Connection, organization: &str, id: &str) -> Result<Result<Person, Refused>, StoreError> {
    Ok(read(c, organization, id)?.ok_or(Refused::NotFound))
}

/// One change of an organization's persons at a time: what was counted and looked up holds until it is written.
fn lock(c: &Connection, organization: &str) -> Result<(), StoreError> {
    let sql = "UPDATE organization SET created_ms = created_ms WHERE organization_id = ?1";
    c.execute(sql, params![organization])?;
    Ok(())
}

fn touch(c: &Connection, id: &str, now_ms: i64) -> Result<(), StoreError> {
    c.execute("UPDATE person SET updated_ms = ?2 WHERE person_id = ?1", params![id, now_ms])?;
    audit::about(c, "person", id);
    Ok(())
}

/// Which of the values the organization has, and whose they are.
fn taken(c: &Connection, organization: &str, aliases: &[NewAlias]) -> Result<Vec<AliasConflict>, StoreError> {
    let sql = "SELECT person_id FROM person_alias WHERE organization_id = ?1 AND value = ?2";
    let mut taken = Vec::new();
    for alias in aliases {
        let holder = c.query_row(sql, params![organization, alias.value], |row| row.get::<String>(0)).optional()?;
        taken.extend(holder.map(|person_id| AliasConflict { value: alias.value.clone(), person_id }));
    }
    Ok(taken)
}

fn insert_alias(c: &Connection, organization: &str, id: &str, alias: &NewAlias) -> Result<(), StoreError> {
    c.execute(
        "INSERT INTO person_alias (alias_id, person_id, organization_id, position, kind, value)
         VALUES (?1, ?2, ?3, (SELECT count(*) FROM person_alias WHERE person_id = ?2), ?4, ?5)",
        params![random::uuid()?, id, organization, alias.kind.as_str(), alias.value],
    )?;
    Ok(())
}

fn insert_photo(c: &Connection, id: &str, photo: &NewPhoto, is_default: bool, now_ms: i64) -> Result<(), StoreError> {
    let blob = blobs::put(c, &photo.bytes)?;
    c.execute(
        "INSERT INTO person_photo (photo_id, person_id, position, kind, is_default, blob_id, created_ms)
         VALUES (?1, ?2, (SELECT coalesce(max(position) + 1, 0) FROM person_photo WHERE person_id = ?2),
          ?3, ?4, ?5, ?6)",
        params![random::uuid()?, id, photo.kind.as_str(), is_default, blob, now_ms],
    )?;
    Ok(())
}
