//! Finalization: the stored images are read again with the core's own detectors, and every answer is derived from what
//! they show.
//!
//! [`evidence`] is what the images show; [`decide`] turns it into an [`Outcome`], knowing no image and no model. Nothing
//! that the client claimed about the images is used.

pub mod authenticate;
pub mod decide;
pub mod evidence;
pub mod fields;
pub mod liveness;
pub mod person;
pub mod recognise;
pub mod rules;
pub mod weights;

use std::sync::Arc;

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::core::liveness::steps::ActiveStep;
use serde::{Deserialize, Serialize};

use crate::clock::day_of;
use crate::http::errors::ApiError;
use crate::jobs::work::{Place, Verdicts};
use crate::random;
use crate::state::App;
use crate::store::db::Connection;
use crate::store::images::{self, Kind};
use crate::store::sessions::{self, Session};
use crate::store::{challenges, identities};
use crate::store::{requirements, weights as versions};

pub use decide::Policy;
pub use fields::DocumentFields;
pub use person::Distances;
pub use rules::{RuleCheck, RuleResult};

/// What finalization found; stored with the session. Outcomes of earlier versions lack what was added since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Every check passed.
    pub verified: bool,
    /// The name meets one on the sanction list.
    pub on_sanction_list: bool,
    /// Whether there was a name to screen.
    pub screened: bool,
    /// 0–100: the weighted mean of the checks' scores and of the measures.
    pub score: f64,
    /// Each check.
    pub checks: Vec<Check>,
    /// What counts in the score alone.
    #[serde(default)]
    pub measures: Vec<Measure>,
    /// The document's fields, where it was read.
    pub document: Option<DocumentFields>,
    /// All checks of the core, those included that the verdict does not need.
    #[serde(default)]
    pub rules: Vec<RuleCheck>,
    /// What the picture of the front tells by itself.
    #[serde(default)]
    pub front: Option<ImageTests>,
    /// The same of the back.
    #[serde(default)]
    pub back: Option<ImageTests>,
    /// Whether two places of the document tell the same address; `None` where there are not two.
    #[serde(default)]
    pub address_crosscheck: Option<bool>,
    /// How far apart the faces are.
    #[serde(default)]
    pub distances: Distances,
}

impl Outcome {
    /// Whether every liveness frame shows a face.
    pub fn is_live(&self) -> bool {
        self.passed(CheckKind::LivenessFaces) == Some(true)
    }

    /// Whether that check passed; `None` where it was not run.
    pub fn passed(&self, kind: CheckKind) -> Option<bool> {
        self.checks.iter().find(|check| check.kind == kind).map(|check| check.passed)
    }
}

/// One check of the finalization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Which.
    pub kind: CheckKind,
    /// Whether it passed.
    pub passed: bool,
    /// 0–1: what was measured.
    pub score: f64,
    /// How much it counts in the score.
    #[serde(default = "one")]
    pub weight: f64,
    /// The fields that it missed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Check {
    /// A check that counts as much as any other.
    pub fn new(kind: CheckKind, passed: bool, score: f64) -> Self {
        Self { kind, passed, score, weight: one(), fields: Vec::new() }
    }

    /// The same, with that weight.
    pub fn weighing(mut self, weight: f64) -> Self {
        self.weight = weight;
        self
    }
}

fn one() -> f64 {
    1.0
}

/// A measure that makes no verdict by itself, but counts in the score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Which.
    pub kind: MeasureKind,
    /// 0–1, the mean over the sides: 1 where nothing points to a fault, 0.5 where somebody should look.
    pub score: f64,
    /// How much it counts in the score.
    pub weight: f64,
}

/// The measures, in the order in which they stand in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// No name that was read is a word as `SPECIMEN`. Not measured where no name was read.
    SuspiciousWords,
    /// No traces of a copy, a screen or an edited file.
    ImageManipulation,
    /// No other session was given the same file.
    OnlineDuplication,
    /// The pictures show an identity document.
    IsIdentityDocument,
}

