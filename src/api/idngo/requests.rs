//! Requests, ready to be signed and sent: method, path with query, body, content type.

use super::applicant::ApplicantInfo;
use super::enums::{Presence, ReportType};
use super::operations::IdngoOperation;
use super::signing;
use crate::api::http::percent_encode;

/// One request. `target` is the path with its query, percent-encoded; the deployment's own prefix goes before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdngoRequest {
    /// Which operation it is; its method is the request's.
    pub operation: IdngoOperation,
    /// The path with its query.
    pub target: String,
    /// The body's content type; none without a body.
    pub content_type: Option<&'static str>,
    /// The body; empty where there is none.
    pub body: Vec<u8>,
}

/// What a WebSDK link is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebSdkLinkOptions<'a> {
    /// The user in the integrator's system; for a link for an applicant.
    pub external_user_id: Option<&'a str>,
    /// The action in the integrator's system; for a link for an applicant's action.
    pub external_action_id: Option<&'a str>,
    /// ISO 639-1.
    pub locale: Option<&'a str>,
    /// Life of the link, seconds; 1800 where it is left out.
    pub ttl_in_secs: Option<u32>,
}

impl IdngoRequest {
    /// *Retrieve duplicate check results*.
    pub fn similar_check(applicant_id: &str) -> Self {
        Self::latest_check(IdngoOperation::SimilarCheck, applicant_id)
    }

    /// *Retrieve TIN check result*.
    pub fn tin_check(applicant_id: &str) -> Self {
        Self::latest_check(IdngoOperation::TinCheck, applicant_id)
    }

    /// *Retrieve face Liveness check result*.
    pub fn liveness_check(applicant_id: &str) -> Self {
        Self::latest_check(IdngoOperation::LivenessCheck, applicant_id)
    }

    /// *Generate external WebSDK link*.
    pub fn websdk_link(level_name: &str, options: &WebSdkLinkOptions<'_>) -> Self {
        let ttl = options.ttl_in_secs.map(|seconds| seconds.to_string());
        let query = [
            ("externalUserId", options.external_user_id),
            ("externalActionId", options.external_action_id),
            ("locale", options.locale),
            ("ttlInSecs", ttl.as_deref()),
        ];
        Self::new(IdngoOperation::WebSdkLink, &[("levelName", level_name)], &query)
    }

    /// *Send verification status email to user*.
    pub fn status_email(applicant_id: &str) -> Self {
        Self::new(IdngoOperation::StatusEmail, &[("applicantId", applicant_id)], &[])
    }

    /// *Retrieve applicant activity log*.
    pub fn timeline(applicant_id: &str) -> Self {
        Self::new(IdngoOperation::Timeline, &[("applicantId", applicant_id)], &[])
    }

    /// *Retrieve applicant verification report in PDF*; `lang` in ISO 639-1.
    pub fn report(applicant_id: &str, report: ReportType, lang: &str) -> Self {
        let query = [("report", Some(report.as_str())), ("lang", Some(lang))];
        Self::new(IdngoOperation::Report, &[("applicantId", applicant_id)], &query)
    }

    /// *Retrieve list of available verification levels*.
    pub fn levels() -> Self {
        Self::new(IdngoOperation::Levels, &[], &[])
    }

    /// *Update applicant data*: the fields that are there are set, those named in `unset_fields` are reset.
    pub fn info_patch(applicant_id: &str, info: &ApplicantInfo, unset_fields: &[&str]) -> Self {
        let unset = unset_fields.join(",");
        let query = [("unsetFields", (!unset.is_empty()).then_some(unset.as_str()))];
        let mut request = Self::new(IdngoOperation::InfoPatch, &[("applicantId", applicant_id)], &query);
        request.content_type = Some("application/json");
        // Strings, lists and maps with text for keys always have a JSON text.
        request.body = serde_json::to_vec(info).unwrap_or_else(|_| b"{}".to_vec());
        request
    }

    /// *Retrieve applicant Liveness*: the video of a check.
    pub fn liveness_video(applicant_id: &str, check_id: &str) -> Self {
        let query = [("checkId", Some(check_id))];
        Self::new(IdngoOperation::LivenessVideo, &[("applicantId", applicant_id)], &query)
    }

    /// *Retrieve similar applicants*, by data and face.
    pub fn similar_by_text_and_face(applicant_id: &str) -> Self {
        Self::new(IdngoOperation::SimilarByTextAndFace, &[("applicantId", applicant_id)], &[])
    }

    /// *Retrieve similar applicants*, by data alone.
    pub fn similar_by_text(applicant_id: &str) -> Self {
        Self::new(IdngoOperation::SimilarByText, &[("applicantId", applicant_id)], &[])
    }

    /// *Import applicant from ZIP archive*.
    pub fn applicant_import(archive: Vec<u8>) -> Self {
        let mut request = Self::new(IdngoOperation::ApplicantImport, &[], &[]);
        request.content_type = Some("application/zip");
        request.body = archive;
        request
    }

    /// *Deactivate applicant*, or activate it again.
    pub fn presence(applicant_id: &str, presence: Presence) -> Self {
        let parameters = [("applicantId", applicant_id), ("status", presence.as_str())];
        Self::new(IdngoOperation::Presence, &parameters, &[])
    }

