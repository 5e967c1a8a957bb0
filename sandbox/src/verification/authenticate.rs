//! Finalization of a session of IDA: whether living person and known identity are one.

use std::sync::Arc;

use kyc_capture::core::liveness::steps::ActiveStep;

use super::evidence;
use super::liveness::Liveness;
use super::locked::{self, Judged};
use super::person::Series;
use super::verifier::Verifier;
use super::weights::Weights;
use crate::error::ApiError;
use crate::jobs::workers::WorkerPermit;
use crate::models::Models;
use crate::store::authentication::{Check, CheckKind, Outcome};
use crate::store::db::Connection;
use crate::store::finalization::{self, SessionTable};
use crate::store::ida::{self, IdaSession};
use crate::store::images::Kind;
use crate::store::judged::JudgedImage;
use crate::store::{challenges, identities, weights};

/// Reads the session's images and the identity's, decides, and records the outcome. Of two calls at once, the first to
/// record counts. Until it is made the session takes no changes.
///
/// # Errors
/// 409 if there are no images yet, none of the identity any more, or the session has expired or changed since its
/// images were read; 503 without the models.
pub async fn finalize(verifier: &Verifier, session: IdaSession) -> Result<Outcome, ApiError> {
    let now_ms = verifier.clock.now_ms();
    require_complete(&session, now_ms)?;
    verifier.workers.require_room()?;
    let own = verifier.clone();
    let judge = move |permit, session| async move { authenticate(&own, permit, session, now_ms).await };
    locked::run(verifier, &verifier.ida, session, now_ms, judge).await
}

impl Judged for IdaSession {
    type Outcome = Outcome;

    const TABLE: SessionTable = SessionTable::Ida;

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
        Ok(ida::read(c, session_id, client_id)?)
    }

    fn require_complete(&self, now_ms: i64) -> Result<(), ApiError> {
        require_complete(self, now_ms)
    }
}

/// Checks that a verdict can be made of the session.
fn require_complete(session: &IdaSession, now_ms: i64) -> Result<(), ApiError> {
    if now_ms >= session.expires_ms {
        return Err(ApiError::session_expired());
    }
    if session.images_ms.is_none() {
        return Err(ApiError::step_conflict("liveness", "something was not given yet"));
    }
    Ok(())
}

/// Judges the session. The images are read when its turn has come, so that those who wait hold none.
async fn authenticate(
    verifier: &Verifier,
    permit: WorkerPermit,
    session: IdaSession,
    now_ms: i64,
) -> Result<Outcome, ApiError> {
    let s = session.clone();
    let turn_ms = verifier.clock.now_ms();
    let (frames, draws, reference, version) = verifier
        .store
        .run(move |c| -> Result<_, ApiError> {
            finalization::renew(c, SessionTable::Ida, &s.session_id, s.revision, turn_ms)?;
            let reference = match identities::visible(c, &s.identity_id, &s.client_id)? {
                Some(identity) => identities::reference(c, &identity)?,
                None => Vec::new(),
            };
            let version = weights::present(c, &s.client_id, s.user_id.as_deref(), now_ms)?;
            let draws = challenges::read(c, &s.session_id)?.map(|challenge| challenge.draws).unwrap_or_default();
            Ok((ida::images(c, &s.session_id)?, draws, reference, version))
        })
        .await?;
    if reference.is_empty() {
        return Err(ApiError::step_conflict("identity_id", "there is no image of the identity any more"));
    }
    let models = Arc::clone(&verifier.models);
    let weights = version.weights;
    let work = move || {
        let judged = JudgedImage::list(Kind::Liveness, frames.iter().map(Vec::as_slice));
        Ok(Outcome { judged, ..judge(&models, &frames, &draws, &reference, &weights)? })
    };
    let (outcome, _permit) = verifier.workers.run_long(permit, work).await?;
    let weights_id = version.weights_id;
    Ok(verifier.store.run(move |c| ida::complete(c, &session, &outcome, Some(&weights_id), now_ms)).await?)
}

fn judge(
    models: &Models,
    frames: &[Vec<u8>],
    draws: &[Vec<ActiveStep>],
    reference: &[Vec<u8>],
    weights: &Weights,
) -> Result<Outcome, ApiError> {
    let (live, known) = (series(models, frames, !draws.is_empty())?, series(models, reference, false)?);
    let liveness = Liveness::of(models, frames.iter().map(|frame| evidence::pixels(frame)), draws, weights)?;
    Ok(decide(&live, &known, &liveness, weights))
}

fn series(models: &Models, stored: &[Vec<u8>], moving: bool) -> Result<Series, ApiError> {
    Series::of_each(models, stored.iter().map(|frame| evidence::pixels(frame)), moving)
}

