//! The MRZ test set: 500 synthetic documents of all formats, photographed or scanned, each under one degradation (or
//! two), from mild to as strong as a careful person can still read. The printed lines are known.
//!
//! No recogniser may be trained on it. Every document is determined by its index.

use image::RgbImage;

use crate::backgrounds::Surface;
use crate::canvas::Face;
use crate::degrade;
use crate::mrz_lines::MrzFormat;
use crate::page::{self, Ground, Print};
use crate::page_camera::{PageCamera, PagePose};
use crate::rng::Rng;
use crate::synthetic_holders::{self, SyntheticHolder};

/// Number of documents in the set.
pub const DOCUMENTS: usize = 500;

const SEED: u64 = 0x5EED_0D0C_0000_0001;

/// Degradation of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Degradation {
    /// None: a flat scan.
    CleanScan,
    /// Any rotation in the image plane.
    Rotation,
    /// Camera 15–40° off the page's normal.
    Perspective,
    /// Capitals 6–12 px high.
    LowResolution,
    /// The page is bent, so that lines are curved.
    Curved,
    /// Bolder or lighter strokes of OCR-B, or another typeface at the same pitch.
    LookAlikeFace,
    /// Strong guilloche or a photo under the MRZ.
    Background,
    /// Missing specks, bands of a print head, thermal fading.
    PrintDefects,
    /// Perforated or embossed digits, in part over the MRZ.
    Perforation,
    /// Lines of other text close to the MRZ.
    OtherText,
    /// A part of the MRZ beyond the sensor's range.
    OverExposed,
    /// Specular reflection in laminate.
    Glare,
    /// A hard or soft shadow across the MRZ.
    Shadow,
    /// Out of focus.
    Defocus,
    /// The camera moved.
    MotionBlur,
    /// Low light.
    SensorNoise,
    /// JPEG of quality 25–60.
    Jpeg,
    /// Two of these.
    Combined,
}

impl Degradation {
    /// Every degradation, in the order in which it occurs.
    pub const ALL: [Self; 18] = [
        Self::CleanScan,
        Self::Rotation,
        Self::Perspective,
        Self::LowResolution,
        Self::Curved,
        Self::LookAlikeFace,
        Self::Background,
        Self::PrintDefects,
        Self::Perforation,
        Self::OtherText,
        Self::OverExposed,
        Self::Glare,
        Self::Shadow,
        Self::Defocus,
        Self::MotionBlur,
        Self::SensorNoise,
        Self::Jpeg,
        Self::Combined,
    ];

    /// Returns the name for reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CleanScan => "clean scan",
            Self::Rotation => "rotation",
            Self::Perspective => "perspective",
            Self::LowResolution => "low resolution",
            Self::Curved => "curved",
            Self::LookAlikeFace => "look-alike face",
            Self::Background => "background",
            Self::PrintDefects => "print defects",
            Self::Perforation => "perforation",
            Self::OtherText => "other text",
            Self::OverExposed => "over-exposed",
            Self::Glare => "glare",
            Self::Shadow => "shadow",
            Self::Defocus => "defocus",
            Self::MotionBlur => "motion blur",
            Self::SensorNoise => "sensor noise",
            Self::Jpeg => "JPEG",
            Self::Combined => "two at once",
        }
    }
}

/// A document of the set.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Image of the camera or scanner.
    pub image: RgbImage,
    /// The lines, exactly as printed. In a few, a printed check digit is wrong.
    pub lines: Vec<String>,
    /// MRZ format, by the name that the reader reports.
    pub format: &'static str,
    /// The degradation.
    pub degradation: Degradation,
    /// The corners of the MRZ in the image's pixels, in reading order from its upper left.
    pub mrz_quad: [(f32, f32); 4],
    /// Lowest cap height in the image, pixels.
    pub cap_px: f32,
}

/// MRZ formats of the documents under one degradation.
const FORMATS: [MrzFormat; 28] = {
    use MrzFormat::{FrenchDl, FrenchId, MrvA, MrvB, SwissDl, Td1, Td2, Td3};
    [
        Td3, Td1, MrvA, Td3, Td1, Td2, Td3, FrenchId, Td1, Td3, MrvB, Td3, Td1, Td2, Td3, SwissDl, Td1, Td3, MrvA, Td1,
        Td3, FrenchId, Td2, Td1, MrvB, Td3, FrenchDl, Td1,
    ]
};

/// Document `index` of the set, 0 to [`DOCUMENTS`] − 1; higher indices give further documents, which are not in the
/// set.
pub fn document(index: usize) -> Sample {
    document_with(index, |_, _| ())
}

