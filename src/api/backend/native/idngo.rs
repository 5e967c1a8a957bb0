//! IDnGO: signs every attempt and respects the documented rate limits by waiting.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::download::Download;
use super::http::{Authorize, Headers, Http, Progress, Settings, now_ms};
use crate::api::backend::call::{Call, Secret};
use crate::api::backend::idngo::{IdngoKeys, call, signed_headers};
use crate::api::backend::rejection::{BackendError, IdngoRejection};
use crate::api::errors::ApiError;
use crate::api::http::{BaseUrl, InvalidOption};
use crate::api::idngo::applicant::{Applicant, ApplicantInfo, SimilarApplicantsReply};
use crate::api::idngo::checks::{ChecksReply, LivenessCheck, SimilarCheck, TinCheck};
use crate::api::idngo::enums::{Presence, ReportType};
use crate::api::idngo::levels::{LevelsReply, StatusEmailReply, WebSdkLinkReply};
use crate::api::idngo::requests::{IdngoRequest, WebSdkLinkOptions};
use crate::api::idngo::timeline::TimelineReply;

/// What a call brings, or why not.
type Outcome<T> = Result<T, BackendError<IdngoRejection>>;

/// The additional requests of IDnGO.
#[derive(Debug, Clone)]
pub struct IdngoClient {
    http: Arc<Http>,
    keys: IdngoKeys,
}

/// The signature of each attempt.
struct Signer<'a> {
    keys: &'a IdngoKeys,
    base: &'a BaseUrl,
}

impl Authorize for Signer<'_> {
    async fn headers(&self, call: &Call) -> Result<Headers, ApiError> {
        Ok(signed_headers(self.keys, self.base, call, now_ms()).into())
    }
}

impl IdngoClient {
    /// A client with the default settings.
    ///
    /// # Errors
    /// [`InvalidOption`]
    pub fn new(base_url: &str, app_token: &str, secret_key: &str) -> Result<Self, InvalidOption> {
        Self::with_settings(base_url, app_token, secret_key, Settings::default())
    }

    /// A client.
    ///
    /// # Errors
    /// [`InvalidOption`]
    pub fn with_settings(
        base_url: &str,
        app_token: &str,
        secret_key: &str,
        settings: Settings,
    ) -> Result<Self, InvalidOption> {
        let keys = IdngoKeys {
            app_token: Secret::for_header("appToken", app_token)?,
            secret_key: Secret::new("secretKey", secret_key)?,
        };
        Ok(Self { http: Arc::new(Http::new(base_url, settings)?), keys })
    }

    /// *Retrieve duplicate check results*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn similar_check(&self, applicant_id: &str) -> Outcome<ChecksReply<SimilarCheck>> {
        self.fetch(IdngoRequest::similar_check(applicant_id)).await
    }

    /// *Retrieve TIN check result*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn tin_check(&self, applicant_id: &str) -> Outcome<ChecksReply<TinCheck>> {
        self.fetch(IdngoRequest::tin_check(applicant_id)).await
    }

    /// *Retrieve face Liveness check result*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn liveness_check(&self, applicant_id: &str) -> Outcome<ChecksReply<LivenessCheck>> {
        self.fetch(IdngoRequest::liveness_check(applicant_id)).await
    }

    /// *Generate external WebSDK link*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn websdk_link(&self, level_name: &str, options: &WebSdkLinkOptions<'_>) -> Outcome<WebSdkLinkReply> {
        self.fetch(IdngoRequest::websdk_link(level_name, options)).await
    }

    /// *Send verification status email to user*. Not repeated where it may have been sent.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn status_email(&self, applicant_id: &str) -> Outcome<StatusEmailReply> {
        self.fetch(IdngoRequest::status_email(applicant_id)).await
    }

    /// *Retrieve applicant activity log*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn timeline(&self, applicant_id: &str) -> Outcome<TimelineReply> {
        self.fetch(IdngoRequest::timeline(applicant_id)).await
    }

    /// *Retrieve applicant verification report in PDF*; `lang` in ISO 639-1.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn report(&self, applicant_id: &str, report: ReportType, lang: &str) -> Outcome<Download> {
        self.open(IdngoRequest::report(applicant_id, report, lang), None).await
    }

    /// *Retrieve list of available verification levels*.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn levels(&self) -> Outcome<LevelsReply> {
        self.fetch(IdngoRequest::levels()).await
    }

    /// *Update applicant data*: the fields that are there are set, those named in `unset_fields` are reset.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn update_info(
        &self,
        applicant_id: &str,
        info: &ApplicantInfo,
        unset_fields: &[&str],
    ) -> Outcome<ApplicantInfo> {
        self.fetch(IdngoRequest::info_patch(applicant_id, info, unset_fields)).await
    }

    /// *Retrieve applicant Liveness*: the video of a check.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn liveness_video(&self, applicant_id: &str, check_id: &str) -> Outcome<Download> {
        self.open(IdngoRequest::liveness_video(applicant_id, check_id), None).await
    }

    /// *Retrieve similar applicants*, by data and face: 7 in 10 s, for which is waited.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn similar_by_text_and_face(&self, applicant_id: &str) -> Outcome<SimilarApplicantsReply> {
        self.fetch(IdngoRequest::similar_by_text_and_face(applicant_id)).await
    }

    /// *Retrieve similar applicants*, by data alone: 10 in 10 s, for which is waited.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn similar_by_text(&self, applicant_id: &str) -> Outcome<SimilarApplicantsReply> {
        self.fetch(IdngoRequest::similar_by_text(applicant_id)).await
    }

    /// *Import applicant from ZIP archive*: 10 in 10 s, for which is waited. Not repeated where it may have been done.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn import(&self, archive: Vec<u8>, progress: Option<Progress>) -> Outcome<Applicant> {
        let signer = Signer { keys: &self.keys, base: &self.http.base };
        self.http.fetch_with(call(IdngoRequest::applicant_import(archive)), &signer, progress).await
    }

    /// *Deactivate applicant*, or activate it again.
    ///
    /// # Errors
    /// [`BackendError`]
    pub async fn set_presence(&self, applicant_id: &str, presence: Presence) -> Outcome<Applicant> {
        self.fetch(IdngoRequest::presence(applicant_id, presence)).await
    }

    async fn fetch<T: DeserializeOwned>(&self, request: IdngoRequest) -> Outcome<T> {
        let signer = Signer { keys: &self.keys, base: &self.http.base };
        self.http.fetch(call(request), &signer).await
    }

    async fn open(&self, request: IdngoRequest, progress: Option<Progress>) -> Outcome<Download> {
        let signer = Signer { keys: &self.keys, base: &self.http.base };
        self.http.open(call(request), &signer, progress).await
    }
}
