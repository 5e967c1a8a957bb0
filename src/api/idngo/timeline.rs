//! The activity log of an applicant.

use serde::{Deserialize, Serialize};

use super::enums::{Answer, IdDocType, ReviewStatus};
use crate::api::json::null_as_default;

/// Reply of *applicantTimeline*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimelineReply {
    /// The applicant.
    pub applicant_id: String,
    /// What happened, the latest first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub items: Vec<TimelineItem>,
}

/// Something that happened.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TimelineItem {
    /// 24 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When, `yyyy-MM-dd HH:mm:ss` in GMT.
    pub ts: String,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_data: Option<TrackingData>,
    /// What is known of the address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_info: Option<IpInfo>,
    /// With what program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent_info: Option<UserAgentInfo>,
    /// What happened, as `user:created:applicant`.
    pub activity: String,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_name: Option<String>,
    /// The applicant's country, ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The status that was reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ReviewStatus>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_answer: Option<Answer>,
    /// From `pending` to the decision, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_since_pending_ms: Option<i64>,
    /// The uploaded image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// What it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_doc_type: Option<IdDocType>,
}

/// IP address and source of an activity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TrackingData {
    /// The address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<String>,
    /// `WebSDK`, `MobileSDK`, `Dashboard`, `API`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_client_id: Option<String>,
}

/// IP address and location.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct IpInfo {
    /// The address.
    pub ip: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code2: Option<String>,
    /// ISO 3166-1 alpha-3.
    pub country_code3: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub zip_code: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// Number of the autonomous system.
    pub asn: Option<u32>,
    /// Who runs it.
    pub asn_org: Option<String>,
    /// Whether it is one of servers rather than of people.
    pub risky_asn: Option<bool>,
}

/// The program that made a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct UserAgentInfo {
    /// Operating system.
    pub ua_platform: Option<String>,
    /// Name of the program.
    pub ua_browser: Option<String>,
    /// Kind of device.
    pub ua_device_type: Option<String>,
    /// Version of the program.
    pub ua_browser_version: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_sample_is_read() {
        let sample = r#"{"applicantId": "60b8ce73460647000145384e", "items": [{"id": "60cb2bb54152840001b09b8a", "ts":
            "2021-06-17 11:02:13", "activity": "moderator:completed:review", "subjectName": "Backoffice", "country":
            "SWE", "reviewAnswer": "GREEN", "elapsedSincePendingMs": 148469}, {"id": "60cb2b1d4152840001b0883f", "ts":
            "2021-06-17 10:59:41", "trackingData": {"ip": "217.211.151.118", "xClientId": "WebSDK"}, "ipInfo": {"ip":
            "217.211.151.118", "countryCode2": "SE", "countryCode3": "SWE", "city": "Bromma", "zipCode": "168 54",
            "lat": 59.35, "lon": 17.9167, "asn": 3301, "asnOrg": "Telia Company AB", "riskyAsn": false},
            "userAgentInfo": {"uaPlatform": "Android", "uaBrowser": "Chrome", "uaDeviceType": "Mobile Phone",
            "uaBrowserVersion": "0.0"}, "activity": "user:added:idDoc", "subjectName": "UserId", "country": "SWE",
            "imageId": "665222684", "idDocType": "SELFIE"}]}"#;
        let reply: TimelineReply = serde_json::from_str(sample).unwrap();
        assert_eq!(reply.items[1].id_doc_type, Some(IdDocType::Selfie));
        assert_eq!(reply.items[1].ip_info.as_ref().unwrap().asn, Some(3301));
        let value: serde_json::Value = serde_json::from_str(sample).unwrap();
        assert_eq!(serde_json::to_value(&reply).unwrap(), value);
    }
}
