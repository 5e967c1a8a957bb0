//! Whether faces are one person's, by the distance of their encodings (`kyc_capture::core::face::embed`, where the
//! network and what is known of its errors are documented). A tolerance is the greatest distance at which two faces are
//! taken for one person's, 0–1; that of the network's training is [`SAME_PERSON_DISTANCE`].

use std::borrow::Borrow;

use kyc_capture::core::encode::Image;
use kyc_capture::core::face::Face;
use kyc_capture::core::face::embed::FaceEmbedding;
pub use kyc_capture::core::face::embed::SAME_PERSON_DISTANCE;

use crate::error::ApiError;
use crate::models::Models;

/// Degrees of turn beyond which the network, trained on faces from the front, says little about a person. Who was asked
/// to turn is compared by the other frames; who was not has no reason to.
pub const MAX_TURN_DEG: f32 = 25.0;

/// Two images compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// How far apart the faces are, from 0 on.
    pub distance: f64,
    /// Not farther than the tolerance.
    pub same: bool,
}

/// Compares the faces that are most prominent in two images; `None` where one shows no face.
///
/// # Errors
/// 503 without the models.
pub fn compare(models: &Models, a: &Image, b: &Image, tolerance: f64) -> Result<Option<Comparison>, ApiError> {
    let of = |image| -> Result<Option<FaceEmbedding>, ApiError> {
        match models.best_face(image)? {
            Some(face) => models.encode(image, &face),
            None => Ok(None),
        }
    };
    let (Some(a), Some(b)) = (of(a)?, of(b)?) else { return Ok(None) };
    let distance = f64::from(a.distance(&b));
    Ok(Some(Comparison { distance, same: distance <= tolerance }))
}

/// The faces of one series of frames.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// For each frame, whether it shows a face.
    pub shown: Vec<bool>,
    /// The face that looks most nearly straight ahead.
    pub straight: Option<FaceEmbedding>,
    /// The greatest distance of another face from that one; `None` with fewer than two faces.
    ///
    /// Faces that are turned to opposite sides are far apart even where they are one person's, so they are not compared
    /// with each other; where movements were asked for, those beyond [`MAX_TURN_DEG`] do not count at all.
    pub spread: Option<f64>,
}

impl Series {
    /// Examines the frames.
    ///
    /// # Errors
    /// 503 without the models.
    pub fn of(models: &Models, frames: &[Image]) -> Result<Self, ApiError> {
        Self::of_each(models, frames.iter().map(Ok), false)
    }

    /// Examines frames that are made one after the other: images are large. `moving`: the person was asked to move.
    ///
    /// # Errors
    /// 503 without the models; those of the frames.
    pub fn of_each<F: Borrow<Image>>(
        models: &Models,
        frames: impl Iterator<Item = Result<F, ApiError>>,
        moving: bool,
    ) -> Result<Self, ApiError> {
        let mut shown = Vec::new();
        let mut faces = Vec::new();
        let mut last: Option<Face> = None;
        for frame in frames {
            let frame = frame?;
            let frame = frame.borrow();
            let mut face = models.best_face(frame)?;
            if face.is_none()
                && let Some(last) = last.filter(|_| moving)
            {
                face = models.follow(frame, &last)?;
            }
            last = face.or(last);
            shown.push(face.is_some());
            if let Some(face) = face
                && let Some(encoding) = models.encode(frame, &face)?
            {
                faces.push((turn(&face), encoding));
            }
        }
        let straight = faces.iter().min_by(|a, b| a.0.total_cmp(&b.0)).map(|face| face.1);
        let spread = straight.and_then(|straight| {
            let compared = faces.iter().filter(|(turn, _)| !moving || *turn <= MAX_TURN_DEG);
            let distances: Vec<f64> = compared.map(|face| f64::from(face.1.distance(&straight))).collect();
            (distances.len() > 1).then(|| distances.into_iter().fold(0.0, f64::max))
        });
        Ok(Self { shown, straight, spread })
    }
}

/// Degrees by which a head is turned away from the camera. Its lean does not count: faces are compared upright.
fn turn(face: &Face) -> f32 {
    face.yaw.hypot(face.pitch)
}
