//! The surface of a head, neck and shoulders.
//!
//! Coordinates are millimetres from the point between the eyes: right in the image, down, towards the camera. `rest` is
//! a point of the average, neutral head; identity, expression and pose are applied to it. Dimensions are rounded adult
//! means.

use super::identity::{Hair, Identity};
use super::rotation::{Vec3, add, cross, lerp, sub, unit};

/// From tragion to tragion.
pub(super) const EAR_TO_EAR: f32 = 150.0;

/// Centre of rotation of the head: between the ears.
pub(super) const PIVOT: Vec3 = [0.0, 20.0, -85.0];

/// Height of the mouth line below the eyes.
pub(super) const MOUTH: f32 = 66.0;

/// Half the width of the mouth.
pub(super) const MOUTH_HALF: f32 = 25.0;

const TRAGION: Vec3 = [75.0, 20.0, -80.0];

/// Part of the body that a surface belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Head,
    Ear,
    Neck,
    Mane,
    Clothes,
    Frame,
}

/// 0 neutral – 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Expression {
    pub blink: f32,
    pub smile: f32,
    pub open: f32,
}

/// A triangle mesh.
#[derive(Debug, Default)]
pub(super) struct Mesh {
    /// Positions on the average head.
    pub rest: Vec<Vec3>,
    /// Positions relative to the camera at the origin.
    pub at: Vec<Vec3>,
    pub normals: Vec<Vec3>,
    pub parts: Vec<Part>,
    pub triangles: Vec<[u32; 3]>,
}

impl Mesh {
    /// A sheet of `rows` × `columns` points, each with its place at rest and before the camera. Outside is where
    /// columns run to the right when rows run down.
    fn sheet(&mut self, part: Part, rows: usize, columns: usize, point: impl Fn(usize, usize) -> (Vec3, Vec3)) {
        let first = self.at.len();
        for row in 0..rows {
            for column in 0..columns {
                let (rest, at) = point(row, column);
                self.rest.push(rest);
                self.at.push(at);
            }
        }
        self.parts.resize(self.at.len(), part);
        let index = |row: usize, column: usize| first + row * columns + column;
        for row in 0..rows {
            for column in 0..columns {
                let place = |row: usize, column: usize| self.at[index(row, column)];
                // The head is closed at its back, where the first column is the last one.
                let closed = part == Part::Head;
                let left = if column > 0 {
                    column - 1
                } else if closed {
                    columns - 2
                } else {
                    0
                };
                let right = if column + 1 < columns {
                    column + 1
                } else if closed {
                    1
                } else {
                    column
                };
                let across = sub(place(row, right), place(row, left));
                let down = sub(place((row + 1).min(rows - 1), column), place(row.saturating_sub(1), column));
                self.normals.push(unit(cross(across, down)));
            }
        }
        for row in 1..rows {
            for column in 1..columns {
                let [a, b, c, d] =
                    [index(row - 1, column - 1), index(row - 1, column), index(row, column - 1), index(row, column)]
                        .map(|i| i as u32);
                self.triangles.extend([[a, b, c], [c, b, d]]);
            }
        }
    }

    /// A tube of this radius along a path.
    fn tube(&mut self, part: Part, path: &[Vec3], radius: f32, to_world: &dyn Fn(Vec3) -> Vec3) {
        const AROUND: usize = 7;
        self.sheet(part, path.len(), AROUND, |row, column| {
            let along = unit(sub(path[(row + 1).min(path.len() - 1)], path[row.saturating_sub(1)]));
            let side = unit(cross(along, if along[1].abs() < 0.8 { [0.0, 1.0, 0.0] } else { [0.0, 0.0, 1.0] }));
            let up = cross(side, along);
            let (s, c) = (column as f32 / (AROUND - 1) as f32 * std::f32::consts::TAU).sin_cos();
            let p = add(path[row], std::array::from_fn(|i| radius * (side[i] * c + up[i] * s)));
            (p, to_world(p))
        });
    }
}

