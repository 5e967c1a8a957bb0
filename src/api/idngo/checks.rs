//! Replies of *latest checks*. All fields can be `null`; what a server knows nothing of, it writes as `null`.

use serde::{Deserialize, Deserializer, Serialize};

use super::applicant::Address;
use super::enums::{Answer, CheckType, MatchType};
use crate::api::json::null_as_default;

/// Reply of *latest checks*: [`SimilarCheck`], [`TinCheck`] or [`LivenessCheck`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChecksReply<T> {
    /// The latest check of the type, or nothing where none was run.
    #[serde(default, deserialize_with = "list", bound(deserialize = "T: Deserialize<'de>"))]
    pub checks: Vec<T>,
}

fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    null_as_default(deserializer)
}

/// A search for similar applicants.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SimilarCheck {
    /// What came of it.
    pub answer: Option<Answer>,
    /// When, `yyyy-MM-dd HH:mm:ss` in GMT.
    pub created_at: Option<String>,
    /// What was found.
    pub similar_search_info: Option<SimilarSearchInfo>,
}

/// What a search for similar applicants found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SimilarSearchInfo {
    /// What came of it.
    pub answer: Option<Answer>,
    /// Who was found.
    #[serde(default, deserialize_with = "null_as_default")]
    pub duplicate_applicant_hits: Vec<DuplicateApplicantHit>,
}

/// Somebody alike.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DuplicateApplicantHit {
    /// Who it is.
    pub applicant_id: Option<String>,
    /// Fields that are alike, as `info.lastName`, `info.idDocs.ID_CARD`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub matched_fields: Vec<String>,
    /// By what they meet.
    #[serde(default, deserialize_with = "null_as_default")]
    pub types: Vec<MatchType>,
}

/// A question to the registers of taxpayers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TinCheck {
    /// What came of it.
    pub answer: Option<Answer>,
    /// When, `yyyy-MM-dd HH:mm:ss` in GMT.
    pub created_at: Option<String>,
    /// Addresses that a register knows. Read from the object of the table of fields as well.
    #[serde(default, deserialize_with = "extracted")]
    pub extracted_doc: Option<Vec<ExtractedAddress>>,
}

/// An address of a register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExtractedAddress {
    /// The address; the register has no names of buildings and no flats.
    #[serde(flatten)]
    pub address: Address,
    /// Since when, `yyyy-MM-dd HH:mm:ss`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// Until when, in the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<String>,
}

fn extracted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<ExtractedAddress>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        List(Vec<ExtractedAddress>),
        Object {
            #[serde(default)]
            addresses: Option<Vec<ExtractedAddress>>,
        },
    }
    Ok(match Option::<Either>::deserialize(deserializer)? {
        None => None,
        Some(Either::List(addresses)) => Some(addresses),
        Some(Either::Object { addresses }) => addresses,
    })
}

/// A check of face liveness.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LivenessCheck {
    /// `GREEN`, `RED` or `ERROR`.
    pub answer: Option<Answer>,
    /// `FACE_LIVELINESS`.
    pub check_type: Option<CheckType>,
    /// When, `yyyy-MM-dd HH:mm:ss` in GMT.
    pub created_at: Option<String>,
    /// The check, a UUID; by it the video is had.
    pub id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_samples_are_read() {
        let similar = r#"{"checks": [{"answer": "RED", "createdAt": "2023-01-17 13:17:38",
            "similarSearchInfo": {"answer":
            "RED", "duplicateApplicantHits": [{"applicantId": "61badd2937955c000144613d", "matchedFields":
            ["info.lastName"], "types": ["text", "image"]}]}}]}"#;
        let reply: ChecksReply<SimilarCheck> = serde_json::from_str(similar).unwrap();
        let info = reply.checks[0].similar_search_info.as_ref().unwrap();
        assert_eq!(info.duplicate_applicant_hits[0].types, [MatchType::Text, MatchType::Image]);
        let sample: serde_json::Value = serde_json::from_str(similar).unwrap();
        assert_eq!(serde_json::to_value(&reply).unwrap(), sample);

        let address = r#"{"street": "1157 BOLENS CREEC RD", "state": "NC", "startDate": "1996-03-01 00:00:00",
            "country": "USA"}"#;
        let list = format!(r#"{{"checks": [{{"answer": "GREEN", "createdAt": "x", "extractedDoc": [{address}]}}]}}"#);
        let object = list.replace(&format!("[{address}]"), &format!(r#"{{"addresses": [{address}]}}"#));
        assert_ne!(list, object);
        let [list, object] = [list, object].map(|text| {
            let reply: ChecksReply<TinCheck> = serde_json::from_str(&text).unwrap();
            reply
        });
        assert_eq!(list, object);
        let found = &list.checks[0].extracted_doc.as_ref().unwrap()[0];
        assert_eq!((found.address.state.as_deref(), found.end_date.as_deref()), (Some("NC"), None));

        let liveness = r#"{"checks": [{"answer": "GREEN", "checkType": "FACE_LIVELINESS", "createdAt":
            "2023-02-17 10:06:44", "id": "800c2988-15ab-4b26-a633-9fef4b16d7b6"}]}"#;
        let reply: ChecksReply<LivenessCheck> = serde_json::from_str(liveness).unwrap();
        assert_eq!(reply.checks[0].check_type, Some(CheckType::FaceLiveliness));
    }

    #[test]
    fn everything_may_be_null() {
        for text in [r#"{"checks": null}"#, "{}"] {
            let reply: ChecksReply<SimilarCheck> = serde_json::from_str(text).unwrap();
            assert!(reply.checks.is_empty());
        }
        let text =
            r#"{"checks": [{"answer": null, "createdAt": null, "similarSearchInfo": null, "extractedDoc": null}]}"#;
        let reply: ChecksReply<TinCheck> = serde_json::from_str(text).unwrap();
        assert_eq!(reply.checks, [TinCheck::default()]);
        let reply: ChecksReply<SimilarCheck> = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_value(&reply).unwrap()["checks"][0]["similarSearchInfo"], serde_json::Value::Null);
    }
}
