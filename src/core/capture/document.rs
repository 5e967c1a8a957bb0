//! The capture of one side of a document.

use std::rc::Rc;

use super::assessment::{
    READABLE_DPI, SideAssessment, assess, expected_side, finish, proportions, reachable, set_side_evidence,
    valid_check_digit_ratio,
};
use super::coordinates::{guide_rect, relative_quad, relative_rect};
use super::detectors::Detectors;
use super::evidence::EvidenceTracker;
use super::mrz_page::{self, Source};
use super::still::{Still, copy_frame, utc_date};
use super::stillness::CellGrid;
use super::target::Target;
use crate::analyse::{DocumentMetrics, Evidence, relative_displacement};
use crate::check::{Check, DocumentQualityCheck, QualityCheck};
use crate::date::Date;
use crate::document::DocumentSize;
use crate::document::track::OutlineTracker;
use crate::document::trigger::AutoCaptureTrigger;
use crate::document_type::DocumentType;
use crate::encode::Image;
use crate::frame::Frame;
use crate::geometry::{Quad, Rect};
use crate::guidance::{self, Stabiliser};
use crate::inspect::{BarcodeReading, SideAnalysis};
use crate::mrz::{MrzFuser, MrzHypothesis, MrzReading};
use crate::session::{CaptureSource, FrameView, ImageRejection, Overlay};
use crate::side::Side;
use crate::thresholds::{DocumentThresholds, Thresholds, TimingThresholds};

/// The parameters of the capture of a side.
struct DocumentCaptureParams {
    /// Minimum fraction of the guide that a document fills for its sharpness to indicate the quality of the lens.
    min_fill_for_sharpness: f32,
    /// Motion by the pixels, as a share of the maximum motion, below which nothing has moved.
    still_share: f32,
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
    /// How long a person may come closer before a document that is read is captured as it is held, ms.
    closer_wait_ms: f64,
    /// Sharpness and luma of a frame that is worth reading, as fractions of their thresholds.
    legible: f32,
    /// Interval, in frames, of the reading of documents that are too far away or aside.
    misplaced_read_interval: u32,
    /// How often a portrait that was found is looked for again, ms.
    portrait_interval_ms: f64,
    /// Interval, in searches in vain, of the search in every orientation, which takes twelve times as long.
    rotated_search_interval: u32,
    /// Searches in vain after which MRZ and portrait are absent.
    mrz_searches: u32,
    portrait_searches: u32,
}

