//! Reads PDF417: drawn symbols at every size and orientation and with damage, and those of the shared data.

use image::RgbImage;
use kyc_capture::core::barcode::aamva;
use kyc_capture::core::barcode::pdf417::Pdf417Reader;
use kyc_capture::core::encode::decode;
use kyc_capture::core::frame::{Frame, LumaImage};
use kyc_specimen::barcode_set::{self, Difficulty};
use kyc_specimen::rng::Rng;
use kyc_specimen::scene::{Pose, with_document};
use kyc_specimen::{degrade, negatives, pdf417};
use serde_json::Value;

use crate::support::{rgba, set_step, shared_data};

/// A synthetic card of AAMVA version 9.
const CARD: &str = concat!(
    "@\n\u{1e}\rANSI 636000090102DL00410250ZV02910010DLDAQT64235789\nDCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\n",
    "DADJOHN\nDDGN\nDCAD\nDCBK\nDCDPH\nDBD06062019\nDBB06061986\nDBA12102034\nDBC1\nDAU068 in\nDAYBRO\n",
    "DAG2300 WEST BROAD STREET\nDAIRICHMOND\nDAJVA\nDAK232690000  \nDCF2424244747474786102204\nDCGUSA\n",
    "DCK123456789\nDDAF\nDDB06062018\nDDC06062020\rZVZVA01\r",
);

fn luma(image: &RgbImage) -> LumaImage {
    Frame::rgba(&rgba(image), image.width(), image.height()).expect("a frame").to_luma()
}

#[test]
fn reads_symbols_of_every_size_and_orientation() {
    let reader = Pdf417Reader::new();
    for (length, columns, level) in [(1, 1, 2), (6, 2, 2), (40, 3, 3), (250, 8, 4), (500, 13, 5), (900, 20, 5)] {
        let data: Vec<u8> = (0..length).map(|i| (i * 89 + 7) as u8).collect();
        for (module, row) in [(2, 6), (3, 9), (4, 8)] {
            let drawn = pdf417::render(&data, columns, level, module, row);
            let turned = image::imageops::rotate90(&drawn);
            let over = image::imageops::rotate180(&drawn);
            let back = image::imageops::rotate270(&drawn);
            for (turn, image) in [(0, &drawn), (90, &turned), (180, &over), (270, &back)] {
                let read = reader.read(&luma(image));
                let what = format!("{length} bytes, {columns} columns, module {module} px, turned {turn}°");
                let read = read.unwrap_or_else(|| panic!("{what}: nothing"));
                assert_eq!(read.message.bytes, data, "{what}");
                assert_eq!((read.corrected, read.size.1), (0, columns), "{what}");
            }
        }
    }
}

#[test]
fn reads_card_in_camera_scenes() {
    let reader = Pdf417Reader::new();
    // The back of a card, 1012 px wide: the barcode takes most of its width.
    let symbol = pdf417::render(CARD.as_bytes(), 14, 4, 3, 7);
    let mut back = RgbImage::from_pixel(1012, 638, image::Rgb([226, 230, 235]));
    image::imageops::overlay(&mut back, &symbol, (1012 - i64::from(symbol.width())) / 2, 60);
    let (mut read, mut all) = (0, 0);
    for rotation_deg in [0.0, 7.0, -18.0, 90.0, 172.0, -83.0] {
        for (tilt, sigma) in [(0.0, 0.0), (0.08, 0.6)] {
            let width_share =
                if f32::abs(rotation_deg).clamp(60.0, 120.0) == f32::abs(rotation_deg) { 0.5 } else { 0.9 };
            let pose = Pose { width_share, rotation_deg, tilt, ..Pose::default() };
            let mut scene = with_document((1920, 1080), &back, &pose);
            let mut rng = Rng::new(5, all);
            if sigma > 0.0 {
                degrade::defocus(&mut scene, sigma);
            }
            degrade::sensor_noise(&mut rng, &mut scene, 1.0, 3.0, false);
            all += 1;
            match reader.read(&luma(&scene)) {
                Some(barcode) if barcode.message.bytes == CARD.as_bytes() => {
                    let card = aamva::parse(&barcode.message.text()).expect("a card");
                    assert_eq!(card.document_number.as_deref(), Some("T64235789"));
                    read += 1;
                }
                Some(barcode) => panic!("{rotation_deg}° {tilt}: read wrong: {:?}", barcode.message.text()),
                None => eprintln!("{rotation_deg}° tilt {tilt} blur {sigma}: not read"),
            }
        }
    }
    eprintln!("{read} of {all} read");
    assert!(read >= 12, "{read} of {all}");
}

