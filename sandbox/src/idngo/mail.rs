//! *Send verification status email to user*: into an outbox, since a sandbox sends no mail. The operator reads it with
//! `kyc-sandbox outbox`.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kyc_capture::api::idngo::enums::{Answer, RejectType, ReviewStatus};
use kyc_capture::api::idngo::levels::StatusEmailReply;
use kyc_capture::api::idngo::{IdngoError, dates};

use super::call::Signed;
use super::complete_review;
use super::context::run;
use super::refusal::Refusal;
use super::timeline::{self, Subject};
use crate::idngo::context::Idngo;
use crate::random;
use crate::store::idngo::applicants::Applicant;
use crate::store::idngo::records::{self, Mail};

/// *Send verification status email to user*
///
/// # Errors
/// Those of a signed request; `applicant_not_found`, `no_email`.
pub async fn status_email(State(ctx): State<Idngo>, call: Signed) -> Result<Json<StatusEmailReply>, Refusal> {
    let applicant = complete_review::read(&ctx, &call.client.client_id, &call.path("applicantId")).await?;
    let recipient = applicant.email.clone().ok_or(IdngoError::NoEmail)?;
    let now_ms = ctx.clock.now_ms();
    run(&ctx, move |c| {
        let mail_id = random::uuid()?;
        let message = message(&applicant, &recipient, &mail_id, now_ms);
        let client_id = applicant.client_id.clone();
        let mail = Mail { mail_id, client_id, recipient, message, created_ms: now_ms };
        records::add_mail(c, &applicant.applicant_id, &mail)?;
        let item = timeline::item(&applicant, "user:sent:statusEmail", Subject::Backend, Some(&call.origin));
        Ok(timeline::write(c, &applicant, now_ms, item)?)
    })
    .await?;
    Ok(Json(StatusEmailReply { ok: 1 }))
}

/// The message (RFC 5322, RFC 2045, RFC 2047).
fn message(applicant: &Applicant, recipient: &str, mail_id: &str, now_ms: i64) -> String {
    let (subject, body) = texts(applicant);
    let mut encoded = String::new();
    for (i, c) in STANDARD.encode(body).chars().enumerate() {
        // Lines of at most 76 characters.
        if i > 0 && i % 76 == 0 {
            encoded.push_str("\r\n");
        }
        encoded.push(c);
    }
    format!(
        "From: Verification <no-reply@sandbox.invalid>\r\nTo: <{recipient}>\r\nSubject: =?UTF-8?B?{}?=\r\nDate: {}\r\n\
         Message-ID: <{mail_id}@sandbox.invalid>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n",
        STANDARD.encode(subject),
        rfc5322(now_ms),
    )
}

/// Subject and text, in the applicant's language where it is one of three.
fn texts(applicant: &Applicant) -> (&'static str, String) {
    let review = &applicant.review;
    let result = review.result.as_ref();
    let answer = result.map(|result| &result.review_answer);
    let again = result.and_then(|result| result.review_reject_type.as_ref()) == Some(&RejectType::Retry);
    // 0 waits for documents, 1 is examined, 2 approved, 3 refused, 4 refused but may try again.
    let state = match (&review.status, answer) {
        (ReviewStatus::Completed, Some(Answer::Green)) => 2,
        (ReviewStatus::Completed, _) if again => 4,
        (ReviewStatus::Completed, _) => 3,
        (ReviewStatus::Init, _) => 0,
        _ => 1,
    };
    let (subject, hello, states) = match applicant.lang.as_str() {
        "ru" => (
            "Статус вашей верификации",
            "Здравствуйте",
            [
                "Для завершения верификации не хватает документов.",
                "Ваши документы проверяются.",
                "Верификация пройдена.",
                "В верификации отказано.",
                "Верификация не пройдена. Вы можете попробовать ещё раз.",
            ],
        ),
        "kk" => (
            "Верификацияңыздың мәртебесі",
            "Сәлеметсіз бе",
            [
                "Верификацияны аяқтау үшін құжаттар жетіспейді.",
                "Құжаттарыңыз тексерілуде.",
                "Верификация сәтті өтті.",
                "Верификациядан бас тартылды.",
                "Верификация өтпеді. Қайталап көруіңізге болады.",
            ],
        ),
        _ => (
            "Your verification status",
            "Hello",
            [
                "Documents are missing to complete your verification.",
                "Your documents are being reviewed.",
                "Your verification is complete.",
                "Your verification was declined.",
                "Your verification did not succeed. You may try again.",
            ],
        ),
    };
    let name = applicant.info.first_name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let comment = result.and_then(|result| result.moderation_comment.as_deref()).filter(|text| !text.is_empty());
    let comment = comment.map(|text| format!("\r\n\r\n{text}")).unwrap_or_default();
    (subject, format!("{hello}{name},\r\n\r\n{}{comment}\r\n", states[state]))
}

/// `Tue, 17 Jan 2023 13:17:38 +0000`
fn rfc5322(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let weekday = DAYS[usize::try_from(ms.div_euclid(86_400_000).rem_euclid(7)).unwrap_or(0)];
    let text = dates::write(ms);
    // `yyyy-MM-dd HH:mm:ss`
    let month = text[5..7].parse::<usize>().unwrap_or(1).clamp(1, 12);
    format!("{weekday}, {} {} {} {} +0000", &text[8..10], MONTHS[month - 1], &text[..4], &text[11..])
}

/// An address that can stand in a header as it is: ASCII, one `@`, dot-atoms on both sides (RFC 5322 section 3.4.1,
/// without its quoted forms and comments).
pub fn is_address(text: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    let Some((local, domain)) = text.split_once('@') else { return false };
    text.len() <= 254 && local.len() <= 64 && local.split('.').all(atom) && domain.split('.').all(atom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_cannot_carry_headers() {
        for good in ["a@b.example", "first.last+tag@mail.example"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "a", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nBcc: c@d", "a..b@c", "é@b", "<a@b>", "a,b@c"] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn dates_have_their_weekday() {
        assert_eq!(rfc5322(1_673_961_458_000), "Tue, 17 Jan 2023 13:17:38 +0000");
        assert_eq!(rfc5322(0), "Thu, 01 Jan 1970 00:00:00 +0000");
    }
}
