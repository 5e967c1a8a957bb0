//! Guidance: metrics → one code ([`document`], [`face`]), and a code that stays long enough to be read
//! ([`Stabiliser`]).

use crate::analyse::{DocumentMetrics, ExpectedSide, FaceMetrics};
use crate::codes::codes;
use crate::liveness::steps::ActiveStep;
use crate::thresholds::{DocumentThresholds, FaceThresholds, TimingThresholds};

codes! {
    /// A hint for a better frame; one at a time. The texts are in the language tables of the package.
    GuidanceCode {
        /// No document is seen.
        NoDocument = "no_document",
        /// The document is too small in the frame.
        MoveCloser = "move_closer",
        /// The document is too large, or a side is outside the frame.
        MoveBack = "move_back",
        /// The document is away from the guide.
        CentreDocument = "centre_document",
        /// The document is seen at a slant.
        TiltLess = "tilt_less",
        /// It moves.
        HoldStill = "hold_still",
        /// Too little light.
        TooDark = "too_dark",
        /// Too much light.
        TooBright = "too_bright",
        /// A reflection covers part of it.
        Glare = "glare",
        /// Out of focus.
        Blurred = "blurred",
        /// Fingers cover a part of it.
        FingersInTheWay = "fingers_in_the_way",
        /// Another kind of document is expected.
        WrongDocument = "wrong_document",
        /// The front is seen, the back is expected.
        TurnOver = "turn_over",
        /// The back is seen, the front is expected; or what identifies the side is not seen.
        WrongSide = "wrong_side",
        /// All conditions hold; the photo is being taken.
        Capturing = "capturing",
        /// No face is seen.
        NoFace = "no_face",
        /// More than one face is seen.
        OnePersonOnly = "one_person_only",
        /// The face is too small.
        ComeCloser = "come_closer",
        /// The face is too large.
        MoveBackFace = "move_back_face",
        /// The face is away from the oval.
        CentreFace = "centre_face",
        /// The head is turned or tilted.
        LookStraight = "look_straight",
        /// Too little light on the face.
        MoreLight = "more_light",
        /// Too much light on the face.
        LessLight = "less_light",
        /// The light comes from one side, or from behind.
        LightFromFront = "light_from_front",
        /// Glasses or skin reflect a lamp.
        RemoveGlare = "remove_glare",
        /// The eyes are closed.
        OpenEyes = "open_eyes",
        /// Another person is in view than before: the capture restarted.
        FaceChanged = "face_changed",
        /// Turn the head to the left.
        TurnLeft = "turn_left",
        /// Turn the head to the right.
        TurnRight = "turn_right",
        /// Look up.
        LookUp = "look_up",
        /// Look down.
        LookDown = "look_down",
        /// Move away from the camera.
        MoveAway = "move_away",
        /// Close both eyes for a moment.
        Blink = "blink",
        /// The step was not done in time: others follow.
        StepAgain = "step_again",
    }
}

impl GuidanceCode {
    /// Returns whether the code blocks the capture: it is displayed longer than a hint.
    fn is_blocking(self) -> bool {
        matches!(
            self,
            Self::NoDocument
                | Self::NoFace
                | Self::OnePersonOnly
                | Self::TurnOver
                | Self::WrongSide
                | Self::WrongDocument
                | Self::TooDark
                | Self::FaceChanged
        )
    }

    /// Returns whether the code describes the present moment: it appears and disappears at once.
    fn is_immediate(self) -> bool {
        matches!(
            self,
            Self::Capturing
                | Self::TurnLeft
                | Self::TurnRight
                | Self::LookUp
                | Self::LookDown
                | Self::MoveAway
                | Self::Blink
        )
    }
}

