//! The outline test set: 200 photographed documents, each under a condition that makes its outline hard to find, and
//! 200 images without a document. The corners are known. Every image is determined by its index.

use image::{Rgb, RgbImage};

use crate::backgrounds::Surface;
use crate::canvas::blend;
use crate::degrade;
use crate::document;
use crate::mrz_lines::MrzFormat;
use crate::negative_pages;
use crate::negatives;
use crate::page::{self, Ground, Page, Print};
use crate::page_camera::{PageCamera, PagePose};
use crate::person::Person;
use crate::rng::{Rng, smooth, wave};
use crate::scene;
use crate::synthetic_holders;

/// Number of documents in the set.
pub const DOCUMENTS: usize = 200;

/// Number of images without a document.
pub const EMPTY: usize = 200;

const SEED: u64 = 0x5EED_0071_1E00_0003;

/// Condition that makes the outline hard to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Condition {
    /// None: a table of one colour.
    Plain,
    /// Paper on paper: 8–30 grey levels apart.
    LightOnLight,
    /// A dark card on something dark.
    DarkOnDark,
    /// Wood, cloth, stone, print, keys.
    Texture,
    /// Other objects lie beside and under it.
    Clutter,
    /// A hand holds it: fingers over one or two sides.
    Hand,
    /// A specular reflection over a side.
    Glare,
    /// A shadow with a hard edge across it.
    Shadow,
    /// One side is outside the image.
    Outside,
    /// Camera 15–40° off the document's normal.
    Perspective,
    /// Any rotation in the image plane.
    Rotation,
    /// A passport open at its data page: the other page joins it at the fold.
    Booklet,
    /// Defocus or motion blur.
    Blur,
    /// Low light.
    Noise,
}

impl Condition {
    /// Every condition.
    pub const ALL: [Self; 14] = [
        Self::Plain,
        Self::LightOnLight,
        Self::DarkOnDark,
        Self::Texture,
        Self::Clutter,
        Self::Hand,
        Self::Glare,
        Self::Shadow,
        Self::Outside,
        Self::Perspective,
        Self::Rotation,
        Self::Booklet,
        Self::Blur,
        Self::Noise,
    ];

    /// Returns the name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::LightOnLight => "light on light",
            Self::DarkOnDark => "dark on dark",
            Self::Texture => "texture",
            Self::Clutter => "clutter",
            Self::Hand => "hand",
            Self::Glare => "glare",
            Self::Shadow => "shadow",
            Self::Outside => "side outside",
            Self::Perspective => "perspective",
            Self::Rotation => "rotation",
            Self::Booklet => "booklet",
            Self::Blur => "blur",
            Self::Noise => "noise",
        }
    }
}

/// A document of the set.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Image of the camera.
    pub image: RgbImage,
    /// The corners in the image's pixels, clockwise from the document's own upper left; some may lie outside.
    pub quad: [(f32, f32); 4],
    /// Width and height of the document, millimetres.
    pub size_mm: (f32, f32),
    /// The condition.
    pub condition: Condition,
}

