//! How a person looks in a frame, so that another who takes the place is noticed. It tells apart two people in one stream, within the same
//! minute and light, and nobody else: whether two pictures show one person is the server's to say.

use super::{features, patch};
use crate::face::Face;
use crate::frame::Frame;
use crate::geometry::Rect;
use crate::quality::BRIGHT;

/// Side of the small picture of a face.
const SMALL: usize = 16;

/// Mean luma of faces that are compared: what is nearly black or white has no look (with 35 as the least, 3 of 800 streams had a dark moment
/// in which the person looked like another).
const SEEN_LUMA: (f32, f32) = (50.0, 215.0);

/// Largest share of a face that is compared which may be burnt out: what is burnt looks another way (correlations of a rendered head with itself
/// down to 0.68).
const MOST_BURNT: f32 = 0.01;

/// Least ratio of the openings of the eyes at which two faces are compared: who closes them looks like somebody else (measured on rendered heads
/// that blink: correlations of 0.66 to 0.93 with themselves).
const ALIKE_EYES: f32 = 0.5;

/// What a difference of the skin's colour counts beside one of the small pictures.
const COLOUR_WEIGHT: f32 = 2.0;

/// Side of the square in the middle of the face whose colour is the skin's, as a share of the small picture's.
const SKIN: f32 = 0.55;

/// Added to all colours, so that the noise of dark ones weighs little.
const FLOOR: f32 = 8.0;

/// How a face looks, and which way it does.
#[derive(Debug, Clone)]
pub struct Look {
    /// The face at [`SMALL`] × [`SMALL`], without its mean and with length 1.
    small: Vec<f32>,
    /// The colour of the skin against that of the whole frame, whose light and white balance it shares.
    skin: [f32; 2],
    /// How far the lids are apart, in distances between the eyes.
    eyes: Option<f32>,
    /// Degrees.
    pub yaw: f32,
    /// Degrees.
    pub pitch: f32,
}

/// Whose eyes are open, of two looks that cannot be compared for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awake {
    /// Those of the first.
    First,
    /// Those of the second.
    Second,
}

impl Look {
    /// The look of a face, but for its eyes; `None` where it is too dark or too light to look like anybody.
    pub fn of(frame: &Frame<'_>, face: &Face) -> Option<Self> {
        let side = 0.8 * face.bounds.width.max(face.bounds.height);
        let small = small_picture(frame, face, side)?;
        let middle = face.bounds.centre();
        let part = Rect {
            x: middle.x - SKIN * side / 2.0,
            y: middle.y - SKIN * side / 2.0,
            width: SKIN * side,
            height: SKIN * side,
        };
        let (of_face, of_all) = (colour(frame, part), colour(frame, frame.bounds()));
        let skin = [of_face[0] - of_all[0], of_face[1] - of_all[1]];
        Some(Self { small, skin, eyes: None, yaw: face.yaw, pitch: face.pitch })
    }

    /// The same with the eyes, which take longer to measure than all the rest.
    pub fn with_eyes(self, frame: &Frame<'_>, face: &Face) -> Self {
        Self { eyes: features::eye_aperture(frame, face), ..self }
    }

    /// Degrees by which the heads are turned differently.
    pub fn turned_from(&self, face: &Face) -> f32 {
        (face.yaw - self.yaw).abs().max((face.pitch - self.pitch).abs())
    }

    /// How unlike two looks are: 0 is the same picture, 1 and more nothing in common. `white_light`: the colour of the skin counts, since
    /// nothing but the room lights the face.
    pub fn unlike(&self, other: &Self, white_light: bool) -> f32 {
        let correlation: f32 = self.small.iter().zip(&other.small).map(|(a, b)| a * b).sum();
        let [red, blue] = [0, 1].map(|i| self.skin[i] - other.skin[i]);
        1.0 - correlation + if white_light { COLOUR_WEIGHT * red.hypot(blue) } else { 0.0 }
    }

