//! Camera scenes.

use std::sync::{Mutex, PoisonError};

use image::{Rgb, RgbImage};
use kyc_core::geometry::{Homography, Point, Quad, Rect};

use crate::canvas::blend;
use crate::degrade;
use crate::document;
use crate::person::Portrait;
use crate::rng::Rng;

/// Pose of a document in the frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Share of the frame's width that the document takes, 0–1.
    pub width_share: f32,
    /// Degrees, clockwise.
    pub rotation_deg: f32,
    /// Relative shortening of the upper edge (perspective), 0–1.
    pub tilt: f32,
    /// Offset from the centre, pixels of the frame.
    pub offset: Point,
}

impl Default for Pose {
    fn default() -> Self {
        Self { width_share: 0.80, rotation_deg: 0.6, tilt: 0.012, offset: Point::new(0.0, 0.0) }
    }
}

/// Returns the corners of a document of this size (any unit) in a frame.
pub fn quad_of(frame: (u32, u32), document: (u32, u32), pose: &Pose) -> Quad {
    let w = frame.0 as f32 * pose.width_share;
    let h = w * document.1 as f32 / document.0 as f32;
    let fit = (frame.1 as f32 * 0.90 / h).min(1.0);
    let (w, h) = (w * fit, h * fit);
    let (sin, cos) = pose.rotation_deg.to_radians().sin_cos();
    let corner = |sx: f32, sy: f32| {
        let narrow = if sy < 0.0 { 1.0 - pose.tilt } else { 1.0 };
        let (x, y) = (sx * w / 2.0 * narrow, sy * h / 2.0);
        Point::new(
            frame.0 as f32 / 2.0 + pose.offset.x + x * cos - y * sin,
            frame.1 as f32 / 2.0 + pose.offset.y + x * sin + y * cos,
        )
    };
    Quad([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
}

/// Renders a document on a table, with rounded corners and a soft shadow.
pub fn with_document(size: (u32, u32), doc: &RgbImage, pose: &Pose) -> RgbImage {
    let mut frame = table(size);
    let quad = quad_of(size, doc.dimensions(), pose);
    let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: doc.width() as f32, height: doc.height() as f32 });
    let Some(to_page) = Homography::between(&quad, &page) else { return frame };
    // ISO/IEC 7810: corners of 3.18 mm radius; both formats are drawn at the same resolution.
    let radius = 3.18 * document::PX_PER_MM;
    let (w, h) = (doc.width() as f32, doc.height() as f32);
    let inside = |p: Point| {
        let dx = (radius - p.x).max(p.x - (w - radius)).max(0.0);
        let dy = (radius - p.y).max(p.y - (h - radius)).max(0.0);
        // The hypotenuse is needed at the corners only.
        radius - if dx > 0.0 && dy > 0.0 { dx.hypot(dy) } else { dx + dy }
    };
    let step = (doc.width() as f32 / quad.0[0].distance(quad.0[1])).max(1.0);
    for (x, y, pixel) in frame.enumerate_pixels_mut() {
        let p = to_page.apply(Point::new(x as f32 + 0.5, y as f32 + 0.5));
        let cover = (inside(p) / step + 0.5).clamp(0.0, 1.0);
        if cover < 1.0 {
            let shadow = inside(Point::new(p.x - 6.0, p.y - 14.0));
            if shadow > -40.0 {
                blend(pixel, Rgb([10, 9, 8]), 0.42 * ((shadow + 40.0) / 60.0).clamp(0.0, 1.0));
            }
        }
        if cover > 0.0 {
            blend(pixel, average(doc, p, step), cover);
        }
    }
    vignette(frame)
}

/// Renders a document that a person brings into view: an empty table, then the document coming in from the side with
/// motion blur, then held by a trembling hand. Ten frames per second.
pub fn brought_in(size: (u32, u32), doc: &RgbImage, frames: u32, seed: u64) -> impl Iterator<Item = RgbImage> {
    /// Frames of the empty table, and of the motion into view.
    const EMPTY: u32 = 4;
    const TRANSITION: u32 = 8;
    let doc = doc.clone();
    let mut rng = Rng::new(0xB0A7, seed);
    let from = if rng.chance(0.5) { 1.0 } else { -1.0 };
    let (turn, tilt) = (rng.range(-4.0, 4.0), rng.range(0.0, 0.05));
    let share = rng.range(0.62, 0.70);
    (0..frames).map(move |i| {
        let progress = (i as f32 + 1.0 - EMPTY as f32) / TRANSITION as f32;
        let mut image = if progress <= 0.0 {
            table(size)
        } else {
            // The document decelerates and comes to rest.
            let rest = (1.0 - progress.min(1.0)).powi(2);
            let tremble = |rng: &mut Rng, max: f32| max * rng.normal();
            let pose = Pose {
                width_share: share * (1.0 - 0.25 * rest),
                rotation_deg: turn + from * 22.0 * rest + tremble(&mut rng, 0.12),
                tilt: tilt + 0.05 * rest,
                offset: Point::new(
                    from * 0.7 * size.0 as f32 * rest + tremble(&mut rng, 1.3),
                    0.3 * size.1 as f32 * rest + tremble(&mut rng, 1.3),
                ),
            };
            let mut image = with_document(size, &doc, &pose);
            let speed = 0.7 * size.0 as f32 * 2.0 * (1.0 - progress.min(1.0)) / TRANSITION as f32;
            if speed > 4.0 {
                degrade::motion(&mut image, speed * 0.25, 10.0);
            }
            image
        };
        degrade::sensor_noise(&mut rng, &mut image, 0.97, 3.5, true);
        image
    })
}

