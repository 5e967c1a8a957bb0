//! The models that finalization needs, from the folder that the operator names. What is missing is said at start and on
//! `/health`; finalization then answers 503 instead of guessing.

use std::path::Path;

use kyc_capture::core::barcode::pdf417::Pdf417Reader;
use kyc_capture::core::date::Date;
use kyc_capture::core::encode::Image;
use kyc_capture::core::error::CoreError;
use kyc_capture::core::face::embed::{FaceEmbedder, FaceEmbedding};
use kyc_capture::core::face::{Face, FaceDetector};
use kyc_capture::core::frame::Frame;
use kyc_capture::core::inspect::{Detectors, SideAnalysis, analyse_side};
use kyc_capture::core::mrz::MrzReader;

use crate::error::ApiError;

/// The models that were found.
#[derive(Debug, Default)]
pub struct Models {
    mrz: Option<MrzReader>,
    face: Option<FaceDetector>,
    encoder: Option<FaceEmbedder>,
    /// Barcodes are read by rules alone.
    barcode: Pdf417Reader,
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
            Self::Io(name, e) => write!(f, "the model {name} cannot be read: {e}"),
            Self::Invalid(name, e) => write!(f, "the model {name} cannot be used: {e}"),
        }
    }
}

impl std::error::Error for ModelError {}

/// File names in the models' folder.
const MRZ_FILE: &str = "mrz.kycm";
const FACE_FILE: &str = "face.kycm";
const MATCH_FILE: &str = "match.kycm";

impl Models {
    /// Loads what lies in `directory`.
    ///
    /// # Errors
    /// [`ModelError`] for a file that is there and cannot be used: better no server than one that seems to have it.
    pub fn load(directory: Option<&Path>) -> Result<Self, ModelError> {
        Self::load_first(directory.as_slice())
    }

    /// Loads each model from the first of the folders that has it.
    ///
    /// # Errors
    /// As [`Models::load`].
    pub fn load_first(folders: &[&Path]) -> Result<Self, ModelError> {
        let find = |name: &str| folders.iter().map(|folder| folder.join(name)).find(|file| file.exists());
        Ok(Self {
            mrz: load_one(MRZ_FILE, find(MRZ_FILE).as_deref(), MrzReader::from_bytes)?,
            face: load_one(FACE_FILE, find(FACE_FILE).as_deref(), FaceDetector::from_bytes)?,
            encoder: load_one(MATCH_FILE, find(MATCH_FILE).as_deref(), FaceEmbedder::from_bytes)?,
            barcode: Pdf417Reader::new(),
        })
    }

    /// Whether machine-readable zones can be read.
    pub fn reads_mrz(&self) -> bool {
        self.mrz.is_some()
    }

    /// The lines of the machine-readable zone of an image, as printed; `None` where there is none.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn read_mrz(&self, image: &Image, today: Date) -> Result<Option<Vec<String>>, ApiError> {
        Ok(self.mrz()?.read(&frame_of(image)?, today).map(|reading| reading.lines))
    }

    /// Everything that an image of one side of a document shows.
    ///
    /// # Errors
    /// 503 without the models.
    pub fn analyse_side(&self, image: &Image, today: Date) -> Result<SideAnalysis, ApiError> {
        let readers = Detectors { mrz: Some(self.mrz()?), face: Some(self.face()?), barcode: Some(&self.barcode) };
        Ok(analyse_side(&frame_of(image)?, &readers, today))
    }

    /// The face that is most prominent; `None` where there is none.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn best_face(&self, image: &Image) -> Result<Option<Face>, ApiError> {
        let detector = self.face()?;
        Ok(best(detector.detect(&frame_of(image)?)))
    }

    /// The faces of an image, best first.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn faces(&self, image: &Image) -> Result<Vec<Face>, ApiError> {
        Ok(self.face()?.detect(&frame_of(image)?))
    }

    /// The face of an earlier frame of the same stream, searched for where it was: a head that is turned far is less
    /// prominent than one that looks straight. `None` where it is gone.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn follow(&self, image: &Image, last: &Face) -> Result<Option<Face>, ApiError> {
        Ok(self.face()?.follow(&frame_of(image)?, last))
    }

    /// Whether faces can be found and compared.
    pub fn encodes_faces(&self) -> bool {
        self.face.is_some() && self.encoder.is_some()
    }

    /// A face of the image as numbers; `None` where its points make no face.
    ///
    /// # Errors
    /// 503 without the model.
    pub fn encode(&self, image: &Image, face: &Face) -> Result<Option<FaceEmbedding>, ApiError> {
        let encoder = self.encoder.as_ref().ok_or_else(|| ApiError::model_unavailable(MATCH_FILE))?;
        Ok(encoder.embed(&frame_of(image)?, face))
    }

    fn mrz(&self) -> Result<&MrzReader, ApiError> {
        self.mrz.as_ref().ok_or_else(|| ApiError::model_unavailable(MRZ_FILE))
    }

    fn face(&self) -> Result<&FaceDetector, ApiError> {
        self.face.as_ref().ok_or_else(|| ApiError::model_unavailable(FACE_FILE))
    }

    /// The names of the models that are missing.
    pub fn missing(&self) -> Option<String> {
        let missing: Vec<_> = self.list().into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect();
        (!missing.is_empty()).then(|| missing.join(", "))
    }

    /// One line per model: whether it is there.
    pub fn describe(&self) -> Vec<String> {
        let line = |(name, there)| match there {
            true => format!("{name}: loaded"),
            false => format!("{name}: missing, finalization will answer 503"),
        };
        self.list().into_iter().map(line).collect()
    }

    fn list(&self) -> [(&'static str, bool); 3] {
        [(MRZ_FILE, self.mrz.is_some()), (FACE_FILE, self.face.is_some()), (MATCH_FILE, self.encoder.is_some())]
    }
}

fn load_one<T>(
    name: &'static str,
    file: Option<&Path>,
    parse: impl Fn(&[u8]) -> Result<T, CoreError>,
) -> Result<Option<T>, ModelError> {
    let Some(file) = file else { return Ok(None) };
    let bytes = std::fs::read(file).map_err(|e| ModelError::Io(name, e))?;
    parse(&bytes).map(Some).map_err(|e| ModelError::Invalid(name, e))
}

fn frame_of(image: &Image) -> Result<Frame<'_>, ApiError> {
    image.frame().map_err(|_| ApiError::internal("a decoded image has no frame"))
}

fn best(faces: Vec<Face>) -> Option<Face> {
    faces.into_iter().max_by(|a, b| a.score.total_cmp(&b.score))
}
