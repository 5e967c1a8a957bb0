//! What was removed is nowhere any more: not in the database's file nor in its log, in no row of PostgreSQL, in no
//! folder and in no bucket. The test searches for the images' bytes and for words that occur in nothing else.

use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::evidence::passport_evidence;
use crate::support::program::Kept;
use crate::support::s3::S3;
use crate::support::{CLIENT, Http, Server};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, Rgb, RgbImage};
use kyc_sandbox::clock::day_of;
use kyc_sandbox::config::Config;
use kyc_sandbox::models::Models;
use kyc_sandbox::store::blob_store::Folder;
use kyc_sandbox::store::images::Kind;
use kyc_sandbox::store::rectified::Rectified;
use kyc_sandbox::store::sessions::Recorded;
use kyc_sandbox::store::{Store, identities, sessions};
use kyc_sandbox::verification;
use serde_json::json;

/// Where the images of a test stand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Images {
    Database,
    Folder,
    Bucket,
}

/// A store with all that it writes to.
struct Place {
    images: Images,
    kept: Kept,
    s3: S3,
}

impl Place {
    fn new(images: Images) -> Self {
        Self { images, kept: Kept::new(), s3: S3::start() }
    }

    fn open(&self) -> Store {
        let store = self.kept.store();
        match self.images {
            Images::Database => store,
            Images::Folder => {
                store.keep_content_in(Arc::new(Folder::open(&self.kept.folder.join("images")).unwrap())).unwrap()
            }
            Images::Bucket => store.keep_content_in(Arc::new(self.s3.bucket("kyc").unwrap())).unwrap(),
        }
    }

    /// Every byte that is kept, one after another.
    fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for root in [&self.kept.folder, &self.s3.root] {
            files(root, &mut all);
        }
        if let Some(schema) = self.kept.schema() {
            rows(&schema.url(), &mut all);
        }
        all
    }
}

fn files(folder: &Path, all: &mut Vec<u8>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            // The log's index goes with the last connection.
            all.extend(std::fs::read(path).unwrap_or_default());
        }
    }
}

/// Every row of every table of the schema, its values as they are. There are no large objects.
fn rows(url: &str, all: &mut Vec<u8>) {
    let mut database = crate::support::admin(url);
    let tables = "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = current_schema()";
    let tables: Vec<String> = database.query(tables, &[]).unwrap().iter().map(|row| row.get(0)).collect();
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        let sql = format!("COPY {table} TO STDOUT (FORMAT binary)");
        database.copy_out(&sql).unwrap().read_to_end(all).unwrap();
    }
    let large: i64 = database.query_one("SELECT count(*) FROM pg_largeobject_metadata", &[]).unwrap().get(0);
    assert_eq!(large, 0);
}

/// Finds many byte strings in one pass.
struct Sought {
    /// What each is, and its bytes; eight at least.
    wanted: Vec<(String, Vec<u8>)>,
    /// By their first eight bytes.
    beginnings: HashMap<u64, Vec<usize>>,
    /// Which beginnings there may be: all but a few places are passed over by it.
    filter: Vec<bool>,
}

impl Sought {
    /// The words, and every 48 bytes of the images' second halves: the first tables of all JPEG files are the same.
    fn of(person: &Person) -> Self {
        let words = person.words.iter().map(|word| (word.clone(), word.clone().into_bytes()));
        let parts = (0..).zip(&person.photos).flat_map(|(index, photo)| {
            photo[photo.len() / 2..].chunks_exact(48).map(move |part| (format!("image {index}"), part.to_vec()))
        });
        let wanted: Vec<_> = words.chain(parts).collect();
        let (mut beginnings, mut filter) = (HashMap::<u64, Vec<usize>>::new(), vec![false; 1 << 16]);
        for (index, (_, bytes)) in wanted.iter().enumerate() {
            let beginning = u64::from_be_bytes(bytes[..8].try_into().unwrap());
            beginnings.entry(beginning).or_default().push(index);
            filter[(beginning & 0xffff) as usize] = true;
        }
        Self { wanted, beginnings, filter }
    }

