//! The capture of a document's side.

use super::detectors::Detectors;
use super::{Taken, Target, copy_into, day, guide_px, picture, share_quad};
use crate::core::analyse::{DocumentFacts, Wanted};
use crate::core::document::DocumentSize;
use crate::core::document::gate::Gate;
use crate::core::encode::Image;
use crate::core::error::CoreError;
use crate::core::frame::Frame;
use crate::core::geometry::Quad;
use crate::core::guidance::{self, Stabiliser};
use crate::core::mrz::dates::MrzDate;
use crate::core::mrz::format::Format;
use crate::core::mrz::{Date, Evidence, MrzDocument, MrzFuser, MrzReading};
use crate::core::session::{
    Capture, CaptureReport, CaptureSource, Check, DocumentType, FrameView, Overlay, ReviewDocument, Side, Warning,
};
use crate::core::thresholds::Thresholds;

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

/// A capture under way.
pub(super) struct DocumentCapture {
    target: Target,
    gate: Gate,
    stabiliser: Stabiliser,
    before: Option<Quad>,
    frames: u32,
    /// What all frames together tell of the zone.
    fuser: MrzFuser,
    /// Readings in vain since the last that was not.
    missed: u32,
    /// When a zone was first read, and none that holds since.
    doubtful_since: Option<f64>,
    newest: Option<Image>,
    best: Option<Image>,
    best_judgement: Option<Judgement>,
}

/// What a frame is found to be.
#[derive(Debug, Clone)]
struct Judgement {
    facts: DocumentFacts,
    checks: Vec<Check>,
    zone: Option<MrzReading>,
}

/// What the wanted side must show. A driving licence may have a zone (the French and the Swiss do) and need not. The backs of
/// cards may show a small second portrait.
fn wanted(target: Target) -> Wanted {
    let front = target.side == Side::Front;
    let portrait = front.then_some(true);
    match target.kind {
        Some(DocumentType::Passport) => Wanted { mrz: Some(true), portrait: None },
        Some(DocumentType::IdentificationCard | DocumentType::PassportCard) => Wanted { mrz: Some(!front), portrait },
        Some(DocumentType::DriverLicense) | None => Wanted { mrz: None, portrait },
    }
}

