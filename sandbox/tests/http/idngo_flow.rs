//! Links of IDnGO: the page, the session that it begins, and what becomes of the applicant.

use crate::support::idngo::{CLIENT, Caller, refused, server};
use crate::support::{Server, jpeg};
use kyc_capture::api::idngo::enums::{Answer, Presence, ReportType};
use kyc_capture::api::idngo::requests::WebSdkLinkOptions;
use kyc_capture::api::idngo::{IdngoError, IdngoRequest};
use kyc_capture::api::kyc::enums::DocumentType;
use kyc_sandbox::idngo::{complete_review, levels};
use kyc_sandbox::store::idngo::{applicants, records, session_client};
use kyc_sandbox::store::images::{self, Kind, Place};
use kyc_sandbox::store::outcome::Outcome;
use kyc_sandbox::store::removal;
use kyc_sandbox::store::sessions::{self, Event};
use kyc_specimen::person::Portrait;
use kyc_specimen::scene;
use serde_json::{Value, json};

fn link(caller: &Caller, level: &str, options: &WebSdkLinkOptions<'_>) -> String {
    let reply = caller.send(&IdngoRequest::websdk_link(level, options)).ok();
    let url = reply["url"].as_str().unwrap();
    let (page, token) = url.split_once("/#/").unwrap();
    assert_eq!(page, format!("{}/idensic/l", caller.http.url));
    assert!(token.len() == 16 && token.bytes().all(|b| b.is_ascii_alphanumeric()), "{token}");
    token.to_owned()
}

fn for_user(user: &str) -> WebSdkLinkOptions<'_> {
    WebSdkLinkOptions { external_user_id: Some(user), ..WebSdkLinkOptions::default() }
}

fn begin(caller: &Caller, token: &str) -> Value {
    caller.http.json("/idensic/session", json!({ "token": token })).ok()
}

fn applicant_id(server: &Server, user: &str) -> String {
    let found = server.app.store.run_blocking(|c| applicants::read_external(c, CLIENT, user)).unwrap();
    found.unwrap().applicant_id
}

/// Stores what the SDK and finalization would: the images and this outcome.
fn complete(server: &Server, session_id: &str, name: (&str, &str), number: &str, live: bool) {
    let passed = |kind: &str, passed: bool| json!({ "kind": kind, "passed": passed, "score": 0.9 });
    let outcome: Outcome = serde_json::from_value(json!({
        "verified": live, "on_sanction_list": false, "screened": true, "score": 90.0,
        "checks": [passed("data_read", true), passed("liveness_faces", live)],
        "document": {
            "document_id": "d", "source": "mrz", "document_number": number, "ref_number": null, "issued_at": null,
            "expires_at": "2031-01-01", "issuing_country": "UTO", "issuing_state": null, "first_name": name.1,
            "middle_name": null, "last_name": name.0, "name_suffix": null, "street": null, "city": null, "state": null,
            "postal_code": null, "birth_date": "1990-02-03", "gender": "female", "height": null, "weight": null,
            "eye_color": null, "hair_color": null, "class": null, "restrictions": null
        }
    }))
    .unwrap();
    let now_ms = server.app.clock.now_ms();
    let seed = number.bytes().fold(0_u8, |sum, b| sum.wrapping_mul(7).wrapping_add(b));
    server
        .app
        .store
        .run_blocking(|c| {
            let client = session_client(CLIENT);
            let session = sessions::read(c, session_id, &client)?;
            let place = Place { latitude: "0".into(), longitude: "0".into() };
            sessions::set_consent(c, session_id, true, now_ms)?;
            sessions::set_document_type(c, &session, &DocumentType::Passport, now_ms)?;
            images::replace(c, session_id, Kind::Front, &[jpeg(seed)], &place, now_ms)?;
            sessions::note(c, session_id, Event::DocumentFrontStored, now_ms)?;
            let frames = [jpeg(seed.wrapping_add(1)), jpeg(seed.wrapping_add(2))];
            images::replace(c, session_id, Kind::Liveness, &frames, &place, now_ms)?;
            sessions::note(c, session_id, Event::LivenessImagesStored, now_ms)?;
            let session = sessions::read(c, session_id, &client)?;
            sessions::complete(c, &session, None, &outcome, None, &[], now_ms)
        })
        .unwrap();
}

