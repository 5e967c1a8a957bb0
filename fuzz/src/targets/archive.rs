//! The ZIP archive of an import: what comes out is bounded and stays where it belongs.

use std::io::{Cursor, Write};

use kyc_capture::api::idngo::MEDIA_LIMIT;
use kyc_capture::api::idngo::import::{ApplicantIdDocJson, ApplicantJson};
use kyc_sandbox::idngo::archive::unpack;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::{Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "archive",
    weight: 4,
    max_len: 4_096,
    keep_len: 1_200,
    words: &[
        b"PK\x03\x04",
        b"PK\x01\x02",
        b"PK\x05\x06",
        b"PK\x06\x06",
        b"PK\x07\x08",
        b"applicant.json",
        b"../",
        b"/",
        b"applicantIdDoc.json",
        b"1/a.jpg",
        b"__MACOSX/",
        b".DS_Store",
        b"\\",
        b"C:",
        b"\0\0",
        b"\x08\0",
        b"\x01\0",
        b"{\"externalUserId\":\"",
        b"\"country\":\"KAZ\"",
    ],
    seeds,
    repair: no_repair,
    execute,
};

fn zipped(entries: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let options = SimpleFileOptions::default().compression_method(method);
        // Writing to memory does not fail.
        let _ = writer.start_file(*name, options);
        let _ = writer.write_all(content);
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}

fn seeds() -> Vec<Vec<u8>> {
    let applicant: &[u8] = br#"{"externalUserId":"u","info":{"firstName":"A","lastName":"B","country":"KAZ"},
        "review":{"createDate":"2022-11-21 08:25:32+0000","levelName":"l","reviewResult":{"reviewAnswer":"GREEN"},
        "reviewStatus":"completed"}}"#;
    let document: &[u8] = br#"{"idDocType":"ID_CARD","country":"KAZ","number":"1"}"#;
    let entries = [
        ("applicant.json", applicant),
        ("1/applicantIdDoc.json", document),
        ("1/a.jpg", b"image".as_slice()),
        ("__MACOSX/._a", b"x".as_slice()),
    ];
    let bomb = [("applicant.json", [b' '; 60_000].as_slice()), entries[1], entries[2]];
    vec![
        zipped(&entries, CompressionMethod::Stored),
        zipped(&entries, CompressionMethod::Deflated),
        zipped(&bomb, CompressionMethod::Deflated),
        zipped(&[], CompressionMethod::Stored),
    ]
}

fn execute(input: &[u8]) {
    let Ok(unpacked) = unpack(input) else { return };
    let media = unpacked.folders.values().flat_map(|folder| &folder.media);
    let sizes = media.clone().map(|(_, bytes)| bytes.len());
    let documents = unpacked.folders.values().filter_map(|folder| folder.document.as_ref());
    let total: usize = sizes.sum::<usize>() + documents.clone().map(Vec::len).sum::<usize>() + unpacked.applicant.len();
    assert!(total <= 2 * MEDIA_LIMIT, "{total} bytes");
    assert!(unpacked.folders.len() <= 128);
    for name in unpacked.folders.keys().chain(media.map(|(name, _)| name)) {
        assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
        assert!(!name.contains(['/', '\\', ':', '\0']), "{name:?}");
    }
    for folder in unpacked.folders.values() {
        assert!(folder.document.is_some() && !folder.media.is_empty());
    }
    // What is read can be written and read again.
    if let Ok(applicant) = serde_json::from_slice::<ApplicantJson>(&unpacked.applicant) {
        let text = serde_json::to_vec(&applicant).expect("JSON");
        assert_eq!(serde_json::from_slice::<ApplicantJson>(&text).expect("what was written"), applicant);
    }
    for document in documents {
        if let Ok(document) = serde_json::from_slice::<ApplicantIdDocJson>(document) {
            let text = serde_json::to_vec(&document).expect("JSON");
            assert_eq!(serde_json::from_slice::<ApplicantIdDocJson>(&text).expect("what was written"), document);
        }
    }
}
