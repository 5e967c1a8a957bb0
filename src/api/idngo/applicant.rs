//! Applicants: their data, the documents that they must provide, and the state of their review.

use serde::{Deserialize, Serialize};

use super::enums::{
    Answer, ApplicantType, CaptureMode, Gender, IdDocSetType, IdDocSubType, IdDocType, MatchType, RejectType,
    ReviewStatus, UploaderMode, VideoRequired,
};
use crate::api::json::{JsonObject, null_as_default};

/// An applicant.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Applicant {
    /// 24 hexadecimal digits.
    pub id: String,
    /// When it was made, `yyyy-MM-dd HH:mm:ss` in GMT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<String>,
    /// The client's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The client that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The inspection, 24 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection_id: Option<String>,
    /// The user in the integrator's system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_user_id: Option<String>,
    /// What is known of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub info: Option<ApplicantInfo>,
    /// The address for the status e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// By what the applicant came: `API`, `Web`, `Unknown` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_platform: Option<String>,
    /// What has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_id_docs: Option<RequiredIdDocs>,
    /// Whether the profile is deactivated; set by *presence*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// State of the review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// ISO 639-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Who the applicant is.
    #[serde(rename = "type", default, deserialize_with = "null_as_default")]
    pub kind: ApplicantType,
}

/// Data of an applicant. Fields that this list lacks are kept in `other`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicantInfo {
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name_en: Option<String>,
    /// Further given name or patronymic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name_en: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name_en: Option<String>,
    /// The name as in the passport.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// `M` or `F`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// Date of birth, `YYYY-mm-dd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<String>,
    /// Place of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_of_birth: Option<String>,
    /// Country of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_of_birth: Option<String>,
    /// State or region of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_of_birth: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    /// Where the applicant lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<Vec<Address>>,
    /// Taxpayer's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tin: Option<String>,
    /// The documents that were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_docs: Option<Vec<IdDoc>>,
    /// What else is there.
    #[serde(flatten)]
    pub other: JsonObject,
}

impl ApplicantInfo {
    /// Names of the fields that a request may set, and therefore unset.
    pub const FIELDS: [&'static str; 14] = [
        "firstName",
        "lastName",
        "middleName",
        "legalName",
        "gender",
        "dob",
        "placeOfBirth",
        "countryOfBirth",
        "stateOfBirth",
        "country",
        "nationality",
        "addresses",
        "tin",
        "idDocs",
    ];
}

/// An address.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Address {
    /// ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_code: Option<String>,
    /// City or locality.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// Street, or the whole address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Street, continued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_street: Option<String>,
    /// Region, state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Name or number of the building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building_name: Option<String>,
    /// Number of the flat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flat_number: Option<String>,
    /// Number of the building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building_number: Option<String>,
}

/// Data of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct IdDoc {
    /// What it is.
    pub id_doc_type: IdDocType,
    /// Which side; none for a document as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_doc_sub_type: Option<IdDocSubType>,
    /// Who issued it, ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name_en: Option<String>,
    /// Further given name or patronymic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub middle_name_en: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The same in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name_en: Option<String>,
    /// Date of issue, `YYYY-mm-dd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_date: Option<String>,
    /// Who issued it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_authority: Option<String>,
    /// Last day of validity, `YYYY-mm-dd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
    /// Number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Date of birth, `YYYY-mm-dd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dob: Option<String>,
    /// Place of birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_of_birth: Option<String>,
}

/// What a level, or an applicant, requires.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RequiredIdDocs {
    /// Whether a person of the service talks with the applicant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_ident: Option<bool>,
    /// What is uploaded before that talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_ident_upload_types: Option<Vec<IdDocType>>,
    /// The steps.
    #[serde(default, deserialize_with = "null_as_default")]
    pub doc_sets: Vec<DocSet>,
}

/// One step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DocSet {
    /// What kind of step it is.
    pub id_doc_set_type: IdDocSetType,
    /// Documents, one of which has to be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub types: Option<Vec<IdDocType>>,
    /// Sides of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_types: Option<Vec<IdDocSubType>>,
    /// Fields that have to be filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<DocSetField>>,
    /// How it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video_required: Option<VideoRequired>,
    /// Who presses the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_mode: Option<CaptureMode>,
    /// Whether a file may be given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploader_mode: Option<UploaderMode>,
    /// Settings for the verification of means of payment; free objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_methods: Option<Vec<JsonObject>>,
    /// The questionnaire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub questionnaire_def_id: Option<String>,
    /// Settings of the proof of residence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poa_step_settings_id: Option<String>,
}

/// A field that a step asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocSetField {
    /// Its name.
    pub name: String,
    /// Whether it must be filled in.
    #[serde(default, deserialize_with = "null_as_default")]
    pub required: bool,
}

