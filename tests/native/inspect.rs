//! Analyses both sides of documents: rectification, portrait, checks, recapture signals.

use std::path::Path;

use image::RgbImage;
use image::imageops::{FilterType, resize, rotate90, rotate180, rotate270};
use kyc_capture::core::barcode::pdf417::Pdf417Reader;
use kyc_capture::core::date::Date;
use kyc_capture::core::document::DocumentSize;
use kyc_capture::core::document_type::DocumentType;
use kyc_capture::core::encode::decode;
use kyc_capture::core::face::FaceDetector;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::inspect::checks::{CheckCode, CheckResult, DocumentCheck, Sides, check};
use kyc_capture::core::inspect::{Detectors, OrientationSource, SideAnalysis, analyse_side};
use kyc_capture::core::mrz::MrzReader;
use kyc_specimen::person::Person;
use kyc_specimen::rng::Rng;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{degrade, document};

use crate::support::{mrz_reader, rgba};

struct TestDetectors {
    mrz: MrzReader,
    face: FaceDetector,
    barcode: Pdf417Reader,
}

impl TestDetectors {
    fn new() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let models = match (std::env::var_os("KYC_MODELS_DIR"), std::env::var_os("CARGO_TARGET_DIR")) {
            (Some(models), _) => models.into(),
            (None, Some(target)) => root.join(target).join("models"),
            (None, None) => root.join("target/models"),
        };
        let read = |dir: &Path, name: &str| std::fs::read(dir.join(name));
        Self {
            mrz: mrz_reader(),
            face: FaceDetector::from_bytes(&read(&models, "face.kycm").expect("`cargo xtask test` makes the weights"))
                .unwrap(),
            barcode: Pdf417Reader::new(),
        }
    }

    fn analyse(&self, image: &RgbImage) -> SideAnalysis {
        let pixels = rgba(image);
        let frame = Frame::rgba(&pixels, image.width(), image.height()).unwrap();
        let readers = Detectors { mrz: Some(&self.mrz), face: Some(&self.face), barcode: Some(&self.barcode) };
        analyse_side(&frame, &readers, today())
    }
}

fn today() -> Date {
    Date::parse_iso("2026-11-21").unwrap()
}

fn seen(doc: &RgbImage, seed: u64) -> RgbImage {
    let mut rng = Rng::new(17, seed);
    let pose =
        Pose { width_share: 0.7, rotation_deg: rng.range(-6.0, 6.0), tilt: rng.range(0.0, 0.04), ..Pose::default() };
    let mut image = scene::with_document((1280, 720), doc, &pose);
    degrade::sensor_noise(&mut rng, &mut image, 1.0, 1.5, true);
    image
}

fn result(checks: &[DocumentCheck], code: CheckCode) -> CheckResult {
    checks.iter().find(|c| c.code == code).unwrap_or_else(|| panic!("{code:?} is missing")).result
}