    /// What of it is there.
    fn found_in(&self, all: &[u8]) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut last = 0u64;
        for (end, byte) in all.iter().enumerate() {
            last = last << 8 | u64::from(*byte);
            if self.filter[(last & 0xffff) as usize] && end >= 7 {
                for &index in self.beginnings.get(&last).into_iter().flatten() {
                    let (name, bytes) = &self.wanted[index];
                    if all[end - 7..].starts_with(bytes) {
                        found.insert(name.as_str());
                    }
                }
            }
        }
        found
    }

    /// Names of all.
    fn all(&self) -> BTreeSet<&str> {
        self.wanted.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// Returns a noise image of which no two parts are equal, with a comment in the file (ISO/IEC 10918-1 B.2.4.5).
fn photo(comment: &str, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let noise = RgbImage::from_fn(96, 72, |_, _| {
        Rgb(std::array::from_fn(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    });
    let mut jpeg = Cursor::new(Vec::new());
    noise.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let mut jpeg = jpeg.into_inner();
    let mut segment = vec![0xff, 0xfe];
    segment.extend(u16::try_from(comment.len() + 2).unwrap().to_be_bytes());
    segment.extend(comment.bytes());
    jpeg.splice(2..2, segment);
    jpeg
}

/// A person whose traces are looked for.
struct Person {
    session_id: String,
    ida_session_id: String,
    identity_id: String,
    photos: Vec<Vec<u8>>,
    words: Vec<String>,
}

/// A session with everything in it, verified, and one of IDA of its identity.
fn onboard(server: &Server, http: &Http, number: u32) -> Person {
    let word = |name: &str| format!("{name}{number}");
    let photos: Vec<_> = (0..5).map(|i| photo(&format!("RINGELNATTER{number}{i}"), number * 10 + i + 1)).collect();
    let body = json!({ "metadata": { "user_id": word("ZIMORODOK"), "note": word("ein Schlüsselwort") },
                       "settings": { "theme": word("HORTENSIE") } });
    let id = http.json("/idv/session/create", body).ok()["session_id"].as_str().unwrap().to_owned();
    http.json("/idv/sdk/consent/add", json!({ "session_id": id, "consented": true })).ok();
    let kind = json!({ "session_id": id, "document_type_e": "identification_card" });
    http.json("/idv/sdk/document/type/update", kind).ok();
    let (latitude, longitude) = (format!("43.23894{number}7"), format!("76.88970{number}4"));
    for (side, photo) in [("front", &photos[0]), ("back", &photos[1])] {
        let parts: [(&str, &[u8]); 4] = [
            ("session_id", id.as_bytes()),
            ("latitude", latitude.as_bytes()),
            ("longitude", longitude.as_bytes()),
            ("image", photo),
        ];
        http.multipart(&format!("/idv/sdk/document/{side}/add"), &parts).ok();
    }
    let liveness = |id: &str, photo: &[u8]| {
        let images = [STANDARD.encode(photo)];
        json!({ "session_id": id, "latitude": 43.2, "longitude": 76.8, "images": images })
    };
    http.json("/idv/sdk/liveness/session/process", liveness(&id, &photos[2])).ok();
    let sdk = json!({ "session_id": id, "sdk_metadata": { "note": word("FINGERHUT") } });
    http.json("/idv/sdk/metadata/update", sdk).ok();

    // What finalization finds and crops from the image.
    let now_ms = server.app.clock.now_ms();
    let cut_out = Rectified { bytes: photos[3].clone(), width: 96, height: 72, dpi: 300.0 };
    let (name, document_number) = (word("VERGISSMEINNICHT"), word("N77665544"));
    let decided = server.app.store.run_blocking(|c| {
        let session = sessions::read(c, &id, CLIENT)?;
        let policy = verification::finalize::policy_of(c, &session, now_ms)?;
        let mut evidence = passport_evidence();
        let document = evidence.document.as_mut().unwrap();
        document.last_name = Some(name.clone());
        document.document_number = Some(document_number.clone());
        let kind = "passport".into();
        let outcome = verification::decide::decide(evidence, &kind, day_of(now_ms).unwrap(), &policy);
        let weights = policy.weights_id.as_deref();
        let recorded =
            sessions::complete(c, &session, None, &outcome, weights, &[(Kind::Front, cut_out.clone())], now_ms)?;
        assert!(matches!(recorded, Recorded::Now), "{recorded:?}");
        identities::join(c, &session, &outcome, &[], now_ms)
    });
    decided.unwrap();
    let read = http.json("/idv/session/read", json!({ "session_id": id })).ok();
    assert_eq!(read["last_name"], name);
    let identity_id = read["identity_id"].as_str().unwrap().to_owned();

    let body = json!({ "identity_id": identity_id, "metadata": { "note": word("KORNBLUME") } });
    let ida = http.json("/ida/session/create", body).ok()["session_id"].as_str().unwrap().to_owned();
    http.json("/ida/sdk/liveness/session/process", liveness(&ida, &photos[4])).ok();

    let mut words: Vec<String> =
        ["ZIMORODOK", "ein Schlüsselwort", "HORTENSIE", "FINGERHUT", "KORNBLUME"].map(word).into();
    words.extend([name.to_lowercase(), name, document_number, latitude, longitude]);
    words.extend((0..5).map(|i| format!("RINGELNATTER{number}{i}")));
    Person { session_id: id, ida_session_id: ida, identity_id, photos, words }
}

#[test]
fn what_is_removed_leaves_no_byte_behind() {
    for images in [Images::Database, Images::Folder, Images::Bucket] {
        let place = Place::new(images);
        let server = Server::over(place.open(), Config::default(), Models::default());
        let http = server.backend();
        let stays = onboard(&server, &http, 9);
        let mut gone = Vec::new();
        for (number, way) in (1u32..).zip(["deleted", "anonymized", "identity anonymized"]) {
            let person = onboard(&server, &http, number);
            let before = place.bytes();
            let sought = Sought::of(&person);
            assert_eq!(sought.found_in(&before), sought.all(), "{images:?}: all is looked for rightly");
            let by_id = |id: &str| json!({ "session_id": id });
            match way {
                "identity anonymized" => {
                    http.json("/identity/anonymize", json!({ "identity_id": person.identity_id })).ok();
                }
                way => {
                    let route = if way == "deleted" { "/idv/session/delete" } else { "/idv/session/anonymize" };
                    http.json(route, by_id(&person.session_id)).ok();
                    http.json("/ida/session/delete", by_id(&person.ida_session_id)).ok();
                }
            }
            is_gone(&place, &person, way);
            gone.push((person, way));
        }

        // And after another process has opened the store.
        drop(server);
        let server = Server::over(place.open(), Config::default(), Models::default());
        for (person, way) in &gone {
            is_gone(&place, person, way);
        }
        let query = json!({ "session_id": stays.session_id, "storage_file_type_e": "state_id_card_front" });
        let front = server.backend().json("/idv/document/download", query);
        assert!(front.body == stays.photos[0], "{images:?}: another's image is unchanged");
        let sought = Sought::of(&stays);
        assert_eq!(sought.found_in(&place.bytes()), sought.all(), "{images:?}: another's data are there");
    }
}

/// Waits for it: SQLite's log is emptied once no reader keeps it.
#[track_caller]
fn is_gone(place: &Place, person: &Person, way: &str) {
    let sought = Sought::of(person);
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let all = place.bytes();
        let found = sought.found_in(&all);
        if found.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "{:?}, {way}: there remain {found:?}", place.images);
        std::thread::sleep(Duration::from_millis(50));
    }
}
