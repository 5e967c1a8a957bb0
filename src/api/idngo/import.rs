//! The files inside the archive of *applicantImport*. Requests are strict: a field that the document does not have is
//! refused, and so is a file that does not fit.

use serde::{Deserialize, Serialize};

use super::applicant::{ApplicantInfo, IdDoc, Review};

/// Name of the file at the top of the archive.
pub const APPLICANT_JSON: &str = "applicant.json";
/// Name of the file in each folder.
pub const ID_DOC_JSON: &str = "applicantIdDoc.json";

/// `applicant.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApplicantJson {
    /// The user in the integrator's system.
    pub external_user_id: String,
    /// What was read from the documents; `firstName`, `lastName` and `country` are required.
    pub info: ApplicantInfo,
    /// The result; `createDate`, `levelName`, `reviewResult` and `reviewStatus` are required.
    pub review: Review,
    /// The address for the status e-mail, of which the document speaks without saying how it comes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// ISO 639-1; the language of that e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// `applicantIdDoc.json`: one step; `idDocType` and `country` are required.
pub type ApplicantIdDocJson = IdDoc;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::idngo::enums::{Answer, IdDocType};

    #[test]
    fn the_documents_samples_are_read() {
        let sample = r#"{"externalUserId": "someClientUserId", "info": {"firstName": "John", "lastName": "Snow",
            "country":
            "GBR"}, "review": {"createDate": "2022-11-21 08:25:32+0000", "reviewDate": "2022-11-21 08:25:36+0000",
            "levelName": "basic-kyc-level", "reviewResult": {"moderationComment": "", "clientComment": "",
            "reviewAnswer": "GREEN"}, "reviewStatus": "completed"}}"#;
        let applicant: ApplicantJson = serde_json::from_str(sample).unwrap();
        assert_eq!(applicant.review.review_result.unwrap().review_answer, Answer::Green);
        assert!(serde_json::from_str::<ApplicantJson>(&sample.replace("externalUserId", "userId")).is_err());
        let sample = r#"{"idDocType": "ID_CARD", "country": "GBR", "firstName": "John", "lastName": "Doe", "issuedDate":
            "2020-09-25", "number": "1234567890", "dob": "1985-01-23"}"#;
        let document: ApplicantIdDocJson = serde_json::from_str(sample).unwrap();
        assert_eq!((document.id_doc_type, document.id_doc_sub_type), (IdDocType::IdCard, None));
    }
}
