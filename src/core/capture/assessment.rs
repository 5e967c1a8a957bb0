//! The assessment of an image of a document's side: checks, warnings, and the data for the review.

use super::coordinates::guide_rect;
use super::detectors::Detectors;
use super::image;
use super::mrz_page::{self, Source};
use super::still::Still;
use super::target::Target;
use crate::analyse::{DocumentMetrics, Evidence, ExpectedSide, guide_dpi};
use crate::barcode::aamva::{AamvaDocument, CardKind};
use crate::check::{Check, DocumentQualityCheck, Limit, QualityCheck};
use crate::date::Date;
use crate::document::{DocumentQuad, DocumentSize};
use crate::document_type::DocumentType;
use crate::error::CoreError;
use crate::frame::Frame;
use crate::inspect::checks::{CheckResult, DocumentCheck, Sides, check};
use crate::inspect::document_data::{DocumentClass, class_of_format};
use crate::inspect::{self, BarcodeReading, SideAnalysis, Thumbnail};
use crate::mrz::dates::MrzDate;
use crate::mrz::format::Format;
use crate::mrz::parse::Validity;
use crate::mrz::{MrzDocument, MrzReading};
use crate::session::{Capture, CaptureReport, CaptureSource, ImageRejection, ReviewDocument};
use crate::side::Side;
use crate::thresholds::{DocumentThresholds, Thresholds};
use crate::warning::Warning;

/// Resolution at which a valid MRZ or a barcode that was read is enough, dots per inch: an MRZ character has 7 pixels.
pub(super) const READABLE_DPI: f32 = 70.0;

/// The metrics, checks and data of a frame.
#[derive(Debug, Clone)]
pub(super) struct SideAssessment {
    pub metrics: DocumentMetrics,
    pub checks: Vec<Check>,
    pub zone: Option<MrzReading>,
    pub barcode: Option<BarcodeReading>,
}

/// Returns what the expected side must show. A driving licence may have an MRZ (French and Swiss ones do). The backs
/// of cards may show a small second portrait.
pub(super) fn expected_side(target: Target) -> ExpectedSide {
    let front = target.side == Side::Front;
    let portrait = front.then_some(true);
    match target.kind {
        Some(DocumentType::Passport) => ExpectedSide { mrz: Some(true), portrait: None, booklet: true },
        Some(DocumentType::IdentificationCard | DocumentType::PassportCard) => {
            ExpectedSide { mrz: Some(!front), portrait, booklet: false }
        }
        Some(DocumentType::DriverLicense) | None => ExpectedSide { mrz: None, portrait, booklet: false },
    }
}

/// The thresholds that the camera of this frame can meet.
pub(super) fn reachable(target: Target, frame: &Frame<'_>, t: &DocumentThresholds) -> DocumentThresholds {
    let size = if target.kind == Some(DocumentType::Passport) { DocumentSize::Id3 } else { DocumentSize::Id1 };
    t.within_reach(guide_dpi(guide_rect(target, frame), size.millimetres().0))
}

/// Sets the evidence of barcode and the side before, and that of other documents. The evidence of MRZ and portrait is
/// the caller's.
pub(super) fn set_side_evidence(
    frame: &Frame<'_>,
    metrics: &mut DocumentMetrics,
    target: Target,
    (zone, barcode): (Option<&MrzReading>, Option<&BarcodeReading>),
    before: Option<&SideAnalysis>,
) {
    let card = barcode.and_then(|barcode| barcode.document.as_ref());
    // A barcode counts as an MRZ: North American cards have it instead.
    if card.is_some() {
        metrics.evidence.mrz = Evidence::Present;
    }
    metrics.evidence.wrong_document = zone.is_some_and(|zone| !fits(zone.document.format, target.kind))
        || card.is_some_and(|card| match target.kind {
            Some(DocumentType::DriverLicense) => card.kind == CardKind::IdentityCard,
            Some(DocumentType::IdentificationCard) => card.kind != CardKind::IdentityCard,
            Some(DocumentType::Passport | DocumentType::PassportCard) => true,
            None => false,
        });
    metrics.evidence.same_side = match (before.and_then(|side| side.thumbnail.as_ref()), metrics.document) {
        (Some(other), Some(document)) if document.fully_inside => {
            Thumbnail::from_frame(frame, &document.quad).shows_same_side(other)
        }
        _ => false,
    };
}

