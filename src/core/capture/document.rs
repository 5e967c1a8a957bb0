//! The capture of one side of a document.

use std::rc::Rc;

use super::assessment::{
    SideAssessment, assess, expected_side, finish, proportions, set_side_evidence, valid_check_digit_ratio,
};
use super::coordinates::{guide_rect, relative_quad, relative_rect};
use super::detectors::Detectors;
use super::still::{Still, copy_frame, utc_date};
use super::target::Target;
use crate::analyse::{DocumentMetrics, ExpectedSide};
use crate::check::{Check, DocumentQualityCheck};
use crate::date::Date;
use crate::document::track::OutlineTracker;
use crate::document::trigger::AutoCaptureTrigger;
use crate::document_type::DocumentType;
use crate::encode::Image;
use crate::frame::Frame;
use crate::geometry::Quad;
use crate::guidance::{self, Stabiliser};
use crate::inspect::{BarcodeReading, SideAnalysis};
use crate::mrz::{MrzFuser, MrzHypothesis, MrzReading};
use crate::session::{CaptureSource, FrameView, ImageRejection, Overlay};
use crate::side::Side;
use crate::thresholds::{Thresholds, TimingThresholds};

/// The parameters of the capture of a side.
struct DocumentCaptureParams {
    /// Minimum fraction of the guide that a document fills for its sharpness to indicate the quality of the lens.
    min_fill_for_sharpness: f32,
    /// Interval, in frames, of the MRZ reading without an outline: a document that exceeds the frame shows text but no
    /// edges, and the person must move back.
    no_outline_read_interval: u32,
    /// Interval, in frames, of the MRZ reading after it has converged, in case of another document.
    settled_read_interval: u32,
    /// Consecutive failed readings after which the MRZ is discarded: after it has converged, and before.
    settled_max_misses: u32,
    max_misses: u32,
    /// How long an MRZ with invalid check digits is read again before it is accepted, ms.
    check_digit_retry_ms: f64,
    /// Interval, in frames, of the barcode reading, which takes as long as everything else.
    barcode_read_interval: u32,
    /// How long the capture of a licence's back waits for a barcode, ms.
    barcode_wait_ms: f64,
}

const PARAMS: DocumentCaptureParams = DocumentCaptureParams {
    min_fill_for_sharpness: 0.4,
    no_outline_read_interval: 6,
    settled_read_interval: 4,
    settled_max_misses: 3,
    max_misses: 20,
    check_digit_retry_ms: 2500.0,
    barcode_read_interval: 3,
    barcode_wait_ms: 1500.0,
};

/// A capture in progress.
pub(super) struct DocumentCapture {
    target: Target,
    /// The side that was taken before, where this is the back.
    front: Option<Rc<SideAnalysis>>,
    /// Attempts before this one.
    attempt: u32,
    /// Since when a document has been seen.
    seen_since: Option<f64>,
    barcode: Option<BarcodeReading>,
    /// Since when a barcode has been looked for.
    barcode_since: Option<f64>,
    trigger: AutoCaptureTrigger,
    stabiliser: Stabiliser,
    before: Option<Quad>,
    tracker: OutlineTracker,
    frames: u32,
    /// The MRZ of all frames together.
    fuser: MrzFuser,
    /// Frames in a row without a document.
    absent: u32,
    /// Readings in vain since the last that was not.
    missed: u32,
    /// When an MRZ was first read, if no valid one was read since.
    doubtful_since: Option<f64>,
    newest: Option<Image>,
    best: Option<Image>,
    best_assessment: Option<SideAssessment>,
}

