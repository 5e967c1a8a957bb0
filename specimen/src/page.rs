//! Document pages as flat images, in every MRZ format, with a design of our own around the MRZ.

use image::{Rgb, RgbImage};

use crate::canvas::{Canvas, Face, blend};
use crate::document::portrait;
use crate::mrz_lines::MrzFormat;
use crate::rng::{Rng, hash2, smooth, wave};
use crate::synthetic_holders::SyntheticHolder;

/// Print quality of the MRZ.
#[derive(Debug, Clone, PartialEq)]
pub struct Print {
    /// Typeface, and the horizontal scale of its characters.
    pub face: (Face, f32),
    /// Change of stroke thickness, millimetres, −0.08 to 0.12.
    pub bolder_mm: f32,
    /// Ink density, 0–1.
    pub density: f32,
    /// Share of ink missing at the weaker end of the MRZ, 0–1 (thermal fading).
    pub fading: f32,
    /// Strength of missing specks, 0–1.
    pub specks: f32,
    /// Strength of print-head banding, 0–1.
    pub bands: f32,
    /// Ink colour.
    pub ink: Rgb<u8>,
}

impl Default for Print {
    fn default() -> Self {
        Self {
            face: (Face::OcrB, 1.0),
            bolder_mm: 0.0,
            density: 0.96,
            fading: 0.0,
            specks: 0.0,
            bands: 0.0,
            ink: Rgb([26, 26, 32]),
        }
    }
}

/// Background of the MRZ and its surroundings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ground {
    /// Strength of the guilloche under the MRZ, 0–1; 0.2 is usual.
    pub guilloche: f32,
    /// Strength of a photo under the MRZ, 0–1.
    pub photo: f32,
    /// Lines of text close above and below the MRZ.
    pub texts: bool,
    /// Strength of a perforated or embossed number, 0–1; 0 for none.
    pub holes: f32,
}

/// A flat page.
pub struct Page {
    /// The pixels.
    pub image: RgbImage,
    /// Pixels per millimetre.
    pub px_per_mm: f32,
    /// Width and height, millimetres.
    pub size_mm: (f32, f32),
    /// Left, top, right and bottom of the lines of the MRZ, millimetres.
    pub mrz_mm: [f32; 4],
    /// Radius of the corners, millimetres.
    pub corner_mm: f32,
}

/// Position of the MRZ on its page, after Doc 9303 parts 3 to 7.
struct Layout {
    size: (f32, f32),
    left: f32,
    baselines: Vec<f32>,
}

const PAPERS: [[u8; 3]; 5] = [[238, 240, 246], [240, 244, 238], [246, 240, 236], [236, 242, 244], [248, 248, 244]];

const PITCH_MM: f32 = 2.54;
const CAP_MM: f32 = 2.4;

fn layout(format: MrzFormat) -> Layout {
    let from_bottom = |size: (f32, f32), left: f32, centres: &[f32]| Layout {
        size,
        left,
        baselines: centres.iter().map(|c| size.1 - c + CAP_MM / 2.0).collect(),
    };
    match format {
        MrzFormat::Td3 => from_bottom((125.0, 88.0), 6.0, &[15.7, 9.4]),
        MrzFormat::Td2 | MrzFormat::FrenchId | MrzFormat::MrvB => from_bottom((105.0, 74.0), 6.0, &[15.7, 9.4]),
        MrzFormat::MrvA => from_bottom((120.0, 80.0), 4.0, &[15.7, 9.4]),
        MrzFormat::Td1 | MrzFormat::SwissDl => from_bottom((85.6, 53.98), 4.7, &[16.6, 11.2, 5.8]),
        MrzFormat::FrenchDl => from_bottom((85.6, 53.98), 4.7, &[5.8]),
    }
}

/// Returns the size of a page with this MRZ format, millimetres.
pub fn size_mm(format: MrzFormat) -> (f32, f32) {
    layout(format).size
}

/// Returns left, top, right and bottom of the MRZ lines on their page, millimetres.
pub fn mrz_mm(format: MrzFormat, lines: &[String]) -> [f32; 4] {
    let layout = layout(format);
    let longest = lines.iter().map(String::len).max().unwrap_or(0) as f32;
    let (first, last) = (layout.baselines[0], layout.baselines[layout.baselines.len() - 1]);
    [layout.left, first - CAP_MM, layout.left + longest * PITCH_MM, last]
}

