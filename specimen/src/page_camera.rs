//! A pinhole camera that photographs a page, flat or bent. Each pixel is the mean of the page area that it covers.

use image::{Rgb, RgbImage};

use crate::canvas::blend;
use crate::page::Page;
use crate::rng::{Rng, wave};

/// Pose of a page relative to the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PagePose {
    /// Rotation in the image plane, degrees clockwise.
    pub rotation_deg: f32,
    /// Angle between the camera's axis and the page's normal, degrees.
    pub off_axis_deg: f32,
    /// Direction of the tilt axis in the page, degrees from its lines.
    pub lean_deg: f32,
    /// Height of the page's bend over the flat page, millimetres.
    pub bend_mm: f32,
    /// Requested pixels per millimetre at the page's centre; less if the page would not fit into the image.
    pub px_per_mm: f32,
    /// Whether only the MRZ must be in the image, not the whole page.
    pub cropped: bool,
}

/// A camera and the page that it photographs.
#[derive(Debug, Clone)]
pub struct PageCamera {
    size: (u32, u32),
    page_mm: (f32, f32),
    /// Page to camera.
    turn: [[f32; 3]; 3],
    distance_mm: f32,
    scale: f32,
    middle: (f32, f32),
    bend_mm: f32,
    bend_phase: f32,
}

/// Margin between the required area and the image border, pixels.
const MARGIN_PX: f32 = 6.0;

impl PageCamera {
    /// Creates a camera in this pose whose image of `size` contains the page, or the MRZ
    /// (`mrz_mm`: left, top, right, bottom) if the pose is cropped.
    pub fn new(rng: &mut Rng, size: (u32, u32), page_mm: (f32, f32), mrz_mm: [f32; 4], pose: &PagePose) -> Self {
        let focal_px = size.0.max(size.1) as f32 * rng.range(0.95, 1.25);
        let mut camera = Self {
            size,
            page_mm,
            turn: rotation(pose),
            distance_mm: focal_px / pose.px_per_mm,
            scale: pose.px_per_mm,
            middle: (0.0, 0.0),
            bend_mm: pose.bend_mm,
            bend_phase: rng.range(0.0, 1.2),
        };
        let [l, t, r, b] = mrz_mm;
        let must = if pose.cropped {
            [l - 4.0, t - 4.0, r + 4.0, (b + 4.0).min(page_mm.1)]
        } else {
            [0.0, 0.0, page_mm.0, page_mm.1]
        };
        let room = (size.0 as f32 - 2.0 * MARGIN_PX, size.1 as f32 - 2.0 * MARGIN_PX);
        loop {
            let (low, high) = camera.bounds(must);
            let fit = (room.0 / (high.0 - low.0)).min(room.1 / (high.1 - low.1));
            if fit >= 1.0 {
                camera.middle = (
                    MARGIN_PX - low.0 + rng.unit() * (room.0 - (high.0 - low.0)),
                    MARGIN_PX - low.1 + rng.unit() * (room.1 - (high.1 - low.1)),
                );
                return camera;
            }
            camera.scale *= (fit * 0.995).min(0.99);
            camera.distance_mm = focal_px / camera.scale;
        }
    }

    /// Returns the same camera with its image shifted, pixels.
    pub fn shifted(mut self, right: f32, down: f32) -> Self {
        self.middle = (self.middle.0 + right, self.middle.1 + down);
        self
    }

    /// Projects a point of the page (millimetres from its upper left corner) into the image, pixels.
    pub fn project(&self, x: f32, y: f32) -> (f32, f32) {
        let (x, y, z) = (x - self.page_mm.0 / 2.0, y - self.page_mm.1 / 2.0, self.height(x));
        let along = |row: [f32; 3]| row[0] * x + row[1] * y + row[2] * z;
        let away = 1.0 + along(self.turn[2]) / self.distance_mm;
        (
            self.middle.0 + self.scale * along(self.turn[0]) / away,
            self.middle.1 + self.scale * along(self.turn[1]) / away,
        )
    }

    /// Returns the highest resolution anywhere on the page, pixels per millimetre.
    pub fn max_px_per_mm(&self) -> f32 {
        self.scales().fold(0.0, f32::max)
    }

    /// Returns the lowest resolution, in either direction, at the corners of a part of the page, pixels per millimetre.
    pub fn min_px_per_mm(&self, [l, t, r, b]: [f32; 4]) -> f32 {
        [(l, t), (r, t), (l, b), (r, b)].into_iter().flat_map(|(x, y)| self.scales_at(x, y)).fold(f32::MAX, f32::min)
    }