#[test]
fn corrects_damaged_symbol_and_rejects_destroyed_one() {
    let reader = Pdf417Reader::new();
    let mut drawn = pdf417::render(CARD.as_bytes(), 14, 4, 3, 9);
    let (width, height) = drawn.dimensions();
    let scratch = |image: &mut RgbImage, share: f32| {
        let thick = (height as f32 * share) as u32;
        for x in width / 5..width * 4 / 5 {
            for y in 0..thick {
                image.put_pixel(x, (height / 3 + y + x / 40).min(height - 1), image::Rgb([30; 3]));
            }
        }
    };
    scratch(&mut drawn, 0.04);
    let read = reader.read(&luma(&drawn)).expect("it is corrected");
    assert_eq!(read.message.bytes, CARD.as_bytes());
    assert!(read.corrected > 0);
    scratch(&mut drawn, 0.5);
    assert_eq!(reader.read(&luma(&drawn)), None);
}

/// Step of the sample through the set; four classes of difficulty alternate.
const CLASS_STEP: usize = 3;

/// Minimum of symbols read per class of difficulty, of the full set of 30 each and of the sample of 10 each.
const FLOORS: [usize; 4] = [30, 30, 8, 15];
const SAMPLE_FLOORS: [usize; 4] = [10, 10, 3, 4];

/// Floors per class of difficulty, and no misread. `cargo xtask bench barcodes` compares with a peer.
#[test]
fn reads_licence_backs_in_every_difficulty_class() {
    let reader = Pdf417Reader::new();
    let mut read = [(0, 0); 4];
    let step = set_step(CLASS_STEP);
    for index in (0..barcode_set::IMAGES).step_by(step) {
        let sample = barcode_set::sample(index);
        let class = Difficulty::ALL.iter().position(|d| *d == sample.difficulty).unwrap();
        read[class].1 += 1;
        if let Some(barcode) = reader.read(&luma(&sample.image)) {
            assert_eq!(barcode.message.text(), sample.text, "image {index} is read wrong");
            read[class].0 += 1;
        }
    }
    for (difficulty, (right, all)) in Difficulty::ALL.iter().zip(read) {
        eprintln!("{:>8}: {right} of {all}", difficulty.name());
    }
    let floors = if step == 1 { FLOORS } else { SAMPLE_FLOORS };
    assert!(read.iter().zip(floors).all(|(r, floor)| r.0 >= floor), "{read:?}");
}

#[test]
fn rejects_images_without_a_symbol() {
    let reader = Pdf417Reader::new();
    for index in (0..negatives::NEGATIVES).step_by(19) {
        assert_eq!(reader.read(&luma(&negatives::negative(index))), None, "image {index}");
    }
}

#[test]
fn reads_shared_symbols() {
    let Some(folder) = shared_data("pdf417") else { return };
    let labels = std::fs::read_to_string(folder.join("labels.json")).expect("the labels are readable");
    let labels: Vec<Value> = serde_json::from_str(&labels).expect("labels");
    assert!(!labels.is_empty());
    let reader = Pdf417Reader::new();
    let mut failures = Vec::new();
    for label in &labels {
        let file = label["file"].as_str().expect("a file");
        let image = decode(&std::fs::read(folder.join(file)).expect("the file")).expect("an image");
        let start = std::time::Instant::now();
        let read = reader.read(&image.frame().expect("a frame").to_luma());
        let ms = start.elapsed().as_millis();
        let exact = read.as_ref().map(|b| b.message.text()).as_deref() == label["text"].as_str();
        let details =
            read.map(|b| format!("{} × {}, {} of {} corrected", b.size.0, b.size.1, b.corrected, b.correction));
        eprintln!("{file} {}×{}: {exact} {details:?} ({ms} ms)", image.width, image.height);
        if !exact {
            failures.push(file);
        }
    }
    assert!(failures.is_empty(), "not read: {failures:?}");
}