/// Builds the mesh. `head` and `body` map head and shoulders from the average head to camera coordinates.
pub(super) fn mesh(
    identity: &Identity,
    expression: &Expression,
    glasses: bool,
    head: &dyn Fn(Vec3) -> Vec3,
    body: &dyn Fn(Vec3) -> Vec3,
) -> Mesh {
    let mut mesh = Mesh::default();
    let heights = rows();
    let angles = columns();
    let sections: Vec<Section> = heights.iter().map(|&y| Section::at_height(y)).collect();
    let whole = |rest: Vec3| apply_identity(identity, apply_expression(expression, rest));
    mesh.sheet(Part::Head, heights.len(), angles.len(), |row, column| {
        let (s, c) = angles[column];
        let bare = with_features(identity, &sections[row], heights[row], s, c);
        (bare, head(whole(add(bare, hair_over(identity, bare)))))
    });
    for side in [-1.0, 1.0] {
        mesh.sheet(Part::Ear, 8, 29, |row, column| {
            let rest = ear(side, row as f32 / 7.0, column as f32 / 28.0);
            (rest, head(apply_identity(identity, rest)))
        });
    }
    mesh.sheet(Part::Neck, 30, 49, |row, column| {
        let t = row as f32 / 29.0;
        let (s, c) = around(column, 49);
        let flare = (t - 0.55).max(0.0).powi(2) * 110.0;
        let rest =
            [(51.0 + 3.0 * t + flare) * s, 55.0 + 110.0 * t, -88.0 - 20.0 * t + (47.0 + 8.0 * t + 0.4 * flare) * c];
        let p = apply_identity(identity, rest);
        (rest, lerp(head(p), body(p), smoothstep(0.15, 0.85, t)))
    });
    mesh.sheet(Part::Clothes, 40, 65, |row, column| {
        let t = row as f32 / 39.0;
        let (s, c) = around(column, 65);
        let along = |values: [f32; 6]| knots(&[0.0, 0.15, 0.4, 0.65, 0.82, 1.0], &values, t);
        let (rx, rz) = (along([64.0, 88.0, 145.0, 195.0, 218.0, 230.0]), along([58.0, 62.0, 75.0, 92.0, 105.0, 120.0]));
        let y = along([140.0, 143.0, 158.0, 188.0, 240.0, 700.0]) + 14.0 * c.max(0.0) * (1.0 - t);
        let rest = [rx * s, y, -112.0 + rz * c];
        (rest, body(rest))
    });
    if identity.hair == Hair::Long {
        mesh.sheet(Part::Mane, 30, 41, |row, column| {
            let t = row as f32 / 29.0;
            let angle = (-1.0 + column as f32 / 20.0) * 1.52 + std::f32::consts::PI;
            let (s, c) = angle.sin_cos();
            let ripple = 2.0 * (column as f32 * 1.7).sin();
            let rest =
                [-(83.0 + 5.0 * t + ripple) * s, -30.0 + 175.0 * t, -90.0 + (106.0 - 20.0 * t + ripple) * c - 6.0 * t];
            (
                rest,
                lerp(
                    head(apply_identity(identity, rest)),
                    body(apply_identity(identity, rest)),
                    0.6 * smoothstep(0.4, 1.0, t),
                ),
            )
        });
    }
    if glasses {
        spectacles(&mut mesh, identity, &|p| head(apply_identity(identity, p)));
    }
    mesh
}

/// Landmarks of a head with its expression and proportions.
pub(super) struct Landmarks {
    /// In the order of `Face::keypoints`.
    pub keypoints: [Vec3; 6],
    /// Points that span the bounding box of the face.
    pub outline: Vec<Vec3>,
}