/// Document `index` of the set, 0 to [`DOCUMENTS`] − 1; higher indices give further documents, which are not in the
/// set.
pub fn document(index: usize) -> Sample {
    let mut rng = Rng::new(SEED, index as u64);
    let rng = &mut rng;
    let condition = Condition::ALL[index % Condition::ALL.len()];
    let size = rng.pick(&[(1280, 720), (1280, 720), (720, 1280), (960, 1280), (1280, 960), (640, 480)]);
    let mut page = page_of(rng, condition);
    let back = background(rng, condition, size, &page);
    let booklet = condition == Condition::Booklet;
    let sheet_mm = if booklet { (page.size_mm.0, page.size_mm.1 * 2.0) } else { page.size_mm };
    let fit = {
        let (w, h) = page.size_mm;
        let (long, short) = (size.0.max(size.1) as f32, size.0.min(size.1) as f32);
        (long / w).min(short / h).min(if size.0 < size.1 { short / w * 1.25 } else { f32::MAX })
    };
    let turned = size.0 < size.1 && rng.chance(0.5) || size.0 > size.1 && rng.chance(0.12);
    let mut rotation = rng.range(-9.0, 9.0) + if turned { rng.pick(&[90.0, -90.0]) } else { 0.0 };
    if condition == Condition::Rotation {
        rotation = rng.range(0.0, 360.0);
    }
    let pose = PagePose {
        rotation_deg: rotation,
        off_axis_deg: if condition == Condition::Perspective { rng.range(15.0, 40.0) } else { rng.range(0.0, 14.0) },
        lean_deg: rng.range(0.0, 360.0),
        bend_mm: 0.0,
        px_per_mm: fit * rng.range(0.5, 0.95),
        cropped: booklet,
    };
    // The lower page of a booklet is the data page and must be in the image.
    let must = if booklet { [4.0, page.size_mm.1 + 4.0, page.size_mm.0 - 4.0, sheet_mm.1 - 4.0] } else { [0.0; 4] };
    let mut camera = PageCamera::new(rng, size, sheet_mm, must, &pose);
    if condition == Condition::Outside {
        camera = move_side_outside(rng, camera, size, sheet_mm);
    }
    let top = if booklet { page.size_mm.1 } else { 0.0 };
    let (w, h) = page.size_mm;
    let quad = [(0.0, top), (w, top), (w, top + h), (0.0, top + h)].map(|(x, y)| camera.project(x, y));
    if booklet {
        page = open_booklet(rng, page);
    }
    let shadow = (rng.range(-1.5, 1.5), rng.range(0.2, 2.0));
    let mut image = camera.render(&page, back, shadow);
    apply_condition(rng, condition, &mut image, &quad);
    degrade::exposure(rng, &mut image);
    let sigma = rng.range(0.5, 2.5);
    degrade::sensor_noise(rng, &mut image, 1.0, sigma, true);
    if rng.chance(0.3) {
        let quality = 45 + rng.below(45) as u8;
        image = degrade::jpeg(image, quality);
    }
    Sample { image, quad, size_mm: (w, h), condition }
}

/// Image `index` without a document, 0 to [`EMPTY`] − 1: tables with objects, walls, faces, keyboards, cloth.
pub fn empty(index: usize) -> RgbImage {
    let mut rng = Rng::new(SEED ^ 0xE0, index as u64);
    let rng = &mut rng;
    let size = rng.pick(&[(1280, 720), (720, 1280), (1280, 960), (640, 480)]);
    // Subjects of the MRZ negatives that show no sheet of paper.
    let others = [14, 16, 17, 18, 19, 13];
    match index % 4 {
        0 if index.is_multiple_of(16) => {
            let image = scene::with_face((size.0.min(size.1), size.0.min(size.1)));
            finish(rng, image)
        }
        0 => negatives::negative(others[index / 4 % others.len()] + 20 * (index / 4)),
        1 => {
            let mut image = rng.pick(&Surface::TABLES).render(rng, size);
            draw_clutter(rng, &mut image, 3);
            finish(rng, image)
        }
        2 => {
            let image = draw_room(rng, size);
            finish(rng, image)
        }
        _ => {
            let surface = rng.pick(&[Surface::Plain, Surface::Brick, Surface::Wood, Surface::Cloth, Surface::Stone]);
            let mut image = surface.render(rng, size);
            if rng.chance(0.5) {
                draw_hand(rng, &mut image, (size.0 as f32 * 0.5, size.1 as f32 * 0.6), size.0 as f32 * 0.09);
            }
            finish(rng, image)
        }
    }
}

fn finish(rng: &mut Rng, mut image: RgbImage) -> RgbImage {
    degrade::exposure(rng, &mut image);
    let sigma = rng.range(0.5, 4.0);
    degrade::sensor_noise(rng, &mut image, 1.0, sigma, true);
    image
}

