//! Specimen documents: layout after Doc 9303 parts 3, 4 and 5, design of our own.

use image::{Rgb, RgbImage};

use crate::canvas::{Canvas, Face, blend};
use crate::head::{Background, HeadScene, render, stream};
use crate::mrz_lines;
use crate::person::{Person, Portrait};

/// ID-3, Doc 9303-4 section 2.
pub const PASSPORT_MM: (f32, f32) = (125.0, 88.0);

/// ID-1, ISO/IEC 7810.
pub const CARD_MM: (f32, f32) = (85.6, 53.98);

/// Resolution of the drawn images, pixels per millimetre (406 dpi).
pub const PX_PER_MM: f32 = 16.0;

const INK: Rgb<u8> = Rgb([28, 32, 44]);
const LABEL: Rgb<u8> = Rgb([84, 96, 128]);
const PITCH_MM: f32 = 2.54;
/// OCR-B size I (ISO 1073-2): capitals of 2.4 mm.
const OCR_CAP_MM: f32 = 2.4;

/// Size of a rendered portrait, pixels.
const HEAD_SIZE: (u32, u32) = (800, 640);

/// What a document is printed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Fine lines over two tints.
    Guilloche,
    /// The tints alone: small files.
    Plain,
}

/// Returns the documents of a person on plain ground, by name: passport, and front and back of card and licence.
pub(crate) fn plain(p: &Person) -> [(&'static str, RgbImage); 5] {
    [
        ("passport", passport_on(p, Ground::Plain)),
        ("card_front", card_front_on(p, Ground::Plain)),
        ("card_back", card_back_on(p, Ground::Plain)),
        ("licence_front", licence_front_on(p, Ground::Plain)),
        ("licence_back", licence_back_on(&licence_text(p), Ground::Plain)),
    ]
}

/// Returns the astronaut's photo: upper body, landscape.
pub fn portrait() -> RgbImage {
    portrait_of(Portrait::Astronaut)
}

/// Returns a portrait photo: upper body, landscape.
pub fn portrait_of(portrait: Portrait) -> RgbImage {
    let file: &[u8] = match portrait {
        Portrait::Astronaut => include_bytes!("../assets/portrait.jpg"),
        Portrait::Officer => include_bytes!("../assets/portrait-2.jpg"),
        Portrait::Head(seed) => return head(seed),
    };
    image::load_from_memory(file).expect("the bundled portraits are valid: PROVENANCE.md lists their hashes").to_rgb8()
}

/// Renders the head of a seed as for a document: frontal, evenly lit, on a light background.
fn head(seed: u64) -> RgbImage {
    let scene = HeadScene {
        position: [0.5, 0.5],
        size: 0.36,
        noise: 1.0,
        exposure: 0.0,
        lights: HeadScene::default().lights,
        background: Background::Plain([206, 212, 218]),
        ..stream::person(seed)
    };
    let (width, height) = HEAD_SIZE;
    let rgba = render(&scene, width, height).rgba;
    RgbImage::from_fn(width, height, |x, y| {
        let at = (y * width + x) as usize * 4;
        Rgb([rgba[at], rgba[at + 1], rgba[at + 2]])
    })
}

/// Draws a TD3 passport data page.
pub fn passport(p: &Person) -> RgbImage {
    passport_on(p, Ground::Guilloche)
}

fn passport_on(p: &Person, ground: Ground) -> RgbImage {
    let (w, h) = PASSPORT_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([236, 238, 244]));
    paint_ground(&mut c, ground, Rgb([120, 150, 196]), Rgb([206, 160, 170]), 0.0);
    c.rect(0.0, h - 23.2, w, 23.2, Rgb([246, 246, 248]), 0.78);
    c.text(Face::Bold, "UTOPIA", 8.0, 8.4, 3.2, Rgb([36, 62, 120]));
    c.text(Face::Sans, "PASSPORT  /  PASSEPORT", 40.0, 8.2, 2.2, Rgb([36, 62, 120]));
    specimen_word(&mut c, 66.0, 36.0);
    c.draw_image(&id_photo(p.portrait), 7.0, 15.0, 35.0, 45.0);
    let rows: [(&str, String, f32, f32); 10] = [
        ("Type", "P".into(), 47.0, 15.0),
        ("Code of issuing State", "UTO".into(), 61.0, 15.0),
        ("Passport No.", p.document_number.clone(), 92.0, 15.0),
        ("Surname", p.surname.clone(), 47.0, 23.6),
        ("Given names", p.given_names.clone(), 47.0, 32.2),
        ("Nationality", "UTOPIAN".into(), 47.0, 40.8),
        ("Date of birth", p.birth.printed(), 47.0, 49.4),
        ("Sex", p.sex.to_string(), 80.0, 49.4),
        ("Date of issue", p.issued.printed(), 47.0, 58.0),
        ("Date of expiry", p.expiry.printed(), 80.0, 58.0),
    ];
    for (label, value, x, y) in rows {
        labelled(&mut c, label, &value, x, y);
    }
    // Doc 9303-4 section 4.2.1.2: lines 1 and 2 centred 15.7 and 9.4 mm above the lower edge; the first character
    // begins 6 mm from the left edge.
    for (line, centre) in mrz_lines::td3(p).iter().zip([15.7, 9.4]) {
        c.monospaced(line, 6.0, h - centre + OCR_CAP_MM / 2.0, OCR_CAP_MM, PITCH_MM, INK);
    }
    c.image
}

