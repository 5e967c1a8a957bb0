//! The project's own MRZ test set: 500 documents under 18 degradations, and 1,000 images without an MRZ. Floors on
//! correct readings, ceilings on misreads, and a report per degradation:
//!
//! ```text
//! KYC_FULL_SETS=1 cargo test --test native mrz_set:: -- --nocapture
//! ```
//!
//! Without `KYC_FULL_SETS=1` every fifth document and every seventh image without an MRZ is read, under the same
//! ceilings and scaled floors. `KYC_MRZ_SET_FAILURES=1` adds every document that is not read exactly;
//! `KYC_MRZ_SET_STEP=11` sets another step. The images themselves:
//! `cargo run --release -p kyc-specimen -- mrz-set --out DIR`, and `negatives --out DIR`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use image::RgbImage;
use kyc_capture::core::date::Date;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::mrz::{MrzReader, MrzReading};
use kyc_specimen::mrz_set::{self, DOCUMENTS, Degradation, Sample};
use kyc_specimen::negatives::{self, NEGATIVES, Subject};

use crate::support::{check_digits_valid, mrz_reader, rgba, set_step};

/// Maximum share of documents that are not read exactly. This and the limit below are measured, with a small margin
/// because machines round differently; they only get stricter. Readings that are wrong although every check digit is
/// valid, and false positives, are not allowed at all.
const MAX_INEXACT: f64 = 0.01;
/// Minimum share of correct characters: of the full set, and of a sample, in which one unread document weighs more.
const MIN_CHARACTERS: f64 = 0.9965;
const MIN_SAMPLE_CHARACTERS: f64 = 0.995;

fn today() -> Date {
    Date::new(2026, 11, 20).expect("a date")
}

/// Returns the reading and its duration in milliseconds.
fn read(reader: &MrzReader, image: &RgbImage) -> (Option<MrzReading>, f64) {
    let pixels = rgba(image);
    let frame = Frame::rgba(&pixels, image.width(), image.height()).expect("a frame");
    let start = Instant::now();
    let reading = reader.read(&frame, today());
    (reading, start.elapsed().as_secs_f64() * 1000.0)
}

/// Steps of a sample through the documents (18 degradations) and through the images without an MRZ.
const DOCUMENT_STEP: usize = 5;
const NEGATIVE_STEP: usize = 7;

/// Returns the step through a set: `KYC_MRZ_SET_STEP`, or that of the sample, or 1 for the full set.
fn step(sampled: usize) -> usize {
    let chosen = std::env::var("KYC_MRZ_SET_STEP").ok().and_then(|step| step.parse().ok());
    chosen.unwrap_or_else(|| set_step(sampled)).max(1)
}

/// Both tests use all cores; this lock runs them one after the other, so that each reading has a core of its own.
static CORES: Mutex<()> = Mutex::new(());

/// `f` of every index below `n` in steps of `step`, on all cores, in order.
fn on_all_cores<T: Send>(n: usize, step: usize, f: impl Fn(usize) -> T + Sync) -> Vec<(usize, T)> {
    let _one_at_a_time = CORES.lock().unwrap_or_else(PoisonError::into_inner);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(step, Ordering::Relaxed);
            if index >= n {
                return done;
            }
            done.push((index, f(index)));
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut all: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads.into_iter().flat_map(|t| t.join().expect("no thread panics")).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all
}

/// Result of one document.
struct Outcome {
    degradation: Degradation,
    format: &'static str,
    printed: Vec<String>,
    read: Option<Vec<String>>,
    /// Whether every check digit of the reading is valid, and the format has some.
    valid: bool,
    confidence: f32,
    cap_px: f32,
    ms: f64,
}

impl Outcome {
    fn measure(reader: &MrzReader, sample: Sample) -> Self {
        let (reading, ms) = read(reader, &sample.image);
        Self {
            degradation: sample.degradation,
            format: sample.format,
            printed: sample.lines,
            valid: reading.as_ref().is_some_and(check_digits_valid),
            confidence: reading.as_ref().map_or(0.0, |r| r.confidence),
            read: reading.map(|r| r.lines),
            cap_px: sample.cap_px,
            ms,
        }
    }

    fn exact(&self) -> bool {
        self.read.as_ref() == Some(&self.printed)
    }

    fn wrong_but_valid(&self) -> bool {
        self.valid && !self.exact()
    }

    fn characters(&self) -> usize {
        self.printed.iter().map(String::len).sum()
    }

    /// Returns the number of wrong characters (edit distance per line); all of them if nothing was read.
    fn wrong_characters(&self) -> usize {
        let Some(read) = &self.read else { return self.characters() };
        let line = |lines: &[String], i: usize| lines.get(i).cloned().unwrap_or_default();
        let lines = self.printed.len().max(read.len());
        let wrong: usize = (0..lines).map(|i| edit_distance(&line(&self.printed, i), &line(read, i))).sum();
        wrong.min(self.characters())
    }
}

fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let cost = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[b.len()]
}

/// A row of the report.
struct Total {
    documents: usize,
    exact: usize,
    characters: f64,
    nothing: usize,
    wrong_but_valid: usize,
    median_ms: f64,
}

impl Total {
    fn sum(outcomes: &[&Outcome]) -> Self {
        let count = |f: fn(&Outcome) -> bool| outcomes.iter().filter(|o| f(o)).count();
        let all: usize = outcomes.iter().map(|o| o.characters()).sum();
        let wrong: usize = outcomes.iter().map(|o| o.wrong_characters()).sum();
        Self {
            documents: outcomes.len(),
            exact: count(Outcome::exact),
            characters: 1.0 - wrong as f64 / all.max(1) as f64,
            nothing: count(|o| o.read.is_none()),
            wrong_but_valid: count(Outcome::wrong_but_valid),
            median_ms: median(outcomes.iter().map(|o| o.ms).collect()),
        }
    }

    fn print(&self, name: &str) {
        eprintln!(
            "{name:<24} {:>5} {:>6} {:>8.2} % {:>8} {:>8} {:>7.1}",
            self.documents,
            self.exact,
            self.characters * 100.0,
            self.nothing,
            self.wrong_but_valid,
            self.median_ms
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

#[test]
fn reads_test_set_documents() {
    let reader = mrz_reader();
    let outcomes =
        on_all_cores(DOCUMENTS, step(DOCUMENT_STEP), |index| Outcome::measure(&reader, mrz_set::document(index)));
    if std::env::var_os("KYC_MRZ_SET_FAILURES").is_some() {
        for (index, o) in outcomes.iter().filter(|(_, o)| !o.exact()) {
            let read = o.read.as_ref().map_or("nothing".into(), |lines| lines.join("\n  read    "));
            eprintln!(
                "{index:03} {} {}, capitals {:.1} px, confidence {:.3}{}\n  printed {}\n  read    {read}",
                o.format,
                o.degradation.name(),
                o.cap_px,
                o.confidence,
                if o.valid { ", every check digit is valid" } else { "" },
                o.printed.join("\n  printed "),
            );
        }
    }
    eprintln!(
        "{:<24} {:>5} {:>6} {:>10} {:>8} {:>8} {:>7}",
        "", "docs", "exact", "characters", "nothing", "w/valid", "ms"
    );
    let of = |keep: &dyn Fn(&Outcome) -> bool| {
        Total::sum(&outcomes.iter().map(|(_, o)| o).filter(|o| keep(o)).collect::<Vec<_>>())
    };
    for degradation in Degradation::ALL {
        of(&|o| o.degradation == degradation).print(degradation.name());
    }
    eprintln!();
    let mut formats: Vec<&str> = outcomes.iter().map(|(_, o)| o.format).collect();
    formats.sort_unstable();
    formats.dedup();
    for format in formats {
        of(&|o| o.format == format).print(format);
    }
    eprintln!();
    let total = of(&|_| true);
    total.print("all");
    let max_inexact = (MAX_INEXACT * total.documents as f64).ceil() as usize;
    assert!(total.documents - total.exact <= max_inexact, "{} of {} exact", total.exact, total.documents);
    let min_characters = if total.documents == DOCUMENTS { MIN_CHARACTERS } else { MIN_SAMPLE_CHARACTERS };
    assert!(total.characters >= min_characters, "{:.4} of the characters", total.characters);
    assert_eq!(total.wrong_but_valid, 0, "wrong but valid");
}

#[test]
fn rejects_images_without_an_mrz() {
    let reader = mrz_reader();
    let readings = on_all_cores(NEGATIVES, step(NEGATIVE_STEP), |index| {
        let (reading, ms) = read(&reader, &negatives::negative(index));
        (reading.map(|r| (r.lines, r.confidence)), ms)
    });
    eprintln!("{:<24} {:>5} {:>6} {:>7}", "", "seen", "read", "ms");
    for subject in Subject::ALL {
        let of: Vec<_> =
            readings.iter().filter(|(index, _)| Subject::from_index(*index) == subject).map(|(_, r)| r).collect();
        let read = of.iter().filter(|r| r.0.is_some()).count();
        eprintln!("{:<24} {:>5} {read:>6} {:>7.1}", subject.name(), of.len(), median(of.iter().map(|r| r.1).collect()));
    }
    for (index, (reading, _)) in &readings {
        if let Some((lines, confidence)) = reading {
            eprintln!("{index:03} {} {confidence:.3} {}", Subject::from_index(*index).name(), lines.join(" / "));
        }
    }
    let read = readings.iter().filter(|(_, r)| r.0.is_some()).count();
    let ms = median(readings.iter().map(|(_, r)| r.1).collect());
    eprintln!("{read} of {} read, median {ms:.1} ms", readings.len());
    assert_eq!(read, 0, "false positives");
}