    /// Whose eyes are open where the other's are closed; `None` where that does not keep the two from being compared.
    pub fn awake(&self, other: &Self) -> Option<Awake> {
        let (first, second) = (self.eyes?, other.eyes?);
        let differ = first.min(second) < ALIKE_EYES * first.max(second);
        differ.then_some(if first > second { Awake::First } else { Awake::Second })
    }
}

fn small_picture(frame: &Frame<'_>, face: &Face, side: f32) -> Option<Vec<f32>> {
    // Sixteen samples for each pixel, so that sharpness does not count.
    let fine = patch::sample(frame, &patch::Axes::of(face, face.bounds.centre()), side, side, 4 * SMALL, 4 * SMALL);
    let burnt = fine.data.iter().filter(|v| **v >= BRIGHT).count();
    if burnt as f32 > MOST_BURNT * fine.data.len() as f32 {
        return None;
    }
    let mut small = vec![0f32; SMALL * SMALL];
    for (i, v) in fine.data.iter().enumerate() {
        let (x, y) = (i % fine.width / 4, i / fine.width / 4);
        small[y * SMALL + x] += f32::from(*v);
    }
    let mean = small.iter().sum::<f32>() / small.len() as f32;
    if !(SEEN_LUMA.0..=SEEN_LUMA.1).contains(&(mean / 16.0)) {
        return None;
    }
    small.iter_mut().for_each(|v| *v -= mean);
    let length = small.iter().map(|v| v * v).sum::<f32>().sqrt().max(1e-6);
    small.iter_mut().for_each(|v| *v /= length);
    Some(small)
}

/// Mean logarithms of red and of blue over green in a part of the frame.
fn colour(frame: &Frame<'_>, part: Rect) -> [f32; 2] {
    const GRID: usize = 24;
    // Casts saturate.
    let place = |from: f32, length: f32, i: usize, size: usize| {
        ((from + (i as f32 + 0.5) / GRID as f32 * length) as usize).min(size - 1)
    };
    let mut sums = [0f32; 2];
    for i in 0..GRID * GRID {
        let x = place(part.x, part.width, i % GRID, frame.width());
        let y = place(part.y, part.height, i / GRID, frame.height());
        let [red, green, blue, _] = frame.colour(x, y).to_array().map(|v| (v + FLOOR).ln());
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
    fn look(skin: [f32; 3], light: [f32; 3], rising: bool) -> Option<Look> {
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
        Look::of(&Frame::rgba(&pixels, 200, 200).unwrap(), &face)
    }

    const TANNED: [f32; 3] = [1.0, 0.7, 0.55];

    #[test]
    fn light_does_not_change_a_look_and_colour_or_shape_do() {
        let one = look(TANNED, [220.0; 3], true).unwrap();
        let unlike = |other: Option<Look>| one.unlike(&other.unwrap(), true);
        assert!(unlike(look(TANNED, [140.0; 3], true)) < 0.05, "darker");
        assert!(unlike(look(TANNED, [220.0, 200.0, 170.0], true)) < 0.08, "warmer");
        let other = look([1.0, 0.85, 0.8], [220.0; 3], true).unwrap();
        assert!(one.unlike(&other, true) > 0.3 && one.unlike(&other, false) < 0.05, "other skin");
        assert!(unlike(look(TANNED, [220.0; 3], false)) > 1.5, "other shape");
        assert!(look(TANNED, [30.0; 3], true).is_none(), "too dark");
        assert!(look([1.0; 3], [400.0; 3], true).is_none(), "burnt out");
    }

    #[test]
    fn closed_eyes_are_not_held_against_open_ones() {
        let with = |eyes| Look { eyes, ..look(TANNED, [220.0; 3], true).unwrap() };
        assert_eq!(with(Some(0.12)).awake(&with(Some(0.02))), Some(Awake::First));
        assert_eq!(with(Some(0.02)).awake(&with(Some(0.12))), Some(Awake::Second));
        assert_eq!(with(Some(0.12)).awake(&with(Some(0.08))), None);
        assert_eq!(with(None).awake(&with(Some(0.08))), None);
    }
}