pub(super) fn landmarks(identity: &Identity, expression: &Expression) -> Landmarks {
    let front = |x: f32, y: f32| {
        let section = Section::at_height(y);
        [x, y, section.front(x) + relief(identity, x, y)]
    };
    let place = |rest: Vec3| apply_identity(identity, apply_expression(expression, rest));
    let eye = identity.eye;
    let mouth = lerp(place(front(0.0, MOUTH - 2.5)), place(front(0.0, MOUTH + 2.5)), 0.5);
    let tragion = |side: f32| place([side * TRAGION[0], TRAGION[1], TRAGION[2]]);
    let keypoints =
        [place(front(-eye, 0.0)), place(front(eye, 0.0)), place(front(0.0, 40.0)), mouth, tragion(-1.0), tragion(1.0)];
    let outline = [
        front(-45.0, -24.0),
        front(0.0, -28.0),
        front(45.0, -24.0),
        front(0.0, 40.0),
        front(0.0, 104.0),
        front(0.0, 114.0),
        [-56.0, 84.0, -60.0],
        [56.0, 84.0, -60.0],
        front(-58.0, 30.0),
        front(58.0, 30.0),
        [-TRAGION[0], TRAGION[1], TRAGION[2]],
        TRAGION,
    ];
    Landmarks { keypoints, outline: outline.into_iter().map(place).collect() }
}

/// A horizontal cut through the bare head: half an ellipse before its widest place, and half of one behind.
#[derive(Debug, Clone, Copy)]
struct Section {
    half: f32,
    middle: f32,
    before: f32,
    behind: f32,
}

impl Section {
    fn at_height(y: f32) -> Self {
        /// Where the skull's dome begins.
        const DOME: f32 = -25.0;
        if y < DOME {
            let s = (1.0 - ((DOME - y) / 93.0).clamp(0.0, 1.0).powf(2.4)).powf(1.0 / 2.2).max(0.02);
            return Self { half: 77.0 * s, middle: -90.0, before: 98.0 * s, behind: 100.0 * s };
        }
        const Y: [f32; 12] = [-25.0, 0.0, 20.0, 40.0, 60.0, 75.0, 88.0, 98.0, 106.0, 112.0, 116.0, 118.0];
        let v = |values: &[f32; 12]| knots(&Y, values, y);
        let half = v(&[77.0, 73.5, 71.0, 68.0, 63.5, 58.0, 51.0, 42.0, 31.0, 19.0, 9.0, 1.0]);
        let front = v(&[8.0, 4.0, 6.0, 9.0, 11.0, 11.0, 11.0, 11.0, 8.5, 2.0, -9.0, -27.0]);
        let middle = v(&[-90.0, -86.0, -82.0, -78.0, -72.0, -66.0, -58.0, -50.0, -42.0, -37.0, -34.0, -33.0]);
        let back = v(&[-190.0, -188.0, -178.0, -165.0, -150.0, -138.0, -125.0, -110.0, -95.0, -78.0, -56.0, -38.0]);
        Self { half, middle, before: front - middle, behind: middle - back }
    }

    fn along(&self, s: f32, c: f32) -> (f32, f32) {
        let depth = if c > 0.0 { self.before } else { self.behind };
        let r = 1.0 / ((s / self.half).powi(2) + (c / depth).powi(2)).sqrt();
        (r * s, self.middle + r * c)
    }

    fn front(&self, x: f32) -> f32 {
        self.middle + self.before * (1.0 - (x / self.half).powi(2)).max(0.0).sqrt()
    }
}

/// Heights of the mesh's rows: close where the face is fine, closest where the lips part.
fn rows() -> Vec<f32> {
    let mut rows = vec![-118.0, -117.7, -117.0, -116.0, -114.5, -112.5, -110.0, -107.0, -103.5];
    let mut y: f32 = -100.0;
    while y < 118.0 {
        rows.push(y);
        y += match y {
            y if y < -30.0 => 4.0,
            y if y < 62.5 => 1.4,
            y if y < 69.0 => 0.34,
            y if y < 104.0 => 1.6,
            _ => 1.0,
        };
    }
    rows.push(118.0);
    rows
}

