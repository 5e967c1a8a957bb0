//! What is held before the camera: data pages, cards, and what is none of both.

use image::{Rgb, RgbImage, imageops};

use crate::backgrounds::sentence;
use crate::canvas::{Canvas, Face, blend};
use crate::document::{self, PX_PER_MM};
use crate::person::{Person, Portrait};
use crate::rng::Rng;

/// Something that is held before the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Nothing: an empty table.
    Nothing,
    /// A passport's data page.
    Passport,
    /// A passport open at its data page: the other page above it.
    Booklet,
    /// A closed passport.
    Cover,
    /// The front of an identity card.
    CardFront,
    /// The front of an identity card with a second, smaller portrait.
    CardFrontTwoPortraits,
    /// The back of an identity card, with its MRZ.
    CardBack,
    /// The front of a driving licence.
    LicenceFront,
    /// The back of a driving licence, with its barcode.
    LicenceBack,
    /// A bank card.
    BankCard,
    /// A page of text of a passport's size.
    TextPage,
    /// A sheet with two portraits and nothing else.
    TwoPortraits,
    /// A passport's data page whose MRZ is covered.
    CoveredMrz,
}

/// A flat sheet.
pub(super) struct Sheet {
    pub(super) image: RgbImage,
    /// Width and height, millimetres.
    pub(super) size_mm: (f32, f32),
    pub(super) corner_mm: f32,
}

/// Draws a subject; `None` for [`Subject::Nothing`].
pub(super) fn draw(subject: Subject, seed: u64) -> Option<Sheet> {
    let mut rng = Rng::new(0x5EED_57E4, seed);
    let rng = &mut rng;
    let mut person = Person::invented(seed, false);
    person.portrait = match seed % 3 {
        0 => Portrait::Astronaut,
        1 => Portrait::Officer,
        _ => Portrait::Head(seed),
    };
    let card = |image| Some(whole(image, document::CARD_MM, 3.18));
    let page = |image| Some(whole(image, document::PASSPORT_MM, 3.18));
    match subject {
        Subject::Nothing => None,
        Subject::Passport => page(document::passport(&person)),
        Subject::Booklet => Some(booklet(rng, &document::passport(&person))),
        Subject::Cover => Some(whole(cover(rng), (88.0, 125.0), 3.18)),
        Subject::CardFront => card(document::card_front(&person)),
        Subject::CardFrontTwoPortraits => card(second_portrait(document::card_front(&person))),
        Subject::CardBack => card(document::card_back(&person)),
        Subject::LicenceFront => card(document::licence_front(&person)),
        Subject::LicenceBack => card(document::licence_back(&person)),
        Subject::BankCard => card(bank_card(rng)),
        Subject::TextPage => Some(whole(text_page(rng, document::PASSPORT_MM), document::PASSPORT_MM, 0.0)),
        Subject::TwoPortraits => page(two_portraits(&person)),
        Subject::CoveredMrz => {
            let mut image = document::passport(&person);
            let (w, h) = image.dimensions();
            let mm = |mm: f32| (mm * PX_PER_MM) as u32;
            let covered =
                |x: u32, y: u32| (mm(2.5)..w - mm(2.5)).contains(&x) && (h - mm(26.0)..h - mm(3.0)).contains(&y);
            for (x, y, p) in image.enumerate_pixels_mut().filter(|(x, y, _)| covered(*x, *y)) {
                let fold = 0.94 + 0.06 * ((x as f32 / w as f32 * 9.0).sin() + (y as f32 / h as f32 * 31.0).cos()) / 2.0;
                *p = Rgb([88.0, 104.0, 92.0].map(|c: f32| (c * fold) as u8));
            }
            page(image)
        }
    }
}

fn whole(image: RgbImage, size_mm: (f32, f32), corner_mm: f32) -> Sheet {
    Sheet { image, size_mm, corner_mm }
}

/// The data page below, a page of text above, the shaded fold between them.
fn booklet(rng: &mut Rng, data: &RgbImage) -> Sheet {
    let (w, h) = document::PASSPORT_MM;
    let mut other = Canvas::new(w, h, PX_PER_MM, Rgb([232, 232, 226]));
    let mut y = 12.0;
    while y < h - 10.0 {
        let length = 30 + rng.below(24);
        other.text(Face::Sans, &sentence(rng, length), 9.0, y, 1.6, Rgb([70, 74, 96]));
        y += 4.6;
    }
    let mut image = RgbImage::new(data.width(), 2 * data.height());
    imageops::replace(&mut image, &other.image, 0, 0);
    imageops::replace(&mut image, data, 0, i64::from(data.height()));
    let fold = data.height() as f32;
    for (_, y, p) in image.enumerate_pixels_mut() {
        let away = (y as f32 - fold).abs() / (5.0 * PX_PER_MM);
        if away < 1.0 {
            blend(p, Rgb([40, 38, 36]), 0.5 * (1.0 - away).powi(2));
        }
    }
    Sheet { image, size_mm: (w, 2.0 * h), corner_mm: 3.18 }
}

