//! An image pyramid with a factor of √2 between levels, for a detector of one glyph size.

use crate::frame::LumaImage;

/// Maximum longer side of a level, px; larger images are downsampled.
const MAX_LEVEL_SIDE: f32 = 1600.0;
/// An image is enlarged while its longer side stays below this, px: its glyphs may be 5 px high.
const MAX_ENLARGED_SIDE: f32 = 1300.0;
/// Minimum longer side of a level, px; a smaller one holds no readable MRZ.
const MIN_LEVEL_SIDE: f32 = 150.0;

/// One level.
#[derive(Debug, Clone)]
pub(super) struct Level {
    pub image: LumaImage,
    /// Pixels of the image per pixel of the level.
    pub scale: f32,
}

/// Returns the levels from coarse to fine: a document that fills the image is found at a coarse one, in a fraction of
/// the time.
pub(super) fn pyramid(image: &LumaImage) -> Vec<Level> {
    let side = image.width.max(image.height) as f32;
    if image.width.min(image.height) < 8 {
        return Vec::new();
    }
    let mut levels = Vec::new();
    for (factor, below) in [(2.0, MAX_ENLARGED_SIDE), (std::f32::consts::SQRT_2, MAX_ENLARGED_SIDE)] {
        if side * factor <= below {
            levels.push(Level { image: resized(image, factor), scale: 1.0 / factor });
        }
    }
    let mut even = Level { image: image.clone(), scale: 1.0 };
    while side / even.scale >= MIN_LEVEL_SIDE && even.image.width.min(even.image.height) >= 16 {
        let odd = Level {
            image: resized(&even.image, std::f32::consts::FRAC_1_SQRT_2),
            scale: even.scale * std::f32::consts::SQRT_2,
        };
        let next = Level { image: halved(&even.image), scale: even.scale * 2.0 };
        levels.push(even);
        if side / odd.scale >= MIN_LEVEL_SIDE {
            levels.push(odd);
        }
        even = next;
    }
    levels.retain(|level| side / level.scale <= MAX_LEVEL_SIDE);
    levels.reverse();
    levels
}

/// Averages blocks of two by two pixels.
fn halved(image: &LumaImage) -> LumaImage {
    let (width, height) = ((image.width / 2).max(1), (image.height / 2).max(1));
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        let row = |y: usize| &image.data[y.min(image.height - 1) * image.width..][..image.width];
        let (upper, lower) = (row(2 * y), row(2 * y + 1));
        if image.width == 1 {
            data.push(upper[0]);
            continue;
        }
        for (a, b) in upper.chunks_exact(2).zip(lower.chunks_exact(2)) {
            data.push(((u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]) + 2) / 4) as u8);
        }
    }
    LumaImage { data, width, height }
}

/// Bilinear interpolation, by rows and then by columns; for factors from 0.7 to 2.
fn resized(image: &LumaImage, factor: f32) -> LumaImage {
    let to = |size: usize| ((size as f32 * factor).round() as usize).max(1);
    let (width, height) = (to(image.width), to(image.height));
    // Positions in 1/256 px, with exact factors, so that the borders coincide.
    let at = |i: usize, from: usize, to: usize| {
        let place = ((i as f32 + 0.5) * from as f32 / to as f32 - 0.5).clamp(0.0, (from - 1) as f32);
        let low = (place as usize).min(from.saturating_sub(2));
        (low, ((place - low as f32) * 256.0) as u16)
    };
    let columns: Vec<(usize, u16)> = (0..width).map(|x| at(x, image.width, width)).collect();
    let mut blended = vec![0u8; image.width + 1];
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        let (row, weight) = at(y, image.height, height);
        let upper = &image.data[row * image.width..(row + 1) * image.width];
        let lower = &image.data[(row + 1).min(image.height - 1) * image.width..][..image.width];
        for ((o, &a), &b) in blended.iter_mut().zip(upper).zip(lower) {
            *o = ((u16::from(a) * (256 - weight) + u16::from(b) * weight + 128) >> 8) as u8;
        }
        blended[image.width] = blended[image.width - 1];
        data.extend(columns.iter().map(|&(x, weight)| {
            let (a, b) = (u16::from(blended[x]), u16::from(blended[x + 1]));
            ((a * (256 - weight) + b * weight + 128) >> 8) as u8
        }));
    }
    LumaImage { data, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> LumaImage {
        LumaImage { data: (0..width * height).map(|i| (i % width / 2) as u8).collect(), width, height }
    }

    #[test]
    fn levels_go_from_coarse_to_fine_by_a_constant_factor() {
        for (width, height, finest) in
            [(1280, 720, 1.0), (1920, 1080, 2f32.sqrt()), (4000, 3000, 2.0 * 2f32.sqrt()), (272, 185, 0.5)]
        {
            let levels = pyramid(&LumaImage::filled(width, height, 9));
            assert!((levels.last().unwrap().scale - finest).abs() < 1e-3, "{width}");
            for pair in levels.windows(2) {
                assert!((pair[0].scale / pair[1].scale - 2f32.sqrt()).abs() < 0.01);
            }
            for level in &levels {
                let expected = width as f32 / level.scale;
                assert!((level.image.width as f32 - expected).abs() <= 2.0, "{} for {expected}", level.image.width);
                assert!(level.image.data.iter().all(|&v| v == 9));
            }
        }
        assert!(pyramid(&LumaImage::filled(4000, 3, 0)).is_empty());
    }

    #[test]
    fn resizing_preserves_positions() {
        let image = ramp(200, 20);
        for small in [halved(&image), resized(&image, 0.7), resized(&image, 2.0)] {
            let scale = 200.0 / small.width as f32;
            for x in 5..small.width - 5 {
                let expected = image.sample((x as f32 + 0.5) * scale - 0.5, 10.0);
                let got = f32::from(small.get(x, small.height / 2));
                assert!((got - expected).abs() <= 1.0, "{x}: {got} for {expected}");
            }
        }
        assert_eq!(halved(&LumaImage::filled(1, 1, 7)), LumaImage::filled(1, 1, 7));
    }
}