/// Assesses a single image: a manual capture or a file. It is accepted with warnings.
pub(super) fn assess(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    today: Date,
    before: Option<&SideAnalysis>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Still, ImageRejection> {
    let (guide, mut t) = (guide_rect(target, frame), reachable(target, frame, &thresholds.document));
    let mut metrics = DocumentMetrics::measure(frame, guide, None, &t);
    let read = |document: Option<&DocumentQuad>| {
        detectors.detect_mrz(frame, document).and_then(|evidence| evidence.reading(today))
    };
    let zone = read(metrics.document.as_ref()).or_else(|| metrics.document.and_then(|_| read(None)));
    if let Some((page, size)) = zone.as_ref().and_then(mrz_page::page_of) {
        let (document, source) = mrz_page::choose(frame, metrics.document, &page, size);
        if source != Source::Outline {
            metrics = DocumentMetrics::of(frame, guide, Some(document), None);
        }
    }
    let document = metrics.document;
    if zone.as_ref().is_some_and(|zone| zone.document.is_consistent()) {
        t.min_dpi = t.min_dpi.min(READABLE_DPI);
    }
    metrics.evidence.mrz = Evidence::of_image(detectors.reads_mrz().then_some(zone.is_some()));
    let wants_barcode = target.side == Side::Back && zone.is_none();
    let barcode = if wants_barcode { detectors.barcode(frame, document.as_ref()) } else { None };
    set_side_evidence(frame, &mut metrics, target, (zone.as_ref(), barcode.as_ref()), before);
    if metrics.evidence.same_side {
        return Err(ImageRejection::SameSide);
    }
    let portrait = || detectors.portrait(frame, document.as_ref()).is_some();
    metrics.evidence.portrait = Evidence::of_image(detectors.finds_faces().then(portrait));
    let checks = metrics.checks(&t, expected_side(target));
    Ok(finish(frame, target, source, SideAssessment { checks, metrics, zone, barcode }, today, before, detectors)?)
}

pub(super) fn finish(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    assessment: SideAssessment,
    today: Date,
    before: Option<&SideAnalysis>,
    detectors: &Detectors,
) -> Result<Still, CoreError> {
    let document = assessment.metrics.document;
    let encoded = image::encode_document(frame, document.as_ref().map(|document| &document.quad))?;
    let face = detectors.portrait(frame, document.as_ref());
    let warnings = warnings(&assessment, target);
    let seen = inspect::from_detections(frame, document, assessment.zone, assessment.barcode, face);
    let sides = match target.side {
        Side::Back => Sides { front: before, back: Some(&seen) },
        _ => Sides { front: Some(&seen), back: None },
    };
    let document_checks = check(sides, target.kind, today, source == CaptureSource::File);
    let warnings = with_checks(warnings, &document_checks);
    let is_reported = |check: &Check| source == CaptureSource::Automatic || !check.name.is_stream_only();
    let report = CaptureReport {
        side: target.side,
        source,
        width: encoded.width,
        height: encoded.height,
        bytes: encoded.bytes.len() as u32,
        images: 1,
        elapsed_ms: None,
        visible_ms: None,
        checks: assessment.checks.into_iter().filter(is_reported).collect(),
        warnings,
        document_checks,
        liveness: None,
    };
    let card = seen.barcode.as_ref().and_then(|barcode| barcode.document.as_ref());
    let document = seen.mrz.as_ref().map(|zone| review(&zone.document)).or_else(|| card.map(review_card));
    let encoded_images = vec![encoded.bytes.into()];
    Ok(Still { capture: Capture { document, report }, encoded_images, side: Some(seen.without_images()) })
}

/// Adds the warnings of failed document checks, each once.
fn with_checks(mut warnings: Vec<Warning>, checks: &[DocumentCheck]) -> Vec<Warning> {
    for check in checks.iter().filter(|check| check.result == CheckResult::Failed) {
        if let Some(warning) = check.code.warning()
            && !warnings.contains(&warning)
        {
            warnings.push(warning);
        }
    }
    warnings
}

/// Returns the warnings for the review.
fn warnings(assessment: &SideAssessment, target: Target) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let found = assessment.metrics.document.is_some();
    let evidence = assessment.metrics.evidence;
    if !found && !evidence.mrz.is_present() && !evidence.portrait.is_present() {
        warnings.push(Warning::DocumentNotFound);
    }
    match &assessment.zone {
        Some(zone) => {
            let document = &zone.document;
            if expected_side(target).mrz == Some(false) {
                warnings.push(Warning::WrongSide);
            } else if !fits(document.format, target.kind) {
                warnings.push(Warning::WrongDocument);
            }
            if !document.is_consistent() {
                warnings.push(Warning::MrzCheckFailed);
            }
        }
        None if evidence.wrong_document => warnings.push(Warning::WrongDocument),
        None if expected_side(target).mrz == Some(true) && !evidence.mrz.is_present() => {
            warnings.push(Warning::MrzNotRead)
        }
        None => {}
    }
    for check in assessment.checks.iter().filter(|check| !check.passed) {
        let known = match check.name {
            // A resolution without an outline is that of the guide.
            QualityCheck::Document(DocumentQualityCheck::MinDpi) => found,
            // A portrait that is missing on the wrong side says nothing more.
            // What nothing has looked for is not missing.
            QualityCheck::Document(DocumentQualityCheck::Portrait) => {
                evidence.portrait == Evidence::Absent && !warnings.contains(&Warning::WrongSide)
            }
            _ => true,
        };
        warnings.extend(check.name.warning().filter(|_| known));
    }
    warnings
}