#[test]
fn a_session_that_is_removed_while_it_is_taken_over_brings_nothing() {
    for anonymize in [false, true] {
        let (server, caller) = server();
        let token = link(&caller, levels::BASIC, &for_user("u"));
        let session_id = begin(&caller, &token)["sessionId"].as_str().unwrap().to_owned();
        complete(&server, &session_id, ("ERIKSSON", "ANNA"), "L898902C3", true);
        let id = applicant_id(&server, "u");
        // The reader has the session, and waits for its turn to look at the faces.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let held: Vec<_> = (0..cores).map(|_| runtime.block_on(server.app.workers.permit()).unwrap()).collect();
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| status(&caller, &token));
            // Whether it has read before or after the removal: nothing of the person comes over.
            std::thread::sleep(std::time::Duration::from_millis(500));
            let removed = server.app.store.run_blocking(|c| {
                let session = sessions::read(c, &session_id, &session_client(CLIENT))?;
                match anonymize {
                    true => removal::anonymize(c, &session, 1),
                    false => removal::delete(c, &session, 1),
                }
            });
            removed.unwrap();
            drop(held);
            reader.join().unwrap();
        });
        let applicant = server.app.store.run_blocking(|c| applicants::read(c, CLIENT, &id)).unwrap().unwrap();
        assert_eq!(applicant.info, Default::default());
        let media = server.app.store.run_blocking(|c| records::images(c, &id, 100)).unwrap();
        assert!(media.is_empty(), "{media:?}");
    }
}

fn status(caller: &Caller, token: &str) -> Value {
    caller.http.json("/idensic/status", json!({ "token": token })).ok()
}

