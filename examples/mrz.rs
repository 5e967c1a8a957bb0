//! What the MRZ reader sees in images, for the people who maintain it: run by `cargo xtask mrz IMAGE… [--debug DIR]`.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a drawing")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use image::{Rgb, RgbImage};
use kyc_capture::core::date::Date;
use kyc_capture::core::encode::decode;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::geometry::Quad;
use kyc_capture::core::mrz::MrzReader;
use kyc_capture::core::mrz::hypothesis::MrzHypothesis;
use kyc_capture::core::mrz::read::LineDebugInfo;
use kyc_capture::core::mrz::recognise::{ALPHABET, CLASSES, COLUMN_STRIDE};
use kyc_specimen::canvas::{Canvas, Face};

const HELP: &str = "\
cargo xtask mrz IMAGE... [--debug DIR]

Reads each image and prints what came of it. With --debug, DIR gets for every image
  NAME-candidates.png   the image with the candidates: orange if tried, green if read
  NAME-Z-L.png          line L of candidate Z as the recogniser sees it (enlarged), and below it the probability of
                        every symbol (rows) at every column, dark is certain; the last row is the blank
";

fn main() -> Result<(), Box<dyn Error>> {
    let mut images = Vec::new();
    let mut debug = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--debug" => debug = Some(PathBuf::from(args.next().ok_or("--debug needs a folder")?)),
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(());
            }
            _ => images.push(PathBuf::from(arg)),
        }
    }
    if images.is_empty() {
        print!("{HELP}");
        return Err("no image is named".into());
    }
    let weights = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/mrz.kycm");
    let reader = MrzReader::from_bytes(&std::fs::read(weights)?)?;
    for path in images {
        if let Err(error) = inspect(&reader, &path, debug.as_deref()) {
            println!("{}: {error}", path.display());
        }
    }
    Ok(())
}

fn inspect(reader: &MrzReader, path: &Path, debug: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let image = decode(&std::fs::read(path)?)?;
    let frame = image.frame()?;
    let start = Instant::now();
    let found = reader.detect(&frame);
    let ms = start.elapsed().as_secs_f64() * 1000.0;
    println!("{} ({}x{}, {ms:.0} ms)", path.display(), frame.width(), frame.height());
    match &found {
        None => println!("  no sign of an MRZ"),
        Some(hypothesis) => print_hypothesis(hypothesis),
    }
    let Some(dir) = debug else { return Ok(()) };
    std::fs::create_dir_all(dir)?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (_, debug) = reader.detect_with_debug_info(&frame);
    let mut sheet = RgbImage::from_fn(frame.width() as u32, frame.height() as u32, |x, y| pixel(&frame, x, y));
    for (z, candidate) in debug.candidates.iter().enumerate() {
        let reversed = if candidate.reversed { ", upside down" } else { "" };
        println!("  candidate {z}{reversed}, score {:.2}", candidate.score);
        match &candidate.hypothesis {
            None => println!("    dismissed after {} of its lines", candidate.lines.len()),
            Some(hypothesis) => print_hypothesis(hypothesis),
        }
        let read = candidate.hypothesis.as_ref().is_some_and(MrzHypothesis::is_accepted);
        for (l, line) in candidate.lines.iter().enumerate() {
            println!("    line {l}: {}", line.distribution.text());
            outline(&mut sheet, &line.quad, if read { Rgb([0, 190, 60]) } else { Rgb([255, 130, 0]) });
            probabilities(line).save(dir.join(format!("{name}-{z}-{l}.png")))?;
        }
    }
    Ok(sheet.save(dir.join(format!("{name}-candidates.png")))?)
}

fn print_hypothesis(hypothesis: &MrzHypothesis) {
    let today = Date::new(2026, 1, 1).expect("a day");
    let verdict = match (hypothesis.reading(today), hypothesis.report(today)) {
        (Some(_), _) => "read",
        (None, Some(_)) => "legible, reported",
        (None, None) => "not enough to be read",
    };
    println!(
        "    {}: {verdict}; confidence {:.3}, posterior {:.3}, places {:.1} nats, check digits {} of {}",
        hypothesis.format.name(),
        hypothesis.confidence,
        hypothesis.posterior(),
        hypothesis.cost,
        hypothesis.check_digits.0,
        hypothesis.check_digits.1
    );
    for line in hypothesis.lines() {
        println!("      {line}");
    }
}

fn pixel(frame: &Frame<'_>, x: u32, y: u32) -> Rgb<u8> {
    let at = (y as usize * frame.width() + x as usize) * 4;
    let p = &frame.data()[at..at + 3];
    Rgb([p[0], p[1], p[2]])
}

fn outline(sheet: &mut RgbImage, quad: &Quad, colour: Rgb<u8>) {
    for i in 0..4 {
        let (a, b) = (quad.0[i], quad.0[(i + 1) % 4]);
        let steps = a.distance(b).ceil().clamp(1.0, 20_000.0) as u32;
        for s in 0..=steps {
            let p = a.lerp(b, s as f32 / steps as f32);
            for (dx, dy) in [(0, 0), (1, 0), (0, 1)] {
                let (x, y) = (p.x as i64 + dx, p.y as i64 + dy);
                if (0..i64::from(sheet.width())).contains(&x) && (0..i64::from(sheet.height())).contains(&y) {
                    sheet.put_pixel(x as u32, y as u32, colour);
                }
            }
        }
    }
}

/// The strip over the probabilities of its columns.
fn probabilities(line: &LineDebugInfo) -> RgbImage {
    const SCALE: u32 = 4;
    const ROW: u32 = 10;
    const LEFT: u32 = 16;
    let line_image = &line.line_image;
    let top = line_image.height as u32 * SCALE + 4;
    let mut out =
        RgbImage::from_pixel(LEFT + line_image.width as u32 * SCALE, top + CLASSES as u32 * ROW, Rgb([255, 255, 255]));
    for y in 0..line_image.height as u32 * SCALE {
        for x in 0..line_image.width as u32 * SCALE {
            let v = line_image.get((x / SCALE) as usize, (y / SCALE) as usize);
            out.put_pixel(LEFT + x, y, Rgb([v, v, v]));
        }
    }
    let wide = SCALE * COLUMN_STRIDE as u32;
    for column in 0..line.distribution.columns {
        for (class, log) in line.distribution.column(column).iter().enumerate() {
            let v = 255 - (log.exp() * 255.0) as u8;
            let colour = if class + 1 == CLASSES { Rgb([v, v, 255]) } else { Rgb([v, v, v]) };
            for y in 0..ROW - 1 {
                for x in 0..wide {
                    let x = LEFT + (column as u32 * wide + x).saturating_sub(wide / 2);
                    if x < out.width() {
                        out.put_pixel(x, top + class as u32 * ROW + y, colour);
                    }
                }
            }
        }
    }
    let mut labels = Canvas::new(LEFT as f32, out.height() as f32, 1.0, Rgb([255, 255, 255]));
    for (class, symbol) in ALPHABET.iter().enumerate() {
        let base = top + (class as u32 + 1) * ROW - 2;
        labels.text(Face::OcrB, &char::from(*symbol).to_string(), 3.0, base as f32, 7.0, Rgb([0, 0, 0]));
    }
    for (x, y, p) in labels.image.enumerate_pixels() {
        if y >= top {
            out.put_pixel(x, y, *p);
        }
    }
    out
}
