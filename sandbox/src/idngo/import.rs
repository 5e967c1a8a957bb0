//! *Import applicant from ZIP archive*: applicants that were approved elsewhere.

use axum::Json;
use axum::extract::State;
use kyc_capture::api::idngo::applicant::{Applicant as Reply, IdDoc};
use kyc_capture::api::idngo::enums::{Answer, ApplicantType, IdDocSetType, IdDocSubType, IdDocType, ReviewStatus};
use kyc_capture::api::idngo::import::{APPLICANT_JSON, ApplicantIdDocJson, ApplicantJson, ID_DOC_JSON};
use kyc_capture::api::idngo::levels::Level;
use kyc_capture::api::idngo::{IdngoError, IdngoOperation, dates};
use kyc_capture::core::date::Date;
use kyc_capture::core::encode::Image;
use serde_json::{Map, Value, json};

use super::archive::{self, Folder};
use super::call::SignedArchive;
use super::context::{run, today};
use super::faces::{self, Faces};
use super::media::{self, MediaType};
use super::refusal::Refusal;
use super::timeline::{self, Subject};
use super::{applicants as shared, checks, similar};
use crate::http::json_object;
use crate::http::requests::media_type;
use crate::idngo::context::Idngo;
use crate::random;
use crate::store::idngo::applicants::{self, Applicant, ReviewState};
use crate::store::idngo::records::{self, Media};

/// Maximum number of files of one step.
const STEP_FILES_MAX: usize = 16;

/// *Import applicant from ZIP archive*
///
/// # Errors
/// Those of a signed request; `rate_limited`, `content_type_wrong`, and every refusal of an archive, its entries and
/// its fields.
pub async fn applicant_import(State(ctx): State<Idngo>, call: SignedArchive) -> Result<Json<Reply>, Refusal> {
    call.limit(&ctx, IdngoOperation::ApplicantImport).await?;
    if media_type(&call.headers) != "application/zip" {
        return Err(IdngoError::ContentTypeWrong.into());
    }
    let body = call.body.clone();
    let models = std::sync::Arc::clone(&ctx.models);
    let today = today(&ctx)?;
    let (imported, _) =
        ctx.workers.run_long(ctx.workers.permit().await?, move || Ok(Imported::read(&body, &models, today))).await?;
    let imported = imported?;
    let now_ms = ctx.clock.now_ms();
    let reply = run(&ctx, move |c| {
        let client_id = &call.client.client_id;
        let (level, _) = shared::level(c, client_id, &imported.level_name)?;
        imported.fits(&level)?;
        let applicant = imported.applicant(client_id, &level, now_ms)?;
        if !applicants::insert(c, &applicant, &similar::keys(&applicant.info))? {
            return Err(Refusal::about(IdngoError::ApplicantExists, "externalUserId"));
        }
        let origin = Some(&call.origin);
        let made = timeline::item(&applicant, "user:imported:applicant", Subject::Backend, origin);
        timeline::write(c, &applicant, now_ms, made)?;
        let check_id = random::uuid()?;
        for step in &imported.steps {
            let selfie = step.document.id_doc_type == IdDocType::Selfie;
            for (kind, bytes) in &step.files {
                let media = Media {
                    image_id: random::number()?,
                    id_doc_type: step.document.id_doc_type.clone(),
                    sub_type: step.document.id_doc_sub_type.clone(),
                    country: step.document.country.clone(),
                    media_type: kind.mime().to_owned(),
                    check_id: selfie.then(|| check_id.clone()),
                };
                records::add_media(c, &applicant.applicant_id, &media, bytes)?;
                let kind = &step.document.id_doc_type;
                let added = timeline::added(&applicant, &media.image_id, kind, Subject::Backend, origin);
                timeline::write(c, &applicant, now_ms, added)?;
            }
        }
        if imported.steps.iter().any(|step| step.document.id_doc_type == IdDocType::Selfie) {
            checks::note_liveness(c, &applicant, &check_id, imported.faces.answer.clone(), now_ms)?;
        }
        if let Some(face) = &imported.faces.encoding {
            applicants::set_face(c, &applicant, face)?;
        }
        checks::run_similar(c, &applicant, now_ms)?;
        checks::run_tin(c, &applicant, now_ms)?;
        let reached = timeline::status(&applicant, ReviewStatus::Completed, Subject::Backend, origin);
        timeline::write(c, &applicant, now_ms, reached)?;
        shared::reply(c, &applicant)
    })
    .await?;
    Ok(Json(reply))
}

/// An archive that was read and found right as far as it can be without the client's levels.
#[derive(Debug)]
struct Imported {
    file: ApplicantJson,
    level_name: String,
    create_ms: i64,
    review_ms: Option<i64>,
    steps: Vec<Step>,
    faces: Faces,
}

/// One step of the verification.
#[derive(Debug)]
struct Step {
    document: IdDoc,
    files: Vec<(MediaType, Vec<u8>)>,
}

