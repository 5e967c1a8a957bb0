//! A bounded run of every target: the committed corpus, and some thousand mutations of it. `cargo xtask fuzz`
//! runs all targets, longer, and guided by coverage.

use std::path::Path;

use kyc_fuzz::engine::{corpus_of, execute};
use kyc_fuzz::{Options, Target, corpus, run, targets};

/// Mutations for each unit of a target's weight.
const EXECUTIONS: u64 = 250;

fn finds_nothing(name: &str) {
    let target = targets::named(name).expect("a target of this name");
    let given = corpus::read(&corpus_of(Path::new(env!("CARGO_MANIFEST_DIR")), target)).expect("a corpus");
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{name} has no seeds");
    for input in seeds.iter().chain(&given) {
        if let Err(message) = execute(target, input) {
            panic!("{name}: {message}: {input:02x?}");
        }
    }
    let executions = seeds.len() as u64 + given.len() as u64 + EXECUTIONS * target.weight;
    let done = run(target, &given, &Options { executions, seed: 7, ..Options::default() });
    assert!(done.executions >= executions);
    if let Some(finding) = done.findings.first() {
        panic!("{name}: {}: {:02x?}", finding.message, finding.input);
    }
}

macro_rules! targets {
    ($($test:ident: $name:literal;)+) => {
        $(#[test]
        fn $test() {
            finds_nothing($name);
        })+
    };
}

targets! {
    aamva_text_holds: "aamva";
    pdf417_codewords_hold: "pdf417";
    idngo_signature_holds: "signature";
    kycm_weights_hold: "weights";
    exif_holds: "exif";
    png_bytes_hold: "png";
    jpeg_bytes_hold: "jpeg";
    webp_bytes_hold: "webp";
    mrz_text_holds: "mrz";
    session_events_hold: "session";
    server_replies_hold: "replies";
    multipart_bodies_hold: "multipart";
    zip_archives_hold: "archive";
}

/// A target that fails on one word: what the engine is for.
static BROKEN: Target = Target {
    name: "broken",
    weight: 1,
    max_len: 16,
    keep_len: 16,
    words: &[b"bomb"],
    seeds: || vec![b"a start".to_vec()],
    repair: |_| {},
    execute: |input| assert!(!input.windows(4).any(|w| w == b"bomb"), "a bomb"),
};

#[test]
fn finds_what_does_not_hold_and_keeps_its_input() {
    let done = run(&BROKEN, &[], &Options { executions: 20_000, seed: 1, ..Options::default() });
    let [finding] = done.findings.as_slice() else { panic!("{} findings", done.findings.len()) };
    assert!(finding.message.contains("a bomb"), "{}", finding.message);
    assert!(finding.input.windows(4).any(|w| w == b"bomb"));
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let options = Options { executions: 3_000, seed: 3, ..Options::default() };
    let [a, b] = [run(&BROKEN, &[], &options), run(&BROKEN, &[], &options)];
    assert_eq!(a.executions, b.executions);
    assert_eq!(a.findings.first().map(|f| &f.input), b.findings.first().map(|f| &f.input));
}

#[test]
fn a_corpus_is_read_as_it_was_written() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus.bin");
    let inputs = vec![b"one".to_vec(), Vec::new(), vec![7; 300]];
    corpus::write(&file, &inputs).unwrap();
    assert_eq!(corpus::read(&file).unwrap(), inputs);
    std::fs::write(&file, [9, 0, 0, 0, 1]).unwrap();
    assert!(corpus::read(&file).is_err());
}
