//! Eye openness and mouth opening from the pixels around the keypoints: an open eye is a dark disc, a closed eye a
//! line, an open mouth a dark hole.

use super::patch::{FaceAxes, sample};
use crate::face::Face;
use crate::frame::{Frame, LumaImage};
use crate::geometry::Point;
use crate::numeric::sort;

/// Of an eye: columns and rows, over this share of the distance between the eyes.
const EYE: (usize, usize, f32, f32) = (40, 36, 0.50, 0.45);
/// Of the mouth.
const MOUTH: (usize, usize, f32, f32) = (40, 40, 0.60, 0.60);

/// Least difference of luma between an iris and the skin around it, below which nothing can be said.
const MIN_CONTRAST: f32 = 24.0;
/// Luma, as a share of the skin's, below which something begins to be dark, and from which it is as dark as an iris.
const DARK_START: f32 = 0.70;
const DARK_FULL: f32 = 0.34;
/// Beyond this turn, degrees, the far eye cannot be seen well, and the near one alone is measured.
const FAR_EYE_YAW: f32 = 22.0;

/// Of the band over both eyes.
const BAND: (usize, usize, f32, f32) = (96, 32, 1.7, 0.55);
/// Distance between the eyes, pixels, below which nothing can be measured.
const MIN_UNIT: f32 = 24.0;
/// Distance between the eyes of a frontal face, as a share of the longer side of its box.
const MIN_UNIT_SHARE: f32 = 0.33;
/// Quantiles of the luma: the dark level, and the skin around an eye and around the mouth.
const DARK_QUANTILE: f32 = 0.02;
const EYE_SKIN_QUANTILE: f32 = 0.70;
const MOUTH_SKIN_QUANTILE: f32 = 0.80;
/// Luma, as a share of the skin's, below which a pixel belongs to the hole of an open mouth; lips are lighter.
const HOLE_LUMA: f32 = 0.42;
/// Luma from which a pixel is a specular reflection.
const SPECULAR: u8 = 250;

/// Returns a substitute for the distance between the eyes, which shrinks in a turned face; the box does not.
fn unit(face: &Face) -> f32 {
    face.inter_eye().max(MIN_UNIT_SHARE * face.bounds.width.max(face.bounds.height))
}

/// How far the lids are apart, as a share of the distance between the eyes, by what is dark between them: 0.08 to 0.15
/// open, below 0.04 closed (measured on 14 rendered heads in four poses). The eye that is less open; of a turned head,
/// the near one. `None` where the face is too small, too dark or too flat to tell.
pub fn eye_aperture(frame: &Frame<'_>, face: &Face) -> Option<f32> {
    let unit = unit(face);
    if unit < MIN_UNIT {
        return None;
    }
    let eyes = [face.keypoints[0], face.keypoints[1]].map(|eye| aperture_at(frame, face, eye, unit));
    match (face.yaw, eyes) {
        // The nose points to the right of the image: the eye on the left is the near one.
        (yaw, [near, _]) if yaw > FAR_EYE_YAW => near,
        (yaw, [_, near]) if yaw < -FAR_EYE_YAW => near,
        (_, [Some(a), Some(b)]) => Some(a.min(b)),
        (_, [a, b]) => a.or(b),
    }
}

/// The height of what is dark near the middle: full where it is as dark as an iris is against skin, less where it is
/// lighter, as the shadow of a lid.
fn aperture_at(frame: &Frame<'_>, face: &Face, eye: Point, unit: f32) -> Option<f32> {
    let (columns, rows, width, height) = EYE;
    let patch = sample(frame, &FaceAxes::new(face, eye), width * unit, height * unit, columns, rows);
    let (_, skin) = levels(&patch, EYE_SKIN_QUANTILE)?;
    let dark = |v: f32| ((DARK_START * skin - v) / ((DARK_START - DARK_FULL) * skin)).clamp(0.0, 1.0);
    // No farther up: there the brow begins.
    let middle = rows / 2;
    let reach = rows / 4;
    let heights: Vec<f32> =
        (columns / 5..columns - columns / 5).map(|x| dark_pixels(&patch, x, middle, reach, &dark)).collect();
    // The iris is where the dark is tallest: by the mean of neighbouring columns, so that a lash does not count.
    let tallest = heights.windows(5).map(|w| w.iter().sum::<f32>()).fold(0.0, f32::max);
    Some(tallest / 5.0 / rows as f32 * height)
}

/// What is dark in a column around the middle, each pixel by how dark it is, 0–1. Not only what hangs together: lights
/// are mirrored in the middle of an eye.
fn dark_pixels(patch: &LumaImage, x: usize, middle: usize, reach: usize, dark: &dyn Fn(f32) -> f32) -> f32 {
    let (from, to) = (middle - reach, (middle + reach).min(patch.height - 1));
    (from..=to).map(|y| dark(f32::from(patch.data[y * patch.width + x]))).sum()
}