/// Draws the page of a document that carries the MRZ.
pub fn draw(
    rng: &mut Rng,
    format: MrzFormat,
    holder: &SyntheticHolder,
    print: &Print,
    ground: &Ground,
    px_per_mm: f32,
) -> Page {
    let layout = layout(format);
    let mrz_mm = mrz_mm(format, &holder.lines);
    let paper = rng.pick(&PAPERS);
    let (w, h) = layout.size;
    let mut c = Canvas::new(w, h, px_per_mm, Rgb(paper));
    draw_guilloche(rng, &mut c, mrz_mm[1] - 3.0, ground.guilloche);
    if ground.photo > 0.0 {
        draw_photo_under_mrz(rng, &mut c, mrz_mm, ground.photo);
    }
    draw_viz(rng, &mut c, format, holder, mrz_mm[1] - if ground.texts { 12.0 } else { 3.6 });
    if ground.texts {
        draw_text_around_mrz(rng, &mut c, mrz_mm);
    }
    draw_mrz(rng, &mut c, &layout, &holder.lines, print);
    if ground.holes > 0.0 {
        draw_perforation(rng, &mut c, mrz_mm, ground.holes);
    }
    let corner_mm = if w < 90.0 { 3.18 } else { rng.pick(&[0.0, 3.0]) };
    Page { image: c.image, px_per_mm, size_mm: layout.size, mrz_mm, corner_mm }
}

/// Draws the side of a document without an MRZ. Its `mrz_mm` is the page.
pub fn draw_front(rng: &mut Rng, format: MrzFormat, holder: &SyntheticHolder, px_per_mm: f32) -> Page {
    let (w, h) = size_mm(format);
    let mut c = Canvas::new(w, h, px_per_mm, Rgb(rng.pick(&PAPERS)));
    let strength = rng.range(0.1, 0.3);
    draw_guilloche(rng, &mut c, 0.0, strength);
    draw_viz(rng, &mut c, format, holder, h - 2.0);
    Page { image: c.image, px_per_mm, size_mm: (w, h), mrz_mm: [0.0, 0.0, w, h], corner_mm: 3.18 }
}

/// Two families of fine wavy lines over soft gradients of two colours; weaker from `mrz_top` down.
fn draw_guilloche(rng: &mut Rng, c: &mut Canvas, mrz_top: f32, in_mrz: f32) {
    let hues = [[96, 140, 196], [206, 140, 150], [110, 170, 130], [200, 170, 100], [150, 120, 190], [90, 170, 180]];
    let (a, b) = (rng.pick(&hues).map(|v| v as f32), rng.pick(&hues).map(|v| v as f32));
    let phase = rng.range(0.0, 6.0);
    let (pitch_1, pitch_2) = (rng.range(0.9, 1.8), rng.range(1.1, 2.4));
    let (swing_1, swing_2) = (rng.range(0.6, 3.0), rng.range(0.6, 3.4));
    let bend = rng.range(0.08, 0.26);
    let rosette = (rng.range(20.0, 90.0), rng.range(10.0, 60.0), rng.range(8.0, 20.0));
    let fold = |v: f32| {
        let ridge = 1.0 - ((v - v.floor()) - 0.5).abs() * 2.0;
        ridge * ridge * ridge
    };
    c.shade(|x, y, p| {
        let strength = if y < mrz_top { 0.24 } else { in_mrz };
        let tint = 0.08 + 0.10 * wave(x * 0.05 + y * 0.03 + phase).max(-0.6);
        let bow = wave(x * bend + phase);
        let first = fold((y + swing_1 * bow + 0.8 * wave(x * 0.41)) / pitch_1);
        let second = fold((y * 0.9 - swing_2 * wave(x * bend * 0.7 + 1.3 + phase) + x * 0.12) / pitch_2);
        let (dx, dy) = (x - rosette.0, y - rosette.1);
        let away = (dx * dx + dy * dy).sqrt();
        let third = if away < rosette.2 { fold(away / 1.3 + 0.6 * wave(bow * 3.0 + away)) } else { 0.0 };
        let to_a = (tint + strength * (first * 1.2 + third)).min(0.85);
        let to_b = (tint * 0.7 + strength * second).min(0.8);
        let mut out = [0; 3];
        for i in 0..3 {
            let v = f32::from(p.0[i]);
            let v = v + (a[i] - v) * to_a;
            out[i] = (v + (b[i] - v) * to_b) as u8;
        }
        Rgb(out)
    });
}

