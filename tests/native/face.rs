//! Detects faces in photos. Needs the face model (`cargo xtask models`); prints `skipped: …` if it is absent.

use std::path::Path;

use crate::support::{detector, each, streams};
use image::DynamicImage;
use kyc_capture::core::face::Face;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::geometry::{Point, Rect};
use kyc_specimen::negatives::{self, Subject};

struct TestImage {
    rgba: Vec<u8>,
    width: u32,
    height: u32,
}

impl TestImage {
    fn frame(&self) -> Frame<'_> {
        Frame::rgba(&self.rgba, self.width, self.height).unwrap()
    }

    /// Maps each pixel of a new image from a point in this one; grey outside.
    fn mapped(&self, width: u32, height: u32, from: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let mut rgba = Vec::with_capacity((width * height * 4) as usize);
        for y in 0..height {
            for x in 0..width {
                let (fx, fy) = from(x as f32 + 0.5, y as f32 + 0.5);
                let inside = fx >= 0.0 && fy >= 0.0 && fx < self.width as f32 && fy < self.height as f32;
                let at = (fy as usize * self.width as usize + fx as usize) * 4;
                rgba.extend(if inside { &self.rgba[at..at + 4] } else { &[128, 128, 128, 255][..] });
            }
        }
        Self { rgba, width, height }
    }
}

fn portrait() -> TestImage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("specimen/assets/portrait.jpg");
    let image = image::open(path).unwrap().to_rgba8();
    TestImage { width: image.width(), height: image.height(), rgba: image.into_raw() }
}

fn only(faces: Vec<Face>, what: &str) -> Face {
    assert_eq!(faces.len(), 1, "{what}: {faces:?}");
    faces[0]
}

/// Eye centres of the portrait, annotated by hand.
const RIGHT_EYE: Point = Point::new(203.5, 101.0);
const LEFT_EYE: Point = Point::new(246.5, 104.0);

#[test]
fn detects_portrait_with_landmarks() {
    let Some(detector) = detector() else { return };
    let image = portrait();
    let face = only(detector.detect(&image.frame()), "portrait");
    println!("{face:?}");
    let tolerance = face.inter_eye() * 0.2;
    assert!(face.keypoints[0].distance(RIGHT_EYE) < tolerance, "{face:?}");
    assert!(face.keypoints[1].distance(LEFT_EYE) < tolerance, "{face:?}");
    assert!(
        face.score > 0.85 && face.yaw.abs() < 25.0 && face.pitch.abs() < 25.0 && face.roll.abs() < 15.0,
        "{face:?}"
    );
    let luma = image.frame().to_luma();
    let grey = Frame::luma(&luma.data, image.width, image.height).unwrap();
    assert!(only(detector.detect(&grey), "grey").bounds.iou(&face.bounds) > 0.8);
}

#[test]
fn pose_follows_image_transforms() {
    let Some(detector) = detector() else { return };
    let image = portrait();
    let w = image.width as f32;
    let face = only(detector.detect(&image.frame()), "portrait");

    let mirrored = image.mapped(image.width, image.height, |x, y| (w - x, y));
    let other = only(detector.detect(&mirrored.frame()), "mirrored");
    assert!((other.yaw + face.yaw).abs() < 8.0, "yaw {} mirrored {}", face.yaw, other.yaw);
    assert!((other.roll + face.roll).abs() < 4.0, "roll {} mirrored {}", face.roll, other.roll);
    assert!((other.pitch - face.pitch).abs() < 8.0, "pitch {} mirrored {}", face.pitch, other.pitch);
    assert!((w - other.eye_middle().x - face.eye_middle().x).abs() < face.inter_eye() * 0.15);

    let roll_after = |degrees: f32| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let centre = face.bounds.centre();
        let rotated = image.mapped(image.width, image.height, |x, y| {
            let (dx, dy) = (x - centre.x, y - centre.y);
            (centre.x + dx * cos + dy * sin, centre.y + dy * cos - dx * sin)
        });
        only(detector.detect(&rotated.frame()), "rotated").roll
    };
    let (left, right) = (roll_after(-20.0), roll_after(20.0));
    assert!((30.0..50.0).contains(&(right - left)), "rotated by 40 degrees: from {left} to {right}");

    // Upright phone: the portrait's head, twice as large, in a tall frame.
    let tall = image.mapped(480, 854, |x, y| (x / 2.0 + 105.0, (y - 250.0) / 2.0 + 10.0));
    let other = only(detector.detect(&tall.frame()), "tall");
    let expected = Point::new((face.eye_middle().x - 105.0) * 2.0, (face.eye_middle().y - 10.0) * 2.0 + 250.0);
    assert!(other.eye_middle().distance(expected) < other.inter_eye() * 0.2, "{other:?}, expected {expected:?}");
}

