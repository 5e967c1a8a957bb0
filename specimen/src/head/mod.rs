//! A rendered head of nobody, before a camera: turned, lit and spoilt as told, so that pictures of a known pose exist
//! without anyone's face.
//!
//! The head is a surface of our own ([`shape`]) of average adult proportions, varied by a seed ([`identity`]), painted
//! ([`skin`]), drawn with a depth buffer and one shadow ([`raster`]) before a pinhole camera and its faults ([`camera`]).
//! [`stream`] moves it; [`attack`] moves a still picture of it instead; [`film`] is a whole stream of either.

pub mod attack;
pub mod camera;
pub mod film;
pub mod identity;
mod raster;
mod shape;
mod skin;
pub mod stream;
mod turn;

use kyc_core::geometry::{Point, Rect};

use camera::{Linear, room};
use identity::Identity;
use raster::Canvas;
use shape::Expression;
use turn::{Turn, add};

/// Where a head looks, degrees; signs as in `kyc_core::face::Face`. The head is first raised, then turned, then
/// leant; 0, 0, 0 looks into the lens from wherever it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeadPose {
    /// Positive: the nose points to the right of the picture.
    pub yaw: f32,
    /// Positive: looks up.
    pub pitch: f32,
    /// Positive: leans clockwise in the picture.
    pub roll: f32,
}

impl HeadPose {
    /// All three.
    pub const fn new(yaw: f32, pitch: f32, roll: f32) -> Self {
        Self { yaw, pitch, roll }
    }
}

/// A distant light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Where it stands as seen from the head, in the camera's terms: right, down, towards the camera. Any length.
    pub from: [f32; 3],
    /// Red, green, blue, linear; 1 is what a well-lit face needs altogether.
    pub colour: [f32; 3],
}

/// What is behind the head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Background {
    /// One colour (sRGB) with a little less light to the corners.
    Plain([u8; 3]),
    /// A room of walls, shelves, a window, pictures; one for each seed.
    Room(u64),
}

/// Everything that decides a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadScene {
    /// Who: proportions, skin, hair, brows, glasses.
    pub identity: u64,
    /// Where the head looks.
    pub pose: HeadPose,
    /// The middle of the head (between the ears) in the frame, as shares of its width and height.
    pub position: [f32; 2],
    /// Ear to ear (150 mm) as a share of the frame's shorter side, which is how near the head is.
    pub size: f32,
    /// 0 eyes open, 1 closed.
    pub blink: f32,
    /// 0 neutral, 1 a broad smile that shows teeth.
    pub smile: f32,
    /// 0 closed, 1 wide open.
    pub mouth_open: f32,
    /// The first casts shadows.
    pub lights: Vec<Light>,
    /// Light from everywhere: red, green, blue.
    pub ambient: [f32; 3],
    /// Light of the page itself, from the camera's place: red, green, blue at 450 mm; a nearer head gets more of it.
    pub flash: [f32; 3],
    /// Stops: 0 right, −3 much too dark, +2 burnt out.
    pub exposure: f32,
    /// Lens out of focus: standard deviation in pixels.
    pub defocus: f32,
    /// Way of the picture while it is taken: pixels right and down.
    pub motion: [f32; 2],
    /// Sensor noise: standard deviation in grey levels.
    pub noise: f32,
    /// Which noise.
    pub noise_seed: u64,
    /// What is behind.
    pub background: Background,
    /// Glasses on or off; `None`: as the identity has them.
    pub glasses: Option<bool>,
    /// Another head in the same light: its identity, pose, position, size, expression and glasses are taken.
    pub beside: Option<Box<HeadScene>>,
}

impl Default for HeadScene {
    fn default() -> Self {
        Self {
            identity: 1,
            pose: HeadPose::default(),
            position: [0.5, 0.5],
            size: 0.38,
            blink: 0.0,
            smile: 0.0,
            mouth_open: 0.0,
            lights: vec![Light { from: [-0.45, -0.6, 0.9], colour: [0.72, 0.70, 0.66] }],
            ambient: [0.34, 0.35, 0.37],
            flash: [0.0; 3],
            exposure: 0.0,
            defocus: 0.0,
            motion: [0.0; 2],
            noise: 1.5,
            noise_seed: 0,
            background: Background::Room(1),
            glasses: None,
            beside: None,
        }
    }
}

/// What is known of a rendered head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadTruth {
    /// Where it looks.
    pub pose: HeadPose,
    /// Right eye, left eye, nose tip, mouth, right ear, left ear (the person's own right and left), pixels.
    pub keypoints: [Point; 6],
    /// 1 open, 0 closed.
    pub eyes_open: f32,
    /// As asked for.
    pub smile: f32,
    /// As asked for.
    pub mouth_open: f32,
    /// From the brows to the chin, ear to ear, pixels; may reach beyond the frame.
    pub bounds: Rect,
}

