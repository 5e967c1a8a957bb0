//! Material of a head: skin and its texture, eyes and eyelids, brows, lips, hair.

use crate::rng::{hash2, smooth};

use super::identity::{Hair, Identity};
use super::rotation::{Vec3, lerp, unit};
use super::scene::HeadPose;
use super::shape::{self, Expression, MOUTH_HALF, Part, smoothstep};

/// Millimetres from the middle of an eye to its corners.
const EYE_HALF: f32 = 15.0;

/// Material at a point.
pub(super) struct Material {
    /// Albedo, linear.
    pub colour: Vec3,
    /// Ambient occlusion, 0 occluded to 1 open.
    pub open: f32,
    /// Strength and exponent of the specular part.
    pub gloss: f32,
    pub sharp: f32,
    /// How far light wraps around edges.
    pub soft: f32,
}

/// Shader of one head.
pub(super) struct Shader<'a> {
    identity: &'a Identity,
    expression: &'a Expression,
    /// Offset of the irises, millimetres: the eyes look at the camera as far as they can.
    gaze: [f32; 2],
    /// Millimetres per pixel.
    pixel: f32,
}

impl<'a> Shader<'a> {
    pub(super) fn new(identity: &'a Identity, expression: &'a Expression, pose: HeadPose, pixel: f32) -> Self {
        let gaze = [-12.0 * pose.yaw.clamp(-28.0, 28.0), 9.0 * pose.pitch.clamp(-15.0, 15.0)].map(|v| v.to_radians());
        Self { identity, expression, gaze, pixel: pixel.max(0.2) }
    }

    /// Returns the material at a point at rest; hair and eyeballs change the normal.
    pub(super) fn at(&self, part: Part, rest: Vec3, normal: &mut Vec3) -> Material {
        let id = self.identity;
        match part {
            Part::Head => self.head(rest, normal),
            Part::Ear => {
                let fold = smooth(rest[1] * 0.16, rest[2] * 0.3, id.seed);
                let deep = hill(rest[2] + 90.0, rest[1] - 16.0, 7.0, 10.0);
                let red = [1.0, 0.86, 0.84];
                let colour = std::array::from_fn(|k| id.skin[k] * red[k] * (0.92 + 0.16 * fold) * (1.0 - 0.55 * deep));
                Material { colour, open: 0.85 - 0.4 * deep, gloss: 0.03, sharp: 12.0, soft: 0.25 }
            }
            Part::Neck => {
                let grain = 0.94 + 0.12 * smooth(rest[0] * 0.12, rest[1] * 0.25, id.seed);
                let under = 0.55 + 0.45 * smoothstep(85.0, 150.0, rest[1]);
                Material { colour: id.skin.map(|c| c * grain), open: under, gloss: 0.02, sharp: 10.0, soft: 0.2 }
            }
            Part::Mane => self.hair(rest, normal, 1.0),
            Part::Clothes => {
                let fold = smooth(rest[0] * 0.03, rest[1] * 0.02 + rest[2] * 0.03, id.seed);
                let weave = hash2((rest[0] * 1.3) as i32, (rest[1] * 1.3) as i32, id.seed);
                let colour = id.clothes.map(|c| c * (0.75 + 0.4 * fold + 0.08 * weave));
                Material { colour, open: 0.9, gloss: 0.0, sharp: 1.0, soft: 0.0 }
            }
            Part::Frame => Material { colour: [0.012; 3], open: 1.0, gloss: 0.25, sharp: 40.0, soft: 0.0 },
        }
    }

    fn head(&self, rest: Vec3, normal: &mut Vec3) -> Material {
        let [x, y, z] = rest;
        let depth = shape::hair_depth(self.identity, rest);
        let uneven = 5.0 * (smooth(x * 0.35, (y + z) * 0.35, self.identity.seed ^ 3) - 0.5);
        let hair = match self.identity.hair {
            Hair::None => 0.0,
            _ => smoothstep(-1.5, 3.5, depth + uneven),
        };
        if hair >= 1.0 {
            return self.hair(rest, normal, smoothstep(0.0, 14.0, depth));
        }
        let mut skin = self.skin(rest, normal);
        if self.identity.hair == Hair::None {
            let dark = 0.35 * smoothstep(-3.0, 8.0, depth + uneven);
            skin.colour = lerp(skin.colour, self.identity.hair_colour, dark);
        }
        if hair > 0.0 {
            let over = self.hair(rest, normal, 0.0);
            skin.colour = lerp(skin.colour, over.colour, hair);
            skin.open *= 1.0 - 0.2 * hair;
        }
        skin
    }

