//! The calls of Persons. The organization's key comes from the client; an image is given as bytes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::call::{Call, CallInvalid, Secret, argument, checked};
use crate::api::biometric::persons::{
    ALIAS_PATH, AliasAddRequest, AliasType, CREATE_PATH, NewAlias, PHOTO_PATH, Person, PersonCreateRequest,
    PersonUpdateRequest, PhotoAddRequest, PhotoType, UPDATE_PATH,
};
use crate::api::errors::ApiErrorCode;
use crate::api::http::percent_encode;
use crate::api::retry::Idempotency;

/// A person to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson<'a> {
    /// JPEG or PNG.
    pub image: &'a [u8],
    /// Where the photo is from.
    pub photo_type: PhotoType,
    /// Whether the person is verified.
    pub is_verified: bool,
    /// Aliases to begin with.
    pub aliases: Vec<NewAlias>,
}

/// *Create a person*.
pub fn create(key: &Secret, person: &NewPerson<'_>) -> Call {
    let request = PersonCreateRequest {
        api_key: key.expose().to_owned(),
        image_b64: STANDARD.encode(person.image),
        photo_type: person.photo_type.clone(),
        is_verified: person.is_verified,
        aliases: (!person.aliases.is_empty()).then(|| person.aliases.clone()),
    };
    Call::json("persons_create", CREATE_PATH.to_owned(), &request, Idempotency::NonIdempotent)
}

/// *Update a person*.
pub fn update(key: &Secret, person_id: &str, is_verified: bool) -> Call {
    let request = PersonUpdateRequest { api_key: key.expose().to_owned(), is_verified };
    Call::json("persons_update", of(UPDATE_PATH, person_id), &request, Idempotency::Idempotent)
}

/// *Add a photo*.
pub fn add_photo(key: &Secret, person_id: &str, image: &[u8], photo_type: PhotoType, is_default: bool) -> Call {
    let image_b64 = STANDARD.encode(image);
    let request = PhotoAddRequest { api_key: key.expose().to_owned(), image_b64, photo_type, is_default };
    Call::json("persons_photo_add", of(PHOTO_PATH, person_id), &request, Idempotency::NonIdempotent)
}

/// *Add an alias*.
pub fn add_alias(key: &Secret, person_id: &str, alias: NewAlias) -> Call {
    let request = AliasAddRequest { api_key: key.expose().to_owned(), value: alias.value, kind: alias.kind };
    Call::json("persons_alias_add", of(ALIAS_PATH, person_id), &request, Idempotency::NonIdempotent)
}

fn of(path: &str, person_id: &str) -> String {
    path.replace("{person_id}", &percent_encode(person_id).to_string())
}

/// Returns the call of an operation by name, with its JSON and an image if it takes one.
///
/// # Errors
/// [`CallInvalid`]
pub fn by_name(key: &Secret, name: &str, json: &str, file: Option<&[u8]>) -> Result<Call, CallInvalid> {
    #[derive(Deserialize)]
    struct Create {
        photo_type: PhotoType,
        is_verified: bool,
        #[serde(default)]
        aliases: Vec<NewAlias>,
    }
    #[derive(Deserialize)]
    struct Update {
        person_id: String,
        is_verified: bool,
    }
    #[derive(Deserialize)]
    struct Photo {
        person_id: String,
        photo_type: PhotoType,
        is_default: bool,
    }
    #[derive(Deserialize)]
    struct Alias {
        person_id: String,
        value: String,
        #[serde(rename = "type")]
        kind: AliasType,
    }
    let image = || file.ok_or(CallInvalid::FileMissing);
    match name {
        "persons_create" => {
            let Create { photo_type, is_verified, aliases } = argument(json)?;
            Ok(create(key, &NewPerson { image: image()?, photo_type, is_verified, aliases }))
        }
        "persons_update" => {
            let Update { person_id, is_verified } = argument(json)?;
            Ok(update(key, &person_id, is_verified))
        }
        "persons_photo_add" => {
            let Photo { person_id, photo_type, is_default } = argument(json)?;
            Ok(add_photo(key, &person_id, image()?, photo_type, is_default))
        }
        "persons_alias_add" => {
            let Alias { person_id, value, kind } = argument(json)?;
            Ok(add_alias(key, &person_id, NewAlias { value, kind }))
        }
        _ => Err(CallInvalid::UnknownOperation),
    }
}

/// The reply to a call by name, checked and as JSON.
///
/// # Errors
/// The code where it is not as documented.
pub fn reply_by_name(body: &[u8]) -> Result<String, ApiErrorCode> {
    checked::<Person>(body)
}
