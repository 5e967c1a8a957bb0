//! The capture of a document's side.

use std::rc::Rc;

use super::coordinates::{guide_px, share_quad, share_rect};
use super::detectors::Detectors;
use super::judge::{Judgement, finish, holding, judge, note_evidence, proportions, wanted};
use super::still::{Taken, copy_into, day};
use super::target::Target;
use crate::analyse::{DocumentFacts, Wanted};
use crate::check::Check;
use crate::document::gate::Gate;
use crate::document::track::Tracker;
use crate::document_type::DocumentType;
use crate::encode::Image;
use crate::frame::Frame;
use crate::geometry::Quad;
use crate::guidance::{self, Stabiliser};
use crate::inspect::{BarcodeReading, SideReading};
use crate::mrz::{Date, MrzFuser, MrzHypothesis, MrzReading};
use crate::session::{CaptureSource, FrameView, ImageRejection, Overlay};
use crate::side::Side;
use crate::thresholds::{Thresholds, TimingThresholds};

/// Smallest share of the guide at which a document's sharpness tells something of the lens.
const LEAST_FILL_TO_TELL: f32 = 0.4;

/// Without an outline the zone is still looked for in every so many frames: a document that reaches beyond the frame shows
/// its text and no edge, and is to be told to move back.
const BLIND_READING_EVERY: u32 = 6;

/// A zone that is known for sure is read again in every so many frames, in case another document was put there.
const SETTLED_READING_EVERY: u32 = 4;

/// Readings in vain after which what was read is of something that is not there any more: of a zone that was read for sure, and
/// of one that is only seen now and then.
const FORGET_SETTLED_AFTER: u32 = 3;
const FORGET_AFTER: u32 = 20;

/// How long a reading whose check digits do not all hold is tried again before it is taken as it is, ms.
const INSIST_MS: f64 = 2500.0;

/// Barcodes are looked for in every so many frames: it takes as long as all the rest.
const BARCODE_EVERY: u32 = 3;

/// How long a licence whose back may have a barcode is looked at for one before it is taken without, ms.
const BARCODE_MS: f64 = 1500.0;

/// Checks that must pass however many attempts there were: without them it is no picture of the wanted side.
const INDISPENSABLE: [&str; 8] =
    ["minConfidence", "fullyInside", "minFill", "maxFill", "maxMotion", "sameSide", "minDpi", "maxOffset"];

/// A capture under way.
pub(super) struct DocumentCapture {
    target: Target,
    /// The side that was taken before, where this is the back.
    before_side: Option<Rc<SideReading>>,
    /// Attempts before this one.
    attempt: u32,
    /// Since when a document has been seen.
    seen_since: Option<f64>,
    barcode: Option<BarcodeReading>,
    /// Since when a barcode has been looked for.
    barcode_since: Option<f64>,
    gate: Gate,
    stabiliser: Stabiliser,
    before: Option<Quad>,
    tracker: Tracker,
    frames: u32,
    /// What all frames together tell of the zone.
    fuser: MrzFuser,
    /// Frames in a row without a document.
    absent: u32,
    /// Readings in vain since the last that was not.
    missed: u32,
    /// When a zone was first read, and none that holds since.
    doubtful_since: Option<f64>,
    newest: Option<Image>,
    best: Option<Image>,
    best_judgement: Option<Judgement>,
}

