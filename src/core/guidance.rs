//! Guidance: metrics → one code ([`document`], [`face`]), and a code that stays long enough to be read
//! ([`Stabiliser`]).

use crate::analyse::{DocumentMetrics, Evidence, ExpectedSide, FaceMetrics, FarSide, SideEvidence};
use crate::codes::codes;
use crate::document::DocumentSize;
use crate::geometry::Point;
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
        /// The document is right of the guide: move it to the left.
        MoveLeft = "move_left",
        /// The document is left of the guide: move it to the right.
        MoveRight = "move_right",
        /// The document is below the guide: move it up.
        MoveUp = "move_up",
        /// The document is above the guide: move it down.
        MoveDown = "move_down",
        /// The upper side is farther away: tilt the top of the device away.
        TiltTopAway = "tilt_top_away",
        /// The lower side is farther away: tilt the top of the device closer.
        TiltTopCloser = "tilt_top_closer",
        /// The left side is farther away: tilt the left side of the device away.
        TiltLeftAway = "tilt_left_away",
        /// The right side is farther away: tilt the right side of the device away.
        TiltRightAway = "tilt_right_away",
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
        /// The side that was captured before, or a portrait where the back is expected: turn the document over.
        TurnOver = "turn_over",
        /// The back is seen, the front is expected.
        WrongSide = "wrong_side",
        /// Neither portrait nor MRZ is on what a passport is expected to be: open it at the data page.
        OpenPhotoPage = "open_photo_page",
        /// Nothing on it belongs to an identity document: show the side with the portrait.
        NotIdentityDocument = "not_identity_document",
        /// The MRZ is expected and not seen.
        ShowMrz = "show_mrz",
        /// The image is good; what identifies the side is still being read.
        Checking = "checking",
        /// No outline is found for long: lay the document on a plain surface of another colour.
        PlainBackground = "plain_background",
        /// It stays dark: switch the light of the camera on.
        UseTorch = "use_torch",
        /// A hint has not helped: take the photo with the button.
        UseButton = "use_button",
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
        /// The face is too far to the left of the frame, as the camera sees it, so to its own right: move to your left.
        MoveHeadLeft = "move_head_left",
        /// The face is too far to the right of the frame, so to its own left: move to your right.
        MoveHeadRight = "move_head_right",
        /// The face is too low in the frame: move up, or hold the camera lower.
        MoveHeadUp = "move_head_up",
        /// The face is too high in the frame: move down, or hold the camera higher.
        MoveHeadDown = "move_head_down",
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
                | Self::OpenPhotoPage
                | Self::NotIdentityDocument
                | Self::ShowMrz
                | Self::TooDark
                | Self::FaceChanged
                | Self::StepAgain
        )
    }

    /// Returns whether the code reports an event of one frame: it is displayed in that frame, whatever is displayed.
    fn is_event(self) -> bool {
        matches!(self, Self::FaceChanged | Self::StepAgain)
    }

    /// Returns whether the code is the instruction of the present moment, which no vote may delay.
    fn is_immediate(self) -> bool {
        matches!(self, Self::TurnLeft | Self::TurnRight | Self::LookUp | Self::LookDown | Self::MoveAway | Self::Blink)
    }

    /// Returns another hint, for a person whom the hint has not helped.
    fn other_way(self) -> Option<Self> {
        Some(match self {
            Self::NoDocument => Self::PlainBackground,
            Self::TooDark => Self::UseTorch,
            Self::TurnOver => Self::WrongSide,
            Self::WrongSide => Self::TurnOver,
            Self::MoveCloser
            | Self::MoveBack
            | Self::MoveLeft
            | Self::MoveRight
            | Self::MoveUp
            | Self::MoveDown
            | Self::TiltTopAway
            | Self::TiltTopCloser
            | Self::TiltLeftAway
            | Self::TiltRightAway
            | Self::HoldStill
            | Self::TooBright
            | Self::Glare
            | Self::Blurred
            | Self::FingersInTheWay
            | Self::OpenPhotoPage
            | Self::NotIdentityDocument
            | Self::ShowMrz
            | Self::Checking => Self::UseButton,
            _ => return None,
        })
    }
}

/// Displacement of what is seen of a document, in sizes of the guide, from which on it is cut off at one side only.
const CUT_OFFSET: f32 = 0.06;

/// Mean luma of a scene that is lit, as a multiple of the minimum luma of a document: a darker document in it is of a
/// dark colour.
const LIT_SCENE: f32 = 1.25;

/// Displacement between two frames, as a fraction of the diagonal, from which another outline was found rather than the
/// same one moved.
const JUMP: f32 = 0.06;