/// State of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Review {
    /// From `pending` to the decision, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_since_pending_ms: Option<i64>,
    /// From `queued` to the decision, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub elapsed_since_queued_ms: Option<i64>,
    /// Whether it was done more than once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reprocessing: Option<bool>,
    /// The level.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_name: Option<String>,
    /// When it was made, `yyyy-MM-dd HH:mm:ss+0000`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_date: Option<String>,
    /// When it was decided, in the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_date: Option<String>,
    /// When it began, in the same form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<String>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_result: Option<ReviewResult>,
    /// Its status.
    #[serde(default, deserialize_with = "null_as_default")]
    pub review_status: ReviewStatus,
    /// Its place among others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    /// Whether it was decided without a human reviewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auto_checked: Option<bool>,
}

/// The decision of a review.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReviewResult {
    /// May be shown to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moderation_comment: Option<String>,
    /// Not to be shown to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_comment: Option<String>,
    /// The answer.
    #[serde(default, deserialize_with = "null_as_default")]
    pub review_answer: Answer,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_labels: Option<Vec<String>>,
    /// Whether the user may try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_reject_type: Option<RejectType>,
}

/// Reply of both kinds of *similar applicants*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SimilarApplicantsReply {
    /// Who was found, the best match first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub similar_applicants: Vec<SimilarApplicant>,
    /// How many there are.
    #[serde(default, deserialize_with = "null_as_default")]
    pub total_cnt: u64,
}

/// Somebody alike.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SimilarApplicant {
    /// Who it is.
    pub applicant: Applicant,
    /// Fields that are alike, as `info.lastName`, `info.idDocs.PASSPORT`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub matched_fields: Vec<String>,
    /// Whether the data are the same.
    #[serde(default, deserialize_with = "null_as_default")]
    pub exact_match: bool,
    /// Whether this applicant is on the client's list of refused ones.
    #[serde(default, deserialize_with = "null_as_default")]
    pub blacklisted: bool,
    /// By what they meet.
    #[serde(default, deserialize_with = "null_as_default")]
    pub types: Vec<MatchType>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_samples_are_read() {
        let presence = r#"{"id": "652dsf45fg563798cee64d3e",
            "createdAt": "2023-10-16 13:34:54", "key": "WBFHTKYHGUTOLX",
            "clientId": "john.doe", "applicantPlatform": "API", "requiredIdDocs": {"videoIdent": true,
            "videoIdentUploadTypes": ["UTILITY_BILL"], "docSets": [{"idDocSetType": "IDENTITY", "types": ["ID_CARD",
            "PASSPORT"]}, {"idDocSetType": "PROOF_OF_RESIDENCE", "types": ["UTILITY_BILL"],
            "poaStepSettingsId": "64ad4c234568fghj28f496ad"}]}, "deleted": true, "review": {"levelName": "vi_old",
            "createDate": "2023-10-16 13:39:34+0000", "reviewStatus": "init", "priority": 0}, "lang": "en",
            "type": "individual"}"#;
        let applicant: Applicant = serde_json::from_str(presence).unwrap();
        assert_eq!(applicant.deleted, Some(true));
        let required = applicant.required_id_docs.as_ref().unwrap();
        assert_eq!(required.doc_sets[1].id_doc_set_type, IdDocSetType::ProofOfResidence);
        assert_eq!(applicant.review.as_ref().unwrap().review_status, ReviewStatus::Init);
        // Written again it says the same.
        let sample: serde_json::Value = serde_json::from_str(presence).unwrap();
        assert_eq!(serde_json::to_value(&applicant).unwrap(), sample);

        let similar = r#"{"similarApplicants": [{"applicant": {"id": "5eebf94404f940217bdfb336", "info": {
            "country": "GBR",
            "idDocs": [{"idDocType": "PASSPORT", "country": "PHL", "firstName": "JOHN SMITH", "issueAuthority":
            "DFA MANILA", "number": "P5614709A", "dob": "1998-04-21"}], "nickname": "J"}, "review": {"reviewResult":
            {"clientComment": "Duplicate.", "reviewAnswer": "RED", "rejectLabels": ["DUPLICATE"], "reviewRejectType":
            "FINAL"}, "reviewStatus": "later"}, "type": null}, "matchedFields": ["info.idDocs.PASSPORT"],
            "exactMatch": true, "blacklisted": null, "types": ["text", "voice"]}], "totalCnt": 1}"#;
        let reply: SimilarApplicantsReply = serde_json::from_str(similar).unwrap();
        let found = &reply.similar_applicants[0];
        assert_eq!(found.types, [MatchType::Text, MatchType::Unlisted("voice".into())]);
        assert!(found.exact_match && !found.blacklisted);
        let review = found.applicant.review.as_ref().unwrap();
        assert_eq!(review.review_status, ReviewStatus::Unlisted("later".into()));
        let info = found.applicant.info.as_ref().unwrap();
        assert_eq!(info.other["nickname"], "J");
        assert_eq!(serde_json::to_value(info).unwrap()["nickname"], "J");
    }
}
