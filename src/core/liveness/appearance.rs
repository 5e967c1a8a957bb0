//! The appearance of a face, to detect that another person takes the place in a stream. It compares frames of one
//! stream, in the same light; whether two images show one person is decided by the server.

use super::{features, patch};
use crate::face::Face;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::quality::BRIGHT;

/// Side of the face thumbnail, pixels.
const THUMBNAIL_SIDE: usize = 16;

/// The parameters of the comparison of faces.
struct AppearanceParams {
    /// Mean luma, 0–255, of faces that can be compared (with a minimum of 35, 3 of 800 streams had a dark moment with a
    /// large distance to the same person).
    luma_range: (f32, f32),
    /// Maximum fraction of clipped pixels of a face that can be compared (clipping lowers the correlation of a rendered
    /// head with itself to 0.68).
    max_clipped_ratio: f32,
    /// Minimum ratio of the eye openness of two faces that can be compared (rendered heads that blink correlate with
    /// themselves by 0.66 to 0.93).
    min_eye_openness_ratio: f32,
    /// Weight of the chromaticity difference relative to the thumbnail correlation.
    chromaticity_weight: f32,
    /// Side of the thumbnail, as a fraction of the longer side of the face's box.
    thumbnail_side: f32,
    /// Side of the central square that gives the skin colour, as a fraction of the thumbnail.
    skin_region: f32,
    /// Offset of colours before the logarithm, which reduces the noise of dark pixels.
    log_offset: f32,
}

const PARAMS: AppearanceParams = AppearanceParams {
    thumbnail_side: 0.8,
    luma_range: (50.0, 215.0),
    max_clipped_ratio: 0.01,
    min_eye_openness_ratio: 0.5,
    chromaticity_weight: 2.0,
    skin_region: 0.55,
    log_offset: 8.0,
};

/// The appearance and the pose of a face.
#[derive(Debug, Clone)]
pub(super) struct FaceAppearance {
    /// The face at [`THUMBNAIL_SIDE`] × [`THUMBNAIL_SIDE`] pixels, normalised to mean 0 and length 1.
    thumbnail: Vec<f32>,
    /// Chromaticity of the skin relative to that of the frame, which shares light and white balance.
    skin: [f32; 2],
    /// Eye openness, as a fraction of the inter-eye distance.
    eyes: Option<f32>,
    /// Degrees.
    pub yaw: f32,
    /// Degrees.
    pub pitch: f32,
}

/// Which of two faces has open eyes while the other has closed eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EyesOpenIn {
    /// The first face.
    First,
    /// The second face.
    Second,
}

impl FaceAppearance {
    /// Measures a face without its eyes. Returns `None` if it is too dark or too bright to compare.
    pub(super) fn measure(frame: &Frame<'_>, face: &Face) -> Option<Self> {
        let side = PARAMS.thumbnail_side * face.bounds.width.max(face.bounds.height);
        let thumbnail = face_thumbnail(frame, face, side)?;
        let middle = face.bounds.centre();
        let part = Rect {
            x: middle.x - PARAMS.skin_region * side / 2.0,
            y: middle.y - PARAMS.skin_region * side / 2.0,
            width: PARAMS.skin_region * side,
            height: PARAMS.skin_region * side,
        };
        let (of_face, of_all) = (mean_chromaticity(frame, part), mean_chromaticity(frame, frame.bounds()));
        let skin = [of_face[0] - of_all[0], of_face[1] - of_all[1]];
        Some(Self { thumbnail, skin, eyes: None, yaw: face.yaw, pitch: face.pitch })
    }

    /// Adds the eye openness, which takes longer to measure than the rest.
    pub(super) fn with_eyes(self, frame: &Frame<'_>, face: &Face) -> Self {
        Self { eyes: features::eye_aperture(frame, face), ..self }
    }

    /// Returns the larger difference of yaw and pitch, degrees.
    pub(super) fn pose_difference(&self, face: &Face) -> f32 {
        (face.yaw - self.yaw).abs().max((face.pitch - self.pitch).abs())
    }

    /// Returns the distance of two appearances: 0 for equal images, 1 and more for uncorrelated ones. `white_light`:
    /// the chromaticity of the skin counts, because only ambient light reaches the face.
    pub(super) fn appearance_distance(&self, other: &Self, white_light: bool) -> f32 {
        let correlation: f32 = self.thumbnail.iter().zip(&other.thumbnail).map(|(a, b)| a * b).sum();
        let [red, blue] = [0, 1].map(|i| self.skin[i] - other.skin[i]);
        1.0 - correlation + if white_light { PARAMS.chromaticity_weight * red.hypot(blue) } else { 0.0 }
    }

    /// Returns which face has open eyes while the other has closed eyes; `None` if the faces can be compared.
    pub(super) fn eyes_open_in(&self, other: &Self) -> Option<EyesOpenIn> {
        let (first, second) = (self.eyes?, other.eyes?);
        let differ = first.min(second) < PARAMS.min_eye_openness_ratio * first.max(second);
        differ.then_some(if first > second { EyesOpenIn::First } else { EyesOpenIn::Second })
    }
}

