//! What the images of a face tell: whether each shows one, and whose it is, as numbers to be found by.

use kyc_capture::api::idngo::enums::Answer;
use kyc_capture::core::encode::Image;
use kyc_capture::core::face::embed::LENGTH;

use crate::models::Models;

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Faces {
    /// `GREEN` where each image shows a face, `RED` where one shows none, `ERROR` where they could not be examined:
    /// without the model, or where there is no image (a video is not decoded here).
    pub answer: Answer,
    /// The face that looks most nearly straight ahead, where there is a network for it.
    pub encoding: Option<[f32; LENGTH]>,
}

/// Examines the images.
pub fn look(models: &Models, images: &[Image]) -> Faces {
    let nothing = Faces { answer: Answer::Error, encoding: None };
    if images.is_empty() {
        return nothing;
    }
    let mut seen = Faces { answer: Answer::Green, encoding: None };
    let mut least_turn = f32::INFINITY;
    for image in images {
        let Ok(face) = models.best_face(image) else { return nothing };
        let Some(face) = face else {
            seen.answer = Answer::Red;
            continue;
        };
        let turn = face.yaw.hypot(face.pitch);
        if turn < least_turn
            && let Ok(Some(encoding)) = models.encode(image, &face)
        {
            (seen.encoding, least_turn) = (Some(encoding.0), turn);
        }
    }
    seen
}
