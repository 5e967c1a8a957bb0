//! A scene with a head, and what is known of its rendered image.

use kyc_core::geometry::{Point, Rect};

/// Head pose in degrees; signs as in `kyc_core::face::Face`. Pitch is applied first, then yaw, then roll; 0, 0, 0 faces
/// the camera from any position.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeadPose {
    /// Positive: the nose points to the right of the image.
    pub yaw: f32,
    /// Positive: the head looks up.
    pub pitch: f32,
    /// Positive: clockwise in the image.
    pub roll: f32,
}

impl HeadPose {
    /// Creates a pose.
    pub const fn new(yaw: f32, pitch: f32, roll: f32) -> Self {
        Self { yaw, pitch, roll }
    }
}

/// A directional light.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Light {
    /// Direction from the head to the light in camera axes: right, down, towards the camera. Any length.
    pub from: [f32; 3],
    /// Linear RGB; 1 is the total light of a well-lit face.
    pub colour: [f32; 3],
}

/// Background of a scene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Background {
    /// One colour (sRGB) with a little less light to the corners.
    Plain([u8; 3]),
    /// A room of walls, shelves, a window, images; one for each seed.
    Room(u64),
}

/// Description of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadScene {
    /// Seed of the identity: proportions, skin, hair, brows, glasses.
    pub identity: u64,
    /// Head pose.
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
    /// Ambient light, linear RGB.
    pub ambient: [f32; 3],
    /// Light of the screen from the camera's position, linear RGB at 450 mm; a closer head receives more.
    pub flash: [f32; 3],
    /// Exposure in stops: 0 correct, −3 much too dark, +2 overexposed.
    pub exposure: f32,
    /// Defocus: standard deviation in pixels.
    pub defocus: f32,
    /// Motion during the exposure: pixels right and down.
    pub motion: [f32; 2],
    /// Sensor noise: standard deviation in grey levels.
    pub noise: f32,
    /// Seed of the noise.
    pub noise_seed: u64,
    /// Background.
    pub background: Background,
    /// Glasses on or off; `None` uses the identity's.
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

/// Ground truth of a rendered head.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadTruth {
    /// Head pose.
    pub pose: HeadPose,
    /// Right eye, left eye, nose tip, mouth, right ear, left ear (the person's own right and left), pixels.
    pub keypoints: [Point; 6],
    /// 1 open, 0 closed.
    pub eyes_open: f32,
    /// As in the scene.
    pub smile: f32,
    /// As in the scene.
    pub mouth_open: f32,
    /// From the brows to the chin, ear to ear, pixels; may reach beyond the frame.
    pub bounds: Rect,
}

impl HeadTruth {
    /// Returns the inter-eye distance, pixels.
    pub fn inter_eye(&self) -> f32 {
        self.keypoints[0].distance(self.keypoints[1])
    }
}

/// An image with its ground truth.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    /// RGBA, 4 bytes per pixel.
    pub rgba: Vec<u8>,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Ground truth of the head itself, not of the one beside it.
    pub truth: HeadTruth,
}
