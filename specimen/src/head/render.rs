//! Renders a scene: background, heads, lens and sensor.

use kyc_core::geometry::{Point, Rect};

use super::camera::{self, Linear};
use super::identity::Identity;
use super::rasteriser::{Canvas, Lens, Lights};
use super::rotation::{Rotation, add, sub, unit};
use super::scene::{Background, HeadScene, HeadTruth, Rendered};
use super::shape::{self, Expression};
use super::skin;

/// Renders a scene.
pub fn render(scene: &HeadScene, width: u32, height: u32) -> Rendered {
    let mut image = match scene.background {
        Background::Plain(colour) => camera::plain(colour, width, height),
        Background::Room(seed) => camera::room(seed, width, height),
    };
    let mean = |c: [f32; 3]| c.iter().sum::<f32>() / 3.0;
    let room_light = mean(scene.ambient) + 0.6 * scene.lights.iter().map(|l| mean(l.colour)).sum::<f32>();
    image.scale(room_light / 0.75, scene.flash.map(|f| 0.12 * f));
    if let Some(other) = &scene.beside {
        draw_head(&mut image, other, scene);
    }
    let truth = draw_head(&mut image, scene, scene);
    image.soften(scene.defocus, scene.motion);
    let rgba = image.develop(scene.exposure, scene.noise, scene.noise_seed);
    Rendered { rgba, width, height, truth }
}

/// Draws the head of `scene` in the light of `lighting`.
fn draw_head(image: &mut Linear, scene: &HeadScene, lighting: &HeadScene) -> HeadTruth {
    let (width, height) = (image.width as f32, image.height as f32);
    // Field of view of phones and laptops: about 58° across the longer side.
    let lens = Lens { focal: 0.9 * width.max(height), middle: [width / 2.0, height / 2.0] };
    let distance = lens.focal * shape::EAR_TO_EAR / (scene.size.max(0.02) * width.min(height));
    let middle = [0, 1].map(|i| (scene.position[i] * [width, height][i] - lens.middle[i]) * distance / lens.focal);
    let position = [middle[0], middle[1], -distance];

    let towards = Rotation::towards_camera(position);
    let head = towards.compose(Rotation::from_pose(scene.pose));
    let identity = Identity::from_seed(scene.identity);
    let expression = Expression {
        blink: scene.blink.clamp(0.0, 1.0),
        smile: scene.smile.clamp(0.0, 1.0),
        open: scene.mouth_open.clamp(0.0, 1.0),
    };
    let glasses = scene.glasses.unwrap_or(identity.glasses);
    let to_world = |p: [f32; 3], turn: &Rotation| add(position, turn.apply(sub(p, shape::PIVOT)));
    let mesh = shape::mesh(&identity, &expression, glasses, &|p| to_world(p, &head), &|p| to_world(p, &towards));
    let shader = skin::Shader::new(&identity, &expression, scene.pose, distance / lens.focal);
    let near = (450.0 / distance).powi(2);
    let lights = Lights {
        distant: lighting.lights.iter().map(|l| (unit(l.from), l.colour)).collect(),
        ambient: lighting.ambient,
        at_camera: lighting.flash.map(|f| f * near),
    };
    Canvas::new(image, lens).draw(&mesh, &shader, &lights);

    let at = |p: [f32; 3]| {
        let [x, y, _] = lens.project(to_world(p, &head));
        Point::new(x, y)
    };
    let landmarks = shape::landmarks(&identity, &expression);
    let around: Vec<Point> = landmarks.outline.iter().map(|&p| at(p)).collect();
    let min = |v: fn(&Point) -> f32| around.iter().map(v).fold(f32::MAX, f32::min);
    let max = |v: fn(&Point) -> f32| around.iter().map(v).fold(f32::MIN, f32::max);
    let (x, y) = (min(|p| p.x), min(|p| p.y));
    HeadTruth {
        pose: scene.pose,
        keypoints: landmarks.keypoints.map(at),
        eyes_open: 1.0 - expression.blink,
        smile: expression.smile,
        mouth_open: expression.open,
        bounds: Rect { x, y, width: max(|p| p.x) - x, height: max(|p| p.y) - y },
    }
}
