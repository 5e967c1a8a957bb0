//! Every tunable of guidance and automatic capture, with its unit and where its value comes from. All are settable by
//! the integrator (`thresholds` of the options); what is left out keeps its default.
//!
//! "Measured" means: on the camera scenes of the specimen generator, sharp and defocused; see the tests of the module
//! that uses the value.

use serde::{Deserialize, Serialize};

/// Thresholds of documents, faces and liveness.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Thresholds {
    /// For the document's sides.
    pub document: DocumentThresholds,
    /// For the face.
    pub face: FaceThresholds,
    /// For the steps of active liveness and the choice of frames.
    pub liveness: LivenessThresholds,
    /// For both.
    pub timing: TimingThresholds,
}

/// Thresholds of a document in the guide frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DocumentThresholds {
    /// Minimum confidence of an outline, 0–1 (measured: outlines of specimens 0.7 and more, of textures below 0.5).
    pub min_confidence: f32,
    /// Minimum fraction of the guide's width (or height, whichever is closer to being filled) that the document takes.
    /// Others ask for 0.8 (Scanbot); 0.62 still gives 150 dpi for a card in a frame of 1280 pixels.
    pub min_fill: f32,
    /// Maximum share: beyond it a side leaves the guide.
    pub max_fill: f32,
    /// Minimum resolution, dpi. Microblink Capture allows 150 to 400; the MRZ is read down to 8 pixels a character (80
    /// dpi).
    pub min_dpi: f32,
    /// Maximum that the document's centre may be from the guide's, as a fraction of the guide's width.
    pub max_offset: f32,
    /// Maximum ratio of two opposite sides (perspective): 1.18 is a tilt of about 20° at reading distance.
    pub max_side_ratio: f32,
    /// Minimum sharpness ([`crate::quality`]), 0–1 (measured: specimens in focus 0.4 and more).
    pub min_sharpness: f32,
    /// Maximum fraction of the document that one reflection may cover (an MRZ character is 0.03 % of a passport page).
    pub max_glare_blob: f32,
    /// Minimum mean luma on the document, 0–255.
    pub min_luma: f32,
    /// Maximum fraction of over-exposed pixels (247–255), 0–1.
    pub max_bright_share: f32,
    /// Maximum movement of a corner between two frames, as a fraction of the document's diagonal.
    pub max_motion: f32,
    /// Maximum fraction of the outline that fingers may cover (measured on the set of outlines: hands 0.02 and more in
    /// 27 of 29, other images in 3 of 371).
    pub max_fingers: f32,
}

impl Default for DocumentThresholds {
    fn default() -> Self {
        Self {
            min_confidence: 0.55,
            min_fill: 0.62,
            max_fill: 1.08,
            min_dpi: 150.0,
            max_offset: 0.16,
            max_side_ratio: 1.18,
            min_sharpness: 0.28,
            max_glare_blob: 0.012,
            min_luma: 62.0,
            max_bright_share: 0.30,
            max_motion: 0.012,
            max_fingers: 0.03,
        }
    }
}

/// Thresholds of a face in the oval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FaceThresholds {
    /// Minimum detector score, 0–1 (0.75 leaves few false faces in frames without one).
    pub min_score: f32,
    /// Minimum height of the face box as a fraction of the frame's height.
    pub min_height: f32,
    /// Maximum height of the face box as a fraction of the frame's height.
    pub max_height: f32,
    /// Maximum of the face's centre from the oval's, as a fraction of the frame's shorter side.
    pub max_offset: f32,
    /// Maximum yaw either way, degrees (ISO/IEC 19794-5 asks for 5°; a selfie is held less exactly).
    pub max_yaw_deg: f32,
    /// Maximum pitch either way, degrees.
    pub max_pitch_deg: f32,
    /// Maximum roll either way, degrees.
    pub max_roll_deg: f32,
    /// Minimum mean luma on the face, 0–255 (OFIQ: 0.2 of the range).
    pub min_luma: f32,
    /// Maximum mean luma on the face, 0–255 (OFIQ: 0.8 of the range, and some for fair skin).
    pub max_luma: f32,
    /// Minimum combined quality, 0–100, of a frame that is kept.
    pub min_quality: f32,
    /// Maximum movement of the face's centre between two frames, as a fraction of the box's height.
    pub max_motion: f32,
    /// Minimum that the histograms of the face's halves have in common, 0–1: below it the light comes from one side
    /// (measured on rendered heads).
    pub min_uniformity: f32,
    /// Minimum mean luma of the face over that of the whole frame: below it the light comes from behind (measured on
    /// 2,000 rendered people in light from the front: 0.44 and more, the least of them dark skin before a bright wall).
    pub min_front_light: f32,
    /// Maximum fraction of the band over the eyes that reflects like a mirror.
    pub max_eye_glare: f32,
    /// Minimum opening of the eyes as a fraction of the person's own: below it they are closed.
    pub min_eyes_open: f32,
}