/// Sine and cosine of the directions of the mesh's columns, from the back by the left to the front and on; close in
/// front.
fn columns() -> Vec<(f32, f32)> {
    const HALF: i32 = 84;
    (-HALF..=HALF)
        .map(|i| {
            let t = i as f32 / HALF as f32;
            (std::f32::consts::PI * (0.38 * t + 0.62 * t * t * t)).sin_cos()
        })
        .collect()
}

fn around(column: usize, columns: usize) -> (f32, f32) {
    ((column as f32 / (columns - 1) as f32 * 2.0 - 1.0) * std::f32::consts::PI).sin_cos()
}

fn with_features(identity: &Identity, section: &Section, y: f32, s: f32, c: f32) -> Vec3 {
    let (x, z) = section.along(s, c);
    let facing = smoothstep(0.2, 0.5, c);
    [x, y, if facing > 0.0 { z + facing * relief(identity, x, y) } else { z }]
}

/// Returns the relief of the face over the bare head.
fn relief(identity: &Identity, x: f32, y: f32) -> f32 {
    let ax = x.abs();
    let eye = identity.eye;
    let mut z = 0.0;
    // Brow ridge, and between the brows.
    z += 5.5 * hill(ax - 27.0, y + 19.0, 17.0, 7.0) + 2.5 * hill(x, y + 17.0, 12.0, 9.0);
    // Sockets, deepest beside the nose.
    z -= 8.5 * hill(ax - eye, y + 1.0, 14.5, 10.5) + 6.0 * hill(ax - 15.0, y + 2.0, 5.5, 8.5);
    // The ball under its lids.
    let r2 = (ax - eye).powi(2) + (y * 1.05).powi(2);
    if r2 < 196.0 {
        z += 7.0 * (1.0 - r2 / 196.0).powf(0.8);
    }
    // Under the eye, cheekbone, the hollow under it.
    z -= 1.6 * hill(ax - eye, y - 15.0, 11.0, 4.5);
    z += 5.5 * hill(ax - 46.0, y - 28.0, 14.0, 12.0) - 3.5 * hill(ax - 48.0, y - 62.0, 11.0, 16.0);
    // Nose.
    if (-14.0..62.0).contains(&y) && ax < 34.0 {
        let height = knots(
            &[-14.0, -4.0, 6.0, 18.0, 30.0, 37.0, 41.0, 45.0, 49.0, 52.5, 58.0, 62.0],
            &[0.0, 3.0, 6.5, 13.5, 21.0, 26.0, 27.5, 25.0, 17.0, 6.0, 1.0, 0.0],
            y,
        );
        let wide = identity.nose_width
            * knots(&[-14.0, 0.0, 18.0, 32.0, 40.0, 50.0, 62.0], &[8.0, 6.5, 8.0, 10.0, 11.5, 12.0, 12.0], y);
        z += identity.nose * height / (1.0 + (ax / wide).powi(4));
        let ala = identity.nose_width * 14.5;
        z += 9.0 * hill(ax - ala, y - 44.5, 4.2, 5.0) - 4.0 * hill(ax - ala + 1.0, y - 36.5, 4.0, 3.0);
        // Nostrils.
        z -= 4.0 * hill(ax - 7.0, y - 49.0, 3.4, 1.8);
    }
    // The area around the mouth protrudes; lips, philtrum, the groove below, chin.
    let lips = identity.lips;
    z += 5.0 * hill(x, y - 66.0, 26.0, 15.0);
    z += 3.6 * lips * hill(x, y - 62.5, 14.0, 3.2) + 4.4 * lips * hill(x, y - 70.5, 13.0, 3.8);
    z -= 1.2 * hill(x, y - 57.0, 2.5, 4.0) + 3.0 * hill(x, y - MOUTH - 0.3, 17.0, 1.2);
    z -= 3.5 * hill(x, y - 81.0, 16.0, 4.5) + 2.0 * hill(ax - 29.0, y - 67.0, 4.0, 5.0);
    z += 7.5 * hill(x, y - 99.0, 15.0, 10.0);
    z
}

