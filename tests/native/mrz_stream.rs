//! Streams whose single frames are too poor to read: low light, motion blur, a moving reflection. The fused frames are
//! read.

use image::RgbImage;
use kyc_capture::core::date::Date;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::geometry::Point;
use kyc_capture::core::mrz::MrzFuser;
use kyc_specimen::person::Person;
use kyc_specimen::rng::Rng;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{degrade, document, mrz_lines};

use crate::support::{mrz_reader, rgba};

const SIZE: (u32, u32) = (1280, 720);
/// Maximum frames of a stream: two seconds of a camera.
const FRAMES: usize = 40;

/// Renders frame `n`: the document slightly displaced, with motion blur, in low light, behind laminate.
fn frame(document: &RgbImage, seed: u64, n: usize) -> RgbImage {
    let phase = n as f32;
    let mut rng = Rng::new(seed, n as u64);
    let pose = Pose {
        width_share: 0.66,
        rotation_deg: 2.0 * (phase * 0.9).sin(),
        offset: Point::new(14.0 * (phase * 1.3).sin(), 9.0 * (phase * 0.7).cos()),
        ..Pose::default()
    };
    let mut image = scene::with_document(SIZE, document, &pose);
    let at = (SIZE.0 as f32 * (0.3 + 0.4 * rng.unit()), SIZE.1 as f32 * 0.7);
    degrade::glare(&mut rng, &mut image, at, 50.0, 0.95);
    degrade::motion(&mut image, 8.0, 37.0 * phase);
    degrade::sensor_noise(&mut rng, &mut image, 0.35, 11.0, true);
    image
}

#[test]
fn fuses_frames_too_poor_to_read_alone() {
    let reader = mrz_reader();
    let today = Date::new(2026, 11, 20).unwrap();
    // Streams that are read before any single frame is, and streams that are read at all.
    let (mut fused_first, mut read) = (0, 0);
    for seed in [31, 32, 33, 34] {
        let person = Person::invented(seed, false);
        let (document, lines) = (document::passport(&person), mrz_lines::td3(&person));
        let mut fuser = MrzFuser::default();
        for n in 0..FRAMES {
            let image = frame(&document, seed, n);
            let pixels = rgba(&image);
            let Some(evidence) = reader.detect(&Frame::rgba(&pixels, SIZE.0, SIZE.1).unwrap()) else { continue };
            let alone = evidence.reading(today);
            let fused = fuser.push(&evidence);
            eprintln!("seed {seed}, frame {n}: {:.3} alone, {:.3} fused", evidence.posterior(), fused.posterior());
            for reading in [&alone, &fused.reading(today)].into_iter().flatten() {
                assert_eq!(reading.lines, lines, "seed {seed}, frame {n}");
            }
            if fused.reading(today).is_some() {
                read += 1;
                fused_first += usize::from(alone.is_none());
                break;
            }
        }
    }
    assert!(read >= 3 && fused_first >= 2, "{read} streams read, {fused_first} of them before any frame alone");
}