/// Draws the front of a TD1 identity card: portrait and data, no MRZ.
pub fn card_front(p: &Person) -> RgbImage {
    card_front_on(p, Ground::Guilloche)
}

fn card_front_on(p: &Person, ground: Ground) -> RgbImage {
    let (w, h) = CARD_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([238, 242, 236]));
    paint_ground(&mut c, ground, Rgb([130, 178, 150]), Rgb([208, 186, 140]), 1.7);
    c.rect(0.0, 0.0, w, 8.6, Rgb([40, 96, 84]), 0.92);
    c.text(Face::Bold, "UTOPIA", 4.0, 6.0, 2.7, Rgb([244, 248, 244]));
    c.text(Face::Sans, "IDENTITY CARD", 54.0, 5.8, 2.0, Rgb([244, 248, 244]));
    specimen_word(&mut c, 31.0, 44.0);
    c.draw_image(&id_photo(p.portrait), 4.0, 12.0, 25.0, 32.1);
    let rows: [(&str, String, f32, f32); 7] = [
        ("Surname", p.surname.clone(), 33.0, 12.4),
        ("Given names", p.given_names.clone(), 33.0, 19.2),
        ("Nationality", p.nationality.clone(), 33.0, 26.0),
        ("Sex", p.sex.to_string(), 60.0, 26.0),
        ("Date of birth", p.birth.printed(), 33.0, 32.8),
        ("Date of expiry", p.expiry.printed(), 60.0, 32.8),
        ("Document No.", p.document_number.clone(), 33.0, 39.6),
    ];
    for (label, value, x, y) in rows {
        labelled(&mut c, label, &value, x, y);
    }
    c.image
}

/// Draws the back of a TD1 identity card with the MRZ.
pub fn card_back(p: &Person) -> RgbImage {
    card_back_on(p, Ground::Guilloche)
}

