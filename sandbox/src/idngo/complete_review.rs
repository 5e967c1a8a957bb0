//! What came of the sessions that links began, taken over by their applicants; and decisions.
//!
//! A session is finalized by its own operation, which knows nothing of applicants. Whoever reads an applicant takes
//! over first what has been finalized since, once.

use std::sync::Arc;

use kyc_capture::api::idngo::applicant::{IdDoc, ReviewResult};
use kyc_capture::api::idngo::enums::{Answer, Gender, IdDocSubType, IdDocType, RejectType, ReviewStatus};
use kyc_capture::api::kyc::enums::{DocumentType, Gender as SessionGender};
use kyc_capture::core::encode::decode;
use kyc_capture::core::identifiers::{Iin, KgPin};

use super::call::Origin;
use super::context::run;
use super::faces::{self, Faces};
use super::media::MediaType;
use super::refusal::Refusal;
use super::timeline::{self, Subject};
use super::{applicants as shared, checks, similar};
use crate::http::errors::ApiError;
use crate::idngo::context::Idngo;
use crate::random;
use crate::store::db::Connection;
use crate::store::error::StoreError;
use crate::store::idngo;
use crate::store::idngo::applicants::{self, Applicant, Link};
use crate::store::idngo::records::{self, Media};
use crate::store::images::{self, Kind};
use crate::store::outcome::{CheckKind, DocumentFields, Outcome};
use crate::store::sessions::{self, Session};

/// The client's applicant of that id, after what its sessions brought was taken over.
///
/// # Errors
/// `applicant_not_found`
pub async fn read(ctx: &Idngo, client_id: &str, applicant_id: &str) -> Result<Applicant, Refusal> {
    let links = {
        let (client_id, applicant_id) = (client_id.to_owned(), applicant_id.to_owned());
        run(ctx, move |c| {
            shared::read(c, &client_id, &applicant_id)?;
            Ok(applicants::finished_links(c, &client_id, &applicant_id)?)
        })
        .await?
    };
    // One after the other: a session has megabytes of images.
    for link in links {
        let Some(mut one) = run(ctx, move |c| Ok(Finished::of(c, link)?)).await? else { continue };
        let models = Arc::clone(&ctx.models);
        let looked = ctx.workers.run_long(ctx.workers.permit().await?, move || {
            let images: Vec<_> = one.frames.iter().filter_map(|frame| decode(frame).ok()).collect();
            one.faces = Some(faces::look(&models, &images));
            Ok(one)
        });
        let ((one, _), now_ms) = (looked.await?, ctx.clock.now_ms());
        run(ctx, move |c| Ok(take_over(c, &one, now_ms)?)).await?;
    }
    let (client_id, applicant_id) = (client_id.to_owned(), applicant_id.to_owned());
    run(ctx, move |c| shared::read(c, &client_id, &applicant_id)).await
}

/// A finalized session whose link was not settled.
#[derive(Debug)]
struct Finished {
    link: Link,
    session: Session,
    outcome: Outcome,
    history: Vec<(i64, String)>,
    sides: Vec<(IdDocSubType, Vec<u8>)>,
    frames: Vec<Vec<u8>>,
    faces: Option<Faces>,
}

impl Finished {
    fn of(c: &Connection, link: Link) -> Result<Option<Self>, ApiError> {
        let Some(session) = session_of(c, &link)? else { return Ok(None) };
        let session_id = session.session_id.as_str();
        let Some(outcome) = session.outcome.clone() else { return Ok(None) };
        let mut sides = Vec::new();
        for (kind, side) in [(Kind::Front, IdDocSubType::FrontSide), (Kind::Back, IdDocSubType::BackSide)] {
            sides.extend(images::read(c, session_id, kind)?.into_iter().map(|bytes| (side.clone(), bytes)));
        }
        let frames = images::read(c, session_id, Kind::Liveness)?;
        let history = sessions::history(c, session_id)?;
        Ok(Some(Self { link, session, outcome, history, sides, frames, faces: None }))
    }

    /// When something happened the last time.
    fn at(&self, event: &str, or: i64) -> i64 {
        self.history.iter().rev().find(|(_, name)| name == event).map_or(or, |(at_ms, _)| *at_ms)
    }
}