const PARAMS: DocumentCaptureParams = DocumentCaptureParams {
    min_fill_for_sharpness: 0.4,
    still_share: 0.5,
    no_outline_read_interval: 4,
    settled_read_interval: 4,
    settled_max_misses: 3,
    max_misses: 20,
    check_digit_retry_ms: 2500.0,
    barcode_read_interval: 3,
    barcode_wait_ms: 1500.0,
    closer_wait_ms: 1200.0,
    legible: 0.6,
    misplaced_read_interval: 3,
    portrait_interval_ms: 300.0,
    rotated_search_interval: 3,
    mrz_searches: 5,
    portrait_searches: 2,
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
    /// The outline and the captured page in the frame before.
    outline_before: Option<Quad>,
    before: Option<Quad>,
    page_before: Option<Quad>,
    source_before: Source,
    tracker: OutlineTracker,
    /// The cells of the frame before.
    cells: Option<CellGrid>,
    frames: u32,
    /// The MRZ of all frames together.
    fuser: MrzFuser,
    /// Frames in a row without a document.
    absent: u32,
    /// Readings in vain since the last that was not.
    missed: u32,
    mrz: EvidenceTracker,
    portrait: EvidenceTracker,
    portrait_misses: u32,
    /// The page that has the MRZ, as last read.
    page: Option<(Quad, DocumentSize)>,
    /// Since when the document has been read at a distance.
    readable_since: Option<f64>,
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
            outline_before: None,
            before: None,
            page_before: None,
            source_before: Source::Outline,
            tracker: OutlineTracker::default(),
            cells: None,
            frames: 0,
            fuser: MrzFuser::default(),
            absent: 0,
            missed: 0,
            mrz: EvidenceTracker::new(PARAMS.mrz_searches),
            portrait: EvidenceTracker::new(PARAMS.portrait_searches),
            portrait_misses: 0,
            page: None,
            readable_since: None,
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
        let t = &reachable(self.target, frame, &thresholds.document);
        let expected = expected_side(self.target);
        self.frames += 1;
        copy_frame(&mut self.newest, frame);
        let guide = guide_rect(self.target, frame);
        let outline = DocumentMetrics::measure(frame, guide, self.outline_before.as_ref(), t);
        self.outline_before = outline.document.map(|document| document.quad);
        self.track_presence(outline.document.is_some(), now_ms);
        let today = utc_date(now_ms);
        let (mut metrics, mut source) = self.anchor(frame, guide, &outline);
        let legible = is_legible(&metrics, t);
        let mut looked = false;
        let mut zone = None;
        if self.reads_now(&outline, legible, t) {
            looked = legible;
            zone = self.read_zone(frame, &outline, source == Source::Mrz, detectors, today);
            self.page = zone.as_ref().and_then(mrz_page::page_of).or(self.page).filter(|_| zone.is_some());
            (metrics, source) = self.anchor(frame, guide, &outline);
        } else if source == Source::Mrz {
            // Where the MRZ was before, the page need not be now.
            self.page = None;
            (metrics, source) = (outline, Source::Outline);
        }
        let anchored = source != Source::Outline;
        let page = self.page.map(|(page, _)| page);
        if source != self.source_before && metrics.motion.is_some() {
            // Outlines of two kinds differ where nothing has moved: the MRZ says whether it has.
            metrics.motion = self.page_before.zip(page).map(|(before, now)| relative_displacement(&before, &now));
        }
        self.correct_motion(frame, &mut metrics, t);
        (self.page_before, self.source_before) = (page, source);
        self.before = metrics.document.map(|document| document.quad);
        let barcode = if looked { self.read_barcode(frame, &metrics, zone.is_some(), detectors, now_ms) } else { None };
        set_side_evidence(frame, &mut metrics, self.target, (zone.as_ref(), barcode.as_ref()), self.front.as_deref());
        let (mrz, portrait) = self.evidence(frame, &metrics, zone.is_some(), looked, detectors, now_ms);
        if !metrics.evidence.mrz.is_present() {
            metrics.evidence.mrz = mrz;
        }
        metrics.evidence.portrait = portrait;
        let t = &self.readable_thresholds(t, zone.as_ref(), anchored, now_ms);
        let checks = metrics.checks(t, expected);
        let assessment = SideAssessment { checks, metrics, zone, barcode };
        let mut checks = assessment.checks.clone();
        checks.extend(self.check_digit_retry(&assessment, now_ms));
        checks.extend(proportions(&assessment.metrics, self.target.kind));
        checks.extend(self.barcode_check(&assessment, now_ms));
        let code = guidance::document(&assessment.metrics, expected, t);
        let strict = self.is_strict(now_ms, &thresholds.timing);
        let decisive: Vec<Check> =
            checks.iter().filter(|c| strict || is_mandatory(c, &assessment.metrics)).cloned().collect();
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
    /// visible, it is not read in every frame, unless its place decides where the page is (`again`).
    fn read_zone(
        &mut self,
        frame: &Frame<'_>,
        metrics: &DocumentMetrics,
        again: bool,
        detectors: &Detectors,
        today: Date,
    ) -> Option<MrzReading> {
        let known = self.fuser.has_converged() && self.missed == 0 && !again;
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
            (self.page, self.readable_since) = (None, None);
            self.mrz.clear();
            self.portrait.clear();
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

    /// Whether this frame is read: a legible document, each time if it is in place; without an outline now and then,
    /// for text whose edges are not seen.
    fn reads_now(&self, metrics: &DocumentMetrics, legible: bool, t: &DocumentThresholds) -> bool {
        if metrics.document.is_none() {
            return self.page.is_some() || self.frames.is_multiple_of(PARAMS.no_outline_read_interval);
        }
        let in_place = metrics.fill >= t.min_fill && metrics.fill <= t.max_fill && metrics.offset <= t.max_offset;
        legible && (in_place || self.page.is_some() || self.frames.is_multiple_of(PARAMS.misplaced_read_interval))
    }

    /// Measures the page that has the MRZ, where the outline is that of an open booklet or of something else. What the
    /// person holds into the guide is the outline.
    fn anchor(&self, frame: &Frame<'_>, guide: Rect, outline: &DocumentMetrics) -> (DocumentMetrics, Source) {
        let Some((page, size)) = &self.page else { return (outline.clone(), Source::Outline) };
        let (document, source) = mrz_page::choose(frame, outline.document, page, *size);
        if source == Source::Outline {
            return (outline.clone(), source);
        }
        let mut metrics = DocumentMetrics::of(frame, guide, Some(document), self.before.as_ref());
        if outline.document.is_some() {
            let DocumentMetrics { fill, offset, displacement, .. } = *outline;
            metrics = DocumentMetrics { fill, offset, displacement, ..metrics };
        }
        (metrics, source)
    }

    /// The evidence of MRZ and portrait over the frames so far.
    fn evidence(
        &mut self,
        frame: &Frame<'_>,
        metrics: &DocumentMetrics,
        has_zone: bool,
        looked: bool,
        detectors: &Detectors,
        now_ms: f64,
    ) -> (Evidence, Evidence) {
        let searched = looked && detectors.reads_mrz();
        let mrz = self.mrz.push((searched || has_zone).then_some(has_zone), now_ms);
        let wanted = expected_side(self.target).portrait.is_some() || !has_zone;
        if !looked || !wanted || self.portrait.seen_within(PARAMS.portrait_interval_ms, now_ms) {
            return (mrz, self.portrait.push(None, now_ms));
        }
        let outline = metrics.document.map_or(frame.bounds(), |document| document.quad.bounds());
        let found = match detectors.shows_face(frame, outline) {
            Some(false) => {
                self.portrait_misses += 1;
                let everywhere = self.portrait_misses % PARAMS.rotated_search_interval == 1;
                everywhere.then(|| detectors.portrait(frame, metrics.document.as_ref()).is_some())
            }
            found => found,
        };
        if found == Some(true) {
            self.portrait_misses = 0;
        }
        (mrz, self.portrait.push(found, now_ms))
    }

    /// The thresholds of a document that is read: its text decides, not its size. A booklet's page need not fill the
    /// guide; any other document may come closer for a moment.
    fn readable_thresholds(
        &mut self,
        t: &DocumentThresholds,
        zone: Option<&MrzReading>,
        anchored: bool,
        now_ms: f64,
    ) -> DocumentThresholds {
        let valid = zone.is_some_and(|zone| zone.document.is_consistent());
        if !valid && self.barcode.is_none() {
            if !self.mrz.seen_within(PARAMS.closer_wait_ms, now_ms) {
                self.readable_since = None;
            }
            return t.clone();
        }
        let since = *self.readable_since.get_or_insert(now_ms);
        if !anchored && now_ms - since < PARAMS.closer_wait_ms {
            return t.clone();
        }
        let near = DocumentThresholds { min_fill: 0.0, min_dpi: t.min_dpi.min(READABLE_DPI), ..t.clone() };
        if anchored { DocumentThresholds { max_fill: f32::MAX, max_offset: f32::MAX, ..near } } else { near }
    }

    /// Takes the motion from the pixels where these are still: an outline may jump between two edges that lie close
    /// together while nothing moves.
    fn correct_motion(&mut self, frame: &Frame<'_>, metrics: &mut DocumentMetrics, t: &DocumentThresholds) {
        let now = CellGrid::of(frame);
        if let (Some(before), Some(document), Some(motion)) = (&self.cells, metrics.document, metrics.motion) {
            let diagonal = document.quad.0[0].distance(document.quad.0[2]).max(1.0);
            let shown = now.displacement_since(before, document.quad.bounds()).map(|pixels| pixels / diagonal);
            if let Some(shown) = shown.filter(|shown| *shown < PARAMS.still_share * t.max_motion) {
                metrics.motion = Some(motion.min(shown));
            }
        }
        self.cells = Some(now);
    }

    /// The check that reads an MRZ with invalid check digits again for a while.
    fn check_digit_retry(&mut self, assessment: &SideAssessment, now_ms: f64) -> Option<Check> {
        let zone = assessment.zone.as_ref()?;
        let share = valid_check_digit_ratio(&zone.document);
        let passed = if zone.document.is_consistent() {
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

/// Whether a frame is worth reading: the document is inside it, at rest, lit and about sharp.
fn is_legible(metrics: &DocumentMetrics, t: &DocumentThresholds) -> bool {
    metrics.document.is_some()
        && metrics.motion.is_none_or(|motion| motion <= t.max_motion)
        && metrics.quality.sharpness >= PARAMS.legible * t.min_sharpness
        && metrics.quality.mean_luma.max(metrics.scene_luma) >= PARAMS.legible * t.min_luma
}

/// Whether a check decides however long the person has tried. A portrait that nothing could look for does not.
fn is_mandatory(check: &Check, metrics: &DocumentMetrics) -> bool {
    match check.name {
        QualityCheck::Document(DocumentQualityCheck::Portrait) => metrics.evidence.portrait != Evidence::Unknown,
        name => name.is_mandatory(),
    }
}