/// Document `index` of the set, with lines that `alter` may change but for their lengths.
pub fn document_with(index: usize, alter: impl FnOnce(MrzFormat, &mut [String])) -> Sample {
    let mut rng = Rng::new(SEED, index as u64);
    let kinds = Degradation::ALL.len();
    let (kind, serial) = (index % kinds, index / kinds);
    let degradation = Degradation::ALL[kind];
    let format = FORMATS[(serial + kind * 5) % FORMATS.len()];
    // The strength of each degradation is spread evenly from mildest to strongest.
    let strength = ((serial * 11 + kind) % 28) as f32 / 28.0 + rng.unit() / 28.0;
    let faults = match degradation {
        Degradation::Combined => two_faults(&mut rng, strength),
        one => vec![(one, strength)],
    };
    let mut holder = synthetic_holders::generate(&mut rng, format);
    alter(format, &mut holder.lines);
    let mut plan = CapturePlan::new(&mut rng, format, &faults);
    for &(fault, strength) in &faults {
        plan.prepare(&mut rng, fault, strength);
    }
    let (mut image, camera, mrz_mm) = plan.capture(&mut rng, &holder);
    let cap_px = 2.4 * camera.min_px_per_mm(mrz_mm);
    for &(fault, strength) in &faults {
        apply_capture_fault(&mut rng, &mut image, fault, strength, &camera, mrz_mm);
    }
    let [l, t, r, b] = mrz_mm;
    Sample {
        image,
        lines: holder.lines,
        format: format.name(),
        degradation,
        mrz_quad: [(l, t), (r, t), (r, b), (l, b)].map(|(x, y)| camera.project(x, y)),
        cap_px,
    }
}

/// Picks two degradations of different kinds, each weaker than alone, in the order in which they occur.
fn two_faults(rng: &mut Rng, strength: f32) -> Vec<(Degradation, f32)> {
    let before = &Degradation::ALL[1..10];
    let after = &Degradation::ALL[10..17];
    let (first, second) = match rng.below(4) {
        0 => (rng.pick(&before[..4]), rng.pick(&before[4..])),
        1 => {
            let i = rng.below(3);
            (after[i], rng.pick(&after[3..]))
        }
        _ => (rng.pick(before), rng.pick(after)),
    };
    // Some pairs leave nothing readable: low resolution with blur, noise or JPEG; weak ink with light or noise.
    use Degradation as D;
    let unreadable = match first {
        D::LowResolution => second > D::Glare,
        D::PrintDefects => matches!(second, D::OverExposed | D::Glare | D::SensorNoise),
        D::Shadow => second == D::SensorNoise,
        _ => false,
    };
    let first = if unreadable { D::Rotation } else { first };
    vec![(first, strength * 0.6), (second, strength * 0.6)]
}

/// Parameters of the capture.
struct CapturePlan {
    format: MrzFormat,
    size: (u32, u32),
    scan: bool,
    pose: PagePose,
    print: Print,
    ground: Ground,
    /// Lowest cap height at which the degraded text is still readable, pixels.
    min_cap_px: f32,
}

impl CapturePlan {
    fn new(rng: &mut Rng, format: MrzFormat, faults: &[(Degradation, f32)]) -> Self {
        let page = page::size_mm(format);
        let still = |f: Degradation| {
            use Degradation as D;
            !matches!(f, D::Rotation | D::Perspective | D::Curved | D::MotionBlur | D::LowResolution | D::SensorNoise)
        };
        let scan = faults[0].0 == Degradation::CleanScan || faults.iter().all(|f| still(f.0)) && rng.chance(0.2);
        let size = if scan {
            let across = rng.pick(&[620, 760, 900, 1100, 1280, 1500]).max(if page.0 > 100.0 { 760 } else { 0 });
            let (across, tall) = (across as f32, across as f32 * page.1 / page.0 * rng.range(1.0, 1.25));
            (across as u32, tall as u32)
        } else {
            rng.pick(&[(1280, 720), (1280, 720), (1280, 720), (960, 1280), (960, 1280), (1280, 960)])
        };
        let fit = (size.0 as f32 / page.0).min(size.1 as f32 / page.1);
        let pose = PagePose {
            rotation_deg: if scan { rng.range(-1.5, 1.5) } else { rng.range(-8.0, 8.0) },
            off_axis_deg: if scan { 0.0 } else { rng.range(0.0, 11.0) },
            lean_deg: rng.range(0.0, 360.0),
            bend_mm: 0.0,
            px_per_mm: fit * if scan { rng.range(0.92, 1.0) } else { rng.range(0.66, 1.0) },
            cropped: !scan && rng.chance(0.25),
        };
        let print = Print {
            density: rng.range(0.82, 0.98),
            bolder_mm: rng.range(-0.02, 0.03),
            ink: rng.pick(&[[20, 20, 24], [34, 34, 40], [24, 28, 52], [46, 42, 40]]).into(),
            ..Print::default()
        };
        let ground = Ground { guilloche: rng.range(0.04, 0.22), ..Ground::default() };
        let mut plan = Self { format, size, scan, pose, print, ground, min_cap_px: 10.0 };
        if plan.pose.cropped {
            plan.pose.px_per_mm *= rng.range(1.0, 1.25);
        }
        plan
    }