fn card_back_on(p: &Person, ground: Ground) -> RgbImage {
    let (w, h) = CARD_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([238, 242, 236]));
    paint_ground(&mut c, ground, Rgb([130, 178, 150]), Rgb([208, 186, 140]), 4.1);
    c.rect(0.0, h - 23.2, w, 23.2, Rgb([248, 249, 246]), 0.78);
    specimen_word(&mut c, 32.0, 18.0);
    labelled(&mut c, "Date of issue", &p.issued.printed(), 5.0, 5.0);
    labelled(&mut c, "Authority", "MINISTRY OF EXAMPLES", 5.0, 12.0);
    labelled(&mut c, "Place of birth", "ZENITH", 5.0, 19.0);
    // Three lines in the MRZ of 23.2 mm at the lower edge (Doc 9303-5 section 3).
    for (i, line) in mrz_lines::td1(p).iter().enumerate() {
        let centre = h - 5.8 - 5.4 * (2 - i) as f32;
        c.monospaced(line, 4.7, centre + OCR_CAP_MM / 2.0, OCR_CAP_MM, PITCH_MM, INK);
    }
    c.image
}

/// Returns the text of a licence's barcode: AAMVA version 10, of a synthetic holder. The issuer is that of the
/// standard's own example (annex D, Virginia), since readers know no synthetic issuers.
pub fn licence_text(p: &Person) -> String {
    licence_text_with(p, &[])
}

/// Returns [`licence_text`] with parts of its elements replaced, such as `("DCBNONE", "DCBB")`.
pub fn licence_text_with(p: &Person, changes: &[(&str, &str)]) -> String {
    let day = |d: crate::person::Day| format!("{:02}{:02}{:04}", d.month, d.day, d.year);
    let (given, middle) = p.given_names.split_once(' ').unwrap_or((&p.given_names, "NONE"));
    let sex = if p.sex == 'F' { 2 } else { 1 };
    let elements = [
        format!("DLDCAD\nDCBNONE\nDCDNONE\nDBA{}\nDCS{}\nDAC{given}\nDAD{middle}", day(p.expiry), p.surname),
        format!("DBD{}\nDBB{}\nDBC{sex}\nDAYBRO\nDAU064 in", day(p.issued), day(p.birth)),
        format!("DAG12 EXAMPLE STREET\nDAIRICHMOND\nDAJVA\nDAK232690000  \nDAQ{}", p.document_number),
        "DCF2424244747474786102204\nDCGUSA\nDDEN\nDDFN\nDDGN\nDDAF\nDDB06062018\nDDK1".to_owned(),
    ];
    let card = changes.iter().fold(elements.join("\n"), |card, (old, new)| card.replace(old, new)) + "\r";
    let head = "@\n\u{1e}\rANSI 636000100001DL";
    format!("{head}0031{:04}{card}", card.len())
}

/// Draws the front of a driving licence: portrait and data, nothing machine-readable.
pub fn licence_front(p: &Person) -> RgbImage {
    licence_front_on(p, Ground::Guilloche)
}

fn licence_front_on(p: &Person, ground: Ground) -> RgbImage {
    let (w, h) = CARD_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([240, 238, 246]));
    paint_ground(&mut c, ground, Rgb([150, 140, 200]), Rgb([200, 150, 170]), 2.9);
    c.rect(0.0, 0.0, w, 7.4, Rgb([70, 60, 120]), 0.9);
    c.text(Face::Bold, "DRIVER LICENSE", 34.0, 5.4, 2.5, Rgb([246, 244, 250]));
    specimen_word(&mut c, 31.0, 44.0);
    c.draw_image(&id_photo(p.portrait), 4.0, 10.0, 25.0, 32.1);
    let rows: [(&str, String, f32, f32); 6] = [
        ("4d Number", p.document_number.clone(), 33.0, 10.4),
        ("1 Family name", p.surname.clone(), 33.0, 17.2),
        ("2 Given names", p.given_names.clone(), 33.0, 24.0),
        ("3 Date of birth", p.birth.printed(), 33.0, 30.8),
        ("4b Expires", p.expiry.printed(), 60.0, 30.8),
        ("8 Address", "12 EXAMPLE STREET, RICHMOND VA 23269".into(), 33.0, 37.6),
    ];
    for (label, value, x, y) in rows {
        labelled(&mut c, label, &value, x, y);
    }
    c.image
}

/// Draws the back of a driving licence with its PDF417 barcode.
pub fn licence_back(p: &Person) -> RgbImage {
    licence_back_of(&licence_text(p))
}