#[test]
fn rectifies_documents_at_every_quarter_turn() {
    let detectors = TestDetectors::new();
    let person = Person::invented(4, false);
    let documents = [
        ("passport", document::passport(&person), DocumentSize::Id3, OrientationSource::Mrz),
        ("card", document::card_front(&person), DocumentSize::Id1, OrientationSource::Portrait),
        ("card's back", document::card_back(&person), DocumentSize::Id1, OrientationSource::Mrz),
        ("licence's back", document::licence_back(&person), DocumentSize::Id1, OrientationSource::Barcode),
    ];
    for (name, doc, size, by) in documents {
        let image = {
            let pose = Pose { width_share: 0.75, rotation_deg: 1.5, tilt: 0.01, ..Pose::default() };
            scene::with_document((1600, 1600), &doc, &pose)
        };
        let rotations =
            [(0, image.clone()), (90, rotate90(&image)), (180, rotate180(&image)), (270, rotate270(&image))];
        for (degrees, image) in rotations {
            let what = format!("{name} rotated by {degrees}°");
            let reading = detectors.analyse(&image);
            let rectified =
                reading.rectified.unwrap_or_else(|| panic!("{what}: not rectified, {:?}", reading.document));
            assert_eq!((rectified.size, rectified.orientation_source), (size, by), "{what}");
            assert!(rectified.image.width > rectified.image.height, "{what}");
            let mm = size.millimetres().0;
            let dpi = 1600.0 * 0.75 / mm * 25.4;
            assert!((rectified.dpi / dpi - 1.0).abs() < 0.03, "{what}: {} dpi, {dpi} drawn", rectified.dpi);
            // Upright: closer to the drawing than to the drawing rotated by 180°.
            let drawn = resize(&doc, rectified.image.width, rectified.image.height, FilterType::Triangle);
            let off = |other: &RgbImage| {
                let pairs = rectified.image.data.chunks_exact(4).zip(other.pixels());
                pairs.map(|(a, b)| u64::from(a[1].abs_diff(b.0[1]))).sum::<u64>()
            };
            assert!(off(&drawn) < off(&rotate180(&drawn)), "{what}: upside down");
        }
    }
}

#[test]
fn crops_portrait_upright() {
    let detectors = TestDetectors::new();
    let person = Person::invented(8, false);
    let doc = document::card_front(&person);
    for degrees in [0.0, 17.0, -25.0] {
        let pose = Pose { width_share: 0.55, rotation_deg: degrees, ..Pose::default() };
        let portrait =
            detectors.analyse(&scene::with_document((1920, 1080), &doc, &pose)).portrait.expect("a portrait");
        let (w, h) = (portrait.image.width as f32, portrait.image.height as f32);
        assert!((h / w - 4.0 / 3.0).abs() < 0.02, "{w} {h}");
        let found = detectors.face.detect(&portrait.image.frame().unwrap());
        let face = found.first().expect("the face is in its cut-out");
        let eyes_at = face.eye_middle();
        assert!(face.roll.abs() < 5.0, "{degrees}: {}", face.roll);
        assert!((eyes_at.x / w - 0.5).abs() < 0.05 && (eyes_at.y / w - 0.6).abs() < 0.06, "{eyes_at:?} of {w} × {h}");
        assert!((face.inter_eye() / w - 0.25).abs() < 0.03);
    }
}

#[test]
fn passes_valid_passport_and_reports_each_fault() {
    let detectors = TestDetectors::new();
    let run = |person: &Person, declared, day: &str| {
        let reading = detectors.analyse(&seen(&document::passport(person), 1));
        let sides = Sides { front: Some(&reading), back: None };
        check(sides, Some(declared), Date::parse_iso(day).unwrap(), false)
    };
    let good = Person::invented(5, false);
    let checks = run(&good, DocumentType::Passport, "2026-11-21");
    for c in &checks {
        assert!(matches!(c.result, CheckResult::Passed | CheckResult::NotApplicable), "{c:?}");
    }
    for code in
        [CheckCode::NotExpired, CheckCode::MrzCheckDigits, CheckCode::DeclaredType, CheckCode::Portrait, CheckCode::Age]
    {
        assert_eq!(result(&checks, code), CheckResult::Passed, "{code:?}");
    }
    let expired = run(&Person::invented(5, true), DocumentType::Passport, "2026-11-21");
    assert_eq!(result(&expired, CheckCode::NotExpired), CheckResult::Failed);
    // On its last day it is still valid.
    let last = run(&Person::invented(5, true), DocumentType::Passport, "2021-03-31");
    assert_eq!(result(&last, CheckCode::NotExpired), CheckResult::Passed);
    let other = run(&good, DocumentType::IdentificationCard, "2026-11-21");
    assert_eq!(result(&other, CheckCode::DeclaredType), CheckResult::Failed);
}