    fn prepare(&mut self, rng: &mut Rng, fault: Degradation, s: f32) {
        let between = |low: f32, high: f32| low + (high - low) * s;
        match fault {
            Degradation::Rotation => self.pose.rotation_deg = rng.range(0.0, 360.0),
            Degradation::Perspective => {
                self.pose.off_axis_deg = between(15.0, 40.0);
                self.pose.rotation_deg = rng.range(-20.0, 20.0);
            }
            Degradation::LowResolution => self.reduce(rng, between(12.0, 6.0)),
            Degradation::Curved => {
                self.pose.bend_mm = between(2.5, 9.0);
                self.pose.off_axis_deg = rng.range(12.0, 30.0);
                self.pose.lean_deg = rng.range(-25.0, 25.0) + rng.pick(&[0.0, 180.0]);
            }
            Degradation::LookAlikeFace => match rng.below(5) {
                0 | 1 => self.print.face = (Face::Sans, rng.range(0.72, 0.84)),
                2 => self.print.face = (Face::Bold, rng.range(0.64, 0.70)),
                3 => self.print.bolder_mm = between(0.06, 0.15),
                _ => self.print.bolder_mm = -between(0.05, 0.11),
            },
            Degradation::Background => {
                if rng.chance(0.5) {
                    self.ground.photo = between(0.25, 0.75);
                } else {
                    self.ground.guilloche = between(0.35, 0.85);
                }
                self.min_cap_px = 12.0;
            }
            Degradation::PrintDefects => {
                match rng.below(3) {
                    0 => self.print.specks = between(0.3, 1.0),
                    1 => self.print.fading = between(0.35, 0.78),
                    _ => self.print.bands = between(0.3, 0.8),
                }
                self.min_cap_px = 13.0;
            }
            Degradation::Perforation => {
                self.ground.holes = between(0.35, 0.85);
                self.min_cap_px = 15.0;
            }
            Degradation::OtherText => self.ground.texts = true,
            Degradation::Defocus | Degradation::MotionBlur => self.min_cap_px = 14.0,
            Degradation::SensorNoise => self.min_cap_px = 15.0,
            Degradation::Jpeg => self.min_cap_px = 13.0,
            Degradation::CleanScan
            | Degradation::OverExposed
            | Degradation::Glare
            | Degradation::Shadow
            | Degradation::Combined => {}
        }
    }

    /// Reduces the resolution: a small image, or a document far from the camera.
    fn reduce(&mut self, rng: &mut Rng, cap_px: f32) {
        let page = page::size_mm(self.format);
        self.pose.off_axis_deg = rng.range(0.0, 5.0);
        self.pose.cropped = false;
        self.pose.px_per_mm = cap_px / 2.4;
        self.min_cap_px = cap_px * 0.95;
        if rng.chance(0.6) {
            let room = self.pose.px_per_mm * rng.range(1.15, 1.3);
            self.size = ((page.0 * room) as u32, (page.1 * room) as u32);
            self.pose.rotation_deg = rng.range(-2.0, 2.0);
        }
    }

