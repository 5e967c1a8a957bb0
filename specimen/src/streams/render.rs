//! Renders the frames of a stream.

use image::{Rgb, RgbImage, imageops};
use kyc_core::geometry::{Homography, Point, Quad, Rect};
use kyc_core::guide::guide;

use super::kinds::{Disturbance, StreamKind};
use super::sheets::{self, Sheet};
use crate::backgrounds::Surface;
use crate::canvas::blend;
use crate::degrade;
use crate::rng::{Rng, smooth, wave};

/// Time before the subject comes into view, and until it has come to rest, ms.
const EMPTY_MS: f64 = 300.0;
const REST_MS: f64 = 1_000.0;
/// End of a passing disturbance, ms.
const PASSING_MS: f64 = 2_200.0;
/// Standard deviations of the blurred copies of a sheet, in pixels of a frame whose shorter side has 720.
const BLURS: [f32; 4] = [0.0, 1.1, 2.4, 5.0];

/// What a frame shows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Truth {
    /// The subject's centre is in the frame.
    pub in_view: bool,
    /// The whole subject is in the frame.
    pub whole: bool,
    /// Share of the guide that the subject fills.
    pub fill: f32,
    /// From the guide's centre to the subject's, as a share of the guide's width; right and down are positive.
    pub offset: (f32, f32),
    /// It moves by more than a hand's tremor.
    pub moving: bool,
    /// It is seen at a slant.
    pub slanted: bool,
    /// It is out of focus.
    pub blurred: bool,
    /// A reflection is on it.
    pub glare: bool,
    /// There is little light.
    pub dim: bool,
    /// Fingers are over it.
    pub fingers: bool,
}

/// The frames of a stream.
pub struct CameraStream {
    kind: StreamKind,
    seed: u64,
    background: RgbImage,
    sheet: Option<Sheet>,
    /// The sheet at the resolution of the frame, sharp and blurred; pixels per millimetre.
    textures: Vec<RgbImage>,
    texture_scale: f32,
    noise: Vec<i8>,
    rest: Rest,
}

/// Where the subject comes to rest.
struct Rest {
    px_per_mm: f32,
    rotation_deg: f32,
    tilt: f32,
    centre: Point,
    from: Point,
}

/// How the subject is held.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Its centre, pixels of the frame.
    pub centre: Point,
    /// Its size as a multiple of that at which it is held well.
    pub scale: f32,
    /// Clockwise rotation beside the one in which it is held well, degrees.
    pub rotation_deg: f32,
    /// How much narrower its upper edge is, as a share; negative if the lower edge is.
    pub tilt: f32,
}

impl CameraStream {
    /// Prepares a stream.
    pub fn new(kind: StreamKind, seed: u64) -> Self {
        let mut rng = Rng::new(0x57E4_A500, seed.wrapping_mul(131).wrapping_add(kind.name.len() as u64));
        let (w, h) = (kind.size.0 as f32, kind.size.1 as f32);
        let sheet = sheets::draw(kind.subject, seed);
        let background = match kind.disturbance {
            Disturbance::LightOnLight => {
                let (grain, tint) = (rng.bits(), rng.range(196.0, 212.0));
                RgbImage::from_fn(kind.size.0, kind.size.1, |x, y| {
                    let light = 0.98 + 0.04 * smooth(x as f32 * 0.006, y as f32 * 0.006, grain);
                    Rgb([tint, tint, tint - 4.0].map(|c| (c * light) as u8))
                })
            }
            _ => rng.pick(&[Surface::Wood, Surface::Cloth, Surface::Plain, Surface::Stone]).render(&mut rng, kind.size),
        };
        let rest = Rest::of(&mut rng, &kind, sheet.as_ref());
        let texture_scale = rest.px_per_mm * 1.15;
        let textures = sheet.as_ref().map_or(Vec::new(), |sheet| {
            let size = |mm: f32| (mm * texture_scale).round().max(8.0) as u32;
            let sharp = imageops::resize(
                &sheet.image,
                size(sheet.size_mm.0),
                size(sheet.size_mm.1),
                imageops::FilterType::Triangle,
            );
            let unit = w.min(h) / 720.0;
            BLURS
                .map(|sigma| {
                    let mut copy = sharp.clone();
                    if sigma > 0.0 {
                        degrade::defocus(&mut copy, sigma * unit);
                    }
                    copy
                })
                .to_vec()
        });
        let sigma = if kind.disturbance == Disturbance::Dim { 5.0 } else { 2.5 };
        let noise = (0..1 << 16).map(|_| (sigma * rng.normal()).round() as i8).collect();
        Self { kind, seed, background, sheet, textures, texture_scale, noise, rest }
    }