#[test]
fn detects_small_face_in_region_of_interest() {
    let Some(detector) = detector() else { return };
    let image = portrait();
    // The portrait's head, 100 px wide, at 200, 400 of a full-HD frame.
    let scale = 2.0;
    let frame = image.mapped(1920, 1080, |x, y| {
        let (x, y) = ((x - 200.0) * scale + 130.0, (y - 400.0) * scale + 10.0);
        if (130.0..330.0).contains(&x) && (10.0..260.0).contains(&y) { (x, y) } else { (-1.0, -1.0) }
    });
    let part = Rect { x: 120.0, y: 330.0, width: 300.0, height: 300.0 };
    let face = only(detector.detect_in(&frame.frame(), part), "small");
    let expected = RIGHT_EYE.lerp(LEFT_EYE, 0.5);
    let expected = Point::new((expected.x - 130.0) / scale + 200.0, (expected.y - 10.0) / scale + 400.0);
    assert!(face.eye_middle().distance(expected) < face.inter_eye() * 0.25, "{face:?}, expected {expected:?}");
}

#[test]
fn rejects_synthetic_patterns() {
    let Some(detector) = detector() else { return };
    let (width, height) = (320u32, 240u32);
    let draw = |pixel: &dyn Fn(u32, u32) -> [u8; 3]| -> Vec<u8> {
        (0..width * height)
            .flat_map(|i| {
                let [r, g, b] = pixel(i % width, i / width);
                [r, g, b, 255]
            })
            .collect()
    };
    let noise = |x: u32, y: u32| {
        let mut n = x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b);
        n = (n ^ (n >> 15)).wrapping_mul(0x2c1b_3c6d);
        (n >> 24) as u8
    };
    let inside = |x: u32, y: u32, cx: u32, cy: u32, r: u32| x.abs_diff(cx).pow(2) + y.abs_diff(cy).pow(2) < r * r;
    let images: [(&str, Vec<u8>); 8] = [
        ("black", draw(&|_, _| [0; 3])),
        ("white", draw(&|_, _| [255; 3])),
        ("grey", draw(&|_, _| [128; 3])),
        ("ramp", draw(&|x, y| [(x * 255 / width) as u8, (y * 255 / height) as u8, 90])),
        ("noise", draw(&|x, y| [noise(x, y), noise(x + 999, y), noise(x, y + 999)])),
        ("chessboard", draw(&|x, y| [if (x / 16 + y / 16) % 2 == 0 { 230 } else { 30 }; 3])),
        ("lines of text", draw(&|x, y| [if y % 14 < 8 && noise(x / 3, y / 14) > 140 { 20 } else { 240 }; 3])),
        ("a skin-coloured disc", draw(&|x, y| if inside(x, y, 160, 120, 70) { [224, 172, 140] } else { [60, 80, 90] })),
    ];
    for (what, rgba) in &images {
        let frame = Frame::rgba(rgba, width, height).unwrap();
        assert!(detector.detect(&frame).is_empty(), "{what}: {:?}", detector.detect(&frame));
    }
    let frame = Frame::rgba(&images[0].1, width, height).unwrap();
    for part in [(0.0, 0.0, 0.0, 0.0), (f32::NAN, 0.0, 5.0, 5.0), (1e9, 1e9, 10.0, 10.0), (0.0, 0.0, f32::MAX, 1.0)] {
        let (x, y, width, height) = part;
        assert!(detector.detect_in(&frame, Rect { x, y, width, height }).is_empty(), "{part:?}");
    }
}

#[test]
fn rejects_images_without_a_face() {
    let Some(detector) = detector() else { return };
    let count = streams(250, 500).min(negatives::NEGATIVES as u64);
    let checked = each(count, |i| {
        let subject = Subject::from_index(i as usize);
        // Card fronts and faces do contain faces.
        if matches!(subject, Subject::CardFront | Subject::Face) {
            return None;
        }
        let image = DynamicImage::ImageRgb8(negatives::negative(i as usize)).to_rgba8();
        let frame = Frame::rgba(&image, image.width(), image.height()).expect("an image is a frame");
        Some((subject.name(), detector.detect(&frame).len()))
    });
    let checked: Vec<_> = checked.into_iter().flatten().collect();
    let wrong: Vec<_> = checked.iter().filter(|(_, faces)| *faces > 0).collect();
    println!("{} of {} images without a face have one: {wrong:?}", wrong.len(), checked.len());
    assert!(checked.len() as u64 > count / 2, "{} images", checked.len());
    assert!(wrong.len() as f64 <= 0.005 * checked.len() as f64);
}