/// A smooth hill of height 1 with these spreads, 0 from 2.8 of them on.
fn hill(dx: f32, dy: f32, sx: f32, sy: f32) -> f32 {
    let q = (dx / sx).powi(2) + (dy / sy).powi(2);
    if q < 8.0 { (1.0 - q / 8.0).powi(4) } else { 0.0 }
}

/// Returns how far a point of the head is inside the hair line, millimetres; negative is skin.
pub(super) fn hair_depth(identity: &Identity, [x, y, z]: Vec3) -> f32 {
    let line = match identity.hair {
        Hair::Fringe => 0.62 * identity.hair_line + 3.0 * (0.31 * x).sin() + 2.0 * (0.83 * x).sin(),
        _ => identity.hair_line - 0.0022 * x * x,
    };
    let edge = knots(
        &[-135.0, -110.0, -102.0, -80.0, -73.0, -64.0, -54.0, -36.0, -12.0, 5.0],
        &[66.0, 45.0, -16.0, -16.0, 10.0, 8.0, -24.0, 8.0 - line, -line, -line],
        z.clamp(-135.0, 5.0),
    );
    edge - y
}

/// Returns the hair's offset at a point.
fn hair_over(identity: &Identity, rest: Vec3) -> Vec3 {
    let thick = match identity.hair {
        Hair::Short => 9.0,
        Hair::Fringe | Hair::Long => 13.0,
        Hair::None => return [0.0; 3],
    };
    let depth = hair_depth(identity, rest);
    if depth < -3.0 {
        return [0.0; 3];
    }
    let lift = thick * smoothstep(-3.0, 16.0, depth) * (1.0 + 0.12 * (0.21 * rest[0]).sin() * (0.13 * rest[2]).cos());
    unit(sub(rest, [0.0, -15.0, -90.0])).map(|v| v * lift)
}

/// Returns the height of the mouth line at `x`.
pub(super) fn mouth_line(x: f32) -> f32 {
    MOUTH + 0.8 * (x / MOUTH_HALF).powi(2).min(2.0) - 0.5 * hill(x, 0.0, 4.0, 1.0)
}

/// The expression: jaw, lips and cheeks.
fn apply_expression(expression: &Expression, rest: Vec3) -> Vec3 {
    let [x, y, z] = rest;
    let [mut x1, mut y1, mut z1] = rest;
    let (ax, side) = (x.abs(), x.signum());
    if z < -75.0 || y < 0.0 {
        return rest;
    }
    let smile = expression.smile;
    if smile > 0.0 {
        let corner = hill(ax - 25.0, y - 67.0, 9.0, 10.0);
        x1 += side * 7.0 * smile * corner;
        y1 -= 6.5 * smile * corner;
        z1 -= 5.0 * smile * corner;
        let cheek = hill(ax - 40.0, y - 40.0, 12.0, 11.0);
        y1 -= 3.0 * smile * cheek;
        z1 += 4.0 * smile * cheek;
        // The lips part over the teeth.
        let parted = smoothstep(0.35, 1.0, smile) * (1.0 - (x / MOUTH_HALF).powi(2)).max(0.0);
        let d = y - mouth_line(x);
        y1 += parted * (5.5 * smoothstep(-0.6, 0.6, d) - 2.0) * hill(0.0, d, 1.0, 6.0);
    }
    if expression.open > 0.0 {
        let spread = 0.7 + 18.0 * smoothstep(19.0, 36.0, ax);
        let weight = smoothstep(-spread, spread, y - mouth_line(x)) * smoothstep(-75.0, -50.0, z);
        let (s, c) = (expression.open * weight * 17f32.to_radians()).sin_cos();
        let (dy, dz) = (y1 - 20.0, z1 + 80.0);
        (y1, z1) = (20.0 + dy * c + dz * s, -80.0 + dz * c - dy * s);
        x1 *= 1.0 - 0.10 * expression.open * hill(ax - 22.0, y - 67.0, 9.0, 8.0);
    }
    [x1, y1, z1]
}

