//! How a person appearances in a frame, so that another who takes the place is noticed. It tells apart two people in one stream, within the same
//! minute and light, and nobody else: whether two pictures show one person is the server's to say.

use super::{features, patch};
use crate::face::Face;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::quality::BRIGHT;

/// Side of the thumbnail picture of a face.
const THUMBNAIL_SIDE: usize = 16;

/// Mean luma of faces that are compared: what is nearly black or white has no appearance (with 35 as the least, 3 of 800 streams had a dark moment
/// in which the person looked like another).
const LUMA_RANGE: (f32, f32) = (50.0, 215.0);

/// Largest share of a face that is compared which may be clipped out: what is clipped appearances another way (correlations of a rendered head with itself
/// down to 0.68).
const MAX_CLIPPED_RATIO: f32 = 0.01;

/// Least ratio of the openings of the eyes at which two faces are compared: who closes them appearances like somebody else (measured on rendered heads
/// that blink: correlations of 0.66 to 0.93 with themselves).
const MIN_EYE_OPENNESS_RATIO: f32 = 0.5;

/// What a difference of the skin's colour counts beside one of the thumbnail pictures.
const CHROMATICITY_WEIGHT: f32 = 2.0;

/// Side of the square in the middle of the face whose colour is the skin's, as a share of the thumbnail picture's.
const SKIN_REGION: f32 = 0.55;

/// Added to all colours, so that the noise of dark ones weighs little.
const LOG_OFFSET: f32 = 8.0;

/// How a face appearances, and which way it does.
#[derive(Debug, Clone)]
pub struct FaceAppearance {
    /// The face at [`THUMBNAIL_SIDE`] × [`THUMBNAIL_SIDE`], without its mean and with length 1.
    thumbnail: Vec<f32>,
    /// The colour of the skin against that of the whole frame, whose light and white balance it shares.
    skin: [f32; 2],
    /// How far the lids are apart, in distances between the eyes.
    eyes: Option<f32>,
    /// Degrees.
    pub yaw: f32,
    /// Degrees.
    pub pitch: f32,
}

/// Whose eyes are open, of two appearances that cannot be compared for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EyesOpenIn {
    /// Those of the first.
    First,
    /// Those of the second.
    Second,
}

impl FaceAppearance {
    /// The appearance of a face, but for its eyes; `None` where it is too dark or too light to appearance like anybody.
    pub fn measure(frame: &Frame<'_>, face: &Face) -> Option<Self> {
        let side = 0.8 * face.bounds.width.max(face.bounds.height);
        let thumbnail = face_thumbnail(frame, face, side)?;
        let middle = face.bounds.centre();
        let part = Rect {
            x: middle.x - SKIN_REGION * side / 2.0,
            y: middle.y - SKIN_REGION * side / 2.0,
            width: SKIN_REGION * side,
            height: SKIN_REGION * side,
        };
        let (of_face, of_all) = (mean_chromaticity(frame, part), mean_chromaticity(frame, frame.bounds()));
        let skin = [of_face[0] - of_all[0], of_face[1] - of_all[1]];
        Some(Self { thumbnail, skin, eyes: None, yaw: face.yaw, pitch: face.pitch })
    }

    /// The same with the eyes, which take longer to measure than all the rest.
    pub fn with_eyes(self, frame: &Frame<'_>, face: &Face) -> Self {
        Self { eyes: features::eye_aperture(frame, face), ..self }
    }

    /// Degrees by which the heads are rotated differently.
    pub fn pose_difference(&self, face: &Face) -> f32 {
        (face.yaw - self.yaw).abs().max((face.pitch - self.pitch).abs())
    }

    /// How appearance_distance two appearances are: 0 is the same picture, 1 and more nothing in common. `white_light`: the colour of the skin counts, since
    /// nothing but the room lights the face.
    pub fn appearance_distance(&self, other: &Self, white_light: bool) -> f32 {
        let correlation: f32 = self.thumbnail.iter().zip(&other.thumbnail).map(|(a, b)| a * b).sum();
        let [red, blue] = [0, 1].map(|i| self.skin[i] - other.skin[i]);
        1.0 - correlation + if white_light { CHROMATICITY_WEIGHT * red.hypot(blue) } else { 0.0 }
    }

    /// Whose eyes are open where the other's are closed; `None` where that does not keep the two from being compared.
    pub fn eyes_open_in(&self, other: &Self) -> Option<EyesOpenIn> {
        let (first, second) = (self.eyes?, other.eyes?);
        let differ = first.min(second) < MIN_EYE_OPENNESS_RATIO * first.max(second);
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
    if clipped as f32 > MAX_CLIPPED_RATIO * fine.data.len() as f32 {
        return None;
    }
    let mut thumbnail = vec![0f32; THUMBNAIL_SIDE * THUMBNAIL_SIDE];
    for (i, v) in fine.data.iter().enumerate() {
        let (x, y) = (i % fine.width / 4, i / fine.width / 4);
        thumbnail[y * THUMBNAIL_SIDE + x] += f32::from(*v);
    }
    let mean = thumbnail.iter().sum::<f32>() / thumbnail.len() as f32;
    if !(LUMA_RANGE.0..=LUMA_RANGE.1).contains(&(mean / 16.0)) {
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
        let [red, green, blue, _] = frame.colour(x, y).to_array().map(|v| (v + LOG_OFFSET).ln());
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