#[test]
fn reads_licence_barcode_and_distinguishes_its_sides() {
    let detectors = TestDetectors::new();
    let person = Person::invented(6, false);
    let front = detectors.analyse(&seen(&document::licence_front(&person), 2));
    let back = detectors.analyse(&seen(&document::licence_back(&person), 3));
    let card = back.barcode.as_ref().and_then(|b| b.document.as_ref()).expect("the barcode is read");
    assert_eq!(card.document_number.as_deref(), Some(person.document_number.as_str()));
    assert!(card.problems.is_empty(), "{:?}", card.problems);
    let declared = Some(DocumentType::DriverLicense);
    let checks = check(Sides { front: Some(&front), back: Some(&back) }, declared, today(), false);
    for code in [
        CheckCode::NotExpired,
        CheckCode::IssueDateNotFuture,
        CheckCode::DateOrder,
        CheckCode::IssuingState,
        CheckCode::BarcodeConsistency,
        CheckCode::DeclaredType,
        CheckCode::DifferentSides,
        CheckCode::Portrait,
        CheckCode::FullyInFrame,
    ] {
        assert_eq!(result(&checks, code), CheckResult::Passed, "{code:?}: {checks:?}");
    }
    let again = detectors.analyse(&seen(&document::licence_front(&person), 4));
    let twice = check(Sides { front: Some(&front), back: Some(&again) }, declared, today(), false);
    assert_eq!(result(&twice, CheckCode::DifferentSides), CheckResult::Failed);
}

#[test]
fn mrz_and_barcode_of_different_holders_fail_crosschecks() {
    let detectors = TestDetectors::new();
    let (one, other) = (Person::invented(6, false), Person::invented(9, false));
    assert!(one.surname != other.surname && one.document_number != other.document_number);
    let mrz = detectors.analyse(&seen(&document::card_back(&one), 5));
    for (person, expected) in [(&one, CheckResult::Passed), (&other, CheckResult::Failed)] {
        let barcode = detectors.analyse(&seen(&document::licence_back(person), 6));
        let checks = check(Sides { front: Some(&barcode), back: Some(&mrz) }, None, today(), false);
        for code in [CheckCode::DocumentNumberCrosscheck, CheckCode::NameCrosscheck, CheckCode::HolderCrosscheck] {
            assert_eq!(result(&checks, code), expected, "{code:?}");
        }
    }
}

#[test]
fn thumbnails_correlate_only_for_the_same_side() {
    let detectors = TestDetectors::new();
    let (mut same, mut different) = (1f32, -1f32);
    for seed in 0..6 {
        let person = Person::invented(seed, false);
        let sides = [
            (document::card_front(&person), document::card_back(&person)),
            (document::licence_front(&person), document::licence_back(&person)),
        ];
        for (front, back) in sides {
            let flat = |doc: &RgbImage, n| detectors.analyse(&seen(doc, 10 * seed + n)).thumbnail.expect("an outline");
            let (first, second, turned) = (flat(&front, 0), flat(&front, 1), flat(&back, 2));
            same = same.min(first.normalised_cross_correlation(&second));
            different = different.max(first.normalised_cross_correlation(&turned));
        }
    }
    eprintln!("the same side: {same:.2} and more; two sides: {different:.2} and less");
    assert!(same > 0.9 && different < 0.7, "{same} {different}");
}

