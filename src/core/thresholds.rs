//! Every tunable of guidance and automatic capture, with its unit and where its value comes from. All are settable by
//! the integrator (`thresholds` of the options); what is left out keeps its default.
//!
//! "Measured" means: on the camera scenes of the specimen generator, sharp and defocused; see the tests of the module
//! that uses the value.

use serde::{Deserialize, Serialize};

/// Thresholds of guidance and automatic capture. An absent field keeps its default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Thresholds {
    /// For the sides of a document.
    pub document: DocumentThresholds,
    /// For a face.
    pub face: FaceThresholds,
    /// For active liveness and the choice of frames.
    pub liveness: LivenessThresholds,
    /// Times and counts, for documents and faces.
    pub timing: TimingThresholds,
}

/// Defines a group of thresholds: unit and origin in the documentation, default and accepted range in the table.
macro_rules! thresholds {
    ($(#[$doc:meta])* $group:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:literal, $min:literal..=$max:literal;)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "camelCase", default)]
        pub struct $group {
            $(
                $(#[$field_doc])*
                #[cfg_attr(feature = "schema", schemars(range(min = $min, max = $max)))]
                pub $field: $type,
            )+
        }

        impl Default for $group {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }
    };
}

thresholds! {
    /// Thresholds of a document in the guide frame.
    DocumentThresholds {
        /// Minimum confidence of the document's outline. Measured: outlines of specimens 0.7 and more, of textures
        /// below 0.5.
        min_confidence: f32 = 0.55, 0.0..=1.0;
        /// Minimum share of the guide's width or height, whichever is closer to being filled, that the document fills.
        /// Scanbot uses 0.8; 0.62 gives 150 dpi for a card in a frame of 1280 pixels.
        min_fill: f32 = 0.62, 0.0..=1.0;
        /// Maximum share of the guide that the document fills; above 1 it exceeds the guide.
        max_fill: f32 = 1.08, 0.0..=2.0;
        /// Minimum resolution, dots per inch. Microblink Capture allows 150 to 400; the MRZ is read down to 8 pixels
        /// per character (80 dpi).
        min_dpi: f32 = 150.0, 0.0..=1200.0;
        /// Maximum distance between the centres of document and guide, as a share of the guide's width.
        max_offset: f32 = 0.16, 0.0..=1.0;
        /// Maximum ratio of two opposite sides (perspective); 1.18 is a tilt of about 20° at reading distance.
        max_side_ratio: f32 = 1.18, 1.0..=4.0;
        /// Minimum sharpness, 0–1. Measured: specimens in focus 0.4 and more.
        min_sharpness: f32 = 0.28, 0.0..=1.0;
        /// Maximum share of the document that one reflection covers. An MRZ character is 0.03 % of a passport page.
        max_glare_blob: f32 = 0.012, 0.0..=1.0;
        /// Minimum mean luma of the document, 0–255.
        min_luma: f32 = 62.0, 0.0..=255.0;
        /// Maximum share of over-exposed pixels (luma 247–255).
        max_bright_share: f32 = 0.3, 0.0..=1.0;
        /// Maximum displacement of a corner between two frames, as a share of the document's diagonal.
        max_motion: f32 = 0.012, 0.0..=1.0;
        /// Maximum share of the outline that fingers cover. Measured on the outline test set: hands 0.02 and more in 27
        /// of 29 images, other images in 3 of 371.
        max_fingers: f32 = 0.03, 0.0..=1.0;
    }
}

thresholds! {
    /// Thresholds of a face in the oval.
    FaceThresholds {
        /// Minimum score of the face detector. 0.75 leaves few false faces in frames without one.
        min_score: f32 = 0.75, 0.0..=1.0;
        /// Minimum height of the face box, as a share of the frame's height.
        min_height: f32 = 0.22, 0.0..=1.0;
        /// Maximum height of the face box, as a share of the frame's height.
        max_height: f32 = 0.8, 0.0..=2.0;
        /// Maximum distance between the centres of face and oval, as a share of the frame's shorter side.
        max_offset: f32 = 0.2, 0.0..=1.0;
        /// Maximum yaw either way, degrees. ISO/IEC 19794-5 requires 5° of a portrait; a selfie is held less exactly.
        max_yaw_deg: f32 = 16.0, 0.0..=90.0;
        /// Maximum pitch either way, degrees.
        max_pitch_deg: f32 = 22.0, 0.0..=90.0;
        /// Maximum roll either way, degrees.
        max_roll_deg: f32 = 16.0, 0.0..=180.0;
        /// Minimum mean luma of the face, 0–255. OFIQ: 0.2 of the range.
        min_luma: f32 = 50.0, 0.0..=255.0;
        /// Maximum mean luma of the face, 0–255. OFIQ: 0.8 of the range; this leaves a margin for fair skin.
        max_luma: f32 = 215.0, 0.0..=255.0;
        /// Minimum unified quality of a frame that is kept, 0–100.
        min_quality: f32 = 20.0, 0.0..=100.0;
        /// Maximum displacement of the face's centre between two frames, as a share of the box's height.
        max_motion: f32 = 0.08, 0.0..=1.0;
        /// Minimum intersection of the luma histograms of both halves of the face; below it the light comes from one
        /// side. Measured on rendered heads.
        min_uniformity: f32 = 0.3, 0.0..=1.0;
        /// Minimum ratio of the face's mean luma to the frame's; below it the light comes from behind. Measured on
        /// 2,000 rendered people in light from the front: 0.44 and more, the minimum for dark skin before a bright
        /// wall.
        min_front_light: f32 = 0.4, 0.0..=4.0;
        /// Maximum share of the eye region that is a specular reflection.
        max_eye_glare: f32 = 0.04, 0.0..=1.0;
        /// Minimum opening of the eyes, as a share of the person's own neutral opening; below it they are closed.
        min_eyes_open: f32 = 0.5, 0.0..=1.0;
    }
}

thresholds! {
    /// Thresholds of active liveness and of the choice of frames.
    LivenessThresholds {
        /// Minimum turn of the head from the neutral pose, degrees. Measured on 60 rendered people and on still images
        /// of them moved by hand (960 frames): heads turned by 27° and more measure 24.6° and more, prints up to 12.4°;
        /// images on screens, which the screen signal rejects, up to 33°.
        step_yaw_deg: f32 = 18.0, 1.0..=90.0;
        /// Minimum nod from the neutral pose, degrees: heads nod less far than they turn. Measured on the same frames:
        /// nods of 18° and more measure 13.2° and more (one in twenty less than 14.8°), prints up to 13.6°, images on
        /// screens up to 44°.
        step_pitch_deg: f32 = 14.0, 1.0..=90.0;
        /// Minimum ratio of the head's size to its neutral size for `come_closer`.
        step_closer: f32 = 1.22, 1.0..=4.0;
        /// Maximum ratio of the head's size to its neutral size for `move_away`.
        step_farther: f32 = 0.84, 0.0..=1.0;
        /// Maximum opening of the eyes for `blink`, as a share of the neutral opening.
        step_closed: f32 = 0.45, 0.0..=1.0;
        /// Minimum depth evidence of a turn to the side: landmark residual against any planar view of the neutral face,
        /// in inter-eye distances. Measured on the same frames: 0.27 and more.
        step_yaw_depth: f32 = 0.16, 0.0..=4.0;
        /// Minimum depth evidence of a nod, in inter-eye distances. Measured on the same frames: downwards 0.106 and
        /// more, upwards 0.18 and more, so an upward nod requires proportionally more.
        step_pitch_depth: f32 = 0.1, 0.0..=4.0;
        /// Time limit of one movement, ms.
        step_ms: f64 = 8_000.0, 100.0..=600_000.0;
        /// Time for which a movement must be held, ms: more than one frame, less than what tires.
        proof_ms: f64 = 120.0, 0.0..=60_000.0;
        /// Time for which the neutral pose is measured before the movements, ms.
        neutral_ms: f64 = 600.0, 0.0..=60_000.0;
        /// Time for which a failed movement is reported before others are drawn, ms.
        again_ms: f64 = 1_500.0, 0.0..=60_000.0;
        /// Time over which passive liveness compares frames, ms.
        window_ms: f64 = 2_000.0, 0.0..=60_000.0;
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

thresholds! {
    /// Times and counts of automatic capture.
    TimingThresholds {
        /// Good frames in a row before the comparison of frames starts.
        stable_frames: u32 = 3, 1..=100;
        /// Attempts in which every check must pass for an automatic capture; later ones warn. Onfido: two.
        strict_attempts: u32 = 2, 0..=100;
        /// Duration after which an attempt without a capture ends, counted from the first frame that shows a document,
        /// ms.
        attempt_ms: f64 = 10_000.0, 100.0..=600_000.0;
        /// Time over which frames are compared before the best is captured, ms: longer than a tremor, shorter than a
        /// noticeable wait.
        window_ms: f64 = 700.0, 0.0..=60_000.0;
        /// Minimum display time of a hint, ms. As Microblink Capture.
        hint_ms: f64 = 1_000.0, 0.0..=60_000.0;
        /// Minimum display time of a blocking hint, ms. As Microblink Capture.
        error_ms: f64 = 1_500.0, 0.0..=60_000.0;
        /// Time after which a hint that has not helped is followed by another, ms.
        other_way_ms: f64 = 8_000.0, 1_000.0..=600_000.0;
        /// Face frames that are sent.
        face_frames: u32 = 3, 1..=10;
        /// Minimum time between two face frames that are sent, ms.
        face_gap_ms: f64 = 500.0, 0.0..=60_000.0;
    }
}
