//! IDnGO over HTTP: each operation gives the documented reply, and every refusal is reached.

use crate::support::http;
use crate::support::idngo::{Archive, CLIENT, SECRET, TOKEN, mp4, refused, server, server_of};
use kyc_capture::api::idngo::applicant::{Applicant, ApplicantInfo, SimilarApplicantsReply};
use kyc_capture::api::idngo::enums::{Presence, ReportType};
use kyc_capture::api::idngo::levels::LevelsReply;
use kyc_capture::api::idngo::requests::WebSdkLinkOptions;
use kyc_capture::api::idngo::timeline::TimelineReply;
use kyc_capture::api::idngo::{IdngoError, IdngoRequest, dates, signing};
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::idngo::applicants;
use kyc_sandbox::store::idngo::records;
use serde_json::{Value, json};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn levels_are_listed() {
    let (_server, caller) = server();
    let reply = caller.send(&IdngoRequest::levels()).ok();
    let list = &reply["list"];
    assert_eq!((list["totalItems"].as_u64(), list["items"].as_array().unwrap().len()), (Some(4), 4));
    let basic = &list["items"][0];
    let documented = [
        "id",
        "name",
        "desc",
        "requiredIdDocs",
        "websdkFlowId",
        "msdkFlowId",
        "createdAt",
        "createdBy",
        "modifiedAt",
        "useCustomWatchListCheckSettings",
        "useCustomIdDocSettings",
        "applicantInsightSettings",
        "type",
        "applicantType",
    ];
    assert!(documented.iter().all(|name| names(basic).contains(name)), "{basic}");
    assert_eq!(basic["id"].as_str().unwrap().len(), 24);
    assert!(dates::parse(basic["createdAt"].as_str().unwrap()).is_some());
    let selfie = &basic["requiredIdDocs"]["docSets"][1];
    assert_eq!((&selfie["idDocSetType"], &selfie["videoRequired"]), (&json!("SELFIE"), &json!("passiveLiveness")));
    let typed: LevelsReply = serde_json::from_value(reply).unwrap();
    assert!(typed.items.iter().any(|level| level.action_type.is_some()));
}

