//! Verification levels, the reply of *websdkLink* and that of *verificationStatusEmail*.

use serde::{Deserialize, Serialize};

use super::applicant::RequiredIdDocs;
use super::enums::{ActionType, ApplicantType, LevelType};
use crate::api::json::{JsonObject, null_as_default};

/// Reply of *levels*. Written as in the example, inside `list`; read without it as well.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(into = "Nested", from = "Wire")]
pub struct LevelsReply {
    /// The levels.
    pub items: Vec<Level>,
    /// How many there are.
    pub total_items: u64,
}

/// As it is written.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Nested {
    /// The levels.
    list: LevelList,
}

/// As it is read.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Wire {
    Nested(Nested),
    Bare(LevelList),
}

/// All levels.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LevelList {
    /// The levels.
    #[serde(default, deserialize_with = "null_as_default")]
    pub items: Vec<Level>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub total_items: u64,
}

impl From<LevelsReply> for Nested {
    fn from(LevelsReply { items, total_items }: LevelsReply) -> Self {
        Self { list: LevelList { items, total_items } }
    }
}

impl From<Wire> for LevelsReply {
    fn from(wire: Wire) -> Self {
        let (Wire::Nested(Nested { list }) | Wire::Bare(list)) = wire;
        Self { items: list.items, total_items: list.total_items }
    }
}

/// A verification level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Level {
    /// 24 hexadecimal digits.
    pub id: String,
    /// Set when it was made; never changes.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desc: Option<String>,
    /// What has to be given.
    #[serde(default, deserialize_with = "null_as_default")]
    pub required_id_docs: RequiredIdDocs,
    /// Customization of the WebSDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub websdk_flow_id: Option<String>,
    /// Customization of the MobileSDK.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msdk_flow_id: Option<String>,
    /// When it was made, `yyyy-MM-dd HH:mm:ss` in GMT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// Who made it; `Service` is IDnGO's support.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// When it was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified_at: Option<String>,
    /// What the WebSDK asks the person to agree to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custom_privacy_note_text: Option<String>,
    /// Settings of the checks against watch lists; a free object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch_list_check_settings: Option<JsonObject>,
    /// Whether those are its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_custom_watch_list_check_settings: Option<bool>,
    /// Whether settings of documents are its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_custom_id_doc_settings: Option<bool>,
    /// Which further checks are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_insight_settings: Option<ApplicantInsightSettings>,
    /// What kind of level it is.
    #[serde(rename = "type", default, deserialize_with = "null_as_default")]
    pub kind: LevelType,
    /// What kind of action, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_type: Option<ActionType>,
    /// Whom it is for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub applicant_type: ApplicantType,
}

/// Which further checks are on. The table says "array of booleans" and names them: an object of booleans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct ApplicantInsightSettings {
    /// Of the e-mail address.
    pub advanced_email_check_enabled: bool,
    /// Of the phone number.
    pub advanced_phone_check_enabled: bool,
    /// Of the IP address.
    pub advanced_ip_check_enabled: bool,
    /// Of further data of identity.
    pub advanced_identity_enrichment_enabled: bool,
}

/// Reply of *websdkLink*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebSdkLinkReply {
    /// Where the person completes the verification.
    pub url: String,
}

/// Reply of *verificationStatusEmail*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatusEmailReply {
    /// 1 where it was sent.
    pub ok: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::idngo::enums::{IdDocSetType, VideoRequired};

    #[test]
    fn the_documents_sample_is_read_in_both_forms() {
        let bare = r#"{"items": [{"id": "608febf45814660009e22a14", "name": "basic-kyc-level", "requiredIdDocs":
            {"docSets": [{"idDocSetType": "IDENTITY", "types": ["ID_CARD", "RESIDENCE_PERMIT"], "subTypes":
            ["FRONT_SIDE", "BACK_SIDE"]}, {"idDocSetType": "SELFIE", "types": ["SELFIE"], "videoRequired":
            "passiveLiveness"}]}, "websdkFlowId": "608febf45814660009e22a16", "createdAt": "2021-05-03 12:26:28",
            "createdBy": "Service"}], "totalItems": 1}"#;
        let reply: LevelsReply = serde_json::from_str(bare).unwrap();
        assert_eq!(serde_json::from_str::<LevelsReply>(&format!(r#"{{"list": {bare}}}"#)).unwrap(), reply);
        let level = &reply.items[0];
        assert_eq!((level.name.as_str(), &level.kind), ("basic-kyc-level", &LevelType::Standalone));
        let selfie = &level.required_id_docs.doc_sets[1];
        assert_eq!(selfie.id_doc_set_type, IdDocSetType::Selfie);
        assert_eq!(selfie.video_required, Some(VideoRequired::PassiveLiveness));
        // Written inside `list`.
        assert_eq!(serde_json::to_value(&reply).unwrap()["list"]["totalItems"], 1);
    }
}
