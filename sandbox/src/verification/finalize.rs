//! Finalization of an IDV session: reads its images, decides, and records the outcome.

use std::sync::Arc;

use kyc_capture::api::kyc::JsonObject;

use super::decide::{self, Policy};
use super::evidence::{self, StoredImages, StoredSide};
use super::recognise;
use super::verifier::Verifier;
use crate::clock::day_of;
use crate::error::ApiError;
use crate::jobs::workers::WorkerPermit;
use crate::random;
use crate::store::db::Connection;
use crate::store::images::{self, Kind};
use crate::store::outcome::Outcome;
use crate::store::sessions::{self, Session};
use crate::store::{challenges, identities, requirements, weights as versions};

/// Reads the session's images, decides, and records the outcome. Of two calls at once, the first to record counts. It is made
/// to its end also where the caller has gone or was told to ask again.
///
/// # Errors
/// 409 where something was not given yet or the session has expired; 503 without the models, or where it takes too long.
pub async fn finalize(
    verifier: &Verifier,
    session: Session,
    settings: Option<JsonObject>,
) -> Result<Outcome, ApiError> {
    let now_ms = verifier.clock.now_ms();
    if now_ms >= session.expires_ms {
        return Err(ApiError::session_expired());
    }
    if let Some(missing) = missing_step(&session) {
        return Err(ApiError::step_conflict(missing, "something was not given yet"));
    }
    if let Some(models) = verifier.models.missing() {
        return Err(ApiError::model_unavailable(&models));
    }
    let (own, id) = (verifier.clone(), session.session_id.clone());
    let work = move |permit| async move { make(&own, permit, session, settings, now_ms).await };
    verifier.idv.run(&id, work).await
}

/// The images are read when their turn has come, so that those who wait hold none.
async fn make(
    verifier: &Verifier,
    permit: WorkerPermit,
    session: Session,
    settings: Option<JsonObject>,
    now_ms: i64,
) -> Result<Outcome, ApiError> {
    let (id, with_back) = (session.session_id.clone(), session.has_back());
    let for_policy = session.clone();
    let (stored, policy) = verifier
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

    let models = Arc::clone(&verifier.models);
    let today = day_of(now_ms).ok_or_else(|| ApiError::internal("the server's clock is beyond the calendar"))?;
    let document_id = random::uuid()?;
    let declared = session.document_type.clone();
    let weights_id = policy.weights_id.clone();
    let work = move || {
        let seen = evidence::gather(&models, &stored, &declared, today, document_id, &policy.weights)?;
        let files = seen.evidence.liveness.files(stored.liveness.len());
        Ok((decide::decide(seen.evidence, &declared, today, &policy), seen.cut_out, files))
    };
    let ((outcome, cut_out, files), permit) = verifier.workers.run_long(permit, work).await?;
    let alike = recognise::alike(verifier, permit, &session, &outcome, now_ms).await?;
    verifier
        .store
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