/// The checks that make the verdict, in the order in which they stand in the history. The aliases are names of earlier
/// versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A machine-readable zone or the barcode of a licence or card was read. Score: the reader's confidence in the zone, or
    /// the share of the barcode's error correction that was not needed.
    #[serde(alias = "mrz_read")]
    DataRead,
    /// The zone's check digits are right, the barcode is as its standard has it. Score: the share of check digits, 0 or 1.
    #[serde(alias = "check_digits")]
    DataConsistent,
    /// The document is valid today. Score: 0 or 1.
    NotExpired,
    /// The document is of the declared type. Score: 0 or 1.
    DocumentType,
    /// The rules that every document keeps: dates, issuing state, personal number. Score: 0 or 1. Not run where nothing was
    /// read.
    DocumentRules,
    /// The fields that the client requires were read. Score: the share that was. Not run where none is required.
    RequiredFields,
    /// The front shows a portrait. Score: the detector's.
    DocumentPortrait,
    /// The pictures show two sides. Score: 0 or 1. Not run where there is one picture.
    DifferentSides,
    /// All places tell the same number, name, date of birth and sex. Score: how far they agree. Not run where one place tells
    /// them.
    Crosschecks,
    /// Every liveness image shows a face. Score: the share of images that do.
    LivenessFaces,
    /// The liveness images are good enough. Score: [`liveness::Liveness::score`]; threshold: the weight
    /// `minimum_liveness_tolerance`.
    LivenessQuality,
    /// The movements that were asked for were seen in their order, or the images are so good that the client does without them
    /// (`passive_active_skip_tolerance`). Score: how much of the least of them was seen. Not run where none was asked for.
    LivenessMovements,
    /// The portrait and the faces of the liveness images are one person's. Score: 1 less the greatest distance. Not run
    /// where there are no two faces.
    SamePerson,
    /// The name is on no sanction list. Score: 0 or 1.
    NotSanctioned,
    /// The score of the session reaches its tolerance. Score: that of the session.
    SessionScore,
}

/// What the picture of one side tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageTests {
    /// Passed with an outline and a zone, a barcode or a portrait; suspicious with one of both; failed with neither.
    pub identity_document: RuleResult,
    /// Suspicious where a heuristic is: a copy without colours, a screen, a file that was cut after it was compressed.
    pub manipulation: RuleResult,
    /// Suspicious where a name that was read is a word as `SPECIMEN`; not applicable where no name was read.
    #[serde(default = "not_applicable")]
    pub words: RuleResult,
    /// Another session had been given the very same file.
    pub elsewhere: bool,
}

fn not_applicable() -> RuleResult {
    RuleResult::NotApplicable
}

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

/// The picture of a side.
#[derive(Debug)]
pub struct StoredSide {
    /// The file.
    pub bytes: Vec<u8>,
    /// Another session was given the very same file.
    pub known: bool,
}

/// Reads the session's images, decides, and records the outcome. Of two calls at once, the first to record counts. It is made
/// to its end also where the caller has gone or was told to ask again.
///
/// # Errors
/// 409 where something was not given yet or the session has expired; 503 without the models, or where it takes too long.
pub async fn finalize(app: &App, session: Session, settings: Option<JsonObject>) -> Result<Outcome, ApiError> {
    let now_ms = app.clock.now_ms();
    if now_ms >= session.expires_ms {
        return Err(ApiError::session_expired());
    }
    if let Some(missing) = missing_step(&session) {
        return Err(ApiError::step_conflict(missing, "something was not given yet"));
    }
    if let Some(models) = app.models.missing() {
        return Err(ApiError::model_unavailable(&models));
    }
    let (maker, id) = (app.clone(), session.session_id.clone());
    let make = move |place| async move { make(&maker, place, session, settings, now_ms).await };
    Verdicts::of(app, |app| &app.idv_verdicts, &id, make).await
}