/// The session that a link began; `None` before that, and once it was deleted: nothing will come of it.
fn session_of(c: &Connection, link: &Link) -> Result<Option<Session>, ApiError> {
    let Some(session_id) = &link.session_id else { return Ok(None) };
    match sessions::read(c, session_id, &idngo::session_client(&link.client_id)) {
        Ok(session) => Ok(Some(session)),
        Err(StoreError::SessionNotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn take_over(c: &Connection, done: &Finished, now_ms: i64) -> Result<(), ApiError> {
    let link = &done.link;
    // The faces took a while: a session that was deleted or anonymized since brings nothing; one that changed is read
    // again by the next reader.
    match session_of(c, link)? {
        Some(now) if now.revision == done.session.revision && now.anonymized_ms == done.session.anonymized_ms => {}
        Some(_) | None => return Ok(()),
    }
    // Of two readers at once, one takes over.
    if !applicants::settle_link(c, &done.session.session_id, now_ms)? {
        return Ok(());
    }
    let Some(mut applicant) = applicants::read(c, &link.client_id, &link.applicant_id)? else { return Ok(()) };
    let origin: Option<Origin> = link.tracking.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let completed_ms = done.session.completed_ms.unwrap_or(now_ms);
    let is_action = link.action_id.is_some();
    let document_type = document_type(&done.session.document_type);
    if !is_action {
        fill(&mut applicant, done.outcome.document.as_ref(), document_type.clone());
    }
    let check_id = random::uuid()?;
    let add = |at_ms: i64, kind: &IdDocType, side: Option<IdDocSubType>, bytes: &[u8]| -> Result<(), ApiError> {
        let selfie = *kind == IdDocType::Selfie;
        let media = Media {
            image_id: random::number()?,
            id_doc_type: kind.clone(),
            sub_type: side,
            country: if selfie { None } else { applicant.info.country.clone() },
            media_type: MediaType::of(bytes).map_or("image/webp", MediaType::mime).to_owned(),
            check_id: selfie.then(|| check_id.clone()),
        };
        records::add_media(c, &applicant.applicant_id, &media, bytes)?;
        let item = timeline::added(&applicant, &media.image_id, kind, Subject::Person, origin.as_ref());
        timeline::write(c, &applicant, at_ms, item)
    };
    for (side, bytes) in done.sides.iter().filter(|_| !is_action) {
        let event = if *side == IdDocSubType::FrontSide { "document_front_stored" } else { "document_back_stored" };
        let whole = document_type == IdDocType::Passport;
        add(done.at(event, completed_ms), &document_type, (!whole).then(|| side.clone()), bytes)?;
    }
    for frame in &done.frames {
        add(done.at("liveness_images_stored", completed_ms), &IdDocType::Selfie, None, frame)?;
    }
    let live = if done.outcome.is_live() { Answer::Green } else { Answer::Red };
    checks::note_liveness(c, &applicant, &check_id, live.clone(), completed_ms)?;
    if is_action {
        let item = timeline::item(&applicant, "applicant:completed:action", Subject::Person, origin.as_ref());
        let item = kyc_capture::api::idngo::timeline::TimelineItem { review_answer: Some(live), ..item };
        return timeline::write(c, &applicant, completed_ms, item);
    }
    if let Some(face) = done.faces.as_ref().and_then(|faces| faces.encoding) {
        applicants::set_face(c, &applicant, &face)?;
    }
    applicant.level_name.clone_from(&link.level_name);
    let review = &mut applicant.review;
    (review.status, review.pending_ms, review.queued_ms) = (ReviewStatus::Pending, Some(completed_ms), None);
    (review.result, review.review_ms) = (None, None);
    applicants::update(c, &applicant, &similar::keys(&applicant.info))?;
    let pending = timeline::status(&applicant, ReviewStatus::Pending, Subject::Person, origin.as_ref());
    timeline::write(c, &applicant, completed_ms, pending)?;
    let hits = checks::run_similar(c, &applicant, now_ms)?;
    checks::run_tin(c, &applicant, now_ms)?;
    let manual = idngo::level(c, &applicant.client_id, &applicant.level_name)?.is_some_and(|(_, manual)| manual);
    if manual {
        (applicant.review.status, applicant.review.queued_ms) = (ReviewStatus::Queued, Some(now_ms));
        applicants::update(c, &applicant, &similar::keys(&applicant.info))?;
        let queued = timeline::status(&applicant, ReviewStatus::Queued, Subject::Service, None);
        return timeline::write(c, &applicant, now_ms, queued);
    }
    let result = result_of(&done.outcome, hits.iter().any(|hit| hit.exact));
    decide(c, applicant, result, Subject::Service, now_ms)
}

/// Decides the review of an applicant.
///
/// # Errors
/// 500
pub fn decide(
    c: &Connection,
    mut applicant: Applicant,
    result: ReviewResult,
    subject: Subject,
    now_ms: i64,
) -> Result<(), ApiError> {
    applicant.blacklisted = result.review_reject_type == Some(RejectType::Final);
    let review = &mut applicant.review;
    review.start_ms.get_or_insert(now_ms);
    (review.status, review.review_ms, review.result) = (ReviewStatus::Completed, Some(now_ms), Some(result));
    (review.rounds, review.auto_checked) = (review.rounds + 1, subject == Subject::Service);
    applicants::update(c, &applicant, &similar::keys(&applicant.info))?;
    let reached = timeline::status(&applicant, ReviewStatus::Completed, subject, None);
    timeline::write(c, &applicant, now_ms, reached)?;
    timeline::write(c, &applicant, now_ms, timeline::decided(&applicant, subject))
}

/// A person's decision, for the operator: `GREEN`, or `RED` for good. Only an applicant under review can be decided.
///
/// # Errors
/// A sentence.
pub fn moderate(c: &Connection, applicant_id: &str, answer: &Answer, now_ms: i64) -> Result<bool, ApiError> {
    let Some(client_id) = applicants::client_of(c, applicant_id)? else { return Ok(false) };
    let Some(applicant) = applicants::read(c, &client_id, applicant_id)? else { return Ok(false) };
    if !applicant.review.is_under_review() {
        return Ok(false);
    }
    let green = *answer == Answer::Green;
    let result = ReviewResult {
        review_answer: if green { Answer::Green } else { Answer::Red },
        reject_labels: (!green).then(|| vec!["REGULATIONS_VIOLATIONS".to_owned()]),
        review_reject_type: (!green).then_some(RejectType::Final),
        ..ReviewResult::default()
    };
    decide(c, applicant, result, Subject::Moderator, now_ms)?;
    Ok(true)
}

/// The server's own decision: approved where everything was found right and no one has the same data, refused for good
/// where somebody has, else to be tried again.
fn result_of(outcome: &Outcome, duplicate: bool) -> ReviewResult {
    let failed = |kind: CheckKind| outcome.passed(kind) == Some(false);
    let mut labels: Vec<&str> = Vec::new();
    if duplicate {
        labels.push("DUPLICATE");
    }
    if outcome.on_sanction_list {
        labels.push("REGULATIONS_VIOLATIONS");
    }
    let retry = [
        (CheckKind::DataRead, "UNSATISFACTORY_PHOTOS"),
        (CheckKind::DocumentPortrait, "UNSATISFACTORY_PHOTOS"),
        (CheckKind::DifferentSides, "DOCUMENT_PAGE_MISSING"),
        (CheckKind::NotExpired, "EXPIRATION_DATE"),
        (CheckKind::DocumentType, "WRONG_DOCUMENT"),
        (CheckKind::LivenessFaces, "BAD_SELFIE"),
        (CheckKind::SamePerson, "SELFIE_MISMATCH"),
    ];
    let last = duplicate || outcome.on_sanction_list;
    if !last {
        labels.extend(retry.iter().filter(|(kind, _)| failed(*kind)).map(|(_, label)| *label));
        labels.dedup();
        if labels.is_empty() && !outcome.verified {
            labels.push("INCONSISTENT_PROFILE");
        }
    }
    if labels.is_empty() {
        return ReviewResult { review_answer: Answer::Green, ..ReviewResult::default() };
    }
    ReviewResult {
        moderation_comment: Some(if last { "The verification was declined." } else { "Please try again." }.to_owned()),
        client_comment: duplicate.then(|| "Duplicate.".to_owned()),
        review_answer: Answer::Red,
        reject_labels: Some(labels.into_iter().map(str::to_owned).collect()),
        review_reject_type: Some(if last { RejectType::Final } else { RejectType::Retry }),
    }
}

/// Copies the document's fields into the applicant's data.
fn fill(applicant: &mut Applicant, document: Option<&DocumentFields>, id_doc_type: IdDocType) {
    let Some(fields) = document else { return };
    let info = &mut applicant.info;
    info.first_name.clone_from(&fields.first_name);
    info.middle_name.clone_from(&fields.middle_name);
    info.last_name.clone_from(&fields.last_name);
    info.dob.clone_from(&fields.birth_date);
    info.gender = match fields.gender {
        SessionGender::Male => Some(Gender::Male),
        SessionGender::Female => Some(Gender::Female),
        _ => None,
    };
    // `D` of a machine-readable zone is the only code of a state that has not three letters.
    let country = fields.issuing_country.as_deref().map(|code| if code == "D" { "DEU" } else { code });
    info.country = country.filter(|code| code.len() == 3).map(str::to_owned);
    let is_tin = |number: &&String| Iin::parse(number).is_ok() || KgPin::parse(number).is_ok();
    if let Some(number) = fields.ref_number.as_ref().filter(is_tin) {
        info.tin = Some(number.clone());
    }
    info.id_docs = Some(vec![IdDoc {
        id_doc_type,
        country: info.country.clone(),
        first_name: fields.first_name.clone(),
        middle_name: fields.middle_name.clone(),
        last_name: fields.last_name.clone(),
        issued_date: fields.issued_at.clone(),
        valid_until: fields.expires_at.clone(),
        number: fields.document_number.clone(),
        dob: fields.birth_date.clone(),
        ..IdDoc::default()
    }]);
    shared::romanise(info);
}

fn document_type(of_session: &DocumentType) -> IdDocType {
    match of_session {
        DocumentType::DriverLicense => IdDocType::Drivers,
        DocumentType::IdentificationCard | DocumentType::PassportCard => IdDocType::IdCard,
        DocumentType::Passport => IdDocType::Passport,
        DocumentType::Unknown => IdDocType::Unlisted("UNKNOWN".to_owned()),
        DocumentType::Unlisted(name) => IdDocType::Unlisted(name.clone()),
    }
}
