//! *Retrieve applicant verification report in PDF*: what is known of an applicant, in English, Russian or Kazakh.

use axum::extract::State;
use axum::response::Response;
use kyc_capture::api::idngo::applicant::Address;
use kyc_capture::api::idngo::enums::{CheckType, IdDocType, ReportType};
use kyc_capture::api::idngo::timeline::TimelineItem;
use kyc_capture::api::idngo::{IdngoError, dates};
use kyc_capture::core::encode::{EncodeOptions, Image, decode, encode};

use super::call::Signed;
use super::complete_review;
use super::context::run;
use super::import::is_language;
use super::pdf::{Photo, Writer};
use super::refusal::Refusal;
use super::video::file;
use crate::http::errors::ApiError;
use crate::idngo::context::Idngo;
use crate::store::blobs;
use crate::store::idngo::applicants::Applicant;
use crate::store::idngo::records::{self, Check, Media};

/// Maximum number of pixels of an image's longer side in the report.
const SIDE_MAX: u32 = 600;
/// Maximum number of images.
const MAX_IMAGES: u32 = 12;
/// Maximum number of entries of the timeline.
const EVENTS_MAX: usize = 60;

/// *Retrieve applicant verification report in PDF*
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `parameter_missing`, `parameter_invalid`, `report_type_wrong`,
/// `report_in_progress`.
pub async fn download(State(ctx): State<Idngo>, call: Signed) -> Result<Response, Refusal> {
    let invalid = |name: &str| Refusal::about(IdngoError::ParameterInvalid, name);
    let report = ReportType::parse(call.required("report")?).ok_or_else(|| invalid("report"))?;
    let lang = call.query("lang")?.unwrap_or("en");
    let words = Some(lang).filter(|lang| is_language(lang)).and_then(words_in).ok_or_else(|| invalid("lang"))?;
    let client_id = &call.client.client_id;
    let _turn = ctx.report_slots.take(client_id).ok_or_else(|| Refusal::wait(IdngoError::ReportInProgress, 1_000))?;
    let applicant = complete_review::read(&ctx, client_id, &call.path("applicantId")).await?;
    if report != ReportType::for_applicant(&applicant.kind) {
        return Err(IdngoError::ReportTypeWrong.into());
    }
    // Before the images are read.
    let place = ctx.workers.permit().await?;
    let now_ms = ctx.clock.now_ms();
    let material = run(&ctx, move |c| {
        let id = &applicant.applicant_id;
        let mut checks = Vec::new();
        for kind in [CheckType::SimilarSearch, CheckType::Tin, CheckType::FaceLiveliness] {
            checks.extend(records::latest_check(c, id, &kind)?);
        }
        let mut images = Vec::new();
        for (media, blob_id) in records::images(c, id, MAX_IMAGES)? {
            images.extend(blobs::read(c, &blob_id)?.map(|bytes| (media, bytes)));
        }
        let events = records::events(c, id)?;
        Ok(Material { applicant, checks, images, events, now_ms })
    })
    .await?;
    let (pdf, _) = ctx.workers.run_long(place, move || write(material, words)).await?;
    Ok(file("application/pdf", pdf))
}

/// What the report is written from.
struct Material {
    applicant: Applicant,
    checks: Vec<Check>,
    images: Vec<(Media, Vec<u8>)>,
    events: Vec<TimelineItem>,
    now_ms: i64,
}