fn cover(rng: &mut Rng) -> RgbImage {
    let colour = rng.pick(&[[24, 40, 84], [104, 26, 34], [22, 70, 52], [30, 30, 34]]);
    let mut c = Canvas::new(88.0, 125.0, PX_PER_MM, Rgb(colour));
    let gold = Rgb([196, 164, 92]);
    c.text(Face::Bold, "UTOPIA", 27.0, 24.0, 5.0, gold);
    c.text(Face::Bold, "PASSPORT", 24.0, 104.0, 4.2, gold);
    c.shade(|x, y, p| {
        let r = ((x - 44.0).powi(2) + (y - 62.0).powi(2)).sqrt();
        let ring = (r - 17.0).abs() < 0.9 || (r - 11.0).abs() < 0.6 || (r < 11.0 && ((x + y) * 0.9).sin() > 0.75);
        if ring { gold } else { p }
    });
    c.image
}

fn bank_card(rng: &mut Rng) -> RgbImage {
    let (w, h) = document::CARD_MM;
    let colour = rng.pick(&[[30, 60, 120], [150, 40, 60], [40, 110, 90], [60, 60, 66], [210, 160, 50]]);
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb(colour));
    let tilt = rng.range(0.3, 1.2);
    c.shade(|x, y, mut p| {
        blend(&mut p, Rgb([255, 255, 255]), 0.12 * (0.5 + 0.5 * ((x + tilt * y) * 0.08).sin()));
        p
    });
    c.rect(9.0, 19.0, 11.0, 8.6, Rgb([206, 184, 110]), 1.0);
    c.rect(9.0, 23.0, 11.0, 0.5, Rgb([120, 100, 50]), 1.0);
    c.rect(14.2, 19.0, 0.5, 8.6, Rgb([120, 100, 50]), 1.0);
    let ink = Rgb([236, 238, 242]);
    c.text(Face::Bold, "BANK OF UTOPIA", 9.0, 10.0, 3.0, ink);
    let number: Vec<String> = (0..4).map(|_| format!("{:04}", rng.below(10_000))).collect();
    c.text(Face::OcrB, &number.join(" "), 9.0, 36.0, 3.4, ink);
    c.text(Face::OcrB, "GOOD THRU 08/31", 30.0, 42.0, 1.6, ink);
    c.text(Face::OcrB, "ANNA ERIKSSON", 9.0, 48.5, 2.4, ink);
    c.image
}

fn text_page(rng: &mut Rng, (w, h): (f32, f32)) -> RgbImage {
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([244, 244, 240]));
    let mut y = 10.0;
    while y < h - 7.0 {
        let length = 44 + rng.below(16);
        c.text(Face::Sans, &sentence(rng, length), 9.0, y, 1.9, Rgb([30, 30, 34]));
        y += 4.4;
    }
    c.image
}

/// A photo's upper middle, as for a document.
fn photo(portrait: Portrait) -> RgbImage {
    let image = document::portrait_of(portrait);
    let (x, y, w, h) = match portrait {
        Portrait::Astronaut => (126, 6, 200, 257),
        Portrait::Officer => (110, 8, 310, 398),
        Portrait::Head(_) => (190, 50, 420, 540),
    };
    imageops::crop_imm(&image, x, y, w, h).to_image()
}

fn two_portraits(person: &Person) -> RgbImage {
    let (w, h) = document::PASSPORT_MM;
    let mut c = Canvas::new(w, h, PX_PER_MM, Rgb([226, 228, 232]));
    c.draw_image(&photo(person.portrait), 12.0, 18.0, 40.0, 51.0);
    c.draw_image(&photo(Portrait::Astronaut), 72.0, 18.0, 40.0, 51.0);
    c.image
}

fn second_portrait(mut card: RgbImage) -> RgbImage {
    let px = |mm: f32| (mm * PX_PER_MM) as u32;
    let face = imageops::crop_imm(&card, px(4.0), px(12.0), px(25.0), px(32.1)).to_image();
    let small = imageops::resize(&face, px(11.0), px(14.1), imageops::FilterType::Triangle);
    for (x, y, p) in small.enumerate_pixels() {
        blend(card.get_pixel_mut(px(71.0) + x, px(34.0) + y), *p, 0.6);
    }
    card
}