    fn hair(&self, [x, y, z]: Vec3, normal: &mut Vec3, depth: f32) -> Material {
        let seed = self.identity.seed;
        // Strands run down and back.
        let across = x * 0.9 + (y + z) * 0.25;
        let strand =
            smooth(across * 1.1, (y - z) * 0.06, seed ^ 5) + 0.5 * smooth(across * 0.23, (y - z) * 0.03, seed ^ 6);
        *normal = unit([normal[0] + 0.35 * (strand - 0.75), normal[1], normal[2]]);
        let colour = self.identity.hair_colour.map(|c| c * (0.45 + 0.8 * strand));
        Material { colour, open: 0.7 + 0.2 * depth, gloss: 0.02 + 0.025 * strand, sharp: 9.0, soft: 0.1 }
    }

    fn skin(&self, [x, y, z]: Vec3, normal: &mut Vec3) -> Material {
        let id = self.identity;
        let ax = x.abs();
        let front = z > -75.0;
        let mut colour = id.skin;
        let mut open: f32 = 0.95;
        let mut gloss = 0.035 * (1.0 + 1.2 * hill(x, y + 45.0, 25.0, 14.0) + 1.5 * hill(x, y - 33.0, 8.0, 14.0));
        // Blotches, pores, freckles.
        let blotch = smooth(x * 0.07, y * 0.07 + z * 0.03, id.seed) - 0.5;
        let pore = smooth(x * 1.1, y * 1.1 + z * 0.5, id.seed ^ 1) - 0.5;
        for (k, red) in [0.10, 0.16, 0.16].into_iter().enumerate() {
            colour[k] *= 1.0 + red * blotch + 0.10 * pore;
        }
        if id.freckles > 0.0 && front && (-30.0..70.0).contains(&y) {
            let spot = smooth(x * 0.42, y * 0.42, id.seed ^ 2);
            let mark = id.freckles * smoothstep(0.72, 0.86, spot) * hill(ax - 25.0, y - 22.0, 24.0, 18.0);
            colour = [colour[0] * (1.0 - 0.35 * mark), colour[1] * (1.0 - 0.5 * mark), colour[2] * (1.0 - 0.55 * mark)];
        }
        if !front {
            return Material { colour, open, gloss, sharp: 14.0, soft: 0.25 };
        }
        // Redder cheeks and nose.
        let flush = 0.75 * hill(ax - 42.0, y - 38.0, 16.0, 13.0) + 0.6 * hill(x, y - 42.0, 13.0, 7.0);
        colour = [colour[0] * (1.0 + 0.04 * flush), colour[1] * (1.0 - 0.14 * flush), colour[2] * (1.0 - 0.12 * flush)];
        if id.stubble > 0.0 {
            let beard = (smoothstep(48.0, 62.0, y) * (1.0 - 0.8 * hill(ax - 33.0, y - 50.0, 12.0, 12.0)))
                .max(smoothstep(40.0, 70.0, y) * smoothstep(52.0, 58.0, ax));
            let dots = 0.5 + 0.5 * smooth(x * 1.6, y * 1.6 + z, id.seed ^ 4);
            colour = lerp(colour, id.hair_colour, 0.6 * id.stubble * beard * dots);
        }
        // Where light from around does not reach.
        let eye = id.eye;
        open *= 1.0 - 0.32 * hill(ax - eye + 4.0, y + 3.0, 15.0, 9.0);
        open *= 1.0 - 0.40 * hill(ax - 14.5, y + 1.0, 5.0, 8.0);
        open *= 1.0 - 0.25 * hill(ax - 17.0 * id.nose_width, y - 30.0, 4.0, 14.0);
        open *= 1.0 - 0.55 * hill(ax - 21.0 * id.nose_width, y - 45.0, 2.5, 7.0);
        open *= 1.0 - 0.45 * hill(x, y - 53.0, 12.0, 3.5);
        open *= 1.0 - 0.35 * hill(x, y - 80.5, 14.0, 4.0);
        open *= 1.0 - 0.30 * hill(ax - 28.5, y - 67.0, 3.5, 4.0);
        open *= 1.0 - 0.35 * smoothstep(106.0, 117.0, y);
        // Fold from the nose to beside the mouth; deeper in a smile.
        let fold = ax - (19.0 + 0.42 * (y - 44.0));
        open *= 1.0 - (0.10 + 0.30 * self.expression.smile) * hill(fold, y - 55.0, 2.0, 9.0);
        // Tired under the eyes.
        let under = hill(ax - eye, y - 11.0, 11.0, 4.5);
        colour = [colour[0] * (1.0 - 0.10 * under), colour[1] * (1.0 - 0.13 * under), colour[2] * (1.0 - 0.08 * under)];
        // Nostrils.
        let nostril = hill(ax - 7.2 * id.nose_width, y - 49.0, 3.2 * id.nose_width, 1.7);
        let nostril = smoothstep(0.25, 0.75, nostril);
        colour = colour.map(|c| c * (1.0 - 0.86 * nostril));
        open *= 1.0 - 0.5 * nostril;

        self.brow(x, y, &mut colour, &mut gloss);
        let mut material = Material { colour, open, gloss, sharp: 14.0, soft: 0.25 };
        self.mouth(x, y, &mut material);
        self.eye(x, y, &mut material, normal);
        material
    }

