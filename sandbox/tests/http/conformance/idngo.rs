//! IDnGO's additional requests: what a backend calls with a signature.

use kyc_capture::api::idngo::applicant::ApplicantInfo;
use kyc_capture::api::idngo::enums::{Presence, ReportType};
use kyc_capture::api::idngo::requests::WebSdkLinkOptions;
use kyc_capture::api::idngo::{IdngoError, IdngoRequest};
use kyc_sandbox::idngo::levels;
use kyc_sandbox::store::idngo;
use kyc_specimen::document;
use kyc_specimen::person::Person;
use serde_json::{Value, json};

use super::kyc::{faces, photo};
use super::suite::{Suite, paths_of};
use crate::support::idngo::{Archive, CLIENT, Caller, SECRET, TOKEN};
use crate::support::{Server, http};

pub(super) fn run(suite: &mut Suite) {
    let server = suite.server;
    let added = server.app.store.run_blocking(|c| idngo::add_app(c, CLIENT, TOKEN, SECRET, &levels::standard(0)?, 0));
    added.unwrap();
    let caller = Caller { http: http(&server.url), token: TOKEN.to_owned(), app: server.app.clone() };

    let text = |reply: &Value, field: &str| reply[field].as_str().unwrap_or_default().to_owned();
    let good = Archive::person("u-1", "N1234567").with("applicant.json", "/email", json!("askhat@mail.example"));
    let id = text(&suite.reply("idngo_import", &caller.send(&IdngoRequest::applicant_import(good.zip()))), "id");
    let info = json!({ "firstName": "ASKHAT", "lastName": "NURLANOV", "dob": "1995-02-15", "country": "KAZ" });
    let alike = caller.imported(&Archive::of("u-2", info.clone(), "N7654321", 2));

    suite.reply("idngo_levels", &caller.send(&IdngoRequest::levels()));
    let by_type = ["type", "applicantId"];
    for (operation, request) in [
        ("idngo_check_similar", IdngoRequest::similar_check(&alike)),
        ("idngo_check_tin", IdngoRequest::tin_check(&id)),
        ("idngo_check_liveness", IdngoRequest::liveness_check(&id)),
    ] {
        suite.carried(operation, &by_type);
        suite.reply(operation, &caller.send(&request));
    }
    let check = caller.send(&IdngoRequest::liveness_check(&id)).json();
    let check = text(&check["checks"][0], "id");
    suite.carried("idngo_liveness_video", &["checkId"]);
    suite.reply("idngo_liveness_video", &caller.send(&IdngoRequest::liveness_video(&id, &check)));
    suite.reply("idngo_status_email", &caller.send(&IdngoRequest::status_email(&id)));
    suite.reply("idngo_timeline", &caller.send(&IdngoRequest::timeline(&id)));
    suite.carried("idngo_report", &["report", "lang"]);
    suite.reply("idngo_report", &caller.send(&IdngoRequest::report(&id, ReportType::Applicant, "en")));
    suite.reply("idngo_similar_text", &caller.send(&IdngoRequest::similar_by_text(&alike)));
    suite.reply("idngo_similar_text_face", &caller.send(&IdngoRequest::similar_by_text_and_face(&alike)));
    patch(suite, &caller, &id);
    for presence in [Presence::Deactivated, Presence::Activated] {
        suite.reply("idngo_presence", &caller.send(&IdngoRequest::presence(&id, presence)));
    }
    let (link, review) = link(suite, server, &caller);
    suite.reply("idngo_websdk_link", &link);
    suite.refused(
        "idngo_presence",
        IdngoError::UnderReview.status(),
        Some("the applicant is under review (pending, queued, prechecked)"),
        &review,
    );
    refusals(suite, &caller, &good, &alike, info);
}

/// Every field of the person, then one of them unset.
fn patch(suite: &mut Suite, caller: &Caller, id: &str) {
    let body = json!({
        "firstName": "Andrew", "lastName": "Example", "middleName": "B", "legalName": "EXAMPLE ANDREW", "gender": "M",
        "dob": "1990-05-01", "placeOfBirth": "Town", "countryOfBirth": "GBR", "stateOfBirth": "State", "country": "GBR",
        "nationality": "GBR", "tin": "950215301234",
        "addresses": [{
            "country": "GBR", "postCode": "1", "town": "Town", "street": "Street", "subStreet": "2", "state": "State",
            "buildingName": "A", "flatNumber": "3", "buildingNumber": "4",
        }],
    });
    let info: ApplicantInfo = serde_json::from_value(body.clone()).unwrap();
    suite.sent("idngo_info_update", paths_of(&body, ""));
    suite.reply("idngo_info_update", &caller.send(&IdngoRequest::info_patch(id, &info, &[])));
    suite.carried("idngo_info_update", &["unsetFields"]);
    let unset = IdngoRequest::info_patch(id, &ApplicantInfo::default(), &["middleName"]);
    let after = suite.reply("idngo_info_update", &caller.send(&unset));
    if after["middleName"].is_string() {
        suite.state_problem("idngo_info_update", "`unsetFields` leaves the field");
    }
}