/// Draws a photo under the MRZ, like the ghost portraits and landscapes of some states.
fn draw_photo_under_mrz(rng: &mut Rng, c: &mut Canvas, mrz: [f32; 4], strength: f32) {
    let scale = c.px_per_mm();
    let image = portrait();
    let (left, top) = (rng.range(-10.0, 20.0), mrz[1] - rng.range(3.0, 14.0));
    let across = rng.range(70.0, 120.0) * scale;
    let step = image.width() as f32 / across;
    let mono = rng.chance(0.6);
    let tint = rng.pick(&[[120.0, 90.0, 70.0], [70.0, 100.0, 120.0], [90.0, 90.0, 90.0]]);
    for (x, y, p) in c.image.enumerate_pixels_mut() {
        let (u, v) = ((x as f32 - left * scale) * step, (y as f32 - top * scale) * step);
        if u < 0.0 || v < 0.0 || u >= image.width() as f32 || v >= image.height() as f32 {
            continue;
        }
        let q = image.get_pixel(u as u32, v as u32).0.map(f32::from);
        let luma = (q[0] * 0.3 + q[1] * 0.59 + q[2] * 0.11) / 255.0;
        for i in 0..3 {
            let over = if mono { tint[i] + (255.0 - tint[i]) * luma } else { 70.0 + 185.0 * q[i] / 255.0 };
            let at = f32::from(p.0[i]);
            p.0[i] = (at + (over - at) * strength) as u8;
        }
    }
}

const COUNTRY: [&str; 6] =
    ["UTOPIA", "REPUBLIC OF EXAMPLES", "FREE STATE OF ZENITH", "UNION OF SAMPLES", "ARCADIA", "ERUSIA"];

/// Title, portrait and labelled data above the MRZ.
fn draw_viz(rng: &mut Rng, c: &mut Canvas, format: MrzFormat, holder: &SyntheticHolder, bottom: f32) {
    let ink = Rgb([34, 38, 52]);
    let title = rng.pick(&[Rgb([36, 62, 120]), Rgb([120, 36, 40]), Rgb([30, 90, 70]), Rgb([40, 40, 40])]);
    let width = layout(format).size.0;
    if rng.chance(0.4) {
        c.rect(0.0, 0.0, width, 8.4, title, 0.9);
        c.text(Face::Bold, rng.pick(&COUNTRY), 4.0, 5.8, 2.2, Rgb([246, 246, 246]));
    } else {
        c.text(Face::Bold, rng.pick(&COUNTRY), 5.0, 6.4, 2.2, title);
    }
    let kind = match format {
        MrzFormat::Td3 => "PASSPORT / PASSEPORT",
        MrzFormat::MrvA | MrzFormat::MrvB => "VISA",
        MrzFormat::SwissDl | MrzFormat::FrenchDl => "DRIVING LICENCE",
        MrzFormat::Td1 | MrzFormat::Td2 | MrzFormat::FrenchId => "IDENTITY CARD",
    };
    c.text(Face::Sans, kind, width * 0.6, 6.2, 1.7, if rng.chance(0.5) { title } else { ink });
    let tall = bottom - 12.0;
    let photo = tall > 30.0 && rng.chance(0.85) || rng.chance(0.3);
    let mut x = 5.0;
    if photo {
        let (pw, ph) = (tall.min(45.0) * 0.78, tall.min(45.0));
        let face = image::imageops::crop_imm(&portrait(), 126, 6, 200, 257).to_image();
        c.draw_image(&face, 5.0, 11.0, pw, ph);
        x = pw + 9.0;
    }
    let p = &holder.person;
    let rows = [
        ("Surname / Nom", p.surname.clone()),
        ("Given names / Prenoms", p.given_names.clone()),
        ("Nationality", p.nationality.clone()),
        ("Date of birth", p.birth.printed()),
        ("Document No.", p.document_number.clone()),
        ("Date of issue", p.issued.printed()),
        ("Date of expiry", p.expiry.printed()),
        ("Authority", "MINISTRY OF EXAMPLES".to_owned()),
    ];
    let step = rng.range(5.6, 7.4);
    let mut y = 11.0;
    let mut column = 0.0;
    for (label, value) in rows {
        if y + 5.0 > bottom {
            (y, column) = (11.0, column + (width - x) / 2.0);
            if column + 12.0 > width - x {
                break;
            }
        }
        c.text(Face::Sans, label, x + column, y + 1.2, 1.0, Rgb([90, 100, 126]));
        let value: String = value.chars().take(((width - x) / 3.6) as usize).collect();
        c.text(Face::Sans, &value, x + column, y + 4.2, rng.range(1.6, 1.9), ink);
        y += step;
    }
}