/// Draws a flat page of a random kind.
fn page_of(rng: &mut Rng, condition: Condition) -> Page {
    let booklet = condition == Condition::Booklet;
    let format = match rng.below(8) {
        _ if booklet => MrzFormat::Td3,
        0 | 1 => MrzFormat::Td3,
        2 => rng.pick(&[MrzFormat::Td2, MrzFormat::FrenchId]),
        3 => rng.pick(&[MrzFormat::SwissDl, MrzFormat::FrenchDl]),
        _ => MrzFormat::Td1,
    };
    let mut page = if !booklet && rng.chance(0.2) {
        let person = Person::invented(rng.bits(), false);
        let (image, size_mm, corner_mm) = match rng.below(3) {
            0 => (document::passport(&person), document::PASSPORT_MM, 3.18),
            1 => (document::card_front(&person), document::CARD_MM, 3.18),
            _ => (document::card_back(&person), document::CARD_MM, 3.18),
        };
        Page { image, px_per_mm: document::PX_PER_MM, size_mm, mrz_mm: [0.0, 0.0, size_mm.0, size_mm.1], corner_mm }
    } else {
        let holder = synthetic_holders::generate(rng, format);
        if !booklet && rng.chance(0.4) {
            page::draw_front(rng, format, &holder, 9.0)
        } else {
            let ground = Ground { guilloche: rng.range(0.05, 0.2), ..Ground::default() };
            page::draw(rng, format, &holder, &Print::default(), &ground, 9.0)
        }
    };
    let gains = match condition {
        Condition::DarkOnDark => {
            let level = rng.range(0.22, 0.42);
            [level * rng.range(0.8, 1.1), level, level * rng.range(0.8, 1.3)]
        }
        Condition::LightOnLight => [1.0; 3],
        _ if rng.chance(0.25) => [rng.range(0.35, 1.0), rng.range(0.35, 1.0), rng.range(0.35, 1.0)],
        _ => [1.0; 3],
    };
    for p in page.image.pixels_mut() {
        for (c, gain) in p.0.iter_mut().zip(gains) {
            *c = (f32::from(*c) * gain) as u8;
        }
    }
    page
}

/// Renders the background.
fn background(rng: &mut Rng, condition: Condition, size: (u32, u32), page: &Page) -> RgbImage {
    let edge = border_colour(page);
    match condition {
        Condition::LightOnLight | Condition::DarkOnDark => {
            let apart = rng.range(8.0, 30.0) * if rng.chance(0.5) { 1.0 } else { -1.0 };
            let apart = if edge[1] + apart > 250.0 || edge[1] + apart < 4.0 { -apart } else { apart };
            let (seed, grain) = (rng.bits(), rng.range(0.002, 0.012));
            let tilt = [rng.range(-3.0, 3.0), 0.0, rng.range(-3.0, 3.0)];
            RgbImage::from_fn(size.0, size.1, |x, y| {
                let light = 0.97 + 0.06 * smooth(x as f32 * grain, y as f32 * grain, seed);
                Rgb([0, 1, 2].map(|i| ((edge[i] + apart + tilt[i]) * light).clamp(0.0, 255.0) as u8))
            })
        }
        Condition::Plain => Surface::Plain.render(rng, size),
        Condition::Clutter => {
            let mut image = rng.pick(&Surface::TABLES).render(rng, size);
            draw_clutter(rng, &mut image, 4);
            image
        }
        Condition::Texture if rng.chance(0.25) => {
            let keys = negative_pages::keyboard(rng);
            let pose = PagePose {
                rotation_deg: rng.range(-12.0, 12.0),
                off_axis_deg: 0.0,
                lean_deg: 0.0,
                bend_mm: 0.0,
                px_per_mm: size.0 as f32 / keys.size_mm.0 * 1.6,
                cropped: true,
            };
            let (w, h) = keys.size_mm;
            let camera = PageCamera::new(rng, size, keys.size_mm, [w * 0.3, h * 0.3, w * 0.7, h * 0.6], &pose);
            let table = Surface::Plain.render(rng, size);
            camera.render(&keys, table, (0.0, 0.5))
        }
        Condition::Texture => {
            let kinds = [Surface::Wood, Surface::Cloth, Surface::Print, Surface::Stone, Surface::Brick];
            rng.pick(&kinds).render(rng, size)
        }
        _ => rng.pick(&[Surface::Wood, Surface::Cloth, Surface::Stone, Surface::Plain]).render(rng, size),
    }
}