impl Default for FaceThresholds {
    fn default() -> Self {
        Self {
            min_score: 0.75,
            min_height: 0.22,
            max_height: 0.80,
            max_offset: 0.20,
            max_yaw_deg: 16.0,
            max_pitch_deg: 22.0,
            max_roll_deg: 16.0,
            min_luma: 50.0,
            max_luma: 215.0,
            min_quality: 20.0,
            max_motion: 0.08,
            min_uniformity: 0.30,
            min_front_light: 0.40,
            max_eye_glare: 0.04,
            min_eyes_open: 0.50,
        }
    }
}

/// Active steps, and the choice of frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LivenessThresholds {
    /// Minimum turn to the side from the own neutral pose, degrees. Measured on 60 rendered people and their still
    /// images moved by hand (960 frames): who turns the head by 27° and more is seen to do it by 24.6° and more, prints
    /// by up to 12.4°; images on screens, which are refused by their grid, by up to 33°.
    pub step_yaw_deg: f32,
    /// Minimum nod from the own neutral pose, degrees: heads nod less far than they turn. Who nods by 18° and more is
    /// seen to do it by 13.2° and more (one in twenty by less than 14.8°); prints by up to 13.6°; images on screens by
    /// up to 44°.
    pub step_pitch_deg: f32,
    /// Minimum growth of the head to have come closer, as a ratio.
    pub step_closer: f32,
    /// Maximum ratio to have moved away.
    pub step_farther: f32,
    /// Maximum opening of the eyes, as a fraction of the own, to have closed them.
    pub step_closed: f32,
    /// Minimum distance of the points of a head turned to the side from every flat image of the neutral one, in
    /// distances between the eyes. Measured as above: 0.27 and more.
    pub step_yaw_depth: f32,
    /// The same of a nod downwards: 0.106 and more. Upwards it is 0.18 and more, and so much more is asked for.
    pub step_pitch_depth: f32,
    /// Time for one step, ms.
    pub step_ms: f64,
    /// How long a movement is held, ms: more than one frame, less than what tires.
    pub proof_ms: f64,
    /// How long the neutral pose is observed before the steps, ms.
    pub neutral_ms: f64,
    /// How long frames of passive liveness are compared, ms.
    pub window_ms: f64,
}

impl Default for LivenessThresholds {
    fn default() -> Self {
        Self {
            step_yaw_deg: 18.0,
            step_pitch_deg: 14.0,
            step_closer: 1.22,
            step_farther: 0.84,
            step_closed: 0.45,
            step_yaw_depth: 0.16,
            step_pitch_depth: 0.1,
            step_ms: 8_000.0,
            proof_ms: 120.0,
            neutral_ms: 600.0,
            window_ms: 2_000.0,
        }
    }
}

impl LivenessThresholds {
    /// The limits that a movement must reach.
    pub fn limits(&self) -> StepLimits {
        StepLimits {
            yaw_deg: self.step_yaw_deg,
            pitch_deg: self.step_pitch_deg,
            closer: self.step_closer,
            farther: self.step_farther,
            closed: self.step_closed,
            yaw_depth: self.step_yaw_depth,
            pitch_depth: self.step_pitch_depth,
        }
    }
}

