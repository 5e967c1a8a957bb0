//! A person who comes again with another document: identities of the same name and date of birth, by the face.

use std::sync::Arc;

use super::evidence;
use super::person::Series;
use super::verifier::Verifier;
use crate::error::ApiError;
use crate::jobs::workers::WorkerPermit;
use crate::store::images::{self, Kind};
use crate::store::outcome::Outcome;
use crate::store::sessions::Session;
use crate::store::{identities, weights};

/// Identities that have the name and the date of birth of the session's document and whose face is the session's, by
/// the tolerance of `verified_account_face_encoding_tolerance`. None for a session that is not verified, or whose
/// document is known.
///
/// # Errors
/// 503 without the models.
pub async fn alike(
    verifier: &Verifier,
    permit: WorkerPermit,
    session: &Session,
    outcome: &Outcome,
    now_ms: i64,
) -> Result<Vec<String>, ApiError> {
    let Some(document) = outcome.document.clone().filter(|_| outcome.verified) else { return Ok(Vec::new()) };
    let s = session.clone();
    let (frames, others, tolerance) = verifier
        .store
        .run(move |c| -> Result<_, ApiError> {
            let mut others = Vec::new();
            for identity in identities::match_candidates(c, &s.client_id, &document)? {
                others.push((identity.identity_id.clone(), identities::reference(c, &identity)?));
            }
            let frames = if others.is_empty() { Vec::new() } else { images::read(c, &s.session_id, Kind::Liveness)? };
            let version = weights::present(c, &s.client_id, s.user_id.as_deref(), now_ms)?;
            Ok((frames, others, version.weights.verified_account_face_encoding_tolerance))
        })
        .await?;
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let models = Arc::clone(&verifier.models);
    let work = move || {
        let straight = |stored: &[Vec<u8>]| {
            let frames = stored.iter().map(|frame| evidence::pixels(frame));
            Ok::<_, ApiError>(Series::of_each(&models, frames, false)?.straight)
        };
        let Some(own) = straight(&frames)? else { return Ok(Vec::new()) };
        let mut alike = Vec::new();
        for (id, reference) in others {
            if straight(&reference)?.is_some_and(|face| f64::from(face.distance(&own)) <= tolerance) {
                alike.push(id);
            }
        }
        Ok(alike)
    };
    verifier.workers.run_long(permit, work).await.map(|(alike, _)| alike)
}