/// Returns the mean colour along a page's border.
fn border_colour(page: &Page) -> [f32; 3] {
    let (w, h) = page.image.dimensions();
    let mut sum = [0.0f32; 3];
    let mut n = 0.0;
    for i in 0..200 {
        let (x, y) = (w * i / 200, h * i / 200);
        for p in [(x, 3), (x, h - 4), (3, y), (w - 4, y)] {
            for (s, v) in sum.iter_mut().zip(page.image.get_pixel(p.0, p.1).0) {
                *s += f32::from(v);
            }
            n += 1.0;
        }
    }
    sum.map(|s| s / n)
}

/// Shifts the camera so that a tenth to a third of the page is outside the image on one side.
fn move_side_outside(rng: &mut Rng, camera: PageCamera, size: (u32, u32), page_mm: (f32, f32)) -> PageCamera {
    let (w, h) = page_mm;
    let corners = [(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)].map(|(x, y)| camera.project(x, y));
    let low = corners.iter().fold((f32::MAX, f32::MAX), |m, c| (m.0.min(c.0), m.1.min(c.1)));
    let high = corners.iter().fold((f32::MIN, f32::MIN), |m, c| (m.0.max(c.0), m.1.max(c.1)));
    let out = rng.range(0.12, 0.33);
    let (across, down) = (high.0 - low.0, high.1 - low.1);
    match rng.below(4) {
        0 => camera.shifted(-low.0 - out * across, 0.0),
        1 => camera.shifted(size.0 as f32 - high.0 + out * across, 0.0),
        2 => camera.shifted(0.0, -low.1 - out * down),
        _ => camera.shifted(0.0, size.1 as f32 - high.1 + out * down),
    }
}

/// Draws an open booklet: the data page below, a page of text above, the shaded fold between them.
fn open_booklet(rng: &mut Rng, data: Page) -> Page {
    let (w, h) = (data.image.width(), data.image.height());
    let tint = rng.pick(&[[228, 222, 206], [222, 228, 232], [236, 232, 226]]);
    let mut image = RgbImage::from_pixel(w, h * 2, Rgb(tint));
    let seed = rng.bits();
    let (wide, deep) = (rng.range(1.2, 3.5) * data.px_per_mm, rng.range(0.25, 0.6));
    for (x, y, p) in image.enumerate_pixels_mut() {
        if y >= h {
            *p = *data.image.get_pixel(x, y - h);
        } else {
            let line =
                wave(y as f32 * 0.09 + 2.0 * wave(x as f32 * 0.01)) * smooth(x as f32 * 0.1, y as f32 * 0.1, seed);
            blend(p, Rgb([120, 110, 130]), (0.3 * line).max(0.0));
        }
        let away = (y as f32 - h as f32).abs() / wide;
        blend(p, Rgb([20, 18, 16]), deep * (1.0 - away).max(0.0));
    }
    Page {
        image,
        px_per_mm: data.px_per_mm,
        size_mm: (data.size_mm.0, data.size_mm.1 * 2.0),
        mrz_mm: data.mrz_mm,
        corner_mm: data.corner_mm,
    }
}