#[test]
fn a_person_becomes_an_applicant_with_a_decision() {
    let (server, caller) = server();
    let options = WebSdkLinkOptions { locale: Some("ru"), ..for_user("304775ty") };
    let token = link(&caller, levels::BASIC, &options);
    let page = caller.http.get("/idensic/l/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    assert!(caller.http.get("/idensic/page.js").text().contains("/idensic/session"));
    assert_eq!(caller.http.get("/idensic/page.css").status, 200);

    let session = begin(&caller, &token);
    assert_eq!((&session["clientId"], &session["locale"]), (&json!("idngo:coolclientid"), &json!("ru")));
    let session_id = session["sessionId"].as_str().unwrap();
    assert_eq!(begin(&caller, &token)["sessionId"], session_id, "one session for each link");
    // The token is one of a browser, for this session: the SDK's operations take it.
    let access = caller.http.json("/idensic/token", json!({ "token": token })).ok();
    let bearer = format!("Bearer {}", access["accessToken"].as_str().unwrap());
    let sdk = caller.http.header("authorization", &bearer).header("x-client-id", "idngo:coolclientid");
    assert_eq!(sdk.json("/idv/sdk/session/read", json!({ "session_id": session_id })).ok()["consented"], false);
    let before = status(&caller, &token);
    assert_eq!((&before["reviewStatus"], &before["reviewAnswer"]), (&json!("init"), &Value::Null));

    complete(&server, session_id, ("ERIKSSON", "ANNA"), "L898902C3", true);
    let id = applicant_id(&server, "304775ty");
    let after = status(&caller, &token);
    assert_eq!(
        after,
        json!({ "applicantId": id, "reviewStatus": "completed", "reviewAnswer": "GREEN", "moderationComment": null })
    );
    let reply = caller.send(&IdngoRequest::presence(&id, Presence::Activated)).ok();
    let info = &reply["info"];
    assert_eq!(
        (&info["lastName"], &info["gender"], &info["country"]),
        (&json!("ERIKSSON"), &json!("F"), &json!("UTO"))
    );
    assert_eq!(
        (&info["idDocs"][0]["idDocType"], &info["idDocs"][0]["number"]),
        (&json!("PASSPORT"), &json!("L898902C3"))
    );
    let review = &reply["review"];
    assert_eq!((&review["autoChecked"], &review["reprocessing"]), (&json!(true), &json!(false)));
    assert!(review["elapsedSincePendingMs"].is_i64() && review["startDate"].is_string());

    let liveness = caller.send(&IdngoRequest::liveness_check(&id)).ok();
    assert_eq!(liveness["checks"][0]["answer"], "GREEN");
    let video = caller.send(&IdngoRequest::liveness_video(&id, liveness["checks"][0]["id"].as_str().unwrap()));
    assert_eq!(video.header("content-type"), Some("video/webm"));
    match played(&video.body) {
        // Two frames of 64 by 48 pixels, half a second each.
        Some(seen) => assert_eq!(seen, "64x48 1s ended"),
        None => println!("skipped: no Chromium to play the video with"),
    }
    assert_eq!(caller.send(&IdngoRequest::similar_check(&id)).ok()["checks"][0]["answer"], "GREEN");
    assert_eq!(caller.send(&IdngoRequest::report(&id, ReportType::Applicant, "ru")).status, 200);

    let timeline = caller.send(&IdngoRequest::timeline(&id)).ok();
    let items = timeline["items"].as_array().unwrap();
    let mut activities: Vec<String> = items
        .iter()
        .map(|item| format!("{} {}", item["activity"].as_str().unwrap(), item["status"].as_str().unwrap_or_default()))
        .collect();
    activities.sort();
    let expected = [
        "applicant:changed:status completed",
        "applicant:changed:status pending",
        "system:completed:review ",
        "user:added:idDoc ",
        "user:added:idDoc ",
        "user:added:idDoc ",
        "user:created:applicant ",
        "user:created:websdkLink ",
        "user:opened:websdk ",
    ];
    assert_eq!(activities, expected);
    let added = items.iter().find(|item| item["idDocType"] == "PASSPORT").unwrap();
    assert_eq!(added["trackingData"], json!({ "ip": "127.0.0.1", "xClientId": "WebSDK" }));
    assert_eq!(added["subjectName"], "UserId");

    // The same data again, for somebody else: refused for good, as in the document's sample.
    let second = link(&caller, levels::BASIC, &for_user("another-account"));
    let session = begin(&caller, &second);
    complete(&server, session["sessionId"].as_str().unwrap(), ("ERIKSSON", "ANNA"), "L898902C3", true);
    let after = status(&caller, &second);
    assert_eq!(after["reviewAnswer"], "RED");
    let similar = caller.send(&IdngoRequest::similar_by_text(&id)).ok();
    let found = &similar["similarApplicants"][0];
    assert_eq!((&found["exactMatch"], &found["blacklisted"]), (&json!(true), &json!(true)));
    let result = &found["applicant"]["review"]["reviewResult"];
    assert_eq!((&result["rejectLabels"], &result["reviewRejectType"]), (&json!(["DUPLICATE"]), &json!("FINAL")));
}

#[test]
fn who_fails_may_try_again() {
    let (server, caller) = server();
    let token = link(&caller, levels::BASIC, &for_user("u"));
    let session = begin(&caller, &token);
    complete(&server, session["sessionId"].as_str().unwrap(), ("A", "B"), "P1", false);
    let after = status(&caller, &token);
    assert_eq!((&after["reviewAnswer"], &after["moderationComment"]), (&json!("RED"), &json!("Please try again.")));
    let id = applicant_id(&server, "u");
    assert_eq!(caller.send(&IdngoRequest::liveness_check(&id)).ok()["checks"][0]["answer"], "RED");
    let token = link(&caller, levels::BASIC, &for_user("u"));
    assert_eq!(applicant_id(&server, "u"), id, "the same applicant");
    let session = begin(&caller, &token);
    complete(&server, session["sessionId"].as_str().unwrap(), ("A", "B"), "P1", true);
    assert_eq!(status(&caller, &token)["reviewAnswer"], "GREEN");
    let review = &caller.send(&IdngoRequest::presence(&id, Presence::Activated)).ok()["review"];
    assert_eq!(review["reprocessing"], true);
}

#[test]
fn a_person_decides_where_the_level_says_so() {
    let (server, caller) = server();
    let token = link(&caller, levels::MANUAL, &for_user("u"));
    let session = begin(&caller, &token);
    complete(&server, session["sessionId"].as_str().unwrap(), ("A", "B"), "P1", true);
    assert_eq!(status(&caller, &token)["reviewStatus"], "queued");
    let id = applicant_id(&server, "u");
    refused(&caller.send(&IdngoRequest::presence(&id, Presence::Deactivated)), IdngoError::UnderReview, None);
    let now_ms = server.app.clock.now_ms() + 148_469;
    let decide =
        |answer| server.app.store.run_for(None, |c| complete_review::moderate(c, &id, &answer, now_ms)).unwrap();
    assert!(decide(Answer::Green));
    assert!(!decide(Answer::Red), "decided once");
    let items = caller.send(&IdngoRequest::timeline(&id)).ok()["items"].clone();
    let latest = &items[0];
    assert_eq!(
        (&latest["activity"], &latest["subjectName"]),
        (&json!("moderator:completed:review"), &json!("Backoffice"))
    );
    assert_eq!(latest["reviewAnswer"], "GREEN");
    assert!(latest["elapsedSincePendingMs"].as_i64().unwrap() >= 148_469);
    let review = &caller.send(&IdngoRequest::presence(&id, Presence::Deactivated)).ok()["review"];
    assert!(review["elapsedSinceQueuedMs"].is_i64());
    assert_eq!(review["autoChecked"], false);
}

#[test]
fn an_action_leaves_the_review_alone() {
    let (server, caller) = server();
    let options = WebSdkLinkOptions { external_action_id: Some("payout-7"), ..for_user("u") };
    let token = link(&caller, levels::ACTION, &options);
    let session = begin(&caller, &token);
    complete(&server, session["sessionId"].as_str().unwrap(), ("A", "B"), "P1", true);
    assert_eq!(status(&caller, &token)["reviewStatus"], "init");
    let id = applicant_id(&server, "u");
    assert_eq!(caller.send(&IdngoRequest::liveness_check(&id)).ok()["checks"][0]["answer"], "GREEN");
    let items = caller.send(&IdngoRequest::timeline(&id)).ok()["items"].clone();
    assert!(items.as_array().unwrap().iter().any(|item| item["activity"] == "applicant:completed:action"));
    let company = link(&caller, levels::COMPANY, &for_user("company"));
    assert_eq!(company.len(), 16);
    let id = applicant_id(&server, "company");
    assert_eq!(caller.send(&IdngoRequest::report(&id, ReportType::Company, "en")).status, 200);
    refused(&caller.send(&IdngoRequest::report(&id, ReportType::Applicant, "en")), IdngoError::ReportTypeWrong, None);
}

#[test]
fn the_same_face_is_found_under_another_name() {
    let models = crate::support::models();
    if let Some(missing) = models.missing() {
        println!("skipped: no model `{missing}` (cargo xtask models makes it)");
        return;
    }
    let (_server, caller) = crate::support::idngo::server_with(models);
    let frame = |portrait: Portrait, number: u8| {
        let mut frame = scene::with_face_of(portrait, (640, 480));
        frame.put_pixel(0, 0, image::Rgb([number, 0, 0]));
        kyc_specimen::encode::png(&frame)
    };
    let import = |user: &str, name: (&str, &str), portrait: Portrait, seed: u8| {
        let info = json!({ "firstName": name.0, "lastName": name.1, "country": "UTO" });
        let archive = crate::support::idngo::Archive::of(user, info, user, 0)
            .with_file("selfie/0.png", frame(portrait, seed))
            .with_file("selfie/1.png", frame(portrait, seed + 1));
        caller.imported(&archive)
    };
    let first = import("u-1", ("ANNA", "ERIKSSON"), Portrait::Astronaut, 1);
    let second = import("u-2", ("BERTA", "MUSTER"), Portrait::Astronaut, 3);
    let other = import("u-3", ("CARLA", "SPECIMEN"), Portrait::Officer, 5);
    for id in [&first, &second, &other] {
        assert_eq!(caller.send(&IdngoRequest::liveness_check(id)).ok()["checks"][0]["answer"], "GREEN");
    }
    let reply = caller.send(&IdngoRequest::similar_by_text_and_face(&first)).ok();
    assert_eq!(reply["totalCnt"], 1, "{reply}");
    let found = &reply["similarApplicants"][0];
    assert_eq!((&found["applicant"]["id"], &found["types"]), (&json!(second), &json!(["image"])));
    // As in the document's sample: by the face alone no field is alike, and the match is not exact.
    assert_eq!((&found["matchedFields"], &found["exactMatch"]), (&json!([]), &json!(false)));
    assert_eq!(caller.send(&IdngoRequest::similar_check(&first)).ok()["checks"][0]["answer"], "YELLOW");
    assert_eq!(caller.send(&IdngoRequest::similar_by_text(&first)).ok()["totalCnt"], 0);
    assert_eq!(caller.send(&IdngoRequest::similar_by_text_and_face(&other)).ok()["totalCnt"], 0);
    // Without a face there is no frontal frame.
    let info = json!({ "firstName": "D", "lastName": "E", "country": "UTO" });
    let blank = caller.imported(&crate::support::idngo::Archive::of("u-4", info, "N4", 2));
    assert_eq!(caller.send(&IdngoRequest::liveness_check(&blank)).ok()["checks"][0]["answer"], "RED");
}

#[test]
fn links_end_and_have_rules() {
    let (_server, caller) = server();
    let token = link(&caller, levels::BASIC, &WebSdkLinkOptions { ttl_in_secs: Some(60), ..for_user("u") });
    begin(&caller, &token);
    caller.app.clock.advance_ms(60_000);
    for path in ["/idensic/session", "/idensic/token", "/idensic/status"] {
        caller.http.json(path, json!({ "token": token })).refused(409, "session_expired", None);
        caller.http.json(path, json!({ "token": "another" })).refused(404, "not_found", None);
    }
    let of_default = link(&caller, levels::BASIC, &for_user("u"));
    caller.app.clock.advance_ms(1_799_000);
    begin(&caller, &of_default);
    caller.app.clock.advance_ms(2_000);
    caller.http.json("/idensic/session", json!({ "token": of_default })).refused(409, "session_expired", None);

    let send = |level: &str, options: &WebSdkLinkOptions<'_>| caller.send(&IdngoRequest::websdk_link(level, options));
    let none = WebSdkLinkOptions::default();
    refused(&send(levels::BASIC, &none), IdngoError::ParameterMissing, Some("externalUserId"));
    refused(&send("no-level", &for_user("u")), IdngoError::LevelNotFound, None);
    refused(&send(levels::ACTION, &for_user("u")), IdngoError::ParameterMissing, Some("externalActionId"));
    let action = WebSdkLinkOptions { external_action_id: Some("a"), ..for_user("u") };
    refused(&send(levels::BASIC, &action), IdngoError::ParameterInvalid, Some("externalActionId"));
    let locale = WebSdkLinkOptions { locale: Some("Russian"), ..for_user("u") };
    refused(&send(levels::BASIC, &locale), IdngoError::ParameterInvalid, Some("locale"));
    for ttl in [0, u32::MAX] {
        let options = WebSdkLinkOptions { ttl_in_secs: Some(ttl), ..for_user("u") };
        refused(&send(levels::BASIC, &options), IdngoError::ParameterInvalid, Some("ttlInSecs"));
    }
    refused(&send(levels::BASIC, &for_user("a\u{7}b")), IdngoError::ParameterInvalid, Some("externalUserId"));
}

/// Returns size and duration of a video that Chromium played to its end; `None` if it is not installed.
fn played(video: &[u8]) -> Option<String> {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    const PAGE: &str = "<!doctype html><script>
        const video = document.createElement('video');
        const tell = (text) => fetch('/seen/' + text.replaceAll(' ', '_'));
        video.muted = true;
        video.onerror = () => tell('error ' + video.error.message);
        video.onended = () => tell(`${video.videoWidth}x${video.videoHeight} ${video.duration}s ended`);
        video.src = '/video';
        video.play().catch((problem) => tell('refused ' + problem.name));
        </script>";
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let profile = std::env::temp_dir().join(format!("kyc-video-{}", std::process::id()));
    let mut browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| {
        Command::new(name)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"])
            .arg("--autoplay-policy=no-user-gesture-required")
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(format!("http://{}/", listener.local_addr().unwrap()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()
    })?;
    listener.set_nonblocking(true).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    let seen = loop {
        let Ok((mut stream, _)) = listener.accept() else {
            if std::time::Instant::now() > deadline {
                break "nothing in time".to_owned();
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            continue;
        };
        let mut head = [0; 4096];
        let length = stream.read(&mut head).unwrap_or_default();
        let head = String::from_utf8_lossy(&head[..length]).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default();
        let (kind, body) = match path {
            "/" => ("text/html", PAGE.as_bytes()),
            "/video" => ("video/webm", video),
            _ => ("text/plain", &b""[..]),
        };
        let length = body.len();
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        if let Some(text) = path.strip_prefix("/seen/") {
            break text.replace('_', " ");
        }
    };
    let _ = browser.kill();
    let _ = browser.wait();
    let _ = std::fs::remove_dir_all(&profile);
    Some(seen)
}
