//! MRZs that are legible and wrong: misprints, specimens, bad forgeries. The reader reports what is printed and names
//! the check digits that do not hold; text that is no MRZ stays unread.
//!
//! `KYC_FULL_SETS=1` reads 360 documents of each kind instead of 36; `KYC_MISPRINT_FAILURES=1` prints every document
//! that is not read exactly.

use kyc_capture::core::date::Date;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::mrz::MrzReading;
use kyc_specimen::misprints::{self, Misprint, Misprinted};
use kyc_specimen::mrz_set::{Degradation, Sample};

use crate::support::{each, mrz_reader, rgba, set_step};

fn today() -> Date {
    Date::new(2026, 11, 20).unwrap()
}

fn count() -> u64 {
    if set_step(2) == 1 { 360 } else { 36 }
}

fn read_all<T: Send>(make: impl Fn(usize) -> T + Sync, sample: fn(&T) -> &Sample) -> Vec<(T, Option<MrzReading>)> {
    let reader = mrz_reader();
    each(count(), |index| {
        let made = make(index as usize);
        let image = &sample(&made).image;
        let pixels = rgba(image);
        let read = reader.read(&Frame::rgba(&pixels, image.width(), image.height()).unwrap(), today());
        (made, read)
    })
}

/// Returns the places of the check digits that a reading calls invalid.
fn failing(reading: &MrzReading) -> Vec<(usize, usize)> {
    let mut failing: Vec<_> =
        reading.document.check_digits.iter().filter(|digit| !digit.valid).map(|d| (d.line, d.column)).collect();
    failing.sort_unstable();
    failing
}

/// Reads documents with a misprint. At least `min_exact` of them, a share, are read exactly, and every one of these
/// names exactly the check digits that do not hold. `judge` says what else a correct reading has.
fn reads(misprint: Misprint, min_exact: f64, judge: fn(&Misprinted, &MrzReading)) {
    let outcomes = read_all(|index| misprints::document(index, misprint), |m| &m.sample);
    let verbose = std::env::var_os("KYC_MISPRINT_FAILURES").is_some();
    let (mut all, mut exact, mut nothing, mut clear_and_unread) = (0, 0, 0, 0);
    for (printed, reading) in outcomes.iter().filter(|(m, _)| misprint.occurs_in(m.sample.format)) {
        all += 1;
        let Some(reading) = reading.as_ref().filter(|reading| reading.lines == printed.sample.lines) else {
            nothing += usize::from(reading.is_none());
            clear_and_unread += usize::from(printed.sample.degradation == Degradation::CleanScan);
            if verbose {
                let Sample { format, degradation, cap_px, lines, .. } = &printed.sample;
                let read = reading.as_ref().map_or("nothing".into(), |r| r.lines.join("\n  "));
                eprintln!("{format} {} {cap_px:.1} px\n  {}\n  {read}", degradation.name(), lines.join("\n  "));
            }
            continue;
        };
        exact += 1;
        let (lines, valid) = (&printed.sample.lines, reading.document.valid);
        let mut wrong = printed.wrong.clone();
        wrong.sort_unstable();
        assert_eq!(failing(reading), wrong, "{lines:?}");
        assert!(!valid || wrong.is_empty(), "{lines:?} is valid");
        assert!(!reading.document.valid_if_inferred || wrong.is_empty(), "{lines:?} is valid if inferred");
        judge(printed, reading);
    }
    eprintln!("{}: {exact} of {all} exact, {} misread, {nothing} not read", misprint.name(), all - exact - nothing);
    assert_eq!(clear_and_unread, 0, "of the clean scans");
    assert!(exact as f64 >= min_exact * all as f64, "{exact} of {all} exact");
}

#[test]
fn reads_wrong_check_digits_and_names_them() {
    reads(Misprint::CheckDigits, 0.94, |printed, reading| {
        let key = reading.document.chip_key.as_ref();
        let composite_only = printed.wrong.len() == 1 && matches!(printed.wrong[0], (1, 43 | 35 | 29));
        if composite_only && matches!(printed.sample.format, "TD1" | "TD2" | "TD3") {
            let key = key.expect("the parts of the key are printed right");
            assert!(key.valid && key.confidence.is_some_and(|confidence| confidence > 0.5), "{key:?}");
        }
        let wrong_part = |digit: &&(usize, usize)| matches!(digit, (1, 9 | 19 | 27) | (0, 14) | (1, 6));
        if let Some(key) = key {
            assert!(!key.valid || printed.wrong.iter().find(wrong_part).is_none(), "{key:?} {:?}", printed.wrong);
        }
    });
}

#[test]
fn reads_zeros_in_place_of_check_digits() {
    reads(Misprint::ZeroCheckDigits, 0.94, |_, _| ());
}

#[test]
fn reports_digits_in_a_name_as_printed() {
    reads(Misprint::DigitInName, 0.94, |printed, reading| {
        let document = &reading.document;
        assert!(document.corrections.is_empty() && !document.valid, "{:?}", printed.sample.lines);
        assert!(document.lines == printed.sample.lines, "{:?} {:?}", document.lines, printed.sample.lines);
    });
}

#[test]
fn reads_impossible_dates() {
    reads(Misprint::Dates, 0.94, |_, _| ());
}

#[test]
fn reads_specimens_with_letters_for_data() {
    reads(Misprint::Letters, 0.90, |printed, reading| {
        assert!(!reading.document.valid && reading.document.lines == printed.sample.lines);
    });
}

#[test]
fn reads_specimens_with_fillers_for_data() {
    reads(Misprint::Fillers, 0.90, |_, reading| assert!(!reading.document.valid));
}

#[test]
fn rejects_other_text_in_the_place_of_an_mrz() {
    let outcomes = read_all(misprints::other_text, |sample| sample);
    for (sample, reading) in outcomes {
        if let Some(reading) = reading {
            panic!("{:?} was read as {:?} {:?}", sample.lines, reading.format, reading.lines);
        }
    }
}