/// Draws the back of a driving licence whose barcode contains `text`.
pub fn licence_back_of(text: &str) -> RgbImage {
    licence_back_on(text, Ground::Guilloche)
}

fn licence_back_on(text: &str, ground: Ground) -> RgbImage {
    let (w, h) = CARD_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([240, 238, 246]));
    paint_ground(&mut c, ground, Rgb([150, 140, 200]), Rgb([200, 150, 170]), 0.4);
    c.rect(0.0, 2.0, w, 8.0, Rgb([40, 36, 44]), 0.95);
    labelled(&mut c, "Class", "D", 5.0, 43.0);
    labelled(&mut c, "Restrictions", "NONE", 20.0, 43.0);
    labelled(&mut c, "Endorsements", "NONE", 45.0, 43.0);
    // Annex D, section D.4: the element is 0.17 to 0.38 mm wide, the symbol at most 75.565 mm.
    let symbol = crate::pdf417::render(text.as_bytes(), 13, 5, 4, 14);
    let wide = 74.0;
    let high = (wide * symbol.height() as f32 / symbol.width() as f32).min(27.0);
    c.draw_image(&symbol, (w - wide) / 2.0, 12.5, wide, high);
    c.image
}

fn id_photo(portrait: Portrait) -> RgbImage {
    // Head and shoulders, 35:45.
    let (x, y, width, height) = match portrait {
        Portrait::Astronaut => (126, 6, 200, 257),
        Portrait::Officer => (110, 8, 310, 398),
        Portrait::Head(_) => (HEAD_SIZE.0 / 2 - 210, 50, 420, 540),
    };
    image::imageops::crop_imm(&portrait_of(portrait), x, y, width, height).to_image()
}

fn labelled(c: &mut Canvas, label: &str, value: &str, x: f32, y: f32) {
    c.text(Face::Sans, label, x, y + 1.2, 1.1, LABEL);
    c.text(Face::Sans, value, x, y + 4.6, 1.9, INK);
}

fn specimen_word(c: &mut Canvas, x: f32, y: f32) {
    let mut word = Canvas::new(60.0, 9.0, PX_PER_MM, Rgb([255, 255, 255]));
    word.text(Face::Bold, "SPECIMEN", 1.0, 7.5, 6.0, Rgb([0, 0, 0]));
    let (ox, oy) = ((x * PX_PER_MM) as u32, (y * PX_PER_MM) as u32);
    for (px, py, p) in word.image.enumerate_pixels() {
        if ox + px < c.image.width() && oy + py < c.image.height() {
            let cover = 1.0 - f32::from(p.0[0]) / 255.0;
            blend(c.image.get_pixel_mut(ox + px, oy + py), Rgb([190, 60, 70]), cover * 0.16);
        }
    }
}

/// Two families of fine wavy lines over a soft gradient.
fn paint_ground(c: &mut Canvas, ground: Ground, a: Rgb<u8>, b: Rgb<u8>, phase: f32) {
    c.shade(|x, y, mut p| {
        blend(&mut p, a, 0.10 + 0.10 * (0.5 + 0.5 * (x * 0.05 + y * 0.03 + phase).sin()));
        blend(&mut p, b, 0.10 * (0.5 + 0.5 * (x * 0.03 - y * 0.06 + phase * 2.0).sin()));
        if ground == Ground::Plain {
            return p;
        }
        let line = |v: f32| (1.0 - (v.rem_euclid(1.0) - 0.5).abs() * 2.0).powi(6);
        let first = (y + 2.2 * (x * 0.16 + phase).sin() + 1.1 * (x * 0.41).sin()) / 1.25;
        let second = (y * 0.9 - 2.8 * (x * 0.12 + 1.3 + phase).sin() + x * 0.12) / 1.6;
        blend(&mut p, a, 0.30 * line(first));
        blend(&mut p, b, 0.26 * line(second));
        p
    });
}