/// The identity's proportions.
fn apply_identity(identity: &Identity, [x, y, z]: Vec3) -> Vec3 {
    let jaw = 1.0 + (identity.jaw - 1.0) * smoothstep(30.0, 80.0, y) * (1.0 - smoothstep(110.0, 140.0, y));
    // The eyes' distance is the identity's own already.
    let width = 1.0 + (identity.width - 1.0) * smoothstep(30.0, 60.0, x.abs());
    [x * width * jaw, if y > 0.0 { y * identity.length } else { y }, z]
}

fn ear(side: f32, r: f32, turn: f32) -> Vec3 {
    let (s, c) = (turn * std::f32::consts::TAU).sin_cos();
    // Wider above than below.
    let (u, v) = (r * 17.0 * s * (1.0 - 0.25 * c), r * -32.0 * c);
    let out = 5.0 * r.powi(4) - 6.0 * (1.0 - r).powi(2) - 2.5 * hill(r - 0.78, 0.0, 0.07, 1.0);
    let back = u + 0.10 * v;
    [side * (81.0 + 0.42 * back + 0.9 * out), 13.0 + v, -93.0 - 0.9 * back + 0.4 * out]
}

fn spectacles(mesh: &mut Mesh, identity: &Identity, to_world: &dyn Fn(Vec3) -> Vec3) {
    let middle = identity.eye + 1.5;
    for side in [-1.0, 1.0] {
        let rim: Vec<Vec3> = (0..=40)
            .map(|i| {
                let (s, c) = (i as f32 / 40.0 * std::f32::consts::TAU).sin_cos();
                let corner = |v: f32| v.signum() * v.abs().powf(0.72);
                let x = middle + 25.5 * corner(c);
                [side * x, 3.0 + 19.5 * corner(s), 17.0 - 0.006 * x * x]
            })
            .collect();
        mesh.tube(Part::Frame, &rim, 1.5, to_world);
        let outer = middle + 25.5;
        let arm = [
            [side * outer, -4.0, 17.0 - 0.006 * outer * outer],
            [side * (outer + 12.0), -5.0, -20.0],
            [side * 80.0, -4.0, -60.0],
            [side * 81.0, -3.0, -90.0],
        ];
        mesh.tube(Part::Frame, &arm, 1.5, to_world);
    }
    let inner = middle - 25.5;
    let bridge = [[-inner, -2.0, 16.8], [-inner * 0.5, -4.5, 18.5], [inner * 0.5, -4.5, 18.5], [inner, -2.0, 16.8]];
    mesh.tube(Part::Frame, &bridge, 1.4, to_world);
}

/// Smooth from 0 at `from` to 1 at `to`.
pub(super) fn smoothstep(from: f32, to: f32, v: f32) -> f32 {
    let t = ((v - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A smooth curve through values at rising places (cubic Hermite, slopes from the neighbours); flat beyond the ends.
pub(super) fn knots(places: &[f32], values: &[f32], at: f32) -> f32 {
    let last = places.len() - 1;
    if at <= places[0] {
        return values[0];
    }
    if at >= places[last] {
        return values[last];
    }
    let i = places.iter().position(|&p| p > at).unwrap_or(last) - 1;
    let slope = |k: usize| {
        let (a, b) = (k.saturating_sub(1), (k + 1).min(last));
        (values[b] - values[a]) / (places[b] - places[a])
    };
    let step = places[i + 1] - places[i];
    let t = (at - places[i]) / step;
    let (t2, t3) = (t * t, t * t * t);
    values[i] * (2.0 * t3 - 3.0 * t2 + 1.0)
        + values[i + 1] * (3.0 * t2 - 2.0 * t3)
        + step * (slope(i) * (t3 - 2.0 * t2 + t) + slope(i + 1) * (t3 - t2))
}
