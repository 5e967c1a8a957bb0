//! Writes video that Chromium plays as its camera: YUV4MPEG2, 4:2:0, BT.601, limited range.

use std::io::{self, Write};

use image::RgbImage;

/// Writes frames with sensor noise. Sizes must be even and equal.
///
/// # Errors
/// Returns an error if sizes differ or are odd, or if `out` fails.
pub fn write_all(
    out: &mut impl Write,
    frames: impl IntoIterator<Item = RgbImage>,
    fps: u32,
    seed: u64,
) -> io::Result<()> {
    let mut state = seed | 1;
    let mut size = None;
    for image in frames {
        if size.is_none() {
            header(out, image.dimensions(), fps)?;
        }
        if *size.get_or_insert(image.dimensions()) != image.dimensions() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the frames of a stream must have one size"));
        }
        frame(out, planes(&image), image.dimensions(), &mut state)?;
    }
    Ok(())
}

fn header(out: &mut impl Write, (w, h): (u32, u32), fps: u32) -> io::Result<()> {
    if w % 2 != 0 || h % 2 != 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "4:2:0 needs an even width and height"));
    }
    writeln!(out, "YUV4MPEG2 W{w} H{h} F{fps}:1 Ip A1:1 C420jpeg")
}

/// Writes one frame with sensor noise of about ±2.
fn frame(out: &mut impl Write, mut planes: Vec<u8>, (w, h): (u32, u32), state: &mut u64) -> io::Result<()> {
    writeln!(out, "FRAME")?;
    for v in &mut planes[..(w * h) as usize] {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        *v = (i32::from(*v) + ((*state >> 40) % 5) as i32 - 2).clamp(16, 235) as u8;
    }
    out.write_all(&planes)
}

/// Writes one image as `frames` frames that differ by sensor noise of about ±2, drawn from `seed`. Sizes must be even.
///
/// # Errors
/// Returns an error if a size is odd, or if `out` fails.
pub fn write(out: &mut impl Write, image: &RgbImage, frames: u32, fps: u32, seed: u64) -> io::Result<()> {
    header(out, image.dimensions(), fps)?;
    let base = planes(image);
    let mut state = seed | 1;
    for _ in 0..frames {
        frame(out, base.clone(), image.dimensions(), &mut state)?;
    }
    Ok(())
}

fn planes(image: &RgbImage) -> Vec<u8> {
    let (w, h) = (image.width() as usize, image.height() as usize);
    let mut out = Vec::with_capacity(w * h * 3 / 2);
    let rgb = |x: usize, y: usize| image.get_pixel(x as u32, y as u32).0.map(f32::from);
    for y in 0..h {
        for x in 0..w {
            let [r, g, b] = rgb(x, y);
            out.push((16.0 + (65.481 * r + 128.553 * g + 24.966 * b) / 255.0).round() as u8);
        }
    }
    for weights in [[-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]] {
        for y in (0..h).step_by(2) {
            for x in (0..w).step_by(2) {
                let mut v = 0.0;
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let p = rgb(x + dx, y + dy);
                    v += (0..3).map(|i| weights[i] * p[i] / 255.0).sum::<f32>() / 4.0;
                }
                out.push((128.0 + v).round() as u8);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    #[test]
    fn writes_header_frame_sizes_and_limited_range() {
        let mut out = Vec::new();
        write(&mut out, &RgbImage::from_pixel(4, 2, Rgb([255, 255, 255])), 3, 30, 1).unwrap();
        let header = b"YUV4MPEG2 W4 H2 F30:1 Ip A1:1 C420jpeg\n";
        assert_eq!(&out[..header.len()], header);
        assert_eq!(out.len(), header.len() + 3 * (6 + 12));
        let luma = &out[header.len() + 6..][..8];
        assert!(luma.iter().all(|v| (233..=235).contains(v)), "{luma:?}");
        assert!(write(&mut Vec::new(), &RgbImage::new(3, 2), 1, 30, 1).is_err());
    }
}