impl HeadTruth {
    /// Pixels from eye to eye.
    pub fn inter_eye(&self) -> f32 {
        self.keypoints[0].distance(self.keypoints[1])
    }
}

/// A picture with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// 4 bytes a pixel.
    pub rgba: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Of the head itself, not of the one beside it.
    pub truth: HeadTruth,
}

/// The picture of a scene.
pub fn render(scene: &HeadScene, width: u32, height: u32) -> Rendered {
    let mut picture = match scene.background {
        Background::Plain(colour) => camera::plain(colour, width, height),
        Background::Room(seed) => room(seed, width, height),
    };
    let mean = |c: [f32; 3]| c.iter().sum::<f32>() / 3.0;
    let room_light = mean(scene.ambient) + 0.6 * scene.lights.iter().map(|l| mean(l.colour)).sum::<f32>();
    picture.scale(room_light / 0.75, scene.flash.map(|f| 0.12 * f));
    if let Some(other) = &scene.beside {
        draw(&mut picture, other, scene);
    }
    let truth = draw(&mut picture, scene, scene);
    picture.soften(scene.defocus, scene.motion);
    let rgba = picture.developed(scene.exposure, scene.noise, scene.noise_seed);
    Rendered { rgba, width, height, truth }
}

/// A pinhole camera; its sensor's middle is the frame's.
#[derive(Debug, Clone, Copy)]
struct Lens {
    focal: f32,
    middle: [f32; 2],
}

impl Lens {
    /// Pixels, and how near (1 / distance).
    fn project(&self, p: [f32; 3]) -> [f32; 3] {
        let near = 1.0 / (-p[2]).max(1.0);
        [self.middle[0] + self.focal * p[0] * near, self.middle[1] + self.focal * p[1] * near, near]
    }
}

/// Draws the head of `scene` in the light of `lit`.
fn draw(picture: &mut Linear, scene: &HeadScene, lit: &HeadScene) -> HeadTruth {
    let (width, height) = (picture.width as f32, picture.height as f32);
    // As phones and laptops have it: about 58° across the longer side.
    let lens = Lens { focal: 0.9 * width.max(height), middle: [width / 2.0, height / 2.0] };
    let distance = lens.focal * shape::EAR_TO_EAR / (scene.size.max(0.02) * width.min(height));
    let middle = [0, 1].map(|i| (scene.position[i] * [width, height][i] - lens.middle[i]) * distance / lens.focal);
    let place = [middle[0], middle[1], -distance];

    let towards = Turn::towards_camera(place);
    let head = towards.then_of(Turn::of(scene.pose));
    let identity = Identity::of(scene.identity);
    let expression = Expression {
        blink: scene.blink.clamp(0.0, 1.0),
        smile: scene.smile.clamp(0.0, 1.0),
        open: scene.mouth_open.clamp(0.0, 1.0),
    };
    let glasses = scene.glasses.unwrap_or(identity.glasses);
    let to_world = |p: [f32; 3], turn: &Turn| add(place, turn.apply(turn::sub(p, shape::PIVOT)));
    let mesh = shape::mesh(&identity, &expression, glasses, &|p| to_world(p, &head), &|p| to_world(p, &towards));
    let paint = skin::Paint::new(&identity, &expression, scene.pose, distance / lens.focal);
    let near = (450.0 / distance).powi(2);
    let lights = raster::Lights {
        distant: lit.lights.iter().map(|l| (turn::unit(l.from), l.colour)).collect(),
        ambient: lit.ambient,
        at_camera: lit.flash.map(|f| f * near),
    };
    Canvas::new(picture, lens).draw(&mesh, &paint, &lights);

    let at = |p: [f32; 3]| {
        let [x, y, _] = lens.project(to_world(p, &head));
        Point::new(x, y)
    };
    let landmarks = shape::landmarks(&identity, &expression);
    let around: Vec<Point> = landmarks.outline.iter().map(|&p| at(p)).collect();
    let least = |v: fn(&Point) -> f32| around.iter().map(v).fold(f32::MAX, f32::min);
    let most = |v: fn(&Point) -> f32| around.iter().map(v).fold(f32::MIN, f32::max);
    let (x, y) = (least(|p| p.x), least(|p| p.y));
    HeadTruth {
        pose: scene.pose,
        keypoints: landmarks.keypoints.map(at),
        eyes_open: 1.0 - expression.blink,
        smile: expression.smile,
        mouth_open: expression.open,
        bounds: Rect { x, y, width: most(|p| p.x) - x, height: most(|p| p.y) - y },
    }
}