/// A link of a level where a person decides, and a whole flow by it: the reply of the link, and what comes of
/// deactivating the applicant while the review waits.
fn link(suite: &mut Suite, server: &Server, caller: &Caller) -> (crate::support::Reply, crate::support::Reply) {
    let options = WebSdkLinkOptions {
        external_user_id: Some("u-3"),
        locale: Some("en"),
        ttl_in_secs: Some(600),
        ..WebSdkLinkOptions::default()
    };
    let action =
        WebSdkLinkOptions { external_user_id: Some("u-4"), external_action_id: Some("payout-7"), ..options.clone() };
    caller.send(&IdngoRequest::websdk_link(levels::ACTION, &action)).ok();
    suite.carried("idngo_websdk_link", &["externalUserId", "externalActionId", "locale", "ttlInSecs"]);
    let link = caller.send(&IdngoRequest::websdk_link(levels::MANUAL, &options));
    let url = link.json()["url"].as_str().unwrap_or_default().to_owned();
    let token = json!({ "token": url.rsplit('/').next().unwrap_or_default() });
    let session = caller.http.json("/idensic/session", token.clone()).json();
    let access = caller.http.json("/idensic/token", token).json();
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sdk = caller.http.header("authorization", &format!("Bearer {}", of(&access["accessToken"])));
    let sdk = sdk.header("x-client-id", &of(&session["clientId"]));
    let id = of(&session["sessionId"]);
    sdk.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true }));
    sdk.json("/idv/sdk/document/type/update", json!({ "session_id": id, "document_type_e": "passport" }));
    let image = photo(&document::passport(&Person::invented(3, false)), 33);
    let parts: [(&str, &[u8]); 4] =
        [("session_id", id.as_bytes()), ("latitude", b"43.2"), ("longitude", b"76.9"), ("image", &image)];
    sdk.multipart("/idv/sdk/document/front/add", &parts);
    let process = json!({ "session_id": id, "latitude": 43.2, "longitude": 76.9, "images": faces(33) });
    sdk.json("/idv/sdk/liveness/session/process", process);
    sdk.json("/idv/sdk/finalize", json!({ "session_id": id }));
    let found = server.app.store.run_blocking(|c| idngo::applicants::read_external(c, CLIENT, "u-3")).unwrap();
    let applicant = found.map(|a| a.applicant_id).unwrap_or_default();
    (link, caller.send(&IdngoRequest::presence(&applicant, Presence::Deactivated)))
}

fn refusals(suite: &mut Suite, caller: &Caller, good: &Archive, alike: &str, info: Value) {
    // Limits count 10 seconds.
    let rest = || caller.app.clock.advance_ms(10_000);
    rest();
    let one = caller.imported(&Archive::of("one-frame", info, "N2", 1));
    let check = caller.send(&IdngoRequest::liveness_check(&one)).json();
    let check = check["checks"][0]["id"].as_str().unwrap_or_default().to_owned();
    let few = caller.send(&IdngoRequest::liveness_video(&one, &check));
    let when = Some("only one frame or fewer were captured");
    suite.refused("idngo_liveness_video", IdngoError::TooFewFrames.status(), when, &few);

    let import = |archive: &Archive| caller.send(&IdngoRequest::applicant_import(archive.zip()));
    let red = import(&good.with("applicant.json", "/review/reviewResult/reviewAnswer", json!("RED")));
    let when = Some("`reviewAnswer` is not GREEN");
    suite.refused("idngo_import", IdngoError::AnswerNotGreen.status(), when, &red);
    let lacking = import(&good.with("passport/applicantIdDoc.json", "/idDocType", Value::Null));
    let when = Some("`applicantIdDoc.json` lacks `idDocType` or `country`");
    suite.refused("idngo_import", IdngoError::ParameterMissing.status(), when, &lacking);
    for (operation, request, limit) in [
        ("idngo_similar_text_face", IdngoRequest::similar_by_text_and_face(alike), 7),
        ("idngo_similar_text", IdngoRequest::similar_by_text(alike), 10),
        ("idngo_import", IdngoRequest::applicant_import(b"none".to_vec()), 10),
    ] {
        rest();
        for _ in 0..limit {
            caller.send(&request);
        }
        let when = format!("more than {limit} requests in 10 seconds");
        suite.refused(operation, 429, Some(&when), &caller.send(&request));
    }
}