fn face_thumbnail(frame: &Frame<'_>, face: &Face, side: f32) -> Option<Vec<f32>> {
    // Sixteen samples for each pixel, so that sharpness does not count.
    let fine = patch::sample(
        frame,
        &patch::FaceAxes::new(face, face.bounds.centre()),
        side,
        side,
        4 * THUMBNAIL_SIDE,
        4 * THUMBNAIL_SIDE,
    );
    let clipped = fine.data.iter().filter(|v| **v >= BRIGHT).count();
    if clipped as f32 > PARAMS.max_clipped_ratio * fine.data.len() as f32 {
        return None;
    }
    let mut thumbnail = vec![0f32; THUMBNAIL_SIDE * THUMBNAIL_SIDE];
    for (i, v) in fine.data.iter().enumerate() {
        let (x, y) = (i % fine.width / 4, i / fine.width / 4);
        thumbnail[y * THUMBNAIL_SIDE + x] += f32::from(*v);
    }
    let mean = thumbnail.iter().sum::<f32>() / thumbnail.len() as f32;
    if !(PARAMS.luma_range.0..=PARAMS.luma_range.1).contains(&(mean / 16.0)) {
        return None;
    }
    thumbnail.iter_mut().for_each(|v| *v -= mean);
    let length = thumbnail.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    thumbnail.iter_mut().for_each(|v| *v /= length);
    Some(thumbnail)
}

/// Mean logarithms of red and of blue over green in a part of the frame.
fn mean_chromaticity(frame: &Frame<'_>, part: Rect) -> [f32; 2] {
    const GRID: usize = 24;
    // Casts saturate.
    let place = |from: f32, length: f32, i: usize, size: usize| {
        ((from + (i as f32 + 0.5) / GRID as f32 * length) as usize).min(size - 1)
    };
    let mut sums = [0f32; 2];
    for i in 0..GRID * GRID {
        let x = place(part.x, part.width, i % GRID, frame.width());
        let y = place(part.y, part.height, i / GRID, frame.height());
        let [red, green, blue, _] = frame.colour(x, y).to_array().map(|v| (v + PARAMS.log_offset).ln());
        sums[0] += red - green;
        sums[1] += blue - green;
    }
    sums.map(|sum| sum / (GRID * GRID) as f32)
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::face_at;
    use super::*;
    use crate::geometry::Point;

    /// A face that is nothing but a slope of light in one colour, before a grey wall, under a light of some colour.
    fn appearance(skin: [f32; 3], light: [f32; 3], rising: bool) -> Option<FaceAppearance> {
        let face = face_at(100.0, 100.0, 40.0, 0.0);
        let pixels: Vec<u8> = (0..200u32 * 200)
            .flat_map(|i| {
                let at = Point::new((i % 200) as f32, (i / 200) as f32);
                let along = if rising { at.x } else { 200.0 - at.x };
                let surface = if face.bounds.contains(at) { skin } else { [0.6; 3] };
                let [r, g, b] = [0, 1, 2].map(|k| (light[k] * surface[k] * (0.5 + along / 400.0)).min(255.0) as u8);
                [r, g, b, 255]
            })
            .collect();
        FaceAppearance::measure(&Frame::rgba(&pixels, 200, 200).unwrap(), &face)
    }

    const TANNED: [f32; 3] = [1.0, 0.7, 0.55];

    #[test]
    fn light_does_not_change_a_look_and_colour_or_shape_do() {
        let one = appearance(TANNED, [220.0; 3], true).unwrap();
        let appearance_distance = |other: Option<FaceAppearance>| one.appearance_distance(&other.unwrap(), true);
        assert!(appearance_distance(appearance(TANNED, [140.0; 3], true)) < 0.05, "darker");
        assert!(appearance_distance(appearance(TANNED, [220.0, 200.0, 170.0], true)) < 0.08, "warmer");
        let other = appearance([1.0, 0.85, 0.8], [220.0; 3], true).unwrap();
        assert!(
            one.appearance_distance(&other, true) > 0.3 && one.appearance_distance(&other, false) < 0.05,
            "other skin"
        );
        assert!(appearance_distance(appearance(TANNED, [220.0; 3], false)) > 1.5, "other shape");
        assert!(appearance(TANNED, [30.0; 3], true).is_none(), "too dark");
        assert!(appearance([1.0; 3], [400.0; 3], true).is_none(), "clipped out");
    }

    #[test]
    fn closed_eyes_are_not_held_against_open_ones() {
        let with = |eyes| FaceAppearance { eyes, ..appearance(TANNED, [220.0; 3], true).unwrap() };
        assert_eq!(with(Some(0.12)).eyes_open_in(&with(Some(0.02))), Some(EyesOpenIn::First));
        assert_eq!(with(Some(0.02)).eyes_open_in(&with(Some(0.12))), Some(EyesOpenIn::Second));
        assert_eq!(with(Some(0.12)).eyes_open_in(&with(Some(0.08))), None);
        assert_eq!(with(None).eyes_open_in(&with(Some(0.08))), None);
    }
}