impl Imported {
    fn read(archive: &[u8], models: &crate::models::Models, today: Date) -> Result<Self, Refusal> {
        let unpacked = archive::unpack(archive)?;
        let file = applicant_json(&unpacked.applicant, today)?;
        let at = |name: &str| format!("{APPLICANT_JSON}: review.{name}");
        let missing = |name: &str| Refusal::about(IdngoError::ParameterMissing, at(name));
        let invalid = |name: &str| Refusal::about(IdngoError::ParameterInvalid, at(name));
        let review = &file.review;
        let level_name =
            review.level_name.clone().filter(|name| !name.is_empty()).ok_or_else(|| missing("levelName"))?;
        let create_date = review.create_date.as_deref().ok_or_else(|| missing("createDate"))?;
        let create_ms = dates::parse_with_zone(create_date).ok_or_else(|| invalid("createDate"))?;
        let review_ms = match review.review_date.as_deref() {
            Some(date) => Some(dates::parse_with_zone(date).ok_or_else(|| invalid("reviewDate"))?),
            None => None,
        };
        if review_ms.is_some_and(|ms| ms < create_ms) {
            return Err(invalid("reviewDate"));
        }
        let result = review.review_result.as_ref().ok_or_else(|| missing("reviewResult"))?;
        if result.review_answer != Answer::Green {
            return Err(Refusal::about(IdngoError::AnswerNotGreen, at("reviewResult.reviewAnswer")));
        }
        if review.review_status != ReviewStatus::Completed {
            return Err(invalid("reviewStatus"));
        }
        let mut steps: Vec<Step> = Vec::new();
        let mut selfies = Vec::new();
        for (index, folder) in unpacked.folders.into_values().enumerate() {
            let (step, images) = Step::read(folder, index + 1, today)?;
            let key = |step: &Step| (step.document.id_doc_type.clone(), step.document.id_doc_sub_type.clone());
            if steps.iter().any(|other| key(other) == key(&step)) {
                return Err(Refusal::about(IdngoError::ArchiveDuplicate, format!("folder {}", index + 1)));
            }
            if step.document.id_doc_type == IdDocType::Selfie {
                selfies = images;
            }
            steps.push(step);
        }
        let faces = faces::look(models, &selfies);
        Ok(Self { file, level_name, create_ms, review_ms, steps, faces })
    }

    /// Whether the steps are those of the level: each has one, and none is without.
    fn fits(&self, level: &Level) -> Result<(), Refusal> {
        let sets = &level.required_id_docs.doc_sets;
        let takes = |set: &kyc_capture::api::idngo::applicant::DocSet, step: &Step| {
            set.types.as_ref().is_some_and(|types| types.contains(&step.document.id_doc_type))
        };
        for (index, step) in self.steps.iter().enumerate() {
            let refuse = || Refusal::about(IdngoError::StepUnexpected, format!("folder {}", index + 1));
            let set = sets.iter().find(|set| takes(set, step)).ok_or_else(refuse)?;
            let side: Option<&IdDocSubType> = step.document.id_doc_sub_type.as_ref();
            if side.is_some_and(|side| set.sub_types.as_ref().is_none_or(|sides| !sides.contains(side))) {
                return Err(refuse());
            }
        }
        for set in sets.iter().filter(|set| set.types.is_some()) {
            if !self.steps.iter().any(|step| takes(set, step)) {
                return Err(Refusal::about(IdngoError::StepMissing, name_of(&set.id_doc_set_type)));
            }
        }
        Ok(())
    }

    fn applicant(&self, client_id: &str, level: &Level, now_ms: i64) -> Result<Applicant, Refusal> {
        let mut info = self.file.info.clone();
        let documents = self.steps.iter().map(|step| &step.document);
        info.id_docs = Some(documents.filter(|d| d.id_doc_type != IdDocType::Selfie).cloned().collect());
        shared::romanise(&mut info);
        let review = ReviewState {
            status: ReviewStatus::Completed,
            create_ms: self.create_ms,
            pending_ms: None,
            queued_ms: None,
            start_ms: None,
            review_ms: self.review_ms,
            result: self.file.review.review_result.clone(),
            rounds: 1,
            auto_checked: false,
        };
        Ok(Applicant {
            applicant_id: random::object_id(now_ms)?,
            client_id: client_id.to_owned(),
            inspection_id: random::object_id(now_ms)?,
            external_user_id: self.file.external_user_id.clone(),
            level_name: self.level_name.clone(),
            kind: match level.applicant_type {
                ApplicantType::Company => ApplicantType::Company,
                ApplicantType::Individual | ApplicantType::Unlisted(_) => ApplicantType::Individual,
            },
            platform: "API".to_owned(),
            email: self.file.email.clone(),
            lang: self.file.lang.clone().unwrap_or_else(|| "en".to_owned()),
            info,
            review,
            deleted: false,
            blacklisted: false,
            created_ms: now_ms,
        })
    }
}

