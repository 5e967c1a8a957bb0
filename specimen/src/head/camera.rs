//! Backgrounds of a head, and the effects of lens and sensor.

use crate::rng::{Rng, smooth};

/// An image in linear light; 1 is white.
pub struct Linear {
    pub(super) pixels: Vec<[f32; 3]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Linear {
    fn from_fn(width: u32, height: u32, colour: impl Fn(u32, u32) -> [f32; 3]) -> Self {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| colour(x, y)).collect();
        Self { pixels, width, height }
    }

    /// Scales the light by a factor plus a share per channel.
    pub(super) fn scale(&mut self, by: f32, more: [f32; 3]) {
        let by = more.map(|m| by + m);
        for pixel in &mut self.pixels {
            for (v, by) in pixel.iter_mut().zip(by) {
                *v *= by;
            }
        }
    }

    /// Applies the lens blur, a defocus (standard deviation in pixels) and a motion blur (pixels).
    pub(super) fn soften(&mut self, defocus: f32, motion: [f32; 2]) {
        if defocus < 0.7 {
            let share = 0.18 + 0.15 * defocus.max(0.0);
            self.convolve3(&[share, 1.0 - 2.0 * share, share]);
        } else {
            // Three box filters approximate a Gaussian.
            let radius = ((defocus * defocus + 0.25).sqrt() - 0.4).max(0.4);
            for _ in 0..3 {
                self.box_blur(radius);
            }
        }
        let length = motion[0].hypot(motion[1]);
        if length >= 1.0 {
            self.motion_blur(motion, length);
        }
    }

    /// Convolves with three weights along rows, then columns.
    fn convolve3(&mut self, [a, b, c]: &[f32; 3]) {
        let (w, h) = (self.width as usize, self.height as usize);
        let mixed = |p: [f32; 3], q: [f32; 3], r: [f32; 3]| -> [f32; 3] {
            std::array::from_fn(|k| a * p[k] + b * q[k] + c * r[k])
        };
        for row in self.pixels.chunks_exact_mut(w) {
            let mut before = row[0];
            for x in 0..w {
                let here = row[x];
                row[x] = mixed(before, here, row[(x + 1).min(w - 1)]);
                before = here;
            }
        }
        let mut before = self.pixels[..w].to_vec();
        for y in 0..h {
            for (x, before) in before.iter_mut().enumerate() {
                let at = y * w + x;
                let here = self.pixels[at];
                let below = self.pixels[if y + 1 < h { at + w } else { at }];
                self.pixels[at] = mixed(*before, here, below);
                *before = here;
            }
        }
    }

    /// Applies a box filter with fractional radius along rows, then columns.
    fn box_blur(&mut self, radius: f32) {
        let (w, h) = (self.width as usize, self.height as usize);
        let mut line = Vec::new();
        for y in 0..h {
            line.clear();
            line.extend_from_slice(&self.pixels[y * w..(y + 1) * w]);
            box_blur_line(&line, radius, |x, v| self.pixels[y * w + x] = v);
        }
        for x in 0..w {
            line.clear();
            line.extend((0..h).map(|y| self.pixels[y * w + x]));
            box_blur_line(&line, radius, |y, v| self.pixels[y * w + x] = v);
        }
    }

    fn motion_blur(&mut self, motion: [f32; 2], length: f32) {
        let (w, h) = (self.width as i32, self.height as i32);
        let steps = length.ceil() as i32 + 1;
        let offsets: Vec<(i32, i32)> = (0..steps)
            .map(|i| i as f32 / (steps - 1) as f32 - 0.5)
            .map(|t| ((motion[0] * t).round() as i32, (motion[1] * t).round() as i32))
            .collect();
        let share = 1.0 / offsets.len() as f32;
        let mut out = Vec::with_capacity(self.pixels.len());
        for y in 0..h {
            for x in 0..w {
                let mut sum = [0f32; 3];
                for &(dx, dy) in &offsets {
                    let at = (y + dy).clamp(0, h - 1) * w + (x + dx).clamp(0, w - 1);
                    let pixel = self.pixels[at as usize];
                    (0..3).for_each(|k| sum[k] += pixel[k]);
                }
                out.push(sum.map(|v| v * share));
            }
        }
        self.pixels = out;
    }