/// How far the mouth is open, as a share of the distance between the eyes: the height of the dark hole between the
/// lips; 0 where it is closed. `None` where nothing can be said.
pub fn mouth_opening(frame: &Frame<'_>, face: &Face) -> Option<f32> {
    let unit = unit(face);
    if unit < MIN_UNIT {
        return None;
    }
    let (columns, rows, width, height) = MOUTH;
    let axes = FaceAxes::new(face, face.keypoints[3]);
    let patch = sample(frame, &axes, width * unit, height * unit, columns, rows);
    let (dark, skin) = levels(&patch, MOUTH_SKIN_QUANTILE)?;
    // Lips are darker than skin, and lighter than the hole between them.
    let threshold = HOLE_LUMA * skin;
    if dark > threshold {
        return Some(0.0);
    }
    let hole = |v: f32| f32::from(u8::from(v < threshold));
    let mut runs: Vec<f32> =
        (columns / 3..columns - columns / 3).map(|x| dark_pixels(&patch, x, rows / 2, rows * 2 / 5, &hole)).collect();
    sort(&mut runs);
    Some(runs[runs.len() / 2] / rows as f32 * height)
}

/// Share of the band over both eyes that is a mirror-like reflection (luma 250 and more): glasses that catch the light.
pub(super) fn eye_glare(frame: &Frame<'_>, face: &Face) -> f32 {
    let unit = unit(face);
    let middle = face.eye_middle();
    let band = sample(frame, &FaceAxes::new(face, middle), BAND.2 * unit, BAND.3 * unit, BAND.0, BAND.1);
    band.data.iter().filter(|v| **v >= SPECULAR).count() as f32 / band.data.len() as f32
}

/// A dark level (the 2nd percentile) and a light one (of this share); `None` where they are too close to tell anything.
fn levels(patch: &LumaImage, light: f32) -> Option<(f32, f32)> {
    let mut histogram = [0u32; 256];
    for &v in &patch.data {
        histogram[usize::from(v)] += 1;
    }
    let at = |share: f32| {
        let mut left = (share * patch.data.len() as f32) as u32;
        let found = histogram.iter().position(|&n| {
            let here = n > left;
            left = left.saturating_sub(n);
            here
        });
        found.unwrap_or(255) as f32
    };
    let (dark, skin) = (at(DARK_QUANTILE), at(light));
    (skin - dark >= MIN_CONTRAST).then_some((dark, skin))
}

#[cfg(test)]
mod tests {
    use super::super::patch::tests::face_at;
    use super::*;

    /// Skin with two eyes whose lids leave `open` pixels, brows above, and a mouth that is open by `mouth` pixels.
    fn drawn(open: f32, mouth: f32) -> (Vec<u8>, Face) {
        let (w, h) = (320u32, 320u32);
        let face = face_at(160.0, 160.0, 80.0, 0.0);
        let pixels = (0..w * h)
            .map(|i| {
                let p = Point::new((i % w) as f32 + 0.5, (i / w) as f32 + 0.5);
                for eye in &face.keypoints[..2] {
                    let (dx, dy) = (p.x - eye.x, p.y - eye.y);
                    if dy.abs() < (open / 2.0).max(1.2) && dx.abs() < 13.0 {
                        // Closed lids show a line of lashes.
                        let iris = dx * dx + dy * dy < 49.0 || open < 3.0;
                        return if iris { 40 } else { 215 };
                    }
                    if (dy + 22.0).abs() < 3.0 && dx.abs() < 18.0 {
                        return 60;
                    }
                }
                let lips = &face.keypoints[3];
                if (p.y - lips.y).abs() < mouth / 2.0 && (p.x - lips.x).abs() < 18.0 { 25 } else { 180 }
            })
            .collect();
        (pixels, face)
    }

    #[test]
    fn measures_eye_and_mouth_opening() {
        let (open, face) = drawn(12.0, 0.0);
        let frame = Frame::luma(&open, 320, 320).unwrap();
        let aperture = eye_aperture(&frame, &face).unwrap();
        assert!((0.12..0.19).contains(&aperture), "{aperture}");
        assert_eq!(mouth_opening(&frame, &face), None, "nothing dark: nothing to tell");

        let (closed, face) = drawn(0.0, 20.0);
        let frame = Frame::luma(&closed, 320, 320).unwrap();
        let aperture = eye_aperture(&frame, &face).unwrap();
        assert!(aperture < 0.07, "{aperture}");
        let mouth = mouth_opening(&frame, &face).unwrap();
        assert!((0.18..0.32).contains(&mouth), "{mouth}");
        assert_eq!(eye_glare(&frame, &face), 0.0);
    }

    #[test]
    fn returns_none_for_flat_or_small_faces() {
        let flat = [120u8; 320 * 320];
        let frame = Frame::luma(&flat, 320, 320).unwrap();
        assert_eq!(eye_aperture(&frame, &face_at(160.0, 160.0, 80.0, 0.0)), None);
        assert_eq!(eye_aperture(&frame, &face_at(160.0, 160.0, 12.0, 0.0)), None);
        // Partly outside the frame.
        assert_eq!(mouth_opening(&frame, &face_at(2.0, 318.0, 80.0, 20.0)), None);
    }
}
