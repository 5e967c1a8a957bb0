//! Entries of the activity log, written by whatever happens to an applicant.

use kyc_capture::api::idngo::dates;
use kyc_capture::api::idngo::enums::{IdDocType, ReviewStatus};
use kyc_capture::api::idngo::timeline::{IpInfo, TimelineItem, TrackingData, UserAgentInfo};

use super::call::Origin;
use crate::http::errors::ApiError;
use crate::random;
use crate::store::db::Connection;
use crate::store::idngo::applicants::Applicant;
use crate::store::idngo::records;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The integrator's backend.
    Backend,
    /// The person, on the page of a link.
    Person,
    /// This server.
    Service,
    /// A person who decides.
    Moderator,
}

impl Subject {
    /// `subjectName`.
    fn name(self) -> &'static str {
        match self {
            Self::Backend => "APP-Token Api",
            Self::Person => "UserId",
            Self::Service => "Service",
            Self::Moderator => "Backoffice",
        }
    }

    /// `xClientId`; what the server does by itself comes from nowhere.
    fn source(self) -> Option<&'static str> {
        match self {
            Self::Backend => Some("API"),
            Self::Person => Some("WebSDK"),
            Self::Service | Self::Moderator => None,
        }
    }
}

/// Begins an entry for what `subject` did.
pub fn item(applicant: &Applicant, activity: &str, subject: Subject, origin: Option<&Origin>) -> TimelineItem {
    let origin = origin.filter(|_| subject.source().is_some());
    let ip = origin.and_then(|origin| origin.ip).map(|ip| ip.to_string());
    TimelineItem {
        activity: activity.to_owned(),
        subject_name: Some(subject.name().to_owned()),
        country: applicant.info.country.clone(),
        tracking_data: origin
            .map(|_| TrackingData { ip: ip.clone(), x_client_id: subject.source().map(str::to_owned) }),
        // No register of addresses is connected: of the location nothing is known, and nothing is made up.
        ip_info: origin.map(|_| IpInfo { ip: ip.clone(), ..IpInfo::default() }),
        user_agent_info: origin.map(|origin| user_agent(origin.user_agent.as_deref().unwrap_or_default())),
        ..TimelineItem::default()
    }
}

/// Writes an entry down.
///
/// # Errors
/// Returns an error if the store cannot be read or written.
pub fn write(c: &Connection, applicant: &Applicant, at_ms: i64, mut item: TimelineItem) -> Result<(), ApiError> {
    item.id = Some(random::object_id(at_ms)?);
    item.ts = dates::write(at_ms);
    Ok(records::add_event(c, &applicant.applicant_id, at_ms, &item)?)
}

/// An entry for a status that was reached.
pub fn status(applicant: &Applicant, status: ReviewStatus, subject: Subject, origin: Option<&Origin>) -> TimelineItem {
    TimelineItem { status: Some(status), ..item(applicant, "applicant:changed:status", subject, origin) }
}

/// An entry for an image or video that was given.
pub fn added(
    applicant: &Applicant,
    image_id: &str,
    id_doc_type: &IdDocType,
    subject: Subject,
    origin: Option<&Origin>,
) -> TimelineItem {
    TimelineItem {
        image_id: Some(image_id.to_owned()),
        id_doc_type: Some(id_doc_type.clone()),
        ..item(applicant, "user:added:idDoc", subject, origin)
    }
}

/// An entry for a decision.
pub fn decided(applicant: &Applicant, subject: Subject) -> TimelineItem {
    let review = &applicant.review;
    let who = if subject == Subject::Moderator { "moderator" } else { "system" };
    TimelineItem {
        review_answer: review.result.as_ref().map(|result| result.review_answer.clone()),
        elapsed_since_pending_ms: review.review_ms.zip(review.pending_ms).map(|(end, begin)| end - begin),
        ..item(applicant, &format!("{who}:completed:review"), subject, None)
    }
}

/// What a `User-Agent` says of itself. Browsers name those that they are compatible with, so the order counts.
fn user_agent(text: &str) -> UserAgentInfo {
    const PLATFORMS: [(&str, &str, &str); 7] = [
        ("Android", "Android", "Mobile Phone"),
        ("iPhone", "iOS", "Mobile Phone"),
        ("iPad", "iOS", "Tablet"),
        ("Windows", "Windows", "Desktop"),
        ("Macintosh", "macOS", "Desktop"),
        ("CrOS", "ChromeOS", "Desktop"),
        ("Linux", "Linux", "Desktop"),
    ];
    const BROWSERS: [(&str, &str); 8] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let platform = PLATFORMS.iter().find(|(mark, ..)| text.contains(mark));
    let browser = BROWSERS.iter().find_map(|(mark, name)| Some((*name, version(text.split_once(mark)?.1))));
    // Programs that are no browsers name themselves first: `curl/8.5.0`.
    let program = || {
        let (name, rest) = text.split_once('/')?;
        let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
        plain.then(|| (name, version(rest)))
    };
    let (name, version) = browser.or_else(program).unwrap_or(("Unknown", "0.0"));
    let word = |text: &str| Some(text.to_owned());
    UserAgentInfo {
        ua_platform: word(platform.map_or("Unknown", |p| p.1)),
        ua_browser: word(name),
        ua_device_type: word(platform.map_or("Unknown", |p| p.2)),
        ua_browser_version: word(version),
    }
}

fn version(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    if end == 0 { "0.0" } else { &text[..end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_apart() {
        let android = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) \
        Chrome/124.0.0.0 \
                       Mobile Safari/537.36";
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/17.4 Mobile/15E148 Safari/604.1";
        let table = [
            (android, ["Android", "Chrome", "Mobile Phone", "124.0.0.0"]),
            (safari, ["iOS", "Safari", "Mobile Phone", "17.4"]),
            ("curl/8.5.0", ["Unknown", "curl", "Unknown", "8.5.0"]),
            ("", ["Unknown", "Unknown", "Unknown", "0.0"]),
            ("<script>/1", ["Unknown", "Unknown", "Unknown", "0.0"]),
        ];
        for (text, expected) in table {
            let info = user_agent(text);
            let got = [info.ua_platform, info.ua_browser, info.ua_device_type, info.ua_browser_version];
            assert_eq!(got.map(Option::unwrap), expected, "{text}");
        }
    }
}