/// Applies the condition's effect on the image.
fn apply_condition(rng: &mut Rng, condition: Condition, image: &mut RgbImage, quad: &[(f32, f32); 4]) {
    let side = rng.below(4);
    let on_side = |side: usize, t: f32| {
        let (a, b) = (quad[side], quad[(side + 1) % 4]);
        (a.0 + (b.0 - a.0) * t, a.1 + (b.1 - a.1) * t)
    };
    let width = ((quad[1].0 - quad[0].0).powi(2) + (quad[1].1 - quad[0].1).powi(2)).sqrt();
    match condition {
        Condition::Hand => {
            let at = on_side(side, rng.range(0.25, 0.75));
            let thick = width * rng.range(0.07, 0.1);
            draw_hand(rng, image, at, thick);
            if rng.chance(0.4) {
                let at = on_side((side + 2) % 4, rng.range(0.3, 0.7));
                draw_hand(rng, image, at, thick);
            }
        }
        Condition::Glare => {
            let at = on_side(side, rng.range(0.2, 0.8));
            let (width, veil) = (width * rng.range(0.06, 0.2), rng.range(0.6, 1.0));
            degrade::glare(rng, image, at, width, veil);
        }
        Condition::Shadow => {
            let at = (quad[0].0.midpoint(quad[2].0), quad[0].1.midpoint(quad[2].1));
            let (soft, light) = (rng.range(2.0, 10.0), rng.range(0.35, 0.7));
            degrade::shadow(rng, image, at, soft, light);
        }
        Condition::Blur => {
            if rng.chance(0.5) {
                degrade::defocus(image, width * rng.range(0.002, 0.006));
            } else {
                degrade::motion(image, width * rng.range(0.006, 0.02), rng.range(0.0, 180.0));
            }
        }
        Condition::Noise => {
            let light = rng.range(0.18, 0.4);
            let sigma = 170.0 * light * rng.range(0.06, 0.16);
            degrade::sensor_noise(rng, image, light, sigma, true);
        }
        _ => {}
    }
}

/// Fingers that reach from outside over `at`: two to four beside each other, or a thumb.
fn draw_hand(rng: &mut Rng, image: &mut RgbImage, at: (f32, f32), thick: f32) {
    let (w, h) = (image.width() as f32, image.height() as f32);
    // From the nearest border.
    let from = [(0.0, at.1), (w, at.1), (at.0, 0.0), (at.0, h)]
        .into_iter()
        .min_by(|a, b| {
            let away = |p: &(f32, f32)| (p.0 - at.0).hypot(p.1 - at.1);
            away(a).total_cmp(&away(b))
        })
        .unwrap_or((w / 2.0, h));
    let (dx, dy) = (at.0 - from.0, at.1 - from.1);
    let length = dx.hypot(dy).max(1.0);
    let (ux, uy) = (dx / length, dy / length);
    let skin = rng.pick(&[[224.0, 176.0, 148.0], [196.0, 142.0, 112.0], [140.0, 96.0, 72.0], [92.0, 62.0, 48.0]]);
    let fingers = 1 + rng.below(4);
    for k in 0..fingers {
        let aside = (k as f32 - (fingers - 1) as f32 / 2.0) * thick * 1.05;
        let reach = thick * rng.range(0.3, 1.6);
        let tip = (at.0 + ux * reach - uy * aside, at.1 + uy * reach + ux * aside);
        let lean = rng.range(-0.15, 0.15);
        let (vx, vy) = (ux - lean * uy, uy + lean * ux);
        let radius = thick * rng.range(0.42, 0.52);
        let seed = rng.bits();
        for (x, y, p) in image.enumerate_pixels_mut() {
            let (px, py) = (x as f32 - tip.0, y as f32 - tip.1);
            let along = -(px * vx + py * vy);
            let across = px * vy - py * vx;
            let away = if along > 0.0 { across.abs() } else { across.hypot(along) };
            let cover = (radius - away + 0.5).clamp(0.0, 1.0);
            if cover > 0.0 {
                let round = (1.0 - (away / radius).powi(2)).max(0.0).sqrt();
                let light = 0.55 + 0.42 * round + 0.06 * smooth(x as f32 * 0.08, y as f32 * 0.08, seed);
                blend(p, Rgb(skin.map(|c| (c * light).clamp(0.0, 255.0) as u8)), cover);
            } else if away < radius * 1.25 {
                blend(p, Rgb([12, 10, 8]), 0.3 * (1.25 - away / radius) / 0.25);
            }
        }
    }
}

