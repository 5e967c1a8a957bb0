//! Finalization: the stored images are read again with the core's own detectors, and every answer is derived from what
//! they show.
//!
//! [`evidence`] is what the images show; [`decide`] turns it into an [`Outcome`], knowing no image and no model. Nothing
//! that the client claimed about the images is used.

pub mod decide;
pub mod evidence;

use std::sync::Arc;

use kyc_capture::api::kyc::JsonObject;
use kyc_capture::api::kyc::enums::{DataSource, Gender};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::clock::day_of;
use crate::errors::ApiError;
use crate::random;
use crate::store::images::{self, Kind};
use crate::store::sessions::{self, Session};

/// What finalization found; stored with the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Every check passed.
    pub verified: bool,
    /// The name meets one on the sanction list.
    pub on_sanction_list: bool,
    /// Whether there was a name to screen.
    pub screened: bool,
    /// 0–100: the mean of the checks' scores.
    pub score: f64,
    /// Each check.
    pub checks: Vec<Check>,
    /// The document's fields, where it was read.
    pub document: Option<DocumentFields>,
}

impl Outcome {
    /// Whether every liveness frame shows a face.
    pub fn is_live(&self) -> bool {
        self.checks.iter().any(|c| c.kind == CheckKind::LivenessFaces && c.passed)
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
}

/// The checks, in the order in which they stand in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A machine-readable zone was read. Score: the reader's confidence.
    MrzRead,
    /// Its check digits are right. Score: their share.
    CheckDigits,
    /// The document is valid today. Score: 0 or 1.
    NotExpired,
    /// The document is of the declared type. Score: 0 or 1.
    DocumentType,
    /// The front shows a portrait. Score: the detector's.
    DocumentPortrait,
    /// Every liveness image shows a face. Score: the share of images that do.
    LivenessFaces,
    /// The name is on no sanction list. Score: 0 or 1.
    NotSanctioned,
}

/// The fields of a document. What it does not say is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentFields {
    /// Made by the server.
    pub document_id: String,
    /// Where the fields come from.
    pub source: DataSource,
    /// Document number.
    pub document_number: Option<String>,
    /// Personal number, from the optional data.
    pub ref_number: Option<String>,
    /// `YYYY-MM-DD`.
    pub expires_at: Option<String>,
    /// Code of the issuing state (Doc 9303-3 section 5).
    pub issuing_country: Option<String>,
    /// First of the given names.
    pub first_name: Option<String>,
    /// The other given names.
    pub middle_name: Option<String>,
    /// Family names.
    pub last_name: Option<String>,
    /// `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Sex.
    pub gender: Gender,
}

/// The images of a session that finalization reads.
#[derive(Debug)]
pub struct StoredImages {
    /// Front of the document.
    pub front: Vec<u8>,
    /// Its back, where it has one.
    pub back: Option<Vec<u8>>,
    /// Liveness frames; at least one.
    pub liveness: Vec<Vec<u8>>,
}

/// Reads the session's images, decides, and records the outcome. Of two calls at once, the first to record counts.
///
/// # Errors
/// 409 where something was not given yet or the session has expired; 503 without the models.
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
    let (id, with_back) = (session.session_id.clone(), session.has_back());
    let stored = app
        .store
        .run(move |c| {
            let one = |kind| images::read(c, &id, kind).map(|found| found.into_iter().next());
            Ok(StoredImages {
                front: one(Kind::Front)?.ok_or_else(|| ApiError::internal("the front image is gone"))?,
                back: if with_back { one(Kind::Back)? } else { None },
                liveness: images::read(c, &id, Kind::Liveness)?,
            })
        })
        .await?;

    let models = Arc::clone(&app.models);
    let today = day_of(now_ms).ok_or_else(|| ApiError::internal("the server's clock is beyond the calendar"))?;
    let document_id = random::uuid()?;
    let declared = session.document_type.clone();
    let outcome = app
        .run_heavy(move || {
            let seen = evidence::gather(&models, &stored, today, document_id)?;
            Ok(decide::decide(seen, &declared, today))
        })
        .await?;
    app.store.run(move |c| sessions::complete(c, &session, settings.as_ref(), &outcome, now_ms)).await
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