/// The images are read when their turn has come, so that those who wait hold none.
async fn make(
    app: &App,
    place: Place,
    session: Session,
    settings: Option<JsonObject>,
    now_ms: i64,
) -> Result<Outcome, ApiError> {
    let (id, with_back) = (session.session_id.clone(), session.has_back());
    let for_policy = session.clone();
    let (stored, policy) = app
        .store
        // The default weights are kept where a client uses them for the first time.
        .run(move |c| {
            let one = |kind| -> Result<Option<StoredSide>, ApiError> {
                let Some(bytes) = images::read(c, &id, kind)?.into_iter().next() else { return Ok(None) };
                Ok(Some(StoredSide { known: images::is_duplicate(c, &id, &random::hash(&bytes))?, bytes }))
            };
            let policy = policy_of(c, &for_policy, now_ms)?;
            let stored = StoredImages {
                front: one(Kind::Front)?.ok_or_else(|| ApiError::internal("the front image is gone"))?,
                back: if with_back { one(Kind::Back)? } else { None },
                liveness: images::read(c, &id, Kind::Liveness)?,
                draws: challenges::read(c, &id)?.map(|challenge| challenge.draws).unwrap_or_default(),
            };
            Ok((stored, policy))
        })
        .await?;

    let models = Arc::clone(&app.models);
    let today = day_of(now_ms).ok_or_else(|| ApiError::internal("the server's clock is beyond the calendar"))?;
    let document_id = random::uuid()?;
    let declared = session.document_type.clone();
    let weights_id = policy.weights_id.clone();
    let work = move || {
        let seen = evidence::gather(&models, &stored, &declared, today, document_id, &policy.weights)?;
        let files = seen.evidence.liveness.files(stored.liveness.len());
        Ok((decide::decide(seen.evidence, &declared, today, &policy), seen.cut_out, files))
    };
    let ((outcome, cut_out, files), place) = app.run_long(place, work).await?;
    let alike = recognise::alike(app, place, &session, &outcome, now_ms).await?;
    app.store
        .run(move |c| {
            let stands =
                sessions::complete(c, &session, settings.as_ref(), &outcome, weights_id.as_deref(), &cut_out, now_ms)?;
            for (position, file_type) in files.iter().enumerate() {
                images::set_file_type(c, &session.session_id, position, file_type)?;
            }
            identities::join(c, &session, &stands, &alike, now_ms)?;
            Ok(stands)
        })
        .await
}

/// What the session's client asks of it at this moment.
pub fn policy_of(c: &Connection, session: &Session, now_ms: i64) -> Result<Policy, ApiError> {
    let user_id = session.user_id.as_deref();
    let version = versions::present(c, &session.client_id, user_id, now_ms)?;
    Ok(Policy {
        weights_id: Some(version.weights_id),
        weights: version.weights,
        required: requirements::applying(c, &session.client_id, user_id, &session.document_type)?,
    })
}

/// What the declared document type still asks for.
fn missing_step(session: &Session) -> Option<&'static str> {
    use kyc_capture::api::kyc::enums::DocumentType;
    if session.document_type == DocumentType::Unknown {
        Some("document_type_e")
    } else if session.front_ms.is_none() {
        Some("document_front")
    } else if session.has_back() && session.back_ms.is_none() {
        Some("document_back")
    } else if session.liveness_ms.is_none() {
        Some("liveness")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_of_an_earlier_version_is_read() {
        let stored = r#"{"verified":true,"on_sanction_list":false,"screened":true,"score":95.7,"checks":[
            {"kind":"mrz_read","passed":true,"score":0.9},{"kind":"check_digits","passed":true,"score":1.0},
            {"kind":"liveness_faces","passed":true,"score":1.0}],
            "document":{"document_id":"d","source":"mrz","document_number":"L898902C3","ref_number":null,
            "expires_at":"2030-01-01","issuing_country":"UTO","first_name":"ANNA","middle_name":null,
            "last_name":"ERIKSSON","birth_date":"1974-08-12","gender":"female"}}"#;
        let outcome: Outcome = serde_json::from_str(stored).unwrap();
        assert_eq!(outcome.passed(CheckKind::DataRead), Some(true));
        assert_eq!(
            (outcome.passed(CheckKind::DataConsistent), outcome.passed(CheckKind::Crosschecks)),
            (Some(true), None)
        );
        assert!(outcome.is_live() && outcome.rules.is_empty() && outcome.front.is_none());
        assert!(outcome.document.is_some_and(|document| document.street.is_none()));
    }
}