#[test]
fn only_signed_requests_in_time_are_answered() {
    let (_server, caller) = server();
    let request = IdngoRequest::levels();
    let good = caller.signed(&request);
    let get = |http: &crate::support::Http| http.get(&request.target);
    for name in [signing::TOKEN_HEADER, signing::TIMESTAMP_HEADER, signing::SIGNATURE_HEADER] {
        refused(&get(&good.without(&name.to_ascii_lowercase())), IdngoError::HeaderMissing, Some(name));
    }
    let now_s = caller.app.clock.now_ms() / 1000;
    let signed_at = |seconds: i64| {
        let headers = request.signed_headers(TOKEN, SECRET, "", seconds);
        headers.iter().fold(http(&caller.http.url), |http, (name, value)| http.header(name, value))
    };
    assert_eq!(get(&signed_at(now_s - 55)).status, 200);
    assert_eq!(get(&signed_at(now_s + 55)).status, 200);
    refused(&get(&signed_at(now_s - 65)), IdngoError::TimestampOutside, None);
    refused(&get(&signed_at(now_s + 65)), IdngoError::TimestampOutside, None);
    let header = |name: &str, value: &str| good.without(&name.to_ascii_lowercase()).header(name, value);
    refused(&get(&header(signing::TIMESTAMP_HEADER, "soon")), IdngoError::TimestampInvalid, None);
    refused(&get(&header(signing::TOKEN_HEADER, "app:unknown")), IdngoError::SignatureWrong, None);
    for wrong in ["00".repeat(32), "x".to_owned()] {
        refused(&get(&header(signing::SIGNATURE_HEADER, &wrong)), IdngoError::SignatureWrong, None);
    }
    // Another query, method or body than was signed.
    refused(&good.get("/resources/applicants/-/levels?a=b"), IdngoError::SignatureWrong, None);
    let patch = IdngoRequest::info_patch("a", &ApplicantInfo::default(), &[]);
    let other = (patch.content_type.unwrap(), br#"{"dob":"1990-01-01"}"#.to_vec());
    let reply = caller.signed(&patch).try_send("PATCH", &patch.target, Some(other)).unwrap();
    refused(&reply, IdngoError::SignatureWrong, None);
    // A body over the limit is refused before its signature is verified.
    let large = (patch.content_type.unwrap(), vec![b' '; 300 << 10]);
    refused(&caller.signed(&patch).try_send("PATCH", &patch.target, Some(large)).unwrap(), IdngoError::TooLarge, None);
    assert_eq!(good.post("/resources/applicants/-/levels", "", Vec::new()).status, 405);
}

#[test]
fn an_applicant_is_imported() {
    let (_server, caller) = server();
    let reply = caller.send(&IdngoRequest::applicant_import(Archive::person("u-1", "N1234567").zip())).ok();
    for name in
        ["id", "createdAt", "key", "clientId", "inspectionId", "externalUserId", "info", "requiredIdDocs", "review"]
    {
        assert!(names(&reply).contains(&name), "{name}");
    }
    assert_eq!(
        (&reply["clientId"], &reply["type"], &reply["lang"]),
        (&json!(CLIENT), &json!("individual"), &json!("en"))
    );
    let info = &reply["info"];
    assert_eq!((&info["lastName"], &info["lastNameEn"]), (&json!("Нурланов"), &json!("NURLANOV")));
    assert_eq!(info["idDocs"][0]["number"], "N1234567");
    assert_eq!(info["idDocs"].as_array().unwrap().len(), 1, "a face is no document");
    let review = &reply["review"];
    assert_eq!((&review["reviewStatus"], &review["levelName"]), (&json!("completed"), &json!("basic-kyc-level")));
    assert_eq!(review["createDate"], "2022-11-21 08:25:32+0000");
    assert_eq!(review["reviewDate"], "2022-11-21 08:25:36+0000");
    assert_eq!(review["reviewResult"]["reviewAnswer"], "GREEN");
    let _: Applicant = serde_json::from_value(reply.clone()).unwrap();

    // What happened, the latest first.
    let id = reply["id"].as_str().unwrap();
    let http = caller.signed(&IdngoRequest::timeline(id));
    let timeline = http.get(&IdngoRequest::timeline(id).target).ok();
    assert_eq!(timeline["applicantId"], id);
    let items = timeline["items"].as_array().unwrap();
    let activities: Vec<&str> = items.iter().map(|item| item["activity"].as_str().unwrap()).collect();
    let added = "user:added:idDoc";
    let expected = ["applicant:changed:status", added, added, added, added, "user:imported:applicant"];
    assert_eq!(activities, expected);
    let selfie = &items[1];
    assert_eq!((&selfie["idDocType"], &selfie["subjectName"]), (&json!("SELFIE"), &json!("APP-Token Api")));
    assert_eq!(selfie["trackingData"], json!({ "ip": "127.0.0.1", "xClientId": "API" }));
    assert_eq!((&selfie["ipInfo"]["ip"], &selfie["ipInfo"]["city"]), (&json!("127.0.0.1"), &Value::Null));
    assert!(selfie["imageId"].as_str().unwrap().bytes().all(|b| b.is_ascii_digit()));
    assert!(selfie["userAgentInfo"]["uaBrowser"].is_string());
    assert!(items.iter().all(|item| dates::parse(item["ts"].as_str().unwrap()).is_some() && item["id"].is_string()));
    let _: TimelineReply = serde_json::from_value(timeline).unwrap();
}

#[test]
fn what_does_not_fit_is_not_imported() {
    use IdngoError as E;
    let (_server, caller) = server();
    let good = Archive::person("u-1", "N1234567");
    let import = |archive: &Archive| {
        // Ten in ten seconds.
        caller.app.clock.advance_ms(1_000);
        caller.send(&IdngoRequest::applicant_import(archive.zip()))
    };
    let file = "applicant.json";
    let at = |name: &str| format!("{file}: {name}");
    let doc = "passport/applicantIdDoc.json";
    let of_doc = |name: &str| format!("folder 1: applicantIdDoc.json{name}");
    let table: Vec<(Archive, E, String)> = vec![
        (good.with(file, "/externalUserId", Value::Null), E::ParameterMissing, at("externalUserId")),
        (good.with(file, "/externalUserId", json!("")), E::ParameterMissing, at("externalUserId")),
        (good.with(file, "/externalUserId", json!(7)), E::ParameterInvalid, at("externalUserId")),
        (good.with(file, "/info", Value::Null), E::ParameterMissing, at("info")),
        (good.with(file, "/info/firstName", Value::Null), E::ParameterMissing, at("info.firstName")),
        (good.with(file, "/info/lastName", Value::Null), E::ParameterMissing, at("info.lastName")),
        (good.with(file, "/info/country", Value::Null), E::ParameterMissing, at("info.country")),
        (good.with(file, "/info/country", json!("Kazakhstan")), E::ParameterInvalid, at("info.country")),
        (good.with(file, "/info/dob", json!("15.02.1995")), E::ParameterInvalid, at("info.dob")),
        (good.with(file, "/info/nickname", json!("A")), E::FieldUnknown, at("info")),
        (good.with(file, "/nickname", json!("A")), E::FieldUnknown, file.to_owned()),
        (good.with(file, "/email", json!("a@b\r\nBcc: c@d")), E::ParameterInvalid, at("email")),
        (good.with(file, "/lang", json!("english")), E::ParameterInvalid, at("lang")),
        (good.with(file, "/review", Value::Null), E::ParameterMissing, at("review")),
        (good.with(file, "/review/createDate", Value::Null), E::ParameterMissing, at("review.createDate")),
        (
            good.with(file, "/review/createDate", json!("2022-11-21 08:25:32")),
            E::ParameterInvalid,
            at("review.createDate"),
        ),
        (
            good.with(file, "/review/reviewDate", json!("2021-11-21 08:25:32+0000")),
            E::ParameterInvalid,
            at("review.reviewDate"),
        ),
        (good.with(file, "/review/levelName", Value::Null), E::ParameterMissing, at("review.levelName")),
        (good.with(file, "/review/reviewResult", Value::Null), E::ParameterMissing, at("review.reviewResult")),
        (good.with(file, "/review/reviewStatus", Value::Null), E::ParameterMissing, at("review.reviewStatus")),
        (good.with(file, "/review/reviewStatus", json!("pending")), E::ParameterInvalid, at("review.reviewStatus")),
        (
            good.with(file, "/review/reviewResult/reviewAnswer", json!("RED")),
            E::AnswerNotGreen,
            at("review.reviewResult.reviewAnswer"),
        ),
        (good.with(file, "/info/country", json!("XYZ")), E::ParameterInvalid, at("info.country")),
        (good.with(file, "/info/dob", json!("2999-01-01")), E::ParameterInvalid, at("info.dob")),
        (good.with(file, "/info/dob", json!("1899-12-31")), E::ParameterInvalid, at("info.dob")),
        (good.with(doc, "/country", json!("XYZ")), E::ParameterInvalid, of_doc("")),
        (good.with(doc, "/dob", json!("2999-01-01")), E::ParameterInvalid, of_doc("")),
        (
            good.with_file(file, good.json(file).to_string().replacen('{', r#"{"lang":"en","lang":"kk","#, 1).into()),
            E::BodyInvalid,
            file.to_owned(),
        ),
        (good.with_file(file, b"[]".to_vec()), E::BodyInvalid, file.to_owned()),
        (good.with(doc, "/idDocType", Value::Null), E::ParameterMissing, of_doc(": idDocType")),
        (good.with(doc, "/country", Value::Null), E::ParameterMissing, of_doc(": country")),
        (good.with(doc, "/idDocType", json!("LIBRARY_CARD")), E::ParameterInvalid, of_doc("")),
        (good.with(doc, "/validUntil", json!("2030")), E::ParameterInvalid, of_doc("")),
        (good.with(doc, "/colour", json!("red")), E::FieldUnknown, of_doc("")),
        (good.with(doc, "/idDocType", json!("UTILITY_BILL")), E::StepUnexpected, "folder 1".to_owned()),
        (good.with(doc, "/idDocType", json!("SELFIE")), E::ArchiveDuplicate, "folder 2".to_owned()),
        (good.without("selfie"), E::StepMissing, "SELFIE".to_owned()),
        (good.without("passport"), E::StepMissing, "IDENTITY".to_owned()),
        (good.without(doc), E::IdDocJsonMissing, "folder 1".to_owned()),
        (good.without("passport/page.jpg"), E::MediaMissing, "folder 1".to_owned()),
        // By its bytes it is no JPEG; by its name it is another type; a type that its step does not take.
        (good.with_file("passport/page.jpg", b"<html>".to_vec()), E::MediaTypeWrong, "folder 1".to_owned()),
        (good.with_file("passport/page.png", crate::support::jpeg(1)), E::MediaTypeWrong, "folder 1".to_owned()),
        (good.with_file("passport/page.mp4", mp4()), E::MediaTypeWrong, "folder 1".to_owned()),
        (good.with_file("selfie/0.pdf", b"%PDF-1.7\n%%EOF".to_vec()), E::MediaTypeWrong, "folder 2".to_owned()),
        (
            good.with_file("passport/page.jpg", crate::support::jpeg(1)[..200].to_vec()),
            E::MediaInvalid,
            "folder 1".to_owned(),
        ),
        (good.with_file("passport/huge.png", crate::support::huge_png()), E::MediaInvalid, "folder 1".to_owned()),
        (good.with_file("selfie/video.mp4", mp4()), E::ArchiveDuplicate, "folder 2".to_owned()),
        (good.with_file("../page.jpg", crate::support::jpeg(1)), E::ArchivePath, "entry 8".to_owned()),
        (good.with_file("readme.txt", b"x".to_vec()), E::MediaTypeWrong, "entry 8".to_owned()),
    ];
    for (archive, error, field) in &table {
        refused(&import(archive), *error, Some(field.as_str()));
    }
    refused(&import(&good.with(file, "/review/levelName", json!("no-level"))), E::LevelNotFound, None);
    refused(&import(&good.without(file)), E::ApplicantJsonMissing, None);
    // A bomb: a little archive of one large file, and too many entries.
    let bomb = good.with_file("passport/page.png", vec![0; (50 << 20) + 1]);
    assert!(bomb.zip().len() < 200_000);
    refused(&import(&bomb), E::ArchiveTooLarge, Some("entry 8"));
    let many = (0..130).fold(good.clone(), |a, i| a.with_file(&format!("passport/{i}.jpg"), b"x".to_vec()));
    refused(&import(&many), E::ArchiveTooLarge, None);
    caller.app.clock.advance_ms(10_000);
    let request = IdngoRequest::applicant_import(b"An archive file.".to_vec());
    refused(&caller.send(&request), E::ArchiveInvalid, None);
    let json = IdngoRequest { content_type: Some("application/json"), ..request };
    refused(&caller.send(&json), E::ContentTypeWrong, None);
    // None of these left anything behind, and the good one is taken, once.
    assert_eq!(import(&good).status, 200);
    let marked = Archive::person("u-9", "N9");
    let with_mark = [b"\xef\xbb\xbf", marked.json(file).to_string().as_bytes()].concat();
    assert_eq!(import(&marked.with_file(file, with_mark)).status, 200, "with a byte order mark");
    refused(&import(&good), E::ApplicantExists, Some("externalUserId"));
    assert_eq!(caller.as_other().send(&IdngoRequest::applicant_import(good.zip())).status, 200, "another client's own");
}

#[test]
fn rates_are_those_of_the_document() {
    let (_server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1"));
    let other = caller.as_other();
    let text = IdngoRequest::similar_by_text(&id);
    for _ in 0..10 {
        assert_eq!(caller.send(&text).status, 200);
    }
    let eleventh = caller.send(&text);
    refused(&eleventh, IdngoError::RateLimited, None);
    let wait: i64 = eleventh.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait));
    // Another client and another operation have limits of their own.
    refused(&other.send(&text), IdngoError::ApplicantNotFound, None);
    let face = IdngoRequest::similar_by_text_and_face(&id);
    for _ in 0..7 {
        refused(&caller.send(&face), IdngoError::FaceSearchUnavailable, None);
    }
    refused(&caller.send(&face), IdngoError::RateLimited, None);
    caller.app.clock.advance_ms(wait * 1_000);
    assert_eq!(caller.send(&text).status, 200);
    caller.app.clock.advance_ms(10_000);
    for _ in 0..10 {
        let import = IdngoRequest::applicant_import(b"none".to_vec());
        refused(&caller.send(&import), IdngoError::ArchiveInvalid, None);
    }
    refused(&caller.send(&IdngoRequest::applicant_import(Vec::new())), IdngoError::RateLimited, None);
}

#[test]
fn applicants_alike_are_found_by_their_data() {
    let (_server, caller) = server();
    let first = caller.imported(&Archive::person("u-1", "N1234567"));
    let check = |id: &str| caller.send(&IdngoRequest::similar_check(id)).ok();
    let alone = check(&first);
    assert_eq!(alone["checks"][0]["answer"], "GREEN");
    // The same person by another transliteration, with another document; and somebody else.
    let info = json!({ "firstName": "ASKHAT", "lastName": "NURLANOV", "dob": "1995-02-15", "country": "KAZ" });
    let second = caller.imported(&Archive::of("u-2", info, "N7654321", 2));
    let info = json!({ "firstName": "Aigul", "lastName": "Nurlanov", "dob": "2000-01-01", "country": "KAZ" });
    let third = caller.imported(&Archive::of("u-3", info, "N0000003", 2));

    let reply = check(&second);
    let found = &reply["checks"][0];
    assert_eq!(names(found).len(), 3);
    assert_eq!((&found["answer"], &found["similarSearchInfo"]["answer"]), (&json!("RED"), &json!("RED")));
    assert!(dates::parse(found["createdAt"].as_str().unwrap()).is_some());
    let hits = found["similarSearchInfo"]["duplicateApplicantHits"].as_array().unwrap();
    let fields = json!(["info.lastName", "info.firstName", "info.dob"]);
    assert_eq!(hits[..], [json!({ "applicantId": first, "matchedFields": fields, "types": ["text"] })]);

    let reply = caller.send(&IdngoRequest::similar_by_text(&second)).ok();
    assert_eq!(reply["totalCnt"], 1);
    let one = &reply["similarApplicants"][0];
    assert_eq!(names(one), ["applicant", "blacklisted", "exactMatch", "matchedFields", "types"]);
    assert_eq!((&one["applicant"]["id"], &one["exactMatch"]), (&json!(first), &json!(true)));
    assert_eq!((&one["matchedFields"], &one["types"], &one["blacklisted"]), (&fields, &json!(["text"]), &json!(false)));
    let _: SimilarApplicantsReply = serde_json::from_value(reply).unwrap();
    assert_eq!(caller.send(&IdngoRequest::similar_by_text(&third)).ok()["totalCnt"], 0);

    // Deactivated, the first is passed over; another client sees neither.
    caller.send(&IdngoRequest::presence(&first, Presence::Deactivated)).ok();
    assert_eq!(caller.send(&IdngoRequest::similar_by_text(&second)).ok()["totalCnt"], 0);
    caller.send(&IdngoRequest::presence(&first, Presence::Activated)).ok();
    assert_eq!(caller.send(&IdngoRequest::similar_by_text(&second)).ok()["totalCnt"], 1);
    let elsewhere = caller.as_other().imported(&Archive::person("u-1", "N1234567"));
    assert_eq!(caller.as_other().send(&IdngoRequest::similar_by_text(&elsewhere)).ok()["totalCnt"], 0);
}

#[test]
fn numbers_of_taxpayers_are_checked() {
    let (_server, caller) = server();
    let tin = |external: &str, tin: Value| {
        let archive = Archive::person(external, external).with("applicant.json", "/info/tin", tin);
        let id = caller.imported(&archive);
        caller.send(&IdngoRequest::tin_check(&id)).ok()
    };
    let reply = tin("known", json!("950215301234"));
    let check = &reply["checks"][0];
    assert_eq!(check["answer"], "GREEN");
    assert!(dates::parse(check["createdAt"].as_str().unwrap()).is_some());
    let address = &check["extractedDoc"][1];
    assert_eq!(
        names(address),
        ["buildingNumber", "country", "endDate", "postCode", "startDate", "state", "street", "town"]
    );
    assert_eq!(address["country"], "KAZ");
    assert!(dates::parse(address["startDate"].as_str().unwrap()).is_some());
    let answer = |reply: Value| reply["checks"][0]["answer"].clone();
    assert_eq!(answer(tin("broken", json!("950215301235"))), "RED");
    assert_eq!(answer(tin("somebody-else", json!("030704650021"))), "RED");
    assert_eq!(tin("without", Value::Null), json!({ "checks": [] }));
}

#[test]
fn liveness_has_a_check_and_a_video() {
    let (_server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1"));
    let reply = caller.send(&IdngoRequest::liveness_check(&id)).ok();
    let check = &reply["checks"][0];
    assert_eq!(names(check), ["answer", "checkType", "createdAt", "id"]);
    // The faces were not checked: this server has no model.
    assert_eq!((&check["answer"], &check["checkType"]), (&json!("ERROR"), &json!("FACE_LIVELINESS")));
    let check_id = check["id"].as_str().unwrap();
    assert_eq!(check_id.len(), 36);
    let video = caller.send(&IdngoRequest::liveness_video(&id, check_id));
    assert_eq!((video.status, video.header("content-type")), (200, Some("video/webm")));
    assert_eq!(video.body[..4], [0x1a, 0x45, 0xdf, 0xa3]);
    refused(&caller.send(&IdngoRequest::liveness_video(&id, "another")), IdngoError::CheckNotFound, None);
    let target = format!("/resources/applicants/{id}/info/facemap/video");
    let reply = caller.target(IdngoRequest::liveness_video(&id, "a"), &target);
    refused(&reply, IdngoError::ParameterMissing, Some("checkId"));

    let check_of = |archive: &Archive| {
        let id = caller.imported(archive);
        let reply = caller.send(&IdngoRequest::liveness_check(&id)).ok();
        let check_id = reply["checks"][0]["id"].as_str().unwrap().to_owned();
        caller.send(&IdngoRequest::liveness_video(&id, &check_id))
    };
    let info = json!({ "firstName": "A", "lastName": "B", "country": "KAZ" });
    refused(&check_of(&Archive::of("one-frame", info.clone(), "N2", 1)), IdngoError::TooFewFrames, None);
    // A video comes back as it was given.
    let with_video = Archive::of("video", info, "N3", 0).with_file("selfie/face.mp4", mp4());
    let video = check_of(&with_video);
    assert_eq!((video.header("content-type"), &video.body), (Some("video/mp4"), &mp4()));
}

#[test]
fn latest_checks_need_their_parameters() {
    let (_server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1"));
    let get = |query: &str| caller.target(IdngoRequest::tin_check(&id), &format!("/resources/checks/latest{query}"));
    refused(&get(""), IdngoError::ParameterMissing, Some("type"));
    refused(&get("?type=TIN"), IdngoError::ParameterMissing, Some("applicantId"));
    refused(&get(&format!("?type=AGE&applicantId={id}")), IdngoError::ParameterInvalid, Some("type"));
    refused(&get(&format!("?type=TIN&type=TIN&applicantId={id}")), IdngoError::ParameterInvalid, Some("type"));
    refused(&get("?type=TIN&applicantId=5eea3f5204f940217bcbc03d"), IdngoError::ApplicantNotFound, None);
}

#[test]
fn data_are_patched() {
    let (_server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1"));
    let info = ApplicantInfo {
        first_name: Some("Andrew".into()),
        dob: Some("1990-05-01".into()),
        tin: Some("950215301235".into()),
        ..ApplicantInfo::default()
    };
    let reply = caller.send(&IdngoRequest::info_patch(&id, &info, &["middleName", "addresses"])).ok();
    assert_eq!((&reply["firstName"], &reply["firstNameEn"]), (&json!("Andrew"), &json!("Andrew")));
    assert_eq!((&reply["dob"], &reply["lastName"]), (&json!("1990-05-01"), &json!("Нурланов")));
    assert!(!names(&reply).iter().any(|name| ["middleName", "middleNameEn", "addresses"].contains(name)), "{reply}");
    assert_eq!(reply["idDocs"][0]["number"], "N1", "what is not said stays");
    // The new number was asked for.
    assert_eq!(caller.send(&IdngoRequest::tin_check(&id)).ok()["checks"][0]["answer"], "RED");

    let patch = |body: &str, query: &str| {
        let mut request = IdngoRequest::info_patch(&id, &ApplicantInfo::default(), &[]);
        request.body = body.as_bytes().to_vec();
        request.target.push_str(query);
        caller.send(&request)
    };
    refused(&patch("{", ""), IdngoError::BodyInvalid, None);
    refused(&patch("[]", ""), IdngoError::BodyInvalid, None);
    refused(&patch(r#"{"nickname":"A"}"#, ""), IdngoError::FieldUnknown, Some("body"));
    refused(&patch(r#"{"dob":"1990"}"#, ""), IdngoError::ParameterInvalid, Some("dob"));
    refused(&patch(r#"{"dob":null}"#, ""), IdngoError::ParameterInvalid, Some("dob"));
    refused(&patch("{}", "?unsetFields=nickname"), IdngoError::FieldUnknown, Some("unsetFields"));
    refused(&patch(r#"{"dob":"1990-05-01"}"#, "?unsetFields=dob"), IdngoError::ParameterInvalid, Some("dob"));
    let unknown = IdngoRequest::info_patch("5b76df770a975a1404cbcb60", &info, &[]);
    refused(&caller.send(&unknown), IdngoError::ApplicantNotFound, None);
    let typed = IdngoRequest { content_type: Some("text/plain"), ..IdngoRequest::info_patch(&id, &info, &[]) };
    refused(&caller.send(&typed), IdngoError::ContentTypeWrong, None);
    refused(&patch(r#"{"dob":"2999-01-01"}"#, ""), IdngoError::ParameterInvalid, Some("dob"));
    refused(&patch(r#"{"dob":"1899-12-31"}"#, ""), IdngoError::ParameterInvalid, Some("dob"));
    refused(&patch(r#"{"country":"XYZ"}"#, ""), IdngoError::ParameterInvalid, Some("country"));
    refused(&patch(r#"{"addresses":[{}]}"#, ""), IdngoError::ParameterInvalid, Some("addresses"));
    refused(&patch(r#"{"lastName":"A","lastName":"B"}"#, ""), IdngoError::BodyInvalid, None);
    refused(&patch(r#"{"addresses":[{"town":"A","town":"B"}]}"#, ""), IdngoError::BodyInvalid, None);
    assert_eq!(patch("{}", "?unsetFields=dob").ok()["dob"], Value::Null);
}

#[test]
fn the_search_for_similar_applicants_is_made_again_after_a_change() {
    let (_server, caller) = server();
    caller.imported(&Archive::person("u-1", "N1234567"));
    let info = json!({ "firstName": "Aigul", "lastName": "Osmonova", "dob": "2000-01-01", "country": "KAZ" });
    let second = caller.imported(&Archive::of("u-2", info, "N0000002", 2));
    let answer = || caller.send(&IdngoRequest::similar_check(&second)).ok()["checks"][0]["answer"].clone();
    assert_eq!(answer(), "GREEN");
    let text = |text: &str| Some(text.to_owned());
    let info = ApplicantInfo {
        first_name: text("Askhat"),
        last_name: text("Nurlanov"),
        dob: text("1995-02-15"),
        ..ApplicantInfo::default()
    };
    caller.send(&IdngoRequest::info_patch(&second, &info, &[])).ok();
    assert_eq!(answer(), "RED", "now it is the other person");
    caller.send(&IdngoRequest::info_patch(&second, &ApplicantInfo { last_name: text("Osmonova"), ..info }, &[])).ok();
    assert_eq!(answer(), "GREEN");
}

#[test]
fn only_a_trusted_proxy_names_address_and_scheme() {
    for trust_proxy in [false, true] {
        let (_server, mut caller) = server_of(Config { trust_proxy, ..Config::default() }, Models::default());
        caller.http = caller.http.header("x-forwarded-proto", "https").header("x-forwarded-for", "203.0.113.7");
        let options = WebSdkLinkOptions { external_user_id: Some("u-1"), ..WebSdkLinkOptions::default() };
        let url = caller.send(&IdngoRequest::websdk_link("basic-kyc-level", &options)).ok()["url"].to_string();
        assert_eq!(url.starts_with("\"https://"), trust_proxy, "{url}");
        let id = caller.imported(&Archive::person("u-2", "N1"));
        let timeline = caller.send(&IdngoRequest::timeline(&id)).ok().to_string();
        assert_eq!(timeline.contains("203.0.113.7"), trust_proxy, "{timeline}");
    }
}

#[test]
fn profiles_are_deactivated_and_activated() {
    let (server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1"));
    for (presence, deleted) in
        [(Presence::Deactivated, true), (Presence::Deactivated, true), (Presence::Activated, false)]
    {
        let reply = caller.send(&IdngoRequest::presence(&id, presence)).ok();
        assert_eq!((&reply["deleted"], &reply["id"]), (&json!(deleted), &json!(id)));
        let _: Applicant = serde_json::from_value(reply).unwrap();
    }
    let target = format!("/resources/applicants/{id}/presence/gone");
    let reply = caller.target(IdngoRequest::presence(&id, Presence::Activated), &target);
    refused(&reply, IdngoError::ParameterInvalid, Some("status"));
    refused(
        &caller.as_other().send(&IdngoRequest::presence(&id, Presence::Activated)),
        IdngoError::ApplicantNotFound,
        None,
    );
    // What is under review cannot be deactivated.
    for status in ["pending", "queued", "prechecked"] {
        server
            .app
            .store
            .run_blocking(|c| {
                let mut applicant = applicants::read(c, CLIENT, &id)?.unwrap();
                applicant.review.status = status.into();
                applicants::update(c, &applicant, &[])
            })
            .unwrap();
        refused(&caller.send(&IdngoRequest::presence(&id, Presence::Deactivated)), IdngoError::UnderReview, None);
    }
    assert_eq!(caller.send(&IdngoRequest::presence(&id, Presence::Activated)).status, 200);
}

#[test]
fn the_status_is_written_to_the_outbox() {
    let (server, caller) = server();
    let nobody = caller.imported(&Archive::person("u-1", "N1"));
    refused(&caller.send(&IdngoRequest::status_email(&nobody)), IdngoError::NoEmail, None);
    let archive = Archive::person("u-2", "N2").with("applicant.json", "/email", json!("askhat@mail.example")).with(
        "applicant.json",
        "/lang",
        json!("kk"),
    );
    let id = caller.imported(&archive);
    assert_eq!(caller.send(&IdngoRequest::status_email(&id)).ok(), json!({ "ok": 1 }));
    let outbox = server.app.store.run_blocking(|c| records::outbox(c, None)).unwrap();
    assert_eq!(outbox.len(), 1);
    let (head, body) = outbox[0].message.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("To: <askhat@mail.example>\r\n") && head.contains("Content-Transfer-Encoding: base64"));
    use base64::Engine;
    let body = base64::engine::general_purpose::STANDARD.decode(body.replace("\r\n", "")).unwrap();
    let body = String::from_utf8(body).unwrap();
    assert!(body.contains("Асхат") && body.contains("Верификация сәтті өтті."), "{body}");
    let latest = &caller.send(&IdngoRequest::timeline(&id)).ok()["items"][0];
    assert_eq!(latest["activity"], "user:sent:statusEmail");
    refused(&caller.as_other().send(&IdngoRequest::status_email(&id)), IdngoError::ApplicantNotFound, None);
}

#[test]
fn the_report_is_a_pdf() {
    let (server, caller) = server();
    let id = caller.imported(&Archive::person("u-1", "N1234567"));
    let mut texts = Vec::new();
    for lang in ["en", "ru", "kk"] {
        let reply = caller.send(&IdngoRequest::report(&id, ReportType::Applicant, lang));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/pdf")), "{}", reply.text());
        assert!(reply.body.starts_with(b"%PDF-"));
        texts.push(text_of(&reply.body));
    }
    let titles = ["Verification report", "Отчёт о верификации", "Верификация есебі"];
    for (text, title) in texts.iter().zip(titles) {
        let Some(text) = text else {
            println!("skipped: no `pdftotext` to read the report with");
            break;
        };
        for part in [title, "Нурланов", "Ерланович", "N1234567", "950215301234", "GREEN", id.as_str()]
        {
            assert!(text.contains(part), "{part} is not in: {text}");
        }
    }
    let request = IdngoRequest::report(&id, ReportType::Applicant, "en");
    refused(&caller.send(&IdngoRequest::report(&id, ReportType::Company, "en")), IdngoError::ReportTypeWrong, None);
    for lang in ["fr", "english"] {
        let reply = caller.send(&IdngoRequest::report(&id, ReportType::Applicant, lang));
        refused(&reply, IdngoError::ParameterInvalid, Some("lang"));
    }
    let with =
        |query: &str| caller.target(request.clone(), &format!("/resources/applicants/{id}/summary/report{query}"));
    refused(&with("?lang=en"), IdngoError::ParameterMissing, Some("report"));
    refused(&with("?report=7&lang=en"), IdngoError::ParameterInvalid, Some("report"));
    assert_eq!(with("?report=applicantReport").status, 200, "English unless another language is asked for");

    // While one is being made, which here waits for its turn, the next is refused.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let held: Vec<_> = (0..cores).map(|_| runtime.block_on(server.app.workers.permit()).unwrap()).collect();
    let (sender, replies) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let (sender, caller, request) = (sender.clone(), &caller, &request);
            scope.spawn(move || sender.send(caller.send(request)).unwrap());
        }
        refused(&replies.recv().unwrap(), IdngoError::ReportInProgress, None);
        drop(held);
        assert_eq!(replies.recv().unwrap().status, 200);
    });
}

#[test]
fn a_report_names_what_it_cannot_draw() {
    let (_server, caller) = server();
    let info = json!({ "firstName": "محمد", "lastName": "王小明", "country": "CHN", "dob": "1990-01-01" });
    let id = caller.imported(&Archive::of("u-1", info, "N1", 2));
    let reply = caller.send(&IdngoRequest::report(&id, ReportType::Applicant, "en"));
    let Some(text) = text_of(&reply.body) else { return println!("skipped: no `pdftotext` to read the report with") };
    for part in ["[U+738B U+5C0F U+660E]", "[U+0645 U+062D U+0645 U+062F]", "Unicode code points"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(!text.contains('?'), "{text}");
}

/// The text of a PDF file, where `pdftotext` is installed.
fn text_of(pdf: &[u8]) -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child =
        Command::new("pdftotext").args(["-", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    child.stdin.take()?.write_all(pdf).ok()?;
    let output = child.wait_with_output().ok()?;
    assert!(output.status.success());
    String::from_utf8(output.stdout).ok()
}