/// Returns the first instruction that improves the image of a document: what is certainly wrong first, then coarse
/// faults before fine ones. What no detector has looked for is never said to be missing.
pub fn document(metrics: &DocumentMetrics, expected: ExpectedSide, t: &DocumentThresholds) -> GuidanceCode {
    use GuidanceCode as G;
    let q = &metrics.quality;
    let evidence = &metrics.evidence;
    let Some(document) = &metrics.document else {
        return match (q.mean_luma < t.min_luma / 2.0, evidence.mrz.is_present()) {
            (true, _) => G::TooDark,
            // Its text is seen and its edges are not: it reaches beyond the frame.
            (false, true) => G::MoveBack,
            (false, false) => G::NoDocument,
        };
    };
    if evidence.same_side {
        return G::TurnOver;
    }
    if evidence.wrong_document {
        return G::WrongDocument;
    }
    if expected.mrz == Some(false) && evidence.mrz.is_present() {
        return G::WrongSide;
    }
    if metrics.fill > t.max_fill {
        return G::MoveBack;
    }
    if !document.fully_inside {
        // Cut off at one side it is moved to the other; cut off at both it is too near.
        return if metrics.offset > CUT_OFFSET { towards_centre(metrics.displacement) } else { G::MoveBack };
    }
    // The direction comes before the distance: nearer, it would leave the frame.
    if metrics.offset > t.max_offset {
        return towards_centre(metrics.displacement);
    }
    if metrics.fill < t.min_fill || metrics.dpi < t.min_dpi {
        return G::MoveCloser;
    }
    if metrics.side_ratio > t.max_side_ratio {
        return match metrics.far_side {
            FarSide::Top => G::TiltTopAway,
            FarSide::Bottom => G::TiltTopCloser,
            FarSide::Left => G::TiltLeftAway,
            FarSide::Right => G::TiltRightAway,
        };
    }
    if let Some(code) = missing(evidence, expected, document.size) {
        return code;
    }
    if q.mean_luma < t.min_luma && metrics.scene_luma < LIT_SCENE * t.min_luma {
        return G::TooDark;
    }
    if metrics.motion.is_some_and(|m| m > JUMP) {
        return G::Checking;
    }
    if metrics.motion.is_some_and(|m| m > t.max_motion) {
        return G::HoldStill;
    }
    if q.bright_share > t.max_bright_share {
        return G::TooBright;
    }
    if q.glare.largest > t.max_glare_blob {
        return G::Glare;
    }
    if q.sharpness < t.min_sharpness {
        return G::Blurred;
    }
    if metrics.finger_occlusion > t.max_fingers {
        return G::FingersInTheWay;
    }
    let unread = |expected: Option<bool>, found: Evidence| expected == Some(true) && !found.is_present();
    if unread(expected.mrz, evidence.mrz) || unread(expected.portrait, evidence.portrait) {
        return G::Checking;
    }
    G::Capturing
}

/// Returns the direction in which a document that is displaced comes back to the guide's centre.
fn towards_centre(Point { x, y }: Point) -> GuidanceCode {
    use GuidanceCode as G;
    match (x.abs() >= y.abs(), x > 0.0, y > 0.0) {
        (true, true, _) => G::MoveLeft,
        (true, false, _) => G::MoveRight,
        (false, _, true) => G::MoveUp,
        (false, _, false) => G::MoveDown,
    }
}

