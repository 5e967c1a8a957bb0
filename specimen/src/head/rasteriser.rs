//! Rasterises triangles with a depth buffer and one shadow map; shading by Lambert and Blinn–Phong.

use super::camera::Linear;
use super::rotation::{Vec3, add, cross, dot, sub, unit};
use super::shape::{Mesh, Part};
use super::skin::Shader;

/// A pinhole camera whose optical axis meets the frame's centre.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lens {
    pub focal: f32,
    pub middle: [f32; 2],
}

impl Lens {
    /// Projects to pixels and inverse depth (1 / distance).
    pub(super) fn project(&self, p: [f32; 3]) -> [f32; 3] {
        let near = 1.0 / (-p[2]).max(1.0);
        [self.middle[0] + self.focal * p[0] * near, self.middle[1] + self.focal * p[1] * near, near]
    }
}

/// Lights of a scene.
pub(super) struct Lights {
    /// Unit direction to each light, and its colour; the first casts a shadow.
    pub distant: Vec<(Vec3, Vec3)>,
    pub ambient: Vec3,
    pub at_camera: Vec3,
}

/// An image to draw on.
pub(super) struct Canvas<'a> {
    image: &'a mut Linear,
    lens: Lens,
}

/// Triangle visible at a pixel.
#[derive(Clone, Copy)]
struct Hit {
    near: f32,
    triangle: u32,
    second: f32,
    third: f32,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(image: &'a mut Linear, lens: Lens) -> Self {
        Self { image, lens }
    }

    /// Draws a mesh over the image.
    pub(super) fn draw(&mut self, mesh: &Mesh, shader: &Shader, lights: &Lights) {
        let (width, height) = (self.image.width as usize, self.image.height as usize);
        let projected: Vec<Vec3> = mesh.at.iter().map(|&p| self.lens.project(p)).collect();
        let none = Hit { near: 0.0, triangle: u32::MAX, second: 0.0, third: 0.0 };
        let mut hits = vec![none; width * height];
        rasterise(&projected, &mesh.triangles, width, height, |at, hit| {
            if hit.near > hits[at].near {
                hits[at] = hit;
            }
        });
        let shadow = lights.distant.first().map(|&(from, _)| ShadowMap::new(mesh, from));
        for (at, hit) in hits.iter().enumerate().filter(|(_, hit)| hit.triangle != u32::MAX) {
            let corners = mesh.triangles[hit.triangle as usize].map(|i| i as usize);
            let mean = |values: &[Vec3]| -> Vec3 {
                let [a, b, c] = corners.map(|i| values[i]);
                std::array::from_fn(|k| a[k] + (b[k] - a[k]) * hit.second + (c[k] - a[k]) * hit.third)
            };
            let place = mean(&mesh.at);
            let light = Light { to_eye: unit(place.map(|v| -v)), place, lights, shadow: shadow.as_ref() };
            let colour = light.on(mesh.parts[corners[0]], mean(&mesh.rest), mean(&mesh.normals), shader);
            self.image.pixels[at] = colour;
        }
    }
}

struct Light<'a> {
    to_eye: Vec3,
    place: Vec3,
    lights: &'a Lights,
    shadow: Option<&'a ShadowMap>,
}

impl Light<'_> {
    fn on(&self, part: Part, rest: Vec3, normal: Vec3, shader: &Shader) -> Vec3 {
        let mut normal = unit(normal);
        if dot(normal, self.to_eye) < 0.0 {
            normal = normal.map(|v| -v);
        }
        let material = shader.at(part, rest, &mut normal);
        // Ambient light: less from below.
        let sky = material.open * (0.85 - 0.15 * normal[1]);
        let mut light = self.lights.ambient.map(|a| a * sky);
        let mut specular = [0.0; 3];
        let mut add_light = |from: Vec3, colour: Vec3, seen: f32| {
            // Subsurface scattering: light wraps around the edges, red most.
            let facing = dot(normal, from);
            let wrapped = |soft: f32| ((facing + soft) / (1.0 + soft)).max(0.0);
            let soft = material.soft;
            let part = [wrapped(soft), wrapped(soft * 0.5), wrapped(soft * 0.4)];
            let half = unit(add(from, self.to_eye));
            let gloss = material.gloss * dot(normal, half).max(0.0).powf(material.sharp) * seen;
            let open = 0.5 + 0.5 * material.open;
            for k in 0..3 {
                light[k] += colour[k] * part[k] * seen * open;
                specular[k] += colour[k] * gloss;
            }
        };
        for (i, &(from, colour)) in self.lights.distant.iter().enumerate() {
            let seen = if i == 0 { self.shadow.map_or(1.0, |s| s.visibility(self.place)) } else { 1.0 };
            add_light(from, colour, seen);
        }
        add_light(self.to_eye, self.lights.at_camera, 1.0);
        std::array::from_fn(|k| material.colour[k] * light[k] + specular[k])
    }
}