/// Draws text as close to the MRZ as on real cards.
fn draw_text_around_mrz(rng: &mut Rng, c: &mut Canvas, mrz: [f32; 4]) {
    let ink = Rgb([40, 42, 50]);
    const SENTENCES: [&str; 6] = [
        "THIS DOCUMENT REMAINS THE PROPERTY OF THE ISSUING STATE",
        "If found, please return to the nearest authority of Utopia",
        "REMARKS: 12345 / 67890   SIGNATURE OF BEARER",
        "NOT VALID WITHOUT SIGNATURE   CLASS B  C1  D1",
        "Place of birth ZENITH   Height 172 cm   Eyes GREEN",
        "FEE PAID  0042 7731 9920   OFFICE 17   ROOM 3",
    ];
    let mut above = mrz[1] - rng.range(1.3, 2.6);
    for _ in 0..3 {
        let cap = rng.range(1.2, 2.2);
        let face = rng.pick(&[Face::Sans, Face::Bold, Face::OcrB]);
        c.text(face, rng.pick(&SENTENCES), mrz[0] + rng.range(0.0, 8.0), above, cap, ink);
        above -= cap + rng.range(0.7, 1.6);
    }
    let below = mrz[3] + rng.range(3.4, 4.4);
    c.text(Face::Sans, rng.pick(&SENTENCES), mrz[0] + rng.range(0.0, 20.0), below, rng.range(1.2, 1.9), ink);
}

/// Draws the MRZ lines as ink on white, applies the print faults and blends the result over the page.
fn draw_mrz(rng: &mut Rng, c: &mut Canvas, layout: &Layout, lines: &[String], print: &Print) {
    let scale = c.px_per_mm();
    let top = layout.baselines[0] - CAP_MM - 1.0;
    let tall = layout.baselines[layout.baselines.len() - 1] + 1.0 - top;
    let mut ink = Canvas::new(layout.size.0, tall, scale, Rgb([255; 3]));
    for (line, baseline) in lines.iter().zip(&layout.baselines) {
        let at = (layout.left, baseline - top);
        ink.monospaced_in(print.face, line, at, CAP_MM, PITCH_MM, Rgb([0; 3]));
    }
    let (w, h) = (ink.image.width() as usize, ink.image.height() as usize);
    let mut cover: Vec<f32> = ink.image.pixels().map(|p| 1.0 - f32::from(p.0[0]) / 255.0).collect();
    let mut left = print.bolder_mm.abs() * scale / 2.0;
    while left > 0.0 {
        cover = thicken(&cover, w, print.bolder_mm < 0.0, left.min(1.0));
        left -= 1.0;
    }
    let seed = rng.bits();
    let (turn, from) = (rng.range(0.0, 6.3), rng.range(0.0, 6.3));
    let (dx, dy) = (wave(turn + 1.571), wave(turn));
    let oy = (top * scale).round() as usize;
    for y in 0..h {
        for x in 0..w {
            let mut ink = cover[y * w + x];
            if ink <= 0.0 || y + oy >= c.image.height() as usize || x >= c.image.width() as usize {
                continue;
            }
            let (mx, my) = (x as f32 / scale, y as f32 / scale);
            if print.specks > 0.0 {
                let grain = smooth(mx * 5.0, my * 5.0, seed);
                let cluster = smooth(mx * 0.35, my * 0.35, seed + 1);
                ink *= 1.0 - ((grain + cluster * 0.5 - 1.28 + 0.34 * print.specks) * 6.0).clamp(0.0, 0.75);
            }
            if print.bands > 0.0 {
                let band = hash2((my * 5.0) as i32, 7, seed);
                ink *= 1.0 - print.bands * if band > 0.84 { 0.85 } else { band * 0.25 };
            }
            if print.fading > 0.0 {
                let along = 0.5 + 0.5 * wave((mx * dx + my * dy) * 0.055 + from);
                ink *= 1.0 - print.fading * (0.35 + 0.65 * along);
            }
            blend(c.image.get_pixel_mut(x as u32, (y + oy) as u32), print.ink, ink * print.density);
        }
    }
}

