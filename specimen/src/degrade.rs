//! Degradations of light, lens, sensor and encoder. Strengths are in pixels of the image or shares of full white.

use std::f32::consts::{PI, TAU};

use image::RgbImage;
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::{DynamicImage, ImageDecoder};

use crate::rng::{Rng, smooth, wave};

/// Applies a gain and an offset per pixel.
fn relight(image: &mut RgbImage, mut f: impl FnMut(f32, f32) -> (f32, f32)) {
    for (x, y, p) in image.enumerate_pixels_mut() {
        let (gain, veil) = f(x as f32, y as f32);
        for c in &mut p.0 {
            *c = (f32::from(*c) * gain + veil).clamp(0.0, 255.0) as u8;
        }
    }
}

/// Overexposes a part of the image by up to `gain`, clipped at white; `at` and `radius` in pixels.
pub fn over_expose(image: &mut RgbImage, at: (f32, f32), radius: f32, gain: f32) {
    relight(image, |x, y| {
        let away = ((x - at.0).powi(2) + (y - at.1).powi(2)).sqrt() / radius;
        let part = smoothstep(1.25 - away);
        (1.0 + (gain - 1.0) * part, 10.0 * part)
    });
}

/// Adds a specular reflection on laminate, `width` pixels wide through `at`, that hides up to `veil` (0–1) of what is
/// under it, with the ripples of laminate.
pub fn glare(rng: &mut Rng, image: &mut RgbImage, at: (f32, f32), width: f32, veil: f32) {
    let (sin, cos) = rng.range(0.0, PI).sin_cos();
    let (seed, round) = (rng.bits(), rng.chance(0.4));
    let ripple = rng.range(0.0, 0.35);
    let white = rng.range(225.0, 255.0);
    relight(image, |x, y| {
        let (dx, dy) = (x - at.0, y - at.1);
        let across = (dx * cos + dy * sin) / width;
        let along = (dy * cos - dx * sin) / (width * if round { 1.0 } else { 6.0 });
        let away = (across * across + along * along).sqrt();
        let part = smoothstep(1.15 - away) * (1.0 - ripple * smooth(x / width * 4.0, y / width * 4.0, seed));
        let hide = veil * part;
        (1.0 - hide, white * hide)
    });
}

/// Adds a shadow with a straight edge through `at` and a penumbra of `soft` pixels; `light` is the remaining share of
/// light.
pub fn shadow(rng: &mut Rng, image: &mut RgbImage, at: (f32, f32), soft: f32, light: f32) {
    let (sin, cos) = rng.range(0.0, TAU).sin_cos();
    let (bow, pitch) = (rng.range(0.0, 40.0), rng.range(0.004, 0.012));
    relight(image, |x, y| {
        let (dx, dy) = (x - at.0, y - at.1);
        let side = dx * cos + dy * sin + bow * wave((dy * cos - dx * sin) * pitch);
        let dark = smoothstep((side / soft + 0.5).clamp(0.0, 1.0));
        (1.0 - (1.0 - light) * dark, 0.0)
    });
}

/// Blurs like a defocused lens: `sigma` pixels.
pub fn defocus(image: &mut RgbImage, sigma: f32) {
    // Three box filters approximate a Gaussian (Wells 1986); a box of half-width r has the variance r(r + 1) / 3.
    let r = ((1.0 + 4.0 * sigma * sigma).sqrt() - 1.0) / 2.0;
    for _ in 0..3 {
        smear(image, (1.0, 0.0), r);
        smear(image, (0.0, 1.0), r);
    }
}

/// Blurs along a straight motion of `length` pixels at `angle_deg`.
pub fn motion(image: &mut RgbImage, length: f32, angle_deg: f32) {
    let (sin, cos) = angle_deg.to_radians().sin_cos();
    smear(image, (cos, sin), length / 2.0);
}

/// Averages over `reach` pixels to both sides along a direction, in steps of at most one pixel.
fn smear(image: &mut RgbImage, (cos, sin): (f32, f32), reach: f32) {
    let (w, h) = (image.width() as i32, image.height() as i32);
    let whole = reach.floor() as i32;
    // Fractional weights at the ends keep fractional lengths.
    let mut taps: Vec<(i32, i32, u32)> = Vec::new();
    let mut total = 0;
    for i in -whole - 1..=whole + 1 {
        let share = (reach + 1.0 - (i as f32).abs()).clamp(0.0, 1.0);
        let (x, y) = (i as f32 * cos, i as f32 * sin);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        for (ox, oy, part) in
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)]
        {
            let weight = (share * part * 256.0) as u32;
            if weight > 0 {
                taps.push((x.floor() as i32 + ox, y.floor() as i32 + oy, weight));
                total += weight;
            }
        }
    }
    if total == 0 || taps.len() == 1 {
        return;
    }
    let source = image.clone();
    let data = source.as_raw();
    let border = (whole + 2).min(w).min(h);
    let stride = w as usize * 3;
    let mut sums = vec![0u32; stride];
    for y in 0..h {
        sums.fill(0);
        let inner = if y >= border && y < h - border { border..(w - border).max(border) } else { 0..0 };
        let (from, to) = (inner.start as usize * 3, inner.end as usize * 3);
        for &(dx, dy, weight) in taps.iter().filter(|_| from < to) {
            let row = &data[((y + dy) * w + inner.start + dx) as usize * 3..][..to - from];
            for (sum, value) in sums[from..to].iter_mut().zip(row) {
                *sum += u32::from(*value) * weight;
            }
        }
        for x in (0..w).filter(|x| !inner.contains(x)) {
            for &(dx, dy, weight) in &taps {
                let (sx, sy) = ((x + dx).clamp(0, w - 1), (y + dy).clamp(0, h - 1));
                let q = &data[(sy * w + sx) as usize * 3..][..3];
                for (sum, value) in sums[x as usize * 3..].iter_mut().zip(q) {
                    *sum += u32::from(*value) * weight;
                }
            }
        }
        let row = &mut image.as_flat_samples_mut().samples[y as usize * stride..][..stride];
        for (value, sum) in row.iter_mut().zip(&sums) {
            *value = ((sum + total / 2) / total) as u8;
        }
    }
}