/// Depth of the first surface that the light meets.
struct ShadowMap {
    right: Vec3,
    down: Vec3,
    from: Vec3,
    low: [f32; 2],
    scale: f32,
    first: Vec<f32>,
}

impl ShadowMap {
    const SIDE: usize = 224;

    fn new(mesh: &Mesh, from: Vec3) -> Self {
        let right = unit(cross([0.0, 1.0, 0.0], if from[1].abs() > 0.98 { [0.0, 0.0, 1.0] } else { from }));
        let down = cross(from, right);
        // Clothes receive shadows; their own shadows are not visible.
        let casts = |part: Part| !matches!(part, Part::Clothes);
        let flat: Vec<Vec3> = mesh.at.iter().map(|&p| [dot(p, right), dot(p, down), dot(p, from)]).collect();
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for (p, _) in flat.iter().zip(&mesh.parts).filter(|(_, part)| casts(**part)) {
            for k in 0..2 {
                (low[k], high[k]) = (low[k].min(p[k]), high[k].max(p[k]));
            }
        }
        let scale = (Self::SIDE - 4) as f32 / (high[0] - low[0]).max(high[1] - low[1]).max(1.0);
        let low = low.map(|v| v - 2.0 / scale);
        let placed: Vec<Vec3> =
            flat.iter().map(|p| [(p[0] - low[0]) * scale, (p[1] - low[1]) * scale, p[2] + 1e5]).collect();
        let triangles: Vec<[u32; 3]> =
            mesh.triangles.iter().copied().filter(|t| casts(mesh.parts[t[0] as usize])).collect();
        let mut first = vec![f32::MIN; Self::SIDE * Self::SIDE];
        rasterise(&placed, &triangles, Self::SIDE, Self::SIDE, |at, hit| first[at] = first[at].max(hit.near - 1e5));
        Self { right, down, from, low, scale, first }
    }

    /// Returns the share of light that reaches a point (percentage-closer filtering).
    fn visibility(&self, p: Vec3) -> f32 {
        const BIAS_MM: f32 = 4.0;
        let depth = dot(p, self.from) + BIAS_MM;
        let x = (dot(p, self.right) - self.low[0]) * self.scale;
        let y = (dot(p, self.down) - self.low[1]) * self.scale;
        let (fx, fy) = (x - 1.5, y - 1.5);
        let (ix, iy) = (fx.floor(), fy.floor());
        let (tx, ty) = (fx - ix, fy - iy);
        let mut seen = 0.0;
        // A 3 × 3 box, its border weighted by coverage.
        for j in 0..4 {
            let wy = [1.0 - ty, 1.0, 1.0, ty][j];
            for i in 0..4 {
                let weight = wy * [1.0 - tx, 1.0, 1.0, tx][i] / 9.0;
                let (cx, cy) = (ix + i as f32, iy + j as f32);
                let inside = cx >= 0.0 && cy >= 0.0 && cx < Self::SIDE as f32 && cy < Self::SIDE as f32;
                if !inside || self.first[cy as usize * Self::SIDE + cx as usize] <= depth {
                    seen += weight;
                }
            }
        }
        seen
    }
}

/// Calls `each` for every pixel whose centre a triangle covers; depth is interpolated linearly.
fn rasterise(points: &[Vec3], triangles: &[[u32; 3]], width: usize, height: usize, mut each: impl FnMut(usize, Hit)) {
    for (index, triangle) in triangles.iter().enumerate() {
        let [a, b, c] = triangle.map(|i| points[i as usize]);
        let (ab, ac) = (sub(b, a), sub(c, a));
        let area = ab[0] * ac[1] - ab[1] * ac[0];
        let min = |k: usize| a[k].min(b[k]).min(c[k]);
        let max = |k: usize| a[k].max(b[k]).max(c[k]);
        let from = |v: f32| (v - 0.5).ceil().max(0.0) as usize;
        let to = |v: f32, end: usize| ((v - 0.5).floor() + 1.0).clamp(0.0, end as f32) as usize;
        let (x0, x1, y0, y1) = (from(min(0)), to(max(0), width), from(min(1)), to(max(1), height));
        if x0 >= x1 || y0 >= y1 || area == 0.0 {
            continue;
        }
        let inverse = 1.0 / area;
        for y in y0..y1 {
            let dy = y as f32 + 0.5 - a[1];
            for x in x0..x1 {
                let dx = x as f32 + 0.5 - a[0];
                let second = (dx * ac[1] - dy * ac[0]) * inverse;
                let third = (ab[0] * dy - ab[1] * dx) * inverse;
                if second >= 0.0 && third >= 0.0 && second + third <= 1.0 {
                    let near = a[2] + ab[2] * second + ac[2] * third;
                    each(y * width + x, Hit { near, triangle: index as u32, second, third });
                }
            }
        }
    }
}
