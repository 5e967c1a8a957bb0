//! What the stored images show, by the core's own detectors.

use kyc_capture::api::kyc::enums::DocumentType;
use kyc_capture::api::kyc::flow::known;
use kyc_capture::core::barcode::aamva::Address;
use kyc_capture::core::date::Date;
use kyc_capture::core::encode::{EncodeOptions, Image, decode, encode};
use kyc_capture::core::inspect::checks::{CheckCode, Sides, check, document_data};
use kyc_capture::core::inspect::{self, SideAnalysis};
use kyc_capture::core::liveness::steps::ActiveStep;

use super::decide::{Evidence, ZoneEvidence};
use super::fields;
use super::liveness::Liveness;
use super::person::Series;
use super::rules::{record_of, result_of};
use super::weights::Weights;
use crate::error::ApiError;
use crate::models::Models;
use crate::screening;
use crate::store::images::Kind;
use crate::store::outcome::{Distances, ImageTests, RuleCheck, RuleResult};
use crate::store::rectified::Rectified;

/// JPEG quality of the documents that are cut out.
const RECTIFIED_QUALITY: u8 = 90;

/// The images of a session that finalization reads.
#[derive(Debug)]
pub struct StoredImages {
    /// Front of the document.
    pub front: StoredSide,
    /// Its back, where it has one.
    pub back: Option<StoredSide>,
    /// Liveness frames; at least one.
    pub liveness: Vec<Vec<u8>>,
    /// The movements that were asked for, for each draw; none where liveness is passive.
    pub draws: Vec<Vec<ActiveStep>>,
}

/// The image of a side.
#[derive(Debug)]
pub struct StoredSide {
    /// The file.
    pub bytes: Vec<u8>,
    /// Another session was given the very same file.
    pub known: bool,
}

/// What was examined: the evidence, and the documents cut out of the images.
#[derive(Debug)]
pub struct Gathered {
    /// For the verdict.
    pub evidence: Evidence,
    /// For the store.
    pub cut_out: Vec<(Kind, Rectified)>,
}

/// Examines every image.
///
/// # Errors
/// 503 without the models.
pub fn gather(
    models: &Models,
    stored: &StoredImages,
    declared: &DocumentType,
    today: Date,
    document_id: String,
    weights: &Weights,
) -> Result<Gathered, ApiError> {
    let front_image = pixels(&stored.front.bytes)?;
    let front = models.analyse_side(&front_image, today)?;
    let back = match &stored.back {
        Some(back) => Some(models.analyse_side(&pixels(&back.bytes)?, today)?),
        None => None,
    };
    let mut cut_out = Vec::new();
    for (kind, side) in [(Kind::Front, Some(&front)), (Kind::Back, back.as_ref())] {
        if let Some(document) = side.and_then(|side| side.rectified.as_ref()) {
            cut_out.push((kind, jpeg_of(document)?));
        }
    }
    let moving = !stored.draws.is_empty();
    let series = Series::of_each(models, stored.liveness.iter().map(|frame| pixels(frame)), moving)?;
    let portrait = match &front.portrait {
        Some(portrait) => models.encode(&front_image, &portrait.face)?,
        None => None,
    };
    let distances = Distances {
        portrait: portrait.zip(series.straight).map(|(portrait, live)| f64::from(portrait.distance(&live))),
        frames: series.spread,
    };

    // Whether an image is a camera's or a file that somebody chose is not known here: the rules of files apply.
    let sides = Sides { front: Some(&front), back: back.as_ref() };
    let rules = check(sides, known(declared), today, true).into_iter().map(record_of).collect();
    let seen: Vec<&SideAnalysis> = [sides.front, sides.back].into_iter().flatten().collect();
    let zone = seen.iter().filter_map(|side| side.mrz.as_ref()).max_by(|a, b| {
        // A card has its zone on one side; should both seem to have one, the better reading counts.
        a.document.validity_rank().cmp(&b.document.validity_rank()).then(a.confidence.total_cmp(&b.confidence))
    });
    let barcode = seen.iter().filter_map(|side| side.barcode.as_ref()).find(|barcode| barcode.document.is_some());
    let card = barcode.and_then(|barcode| barcode.document.as_ref());
    let document = match (zone, card) {
        (Some(zone), None) => Some(fields::of_mrz(&zone.document, document_id)),
        (Some(zone), Some(_)) if zone.document.is_consistent() => Some(fields::of_mrz(&zone.document, document_id)),
        (_, Some(card)) => Some(fields::of_barcode(card, document_id)),
        (None, None) => None,
    };
    let evidence = Evidence {
        holders: document_data(&seen),
        zone: zone.map(|zone| ZoneEvidence {
            confidence: f64::from(zone.confidence),
            valid: zone.document.is_consistent(),
            check_digits_right: zone.document.check_digits.iter().filter(|digit| digit.valid).count(),
            check_digits: zone.document.check_digits.len(),
        }),
        barcode: barcode.map(|b| 1.0 - (b.corrected as f64 / b.correction.max(1) as f64).min(1.0)),
        document,
        rules,
        same_file: stored.back.as_ref().is_some_and(|back| back.bytes == stored.front.bytes),
        portrait: front.portrait.as_ref().map(|portrait| f64::from(portrait.face.score)),
        liveness_faces: series.shown,
        distances,
        liveness: Liveness::of(models, stored.liveness.iter().map(|frame| pixels(frame)), &stored.draws, weights)?,
        front: tests_of(Kind::Front, &front, today, stored.front.known),
        back: back
            .as_ref()
            .zip(stored.back.as_ref())
            .map(|(side, image)| tests_of(Kind::Back, side, today, image.known)),
        address_crosscheck: same_address(sides),
    };
    Ok(Gathered { evidence, cut_out })
}