    /// Develops to RGBA: exposure in stops, noise in grey levels.
    pub(super) fn develop(&self, exposure: f32, noise: f32, seed: u64) -> Vec<u8> {
        const STEPS: usize = 2048;
        let curve: Vec<f32> = (0..=STEPS).map(|i| 255.0 * srgb_encode(i as f32 / STEPS as f32)).collect();
        let gain = STEPS as f32 * 2f32.powf(exposure);
        let mut rng = Rng::new(0x5E45, seed);
        let mut out = Vec::with_capacity(self.pixels.len() * 4);
        for pixel in &self.pixels {
            let bits = if noise > 0.0 { rng.bits() } else { 0 };
            // The sum of two uniform numbers has a triangular distribution, close enough to normal here.
            let grain = |k: u32| {
                let (a, b) = ((bits >> (20 * k)) & 0x3FF, (bits >> (20 * k + 10)) & 0x3FF);
                (a as f32 + b as f32 - 1023.0) * (noise * 2.449 / 1023.0)
            };
            for (k, &v) in pixel.iter().enumerate() {
                let level = curve[(v * gain).clamp(0.0, STEPS as f32) as usize] + grain(k as u32);
                out.push((level + 0.5).clamp(0.0, 255.0) as u8);
            }
            out.push(255);
        }
        out
    }
}

fn box_blur_line(line: &[[f32; 3]], radius: f32, mut put: impl FnMut(usize, [f32; 3])) {
    let n = line.len() as i64;
    let at = |i: i64| line[i.clamp(0, n - 1) as usize];
    let (whole, rim) = (radius.floor() as i64, radius - radius.floor());
    let inverse = 1.0 / (2.0 * radius + 1.0);
    let mut sum = [0f32; 3];
    for i in -whole..=whole {
        (0..3).for_each(|k| sum[k] += at(i)[k]);
    }
    for i in 0..n {
        let (low, high) = (at(i - whole - 1), at(i + whole + 1));
        put(i as usize, std::array::from_fn(|k| (sum[k] + rim * (low[k] + high[k])) * inverse));
        let leaves = at(i - whole);
        (0..3).for_each(|k| sum[k] += high[k] - leaves[k]);
    }
}

/// The sRGB transfer function.
fn srgb_encode(linear: f32) -> f32 {
    if linear <= 0.003_130_8 { 12.92 * linear } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

/// The inverse of the sRGB transfer function.
pub(super) fn srgb_decode(level: u8) -> f32 {
    let v = f32::from(level) / 255.0;
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

/// Renders one colour (sRGB) with vignetting.
pub(super) fn plain(colour: [u8; 3], width: u32, height: u32) -> Linear {
    let colour = colour.map(srgb_decode);
    let (w, h) = (width as f32, height as f32);
    Linear::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 / w - 0.5, y as f32 / h - 0.5);
        colour.map(|c| c * (1.0 - 0.5 * (dx * dx + dy * dy)))
    })
}

/// An object on or in front of the wall: left, top, right, bottom as shares of the frame's height, and its colour.
struct RoomObject {
    part: [f32; 4],
    colour: [f32; 3],
    grain: f32,
}