    fn brow(&self, x: f32, y: f32, colour: &mut Vec3, gloss: &mut f32) {
        let along = (x.abs() - 10.0) / 42.0;
        if !(-0.1..1.1).contains(&along) || !(-34.0..-8.0).contains(&y) {
            return;
        }
        let arch = -16.0 - 6.5 * (along.clamp(0.0, 1.0) * 2.4).sin() - 2.0 * (self.expression.smile * 0.5);
        let half = self.identity.brows * (3.6 - 2.2 * along.clamp(0.0, 1.0));
        let strand = smooth(x * 0.9 + y * 0.7, y * 0.9 - x * 0.25, self.identity.seed ^ 7);
        let edge = 0.8 + 0.5 * self.pixel;
        let cover = smoothstep(half + edge, half - edge, (y - arch).abs() + 1.6 * (strand - 0.5))
            * smoothstep(-0.06, 0.06, along)
            * smoothstep(1.04, 0.86, along);
        let hair = self.identity.hair_colour.map(|c| (c * 0.7).min(0.12));
        *colour = lerp(*colour, hair, cover * (0.62 + 0.3 * strand));
        *gloss *= 1.0 - cover;
    }

    fn mouth(&self, x: f32, y: f32, material: &mut Material) {
        let (id, ax) = (self.identity, x.abs());
        if ax > 32.0 || !(50.0..88.0).contains(&y) {
            return;
        }
        let d = y - shape::mouth_line(x);
        let along = (ax / MOUTH_HALF).min(1.0);
        let bow = 1.0 - 0.30 * (-(x / 3.2).powi(2)).exp();
        let upper = -7.2 * id.lips * (1.0 - along.powf(1.7)) * bow;
        let lower = 8.6 * id.lips * (1.0 - along * along);
        let edge = 0.5 + 0.5 * self.pixel;
        let lip = smoothstep(upper - edge, upper + edge, d)
            * smoothstep(lower + edge, lower - edge, d)
            * smoothstep(1.0, 0.93, ax / MOUTH_HALF);
        let crease = 0.9 + 0.2 * smooth(x * 0.8, y * 0.12, id.seed ^ 8);
        let red = [0.80, 0.50, 0.52];
        let colour: Vec3 = std::array::from_fn(|k| id.skin[k] * red[k] * crease * if d < 0.0 { 0.80 } else { 1.0 });
        material.colour = lerp(material.colour, colour, 0.9 * lip);
        material.gloss += 0.05 * lip;
        // Between the lips: a dark line, or teeth and what is behind them.
        let parted = self.expression.open.max(smoothstep(0.35, 1.0, self.expression.smile));
        let half = 0.62 + 0.25 * self.pixel * (1.0 - parted);
        let between = smoothstep(half + 0.3, half - 0.1, d.abs()) * smoothstep(1.06, 0.95, ax / MOUTH_HALF);
        if between > 0.0 {
            let teeth = if parted > 0.05 {
                // The upper row: of a smile all of what is seen, of an open mouth its upper part.
                let down = 0.6 - 1.1 * self.expression.open;
                let row = smoothstep(down + 0.12, down - 0.12, d) * smoothstep(0.92, 0.72, along);
                let gap = 1.0 - 0.35 * smoothstep(0.8, 1.0, (x * std::f32::consts::TAU / 8.0).cos());
                row * gap * smoothstep(0.05, 0.3, parted)
            } else {
                0.0
            };
            let inside = lerp([0.045, 0.014, 0.012], [0.62, 0.57, 0.48], teeth);
            material.colour = lerp(material.colour, inside, between * 0.92);
            material.open *= 1.0 - between * (0.45 - 0.25 * teeth);
            material.gloss *= 1.0 - between;
        }
    }