impl DocumentCapture {
    pub(super) fn new(target: Target, front: Option<Rc<SideAnalysis>>, attempt: u32) -> Self {
        Self {
            target,
            front,
            attempt,
            seen_since: None,
            barcode: None,
            barcode_since: None,
            trigger: AutoCaptureTrigger::default(),
            stabiliser: Stabiliser::default(),
            before: None,
            tracker: OutlineTracker::default(),
            frames: 0,
            fuser: MrzFuser::default(),
            absent: 0,
            missed: 0,
            doubtful_since: None,
            newest: None,
            best: None,
            best_assessment: None,
        }
    }

    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> (FrameView, Option<Still>) {
        let t = &thresholds.document;
        let expected = expected_side(self.target);
        self.frames += 1;
        copy_frame(&mut self.newest, frame);
        let metrics = DocumentMetrics::measure(frame, guide_rect(self.target, frame), self.before.as_ref(), t);
        self.before = metrics.document.map(|document| document.quad);
        let no_outline = metrics.document.is_none() && self.frames.is_multiple_of(PARAMS.no_outline_read_interval);
        let passes_quality = metrics.checks(t, ExpectedSide::default()).iter().all(|check| check.passed);
        self.track_presence(metrics.document.is_some(), now_ms);
        let assessment = if passes_quality || no_outline {
            let zone = self.read_zone(frame, &metrics, detectors, utc_date(now_ms));
            let barcode = self.read_barcode(frame, &metrics, zone.is_some(), detectors, now_ms);
            self.assess_frame(frame, metrics, zone, barcode, detectors, thresholds)
        } else {
            SideAssessment { checks: metrics.checks(t, expected), metrics, zone: None, barcode: None }
        };
        let code = guidance::document(&assessment.metrics, expected, t);
        let mut checks = assessment.checks.clone();
        checks.extend(self.check_digit_retry(&assessment, now_ms));
        checks.extend(proportions(&assessment.metrics, self.target.kind));
        checks.extend(self.barcode_check(&assessment, now_ms));
        let strict = self.is_strict(now_ms, &thresholds.timing);
        let decisive: Vec<Check> = checks.iter().filter(|c| strict || c.name.is_mandatory()).cloned().collect();
        let decision = self.trigger.push(&decisive, now_ms, &thresholds.timing);
        let shown = self.tracker.push(assessment.metrics.document.map(|document| document.quad));
        let view = FrameView {
            guidance: Some(self.stabiliser.push(code, now_ms, &thresholds.timing)),
            overlay: Overlay {
                quad: shown.map(|quad| relative_quad(&quad, frame)),
                mrz: (assessment.zone.iter().flat_map(|zone| &zone.quads))
                    .chain(assessment.barcode.iter().map(|barcode| &barcode.quad))
                    .map(|quad| relative_quad(quad, frame))
                    .collect(),
                face: None,
                glare: (assessment.metrics.quality.glare.bounds)
                    .filter(|_| assessment.metrics.quality.glare.largest > t.max_glare_blob)
                    .map(|bounds| relative_rect(bounds, frame)),
                sharpness: (assessment.metrics.fill >= PARAMS.min_fill_for_sharpness)
                    .then_some(assessment.metrics.quality.sharpness / t.min_sharpness.max(1e-6)),
                capture_progress: decision.progress,
            },
            ..FrameView::default()
        };
        if decision.keep {
            copy_frame(&mut self.best, frame);
            self.best_assessment = Some(SideAssessment { checks, ..assessment });
        }
        let mut taken = if decision.capture { self.capture_best(utc_date(now_ms), detectors) } else { None };
        if let Some(taken) = &mut taken {
            let visible = self.seen_since.map(|since| (now_ms - since).max(0.0) as u32);
            taken.capture.report.visible_ms = visible;
        }
        (view, taken)
    }