    /// Draws the page and renders the image, closer if the cap height would be too low.
    fn capture(mut self, rng: &mut Rng, holder: &SyntheticHolder) -> (RgbImage, PageCamera, [f32; 4]) {
        let mrz_mm = page::mrz_mm(self.format, &holder.lines);
        let page_mm = page::size_mm(self.format);
        let mut camera = PageCamera::new(rng, self.size, page_mm, mrz_mm, &self.pose);
        for _ in 0..6 {
            let cap_px = 2.4 * camera.min_px_per_mm(mrz_mm);
            if cap_px >= self.min_cap_px {
                break;
            }
            self.pose.cropped = true;
            self.pose.px_per_mm *= (self.min_cap_px / cap_px).min(1.5) * 1.02;
            camera = PageCamera::new(rng, self.size, page_mm, mrz_mm, &self.pose);
        }
        let px_per_mm = (camera.max_px_per_mm() * 1.25).clamp(5.0, 15.0);
        let page = page::draw(rng, self.format, holder, &self.print, &self.ground, px_per_mm);
        let (background, shadow) = if self.scan {
            (
                RgbImage::from_pixel(self.size.0, self.size.1, rng.pick(&[[250; 3], [225; 3], [30; 3]]).into()),
                (0.0, 0.0),
            )
        } else {
            (rng.pick(&Surface::TABLES).render(rng, self.size), (rng.range(-1.5, 1.5), rng.range(0.2, 2.0)))
        };
        let mut image = camera.render(&page, background, shadow);
        if !self.scan {
            degrade::exposure(rng, &mut image);
            let sigma = rng.range(0.5, 2.5);
            degrade::sensor_noise(rng, &mut image, 1.0, sigma, true);
        }
        (image, camera, mrz_mm)
    }
}

/// Applies a degradation of light, lens, sensor or encoder.
fn apply_capture_fault(
    rng: &mut Rng,
    image: &mut RgbImage,
    fault: Degradation,
    s: f32,
    camera: &PageCamera,
    mrz_mm: [f32; 4],
) {
    let between = |low: f32, high: f32| low + (high - low) * s;
    let [l, t, r, b] = mrz_mm;
    let at = camera.project(rng.range(l, r), rng.range(t, b));
    let (from, to) = (camera.project(l, t), camera.project(r, t));
    let length = ((to.0 - from.0).powi(2) + (to.1 - from.1).powi(2)).sqrt();
    let cap_px = 2.4 * camera.min_px_per_mm(mrz_mm);
    match fault {
        Degradation::OverExposed => {
            degrade::over_expose(image, at, length * rng.range(0.15, 0.5), between(1.5, 3.1));
        }
        Degradation::Glare => {
            let width = length * rng.range(0.04, 0.2);
            degrade::glare(rng, image, at, width, between(0.35, 0.80));
        }
        Degradation::Shadow => {
            let soft = if rng.chance(0.5) { rng.range(2.0, 8.0) } else { rng.range(40.0, 260.0) };
            degrade::shadow(rng, image, at, soft, between(0.62, 0.20));
        }
        Degradation::Defocus => degrade::defocus(image, cap_px * between(0.05, 0.115)),
        Degradation::MotionBlur => {
            let angle = rng.range(0.0, 180.0);
            degrade::motion(image, cap_px * between(0.10, 0.30), angle);
        }
        Degradation::SensorNoise => {
            let light = rng.range(0.25, 0.5);
            let blotches = rng.chance(0.5);
            degrade::sensor_noise(rng, image, light, 190.0 * light * between(0.07, 0.18), blotches);
        }
        Degradation::Jpeg => {
            let quality = between(60.0, 25.0).round() as u8;
            *image = degrade::jpeg(std::mem::take(image), quality);
        }
        Degradation::CleanScan
        | Degradation::Rotation
        | Degradation::Perspective
        | Degradation::LowResolution
        | Degradation::Curved
        | Degradation::LookAlikeFace
        | Degradation::Background
        | Degradation::PrintDefects
        | Degradation::Perforation
        | Degradation::OtherText
        | Degradation::Combined => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_index_same_document_and_mrz_in_frame() {
        for index in [0, 1, 2, 3, 4, 17, 120, 499] {
            let sample = document(index);
            assert!(sample.cap_px > 5.0, "{index}: {}", sample.cap_px);
            for (x, y) in sample.mrz_quad {
                let inside = x > 0.0 && y > 0.0 && x < sample.image.width() as f32 && y < sample.image.height() as f32;
                assert!(inside, "{index}: {x} {y}");
            }
        }
        let (a, b) = (document(42), document(42));
        assert!(a.lines == b.lines && a.image == b.image);
    }

    #[test]
    fn every_degradation_covers_every_common_format() {
        for kind in 0..Degradation::ALL.len() {
            let formats: Vec<MrzFormat> = (0..27).map(|serial| FORMATS[(serial + kind * 5) % FORMATS.len()]).collect();
            for format in
                [MrzFormat::Td3, MrzFormat::Td1, MrzFormat::Td2, MrzFormat::MrvA, MrzFormat::MrvB, MrzFormat::FrenchId]
            {
                assert!(formats.contains(&format), "{kind}: {format:?}");
            }
        }
    }
}