    fn eye(&self, x: f32, y: f32, material: &mut Material, normal: &mut Vec3) {
        let id = self.identity;
        let (side, u) = (x.signum(), x.abs() - id.eye);
        if u.abs() > 22.0 || y.abs() > 15.0 {
            return;
        }
        let along = (u / EYE_HALF).clamp(-1.0, 1.0);
        let arc = (1.0 - along * along).max(0.0);
        // The outer corner is slightly higher.
        let tilt = -0.9 * along;
        let lower = tilt + (4.4 - 1.3 * self.expression.smile) * id.lids * arc.powf(0.9);
        let lifted = tilt - 5.6 * id.lids * arc.powf(0.75) * (1.0 + 0.08 * along);
        let shut = smoothstep(0.0, 1.0, self.expression.blink);
        let upper = lifted + (lower - 0.5 - lifted) * shut;
        let edge = 0.25 + 0.4 * self.pixel;
        let within = u.abs() < EYE_HALF;
        // Lid: a shade darker, with its crease.
        let crease = lifted - 3.6 + 1.6 * shut;
        let lid = if within {
            smoothstep(crease - 0.6, crease + 0.6, y) * smoothstep(upper + 0.5, upper - 0.5, y)
        } else {
            0.0
        };
        material.colour = material.colour.map(|c| c * (1.0 - 0.12 * lid));
        let groove = hill(y - crease, 0.0, 0.7 + 0.3 * self.pixel, 1.0) * smoothstep(1.15, 0.7, u.abs() / EYE_HALF);
        material.colour = material.colour.map(|c| c * (1.0 - 0.35 * groove * (1.0 - 0.6 * shut)));

        let opened = smoothstep(upper - edge, upper + edge, y)
            * smoothstep(lower + edge, lower - edge, y)
            * if within { 1.0 } else { 0.0 };
        if opened > 0.0 {
            // The ball: a sphere behind the opening.
            let ball = unit([u * side / 12.5, y / 12.5, 1.0]);
            let (dx, dy) = (u * side - self.gaze[0], y - self.gaze[1]);
            let r = (dx * dx + dy * dy).sqrt();
            let iris = smoothstep(6.0 + edge, 6.0 - edge, r);
            let pupil = smoothstep(2.4 + edge, 2.4 - edge, r);
            let ray = 0.8 + 0.4 * smooth(dy.atan2(dx) * 5.0, r * 0.5, id.seed ^ 9);
            let rim = 1.0 - 0.5 * smoothstep(4.2, 6.0, r);
            let corner = smoothstep(0.55, 1.0, along.abs());
            let white = lerp([0.60, 0.56, 0.53], [0.50, 0.30, 0.26], corner);
            let mut colour = lerp(white, id.iris.map(|c| c * ray * rim), iris);
            colour = lerp(colour, [0.006; 3], pupil);
            // The upper lid and its lashes shade it.
            let shade = 1.0 - 0.5 * smoothstep(3.2, 0.0, y - upper);
            colour = colour.map(|c| c * shade);
            // A window in it.
            let spot = hill(dx + 1.8, dy + 2.0, 0.7 + 0.2 * self.pixel, 0.8 + 0.2 * self.pixel);
            colour = colour.map(|c| c + 0.55 * spot * shade);
            material.colour = lerp(material.colour, colour, opened);
            material.open = material.open.max(0.72 * opened);
            material.gloss *= 1.0 - opened;
            *normal =
                unit(lerp(*normal, unit([normal[0] + 0.3 * ball[0], normal[1] + 0.3 * ball[1], normal[2]]), opened));
        }
        // Lashes.
        let reach = smoothstep(1.12, 0.92, u.abs() / EYE_HALF);
        let thick = 0.75 + 0.25 * self.pixel;
        let above = hill(y - upper + 0.2, 0.0, thick, 1.0) * reach;
        let below = 0.35 * hill(y - lower - 0.2, 0.0, 0.6 + 0.2 * self.pixel, 1.0) * reach;
        material.colour = lerp(material.colour, [0.018, 0.012, 0.010], (0.85 * above + below).min(0.9));
    }
}

fn hill(dx: f32, dy: f32, sx: f32, sy: f32) -> f32 {
    let q = (dx / sx).powi(2) + (dy / sy).powi(2);
    if q < 8.0 { (1.0 - q / 8.0).powi(4) } else { 0.0 }
}
