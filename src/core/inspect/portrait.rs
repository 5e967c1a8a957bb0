//! The portrait on a document: detection in any orientation, and an upright crop.

use super::upright;
use crate::document::DocumentQuad;
use crate::encode::{Image, warp};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::geometry::{Homography, Point, Quad, Rect};
use crate::numeric::sort_by_key;

/// Finds the portrait of the holder: the largest confident face in the document and in its halves, since the input of
/// the network is small and a portrait is a small part of a document. Finds upright faces only.
pub fn find_portrait(detector: &FaceDetector, frame: &Frame<'_>, part: Rect) -> Option<Face> {
    let half = |x: f32| Rect { x: part.x + x * part.width, width: part.width / 2.0, ..part };
    let mut faces: Vec<Face> =
        [part, half(0.0), half(0.5)].into_iter().flat_map(|place| detector.find_in(frame, place)).collect();
    sort_by_key(&mut faces, |f| -f.score * f.bounds.area().sqrt());
    faces.first().map(|face| detector.refined(frame, face))
}

/// Finds the portrait of a rotated document: searches the document rectified in each of four orientations.
pub fn find_rotated_portrait(detector: &FaceDetector, frame: &Frame<'_>, document: &DocumentQuad) -> Option<Face> {
    let mut best: Option<Face> = None;
    for by in 0..4 {
        let mut quad = document.quad;
        quad.0.rotate_left(by);
        let Some(image) = upright::rectify_from(frame, document, &quad) else { continue };
        let Ok(flat) = image.frame() else { continue };
        let page = flat.bounds();
        let Some(found) = find_portrait(detector, &flat, page) else { continue };
        let Some(back) = Homography::between(&Quad::from_rect(page), &quad) else { continue };
        if best.is_none_or(|b| found.score > b.score) {
            let keypoints = found.keypoints.map(|p| back.apply(p));
            let lean = (keypoints[1].y - keypoints[0].y).atan2(keypoints[1].x - keypoints[0].x);
            let bounds = Quad(Quad::from_rect(found.bounds).0.map(|p| back.apply(p))).bounds();
            best = Some(Face { bounds, keypoints, roll: lean.to_degrees(), ..found });
        }
    }
    best
}

/// Distance between the eyes, pixels, below which there is no portrait to crop.
const MIN_INTER_EYE_PX: f32 = 8.0;

/// Width of a token image in inter-eye distances, and the place of the eyes below its top in widths (ISO/IEC 19794-5).
const TOKEN_WIDTH: f32 = 4.0;
const TOKEN_EYE_LINE: f32 = 0.6;

/// Crops the face upright with the margins of a token image. Pixels outside the image repeat its border.
pub(super) fn cut_portrait(frame: &Frame<'_>, face: &Face) -> Option<Image> {
    let eyes = face.inter_eye();
    if eyes < MIN_INTER_EYE_PX {
        return None;
    }
    let (right, left) = (face.keypoints[0], face.keypoints[1]);
    let across = Point::new((left.x - right.x) / eyes, (left.y - right.y) / eyes);
    let down = Point::new(-across.y, across.x);
    let (width, height) = (TOKEN_WIDTH * eyes, TOKEN_WIDTH * eyes * 4.0 / 3.0);
    let middle = face.eye_middle();
    let corner = |x: f32, y: f32| {
        let (x, y) = (x * width, y * height - TOKEN_EYE_LINE * width);
        Point::new(middle.x + across.x * x + down.x * y, middle.y + across.y * x + down.y * y)
    };
    let quad = Quad([corner(-0.5, 0.0), corner(0.5, 0.0), corner(0.5, 1.0), corner(-0.5, 1.0)]);
    warp(frame, &quad, Some((width.round() as u32, height.round() as u32)))
}