/// An image that is stored.
///
/// # Errors
/// 500 where it can no longer be decoded.
pub fn pixels(stored: &[u8]) -> Result<Image, ApiError> {
    // It was decoded once when it came.
    decode(stored).map_err(|_| ApiError::internal("a stored image can no longer be decoded"))
}

fn jpeg_of(document: &inspect::Rectified) -> Result<Rectified, ApiError> {
    let refused = |_| ApiError::internal("a document that was cut out cannot be encoded");
    let options = EncodeOptions { quality: RECTIFIED_QUALITY, ..EncodeOptions::default() };
    let file = encode(&document.image.frame().map_err(refused)?, &options).map_err(refused)?;
    Ok(Rectified { bytes: file.bytes, width: file.width, height: file.height, dpi: f64::from(document.dpi) })
}

/// What the image of one side shows by itself. `elsewhere`: another session was given the very same file.
fn tests_of(kind: Kind, side: &SideAnalysis, today: Date, elsewhere: bool) -> ImageTests {
    let card = side.barcode.as_ref().is_some_and(|barcode| barcode.document.is_some());
    let data = side.mrz.is_some() || card || side.portrait.is_some();
    let alone = Sides { front: Some(side), back: None };
    let rules: Vec<RuleCheck> = check(alone, None, today, true).into_iter().map(record_of).collect();
    // A back may be black print on white by design, so its colours say nothing. Every JPEG was compressed, and the
    // capture itself does it strongly where a budget asks for it: only a file that was cut afterwards was worked on.
    let cut = side.recapture_signals.jpeg_grid_offset != (0, 0);
    let heuristics = [
        (CheckCode::NotGreyscaleCopy, kind == Kind::Front),
        (CheckCode::Screen, true),
        (CheckCode::JpegArtifacts, cut),
    ];
    let suspicious = heuristics.iter().any(|(code, on)| *on && result_of(&rules, *code) == RuleResult::Suspicious);
    ImageTests {
        identity_document: match (side.document.is_some(), data) {
            (true, true) => RuleResult::Passed,
            (false, false) => RuleResult::Failed,
            _ => RuleResult::Suspicious,
        },
        manipulation: if suspicious { RuleResult::Suspicious } else { RuleResult::Passed },
        words: words_of(side),
        elsewhere,
    }
}

/// Whether a name that was read on the side is a word that is printed on specimens. Plain print is not read.
fn words_of(side: &SideAnalysis) -> RuleResult {
    let named: Vec<String> = document_data(&[side])
        .iter()
        .map(|holder| {
            [holder.family.as_deref(), holder.given.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .filter(|name| !name.is_empty())
        .collect();
    match named.is_empty() {
        true => RuleResult::NotApplicable,
        false if named.iter().any(|name| screening::is_suspicious(name)) => RuleResult::Suspicious,
        false => RuleResult::Passed,
    }
}

/// Whether the barcodes of both sides have one address; `None` where not both have one. An MRZ has no field for it.
fn same_address(sides: Sides<'_>) -> Option<bool> {
    let of = |side: Option<&SideAnalysis>| {
        let address = &side?.barcode.as_ref()?.document.as_ref()?.address;
        address.street.is_some().then(|| parts(address))
    };
    Some(of(sides.front)? == of(sides.back)?)
}

fn parts(address: &Address) -> Vec<Option<String>> {
    let plain = |text: &Option<String>| text.as_ref().map(|text| text.to_uppercase());
    [&address.street, &address.street_2, &address.city, &address.jurisdiction, &address.postal_code].map(plain).to_vec()
}