fn name_of(kind: &IdDocSetType) -> String {
    kind.as_str().to_owned()
}

impl Step {
    /// The step, and its images.
    fn read(folder: Folder, number: usize, today: Date) -> Result<(Self, Vec<Image>), Refusal> {
        let at = format!("folder {number}");
        let document = id_doc_json(&folder.document.unwrap_or_default(), &at, today)?;
        if folder.media.len() > STEP_FILES_MAX {
            return Err(Refusal::about(IdngoError::ArchiveTooLarge, at));
        }
        let selfie = document.id_doc_type == IdDocType::Selfie;
        let (mut files, mut images) = (Vec::new(), Vec::new());
        for (name, bytes) in folder.media {
            let looked = media::look(&bytes).map_err(|error| Refusal::about(error, at.as_str()))?;
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
            let named_right = looked.kind.extensions().contains(&extension.as_str());
            let takes = if selfie { looked.kind != MediaType::Pdf } else { !looked.kind.is_video() };
            if !named_right || !takes {
                return Err(Refusal::about(IdngoError::MediaTypeWrong, at));
            }
            images.extend(looked.image);
            files.push((looked.kind, bytes));
        }
        // A face comes as images or as one video.
        let videos = files.iter().filter(|(kind, _)| kind.is_video()).count();
        if videos > 0 && files.len() > 1 {
            return Err(Refusal::about(IdngoError::ArchiveDuplicate, at));
        }
        Ok((Self { document, files }, images))
    }
}

fn object(bytes: &[u8], file: &str) -> Result<Map<String, Value>, Refusal> {
    // RFC 8259 section 8.1: a parser may pass over a byte order mark, which other systems write.
    match json_object::parse(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        Some(object) => Ok(object),
        None => Err(Refusal::about(IdngoError::BodyInvalid, file)),
    }
}

fn applicant_json(bytes: &[u8], today: Date) -> Result<ApplicantJson, Refusal> {
    let prefix = format!("{APPLICANT_JSON}: ");
    let missing = |name: &str| Refusal::about(IdngoError::ParameterMissing, format!("{prefix}{name}"));
    let mut fields = object(bytes, APPLICANT_JSON)?;
    let Some(Value::Object(info)) = fields.insert("info".to_owned(), json!({})) else { return Err(missing("info")) };
    for name in ["firstName", "lastName", "country"] {
        if info.get(name).is_none_or(|value| *value == "") {
            return Err(missing(&format!("info.{name}")));
        }
    }
    let review = fields.get("review").ok_or_else(|| missing("review"))?;
    if review.get("reviewStatus").is_none_or(Value::is_null) {
        return Err(missing("review.reviewStatus"));
    }
    let info = shared::parse_info(info, &format!("{prefix}info."), today)?;
    let file = ApplicantJson { info, ..shared::typed(Value::Object(fields), &prefix)? };
    let invalid = |name: &str| Err(Refusal::about(IdngoError::ParameterInvalid, format!("{prefix}{name}")));
    let external = &file.external_user_id;
    if external.is_empty() {
        return Err(missing("externalUserId"));
    }
    if !is_external_id(external) {
        return invalid("externalUserId");
    }
    if file.email.as_deref().is_some_and(|email| !super::mail::is_address(email)) {
        return invalid("email");
    }
    if file.lang.as_deref().is_some_and(|lang| !is_language(lang)) {
        return invalid("lang");
    }
    Ok(file)
}

fn id_doc_json(bytes: &[u8], at: &str, today: Date) -> Result<ApplicantIdDocJson, Refusal> {
    const FIELDS: [&str; 11] = [
        "idDocType",
        "idDocSubType",
        "country",
        "firstName",
        "middleName",
        "lastName",
        "issuedDate",
        "validUntil",
        "number",
        "dob",
        "placeOfBirth",
    ];
    let file = format!("{at}: {ID_DOC_JSON}");
    let fields = object(bytes, &file)?;
    if fields.keys().any(|name| !FIELDS.contains(&name.as_str())) {
        return Err(Refusal::about(IdngoError::FieldUnknown, file));
    }
    for name in ["idDocType", "country"] {
        if fields.get(name).is_none_or(|value| value.is_null() || *value == "") {
            return Err(Refusal::about(IdngoError::ParameterMissing, format!("{file}: {name}")));
        }
    }
    let document: ApplicantIdDocJson = shared::typed(Value::Object(fields), &format!("{file}: "))?;
    if !shared::is_valid_document(&document, today) {
        return Err(Refusal::about(IdngoError::ParameterInvalid, file));
    }
    Ok(document)
}

/// 1 to 256 characters, none of them a control character.
pub fn is_external_id(text: &str) -> bool {
    (1..=256).contains(&text.chars().count()) && !text.chars().any(char::is_control)
}

/// ISO 639-1 by its shape: two lower-case letters.
pub fn is_language(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase())
}