    /// The time of a frame, ms.
    pub fn time_ms(&self, index: u32) -> f64 {
        f64::from(index) * 1000.0 / self.kind.fps
    }

    /// Renders a frame: RGBA pixels, and what they show.
    pub fn frame(&self, index: u32) -> (Vec<u8>, Truth) {
        let now = self.time_ms(index);
        let d = self.kind.disturbance;
        let mut image = self.background.clone();
        let mut truth = Truth { dim: d == Disturbance::Dim, ..Truth::default() };
        if let (Some(sheet), true) = (&self.sheet, now >= EMPTY_MS) {
            let quad = self.quad(sheet, now);
            let speed = self.speed(sheet, now);
            self.describe(&quad, &mut truth);
            truth.moving = speed > TREMOR;
            truth.slanted = d == Disturbance::Slanted && now < PASSING_MS;
            let level = match d {
                _ if speed > 0.5 => blur_of(speed),
                Disturbance::FocusHunting if now < PASSING_MS || (3_000.0..3_300.0).contains(&now) => {
                    if (now / 300.0) as u32 % 3 == 2 { 2 } else { 3 }
                }
                Disturbance::SlightBlur => 1,
                _ => blur_of(speed),
            };
            truth.blurred = level >= 1;
            let fingers = d == Disturbance::Fingers && now < PASSING_MS;
            truth.fingers = fingers;
            self.draw(&mut image, sheet, &quad, level, fingers);
            if d == Disturbance::Glare && now < PASSING_MS {
                truth.glare = true;
                self.draw_glare(&mut image, &quad, now);
            }
        }
        (self.expose(&image, index, d == Disturbance::Dim), truth)
    }

    /// Renders a frame of a sheet that is held so, and a moment ago was held as `before`, 40 ms earlier.
    pub fn frame_of(&self, now: &Placement, before: &Placement, index: u32) -> (Vec<u8>, Truth) {
        let mut image = self.background.clone();
        let mut truth = Truth::default();
        if let Some(sheet) = &self.sheet {
            let quad = self.placed(sheet, now);
            let speed = speed_between(&self.placed(sheet, before), &quad);
            self.describe(&quad, &mut truth);
            truth.moving = speed > TREMOR;
            let level = blur_of(speed);
            truth.blurred = level >= 1;
            self.draw(&mut image, sheet, &quad, level, false);
        }
        (self.expose(&image, index, false), truth)
    }

    fn placed(&self, sheet: &Sheet, at: &Placement) -> Quad {
        let rotation = self.rest.rotation_deg + at.rotation_deg;
        corners(sheet, at.centre, self.rest.px_per_mm * at.scale, rotation, at.tilt)
    }

    /// Corners of the sheet in the frame.
    fn quad(&self, sheet: &Sheet, now: f64) -> Quad {
        let (w, h) = (self.kind.size.0 as f32, self.kind.size.1 as f32);
        let d = self.kind.disturbance;
        let rest = &self.rest;
        let progress = ((now - EMPTY_MS) / (REST_MS - EMPTY_MS)).clamp(0.0, 1.0) as f32;
        let away = (1.0 - progress).powi(2);
        let leaving = 1.0 - ((now - PASSING_MS + 500.0) / 500.0).clamp(0.0, 1.0) as f32;
        let t = now as f32 / 1000.0;
        let phase = (self.seed % 17) as f32;
        let strength = if d == Disturbance::Trembling { 2.2 } else { 1.0 } * w.min(h) / 720.0;
        let tremor = |rate: f32, shift: f32| {
            strength * (1.1 * wave(t * rate + shift + phase) + 2.4 * wave(t * rate * 0.11 + 2.0 * shift + phase))
        };
        let scale = match d {
            Disturbance::Far => rest.px_per_mm * (1.0 - 0.52 * leaving),
            _ => rest.px_per_mm,
        } * (1.0 - 0.2 * away);
        let tilt = match d {
            Disturbance::Slanted => 0.3 * leaving,
            _ => 0.0,
        } + rest.tilt
            + 0.06 * away;
        let aside = if d == Disturbance::Aside { 0.16 * w * leaving } else { 0.0 };
        let centre = Point::new(
            rest.centre.x + rest.from.x * away + tremor(51.0, 0.4) - aside,
            rest.centre.y + rest.from.y * away + tremor(46.0, 1.9),
        );
        let angle = rest.rotation_deg + 14.0 * away * rest.from.x.signum() + 0.12 * wave(t * 33.0 + phase);
        corners(sheet, centre, scale, angle, tilt)
    }

