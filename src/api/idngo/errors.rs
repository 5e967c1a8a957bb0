//! The errors. The document states the rules in prose and gives neither codes nor texts; both are defined here, and
//! the sandbox answers with them in the project's one shape:
//! `{ "error": { "code", "message", "field"? }, "statusCode" }`.

/// Defines the refusals: code, HTTP status, text.
macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $text:literal;)+) => {
        /// A refusal of the additional requests.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IdngoError {
            $($(#[$doc])* $variant,)+
        }

        impl IdngoError {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self {
                    $(Self::$variant => $status,)+
                }
            }

            /// The text, the same for every occurrence.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

refusals! {
    /// One of the three headers is absent; `field` names it.
    HeaderMissing = "header_missing", 401, "A header of the signature is missing";
    /// `X-App-Access-Ts` is no whole number of seconds.
    TimestampInvalid = "timestamp_invalid", 401, "The timestamp is not a Unix time in seconds";
    /// The caller's clock and the server's differ too much.
    TimestampOutside = "timestamp_outside", 401, "The timestamp must be within 1 minute of the server's time";
    /// The token is unknown, or the signature is not that of the request.
    SignatureWrong = "signature_wrong", 401, "The app token is unknown or the signature does not match the request";
    /// A parameter of the query, or a field of the body, is absent; `field` names it.
    ParameterMissing = "parameter_missing", 400, "A required parameter is missing";
    /// A parameter or field has no documented value; `field` names it.
    ParameterInvalid = "parameter_invalid", 400, "A parameter has an invalid value";
    /// A field that the document does not have; `field` names it.
    FieldUnknown = "field_unknown", 400, "The document has no such field";
    /// The body is no JSON object.
    BodyInvalid = "body_invalid", 400, "The body is not a JSON object";
    /// A body of another media type.
    ContentTypeWrong = "content_type_wrong", 415, "The body has another content type than the operation takes";
    /// The body, or one file, is over 50 MB.
    TooLarge = "too_large", 413, "A file must not be larger than 50 MB";
    /// No such applicant of this client.
    ApplicantNotFound = "applicant_not_found", 404, "Applicant not found";
    /// No such level of this client.
    LevelNotFound = "level_not_found", 404, "Verification level not found";
    /// No such check of the applicant.
    CheckNotFound = "check_not_found", 404, "Check not found";
    /// Another applicant has this external identifier.
    ApplicantExists = "applicant_exists", 409, "An applicant with this externalUserId already exists";
    /// Presence cannot change now.
    UnderReview = "under_review", 409, "The applicant is under review (pending, queued or prechecked)";
    /// The applicant cannot be written to.
    NoEmail = "no_email", 400, "The applicant has no email address";
    /// There is no video of so few frames.
    TooFewFrames = "too_few_frames", 400, "Only one frame or fewer were captured during the liveness check";
    /// A report of the other type of applicant.
    ReportTypeWrong = "report_type_wrong", 400, "The report type does not fit the type of the applicant";
    /// The report of an earlier request is not done.
    ReportInProgress = "report_in_progress", 429, "A report is being generated: wait for its response";
    /// More requests than documented.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// The archive cannot be read.
    ArchiveInvalid = "archive_invalid", 400, "The body is not a ZIP archive that can be read";
    /// The archive unpacks to too much.
    ArchiveTooLarge = "archive_too_large", 413, "The archive has too many entries or unpacks to too many bytes";
    /// A name that leads out of the archive, or too deep.
    ArchivePath = "archive_path", 400, "An entry of the archive has a name that is not allowed";
    /// Two entries of one name, or one step twice.
    ArchiveDuplicate = "archive_duplicate", 400, "The archive has the same entry or step twice";
    /// A file of a type that does not belong there.
    MediaTypeWrong = "media_type_wrong", 415, "A file is not of a type that its step takes";
    /// An image or video that cannot be read.
    MediaInvalid = "media_invalid", 422, "An image or video cannot be read";
    /// `applicant.json` is not in the archive.
    ApplicantJsonMissing = "applicant_json_missing", 400, "The archive has no applicant.json";
    /// A folder without `applicantIdDoc.json`.
    IdDocJsonMissing = "id_doc_json_missing", 400, "A folder of the archive has no applicantIdDoc.json";
    /// A folder without an image or video.
    MediaMissing = "media_missing", 400, "A folder of the archive has no image or video";
    /// Only approved applicants are imported.
    AnswerNotGreen = "answer_not_green", 400, "reviewAnswer must be GREEN: only approved applicants can be imported";
    /// The level wants a step that is not in the archive.
    StepMissing = "step_missing", 400, "The archive lacks a step that the verification level requires";
    /// The level has no such step.
    StepUnexpected = "step_unexpected", 400, "The verification level has no such step";
    /// Nothing answers there.
    NotFound = "not_found", 404, "There is nothing at this address";
    /// The address answers another method.
    MethodNotAllowed = "method_not_allowed", 405, "This address answers another method";
    /// Faces cannot be compared at the moment.
    FaceSearchUnavailable = "face_search_unavailable", 503, "Search by face is not available now";
    /// The server's own fault.
    ServerError = "server_error", 500, "The server failed";
}

impl IdngoError {
    /// The refusal of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|error| error.code() == code)
    }

    /// Whether the same request may succeed later.
    pub const fn is_retryable(self) -> bool {
        matches!(self.status(), 429 | 500..=599)
    }
}

impl std::fmt::Display for IdngoError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text())
    }
}

impl std::error::Error for IdngoError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_found_again() {
        for (i, error) in IdngoError::ALL.iter().enumerate() {
            assert_eq!(IdngoError::from_code(error.code()), Some(*error));
            assert!((400..=599).contains(&error.status()), "{error}");
            assert!(
                IdngoError::ALL[..i].iter().all(|e| e.code() != error.code() && e.text() != error.text()),
                "{error}"
            );
        }
        assert_eq!(IdngoError::from_code("unknown"), None);
        assert!(IdngoError::RateLimited.is_retryable() && !IdngoError::NoEmail.is_retryable());
    }
}
