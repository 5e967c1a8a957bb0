//! The clients of an organization's key: Persons, GBDFL, MRZ.

use std::sync::Arc;

use super::http::{Http, Nothing, Progress, Settings, random};
use crate::api::backend::call::Secret;
use crate::api::backend::persons::NewPerson;
use crate::api::backend::rejection::{BackendError, PersonsRejection};
use crate::api::backend::{gbdfl, mrz, persons};
use crate::api::biometric::gbdfl::{GbdflError, GbdflReply};
use crate::api::biometric::mrz::{MrzError, MrzRetrieveReply};
use crate::api::biometric::persons::{NewAlias, Person, PhotoType};
use crate::api::http::InvalidOption;

/// A client with a server and a key.
macro_rules! keyed_client {
    ($(#[$doc:meta])* $client:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $client {
            http: Arc<Http>,
            key: Secret,
        }

        impl $client {
            /// A client with the default settings.
            ///
            /// # Errors
            /// [`InvalidOption`]
            pub fn new(base_url: &str, api_key: &str) -> Result<Self, InvalidOption> {
                Self::with_settings(base_url, api_key, Settings::default())
            }

            /// A client.
            ///
            /// # Errors
            /// [`InvalidOption`]
            pub fn with_settings(base_url: &str, api_key: &str, settings: Settings) -> Result<Self, InvalidOption> {
                Ok(Self { http: Arc::new(Http::new(base_url, settings)?), key: Secret::new("apiKey", api_key)? })
            }
        }
    };
}

keyed_client! {
    /// Persons of an organization.
    PersonsClient
}

keyed_client! {
    /// The State Database of Individuals.
    GbdflClient
}

keyed_client! {
    /// Reads machine-readable zones of images.
    MrzClient
}

impl PersonsClient {
    /// *Create a person*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn create(&self, person: &NewPerson<'_>) -> Result<Person, BackendError<PersonsRejection>> {
        self.http.fetch(persons::create(&self.key, person), &Nothing).await
    }

    /// The same, telling how much of it was sent.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn create_with_progress(
        &self,
        person: &NewPerson<'_>,
        progress: Progress,
    ) -> Result<Person, BackendError<PersonsRejection>> {
        self.http.fetch_with(persons::create(&self.key, person), &Nothing, Some(progress)).await
    }

    /// *Update a person*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn update(&self, person_id: &str, is_verified: bool) -> Result<Person, BackendError<PersonsRejection>> {
        self.http.fetch(persons::update(&self.key, person_id, is_verified), &Nothing).await
    }

    /// *Add a photo*, a JPEG or PNG.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn add_photo(
        &self,
        person_id: &str,
        image: &[u8],
        photo_type: PhotoType,
        is_default: bool,
    ) -> Result<Person, BackendError<PersonsRejection>> {
        self.http.fetch(persons::add_photo(&self.key, person_id, image, photo_type, is_default), &Nothing).await
    }

    /// *Add an alias*.
    ///
    /// # Errors
    /// [`BackendError`]; with `AliasExists` it says which values are taken, and by whom.
    pub async fn add_alias(&self, person_id: &str, alias: NewAlias) -> Result<Person, BackendError<PersonsRejection>> {
        self.http.fetch(persons::add_alias(&self.key, person_id, alias), &Nothing).await
    }
}

impl GbdflClient {
    /// Asks for the subject of an IIN. What the registry could not tell is in the reply's `failure_reason`, not an
    /// error.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn retrieve(
        &self,
        iin: &str,
        face2face_backend_session_id: &str,
    ) -> Result<GbdflReply, BackendError<GbdflError>> {
        self.http.fetch(gbdfl::retrieve(&self.key, iin, face2face_backend_session_id), &Nothing).await
    }
}

impl MrzClient {
    /// Reads the lines of the MRZ in an image.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn retrieve(&self, image: &[u8]) -> Result<MrzRetrieveReply, BackendError<MrzError>> {
        self.http.fetch(mrz::retrieve(&self.key, image, random), &Nothing).await
    }

    /// The same, telling how much of it was sent.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn retrieve_with_progress(
        &self,
        image: &[u8],
        progress: Progress,
    ) -> Result<MrzRetrieveReply, BackendError<MrzError>> {
        self.http.fetch_with(mrz::retrieve(&self.key, image, random), &Nothing, Some(progress)).await
    }
}