/// Genuine specimens, greyscale copies and recaptured screens.
#[test]
fn flags_greyscale_copies_and_screens() {
    let detectors = TestDetectors::new();
    let (mut screens, mut copies, mut false_screens, mut false_copies) = (0, 0, 0, 0);
    let (mut highest, mut lowest, mut min_chroma, mut max_grey) = (0f32, f32::MAX, f32::MAX, 0f32);
    const N: u64 = 24;
    for seed in 0..N {
        let person = Person::invented(seed, false);
        let doc = match seed % 4 {
            0 => document::passport(&person),
            1 => document::card_front(&person),
            2 => document::licence_front(&person),
            _ => document::card_back(&person),
        };
        let mut rng = Rng::new(23, seed);
        let genuine = seen(&doc, seed);
        let mut screen = genuine.clone();
        degrade::screen(&mut screen, rng.range(2.1, 5.5), rng.range(-20.0, 20.0), rng.range(0.12, 0.5));
        degrade::defocus(&mut screen, rng.range(0.2, 0.5));
        let mut grey = doc.clone();
        degrade::grey_copy(&mut grey, [rng.range(0.9, 1.05), 0.96, rng.range(0.8, 1.0)]);
        let grey = seen(&grey, seed + 1000);
        let outcome = |image: &RgbImage| {
            let reading = detectors.analyse(image);
            let checks = check(Sides { front: Some(&reading), back: None }, None, today(), false);
            (
                result(&checks, CheckCode::Screen),
                result(&checks, CheckCode::NotGreyscaleCopy),
                reading.recapture_signals,
            )
        };
        let (plain_screen, plain_colour, recapture_signals) = outcome(&genuine);
        false_screens += usize::from(plain_screen == CheckResult::Suspicious);
        // Backs have little colour except for the lines of their design.
        false_copies += usize::from(plain_colour == CheckResult::Suspicious && seed % 4 != 3);
        highest = highest.max(recapture_signals.moire_peak_ratio);
        if seed % 4 != 3 {
            min_chroma = min_chroma.min(recapture_signals.chromaticity_std_dev);
        }
        let (result, _, recapture_signals) = outcome(&screen);
        screens += usize::from(result == CheckResult::Suspicious);
        lowest = lowest.min(recapture_signals.moire_peak_ratio);
        let (_, result, recapture_signals) = outcome(&grey);
        copies += usize::from(result == CheckResult::Suspicious);
        max_grey = max_grey.max(recapture_signals.chromaticity_std_dev);
    }
    eprintln!(
        "screens detected: {screens} of {N} (peaks from {lowest:.0}), false positives: {false_screens} \
         (peaks to {highest:.0})"
    );
    eprintln!(
        "copies detected: {copies} of {N} (chromaticity to {max_grey:.4}), false positives: {false_copies} \
         (from {min_chroma:.4})"
    );
    assert!(screens >= 23 && false_screens == 0, "{screens} {false_screens}");
    assert!(copies == N as usize && false_copies == 0, "{copies} {false_copies}");
}

#[test]
fn flags_jpeg_cropped_after_compression() {
    let detectors = TestDetectors::new();
    let person = Person::invented(3, false);
    let image = seen(&document::passport(&person), 7);
    let trace = |image: &RgbImage| {
        let reading = detectors.analyse(image);
        let checks = check(Sides { front: Some(&reading), back: None }, None, today(), true);
        (result(&checks, CheckCode::JpegArtifacts), reading.recapture_signals)
    };
    assert_eq!(trace(&image).0, CheckResult::Passed);
    let compressed = degrade::jpeg(image.clone(), 80);
    assert_eq!(trace(&compressed).0, CheckResult::Passed, "{:?}", trace(&compressed).1);
    let cut = image::imageops::crop_imm(&degrade::jpeg(image, 60), 3, 5, 1270, 710).to_image();
    let (result, recapture_signals) = trace(&cut);
    assert_eq!(
        (result, recapture_signals.jpeg_grid_offset),
        (CheckResult::Suspicious, (5, 3)),
        "{recapture_signals:?}"
    );
}

#[test]
fn empty_scene_fails_only_the_portrait_check() {
    let detectors = TestDetectors::new();
    let reading = detectors.analyse(&scene::empty((640, 480)));
    assert!(
        reading.document.is_none() && reading.mrz.is_none() && reading.barcode.is_none() && reading.portrait.is_none()
    );
    let checks = check(Sides { front: Some(&reading), back: None }, Some(DocumentType::Passport), today(), false);
    let failed: Vec<_> = checks.iter().filter(|c| c.result == CheckResult::Failed).map(|c| c.code).collect();
    assert_eq!(failed, [CheckCode::Portrait]);
    assert!(decode(b"nothing").is_err());
}