    /// Speed of the fastest corner, in diagonals a second.
    fn speed(&self, sheet: &Sheet, now: f64) -> f32 {
        speed_between(&self.quad(sheet, now - 40.0), &self.quad(sheet, now))
    }

    fn describe(&self, quad: &Quad, truth: &mut Truth) {
        let (w, h) = (self.kind.size.0 as f32, self.kind.size.1 as f32);
        let g = guide(self.kind.side, Some(self.kind.document), self.kind.size.0, self.kind.size.1);
        let bounds = quad.bounds();
        let centre = bounds.centre();
        truth.in_view = centre.x > 0.0 && centre.y > 0.0 && centre.x < w && centre.y < h;
        truth.whole = quad.0.iter().all(|p| p.x > 0.0 && p.y > 0.0 && p.x < w && p.y < h);
        truth.fill = (bounds.width / (g.width * w)).max(bounds.height / (g.height * h));
        truth.offset = ((centre.x - w / 2.0) / (g.width * w), (centre.y - h / 2.0) / (g.width * w));
    }

    fn draw(&self, image: &mut RgbImage, sheet: &Sheet, quad: &Quad, level: usize, fingers: bool) {
        let (sw, sh) = sheet.size_mm;
        let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: sw, height: sh });
        let Some(to_mm) = Homography::between(quad, &page) else { return };
        let texture = &self.textures[level];
        let soft = 1.0 + 2.0 * BLURS[level];
        let px_per_mm = self.rest.px_per_mm;
        let bounds = quad.bounds();
        let margin = 14.0 * px_per_mm;
        let clip = |v: f32, max: u32| v.clamp(0.0, max as f32) as u32;
        let (x0, x1) = (clip(bounds.x - margin, image.width()), clip(bounds.x + bounds.width + margin, image.width()));
        let (y0, y1) =
            (clip(bounds.y - margin, image.height()), clip(bounds.y + bounds.height + margin, image.height()));
        let radius = sheet.corner_mm;
        for y in y0..y1 {
            for x in x0..x1 {
                let p = to_mm.apply(Point::new(x as f32 + 0.5, y as f32 + 0.5));
                let (dx, dy) = ((radius - p.x).max(p.x - (sw - radius)), (radius - p.y).max(p.y - (sh - radius)));
                let inside =
                    if dx <= 0.0 && dy <= 0.0 { radius - dx.max(dy) } else { radius - dx.max(0.0).hypot(dy.max(0.0)) };
                let pixel = image.get_pixel_mut(x, y);
                if inside > -4.0 {
                    blend(pixel, Rgb([10, 9, 8]), 0.3 * (1.0 + inside / 4.0).clamp(0.0, 1.0));
                }
                let cover = (inside * px_per_mm / soft + 0.5).clamp(0.0, 1.0);
                if cover > 0.0 {
                    blend(pixel, bilinear(texture, p.x * self.texture_scale, p.y * self.texture_scale), cover);
                }
                if fingers {
                    for at in [0.35, 0.62] {
                        let reach = 9.0;
                        let along = (p.x - sw).clamp(-reach, 14.0);
                        let away = (p.x - sw - along).hypot(p.y - sh * at) - 7.5;
                        if away < 0.0 {
                            let shade = 1.0 - 0.25 * (1.0 + away / 7.5).clamp(0.0, 1.0);
                            *pixel = Rgb([206.0, 154.0, 128.0].map(|c: f32| (c * shade) as u8));
                        }
                    }
                }
            }
        }
    }

    fn draw_glare(&self, image: &mut RgbImage, quad: &Quad, now: f64) {
        let b = quad.bounds();
        let t = (now / PASSING_MS) as f32;
        let at = Point::new(b.x + b.width * (0.25 + 0.5 * t), b.y + b.height * (0.45 + 0.3 * t));
        let radius = 0.16 * b.width.min(b.height);
        let (x0, x1) = ((at.x - 2.0 * radius).max(0.0) as u32, ((at.x + 2.0 * radius) as u32).min(image.width()));
        let (y0, y1) = ((at.y - 2.0 * radius).max(0.0) as u32, ((at.y + 2.0 * radius) as u32).min(image.height()));
        for y in y0..y1 {
            for x in x0..x1 {
                let away = Point::new(x as f32, y as f32).distance(at) / radius;
                let part = (1.4 - away).clamp(0.0, 1.0);
                blend(image.get_pixel_mut(x, y), Rgb([254, 254, 252]), (part * 1.6).min(1.0));
            }
        }
    }

    /// Applies light and sensor noise.
    fn expose(&self, image: &RgbImage, index: u32, dim: bool) -> Vec<u8> {
        let gain = if dim { 92 } else { 256 };
        let mut at = (index as usize).wrapping_mul(7919) & 0xFFFF;
        let mut pixels = Vec::with_capacity(image.as_raw().len() / 3 * 4);
        for p in image.pixels() {
            at = (at + 1) & 0xFFFF;
            let noise = i32::from(self.noise[at]);
            for c in p.0 {
                pixels.push((i32::from(c) * gain / 256 + noise).clamp(0, 255) as u8);
            }
            pixels.push(255);
        }
        pixels
    }
}