/// Returns whether an MRZ format belongs to the declared document.
fn fits(format: Format, kind: Option<DocumentType>) -> bool {
    match kind {
        Some(DocumentType::Passport) => format == Format::Td3,
        Some(DocumentType::IdentificationCard) => matches!(format, Format::Td1 | Format::Td2 | Format::FrenchId),
        Some(DocumentType::PassportCard) => format == Format::Td1,
        Some(DocumentType::DriverLicense) => {
            class_of_format(format) == DocumentClass::DriverLicense || format == Format::Td1
        }
        None => true,
    }
}

/// Checks the aspect ratio. Licences and passport cards are ID-1; national cards come in two sizes, one of which has
/// the proportions of a passport page.
pub(super) fn proportions(metrics: &DocumentMetrics, kind: Option<DocumentType>) -> Option<Check> {
    let size = metrics.document?.size;
    let passed = match kind? {
        DocumentType::DriverLicense | DocumentType::PassportCard => size == DocumentSize::Id1,
        DocumentType::Passport => size != DocumentSize::Id1,
        DocumentType::IdentificationCard => return None,
    };
    Some(Limit::Flag(true).check(DocumentQualityCheck::Proportions, f32::from(u8::from(passed))))
}

/// Returns the fraction of valid check digits, 0–1; 1 for a format without any.
pub(super) fn valid_check_digit_ratio(document: &MrzDocument) -> f32 {
    let digits = &document.check_digits;
    if digits.is_empty() {
        return 1.0;
    }
    digits.iter().filter(|digit| digit.valid).count() as f32 / digits.len() as f32
}

/// Builds the review data. Unknown parts of a date are `XX`.
fn review(document: &MrzDocument) -> ReviewDocument {
    let date = |date: &Option<MrzDate>| {
        let date = date.as_ref()?;
        let part = |value: Option<u8>| value.map_or_else(|| "XX".to_owned(), |value| format!("{value:02}"));
        let year = date.year.map_or_else(|| "XXXX".to_owned(), |year| format!("{year:04}"));
        Some(format!("{year}-{}-{}", part(date.month), part(date.day)))
    };
    ReviewDocument {
        format: Some(document.format),
        document_number: document.document_number.clone(),
        primary: document.names.primary.clone(),
        secondary: document.names.secondary.clone(),
        birth_date: date(&document.birth_date),
        expiry_date: date(&document.expiry_date).filter(|_| document.validity != Validity::NotStated),
    }
}

fn review_card(card: &AamvaDocument) -> ReviewDocument {
    let given: Vec<&str> = [&card.name.given, &card.name.middle].into_iter().flatten().map(String::as_str).collect();
    ReviewDocument {
        format: None,
        document_number: card.document_number.clone().unwrap_or_default(),
        primary: card.name.family.clone().unwrap_or_default(),
        secondary: given.join(" "),
        birth_date: card.birth_date.map(String::from),
        expiry_date: card.expiry_date.map(String::from),
    }
}