    /// Renders the page over a background, with a shadow offset in millimetres.
    pub fn render(&self, page: &Page, background: RgbImage, shadow_mm: (f32, f32)) -> RgbImage {
        /// Spacing of the lattice on which the inverse projection is computed, pixels.
        const CELL: u32 = 8;
        let mut image = background;
        let across = (self.size.0 / CELL + 2) as usize;
        let back: Vec<(f32, f32)> = (0..self.size.1 / CELL + 2)
            .flat_map(|j| (0..across as u32).map(move |i| ((i * CELL) as f32, (j * CELL) as f32)))
            .map(|(x, y)| self.unproject(x, y))
            .collect();
        let reach = 4.0 + shadow_mm.0.abs().max(shadow_mm.1.abs());
        for j in 0..self.size.1.div_ceil(CELL) {
            for i in 0..self.size.0.div_ceil(CELL) {
                let at = j as usize * across + i as usize;
                let corners = [back[at], back[at + 1], back[at + across], back[at + across + 1]];
                let outside = |v: fn(&(f32, f32)) -> f32, max: f32| {
                    corners.iter().all(|c| v(c) < -reach) || corners.iter().all(|c| v(c) > max + reach)
                };
                if outside(|c| c.0, page.size_mm.0) || outside(|c| c.1, page.size_mm.1) {
                    continue;
                }
                cell(&mut image, page, (i * CELL, j * CELL), CELL, corners, shadow_mm);
            }
        }
        image
    }

    fn scales(&self) -> impl Iterator<Item = f32> + '_ {
        let (w, h) = self.page_mm;
        [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h), (w / 2.0, h / 2.0)].into_iter().flat_map(|(x, y)| self.scales_at(x, y))
    }

    fn scales_at(&self, x: f32, y: f32) -> [f32; 2] {
        let here = self.project(x, y);
        [(1.0, 0.0), (0.0, 1.0)].map(|(dx, dy)| {
            let there = self.project(x + dx, y + dy);
            ((there.0 - here.0).powi(2) + (there.1 - here.1).powi(2)).sqrt()
        })
    }

    fn bounds(&self, [l, t, r, b]: [f32; 4]) -> ((f32, f32), (f32, f32)) {
        let (mut low, mut high) = ((f32::MAX, f32::MAX), (f32::MIN, f32::MIN));
        for i in 0..=8 {
            let s = i as f32 / 8.0;
            let (x, y) = (l + (r - l) * s, t + (b - t) * s);
            for (x, y) in [(x, t), (x, b), (l, y), (r, y)] {
                let p = self.project(x, y);
                low = (low.0.min(p.0), low.1.min(p.1));
                high = (high.0.max(p.0), high.1.max(p.1));
            }
        }
        (low, high)
    }

    /// The page bends like a cylinder across its lines.
    fn height(&self, x: f32) -> f32 {
        if self.bend_mm == 0.0 { 0.0 } else { -self.bend_mm * wave(3.1 * x / self.page_mm.0 + self.bend_phase - 0.6) }
    }

    fn unproject(&self, px: f32, py: f32) -> (f32, f32) {
        let (qx, qy) = ((px - self.middle.0) / self.scale, (py - self.middle.1) / self.scale);
        let [a, b, c] = self.turn;
        let d = 1.0 / self.distance_mm;
        let (m00, m01) = (a[0] - qx * c[0] * d, a[1] - qx * c[1] * d);
        let (m10, m11) = (b[0] - qy * c[0] * d, b[1] - qy * c[1] * d);
        let det = m00 * m11 - m01 * m10;
        let (mut x, mut y) = (0.0, 0.0);
        // Fixed-point iteration: intersect the page at the height of the previous intersection.
        for _ in 0..if self.bend_mm == 0.0 { 1 } else { 8 } {
            let z = self.height((x + self.page_mm.0 / 2.0).clamp(-20.0, self.page_mm.0 + 20.0));
            let (rx, ry) = (qx + z * (qx * c[2] * d - a[2]), qy + z * (qy * c[2] * d - b[2]));
            (x, y) = ((rx * m11 - ry * m01) / det, (ry * m00 - rx * m10) / det);
        }
        (x + self.page_mm.0 / 2.0, y + self.page_mm.1 / 2.0)
    }
}

