//! Distances between face embeddings of one person and of two, under image degradations. Needs the models (`cargo xtask
//! models`); prints `skipped: …` if they are absent.
//!
//! `cargo test --features backend --test native face_match:: -- --nocapture` prints the figures. They are of two
//! people, one portrait each: they measure robustness against degradations and the separation of these two people. They
//! are no error rates of a population, and say nothing about ageing or pose.

use image::{Rgb, RgbImage};
use kyc_capture::core::face::embed::{FaceEmbedder, FaceEmbedding, SAME_PERSON_DISTANCE};
use kyc_capture::core::face::{Face, FaceDetector};
use kyc_capture::core::frame::Frame;
use kyc_capture::core::geometry::{Homography, Point, Quad, Rect};
use kyc_capture::core::inspect::find_portrait;
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::rng::Rng;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{degrade, document};

use crate::support::{rgba, weights};

struct Models {
    detector: FaceDetector,
    encoder: FaceEmbedder,
}

fn models() -> Option<Models> {
    Some(Models {
        detector: FaceDetector::from_bytes(&weights("face.kycm")?).expect("face.kycm is the face model"),
        encoder: FaceEmbedder::from_bytes(&weights("match.kycm")?).expect("match.kycm is the encoder"),
    })
}

impl Models {
    fn encode(
        &self,
        image: &RgbImage,
        find: impl Fn(&FaceDetector, &Frame<'_>) -> Option<Face>,
    ) -> Option<FaceEmbedding> {
        let pixels = rgba(image);
        let frame = Frame::rgba(&pixels, image.width(), image.height()).unwrap();
        self.encoder.embed(&frame, &find(&self.detector, &frame)?)
    }
}

/// Returns the image of a phone's front camera.
fn selfie(of: Portrait) -> RgbImage {
    scene::with_face_of(of, (640, 480))
}

/// Rotates the image about its vertical axis by `deg` degrees, like a print.
fn turned(image: &RgbImage, deg: f32) -> RgbImage {
    let (w, h) = (image.width() as f32, image.height() as f32);
    let (sin, cos) = deg.to_radians().sin_cos();
    let far = 1.6 * w;
    let to = |x: f32, y: f32| {
        let scale = far / (far + x * sin);
        Point::new(w / 2.0 + x * cos * scale, h / 2.0 + y * scale)
    };
    let (x, y) = (w / 2.0, h / 2.0);
    let quad = Quad([to(-x, -y), to(x, -y), to(x, y), to(-x, y)]);
    mapped(image, &quad)
}

fn rotated(image: &RgbImage, deg: f32) -> RgbImage {
    let (w, h) = (image.width() as f32, image.height() as f32);
    let (sin, cos) = deg.to_radians().sin_cos();
    let to = |x: f32, y: f32| {
        let (dx, dy) = (x - w / 2.0, y - h / 2.0);
        Point::new(w / 2.0 + dx * cos - dy * sin, h / 2.0 + dx * sin + dy * cos)
    };
    mapped(image, &Quad([to(0.0, 0.0), to(w, 0.0), to(w, h), to(0.0, h)]))
}

/// Maps the image into a quad of a grey image of the same size.
fn mapped(image: &RgbImage, quad: &Quad) -> RgbImage {
    let (width, height) = image.dimensions();
    let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: width as f32, height: height as f32 });
    let back = Homography::between(quad, &page).unwrap();
    RgbImage::from_fn(width, height, |x, y| {
        let p = back.apply(Point::new(x as f32 + 0.5, y as f32 + 0.5));
        let inside = p.x >= 0.5 && p.y >= 0.5 && p.x < width as f32 - 0.5 && p.y < height as f32 - 0.5;
        let sample = |c: usize| {
            let (x, y) = (p.x - 0.5, p.y - 0.5);
            let (x0, y0) = (x as u32, y as u32);
            let (fx, fy) = (x - x0 as f32, y - y0 as f32);
            let at =
                |dx: u32, dy: u32| f32::from(image.get_pixel((x0 + dx).min(width - 1), (y0 + dy).min(height - 1)).0[c]);
            let (top, low) = (at(0, 0) + (at(1, 0) - at(0, 0)) * fx, at(0, 1) + (at(1, 1) - at(0, 1)) * fx);
            (top + (low - top) * fy) as u8
        };
        if inside { Rgb([sample(0), sample(1), sample(2)]) } else { Rgb([120, 122, 126]) }
    })
}

fn scaled(image: &RgbImage, by: f32) -> RgbImage {
    let side = |n: u32| (n as f32 * by) as u32;
    let filter = image::imageops::FilterType::Triangle;
    image::imageops::resize(image, side(image.width()), side(image.height()), filter)
}

/// Applies a tone curve that depends on the horizontal position, 0–1.
fn lit(image: &RgbImage, curve: impl Fn(f32, f32) -> f32) -> RgbImage {
    let mut out = image.clone();
    let width = out.width() as f32;
    for (x, _, p) in out.enumerate_pixels_mut() {
        for v in &mut p.0 {
            *v = (255.0 * curve(f32::from(*v) / 255.0, x as f32 / width)).clamp(0.0, 255.0) as u8;
        }
    }
    out
}