/// The limits that a movement must reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLimits {
    /// Minimum change of yaw from the person's own neutral pose, degrees.
    pub yaw_deg: f32,
    /// Minimum change of pitch, degrees. Pitch is measured less exactly than yaw, and heads nod less far than they
    /// turn.
    pub pitch_deg: f32,
    /// Minimum growth of the head to have come closer, as a ratio.
    pub closer: f32,
    /// Maximum ratio to have moved away.
    pub farther: f32,
    /// Maximum fraction of the own eyes' opening to have closed them.
    pub closed: f32,
    /// Minimum distance, in distances between the eyes, by which the points of a head turned to the side differ from
    /// every flat image of the neutral one.
    pub yaw_depth: f32,
    /// The same of a head that nods.
    pub pitch_depth: f32,
}

impl Default for StepLimits {
    fn default() -> Self {
        LivenessThresholds::default().limits()
    }
}

impl StepLimits {
    /// The same limits, so many times as large (turns, depth) or as far from 1 (sizes): a verifier that measures
    /// encoded images by themselves asks for a little less than the capture, which saw the movement.
    pub fn scaled(self, by: f32) -> Self {
        Self {
            yaw_deg: self.yaw_deg * by,
            pitch_deg: self.pitch_deg * by,
            closer: 1.0 + (self.closer - 1.0) * by,
            farther: 1.0 - (1.0 - self.farther) * by,
            closed: 1.0 - (1.0 - self.closed) * by,
            yaw_depth: self.yaw_depth * by,
            pitch_depth: self.pitch_depth * by,
        }
    }
}

/// Thresholds of the recapture heuristics and of the comparison of two sides. Integrators cannot change them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecaptureThresholds {
    /// Minimum standard deviation of the chromaticity of a document, 0–1. Measured: specimens 0.013 and more, their
    /// greyscale copies under light of any colour 0.004 and less.
    pub min_chromaticity_std_dev: f32,
    /// Maximum ratio of a spectral peak to its surroundings. Measured: specimens in front of a camera below 60, images
    /// of screens 180 and more.
    pub max_moire_peak_ratio: f32,
    /// Maximum JPEG blockiness, as a multiple of an uncompressed image, of a file whose JPEG grid starts at the corner.
    pub max_jpeg_blockiness: f32,
    /// The same if the JPEG grid does not start at the corner.
    pub max_jpeg_blockiness_off_grid: f32,
    /// Minimum normalised cross-correlation, −1 to 1, of two thumbnails that show the same side.
    pub same_side_min_correlation: f32,
}

impl RecaptureThresholds {
    /// The thresholds in use.
    pub const DEFAULT: Self = Self {
        min_chromaticity_std_dev: 0.008,
        max_moire_peak_ratio: 110.0,
        max_jpeg_blockiness: 1.9,
        max_jpeg_blockiness_off_grid: 1.35,
        same_side_min_correlation: 0.82,
    };
}

/// Times and counts of captures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TimingThresholds {
    /// Good frames in a row before the window of choice opens.
    pub stable_frames: u32,
    /// Attempts in which every check must pass before an image is captured automatically; after them faults are warned
    /// of (Onfido: two).
    pub strict_attempts: u32,
    /// An attempt ends with a still, or after a document has been seen for so long without one, ms.
    pub attempt_ms: f64,
    /// How long frames are compared before the best is taken, ms: long enough to outlast a tremor, short enough not to
    /// be waited for.
    pub window_ms: f64,
    /// Minimum display of a hint, ms (Microblink Capture).
    pub hint_ms: f64,
    /// Minimum display of a blocking hint, ms (Microblink Capture).
    pub error_ms: f64,
    /// Face frames that are sent.
    pub face_frames: u32,
    /// Minimum time between two face frames that are sent, ms.
    pub face_gap_ms: f64,
}

impl Default for TimingThresholds {
    fn default() -> Self {
        Self {
            stable_frames: 3,
            strict_attempts: 2,
            attempt_ms: 10_000.0,
            window_ms: 700.0,
            hint_ms: 1000.0,
            error_ms: 1500.0,
            face_frames: 3,
            face_gap_ms: 500.0,
        }
    }
}