/// Scales the light by `light` and adds sensor noise of `sigma` grey levels; `blotches` correlates it, like a camera's
/// own noise filter.
pub fn sensor_noise(rng: &mut Rng, image: &mut RgbImage, light: f32, sigma: f32, blotches: bool) {
    let w = image.width() as usize;
    let mut above = vec![0.0f32; w];
    let mut before = 0.0;
    let keep: f32 = if blotches { 0.45 } else { 0.0 };
    let fresh = (1.0 - keep * keep).sqrt();
    for (x, _, p) in image.enumerate_pixels_mut() {
        let raw = rng.normal();
        before = keep * before + fresh * raw;
        above[x as usize] = keep * above[x as usize] + fresh * before;
        let colour = rng.bits();
        for (k, c) in p.0.iter_mut().enumerate() {
            let chroma = ((colour >> (k * 16)) & 0xFFFF) as f32 / 65535.0 - 0.5;
            *c = (f32::from(*c) * light + sigma * (above[x as usize] + 1.2 * chroma)).clamp(0.0, 255.0) as u8;
        }
    }
}

/// Encodes as JPEG of quality 1–100 and decodes again.
pub fn jpeg(image: RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&image)
        .expect("an image of this size can be written to memory");
    let decoder = JpegDecoder::new(std::io::Cursor::new(bytes)).expect("our own JPEG has a header");
    debug_assert_eq!(decoder.dimensions(), image.dimensions());
    DynamicImage::from_decoder(decoder).expect("our own JPEG can be read").into_rgb8()
}

/// Recaptures the image from a screen: subpixel stripes with dark gaps, `pitch` camera pixels apart and rotated by
/// `angle_deg`; `depth` is the darkness of the gaps, 0–1.
pub fn screen(image: &mut RgbImage, pitch: f32, angle_deg: f32, depth: f32) {
    let (sin, cos) = angle_deg.to_radians().sin_cos();
    for (x, y, p) in image.enumerate_pixels_mut() {
        let (x, y) = (x as f32, y as f32);
        let (u, v) = ((x * cos + y * sin) / pitch, (y * cos - x * sin) / pitch);
        let rows = 0.5 + 0.5 * (TAU * v).cos();
        for (k, c) in p.0.iter_mut().enumerate() {
            let stripe = 0.5 + 0.5 * (TAU * (u - k as f32 / 3.0)).cos();
            let light = 1.0 - depth * (1.0 - stripe * (0.6 + 0.4 * rows));
            *c = (f32::from(*c) * light * (1.0 + depth * 0.4)).min(255.0) as u8;
        }
    }
}

/// Makes a greyscale copy under coloured light.
pub fn grey_copy(image: &mut RgbImage, light: [f32; 3]) {
    for p in image.pixels_mut() {
        let [r, g, b] = p.0.map(f32::from);
        let grey = 0.3 * r + 0.59 * g + 0.11 * b;
        p.0 = light.map(|l| (grey * l).min(255.0) as u8);
    }
}

/// Applies a random white balance, exposure and vignetting.
pub fn exposure(rng: &mut Rng, image: &mut RgbImage) {
    let gains = [rng.range(0.86, 1.06), rng.range(0.9, 1.04), rng.range(0.8, 1.08)];
    let fall = rng.range(0.0, 0.22);
    let (w, h) = (image.width() as f32, image.height() as f32);
    for (x, y, p) in image.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 / w - 0.5, y as f32 / h - 0.5);
        let light = 1.0 - fall * (dx * dx + dy * dy) * 2.0;
        for (c, gain) in p.0.iter_mut().zip(gains) {
            *c = (f32::from(*c) * gain * light).clamp(0.0, 255.0) as u8;
        }
    }
}

fn smoothstep(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn dot() -> RgbImage {
        let mut image = RgbImage::new(41, 41);
        image.put_pixel(20, 20, Rgb([255; 3]));
        image
    }

    #[test]
    fn blur_has_requested_width() {
        for sigma in [1.0f32, 2.0] {
            let mut image = dot();
            defocus(&mut image, sigma);
            let (mut sum, mut square) = (0.0, 0.0);
            for (x, _, p) in image.enumerate_pixels() {
                sum += f32::from(p.0[0]);
                square += f32::from(p.0[0]) * (x as f32 - 20.0).powi(2);
            }
            let found = (square / sum).sqrt();
            assert!((found - sigma).abs() < 0.35, "{sigma}: {found}");
        }
        let mut image = dot();
        motion(&mut image, 8.0, 0.0);
        let lit = (0..41).filter(|&x| image.get_pixel(x, 20).0[0] > 10).count();
        assert!((7..=10).contains(&lit), "{lit}");
        assert_eq!(image.get_pixel(20, 19).0[0], 0);
    }

    #[test]
    fn noise_has_requested_strength() {
        let mut image = RgbImage::from_pixel(200, 200, Rgb([200; 3]));
        sensor_noise(&mut Rng::new(1, 1), &mut image, 0.5, 8.0, true);
        let values: Vec<f32> = image.pixels().map(|p| f32::from(p.0[0])).collect();
        let mean = values.iter().sum::<f32>() / values.len() as f32;
        let sigma = (values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / values.len() as f32).sqrt();
        assert!((98.0..102.0).contains(&mean) && (7.0..10.0).contains(&sigma), "{mean} {sigma}");
    }
}
