//! Finalization of an IDV session: reads its images, decides, and records the outcome.

use std::sync::Arc;

use kyc_capture::api::kyc::JsonObject;

use super::decide::{self, Policy};
use super::evidence::{self, StoredImages, StoredSide};
use super::locked::{self, Judged};
use super::recognise;
use super::verifier::Verifier;
use crate::clock::day_of;
use crate::error::ApiError;
use crate::jobs::workers::WorkerPermit;
use crate::random;
use crate::store::db::Connection;
use crate::store::error::StoreError;
use crate::store::finalization::{self, SessionTable};
use crate::store::images::{self, Kind};
use crate::store::judged::JudgedImage;
use crate::store::outcome::Outcome;
use crate::store::sessions::{self, Recorded, Session};
use crate::store::{challenges, identities, requirements, weights as versions};

/// Reads the session's images, decides, and records the outcome. Of two calls at once, the first to record counts. It
/// is made to its end also if the caller has gone or was asked to retry; until then the session takes no changes.
///
/// # Errors
/// 403 without consent; 409 if something was not given yet, the session has expired, or changed since its images were
/// read; 503 without the models, or if it takes too long.
pub async fn finalize(
    verifier: &Verifier,
    session: Session,
    settings: Option<JsonObject>,
) -> Result<Outcome, ApiError> {
    let now_ms = verifier.clock.now_ms();
    require_complete(&session, now_ms)?;
    if let Some(models) = verifier.models.missing() {
        return Err(ApiError::model_unavailable(&models));
    }
    verifier.workers.require_room()?;
    let own = verifier.clone();
    let judge = move |permit, session| async move { judge(&own, permit, session, settings, now_ms).await };
    locked::run(verifier, &verifier.idv, session, now_ms, judge).await
}

impl Judged for Session {
    type Outcome = Outcome;

    const TABLE: SessionTable = SessionTable::Idv;

    fn ids(&self) -> (&str, &str) {
        (&self.session_id, &self.client_id)
    }

    fn revision(&self) -> i64 {
        self.revision
    }

    fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    fn read(c: &Connection, session_id: &str, client_id: &str) -> Result<Self, ApiError> {
        Ok(sessions::read(c, session_id, client_id)?)
    }

    fn require_complete(&self, now_ms: i64) -> Result<(), ApiError> {
        require_complete(self, now_ms)
    }
}

/// Checks that a verdict can be made of the session.
fn require_complete(session: &Session, now_ms: i64) -> Result<(), ApiError> {
    if session.consented_ms.is_none() {
        return Err(ApiError::consent_required());
    }
    if now_ms >= session.expires_ms {
        return Err(ApiError::session_expired());
    }
    match missing_step(session) {
        Some(missing) => Err(ApiError::step_conflict(missing, "something was not given yet")),
        None => Ok(()),
    }
}

/// Judges the session. The images are read when its turn has come, so that those who wait hold none.
async fn judge(
    verifier: &Verifier,
    permit: WorkerPermit,
    session: Session,
    settings: Option<JsonObject>,
    now_ms: i64,
) -> Result<Outcome, ApiError> {
    let (id, with_back) = (session.session_id.clone(), session.has_back());
    let for_policy = session.clone();
    let turn_ms = verifier.clock.now_ms();
    let (stored, policy) = verifier
        .store
        // The default weights are kept where a client uses them for the first time.
        .run(move |c| -> Result<_, ApiError> {
            finalization::renew(c, SessionTable::Idv, &id, for_policy.revision, turn_ms)?;
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

    let models = Arc::clone(&verifier.models);
    let today = day_of(now_ms).ok_or_else(|| ApiError::internal("the server's clock is beyond the calendar"))?;
    let document_id = random::uuid()?;
    let declared = session.document_type.clone();
    let weights_id = policy.weights_id.clone();
    let work = move || {
        let judged = judged_images(&stored);
        let seen = evidence::gather(&models, &stored, &declared, today, document_id, &policy.weights)?;
        let files = seen.evidence.liveness.files(stored.liveness.len());
        let outcome = Outcome { judged, ..decide::decide(seen.evidence, &declared, today, &policy) };
        Ok((outcome, seen.cut_out, files))
    };
    let ((outcome, cut_out, files), permit) = verifier.workers.run_long(permit, work).await?;
    let alike = recognise::alike(verifier, permit, &session, &outcome, now_ms).await?;
    verifier
        .store
        .run(move |c| -> Result<_, ApiError> {
            let settings = settings.as_ref();
            match sessions::complete(c, &session, settings, &outcome, weights_id.as_deref(), &cut_out, now_ms)? {
                Recorded::Before(recorded) => Ok(*recorded),
                Recorded::Now => {
                    for (position, file_type) in files.iter().enumerate() {
                        images::set_file_type(c, &session.session_id, position, file_type)?;
                    }
                    identities::join(c, &session, &outcome, &alike, now_ms)?;
                    Ok(outcome)
                }
            }
        })
        .await
}

/// What a verdict of these images records of them.
fn judged_images(stored: &StoredImages) -> Vec<JudgedImage> {
    let mut judged = JudgedImage::list(Kind::Front, [stored.front.bytes.as_slice()]);
    judged.extend(JudgedImage::list(Kind::Back, stored.back.iter().map(|side| side.bytes.as_slice())));
    judged.extend(JudgedImage::list(Kind::Liveness, stored.liveness.iter().map(Vec::as_slice)));
    judged
}

/// What the session's client asks of it at this moment.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn policy_of(c: &Connection, session: &Session, now_ms: i64) -> Result<Policy, StoreError> {
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