/// Renders a room: wall, shelf or window, framed photos, a piece of furniture.
pub(super) fn room(seed: u64, width: u32, height: u32) -> Linear {
    let mut rng = Rng::new(0x4004, seed);
    let wall = {
        let level = rng.range(0.22, 0.55);
        [level * rng.range(0.92, 1.08), level, level * rng.range(0.82, 1.05)]
    };
    let across = width as f32 / height as f32;
    let mut objects = Vec::new();
    let place =
        |objects: &mut Vec<RoomObject>, rng: &mut Rng, w: f32, h: f32, top: f32, colour: [f32; 3], grain: f32| {
            let left = rng.range(-0.1, across - w + 0.1);
            objects.push(RoomObject { part: [left, top, left + w, top + h], colour, grain });
            left
        };
    if rng.chance(0.5) {
        let (w, h, top) = (rng.range(0.3, 0.5), rng.range(0.45, 0.7), rng.range(-0.1, 0.1));
        let left = place(&mut objects, &mut rng, w, h, top, [0.30, 0.29, 0.27], 0.0);
        let sky = rng.range(0.75, 1.1);
        for (i, j) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let (x, y) = (left + 0.02 + i as f32 * w / 2.0, top + 0.02 + j as f32 * h / 2.0);
            let part = [x, y, x + w / 2.0 - 0.04, y + h / 2.0 - 0.04];
            objects.push(RoomObject { part, colour: [sky * 0.92, sky * 0.97, sky], grain: 0.15 });
        }
    } else {
        let (w, top) = (rng.range(0.3, 0.6), rng.range(-0.1, 0.25));
        let wood = [0.12, 0.075, 0.045].map(|c| c * rng.range(0.5, 2.0));
        let left = place(&mut objects, &mut rng, w, 1.3, top, wood, 0.4);
        for shelf in 0..5 {
            let y = top + 0.04 + 0.24 * shelf as f32;
            let mut x = left + 0.02;
            while x < left + w - 0.06 {
                let thick = rng.range(0.02, 0.055);
                let tall = rng.range(0.12, 0.19);
                let colour = [0, 1, 2].map(|_| rng.range(0.02, 0.4));
                objects.push(RoomObject { part: [x, y + 0.2 - tall, x + thick, y + 0.2], colour, grain: 0.2 });
                x += thick + 0.004;
            }
        }
    }
    for _ in 0..1 + rng.below(3) {
        let (w, h, top) = (rng.range(0.12, 0.3), rng.range(0.12, 0.3), rng.range(0.02, 0.45));
        let frame = [rng.range(0.02, 0.3); 3];
        let left = place(&mut objects, &mut rng, w, h, top, frame, 0.0);
        let colour = [0, 1, 2].map(|_| rng.range(0.1, 0.5));
        objects.push(RoomObject {
            part: [left + 0.012, top + 0.012, left + w - 0.012, top + h - 0.012],
            colour,
            grain: 0.9,
        });
    }
    let sofa = [0, 1, 2].map(|_| rng.range(0.05, 0.3));
    let (w, top) = (rng.range(0.5, 1.2), rng.range(0.7, 0.85));
    place(&mut objects, &mut rng, w, 0.6, top, sofa, 0.3);
    let slope = rng.range(-0.35, 0.35);
    let scale = 1.0 / height as f32;
    let mut image = Linear::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 * scale, y as f32 * scale);
        let light = 1.0 + slope * (u / across - 0.5) - 0.15 * (v - 0.5);
        wall.map(|c| c * light)
    });
    for object in &objects {
        let [l, t, r, b] = object.part.map(|v| v * height as f32);
        for y in t.max(0.0) as u32..(b.max(0.0) as u32).min(height) {
            for x in l.max(0.0) as u32..(r.max(0.0) as u32).min(width) {
                let (u, v) = (x as f32 * scale, y as f32 * scale);
                let grain =
                    if object.grain > 0.0 { object.grain * (smooth(u * 22.0, v * 14.0, seed) - 0.5) } else { 0.0 };
                image.pixels[(y * width + x) as usize] = object.colour.map(|c| c * (1.0 + grain));
            }
        }
    }
    // The room is a few metres behind the focal plane.
    let radius = height as f32 / 300.0;
    image.box_blur(radius);
    image.box_blur(radius);
    image
}