/// Renders a person as for a selfie.
pub fn with_face(size: (u32, u32)) -> RgbImage {
    with_face_of(Portrait::Astronaut, size)
}

/// Renders the person of `portrait` as for a selfie.
pub fn with_face_of(portrait: Portrait, size: (u32, u32)) -> RgbImage {
    let middle = match portrait {
        Portrait::Astronaut => 226.0,
        Portrait::Officer => 265.0,
        Portrait::Head(_) => 400.0,
    };
    let portrait = document::portrait_of(portrait);
    let scale = (size.0 as f32 / portrait.width() as f32).max(size.1 as f32 / portrait.height() as f32);
    let scaled = image::imageops::resize(
        &portrait,
        (portrait.width() as f32 * scale).ceil() as u32,
        (portrait.height() as f32 * scale).ceil() as u32,
        image::imageops::FilterType::CatmullRom,
    );
    let left = ((middle * scale - size.0 as f32 / 2.0).max(0.0) as u32).min(scaled.width() - size.0);
    image::imageops::crop_imm(&scaled, left, 0, size.0, size.1).to_image()
}

/// Renders an empty table.
pub fn empty(size: (u32, u32)) -> RgbImage {
    vignette(table(size))
}

/// Number of sizes of which the table is kept.
const TABLES_KEPT: usize = 4;

/// Wood: long, irregular grain. Streams need the same table for every frame.
fn table(size: (u32, u32)) -> RgbImage {
    static TABLES: Mutex<Vec<RgbImage>> = Mutex::new(Vec::new());
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(table) = tables.iter().find(|table| table.dimensions() == size) {
        return table.clone();
    }
    let table = wood(size);
    if tables.len() == TABLES_KEPT {
        tables.remove(0);
    }
    tables.push(table.clone());
    table
}

fn wood(size: (u32, u32)) -> RgbImage {
    let columns: Vec<[f32; 3]> = (0..size.0)
        .map(|x| {
            let u = x as f32 / size.1 as f32;
            [0.05 * (u * 2.1).sin() + 0.02 * (u * 5.3 + 1.0).sin(), 0.6 * (u * 9.0).sin(), 3.0 * (u * 4.0).sin()]
        })
        .collect();
    RgbImage::from_fn(size.0, size.1, |x, y| {
        let [bend, wave, ripple] = columns[x as usize];
        let v = y as f32 / size.1 as f32;
        let t = (v + bend) * 34.0;
        let grain = 0.5 + 0.5 * (t + 1.6 * (t * 0.37).sin() + wave).sin();
        let fine = 0.5 + 0.5 * ((v + bend) * 260.0 + ripple).sin();
        let light = 0.72 + 0.16 * grain + 0.06 * fine;
        Rgb([(104.0 * light) as u8, (78.0 * light) as u8, (58.0 * light) as u8])
    })
}

/// Applies vignetting.
fn vignette(mut frame: RgbImage) -> RgbImage {
    let (w, h) = (frame.width() as f32, frame.height() as f32);
    for (x, y, p) in frame.enumerate_pixels_mut() {
        let (dx, dy) = ((x as f32 / w - 0.5) * 2.0, (y as f32 / h - 0.5) * 2.0);
        let light = 1.0 - 0.07 * (dx * dx + dy * dy) / 2.0;
        for c in &mut p.0 {
            *c = (f32::from(*c) * light) as u8;
        }
    }
    frame
}

/// Returns the mean over a square of `step` pixels around `p`.
fn average(doc: &RgbImage, p: Point, step: f32) -> Rgb<u8> {
    /// Most samples along a side of the square.
    const SAMPLES: usize = 6;
    let n = (step * 2.0).ceil().clamp(1.0, SAMPLES as f32) as usize;
    let at = |v: f32, max: u32| {
        let mut positions = [0; SAMPLES];
        for (k, position) in positions.iter_mut().enumerate().take(n) {
            *position = (v + step * ((k as f32 + 0.5) / n as f32 - 0.5)).clamp(0.0, max as f32 - 1.0) as usize;
        }
        positions
    };
    let (columns, rows) = (at(p.x, doc.width()), at(p.y, doc.height()));
    let width = doc.width() as usize;
    let mut sum = [0.0f32; 3];
    for y in &rows[..n] {
        let row = &doc.as_raw()[y * width * 3..][..width * 3];
        for x in &columns[..n] {
            for (s, v) in sum.iter_mut().zip(&row[x * 3..][..3]) {
                *s += f32::from(*v);
            }
        }
    }
    Rgb(sum.map(|s| (s / (n * n) as f32).round() as u8))
}
