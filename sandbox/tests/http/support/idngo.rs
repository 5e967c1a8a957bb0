//! A signed caller of IDnGO, and archives to import.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::io::{Cursor, Write};

use image::ImageFormat;
use kyc_capture::api::idngo::{IdngoError, IdngoRequest};
use kyc_sandbox::config::Config;
use kyc_sandbox::idngo::levels;
use kyc_sandbox::models::Models;
use kyc_sandbox::state::App;
use kyc_sandbox::store::idngo;
use serde_json::{Value, json};
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{Http, Reply, Server, http, small_image};

pub(crate) const CLIENT: &str = "coolclientid";
pub(crate) const TOKEN: &str = "app:token-of-the-cool-client";
pub(crate) const SECRET: &str = "a-secret-key-of-more-than-sixty-four-characters-as-those-that-are-given-out";
pub(crate) const OTHER_TOKEN: &str = "app:token-of-another-client";

/// A caller whose requests are signed.
pub(crate) struct Caller {
    pub http: Http,
    pub token: String,
    pub app: App,
}

pub(crate) fn server() -> (Server, Caller) {
    server_with(Models::default())
}

pub(crate) fn server_with(models: Models) -> (Server, Caller) {
    server_of(Config::default(), models)
}

pub(crate) fn server_of(config: Config, models: Models) -> (Server, Caller) {
    let server = Server::with(config, models);
    for (client, token) in [(CLIENT, TOKEN), ("another", OTHER_TOKEN)] {
        server.app.store.run_blocking(|c| idngo::add_app(c, client, token, SECRET, &levels::standard(0)?, 0)).unwrap();
    }
    let caller = Caller { http: http(&server.url), token: TOKEN.to_owned(), app: server.app.clone() };
    (server, caller)
}

impl Caller {
    pub(crate) fn as_other(&self) -> Self {
        Self { http: self.http.clone(), token: OTHER_TOKEN.to_owned(), app: self.app.clone() }
    }

    /// The caller with the headers of a request's signature.
    pub(crate) fn signed(&self, request: &IdngoRequest) -> Http {
        let seconds = self.app.clock.now_ms() / 1000;
        let headers = request.signed_headers(&self.token, SECRET, "", seconds);
        headers.iter().fold(self.http.clone(), |http, (name, value)| http.header(&name.to_ascii_lowercase(), value))
    }

    pub(crate) fn send(&self, request: &IdngoRequest) -> Reply {
        let body = request.content_type.map(|kind| (kind, request.body.clone()));
        self.signed(request).try_send(request.operation.method().as_str(), &request.target, body).unwrap()
    }

    /// A request whose target is not what the builders make.
    pub(crate) fn target(&self, mut request: IdngoRequest, target: &str) -> Reply {
        request.target = target.to_owned();
        self.send(&request)
    }

    /// Imports an applicant; its id.
    pub(crate) fn imported(&self, archive: &Archive) -> String {
        let reply = self.send(&IdngoRequest::applicant_import(archive.zip())).ok();
        reply["id"].as_str().unwrap().to_owned()
    }
}

/// Fails the test unless this is the refusal.
#[track_caller]
pub(crate) fn refused(reply: &Reply, error: IdngoError, field: Option<&str>) {
    let json = reply.json();
    assert_eq!(reply.status, error.status(), "{json}");
    assert_eq!(json["statusCode"], error.status(), "{json}");
    assert_eq!((&json["error"]["code"], &json["error"]["message"]), (&error.code().into(), &error.text().into()));
    assert_eq!(json["error"]["field"].as_str(), field, "{json}");
}

/// An archive to import: the files, by name.
#[derive(Clone)]
pub(crate) struct Archive {
    pub files: Vec<(String, Vec<u8>)>,
}

impl Archive {
    /// An archive of a person with a passport and so many photos of a face.
    pub(crate) fn of(external: &str, info: Value, number: &str, faces: u8) -> Self {
        let applicant = json!({
            "externalUserId": external,
            "info": info,
            "review": {
                "createDate": "2022-11-21 08:25:32+0000",
                "reviewDate": "2022-11-21 08:25:36+0000",
                "levelName": "basic-kyc-level",
                "reviewResult": { "moderationComment": "", "clientComment": "", "reviewAnswer": "GREEN" },
                "reviewStatus": "completed"
            }
        });
        let passport = json!({ "idDocType": "PASSPORT", "country": "KAZ", "firstName": info["firstName"],
            "lastName": info["lastName"], "issuedDate": "2020-09-25", "validUntil": "2030-09-24", "number": number,
            "dob": "1995-02-15", "placeOfBirth": "Талгар" });
        let selfie = json!({ "idDocType": "SELFIE", "country": "KAZ" });
        let seed = number.bytes().fold(0_u8, |sum, b| sum.wrapping_mul(31).wrapping_add(b));
        let mut files = vec![
            ("applicant.json".to_owned(), applicant.to_string().into_bytes()),
            ("passport/applicantIdDoc.json".to_owned(), passport.to_string().into_bytes()),
            ("passport/page.jpg".to_owned(), small_image(seed, ImageFormat::Jpeg)),
            ("selfie/applicantIdDoc.json".to_owned(), selfie.to_string().into_bytes()),
        ];
        for i in 0..faces {
            files.push((format!("selfie/{i}.png"), small_image(seed.wrapping_add(i + 1), ImageFormat::Png)));
        }
        Self { files }
    }

    pub(crate) fn person(external: &str, number: &str) -> Self {
        let info = json!({ "firstName": "Асхат", "lastName": "Нурланов", "middleName": "Ерланович",
            "legalName": "НУРЛАНОВ АСХАТ", "gender": "M", "dob": "1995-02-15", "placeOfBirth": "Талгар",
            "countryOfBirth": "KAZ", "stateOfBirth": "Алматинская область", "country": "KAZ", "nationality": "KAZ",
            "tin": "950215301234", "addresses": [{ "country": "KAZ", "postCode": "050000",
                "town": "Алматы", "street": "Абая",
            "subStreet": "1", "state": "Алматы", "buildingName": "A", "flatNumber": "45", "buildingNumber": "52" }] });
        Self::of(external, info, number, 3)
    }

    /// The JSON of a file.
    pub(crate) fn json(&self, name: &str) -> Value {
        let (_, bytes) = self.files.iter().find(|(n, _)| n == name).unwrap();
        serde_json::from_slice(bytes).unwrap()
    }

    /// With a value changed, or taken out where it is null, in a JSON file.
    pub(crate) fn with(&self, file: &str, pointer: &str, value: Value) -> Self {
        let mut json = self.json(file);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = json.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value.is_null() {
            true => drop(parent.remove(name)),
            false => drop(parent.insert(name.to_owned(), value)),
        }
        self.with_file(file, json.to_string().into_bytes())
    }

    /// With a file replaced or added.
    pub(crate) fn with_file(&self, name: &str, bytes: Vec<u8>) -> Self {
        let mut other = self.without(name);
        other.files.push((name.to_owned(), bytes));
        other
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        Self {
            files: self
                .files
                .iter()
                .filter(|(n, _)| n != name && !n.starts_with(&format!("{name}/")))
                .cloned()
                .collect(),
        }
    }

    pub(crate) fn zip(&self) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &self.files {
            writer.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}

/// The least of an MP4 file: its boxes, and nothing to play.
pub(crate) fn mp4() -> Vec<u8> {
    let atom = |kind: &[u8; 4], content: &[u8]| [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat();
    [atom(b"ftyp", b"isom\0\0\0\0"), atom(b"moov", &[0; 8]), atom(b"mdat", &[1, 2, 3])].concat()
}