/// Dilates or erodes strokes by one pixel or a share of it.
fn thicken(cover: &[f32], w: usize, thinner: bool, share: f32) -> Vec<f32> {
    let at = |i: usize, by: isize| i.checked_add_signed(by).and_then(|i| cover.get(i)).copied().unwrap_or(0.0);
    (0..cover.len())
        .map(|i| {
            let near = [at(i, -1), at(i, 1), at(i, -(w as isize)), at(i, w as isize)];
            let end = if thinner {
                near.into_iter().fold(cover[i], f32::min)
            } else {
                near.into_iter().fold(cover[i], f32::max)
            };
            cover[i] + (end - cover[i]) * share
        })
        .collect()
}

/// Digits of 5 × 7 dots, as a laser perforates them.
const DOTS: [[u8; 7]; 10] = [
    [14, 17, 19, 21, 25, 17, 14],
    [4, 12, 4, 4, 4, 4, 14],
    [14, 17, 1, 6, 8, 16, 31],
    [31, 1, 2, 6, 1, 17, 14],
    [2, 6, 10, 18, 31, 2, 2],
    [31, 16, 30, 1, 1, 17, 14],
    [6, 8, 16, 30, 17, 17, 14],
    [31, 1, 2, 4, 8, 8, 8],
    [14, 17, 17, 14, 17, 17, 14],
    [14, 17, 17, 15, 1, 2, 12],
];

/// Draws a perforated or embossed number that overlaps the MRZ: dots with a bright and a dark side.
fn draw_perforation(rng: &mut Rng, c: &mut Canvas, mrz: [f32; 4], strength: f32) {
    let scale = c.px_per_mm();
    let pitch = rng.range(1.0, 1.25);
    let radius = rng.range(0.20, 0.30) * scale;
    let left = rng.range(mrz[0], (mrz[2] - 45.0).max(mrz[0] + 1.0));
    let top = rng.range(mrz[1] - 4.0, mrz[3] - 4.0);
    let embossed = rng.chance(0.5);
    for i in 0..rng.below(3) + 6 {
        let digit = rng.below(10);
        for (row, bits) in DOTS[digit].iter().enumerate() {
            for column in 0..5 {
                if bits >> (4 - column) & 1 == 0 {
                    continue;
                }
                let x = (left + (i as f32 * 6.0 + column as f32) * pitch) * scale;
                let y = (top + row as f32 * pitch) * scale;
                draw_dot(c, (x, y), radius, strength, embossed);
            }
        }
    }
}

fn draw_dot(c: &mut Canvas, (x, y): (f32, f32), radius: f32, strength: f32, embossed: bool) {
    let reach = radius * 1.6 + 1.0;
    for py in (y - reach).max(0.0) as u32..((y + reach) as u32 + 1).min(c.image.height()) {
        for px in (x - reach).max(0.0) as u32..((x + reach) as u32 + 1).min(c.image.width()) {
            let (dx, dy) = (px as f32 + 0.5 - x, py as f32 + 0.5 - y);
            let away = (dx * dx + dy * dy).sqrt();
            let inside = (radius - away + 0.5).clamp(0.0, 1.0);
            let rim = (1.0 - (away - radius).abs() / (radius * 0.6)).clamp(0.0, 1.0);
            let pixel = c.image.get_pixel_mut(px, py);
            if embossed {
                let side = (dx + dy) / (reach * 1.4);
                blend(pixel, if side > 0.0 { Rgb([40, 40, 40]) } else { Rgb([255; 3]) }, rim * side.abs() * strength);
            } else {
                blend(pixel, Rgb([34, 32, 30]), inside * strength);
                blend(pixel, Rgb([250; 3]), rim * (1.0 - inside) * strength * 0.5);
            }
        }
    }
}