/// From two series of faces and what their frames are worth to the verdict.
fn decide(live: &Series, known: &Series, liveness: &Liveness, weights: &Weights) -> Outcome {
    // The greatest distance of faces that are taken for one person's.
    let tolerance = weights.verified_account_face_encoding_tolerance;
    let faces = live.shown.iter().filter(|shown| **shown).count();
    let all = live.shown.len();
    let to_known = live.straight.zip(known.straight).map(|(a, b)| f64::from(a.distance(&b)));
    // As in IDV: a face that changes in mid-stream is no one's.
    let distance = to_known.map(|distance| live.spread.map_or(distance, |spread| spread.max(distance)));
    let near = |kind, distance: Option<f64>| Check {
        kind,
        passed: distance.is_some_and(|distance| distance <= tolerance),
        // Half where it is as far as it may be.
        score: distance.map_or(0.0, |d| (1.0 - d / (2.0 * tolerance.max(f64::EPSILON))).clamp(0.0, 1.0)),
        value: distance,
        threshold: Some(tolerance),
    };
    let mut checks = vec![
        Check {
            kind: CheckKind::LivenessFaces,
            passed: all > 0 && faces == all,
            score: if all == 0 { 0.0 } else { faces as f64 / all as f64 },
            value: None,
            threshold: None,
        },
        near(CheckKind::SamePerson, distance),
        Check {
            kind: CheckKind::LivenessQuality,
            passed: liveness.is_enough(weights),
            score: liveness.score,
            value: Some(liveness.score),
            threshold: Some(weights.minimum_liveness_tolerance),
        },
    ];
    checks.extend(liveness.movements.as_ref().map(|movements| Check {
        kind: CheckKind::LivenessMovements,
        passed: liveness.moved(weights) == Some(true),
        score: movements.share,
        value: None,
        threshold: None,
    }));
    Outcome::new(checks)
}

#[cfg(test)]
mod tests {
    use kyc_capture::core::face::embed::{FaceEmbedding, LENGTH};

    use super::super::liveness::Movements;
    use super::super::weights::DEFAULT;
    use super::*;

    fn good() -> Liveness {
        Liveness { score: 0.9, movements: None }
    }

    fn weights(tolerance: f64) -> Weights {
        Weights { verified_account_face_encoding_tolerance: tolerance, ..DEFAULT }
    }

    fn series(shown: &[bool], at: Option<f32>) -> Series {
        let straight = at.map(|at| {
            let mut numbers = [0.0; LENGTH];
            numbers[0] = at;
            FaceEmbedding(numbers)
        });
        Series { shown: shown.to_vec(), straight, spread: None }
    }

    #[test]
    fn faces_in_all_images_and_a_near_one_are_what_it_takes() {
        let known = series(&[true], Some(0.0));
        let table = [
            (series(&[true, true], Some(0.3)), true, true),
            (series(&[true, true], Some(0.59)), true, true),
            (series(&[true, true], Some(0.61)), true, false),
            (series(&[true, false], Some(0.1)), false, true),
            (series(&[false, false], None), false, false),
            (series(&[], None), false, false),
            // A face was found, and its points make none.
            (series(&[true], None), true, false),
        ];
        for (live, alive, same) in table {
            let outcome = decide(&live, &known, &good(), &weights(0.6));
            assert_eq!((outcome.is_live(), outcome.checks[1].passed), (alive, same), "{live:?}");
            assert_eq!(outcome.authenticated, alive && same);
            assert!(outcome.checks.iter().all(|c| (0.0..=1.0).contains(&c.score)));
        }
        let no_face = series(&[false], None);
        assert!(
            !decide(&series(&[true], Some(0.0)), &no_face, &good(), &weights(0.6)).authenticated,
            "there is no face to compare with"
        );
        assert!(!decide(&series(&[true], Some(0.1)), &known, &good(), &weights(0.0)).authenticated);
        let changing = Series { spread: Some(0.7), ..series(&[true, true], Some(0.1)) };
        let still = Liveness { movements: Some(Movements { proven: false, share: 0.2 }), ..good() };
        assert!(!decide(&series(&[true], Some(0.1)), &known, &still, &weights(0.6)).authenticated, "no movement");
        let useless = Liveness { score: 0.1, ..good() };
        assert!(
            !decide(&series(&[true], Some(0.1)), &known, &useless, &weights(0.6)).authenticated,
            "nothing to be seen"
        );
        assert!(!decide(&changing, &known, &good(), &weights(0.6)).authenticated, "the face changes in mid-stream");
    }
}
