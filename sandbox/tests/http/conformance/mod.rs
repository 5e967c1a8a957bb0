//! Conformance with the vendors' texts, driven by `docs/operations.json`: each of the 73 operations gets its documented
//! request and must give its documented reply, every field present and of its type; each documented error is provoked
//! and must have the documented status and text. The outcome is the table in `docs/operations.md`.

mod backend;
mod idngo;
mod kyc;
mod suite;

use std::path::Path;

use crate::support::{Server, models};
use kyc_sandbox::config::Config;
use kyc_sandbox::http::limits::Rate;
use suite::Suite;

/// The page in which the table is kept.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");

#[test]
fn each_operation_does_what_its_text_says() {
    let models = models();
    if let Some(missing) = models.missing() {
        println!("skipped: no model `{missing}`");
        return;
    }
    let rate = Rate { burst: 100_000, per_second: 100_000 };
    let server = Server::with(Config { rate, ..Config::default() }, models);
    let mut suite = Suite::new(&server);
    kyc::run(&mut suite);
    backend::run(&mut suite);
    idngo::run(&mut suite);

    let table = suite.table();
    // For `cargo xtask test sandbox`, which prints it.
    std::fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("operations.txt"), suite.short_table()).unwrap();
    if std::env::var_os("KYC_WRITE_DOCS").is_some() {
        std::fs::write(PAGE, &table).unwrap();
    }
    let problems = suite.problems();
    println!("{}", suite.short_table());
    assert!(problems.is_empty(), "not as documented:\n{}", problems.join("\n"));
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert_eq!(kept, table, "docs/operations.md is not what was found: `cargo xtask docs` writes it");
}