fn changed(image: &RgbImage, change: impl Fn(&mut RgbImage)) -> RgbImage {
    let mut out = image.clone();
    change(&mut out);
    out
}

/// Degradations of a selfie.
fn selfies(of: Portrait) -> Vec<(&'static str, RgbImage)> {
    let s = selfie(of);
    let mut rng = Rng::new(0xFACE, 1);
    vec![
        ("as it is", s.clone()),
        ("half the size", scaled(&s, 0.5)),
        ("a third of the size", scaled(&s, 0.33)),
        ("twice the size", scaled(&s, 2.0)),
        ("leant 20° to the left", rotated(&s, -20.0)),
        ("leant 10° to the right", rotated(&s, 10.0)),
        ("turned 25° to the left", turned(&s, -25.0)),
        ("turned 25° to the right", turned(&s, 25.0)),
        ("mirrored", image::imageops::flip_horizontal(&s)),
        ("dark", lit(&s, |v, _| 0.35 * v)),
        ("pale", lit(&s, |v, _| v.powf(0.5))),
        ("over-exposed", lit(&s, |v, _| 1.5 * v)),
        ("light from the left", lit(&s, |v, x| v * (1.8 - 1.7 * x))),
        ("light from the right", lit(&s, |v, x| v * (0.1 + 1.7 * x))),
        ("without colours", changed(&s, |p| degrade::grey_copy(p, [1.0, 0.95, 0.85]))),
        ("out of focus by 2 px", changed(&s, |p| degrade::defocus(p, 2.0))),
        ("out of focus by 4 px", changed(&s, |p| degrade::defocus(p, 4.0))),
        ("moved by 9 px", changed(&s, |p| degrade::motion(p, 9.0, 20.0))),
        ("noisy", changed(&s, |p| degrade::sensor_noise(&mut rng.clone(), p, 0.5, 14.0, true))),
        ("JPEG of quality 20", degrade::jpeg(s.clone(), 20)),
        ("JPEG of quality 8", degrade::jpeg(s.clone(), 8)),
        ("all of it a little", {
            let mut p = rotated(&turned(&s, 12.0), -6.0);
            degrade::defocus(&mut p, 1.5);
            degrade::sensor_noise(&mut rng, &mut p, 0.7, 8.0, true);
            degrade::jpeg(p, 50)
        }),
    ]
}

/// Photos of documents with the portrait.
fn on_documents(of: Portrait) -> Vec<(&'static str, RgbImage)> {
    let person = Person { portrait: of, ..Person::invented(1, false) };
    let photo = |page: &RgbImage, size, pose: Pose| scene::with_document(size, page, &pose);
    let (passport, card) = (document::passport(&person), document::card_front(&person));
    let licence = document::licence_front(&person);
    let (large, small) = ((1920, 1080), (1280, 720));
    let straight = Pose::default();
    let mut rng = Rng::new(0xD0C, 1);
    vec![
        ("passport", photo(&passport, large, straight)),
        ("card", photo(&card, large, straight)),
        ("licence", photo(&licence, large, straight)),
        ("passport, 1280 × 720", photo(&passport, small, straight)),
        ("card, 1280 × 720, half the width", photo(&card, small, Pose { width_share: 0.5, ..straight })),
        ("passport, tilted", photo(&passport, large, Pose { tilt: 0.12, rotation_deg: -8.0, ..straight })),
        ("card, out of focus by 3 px", changed(&photo(&card, large, straight), |p| degrade::defocus(p, 3.0))),
        ("passport, JPEG of quality 30", degrade::jpeg(photo(&passport, large, straight), 30)),
        ("passport, copied without colours", {
            let page = changed(&passport, |p| degrade::grey_copy(p, [0.98, 0.96, 0.92]));
            photo(&page, large, straight)
        }),
        ("card, dark and noisy", {
            changed(&photo(&card, large, straight), |p| degrade::sensor_noise(&mut rng.clone(), p, 0.45, 12.0, true))
        }),
        ("licence, on a screen", changed(&photo(&licence, large, straight), |p| degrade::screen(p, 3.4, 4.0, 0.5))),
        ("passport, light and all", {
            let mut p = photo(&passport, large, Pose { tilt: 0.06, rotation_deg: 3.0, width_share: 0.7, ..straight });
            degrade::exposure(&mut rng, &mut p);
            degrade::defocus(&mut p, 1.2);
            degrade::jpeg(p, 60)
        }),
    ]
}

