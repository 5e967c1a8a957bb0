//! AAMVA text, as it comes out of a PDF417 symbol.

use kyc_capture::core::barcode::aamva::{MAX_TEXT, parse};

use super::{Target, no_repair};

pub(super) const TARGET: Target = Target {
    name: "aamva",
    weight: 16,
    max_len: MAX_TEXT + 64,
    keep_len: 700,
    words: &[
        b"@\n\x1e\rANSI ",
        b"AAMVA",
        b"ANSI 636026080102DL00410288ZA03290015DL",
        b"DL",
        b"ID",
        b"EN",
        b"ZA",
        b"\n",
        b"\r",
        b"\x1e",
        b"\x1c",
        b"DAQ",
        b"DCS",
        b"DAC",
        b"DBB",
        b"DBA",
        b"DBD",
        b"DBC1",
        b"DAU070 in",
        b"DAU178 cm",
        b"DAW190",
        b"DCE5",
        b"DCGUSA",
        b"DCGCAN",
        b"DAK000000000",
        b"DAA",
        b"DAB",
        b"DCT",
        b"DDEN",
        b"DDKY",
        b"DAYBRO",
        b"01061986",
        b"19860106",
        b"NONE",
        b"unavl",
        b",",
        b"DAVA",
    ],
    seeds,
    repair: no_repair,
    execute,
};

fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "@\n\u{1e}\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\nDCSPUBLIC\nDDEN\nDACJOHN\nDDFN\nDADQUINCY\n\
         DDGN\nDCAD\nDCBNONE\nDCDNONE\nDBD08242015\nDBB01311970\nDBA01312035\nDBC1\nDAU069 in\nDAYGRN\n\
         DAG789 E OAK ST\nDAIANYTOWN\nDAJCA\nDAK902230000  \nDCF83D9BN217QO983B1\nDCGUSA\nDAW180\nDAZBRO\nDCK1\n\
         DDAN\nDDB02242014\rZAZAAN\nZABNONE\r",
        "@\n\u{1e}\rAAMVA6360050101DL00290179DLDAAPUBLIC,JOHN,Q\nDAG1 MAIN\nDAIX\nDAJNY\nDAK12345     \nDARD   \n\
         DASNONE      \nDATNONE \nDAQ123\nDBA20251231\nDBB19700131\nDBC1\nDBD20200101\nDAU509\nDAW180\nDAYBRO\rX",
        "@\n\u{1e}\rANSI 604432030102ID00410200ZO02410030IDDCSTREMBLAY\nDCTANNE MARIE\nDBB19700131\nDBA20300131\n\
         DBD20200131\nDBC2\nDAU165 cm\nDCGCAN\nDAQT1234\nDCE4\rZOZOAx\r",
    ];
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn execute(input: &[u8]) {
    // As the compaction hands it on: UTF-8, or else ISO 8859-1.
    let text = match std::str::from_utf8(input) {
        Ok(text) => text.to_owned(),
        Err(_) => input.iter().map(|b| char::from(*b)).collect(),
    };
    let document = match parse(&text) {
        Ok(document) => document,
        Err(error) => {
            assert!(error.code().starts_with("aamva_"));
            return;
        }
    };
    assert!(text.len() <= MAX_TEXT);
    assert_eq!(document.header.issuer_id.len(), 6);
    assert!(document.header.issuer_id.bytes().all(|b| b.is_ascii_digit()));
    assert!(document.subfiles.iter().any(|subfile| subfile.is_card()));
    assert!(document.subfiles.len() <= 32, "{} subfiles", document.subfiles.len());
    let mut bytes = 0;
    for element in document.subfiles.iter().flat_map(|subfile| &subfile.elements) {
        assert!(element.id.len() == 3 && element.id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert!(text.contains(&element.value), "a value that the text does not have: {:?}", element.value);
        bytes += element.value.len() + 3;
    }
    assert!(bytes <= 2 * text.len() + 64, "{bytes} bytes of elements from {} of text", text.len());
    assert!(document.problems.len() <= text.len() + 64);
    if let Some(number) = &document.document_number {
        assert!(!number.is_empty() && text.contains(number.as_str()));
    }
    if let Some(height) = document.height {
        assert!((1..=999).contains(&height.centimetres()), "{height:?}");
    }
    if bytes % 32 == 0 {
        serde_json::to_string(&document).expect("a document is JSON");
    }
}