/// Returns what to do about a feature that the expected side has and that is known to be absent.
fn missing(evidence: &SideEvidence, expected: ExpectedSide, size: DocumentSize) -> Option<GuidanceCode> {
    use Evidence::{Absent, Present, Unknown};
    use GuidanceCode as G;
    if expected.mrz == Some(true) && evidence.mrz == Absent {
        let card = size == DocumentSize::Id1;
        return Some(match (expected.booklet, card, evidence.portrait) {
            (true, true, Present) => G::WrongDocument,
            (true, true, Absent) => G::NotIdentityDocument,
            (true, false, Absent) => G::OpenPhotoPage,
            (false, _, Present) => G::TurnOver,
            (true, _, Present | Unknown) | (false, _, Absent | Unknown) => G::ShowMrz,
        });
    }
    if expected.portrait == Some(true) && evidence.portrait == Absent {
        return Some(if evidence.mrz == Present { G::WrongSide } else { G::NotIdentityDocument });
    }
    None
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
        // Who faces the camera has their left on the right of the frame.
        let Point { x, y } = metrics.displacement;
        return match (x.abs() >= y.abs(), x > 0.0, y > 0.0) {
            (true, true, _) => G::MoveHeadRight,
            (true, false, _) => G::MoveHeadLeft,
            (false, _, true) => G::MoveHeadUp,
            (false, _, false) => G::MoveHeadDown,
        };
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

/// Selects the code that most frames of the last seconds suggest, and keeps it long enough to be read. A hint that does
/// not help is followed by another hint.
#[derive(Debug, Clone, Default)]
pub struct Stabiliser {
    votes: Vec<(GuidanceCode, f64)>,
    /// The hint, and since when it is the one to follow.
    hint: Option<(GuidanceCode, f64)>,
    /// What is displayed: the hint, or the other hint.
    shown: Option<(GuidanceCode, f64)>,
    last_ms: Option<f64>,
}

impl Stabiliser {
    /// Processes the code of a frame and returns the one to display. Time must not run backwards; if it does, it is
    /// taken to be the same.
    pub fn push(&mut self, code: GuidanceCode, now_ms: f64, t: &TimingThresholds) -> GuidanceCode {
        let now_ms = self.last_ms.map_or(now_ms, |last| now_ms.max(last));
        let passed = self.last_ms.map_or(0.0, |last| now_ms - last);
        self.last_ms = Some(now_ms);
        let decay = DECAY_PER_FRAME.powf(passed / FRAME_MS);
        for vote in &mut self.votes {
            vote.1 *= decay;
        }
        match self.votes.iter_mut().find(|v| v.0 == code) {
            Some(vote) => vote.1 += 1.0,
            None => self.votes.push((code, 1.0)),
        }
        if code.is_event() {
            self.votes.clear();
            return self.show(code, now_ms, true);
        }
        let winner = self.votes.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(code, |v| v.0);
        let next = if code.is_immediate() { code } else { winner };
        let Some((shown, since)) = self.shown else { return self.show(next, now_ms, true) };
        let least = if shown.is_blocking() { t.error_ms } else { t.hint_ms };
        let readable = now_ms - since >= least;
        let between_steps = shown.is_immediate() && next.is_immediate();
        match self.hint {
            Some((hint, since)) if hint == next => {
                let in_cycle = (now_ms - since) % (t.other_way_ms + OTHER_WAY_MS);
                let desired = hint.other_way().filter(|_| in_cycle >= t.other_way_ms).unwrap_or(hint);
                if desired != shown && readable { self.show(desired, now_ms, false) } else { shown }
            }
            _ if readable || between_steps => self.show(next, now_ms, true),
            _ => shown,
        }
    }

    fn show(&mut self, code: GuidanceCode, now_ms: f64, is_hint: bool) -> GuidanceCode {
        if is_hint {
            self.hint = Some((code, now_ms));
        }
        if self.shown.is_none_or(|(shown, _)| shown != code) {
            self.shown = Some((code, now_ms));
        }
        code
    }
}

/// How long the other hint is displayed before the hint returns, ms.
const OTHER_WAY_MS: f64 = 4_000.0;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::DocumentQuad;
    use crate::geometry::{Quad, Rect};
    use crate::liveness::{FaceQuality, Measure};
    use crate::quality::{Glare, Quality};

    /// A passport as it should be.
    fn good() -> DocumentMetrics {
        let quad = Quad::from_rect(Rect { x: 100.0, y: 60.0, width: 1000.0, height: 700.0 });
        DocumentMetrics {
            document: Some(DocumentQuad { quad, confidence: 0.9, size: DocumentSize::Id3, fully_inside: true }),
            quality: Quality { sharpness: 0.6, mean_luma: 150.0, contrast: 150.0, ..Default::default() },
            scene_luma: 70.0,
            fill: 0.9,
            offset: 0.02,
            displacement: Point::new(0.02, 0.0),
            side_ratio: 1.02,
            far_side: FarSide::Top,
            dpi: 203.0,
            motion: Some(0.001),
            finger_occlusion: 0.0,
            evidence: of(Evidence::Present, Evidence::Present),
        }
    }

    fn of(mrz: Evidence, portrait: Evidence) -> SideEvidence {
        SideEvidence { mrz, portrait, ..Default::default() }
    }

    fn cut_off_on_the_right(f: &mut DocumentMetrics) {
        (f.offset, f.displacement) = (0.12, Point::new(0.12, 0.0));
        f.document.as_mut().unwrap().fully_inside = false;
    }

    const PASSPORT: ExpectedSide = ExpectedSide { mrz: Some(true), portrait: None, booklet: true };
    const CARD_FRONT: ExpectedSide = ExpectedSide { mrz: Some(false), portrait: Some(true), booklet: false };
    const CARD_BACK: ExpectedSide = ExpectedSide { mrz: Some(true), portrait: None, booklet: false };
    const LICENCE_FRONT: ExpectedSide = ExpectedSide { mrz: None, portrait: Some(true), booklet: false };

    #[test]
    fn each_document_fault_has_its_code() {
        use Evidence::{Absent, Present};
        use GuidanceCode as G;
        type Change = fn(&mut DocumentMetrics);
        let cases: [(Change, ExpectedSide, G); 30] = [
            (|_| {}, PASSPORT, G::Capturing),
            (|f| f.document = None, PASSPORT, G::MoveBack),
            (|f| (f.document, f.evidence.mrz) = (None, Absent), PASSPORT, G::NoDocument),
            (|f| (f.document, f.evidence.mrz, f.quality.mean_luma) = (None, Absent, 9.0), PASSPORT, G::TooDark),
            (|f| f.fill = 0.4, PASSPORT, G::MoveCloser),
            (|f| f.dpi = 90.0, PASSPORT, G::MoveCloser),
            (|f| f.fill = 1.3, PASSPORT, G::MoveBack),
            (|f| f.document.as_mut().unwrap().fully_inside = false, PASSPORT, G::MoveBack),
            (cut_off_on_the_right, PASSPORT, G::MoveLeft),
            (|f| (f.fill, f.offset, f.displacement) = (0.4, 0.2, Point::new(0.0, 0.2)), PASSPORT, G::MoveUp),
            (|f| (f.offset, f.displacement) = (0.3, Point::new(0.3, 0.1)), PASSPORT, G::MoveLeft),
            (|f| (f.offset, f.displacement) = (0.3, Point::new(-0.3, 0.1)), PASSPORT, G::MoveRight),
            (|f| (f.offset, f.displacement) = (0.3, Point::new(0.1, 0.3)), PASSPORT, G::MoveUp),
            (|f| (f.offset, f.displacement) = (0.3, Point::new(0.1, -0.3)), PASSPORT, G::MoveDown),
            (|f| f.side_ratio = 1.4, PASSPORT, G::TiltTopAway),
            (|f| (f.side_ratio, f.far_side) = (1.4, FarSide::Bottom), PASSPORT, G::TiltTopCloser),
            (|f| (f.side_ratio, f.far_side) = (1.4, FarSide::Left), PASSPORT, G::TiltLeftAway),
            (|f| (f.side_ratio, f.far_side) = (1.4, FarSide::Right), PASSPORT, G::TiltRightAway),
            (|f| f.quality.mean_luma = 40.0, PASSPORT, G::TooDark),
            (|f| (f.quality.mean_luma, f.scene_luma) = (40.0, 120.0), PASSPORT, G::Capturing),
            (|f| f.quality.bright_share = 0.6, PASSPORT, G::TooBright),
            (|f| f.quality.glare = Glare { largest: 0.05, ..Default::default() }, PASSPORT, G::Glare),
            (|f| f.motion = Some(0.03), PASSPORT, G::HoldStill),
            (|f| f.motion = Some(0.1), PASSPORT, G::Checking),
            (|f| f.quality.sharpness = 0.1, PASSPORT, G::Blurred),
            (|f| f.finger_occlusion = 0.1, PASSPORT, G::FingersInTheWay),
            (|f| f.evidence.wrong_document = true, PASSPORT, G::WrongDocument),
            (|f| f.evidence.same_side = true, CARD_BACK, G::TurnOver),
            (|_| {}, CARD_FRONT, G::WrongSide),
            (|f| f.evidence = of(Absent, Present), CARD_FRONT, G::Capturing),
        ];
        for (i, (change, side, expected)) in cases.into_iter().enumerate() {
            let mut metrics = good();
            change(&mut metrics);
            assert_eq!(document(&metrics, side, &Default::default()), expected, "case {i}");
        }
    }

    #[test]
    fn what_is_missing_is_said_only_if_it_was_looked_for() {
        use Evidence::{Absent, Present, Unknown};
        use GuidanceCode as G;
        let (page, card) = (DocumentSize::Id3, DocumentSize::Id1);
        let cases = [
            (PASSPORT, page, Unknown, Unknown, G::Checking),
            (PASSPORT, page, Unknown, Present, G::Checking),
            (PASSPORT, page, Absent, Present, G::ShowMrz),
            (PASSPORT, page, Absent, Absent, G::OpenPhotoPage),
            (PASSPORT, card, Absent, Present, G::WrongDocument),
            (PASSPORT, card, Absent, Absent, G::NotIdentityDocument),
            (PASSPORT, card, Absent, Unknown, G::ShowMrz),
            (CARD_FRONT, card, Unknown, Unknown, G::Checking),
            (CARD_FRONT, card, Absent, Absent, G::NotIdentityDocument),
            (CARD_FRONT, card, Unknown, Present, G::Capturing),
            (CARD_BACK, card, Unknown, Present, G::Checking),
            (CARD_BACK, card, Absent, Present, G::TurnOver),
            (CARD_BACK, card, Absent, Absent, G::ShowMrz),
            (LICENCE_FRONT, card, Unknown, Absent, G::NotIdentityDocument),
            (LICENCE_FRONT, card, Present, Absent, G::WrongSide),
        ];
        for (i, (side, size, mrz, portrait, expected)) in cases.into_iter().enumerate() {
            let mut metrics = good();
            metrics.document.as_mut().unwrap().size = size;
            metrics.evidence = of(mrz, portrait);
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
            displacement: Point::default(),
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
        let cases: [(Change, G); 20] = [
            (|_| {}, G::Capturing),
            (|f| f.count = 0, G::NoFace),
            (|f| f.count = 2, G::OnePersonOnly),
            (|f| f.height = 0.1, G::ComeCloser),
            (|f| f.height = 0.95, G::MoveBackFace),
            (|f| (f.offset, f.displacement) = (0.5, Point::new(0.4, 0.3)), G::MoveHeadRight),
            (|f| (f.offset, f.displacement) = (0.5, Point::new(-0.4, 0.3)), G::MoveHeadLeft),
            (|f| (f.offset, f.displacement) = (0.5, Point::new(0.3, 0.4)), G::MoveHeadUp),
            (|f| (f.offset, f.displacement) = (0.5, Point::new(0.3, -0.4)), G::MoveHeadDown),
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
            let code = if i % 2 == 0 { G::MoveCloser } else { G::MoveLeft };
            let shown = s.push(code, f64::from(i) * 33.0, &t);
            if before != Some(shown) {
                changes.push(f64::from(i) * 33.0);
                before = Some(shown);
            }
        }
        assert!(changes.windows(2).all(|w| w[1] - w[0] >= t.hint_ms), "{changes:?}");
        // A blocking hint stays 1.5 s; the capture itself waits for its turn and keeps its time too.
        let mut s = Stabiliser::default();
        assert_eq!(s.push(G::NoDocument, 0.0, &t), G::NoDocument);
        for i in 1..40 {
            assert_eq!(s.push(G::Capturing, f64::from(i) * 33.0, &t), G::NoDocument, "{i}");
        }
        assert_eq!(s.push(G::Capturing, 1600.0, &t), G::Capturing);
        for i in 1..30 {
            assert_eq!(s.push(G::MoveCloser, 1600.0 + f64::from(i) * 33.0, &t), G::Capturing, "{i}");
        }
        assert_eq!(s.push(G::MoveCloser, 2700.0, &t), G::MoveCloser);
    }

    #[test]
    fn events_are_displayed_in_their_frame_and_stay() {
        use GuidanceCode as G;
        let t = TimingThresholds::default();
        for event in [G::StepAgain, G::FaceChanged] {
            let mut s = Stabiliser::default();
            for i in 0..60 {
                s.push(G::TurnLeft, f64::from(i) * 33.0, &t);
            }
            assert_eq!(s.push(event, 2000.0, &t), event);
            for i in 1..45 {
                assert_eq!(s.push(G::LookUp, 2000.0 + f64::from(i) * 33.0, &t), event, "{i}");
            }
            assert_eq!(s.push(G::LookUp, 3500.0, &t), G::LookUp);
        }
    }

    #[test]
    fn hint_that_does_not_help_is_followed_by_another_way() {
        use GuidanceCode as G;
        let t = TimingThresholds::default();
        for (code, other) in [(G::Glare, G::UseButton), (G::TooDark, G::UseTorch), (G::NoDocument, G::PlainBackground)]
        {
            let mut s = Stabiliser::default();
            let shown: Vec<_> = (0..250).map(|i| s.push(code, f64::from(i) * 100.0, &t)).collect();
            assert!(shown[..80].iter().all(|c| *c == code), "{code:?}");
            assert!(shown[80..120].iter().all(|c| *c == other), "{code:?}");
            assert!(shown[120..200].iter().all(|c| *c == code), "{code:?}");
        }
        let mut s = Stabiliser::default();
        assert!((0..250).all(|i| s.push(G::Capturing, f64::from(i) * 100.0, &t) == G::Capturing));
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = GuidanceCode::ALL.iter().map(|c| c.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), GuidanceCode::ALL.len());
    }
}