    fn latest_check(operation: IdngoOperation, applicant_id: &str) -> Self {
        Self::new(operation, &[], &[("applicantId", Some(applicant_id))])
    }

    fn new(operation: IdngoOperation, path: &[(&str, &str)], query: &[(&str, Option<&str>)]) -> Self {
        let mut target = operation.path().to_owned();
        for (name, value) in path {
            target = target.replace(&format!("{{{name}}}"), &percent_encode(value).to_string());
        }
        let mut separator = '?';
        let fixed = operation.fixed_query();
        if !fixed.is_empty() {
            target.push(separator);
            target.push_str(fixed);
            separator = '&';
        }
        for (name, value) in query {
            if let Some(value) = value {
                target.push(separator);
                target.push_str(name);
                target.push('=');
                target.push_str(&percent_encode(value).to_string());
                separator = '&';
            }
        }
        Self { operation, target, content_type: None, body: Vec::new() }
    }

    /// The three headers of the signature. `prefix` is the path before [`IdngoRequest::target`] in the deployment,
    /// empty where there is none; `unix_seconds` is now.
    pub fn signed_headers(
        &self,
        app_token: &str,
        secret_key: &str,
        prefix: &str,
        unix_seconds: i64,
    ) -> [(&'static str, String); 3] {
        let timestamp = unix_seconds.to_string();
        let target = format!("{prefix}{}", self.target);
        let method = self.operation.method().as_str();
        let signature = signing::signature(secret_key.as_bytes(), &timestamp, method, &target, &self.body);
        [
            (signing::TOKEN_HEADER, app_token.to_owned()),
            (signing::TIMESTAMP_HEADER, timestamp),
            (signing::SIGNATURE_HEADER, signature),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_the_document() {
        let id = "5eea3f5204f940217bcbc03d";
        let link = WebSdkLinkOptions { external_user_id: Some("304775ty"), ..Default::default() };
        let table = [
            (IdngoRequest::similar_check(id), "/resources/checks/latest?type=SIMILAR_SEARCH&applicantId="),
            (IdngoRequest::tin_check(id), "/resources/checks/latest?type=TIN&applicantId="),
            (IdngoRequest::liveness_check(id), "/resources/checks/latest?type=FACE_LIVELINESS&applicantId="),
        ];
        for (request, begin) in table {
            assert_eq!(request.target, format!("{begin}{id}"));
        }
        let table = [
            (
                IdngoRequest::websdk_link("basic-kyc-level", &link),
                "/resources/sdkIntegrations/levels/basic-kyc-level/websdkLink?externalUserId=304775ty",
            ),
            (IdngoRequest::status_email("a"), "/resources/applicants/a/verificationStatusEmail"),
            (IdngoRequest::timeline("a"), "/resources/applicantTimeline/a"),
            (
                IdngoRequest::report("a", ReportType::Applicant, "en"),
                "/resources/applicants/a/summary/report?report=applicantReport&lang=en",
            ),
            (IdngoRequest::levels(), "/resources/applicants/-/levels"),
            (IdngoRequest::liveness_video("a", "c"), "/resources/applicants/a/info/facemap/video?checkId=c"),
            (IdngoRequest::similar_by_text_and_face("a"), "/resources/applicants/a/similar/byTextAndFace"),
            (IdngoRequest::similar_by_text("a"), "/resources/applicants/a/similar/byText"),
            (IdngoRequest::applicant_import(vec![1]), "/resources/applicants/-/applicantImport"),
            (IdngoRequest::presence("a", Presence::Deactivated), "/resources/applicants/a/presence/deactivated"),
        ];
        for (request, target) in table {
            assert_eq!(request.target, target);
        }
    }

    #[test]
    fn values_are_one_part_of_an_address() {
        let options = WebSdkLinkOptions {
            external_user_id: Some("a&b=c/é"),
            ttl_in_secs: Some(60),
            locale: Some("kk"),
            ..Default::default()
        };
        assert_eq!(
            IdngoRequest::websdk_link("a/../b?", &options).target,
            "/resources/sdkIntegrations/levels/a%2F..%2Fb%3F/websdkLink\
             ?externalUserId=a%26b%3Dc%2F%C3%A9&locale=kk&ttlInSecs=60"
        );
    }

    #[test]
    fn a_patch_says_only_what_changes() {
        let info =
            ApplicantInfo { first_name: Some("Andrew".into()), dob: Some("1990-05-01".into()), ..Default::default() };
        let request = IdngoRequest::info_patch("a", &info, &["tin", "addresses"]);
        assert_eq!(request.target, "/resources/applicants/a/info?unsetFields=tin%2Caddresses");
        assert_eq!(request.body, br#"{"firstName":"Andrew","dob":"1990-05-01"}"#);
        assert_eq!(IdngoRequest::info_patch("a", &info, &[]).target, "/resources/applicants/a/info");
    }

    #[test]
    fn the_prefix_is_signed_with_the_target() {
        let headers = IdngoRequest::levels().signed_headers("token", "key", "/kyc", 1_690_000_000);
        assert_eq!(headers[0], ("X-App-Token", "token".to_owned()));
        assert_eq!(headers[1], ("X-App-Access-Ts", "1690000000".to_owned()));
        let target = "/kyc/resources/applicants/-/levels";
        assert_eq!(headers[2].1, signing::signature(b"key", "1690000000", "GET", target, b""));
    }
}