fn write(m: Material, w: &Words) -> Result<Vec<u8>, ApiError> {
    let a = &m.applicant;
    let mut pdf = Writer::new(&format!("{} {} · {}", w.made, dates::write(m.now_ms), a.applicant_id))?;
    pdf.title(w.title);
    let mut row = |label: &str, value: Option<&str>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            pdf.row(label, value);
        }
    };
    row(w.applicant_id, Some(&a.applicant_id));
    row(w.external_id, Some(&a.external_user_id));
    row(w.created, Some(&dates::write(a.created_ms)));
    row(w.level, Some(&a.level_name));
    row(w.status, Some(a.review.status.as_str()));
    let result = a.review.result.as_ref();
    row(w.answer, result.map(|result| result.review_answer.as_str()));
    row(w.labels, result.and_then(|r| r.reject_labels.as_ref()).map(|labels| labels.join(", ")).as_deref());
    row(w.decided, a.review.review_ms.map(dates::write).as_deref());
    row(w.active, Some(if a.deleted { w.no } else { w.yes }));

    pdf.heading(w.person);
    let info = &a.info;
    let tin = &info.tin;
    let fields = [
        (w.last_name, &info.last_name),
        (w.first_name, &info.first_name),
        (w.middle_name, &info.middle_name),
        (w.legal_name, &info.legal_name),
        (w.dob, &info.dob),
        (w.place_of_birth, &info.place_of_birth),
        (w.country, &info.country),
        (w.nationality, &info.nationality),
        (w.tin, tin),
    ];
    for (label, value) in fields {
        if let Some(value) = value {
            pdf.row(label, value);
        }
    }
    if let Some(gender) = &info.gender {
        pdf.row(w.gender, gender.as_str());
    }
    for address in info.addresses.iter().flatten() {
        pdf.row(w.address, &in_one_line(address));
    }
    for document in info.id_docs.iter().flatten() {
        pdf.heading(&format!("{}: {}", w.document, document.id_doc_type.as_str()));
        let fields = [
            (w.country, &document.country),
            (w.number, &document.number),
            (w.last_name, &document.last_name),
            (w.first_name, &document.first_name),
            (w.dob, &document.dob),
            (w.issued, &document.issued_date),
            (w.valid_until, &document.valid_until),
        ];
        for (label, value) in fields {
            if let Some(value) = value {
                pdf.row(label, value);
            }
        }
    }
    pdf.heading(w.checks);
    for check in &m.checks {
        pdf.row(check.kind.as_str(), &format!("{}   {}", check.answer.as_str(), dates::write(check.created_ms)));
    }
    if m.checks.is_empty() {
        pdf.line(w.none);
    }
    if !m.images.is_empty() {
        pdf.heading(w.images);
    }
    for (media, bytes) in m.images {
        let side = media.sub_type.as_ref().map(|side| format!(", {}", side.as_str())).unwrap_or_default();
        if let Some(image) = decode(&bytes).ok().and_then(|image| small(&image)) {
            let kind = if media.id_doc_type == IdDocType::Selfie { w.face } else { media.id_doc_type.as_str() };
            pdf.photo(&format!("{kind}{side}  #{}", media.image_id), image);
        }
    }
    pdf.heading(w.timeline);
    for event in m.events.iter().take(EVENTS_MAX) {
        let who = event.subject_name.as_deref().unwrap_or_default();
        pdf.row(&event.ts, &format!("{}   {who}", event.activity));
    }
    if pdf.lacks_characters() {
        pdf.line("");
        pdf.line(w.code_points);
    }
    Ok(pdf.finish(w.title))
}

fn in_one_line(a: &Address) -> String {
    let parts = [&a.country, &a.post_code, &a.state, &a.town, &a.street, &a.sub_street];
    let more = [&a.building_name, &a.building_number, &a.flat_number];
    let parts: Vec<&str> = parts.into_iter().chain(more).filter_map(|part| part.as_deref()).collect();
    parts.join(", ")
}

fn small(image: &Image) -> Option<Photo> {
    let options = EncodeOptions {
        max_width: Some(SIDE_MAX),
        max_height: Some(SIDE_MAX),
        quality: 80,
        ..EncodeOptions::default()
    };
    let encoded = encode(&image.frame().ok()?, &options).ok()?;
    Some(Photo { width: encoded.width, height: encoded.height, jpeg: encoded.bytes })
}

/// The words of a language.
struct Words {
    title: &'static str,
    made: &'static str,
    applicant_id: &'static str,
    external_id: &'static str,
    created: &'static str,
    level: &'static str,
    status: &'static str,
    answer: &'static str,
    labels: &'static str,
    decided: &'static str,
    active: &'static str,
    yes: &'static str,
    no: &'static str,
    none: &'static str,
    person: &'static str,
    last_name: &'static str,
    first_name: &'static str,
    middle_name: &'static str,
    legal_name: &'static str,
    dob: &'static str,
    place_of_birth: &'static str,
    country: &'static str,
    nationality: &'static str,
    tin: &'static str,
    gender: &'static str,
    address: &'static str,
    document: &'static str,
    number: &'static str,
    issued: &'static str,
    valid_until: &'static str,
    checks: &'static str,
    images: &'static str,
    face: &'static str,
    timeline: &'static str,
    code_points: &'static str,
}

