//! IDnGO: the fourteen additional requests, and the page that a WebSDK link opens.
//!
//! A request passes [`call`] (who calls, signed and in time) and reaches its operation: [`applicants`] (levels, data,
//! presence, e-mail, timeline), [`import`] (an archive, read by [`archive`] and examined by [`media`]), [`checks`]
//! (what was checked, by [`similar`], [`tin`] and the core's detectors), [`report`] (drawn by [`pdf`]), [`video`]
//! (muxed by [`webm`]) and [`links`]. What happened to an applicant is written by [`timeline`] as it happens.

pub mod applicant_update;
pub mod applicants;
pub mod archive;
pub mod call;
pub mod checks;
pub mod complete_review;
pub mod context;
pub mod faces;
pub mod import;
pub mod latest_checks;
pub mod levels;
pub mod links;
pub mod mail;
pub mod media;
pub mod pdf;
pub mod refusal;
pub mod report;
pub mod report_slots;
pub mod similar;
pub mod similar_search;
pub mod timeline;
pub mod timeline_list;
pub mod tin;
pub mod video;
pub mod webm;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{MethodRouter, get, patch, post};
use kyc_capture::api::idngo::IdngoOperation;

use crate::idngo::context::Idngo;

/// The routes of this area. Three operations share *latest checks*.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Idngo: FromRef<S>,
{
    let mut router = links::routes();
    for operation in IdngoOperation::ALL {
        if let Some(handler) = handler_of(*operation) {
            router = router.route(operation.path(), handler);
        }
    }
    router
}

fn handler_of<S>(operation: IdngoOperation) -> Option<MethodRouter<S>>
where
    S: Clone + Send + Sync + 'static,
    Idngo: FromRef<S>,
{
    Some(match operation {
        IdngoOperation::SimilarCheck => get(latest_checks::latest),
        // The type in the query distinguishes them.
        IdngoOperation::TinCheck | IdngoOperation::LivenessCheck => return None,
        IdngoOperation::WebSdkLink => post(links::create),
        IdngoOperation::StatusEmail => post(mail::status_email),
        IdngoOperation::Timeline => get(timeline_list::list),
        IdngoOperation::Report => get(report::download),
        IdngoOperation::Levels => get(levels::list),
        IdngoOperation::InfoPatch => patch(applicant_update::info_patch),
        IdngoOperation::LivenessVideo => get(video::download),
        IdngoOperation::SimilarByTextAndFace => get(similar_search::by_text_and_face),
        IdngoOperation::SimilarByText => get(similar_search::by_text),
        IdngoOperation::ApplicantImport => post(import::applicant_import),
        IdngoOperation::Presence => patch(applicant_update::presence),
    })
}