/// Returns the first instruction that improves the image of a document, coarse faults before fine ones.
pub fn document(metrics: &DocumentMetrics, expected: ExpectedSide, t: &DocumentThresholds) -> GuidanceCode {
    use GuidanceCode as G;
    let q = &metrics.quality;
    let Some(document) = &metrics.document else {
        return match (q.mean_luma < t.min_luma / 2.0, metrics.evidence.mrz) {
            (true, _) => G::TooDark,
            // Its text is seen and its edges are not: it reaches beyond the frame.
            (false, true) => G::MoveBack,
            (false, false) => G::NoDocument,
        };
    };
    if metrics.fill < t.min_fill || metrics.dpi < t.min_dpi {
        return G::MoveCloser;
    }
    if metrics.fill > t.max_fill || !document.fully_inside {
        return G::MoveBack;
    }
    if metrics.offset > t.max_offset {
        return G::CentreDocument;
    }
    if metrics.side_ratio > t.max_side_ratio {
        return G::TiltLess;
    }
    if q.mean_luma < t.min_luma {
        return G::TooDark;
    }
    if q.bright_share > t.max_bright_share {
        return G::TooBright;
    }
    if q.glare.largest > t.max_glare_blob {
        return G::Glare;
    }
    if metrics.motion.is_some_and(|m| m > t.max_motion) {
        return G::HoldStill;
    }
    if q.sharpness < t.min_sharpness {
        return G::Blurred;
    }
    if metrics.finger_occlusion > t.max_fingers {
        return G::FingersInTheWay;
    }
    if metrics.evidence.same_side {
        return G::TurnOver;
    }
    if metrics.evidence.wrong_document {
        return G::WrongDocument;
    }
    match (expected.mrz, metrics.evidence.mrz) {
        (Some(true), false) if expected.portrait != Some(true) && metrics.evidence.portrait => return G::TurnOver,
        (Some(true), false) | (Some(false), true) => return G::WrongSide,
        _ => {}
    }
    match (expected.portrait, metrics.evidence.portrait) {
        (Some(true), false) | (Some(false), true) => G::WrongSide,
        _ => G::Capturing,
    }
}

/// Returns the first instruction that improves the image of a face.
pub fn face(metrics: &FaceMetrics, t: &FaceThresholds) -> GuidanceCode {
    use GuidanceCode as G;
    match metrics.count {
        0 => return G::NoFace,
        1 => {}
        _ => return G::OnePersonOnly,
    }
    if metrics.height < t.min_height {
        return G::ComeCloser;
    }
    if metrics.height > t.max_height {
        return G::MoveBackFace;
    }
    if metrics.offset > t.max_offset {
        return G::CentreFace;
    }
    let q = &metrics.quality;
    if metrics.mean_luma() < t.min_luma {
        return if metrics.front_light < t.min_front_light { G::LightFromFront } else { G::MoreLight };
    }
    if metrics.mean_luma() > t.max_luma {
        return G::LessLight;
    }
    if q.yaw.raw.abs() > t.max_yaw_deg || q.pitch.raw.abs() > t.max_pitch_deg || q.roll.raw.abs() > t.max_roll_deg {
        return G::LookStraight;
    }
    if q.eye_glare.raw > t.max_eye_glare {
        return G::RemoveGlare;
    }
    if q.illumination_uniformity.raw < t.min_uniformity || metrics.front_light < t.min_front_light {
        return G::LightFromFront;
    }
    if metrics.eyes.is_some_and(|eyes| eyes < t.min_eyes_open) {
        return G::OpenEyes;
    }
    if q.motion.is_some_and(|m| m.raw > t.max_motion) || q.score < t.min_quality {
        return G::HoldStill;
    }
    G::Capturing
}

/// Returns the instruction of a step of active liveness.
pub fn step(step: ActiveStep) -> GuidanceCode {
    use GuidanceCode as G;
    match step {
        ActiveStep::TurnLeft => G::TurnLeft,
        ActiveStep::TurnRight => G::TurnRight,
        ActiveStep::LookUp => G::LookUp,
        ActiveStep::LookDown => G::LookDown,
        ActiveStep::ComeCloser => G::ComeCloser,
        ActiveStep::MoveAway => G::MoveAway,
        ActiveStep::Blink => G::Blink,
    }
}

/// Weight that a vote keeps for each 33 ms that pass (0.95 a frame at 30 frames a second, as Microblink Capture votes).
const DECAY_PER_FRAME: f64 = 0.95;
const FRAME_MS: f64 = 33.0;

/// Selects the code that most frames of the last seconds suggest, and keeps it long enough to be read.
#[derive(Debug, Clone, Default)]
pub struct Stabiliser {
    votes: Vec<(GuidanceCode, f64)>,
    shown: Option<(GuidanceCode, f64)>,
    last_ms: Option<f64>,
}

