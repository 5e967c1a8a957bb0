//! What a picture of a document's side is found to be, and what becomes of it: warnings, checks, what the person compares.

use super::coordinates::guide_px;
use super::detectors::Detectors;
use super::picture;
use super::still::Taken;
use super::target::Target;
use crate::analyse::{DocumentFacts, Wanted};
use crate::barcode::aamva::{AamvaDocument, CardKind};
use crate::check::Check;
use crate::document::DocumentSize;
use crate::document_type::DocumentType;
use crate::error::CoreError;
use crate::frame::Frame;
use crate::inspect::checks::{CheckCode, CheckResult, DocumentCheck, SAME_SIDE, Sides, check};
use crate::inspect::{self, BarcodeReading, SideReading, Thumbnail};
use crate::mrz::dates::MrzDate;
use crate::mrz::format::Format;
use crate::mrz::{Date, MrzDocument, MrzReading};
use crate::session::{Capture, CaptureReport, CaptureSource, ImageRejection, ReviewDocument};
use crate::side::Side;
use crate::thresholds::Thresholds;
use crate::warning::Warning;

/// What a frame is found to be.
#[derive(Debug, Clone)]
pub(super) struct Judgement {
    pub facts: DocumentFacts,
    pub checks: Vec<Check>,
    pub zone: Option<MrzReading>,
    pub barcode: Option<BarcodeReading>,
}

/// What the wanted side must show. A driving licence may have a zone (the French and the Swiss do) and need not. The backs of
/// cards may show a small second portrait.
pub(super) fn wanted(target: Target) -> Wanted {
    let front = target.side == Side::Front;
    let portrait = front.then_some(true);
    match target.kind {
        Some(DocumentType::Passport) => Wanted { mrz: Some(true), portrait: None },
        Some(DocumentType::IdentificationCard | DocumentType::PassportCard) => Wanted { mrz: Some(!front), portrait },
        Some(DocumentType::DriverLicense) | None => Wanted { mrz: None, portrait },
    }
}

/// What zone, barcode and the side before tell of a frame.
pub(super) fn note_evidence(
    frame: &Frame<'_>,
    facts: &mut DocumentFacts,
    target: Target,
    (zone, barcode): (Option<&MrzReading>, Option<&BarcodeReading>),
    before: Option<&SideReading>,
) {
    let card = barcode.and_then(|barcode| barcode.document.as_ref());
    // A barcode is for machines as a zone is; North American cards have it instead.
    facts.evidence.mrz = zone.is_some() || card.is_some();
    facts.evidence.wrong_document = zone.is_some_and(|zone| !fits(zone.document.format, target.kind))
        || card.is_some_and(|card| match target.kind {
            Some(DocumentType::DriverLicense) => card.kind == CardKind::IdentityCard,
            Some(DocumentType::IdentificationCard) => card.kind != CardKind::IdentityCard,
            Some(DocumentType::Passport | DocumentType::PassportCard) => true,
            None => false,
        });
    facts.evidence.same_side = match (before.and_then(|side| side.thumbnail.as_ref()), facts.document) {
        (Some(other), Some(document)) if document.fully_inside => {
            Thumbnail::of(frame, &document.quad).likeness(other) >= SAME_SIDE
        }
        _ => false,
    };
}

/// A single picture, by the person's word or from a file: taken as it is, with warnings.
pub(super) fn judge(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    today: Date,
    before: Option<&SideReading>,
    detectors: &Detectors,
    thresholds: &Thresholds,
) -> Result<Taken, ImageRejection> {
    let mut facts = DocumentFacts::of(frame, guide_px(target, frame), None, &thresholds.document);
    let document = facts.document;
    let zone = detectors.look_for_zone(frame, document.as_ref()).and_then(|evidence| evidence.reading(today));
    let wants_barcode = target.side == Side::Back && zone.is_none();
    let barcode = if wants_barcode { detectors.barcode(frame, document.as_ref()) } else { None };
    note_evidence(frame, &mut facts, target, (zone.as_ref(), barcode.as_ref()), before);
    if facts.evidence.same_side {
        return Err(ImageRejection::SameSide);
    }
    facts.evidence.portrait = detectors.portrait(frame, document.as_ref()).is_some();
    let checks = facts.checks(&thresholds.document, wanted(target));
    Ok(finish(frame, target, source, Judgement { checks, facts, zone, barcode }, today, before, detectors)?)
}

pub(super) fn finish(
    frame: &Frame<'_>,
    target: Target,
    source: CaptureSource,
    judgement: Judgement,
    today: Date,
    before: Option<&SideReading>,
    detectors: &Detectors,
) -> Result<Taken, CoreError> {
    let document = judgement.facts.document;
    let encoded = picture::of_document(frame, document.as_ref().map(|document| &document.quad))?;
    let face = detectors.portrait(frame, document.as_ref());
    let warnings = warnings(&judgement, target);
    let seen = inspect::from_parts(frame, document, judgement.zone, judgement.barcode, face);
    let sides = match target.side {
        Side::Back => Sides { front: before, back: Some(&seen) },
        _ => Sides { front: Some(&seen), back: None },
    };
    let document_checks = check(sides, target.kind, today, source == CaptureSource::File);
    let warnings = with_checks(warnings, &document_checks);
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
        visible_ms: None,
        checks: judgement.checks.into_iter().filter(tells).collect(),
        warnings,
        document_checks,
        liveness: None,
    };
    let card = seen.barcode.as_ref().and_then(|barcode| barcode.document.as_ref());
    let document = seen.mrz.as_ref().map(|zone| review(&zone.document)).or_else(|| card.map(review_card));
    let pictures = vec![encoded.bytes.into()];
    Ok(Taken { capture: Capture { document, report }, pictures, side: Some(seen.without_pictures()) })
}

/// What the checks of data add to the warnings.
fn with_checks(mut warnings: Vec<Warning>, checks: &[DocumentCheck]) -> Vec<Warning> {
    let failed = |code| checks.iter().any(|c| c.code == code && c.result == CheckResult::Failed);
    if failed(CheckCode::NotExpired) {
        warnings.push(Warning::DocumentExpired);
    }
    if failed(CheckCode::DocumentNumberCrosscheck)
        || failed(CheckCode::NameCrosscheck)
        || failed(CheckCode::HolderCrosscheck)
    {
        warnings.push(Warning::SidesDisagree);
    }
    warnings
}

/// What the person should look at before sending.
fn warnings(judgement: &Judgement, target: Target) -> Vec<Warning> {
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
        }
        None if evidence.wrong_document => warnings.push(Warning::WrongDocument),
        None if wanted(target).mrz == Some(true) && !evidence.mrz => warnings.push(Warning::MrzNotRead),
        None => {}
    }
    for check in judgement.checks.iter().filter(|check| !check.passed) {
        let warning = match check.name {
            "minSharpness" => Warning::Blurred,
            "maxGlareBlob" => Warning::Glare,
            "maxFingers" => Warning::FingersInTheWay,
            "barcode" => Warning::BarcodeNotRead,
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
pub(super) fn proportions(facts: &DocumentFacts, kind: Option<DocumentType>) -> Option<Check> {
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
pub(super) fn holding(document: &MrzDocument) -> f32 {
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
        format: Some(document.format),
        document_number: document.document_number.clone(),
        primary: document.names.primary.clone(),
        secondary: document.names.secondary.clone(),
        birth_date: date(&document.birth_date),
        expiry_date: date(&document.expiry_date),
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