impl DocumentCapture {
    pub(super) fn new(target: Target, before_side: Option<Rc<SideReading>>, attempt: u32) -> Self {
        Self {
            target,
            before_side,
            attempt,
            seen_since: None,
            barcode: None,
            barcode_since: None,
            gate: Gate::default(),
            stabiliser: Stabiliser::default(),
            before: None,
            tracker: Tracker::default(),
            frames: 0,
            fuser: MrzFuser::default(),
            absent: 0,
            missed: 0,
            doubtful_since: None,
            newest: None,
            best: None,
            best_judgement: None,
        }
    }

    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> (FrameView, Option<Taken>) {
        let t = &thresholds.document;
        let wanted = wanted(self.target);
        self.frames += 1;
        copy_into(&mut self.newest, frame);
        let facts = DocumentFacts::of(frame, guide_px(self.target, frame), self.before.as_ref(), t);
        self.before = facts.document.map(|document| document.quad);
        let blind = facts.document.is_none() && self.frames.is_multiple_of(BLIND_READING_EVERY);
        let sound = facts.checks(t, Wanted::default()).iter().all(|check| check.passed);
        self.note_presence(facts.document.is_some(), now_ms);
        let judgement = if sound || blind {
            let zone = self.read_zone(frame, &facts, detectors, day(now_ms));
            let barcode = self.read_barcode(frame, &facts, zone.is_some(), detectors, now_ms);
            self.look(frame, facts, zone, barcode, detectors, thresholds)
        } else {
            Judgement { checks: facts.checks(t, wanted), facts, zone: None, barcode: None }
        };
        let code = guidance::document(&judgement.facts, wanted, t);
        let mut checks = judgement.checks.clone();
        checks.extend(self.insistence(&judgement, now_ms));
        checks.extend(proportions(&judgement.facts, self.target.kind));
        checks.extend(self.barcode_check(&judgement, now_ms));
        let strict = self.is_strict(now_ms, &thresholds.timing);
        let decisive: Vec<Check> =
            checks.iter().filter(|c| strict || INDISPENSABLE.contains(&c.name)).cloned().collect();
        let step = self.gate.push(&decisive, now_ms, &thresholds.timing);
        let shown = self.tracker.push(judgement.facts.document.map(|document| document.quad));
        let view = FrameView {
            guidance: Some(self.stabiliser.push(code, now_ms, &thresholds.timing)),
            overlay: Overlay {
                quad: shown.map(|quad| share_quad(&quad, frame)),
                mrz: (judgement.zone.iter().flat_map(|zone| &zone.quads))
                    .chain(judgement.barcode.iter().map(|barcode| &barcode.quad))
                    .map(|quad| share_quad(quad, frame))
                    .collect(),
                face: None,
                glare: (judgement.facts.quality.glare.bounds)
                    .filter(|_| judgement.facts.quality.glare.largest > t.max_glare_blob)
                    .map(|bounds| share_rect(bounds, frame)),
                sharpness: (judgement.facts.fill >= LEAST_FILL_TO_TELL)
                    .then_some(judgement.facts.quality.sharpness / t.min_sharpness.max(1e-6)),
                capture_progress: step.hold,
            },
            ..FrameView::default()
        };
        if step.keep {
            copy_into(&mut self.best, frame);
            self.best_judgement = Some(Judgement { checks, ..judgement });
        }
        let mut taken = if step.take { self.take_best(day(now_ms), detectors) } else { None };
        if let Some(taken) = &mut taken {
            let visible = self.seen_since.map(|since| (now_ms - since).max(0.0) as u32);
            taken.capture.report.visible_ms = visible;
        }
        (view, taken)
    }