impl Rest {
    fn of(rng: &mut Rng, kind: &StreamKind, sheet: Option<&Sheet>) -> Self {
        let (w, h) = (kind.size.0 as f32, kind.size.1 as f32);
        let (sw, sh) = sheet.map_or((85.6, 53.98), |sheet| sheet.size_mm);
        let base: f32 = match kind.disturbance {
            Disturbance::Turned => rng.pick(&[90.0, -90.0]),
            Disturbance::UpsideDown => 180.0,
            _ => 0.0,
        };
        let (across, down) = if base.abs() == 90.0 { (sh, sw) } else { (sw, sh) };
        // People fill the guide or the frame, whichever is smaller for what they hold.
        let fit = (0.9 * w / across).min(0.9 * h / down);
        Self {
            px_per_mm: fit * rng.range(0.84, 0.96),
            rotation_deg: base + rng.range(-3.0, 3.0),
            tilt: rng.range(0.0, 0.04),
            centre: Point::new(w / 2.0 + 0.02 * w * rng.range(-1.0, 1.0), h / 2.0 + 0.02 * h * rng.range(-1.0, 1.0)),
            from: Point::new(if rng.chance(0.5) { 0.9 * w } else { -0.9 * w }, 0.3 * h * rng.range(-1.0, 1.0)),
        }
    }
}

/// Speed up to which a hand holds still, in diagonals of the subject a second.
const TREMOR: f32 = 0.12;

/// Speed of the fastest corner over 40 ms, in diagonals of the sheet a second.
fn speed_between(a: &Quad, b: &Quad) -> f32 {
    let moved = (0..4).map(|i| a.0[i].distance(b.0[i])).fold(0.0, f32::max);
    moved / b.0[0].distance(b.0[2]).max(1.0) / 0.04
}

/// Which of [`BLURS`] a speed makes.
fn blur_of(speed: f32) -> usize {
    match speed {
        _ if speed > 1.2 => 3,
        _ if speed > 0.5 => 2,
        _ if speed > 0.2 => 1,
        _ => 0,
    }
}

/// Corners of a sheet whose upper edge is narrower by a share `tilt`, or its lower edge if that is negative.
fn corners(sheet: &Sheet, centre: Point, px_per_mm: f32, rotation_deg: f32, tilt: f32) -> Quad {
    let (sin, cos) = rotation_deg.to_radians().sin_cos();
    let (sw, sh) = (sheet.size_mm.0 * px_per_mm / 2.0, sheet.size_mm.1 * px_per_mm / 2.0);
    let corner = |sx: f32, sy: f32| {
        let narrow = if (sy < 0.0) == (tilt > 0.0) { 1.0 - tilt.abs() } else { 1.0 };
        let (x, y) = (sx * sw * narrow, sy * sh * (1.0 - 0.3 * tilt.abs()));
        Point::new(centre.x + x * cos - y * sin, centre.y + x * sin + y * cos)
    };
    Quad([corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)])
}

fn bilinear(image: &RgbImage, x: f32, y: f32) -> Rgb<u8> {
    let (x, y) =
        ((x - 0.5).clamp(0.0, image.width() as f32 - 1.001), (y - 0.5).clamp(0.0, image.height() as f32 - 1.001));
    let (ix, iy) = (x as usize, y as usize);
    let (fx, fy) = (x - ix as f32, y - iy as f32);
    let row = image.width() as usize * 3;
    let data = image.as_raw();
    let at = iy * row + ix * 3;
    let mut out = [0u8; 3];
    for (k, o) in out.iter_mut().enumerate() {
        let v = |i: usize| f32::from(data[i + k]);
        let top = v(at) + (v(at + 3) - v(at)) * fx;
        let below = v(at + row) + (v(at + row + 3) - v(at + row)) * fx;
        *o = (top + (below - top) * fy + 0.5) as u8;
    }
    Rgb(out)
}