fn words_in(lang: &str) -> Option<&'static Words> {
    match lang {
        "en" => Some(&ENGLISH),
        "ru" => Some(&RUSSIAN),
        "kk" => Some(&KAZAKH),
        _ => None,
    }
}

const ENGLISH: Words = Words {
    title: "Verification report",
    made: "Made",
    applicant_id: "Applicant ID",
    external_id: "External user ID",
    created: "Created (GMT)",
    level: "Level",
    status: "Status",
    answer: "Result",
    labels: "Reasons",
    decided: "Decided (GMT)",
    active: "Active profile",
    yes: "Yes",
    no: "No",
    none: "None",
    person: "Personal data",
    last_name: "Last name",
    first_name: "First name",
    middle_name: "Middle name",
    legal_name: "Legal name",
    dob: "Date of birth",
    place_of_birth: "Place of birth",
    country: "Country",
    nationality: "Nationality",
    tin: "TIN",
    gender: "Gender",
    address: "Address",
    document: "Document",
    number: "Number",
    issued: "Issued",
    valid_until: "Valid until",
    checks: "Checks",
    images: "Images",
    face: "Face",
    timeline: "Timeline (GMT)",
    code_points: "[U+…]: characters that the fonts of this report lack, by their Unicode code points.",
};

const RUSSIAN: Words = Words {
    title: "Отчёт о верификации",
    made: "Создан",
    applicant_id: "ID заявителя",
    external_id: "Внешний ID",
    created: "Создан (GMT)",
    level: "Уровень",
    status: "Статус",
    answer: "Результат",
    labels: "Причины",
    decided: "Решение (GMT)",
    active: "Профиль активен",
    yes: "Да",
    no: "Нет",
    none: "Нет",
    person: "Личные данные",
    last_name: "Фамилия",
    first_name: "Имя",
    middle_name: "Отчество",
    legal_name: "Имя по паспорту",
    dob: "Дата рождения",
    place_of_birth: "Место рождения",
    country: "Страна",
    nationality: "Гражданство",
    tin: "ИНН",
    gender: "Пол",
    address: "Адрес",
    document: "Документ",
    number: "Номер",
    issued: "Выдан",
    valid_until: "Действителен до",
    checks: "Проверки",
    images: "Изображения",
    face: "Лицо",
    timeline: "Хронология (GMT)",
    code_points: "[U+…]: знаки, которых нет в шрифтах этого отчёта, в виде кодов Unicode.",
};

const KAZAKH: Words = Words {
    title: "Верификация есебі",
    made: "Жасалды",
    applicant_id: "Өтінуші ID",
    external_id: "Сыртқы ID",
    created: "Құрылды (GMT)",
    level: "Деңгей",
    status: "Мәртебе",
    answer: "Нәтиже",
    labels: "Себептер",
    decided: "Шешім (GMT)",
    active: "Профиль белсенді",
    yes: "Иә",
    no: "Жоқ",
    none: "Жоқ",
    person: "Жеке деректер",
    last_name: "Тегі",
    first_name: "Аты",
    middle_name: "Әкесінің аты",
    legal_name: "Төлқұжаттағы аты",
    dob: "Туған күні",
    place_of_birth: "Туған жері",
    country: "Ел",
    nationality: "Азаматтығы",
    tin: "ЖСН",
    gender: "Жынысы",
    address: "Мекенжай",
    document: "Құжат",
    number: "Нөмірі",
    issued: "Берілген күні",
    valid_until: "Жарамдылық мерзімі",
    checks: "Тексерулер",
    images: "Суреттер",
    face: "Бет",
    timeline: "Хронология (GMT)",
    code_points: "[U+…]: бұл есептің қаріптерінде жоқ таңбалар, Unicode кодтарымен.",
};