impl DocumentCapture {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            gate: Gate::default(),
            stabiliser: Stabiliser::default(),
            before: None,
            frames: 0,
            fuser: MrzFuser::default(),
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
        let judgement = if sound || blind {
            let zone = self.read_zone(frame, &facts, detectors, day(now_ms));
            look(frame, facts, wanted, zone, detectors, thresholds)
        } else {
            Judgement { checks: facts.checks(t, wanted), facts, zone: None }
        };
        let code = guidance::document(&judgement.facts, wanted, t);
        let mut checks = judgement.checks.clone();
        checks.extend(self.insistence(&judgement, now_ms));
        checks.extend(proportions(&judgement.facts, self.target.kind));
        let step = self.gate.push(&checks, now_ms, &thresholds.timing);
        let view = FrameView {
            guidance: Some(self.stabiliser.push(code, now_ms, &thresholds.timing)),
            overlay: Overlay {
                quad: judgement.facts.document.map(|document| share_quad(&document.quad, frame)),
                mrz: judgement.zone.iter().flat_map(|zone| &zone.quads).map(|quad| share_quad(quad, frame)).collect(),
                face: None,
                hold: step.hold,
            },
        };
        if step.keep {
            copy_into(&mut self.best, frame);
            self.best_judgement = Some(Judgement { checks, ..judgement });
        }
        let taken = if step.take { self.take_best(day(now_ms)) } else { None };
        (view, taken)
    }

    /// The newest frame, by the person's word.
    pub(super) fn take_now(&mut self, now_ms: f64, detectors: &Detectors, thresholds: &Thresholds) -> Option<Taken> {
        let frame = self.newest.as_ref()?.frame().ok()?;
        judge(&frame, self.target, CaptureSource::Manual, day(now_ms), detectors, thresholds).ok()
    }

    fn take_best(&mut self, today: Date) -> Option<Taken> {
        let frame = self.best.as_ref()?.frame().ok()?;
        let mut judgement = self.best_judgement.take()?;
        // Frames after the best one may have told more of the zone.
        if let Some(reading) = self.fuser.best().and_then(|evidence| evidence.reading(today)) {
            judgement.zone = Some(reading);
        }
        finish(&frame, self.target, CaptureSource::Automatic, judgement, today).ok()
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
        let known = self.fuser.is_settled() && self.missed == 0;
        if facts.document.is_some() && known && !self.frames.is_multiple_of(SETTLED_READING_EVERY) {
            let mut reading = self.fuser.best()?.reading(today)?;
            // Where it was, it need not be now.
            reading.quads.clear();
            return Some(reading);
        }
        match detectors.look_for_zone(frame, facts.document.as_ref()).filter(Evidence::is_plausible) {
            Some(evidence) => {
                self.missed = 0;
                self.fuser.push(&evidence).reading(today)
            }
            None => {
                // Turned over, or taken away.
                self.missed += 1;
                let patience = if self.fuser.is_settled() { FORGET_SETTLED_AFTER } else { FORGET_AFTER };
                if self.missed >= patience {
                    self.fuser.clear();
                }
                None
            }
        }
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

/// Looks at a frame with everything there is.
fn look(
    frame: &Frame<'_>,
    mut facts: DocumentFacts,
    wanted: Wanted,
    zone: Option<MrzReading>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Judgement {
    facts.evidence.mrz = zone.is_some();
    let outline = facts.document.map(|document| document.quad.bounds());
    facts.evidence.portrait = !detectors.faces(frame, outline).is_empty();
    Judgement { checks: facts.checks(&thresholds.document, wanted), facts, zone }
}

/// A single picture, by the person's word or from a file: taken as it is, with warnings.
pub(super) fn judge(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    today: Date,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Taken, CoreError> {
    let facts = DocumentFacts::of(frame, guide_px(target, frame), None, &thresholds.document);
    let zone = detectors.look_for_zone(frame, facts.document.as_ref()).and_then(|evidence| evidence.reading(today));
    let judgement = look(frame, facts, wanted(target), zone, detectors, thresholds);
    finish(frame, target, source, judgement, today)
}

fn finish(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    judgement: Judgement,
    today: Date,
) -> Result<Taken, CoreError> {
    let encoded = picture::of_document(frame, judgement.facts.document.as_ref().map(|document| &document.quad))?;
    let warnings = warnings(&judgement, target, today);
    // Where in the guide a single picture lies, and how it moves, says nothing.
    let tells = |check: &Check| {
        source == CaptureSource::Automatic || !matches!(check.name, "minFill" | "maxFill" | "maxOffset" | "maxMotion")
    };
    let report = CaptureReport {
        side: target.side,
        source,
        width: encoded.width,
        height: encoded.height,
        bytes: encoded.bytes.len() as u32,
        images: 1,
        elapsed_ms: None,
        checks: judgement.checks.into_iter().filter(tells).collect(),
        warnings,
    };
    let document = judgement.zone.map(|zone| review(&zone.document));
    Ok(Taken { capture: Capture { document, report }, pictures: vec![encoded.bytes.into()] })
}

/// What the person should look at before sending.
fn warnings(judgement: &Judgement, target: Target, today: Date) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let found = judgement.facts.document.is_some();
    let evidence = judgement.facts.evidence;
    if !found && !evidence.mrz && !evidence.portrait {
        warnings.push(Warning::DocumentNotFound);
    }
    match &judgement.zone {
        Some(zone) => {
            let document = &zone.document;
            if wanted(target).mrz == Some(false) {
                warnings.push(Warning::WrongSide);
            } else if !fits(document.format, target.kind) {
                warnings.push(Warning::WrongDocument);
            }
            if !document.valid {
                warnings.push(Warning::MrzCheckFailed);
            }
            let last_day = document.expiry_date.as_ref().and_then(|date| date.latest());
            if last_day.is_some_and(|last_day| last_day < today) {
                warnings.push(Warning::DocumentExpired);
            }
        }
        None if wanted(target).mrz == Some(true) => warnings.push(Warning::MrzNotRead),
        None => {}
    }
    for check in judgement.checks.iter().filter(|check| !check.passed) {
        let warning = match check.name {
            "minSharpness" => Warning::Blurred,
            "maxGlareBlob" => Warning::Glare,
            "minLuma" => Warning::TooDark,
            "maxBrightShare" => Warning::TooBright,
            "minDpi" if found => Warning::LowResolution,
            "portrait" if !warnings.contains(&Warning::WrongSide) => Warning::FaceNotFound,
            _ => continue,
        };
        warnings.push(warning);
    }
    warnings
}

/// Whether a zone of this format belongs to the declared document.
fn fits(format: Format, kind: Option<DocumentType>) -> bool {
    match kind {
        Some(DocumentType::Passport) => format == Format::Td3,
        Some(DocumentType::IdentificationCard) => matches!(format, Format::Td1 | Format::Td2 | Format::FrenchId),
        Some(DocumentType::PassportCard) => format == Format::Td1,
        Some(DocumentType::DriverLicense) => matches!(format, Format::FrenchDl | Format::SwissDl | Format::Td1),
        None => true,
    }
}

/// Licences and passport cards are of the one size; national cards come in two, of which one looks like a passport's page.
fn proportions(facts: &DocumentFacts, kind: Option<DocumentType>) -> Option<Check> {
    let size = facts.document?.size;
    let passed = match kind? {
        DocumentType::DriverLicense | DocumentType::PassportCard => size == DocumentSize::Id1,
        DocumentType::Passport => size != DocumentSize::Id1,
        DocumentType::IdentificationCard => return None,
    };
    let score = f32::from(u8::from(passed));
    Some(Check { name: "proportions", value: score, score, threshold: 1.0, passed })
}

/// Share of the check digits that hold; all of them, in a format without any.
fn holding(document: &MrzDocument) -> f32 {
    let digits = &document.check_digits;
    if digits.is_empty() {
        return 1.0;
    }
    digits.iter().filter(|digit| digit.valid).count() as f32 / digits.len() as f32
}

/// What the person compares. Unknown parts of a date stand as `XX`.
fn review(document: &MrzDocument) -> ReviewDocument {
    let date = |date: &Option<MrzDate>| {
        let date = date.as_ref()?;
        let part = |value: Option<u8>| value.map_or_else(|| "XX".to_owned(), |value| format!("{value:02}"));
        let year = date.year.map_or_else(|| "XXXX".to_owned(), |year| format!("{year:04}"));
        Some(format!("{year}-{}-{}", part(date.month), part(date.day)))
    };
    ReviewDocument {
        format: document.format,
        document_number: document.document_number.clone(),
        primary: document.names.primary.clone(),
        secondary: document.names.secondary.clone(),
        birth_date: date(&document.birth_date),
        expiry_date: date(&document.expiry_date),
    }
}