    /// The newest frame, by the person's word; `None` where there is none.
    pub(super) fn take_now(
        &mut self,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> Option<Result<Taken, ImageRejection>> {
        let frame = self.newest.as_ref()?.frame().ok()?;
        let before = self.before_side.as_deref();
        Some(judge(&frame, self.target, CaptureSource::Manual, day(now_ms), before, detectors, thresholds))
    }

    fn take_best(&mut self, today: Date, detectors: &Detectors) -> Option<Taken> {
        let frame = self.best.as_ref()?.frame().ok()?;
        let mut judgement = self.best_judgement.take()?;
        judgement.barcode = judgement.barcode.or_else(|| self.barcode.clone());
        // Frames after the best one may have told more of the zone.
        if let Some(reading) = self.fuser.best().and_then(|evidence| evidence.reading(today)) {
            judgement.zone = Some(reading);
        }
        finish(&frame, self.target, CaptureSource::Automatic, judgement, today, self.before_side.as_deref(), detectors)
            .ok()
    }

    /// The zone, by this frame and those before it: what no single frame shows well is read from several. Once it is settled,
    /// and the same document is still there, it is not read again in every frame.
    fn read_zone(
        &mut self,
        frame: &Frame<'_>,
        facts: &DocumentFacts,
        detectors: &Detectors,
        today: Date,
    ) -> Option<MrzReading> {
        let known = self.fuser.has_converged() && self.missed == 0;
        if facts.document.is_some() && known && !self.frames.is_multiple_of(SETTLED_READING_EVERY) {
            let mut reading = self.fuser.best()?.reading(today)?;
            // Where it was, it need not be now.
            reading.quads.clear();
            return Some(reading);
        }
        match detectors.look_for_zone(frame, facts.document.as_ref()).filter(MrzHypothesis::is_candidate) {
            Some(evidence) => {
                self.missed = 0;
                self.fuser.push(&evidence).reading(today)
            }
            None => {
                // Turned over, or taken away.
                self.missed += 1;
                let patience = if self.fuser.has_converged() { FORGET_SETTLED_AFTER } else { FORGET_AFTER };
                if self.missed >= patience {
                    self.fuser.clear();
                }
                None
            }
        }
    }

    /// A document that is taken away ends what was read of it and the time it was seen.
    fn note_presence(&mut self, seen: bool, now_ms: f64) {
        if seen {
            self.absent = 0;
            self.seen_since.get_or_insert(now_ms);
            return;
        }
        self.absent += 1;
        if self.absent >= FORGET_AFTER {
            (self.barcode, self.barcode_since, self.seen_since) = (None, None, None);
        }
    }

    /// Whether every check must pass: in the first attempts, each as long as [`TimingThresholds::attempt_ms`].
    fn is_strict(&self, now_ms: f64, t: &TimingThresholds) -> bool {
        let seen_ms = self.seen_since.map_or(0.0, |since| (now_ms - since).max(0.0));
        let by_time = if t.attempt_ms > 0.0 { (seen_ms / t.attempt_ms) as u32 } else { 0 };
        self.attempt.saturating_add(by_time) < t.strict_attempts
    }

    /// The barcode of a back: read once, and kept while the document is there.
    fn read_barcode(
        &mut self,
        frame: &Frame<'_>,
        facts: &DocumentFacts,
        has_zone: bool,
        detectors: &Detectors,
        now_ms: f64,
    ) -> Option<BarcodeReading> {
        if self.target.side != Side::Back || has_zone {
            return None;
        }
        if let Some(known) = &self.barcode {
            return Some(known.clone());
        }
        let since = *self.barcode_since.get_or_insert(now_ms);
        let first = since == now_ms;
        if first || self.frames.is_multiple_of(BARCODE_EVERY) {
            self.barcode = detectors.barcode(frame, facts.document.as_ref());
        }
        self.barcode.clone()
    }

    /// A licence's back is looked at for a barcode for a while.
    fn barcode_check(&self, judgement: &Judgement, now_ms: f64) -> Option<Check> {
        if self.target.side != Side::Back || self.target.kind != Some(DocumentType::DriverLicense) {
            return None;
        }
        let read = judgement.barcode.is_some() || judgement.zone.is_some();
        let waited = self.barcode_since.is_some_and(|since| now_ms - since >= BARCODE_MS);
        let value = f32::from(u8::from(read));
        Some(Check {
            name: "barcode",
            value,
            score: if read { 1.0 } else { 0.5 },
            threshold: 1.0,
            passed: read || waited,
        })
    }

    /// Looks at a frame with everything there is.
    fn look(
        &self,
        frame: &Frame<'_>,
        mut facts: DocumentFacts,
        zone: Option<MrzReading>,
        barcode: Option<BarcodeReading>,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> Judgement {
        let outline = facts.document.map(|document| document.quad.bounds());
        let portrait = detectors.shows_face(frame, outline);
        note_evidence(frame, &mut facts, self.target, (zone.as_ref(), barcode.as_ref()), self.before_side.as_deref());
        facts.evidence.portrait = portrait;
        Judgement { checks: facts.checks(&thresholds.document, wanted(self.target)), facts, zone, barcode }
    }

    /// A zone that does not hold is worth another frame, for a while.
    fn insistence(&mut self, judgement: &Judgement, now_ms: f64) -> Option<Check> {
        let zone = judgement.zone.as_ref()?;
        let share = holding(&zone.document);
        let passed = if zone.document.valid {
            self.doubtful_since = None;
            true
        } else {
            now_ms - *self.doubtful_since.get_or_insert(now_ms) >= INSIST_MS
        };
        Some(Check { name: "mrzCheckDigits", value: share, score: share, threshold: 1.0, passed })
    }
}