impl Stabiliser {
    /// Processes the code of a frame and returns the one to display. Time must not run backwards; if it does, it is
    /// taken to be the same.
    pub fn push(&mut self, code: GuidanceCode, now_ms: f64, t: &TimingThresholds) -> GuidanceCode {
        let passed = self.last_ms.map_or(0.0, |last| (now_ms - last).max(0.0));
        self.last_ms = Some(now_ms);
        let decay = DECAY_PER_FRAME.powf(passed / FRAME_MS);
        for vote in &mut self.votes {
            vote.1 *= decay;
        }
        match self.votes.iter_mut().find(|v| v.0 == code) {
            Some(vote) => vote.1 += 1.0,
            None => self.votes.push((code, 1.0)),
        }
        let winner = self.votes.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(code, |v| v.0);
        let next = if code.is_immediate() { code } else { winner };
        match self.shown {
            Some((shown, since)) if shown != next => {
                let least = if shown.is_blocking() { t.error_ms } else { t.hint_ms };
                let free = shown.is_immediate() || next.is_immediate();
                if free || now_ms - since >= least {
                    self.shown = Some((next, now_ms));
                }
            }
            Some(_) => {}
            None => self.shown = Some((next, now_ms)),
        }
        self.shown.map_or(next, |s| s.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyse::SideEvidence;
    use crate::document::{DocumentQuad, DocumentSize};
    use crate::geometry::{Quad, Rect};
    use crate::liveness::{FaceQuality, Measure};
    use crate::quality::{Glare, Quality};

    /// A passport as it should be.
    fn good() -> DocumentMetrics {
        let quad = Quad::from_rect(Rect { x: 100.0, y: 60.0, width: 1000.0, height: 700.0 });
        DocumentMetrics {
            document: Some(DocumentQuad { quad, confidence: 0.9, size: DocumentSize::Id3, fully_inside: true }),
            quality: Quality { sharpness: 0.6, mean_luma: 150.0, contrast: 150.0, ..Default::default() },
            fill: 0.9,
            offset: 0.02,
            side_ratio: 1.02,
            dpi: 203.0,
            motion: Some(0.001),
            finger_occlusion: 0.0,
            evidence: SideEvidence { mrz: true, portrait: true, ..Default::default() },
        }
    }

    const PASSPORT: ExpectedSide = ExpectedSide { mrz: Some(true), portrait: None };
    const CARD_FRONT: ExpectedSide = ExpectedSide { mrz: Some(false), portrait: Some(true) };
    const CARD_BACK: ExpectedSide = ExpectedSide { mrz: Some(true), portrait: Some(false) };

    #[test]
    fn each_document_fault_has_its_code() {
        use GuidanceCode as G;
        type Change = fn(&mut DocumentMetrics);
        let cases: [(Change, ExpectedSide, G); 22] = [
            (|_| {}, PASSPORT, G::Capturing),
            (|f| f.document = None, PASSPORT, G::MoveBack),
            (|f| (f.document, f.evidence.mrz) = (None, false), PASSPORT, G::NoDocument),
            (|f| (f.document, f.quality.mean_luma) = (None, 9.0), PASSPORT, G::TooDark),
            (|f| f.fill = 0.4, PASSPORT, G::MoveCloser),
            (|f| f.dpi = 90.0, PASSPORT, G::MoveCloser),
            (|f| f.fill = 1.3, PASSPORT, G::MoveBack),
            (|f| f.document.as_mut().unwrap().fully_inside = false, PASSPORT, G::MoveBack),
            (|f| f.offset = 0.3, PASSPORT, G::CentreDocument),
            (|f| f.side_ratio = 1.4, PASSPORT, G::TiltLess),
            (|f| f.quality.mean_luma = 40.0, PASSPORT, G::TooDark),
            (|f| f.quality.bright_share = 0.6, PASSPORT, G::TooBright),
            (|f| f.quality.glare = Glare { largest: 0.05, ..Default::default() }, PASSPORT, G::Glare),
            (|f| f.motion = Some(0.1), PASSPORT, G::HoldStill),
            (|f| f.quality.sharpness = 0.1, PASSPORT, G::Blurred),
            (|f| f.finger_occlusion = 0.1, PASSPORT, G::FingersInTheWay),
            (|f| f.evidence.wrong_document = true, PASSPORT, G::WrongDocument),
            (|f| f.evidence.same_side = true, CARD_BACK, G::TurnOver),
            (|f| f.evidence.mrz = false, PASSPORT, G::TurnOver),
            (|_| {}, CARD_FRONT, G::WrongSide),
            (
                |f| f.evidence = SideEvidence { mrz: false, portrait: true, ..Default::default() },
                CARD_BACK,
                G::TurnOver,
            ),
            (
                |f| f.evidence = SideEvidence { mrz: false, portrait: true, ..Default::default() },
                CARD_FRONT,
                G::Capturing,
            ),
        ];
        for (i, (change, side, expected)) in cases.into_iter().enumerate() {
            let mut metrics = good();
            change(&mut metrics);
            assert_eq!(document(&metrics, side, &Default::default()), expected, "case {i}");
        }
    }

    #[test]
    fn each_face_fault_has_its_code() {
        use GuidanceCode as G;
        type Change = fn(&mut FaceMetrics);
        let is = |raw: f32| Measure { raw, score: 100.0 };
        let good = FaceMetrics {
            count: 1,
            height: 0.4,
            offset: 0.0,
            front_light: 1.0,
            eyes: Some(1.0),
            quality: FaceQuality {
                luminance: is(0.5),
                illumination_uniformity: is(0.8),
                motion: Some(is(0.0)),
                score: 80.0,
                ..FaceQuality::default()
            },
        };
        let cases: [(Change, G); 17] = [
            (|_| {}, G::Capturing),
            (|f| f.count = 0, G::NoFace),
            (|f| f.count = 2, G::OnePersonOnly),
            (|f| f.height = 0.1, G::ComeCloser),
            (|f| f.height = 0.95, G::MoveBackFace),
            (|f| f.offset = 0.5, G::CentreFace),
            (|f| f.quality.luminance.raw = 0.08, G::MoreLight),
            (|f| (f.quality.luminance.raw, f.front_light) = (0.08, 0.2), G::LightFromFront),
            (|f| f.quality.luminance.raw = 0.95, G::LessLight),
            (|f| f.quality.yaw.raw = -40.0, G::LookStraight),
            (|f| f.quality.roll.raw = 30.0, G::LookStraight),
            (|f| f.quality.eye_glare.raw = 0.2, G::RemoveGlare),
            (|f| f.quality.illumination_uniformity.raw = 0.1, G::LightFromFront),
            (|f| f.front_light = 0.2, G::LightFromFront),
            (|f| f.eyes = Some(0.2), G::OpenEyes),
            (|f| f.quality.motion = Some(Measure { raw: 0.5, score: 0.0 }), G::HoldStill),
            (|f| f.quality.score = 5.0, G::HoldStill),
        ];
        for (i, (change, expected)) in cases.into_iter().enumerate() {
            let mut metrics = good.clone();
            change(&mut metrics);
            assert_eq!(face(&metrics, &Default::default()), expected, "case {i}");
        }
    }

    #[test]
    fn codes_stay_for_their_minimum_time() {
        use GuidanceCode as G;
        let t = TimingThresholds::default();
        let mut s = Stabiliser::default();
        let mut changes = Vec::new();
        // A hand that trembles between two hints for three seconds.
        let mut before = None;
        for i in 0..90 {
            let code = if i % 2 == 0 { G::MoveCloser } else { G::CentreDocument };
            let shown = s.push(code, f64::from(i) * 33.0, &t);
            if before != Some(shown) {
                changes.push(f64::from(i) * 33.0);
                before = Some(shown);
            }
        }
        assert!(changes.windows(2).all(|w| w[1] - w[0] >= t.hint_ms), "{changes:?}");
        // A blocking hint stays 1.5 s; the capture itself is indicated at once.
        let mut s = Stabiliser::default();
        assert_eq!(s.push(G::NoDocument, 0.0, &t), G::NoDocument);
        for i in 1..40 {
            assert_eq!(s.push(G::MoveCloser, f64::from(i) * 33.0, &t), G::NoDocument, "{i}");
        }
        assert_eq!(s.push(G::MoveCloser, 1600.0, &t), G::MoveCloser);
        assert_eq!(s.push(G::Capturing, 1610.0, &t), G::Capturing);
        assert_ne!(s.push(G::MoveCloser, 1640.0, &t), G::Capturing);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = GuidanceCode::ALL.iter().map(|c| c.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GuidanceCode::ALL.len());
    }
}