type Found = Vec<(&'static str, FaceEmbedding)>;

fn encoded(models: &Models, of: Portrait) -> (Found, Found) {
    let whole = |frame: &Frame<'_>| Rect { x: 0.0, y: 0.0, width: frame.width() as f32, height: frame.height() as f32 };
    let all = |images: Vec<(&'static str, RgbImage)>, document: bool| -> Found {
        let found = images.into_iter().filter_map(|(name, image)| {
            let face = models.encode(&image, |detector, frame| {
                if document {
                    find_portrait(detector, frame, whole(frame))
                } else {
                    detector.detect(frame).first().copied()
                }
            });
            if face.is_none() {
                println!("no face: {of:?}, {name}");
            }
            Some((name, face?))
        });
        found.collect()
    };
    (all(selfies(of), false), all(on_documents(of), true))
}

/// Returns all distances in ascending order.
fn between(a: &Found, b: &Found, same_list: bool) -> Vec<f32> {
    let mut all = Vec::new();
    for (i, (_, x)) in a.iter().enumerate() {
        for (k, (_, y)) in b.iter().enumerate() {
            if !same_list || i < k {
                all.push(x.distance(y));
            }
        }
    }
    all.sort_by(f32::total_cmp);
    all
}

fn print(what: &str, all: &[f32]) {
    let at = |share: f32| all[((all.len() - 1) as f32 * share) as usize];
    let within = all.iter().filter(|d| **d <= SAME_PERSON_DISTANCE).count();
    println!(
        "{what:<44} {:>4} pairs: min {:.3}, median {:.3}, 95 % {:.3}, max {:.3}; {within} within \
         {SAME_PERSON_DISTANCE}",
        all.len(),
        at(0.0),
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

/// Compares with face-api.js 1.7.15 (TensorFlow.js, CPU) for the same chip, normalised as in dlib: (value - mean) /
/// 256.
#[test]
fn embedding_equals_reference_implementation() {
    let Some(models) = models() else { return };
    const SIDE: u32 = 150;
    let value = |x: u32, y: u32, c: u32| ((x * 7 * (c + 1) + y * 13 + ((x * y) >> 3) + c * 61) & 255) as u8;
    let rgba: Vec<u8> = (0..SIDE * SIDE)
        .flat_map(|i| {
            let (x, y) = (i % SIDE, i / SIDE);
            [value(x, y, 0), value(x, y, 1), value(x, y, 2), 255]
        })
        .collect();
    let frame = Frame::rgba(&rgba, SIDE, SIDE).unwrap();
    // Landmarks at their canonical positions, so that the chip is the image.
    let at = |x: f32, y: f32| Point::new((x + 0.25) / 1.5 * 150.0, (y + 0.25) / 1.5 * 150.0);
    let (right, left, mouth) = (at(0.2273, 0.2214), at(0.7528, 0.2212), at(0.4901, 0.8050));
    let face = Face {
        bounds: Rect::default(),
        score: 1.0,
        keypoints: [right, left, Point::default(), mouth, Point::default(), Point::default()],
        yaw: 0.0,
        pitch: 0.0,
        roll: 0.0,
    };
    let start = std::time::Instant::now();
    let found = models.encoder.embed(&frame, &face).unwrap();
    println!("a face is encoded in {:.0} ms", start.elapsed().as_secs_f64() * 1000.0);
    let expected: Vec<f32> = serde_json::from_str(include_str!("../fixtures/face_encoding.json")).unwrap();
    let most = found.0.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!("maximum difference: {most}");
    assert!(expected.len() == 128 && most < 0.002, "{most}");
}

#[test]
fn separates_two_people() {
    let Some(models) = models() else { return };
    let (one, one_printed) = encoded(&models, Portrait::Astronaut);
    let (two, two_printed) = encoded(&models, Portrait::Officer);
    for (found, of) in
        [(&one, selfies(Portrait::Astronaut).len()), (&one_printed, on_documents(Portrait::Officer).len())]
    {
        assert_eq!(found.len(), of, "a face is found in each image");
    }
    let mut all_same = Vec::new();
    for (who, selfies, printed) in [("astronaut", &one, &one_printed), ("officer", &two, &two_printed)] {
        let lists = [
            ("selfies", between(selfies, selfies, true)),
            ("document against selfies", between(printed, selfies, false)),
            ("documents", between(printed, printed, true)),
        ];
        for (what, list) in lists {
            print(&format!("same: {who}, {what}"), &list);
            all_same.extend(list);
        }
    }
    let lists = [
        ("selfies", between(&one, &two, false)),
        ("document against selfies", between(&one_printed, &two, false)),
        ("selfies against document", between(&one, &two_printed, false)),
        ("documents", between(&one_printed, &two_printed, false)),
    ];
    let mut all_others = Vec::new();
    for (what, list) in lists {
        print(&format!("two people: {what}"), &list);
        all_others.extend(list);
    }
    all_same.sort_by(f32::total_cmp);
    all_others.sort_by(f32::total_cmp);
    print("same, all", &all_same);
    print("two people, all", &all_others);

    assert!(all_same.iter().all(|d| *d <= SAME_PERSON_DISTANCE), "false non-match");
    // Blurred and dark images of two people come as close as that; clear ones must not.
    let false_matches = all_others.iter().filter(|d| **d <= SAME_PERSON_DISTANCE).count();
    assert!(false_matches * 10 <= all_others.len(), "{false_matches} of {}", all_others.len());
    for (name, printed) in &one_printed[..3] {
        assert!(printed.distance(&two[0].1) > SAME_PERSON_DISTANCE, "{name}");
    }
    assert!(all_same.last() < all_others.first(), "the two people overlap");
}