fn rotation(pose: &PagePose) -> [[f32; 3]; 3] {
    let (sin, cos) = pose.rotation_deg.to_radians().sin_cos();
    let (tilt_sin, tilt_cos) = pose.off_axis_deg.to_radians().sin_cos();
    // Rodrigues' formula about an axis in the page's plane.
    let (uy, ux) = pose.lean_deg.to_radians().sin_cos();
    let k = 1.0 - tilt_cos;
    let tilt = [
        [tilt_cos + ux * ux * k, ux * uy * k, uy * tilt_sin],
        [ux * uy * k, tilt_cos + uy * uy * k, -ux * tilt_sin],
        [-uy * tilt_sin, ux * tilt_sin, tilt_cos],
    ];
    let turned = |a: f32, b: f32| [0, 1, 2].map(|i| a * tilt[0][i] + b * tilt[1][i]);
    [turned(cos, -sin), turned(sin, cos), tilt[2]]
}

/// Renders the pixels of one lattice cell, whose corners fall on the given points of the page.
fn cell(
    image: &mut RgbImage,
    page: &Page,
    (x0, y0): (u32, u32),
    side: u32,
    [c00, c10, c01, c11]: [(f32, f32); 4],
    shadow_mm: (f32, f32),
) {
    let s = 1.0 / side as f32;
    let dx = ((c10.0 - c00.0 + c11.0 - c01.0) * s / 2.0, (c10.1 - c00.1 + c11.1 - c01.1) * s / 2.0);
    let dy = ((c01.0 - c00.0 + c11.0 - c10.0) * s / 2.0, (c01.1 - c00.1 + c11.1 - c10.1) * s / 2.0);
    let footprint = (dx.0 * dx.0 + dx.1 * dx.1).sqrt().max((dy.0 * dy.0 + dy.1 * dy.1).sqrt());
    let n = ((footprint * page.px_per_mm).ceil() as i32 + 1).clamp(2, 7);
    let (w, h) = page.size_mm;
    let radius = page.corner_mm;
    let inside = |x: f32, y: f32| {
        let rx = (radius - x).max(x - (w - radius));
        let ry = (radius - y).max(y - (h - radius));
        if rx > 0.0 && ry > 0.0 { radius - (rx * rx + ry * ry).sqrt() } else { radius - rx.max(ry) }
    };
    for j in 0..side.min(image.height() - y0) {
        for i in 0..side.min(image.width() - x0) {
            let (u, v) = ((i as f32 + 0.5) * s, (j as f32 + 0.5) * s);
            let at = |c: fn((f32, f32)) -> f32| {
                let (top, bottom) = (c(c00) + (c(c10) - c(c00)) * u, c(c01) + (c(c11) - c(c01)) * u);
                top + (bottom - top) * v
            };
            let (x, y) = (at(|c| c.0), at(|c| c.1));
            let pixel = image.get_pixel_mut(x0 + i, y0 + j);
            let cover = (inside(x, y) / footprint + 0.5).clamp(0.0, 1.0);
            if cover == 1.0 {
                *pixel = mean(page, (x, y), dx, dy, n);
                continue;
            }
            let shade = inside(x - shadow_mm.0, y - shadow_mm.1);
            if shade > -2.0 {
                blend(pixel, Rgb([10, 9, 8]), 0.4 * ((shade + 2.0) / 4.0).min(1.0));
            }
            if cover > 0.0 {
                blend(pixel, mean(page, (x, y), dx, dy, n), cover);
            }
        }
    }
}

/// Returns the mean of n × n samples of the page over a parallelogram.
fn mean(page: &Page, at: (f32, f32), dx: (f32, f32), dy: (f32, f32), n: i32) -> Rgb<u8> {
    let scale = page.px_per_mm;
    let (right, bottom) = (page.image.width() as i32 - 1, page.image.height() as i32 - 1);
    let data = page.image.as_raw();
    let stride = page.image.width() as usize * 3;
    let mut sum = [0u32; 3];
    for j in 0..n {
        let v = (j as f32 + 0.5) / n as f32 - 0.5;
        for i in 0..n {
            let u = (i as f32 + 0.5) / n as f32 - 0.5;
            let x = (((at.0 + u * dx.0 + v * dy.0) * scale) as i32).clamp(0, right) as usize;
            let y = (((at.1 + u * dx.1 + v * dy.1) * scale) as i32).clamp(0, bottom) as usize;
            let q = &data[y * stride + x * 3..][..3];
            for k in 0..3 {
                sum[k] += u32::from(q[k]);
            }
        }
    }
    let n = (n * n) as u32;
    Rgb(sum.map(|s| ((s + n / 2) / n) as u8))
}
