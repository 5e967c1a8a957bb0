//! Downscaling and perspective rectification.

use super::pixels::Image;
use crate::frame::Frame;
use crate::geometry::{Homography, Point, Quad, Rect};
use crate::simd::F32x4;

/// Maximum side of a rectified document, px: more than any camera frame has.
const MAX_WARPED_SIDE: f32 = 8192.0;

/// Downscales by area averaging. The target size is clamped to the image's own.
pub fn downscale(image: &Image, width: u32, height: u32) -> Image {
    let (width, height) = (width.clamp(1, image.width), height.clamp(1, image.height));
    if (width, height) == (image.width, image.height) {
        return image.clone();
    }
    let (w, h) = (image.width as usize, image.height as usize);
    let columns = shares(w, width as usize);
    let rows = shares(h, height as usize);
    let mut data = Vec::with_capacity(width as usize * height as usize * 4);
    let mut line = vec![0f32; w * 4];
    for row in &rows {
        line.fill(0.0);
        for (i, share) in row.weights.iter().enumerate() {
            let from = &image.data[(row.first + i) * w * 4..][..w * 4];
            for (sum, &v) in line.iter_mut().zip(from) {
                *sum += f32::from(v) * share;
            }
        }
        for column in &columns {
            let mut sum = [0.5f32; 4];
            for (i, share) in column.weights.iter().enumerate() {
                for (s, v) in sum.iter_mut().zip(&line[(column.first + i) * 4..]) {
                    *s += v * share;
                }
            }
            data.extend(sum.map(|s| s as u8));
        }
    }
    Image { data, width, height }
}

/// Source pixels of one result pixel and their weights, which sum to 1.
struct Share {
    first: usize,
    weights: Vec<f32>,
}

fn shares(from: usize, to: usize) -> Vec<Share> {
    let step = from as f32 / to as f32;
    (0..to)
        .map(|i| {
            let (start, end) = (i as f32 * step, ((i + 1) as f32 * step).min(from as f32));
            let first = (start as usize).min(from - 1);
            let last = (end.ceil() as usize).clamp(first + 1, from);
            let mut weights: Vec<f32> =
                (first..last).map(|k| ((k + 1) as f32).min(end) - (k as f32).max(start)).map(|v| v.max(0.0)).collect();
            let sum: f32 = weights.iter().sum();
            if sum > 0.0 {
                weights.iter_mut().for_each(|v| *v /= sum);
            } else {
                weights[0] = 1.0;
            }
            Share { first, weights }
        })
        .collect()
}

/// Rectifies a convex quadrilateral to a rectangle of `size` (width, height in px), or of the mean length of its
/// opposite sides. Bilinear, with as many samples as the source is denser. `None` if the quadrilateral is not convex,
/// or smaller than 8 px a side.
pub fn warp(frame: &Frame<'_>, quad: &Quad, size: Option<(u32, u32)>) -> Option<Image> {
    let p = &quad.0;
    if !p.iter().all(|p| p.x.is_finite() && p.y.is_finite()) || !is_convex(quad) {
        return None;
    }
    let across = (p[0].distance(p[1]) + p[3].distance(p[2])) / 2.0;
    let down = (p[0].distance(p[3]) + p[1].distance(p[2])) / 2.0;
    if !(8.0..=MAX_WARPED_SIDE).contains(&across) || !(8.0..=MAX_WARPED_SIDE).contains(&down) {
        return None;
    }
    let (width, height) = size.unwrap_or((across.round() as u32, down.round() as u32));
    if width == 0 || height == 0 || width as f32 > MAX_WARPED_SIDE || height as f32 > MAX_WARPED_SIDE {
        return None;
    }
    let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: width as f32, height: height as f32 });
    let to_frame = Homography::between(&page, quad)?;
    let dense = (across / width as f32).max(down / height as f32).ceil().clamp(1.0, 4.0) as usize;
    let share = F32x4::splat(1.0 / (dense * dense) as f32);
    let mut data = Vec::with_capacity(width as usize * height as usize * 4);
    for y in 0..height {
        for x in 0..width {
            let mut sum = F32x4::splat(0.0);
            for sy in 0..dense {
                for sx in 0..dense {
                    let at = |v: u32, s: usize| v as f32 + (s as f32 + 0.5) / dense as f32;
                    let q = to_frame.apply(Point::new(at(x, sx), at(y, sy)));
                    sum = sum.add_product(frame.sample(q.x - 0.5, q.y - 0.5), share);
                }
            }
            data.extend(sum.to_array().map(|s| (s + 0.5) as u8));
        }
    }
    Some(Image { data, width, height })
}

fn is_convex(quad: &Quad) -> bool {
    let p = &quad.0;
    (0..4).all(|i| {
        let (a, b, c) = (p[i], p[(i + 1) % 4], p[(i + 2) % 4]);
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 0.0
    })
}
