//! Reads MRZs from images: floors on correct readings, ceilings on misreads.

use kyc_capture::core::date::Date;
use kyc_capture::core::encode::decode;
use kyc_capture::core::frame::Frame;
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{document, mrz_lines};

use crate::support::{check_digits_valid, mrz_reader, rgba, shared_data};

fn today() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

/// Photos with known lines, from the shared data.
#[test]
fn reads_shared_images() {
    let Some(dir) = shared_data("mrz") else { return };
    let labels = std::fs::read_to_string(dir.join("labels.json")).unwrap();
    let labels: serde_json::Value = serde_json::from_str(&labels).unwrap();
    let reader = mrz_reader();
    let (mut exact, mut required, mut false_positives, mut wrong_but_valid) = (0, 0, 0, 0);
    for (name, label) in labels.as_object().unwrap() {
        let image = decode(&std::fs::read(dir.join(name)).unwrap()).unwrap();
        let start = std::time::Instant::now();
        let read = reader.read(&image.frame().unwrap(), today());
        let ms = start.elapsed().as_millis();
        let expected: Vec<&str> = label["lines"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect();
        if expected.is_empty() {
            false_positives += usize::from(read.is_some());
            eprintln!("{name}: no MRZ, {} ({ms} ms)", read.map_or("nothing read".into(), |r| r.lines.join(" / ")));
            continue;
        }
        let is_required = label["required"].as_bool().unwrap_or(true);
        required += usize::from(is_required);
        match read {
            Some(r) if r.lines == expected => {
                exact += usize::from(is_required);
                eprintln!("{name}: exact, {:.3} ({ms} ms)", r.confidence);
            }
            Some(r) => {
                wrong_but_valid += usize::from(check_digits_valid(&r));
                eprintln!(
                    "{name}: wrong, {:.3} ({ms} ms)\n  printed {}\n  read    {}",
                    r.confidence,
                    expected.join("\n          "),
                    r.lines.join("\n          ")
                );
            }
            None => eprintln!("{name}: nothing read ({ms} ms)"),
        }
    }
    eprintln!("{exact} of {required} exact, {wrong_but_valid} wrong but valid, {false_positives} false positives");
    assert!(exact >= 17, "{exact} of {required} exact");
    assert_eq!((false_positives, wrong_but_valid), (0, 0), "false positives, wrong but valid");
}

#[test]
fn reads_specimens_in_camera_scenes() {
    let reader = mrz_reader();
    let poses = [
        Pose::default(),
        Pose { width_share: 0.66, rotation_deg: -8.0, tilt: 0.05, ..Pose::default() },
        Pose { width_share: 0.55, rotation_deg: 92.0, tilt: 0.02, ..Pose::default() },
        Pose { width_share: 0.70, rotation_deg: 181.0, ..Pose::default() },
    ];
    let (mut exact, mut all, mut wrong_but_valid) = (0, 0, 0);
    for seed in 1..=4 {
        let person = Person::invented(seed, seed == 2);
        let documents = [
            (document::passport(&person), mrz_lines::td3(&person).to_vec()),
            (document::card_back(&person), mrz_lines::td1(&person).to_vec()),
        ];
        for (doc, lines) in &documents {
            for (i, pose) in poses.iter().enumerate() {
                let pixels = rgba(&scene::with_document((1280, 720), doc, pose));
                let read = reader.read(&Frame::rgba(&pixels, 1280, 720).unwrap(), today());
                all += 1;
                match read {
                    Some(r) if r.lines == *lines => exact += 1,
                    Some(r) => {
                        wrong_but_valid += usize::from(check_digits_valid(&r));
                        eprintln!("seed {seed}, pose {i}:\n  {}\n  {}", lines.join("\n  "), r.lines.join("\n  "))
                    }
                    None => eprintln!("seed {seed}, pose {i}: nothing read"),
                }
            }
        }
    }
    eprintln!("{exact} of {all} exact");
    assert!(exact >= all - 1, "{exact} of {all} exact");
    assert_eq!(wrong_but_valid, 0, "wrong but valid");
}

#[test]
fn rejects_scenes_without_an_mrz() {
    let reader = mrz_reader();
    let person = Person::invented(5, false);
    let size = (1280, 720);
    let images = [
        ("an empty table", scene::empty(size)),
        ("a face", scene::with_face(size)),
        ("a card's front", scene::with_document(size, &document::card_front(&person), &Pose::default())),
    ];
    for (what, image) in images {
        let read = reader.read(&Frame::rgba(&rgba(&image), size.0, size.1).unwrap(), today());
        assert!(read.is_none(), "{what}: {:?}", read.map(|r| r.lines));
    }
}