/// Draws objects of one colour with soft shading: pens, cups, a phone, a slip of paper.
fn draw_clutter(rng: &mut Rng, image: &mut RgbImage, max: usize) {
    let (w, h) = (image.width() as f32, image.height() as f32);
    for _ in 0..1 + rng.below(max) {
        let at = (rng.range(0.0, w), rng.range(0.0, h));
        let (sin, cos) = rng.range(0.0, 6.3).sin_cos();
        let colour = [rng.range(20.0, 240.0), rng.range(20.0, 240.0), rng.range(20.0, 240.0)];
        let unit = w.min(h);
        // Half-sizes and roundness of the corners.
        let (a, b, round) = match rng.below(4) {
            0 => (unit * rng.range(0.25, 0.5), unit * rng.range(0.008, 0.018), 1.0),
            1 => {
                let r = unit * rng.range(0.08, 0.22);
                (r, r, 1.0)
            }
            2 => (unit * rng.range(0.3, 0.42), unit * rng.range(0.12, 0.17), 0.2),
            _ => (unit * rng.range(0.2, 0.5), unit * rng.range(0.05, 0.12), 0.0),
        };
        let radius = b * round;
        for (x, y, p) in image.enumerate_pixels_mut() {
            let (dx, dy) = (x as f32 - at.0, y as f32 - at.1);
            let (u, v) = ((dx * cos + dy * sin).abs() - (a - radius), (dy * cos - dx * sin).abs() - (b - radius));
            let away = u.max(0.0).hypot(v.max(0.0)) + u.max(v).min(0.0) - radius;
            let cover = (0.5 - away).clamp(0.0, 1.0);
            if cover > 0.0 {
                let light = 0.85 + 0.15 * (1.0 + away / (b + 1.0)).clamp(0.0, 1.0);
                blend(p, Rgb(colour.map(|c| (c * light) as u8)), cover);
            } else if away < unit * 0.02 {
                blend(p, Rgb([8, 8, 8]), 0.3 * (1.0 - away / (unit * 0.02)));
            }
        }
    }
}

/// Renders a wall with a door, a window, shelves: straight edges that are no document.
fn draw_room(rng: &mut Rng, size: (u32, u32)) -> RgbImage {
    let mut image = Surface::Plain.render(rng, size);
    let (w, h) = (size.0 as f32, size.1 as f32);
    let floor = rng.range(0.7, 0.95) * h;
    let floor_colour = [rng.range(40.0, 160.0), rng.range(40.0, 140.0), rng.range(30.0, 120.0)];
    let lean = rng.range(-0.03, 0.03);
    for (x, y, p) in image.enumerate_pixels_mut() {
        if y as f32 + lean * x as f32 > floor {
            *p = Rgb(floor_colour.map(|c| c as u8));
        }
    }
    for _ in 0..1 + rng.below(3) {
        let x = rng.range(0.0, 0.8) * w;
        let colour = Rgb([rng.below(230) as u8, rng.below(230) as u8, rng.below(230) as u8]);
        // A door or a window upright, or a shelf across.
        let (bw, bh, y) = match rng.below(3) {
            0 => (w * rng.range(0.12, 0.2), h * rng.range(0.5, 0.8), floor - h * rng.range(0.5, 0.8)),
            1 => (w * rng.range(0.3, 0.7), h * rng.range(0.03, 0.06), rng.range(0.1, 0.7) * h),
            _ => (w * rng.range(0.05, 0.12), h * rng.range(0.2, 0.45), rng.range(0.1, 0.4) * h),
        };
        for (px, py, p) in image.enumerate_pixels_mut() {
            let (u, v) = (px as f32 - x, py as f32 + lean * px as f32 - y);
            if u >= 0.0 && v >= 0.0 && u < bw && v < bh {
                *p = colour;
            }
        }
    }
    image
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_index_same_image_and_corners_in_frame() {
        for index in 0..Condition::ALL.len() {
            let sample = document(index);
            let (w, h) = (sample.image.width() as f32, sample.image.height() as f32);
            let outside = sample.quad.iter().filter(|c| c.0 < 0.0 || c.1 < 0.0 || c.0 > w || c.1 > h).count();
            match sample.condition {
                Condition::Outside => assert!((1..=3).contains(&outside), "{index}: {outside}"),
                Condition::Booklet => assert!(outside <= 2, "{index}: {outside}"),
                _ => assert_eq!(outside, 0, "{index}"),
            }
        }
        assert!(document(5).image == document(5).image && empty(5) == empty(5));
    }
}