    /// Captures the newest frame manually; `None` if there is none.
    pub(super) fn capture_manually(
        &mut self,
        now_ms: f64,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> Option<Result<Still, ImageRejection>> {
        let frame = self.newest.as_ref()?.frame().ok()?;
        let before = self.front.as_deref();
        Some(assess(&frame, self.target, CaptureSource::Manual, utc_date(now_ms), before, detectors, thresholds))
    }

    fn capture_best(&mut self, today: Date, detectors: &Detectors) -> Option<Still> {
        let frame = self.best.as_ref()?.frame().ok()?;
        let mut assessment = self.best_assessment.take()?;
        assessment.barcode = assessment.barcode.or_else(|| self.barcode.clone());
        // Frames after the best one may have improved the MRZ.
        if let Some(reading) = self.fuser.best().and_then(|evidence| evidence.reading(today)) {
            assessment.zone = Some(reading);
        }
        finish(&frame, self.target, CaptureSource::Automatic, assessment, today, self.front.as_deref(), detectors).ok()
    }

    /// Reads the MRZ from this frame and those before it. After it has converged, and while the same document is
    /// visible, it is not read in every frame.
    fn read_zone(
        &mut self,
        frame: &Frame<'_>,
        metrics: &DocumentMetrics,
        detectors: &Detectors,
        today: Date,
    ) -> Option<MrzReading> {
        let known = self.fuser.has_converged() && self.missed == 0;
        if metrics.document.is_some() && known && !self.frames.is_multiple_of(PARAMS.settled_read_interval) {
            let mut reading = self.fuser.best()?.reading(today)?;
            // Where it was, it need not be now.
            reading.quads.clear();
            return Some(reading);
        }
        match detectors.detect_mrz(frame, metrics.document.as_ref()).filter(MrzHypothesis::is_candidate) {
            Some(evidence) => {
                self.missed = 0;
                self.fuser.push(&evidence).reading(today)
            }
            None => {
                // Turned over, or taken away.
                self.missed += 1;
                let patience = if self.fuser.has_converged() { PARAMS.settled_max_misses } else { PARAMS.max_misses };
                if self.missed >= patience {
                    self.fuser.clear();
                }
                None
            }
        }
    }

    /// Tracks whether a document is visible; one that is removed resets what was read of it.
    fn track_presence(&mut self, seen: bool, now_ms: f64) {
        if seen {
            self.absent = 0;
            self.seen_since.get_or_insert(now_ms);
            return;
        }
        self.absent += 1;
        if self.absent >= PARAMS.max_misses {
            (self.barcode, self.barcode_since, self.seen_since) = (None, None, None);
        }
    }

    /// Whether every check must pass: in the first attempts, each as long as [`TimingThresholds::attempt_ms`].
    fn is_strict(&self, now_ms: f64, t: &TimingThresholds) -> bool {
        let seen_ms = self.seen_since.map_or(0.0, |since| (now_ms - since).max(0.0));
        let by_time = if t.attempt_ms > 0.0 { (seen_ms / t.attempt_ms) as u32 } else { 0 };
        self.attempt.saturating_add(by_time) < t.strict_attempts
    }

    /// Reads the barcode of a back once, and keeps it while the document is visible.
    fn read_barcode(
        &mut self,
        frame: &Frame<'_>,
        metrics: &DocumentMetrics,
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
        if first || self.frames.is_multiple_of(PARAMS.barcode_read_interval) {
            self.barcode = detectors.barcode(frame, metrics.document.as_ref());
        }
        self.barcode.clone()
    }

    /// The check that waits for the barcode of a licence's back.
    fn barcode_check(&self, assessment: &SideAssessment, now_ms: f64) -> Option<Check> {
        if self.target.side != Side::Back || self.target.kind != Some(DocumentType::DriverLicense) {
            return None;
        }
        let read = assessment.barcode.is_some() || assessment.zone.is_some();
        let waited = self.barcode_since.is_some_and(|since| now_ms - since >= PARAMS.barcode_wait_ms);
        let value = f32::from(u8::from(read));
        Some(Check {
            name: DocumentQualityCheck::Barcode.into(),
            value,
            score: if read { 1.0 } else { 0.5 },
            threshold: 1.0,
            passed: read || waited,
        })
    }

    /// Assesses a frame with all detectors.
    fn assess_frame(
        &self,
        frame: &Frame<'_>,
        mut metrics: DocumentMetrics,
        zone: Option<MrzReading>,
        barcode: Option<BarcodeReading>,
        detectors: &Detectors,
        thresholds: &Thresholds,
    ) -> SideAssessment {
        let outline = metrics.document.map(|document| document.quad.bounds());
        let portrait = detectors.shows_face(frame, outline);
        set_side_evidence(frame, &mut metrics, self.target, (zone.as_ref(), barcode.as_ref()), self.front.as_deref());
        metrics.evidence.portrait = portrait;
        SideAssessment {
            checks: metrics.checks(&thresholds.document, expected_side(self.target)),
            metrics,
            zone,
            barcode,
        }
    }

    /// The check that reads an MRZ with invalid check digits again for a while.
    fn check_digit_retry(&mut self, assessment: &SideAssessment, now_ms: f64) -> Option<Check> {
        let zone = assessment.zone.as_ref()?;
        let share = valid_check_digit_ratio(&zone.document);
        let passed = if zone.document.valid {
            self.doubtful_since = None;
            true
        } else {
            now_ms - *self.doubtful_since.get_or_insert(now_ms) >= PARAMS.check_digit_retry_ms
        };
        Some(Check {
            name: DocumentQualityCheck::MrzCheckDigits.into(),
            value: share,
            score: share,
            threshold: 1.0,
            passed,
        })
    }
}
