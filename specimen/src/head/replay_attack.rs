//! Presentation attacks with a still image (ISO/IEC 30107-1): a print that is moved by hand, or a screen.

use kyc_core::frame::Frame;
use kyc_core::geometry::{Homography, Point, Quad, Rect};

use super::scene::Rendered;
use crate::rng::Rng;

/// Pose of the attack instrument in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct PresentationPose {
    /// Rotation about the vertical axis, degrees.
    pub yaw: f32,
    /// Rotation about the horizontal axis, degrees.
    pub pitch: f32,
    /// Rotation in the image plane, degrees.
    pub roll: f32,
    /// Shift right and down, pixels.
    pub shift: [f32; 2],
    /// Scale; 1 fills the frame.
    pub scale: f32,
    /// Bend about the vertical axis: how far the centre protrudes, as a share of the width.
    pub bend: f32,
}

/// Attack instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Paper print.
    Paper,
    /// A screen: pixel grid, higher contrast, a reflection.
    Screen,
}

/// Renders the camera frame in which the image is presented.
pub fn render_presentation(image: &Rendered, pose: &PresentationPose, medium: Medium, noise_seed: u64) -> Vec<u8> {
    let (w, h) = (image.width as f32, image.height as f32);
    let corners =
        [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| project(x * w, y * h, 0.0, pose, w, h));
    let quad = Quad(corners);
    let whole = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: w, height: h });
    let source = Frame::rgba(&image.rgba, image.width, image.height).expect("a rendered image is a frame");
    let mut rng = Rng::new(0xA77AC, noise_seed);
    let back = Homography::between(&quad, &whole);
    let mut out = Vec::with_capacity(image.rgba.len());
    for y in 0..image.height {
        for x in 0..image.width {
            let p = Point::new(x as f32 + 0.5, y as f32 + 0.5);
            let mut pixel = [52.0f32, 50.0, 48.0];
            if let Some(mut at) = back.as_ref().map(|b| b.apply(p)) {
                // A bend moves points beside the centre towards it.
                let side = (at.x / w - 0.5) * 2.0;
                at.x += pose.bend * w * side * (1.0 - side * side);
                if at.x >= 0.0 && at.y >= 0.0 && at.x < w && at.y < h {
                    pixel = sample(&source, at);
                    if medium == Medium::Screen {
                        pixel = screen_pixel(pixel, at, w);
                    }
                }
            }
            let bits = rng.bits();
            let noise = ((bits & 0xff) as f32 + (bits >> 8 & 0xff) as f32 - 255.0) / 110.0;
            out.extend(pixel.map(|v| (v + noise).clamp(0.0, 255.0) as u8));
            out.push(255);
        }
    }
    out
}

/// Projects a point of the instrument into the frame.
fn project(x: f32, y: f32, z: f32, pose: &PresentationPose, w: f32, h: f32) -> Point {
    let [(sy, cy), (sp, cp), (sr, cr)] = [pose.yaw, pose.pitch, pose.roll].map(|a| a.to_radians().sin_cos());
    let (x, y) = (x * cr - y * sr, x * sr + y * cr);
    let (x, z) = (x * cy + z * sy, z * cy - x * sy);
    let (y, z) = (y * cp - z * sp, z * cp + y * sp);
    // The focal length of the head's own camera: 0.9 of the longer side.
    let far = 0.9 * w.max(h);
    let near = pose.scale.max(0.05) * far / (far - z).max(1.0);
    Point::new(w / 2.0 + pose.shift[0] + x * near, h / 2.0 + pose.shift[1] + y * near)
}

fn sample(frame: &Frame<'_>, at: Point) -> [f32; 3] {
    let (w, h) = (frame.width(), frame.height());
    let (x, y) = ((at.x - 0.5).clamp(0.0, (w - 1) as f32), (at.y - 0.5).clamp(0.0, (h - 1) as f32));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(w - 1), (y0 + 1).min(h - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let pixel = |x: usize, y: usize, c: usize| f32::from(frame.data()[(y * w + x) * 4 + c]);
    std::array::from_fn(|c| {
        let top = pixel(x0, y0, c) * (1.0 - fx) + pixel(x1, y0, c) * fx;
        let bottom = pixel(x0, y1, c) * (1.0 - fx) + pixel(x1, y1, c) * fx;
        top * (1.0 - fy) + bottom * fy
    })
}

/// Applies subpixel stripes, row gaps, more contrast and a reflection.
fn screen_pixel(pixel: [f32; 3], at: Point, width: f32) -> [f32; 3] {
    const PITCH: f32 = 2.3;
    let phase = at.x / PITCH;
    let row = 0.86 + 0.14 * (std::f32::consts::TAU * at.y / PITCH).cos();
    let glare = if (at.x - at.y * 0.4 - 0.55 * width).abs() < 0.03 * width { 46.0 } else { 0.0 };
    std::array::from_fn(|c| {
        let stripe = 0.72 + 0.42 * (std::f32::consts::TAU * (phase - c as f32 / 3.0)).cos();
        let own = 255.0 * (pixel[c] / 255.0).powf(1.12) * 1.08;
        own * stripe * row + 8.0 + glare
    })
}

/// Returns the pose of an instrument that a hand moves to imitate turning, nodding and coming closer; `at` is the time
/// in the stream, 0–1.
pub fn presentation_motion(seed: u64, at: f32) -> PresentationPose {
    let mut rng = Rng::new(0x4A4D, seed);
    let mut wave = |max: f32| {
        let (rate, phase, height) = (rng.range(1.0, 4.5), rng.range(0.0, 6.3), rng.range(0.4, 1.0));
        max * height * (std::f32::consts::TAU * rate * at + phase).sin()
    };
    PresentationPose {
        yaw: wave(42.0),
        pitch: wave(34.0),
        roll: wave(9.0),
        shift: [wave(70.0), wave(45.0)],
        scale: 1.0 + wave(0.35),
        bend: wave(0.10),
    }
}
