//! The table of operations: the one place that knows methods and paths. Both kinds of *similar applicants* and the
//! three types of *latest checks* are operations of their own, as in the document.

use crate::api::http::Method;

/// Defines the operations with name, method, path, fixed query, and requests per 10 seconds (0: no limit is
/// documented).
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal, $method:ident $path:literal, $query:literal, $limit:literal;
    )+) => {
        /// An operation of the additional requests.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum IdngoOperation {
            $($(#[$doc])* $variant,)+
        }

        impl IdngoOperation {
            /// Every operation, in the order of the document.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The HTTP method.
            pub const fn method(self) -> Method {
                match self {
                    $(Self::$variant => Method::$method,)+
                }
            }

            /// The path; `{…}` stand for its parameters.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Self::$variant => $path,)+
                }
            }

            /// What the query must begin with; empty where it is free.
            pub const fn fixed_query(self) -> &'static str {
                match self {
                    $(Self::$variant => $query,)+
                }
            }

            /// Documented requests per [`super::RATE_WINDOW_MS`] and client.
            pub const fn rate_limit(self) -> Option<u32> {
                let limit: u32 = match self {
                    $(Self::$variant => $limit,)+
                };
                if limit == 0 { None } else { Some(limit) }
            }
        }
    };
}

operations! {
    /// Retrieve duplicate check results.
    SimilarCheck = "idngo_check_similar", Get "/resources/checks/latest", "type=SIMILAR_SEARCH", 0;
    /// Retrieve TIN check result.
    TinCheck = "idngo_check_tin", Get "/resources/checks/latest", "type=TIN", 0;
    /// Generate external WebSDK link.
    WebSdkLink = "idngo_websdk_link", Post "/resources/sdkIntegrations/levels/{levelName}/websdkLink", "", 0;
    /// Send verification status email to user.
    StatusEmail = "idngo_status_email", Post "/resources/applicants/{applicantId}/verificationStatusEmail", "", 0;
    /// Retrieve applicant activity log.
    Timeline = "idngo_timeline", Get "/resources/applicantTimeline/{applicantId}", "", 0;
    /// Retrieve applicant verification report in PDF.
    Report = "idngo_report", Get "/resources/applicants/{applicantId}/summary/report", "", 0;
    /// Retrieve list of available verification levels.
    Levels = "idngo_levels", Get "/resources/applicants/-/levels", "", 0;
    /// Update applicant data.
    InfoPatch = "idngo_info_update", Patch "/resources/applicants/{applicantId}/info", "", 0;
    /// Retrieve face liveness check result.
    LivenessCheck = "idngo_check_liveness", Get "/resources/checks/latest", "type=FACE_LIVELINESS", 0;
    /// Retrieve applicant liveness (video).
    LivenessVideo = "idngo_liveness_video", Get "/resources/applicants/{applicantId}/info/facemap/video", "", 0;
    /// Retrieve similar applicants, by data and face.
    SimilarByTextAndFace = "idngo_similar_text_face",
        Get "/resources/applicants/{applicantId}/similar/byTextAndFace", "", 7;
    /// Retrieve similar applicants, by data.
    SimilarByText = "idngo_similar_text", Get "/resources/applicants/{applicantId}/similar/byText", "", 10;
    /// Import applicant from ZIP archive.
    ApplicantImport = "idngo_import", Post "/resources/applicants/-/applicantImport", "", 10;
    /// Deactivate applicant, or activate it again.
    Presence = "idngo_presence", Patch "/resources/applicants/{applicantId}/presence/{status}", "", 0;
}

impl IdngoOperation {
    /// The operation of that [`IdngoOperation::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_fourteen_and_none_twice() {
        assert_eq!(IdngoOperation::ALL.len(), 14);
        for (i, a) in IdngoOperation::ALL.iter().enumerate() {
            assert_eq!(IdngoOperation::from_name(a.name()), Some(*a));
            let route = |o: &IdngoOperation| (o.method(), o.path(), o.fixed_query());
            assert!(IdngoOperation::ALL[..i].iter().all(|b| route(a) != route(b) && a.name() != b.name()), "{a:?}");
        }
        let limits: Vec<u32> = IdngoOperation::ALL.iter().filter_map(|o| o.rate_limit()).collect();
        assert_eq!(limits, [7, 10, 10]);
    }
}
