//! `kyc-specimen <what> [options]`: images and camera streams of specimen documents and synthetic heads.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

use image::RgbImage;
use kyc_core::liveness::steps::{ActiveStep, derive_challenge};
use kyc_specimen::head::video::Video;
use kyc_specimen::negatives::Subject;
use kyc_specimen::person::{Person, Portrait};
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{barcode_set, document, encode, fake_camera, head, mrz_lines, mrz_set, negatives, y4m};

const HELP: &str = "\
kyc-specimen <passport|card-front|card-back|licence-front|licence-back|face|empty> [options]

  --png FILE        an image
  --rgba FILE       its pixels, four bytes each, row by row
  --y4m FILE        a stream of two seconds for Chromium's fake camera
  --moving          the stream shows a trembling hand that brings the document into view (6 seconds)
  --flat            the flat document, not a camera scene
  --size WxH        size of the camera's frame (1280x720)
  --seed N          seed of the synthetic person (1)
  --head N          the portrait is the rendered head of that seed
  --expired         a document that expired in 2021
  --rotation DEG    rotation in the image plane, degrees (0.6)
  --share S         share of the frame's width that the document takes (0.80)

Prints the data of the document as JSON.

kyc-specimen head [options]

  A rendered synthetic head that looks into the camera and moves.

  --seed N          seed of the synthetic person (1)
  --steps LIST      movements, by comma: turn_left, turn_right, look_up, look_down, come_closer, move_away, blink
  --token T --count N
                    instead: the first challenge that is derived from the token of a liveness session (3)
  --still           a replay attack: a print of the person, moved by hand
  --flash R,G,B     light of the screen on the face, 0-1 each
  --size WxH        size of the camera's frame (640x480)
  --y4m FILE        the complete video for Chromium's fake camera, ten frames per second
  --png FILE --at MS
                    one frame of it (0)

Prints the movements and the length, as JSON.

kyc-specimen mrz-set --out DIR [--from N] [--to M] [--pixels]

  Documents N to M - 1 (0 to 500) of the MRZ test set, as images with a labels.json; with --pixels also as
  .rgba files, as by --rgba.

kyc-specimen negatives --out DIR [--from N] [--to M] [--pixels]

  Images N to M - 1 (0 to 1000) without an MRZ, likewise.

kyc-specimen barcode-set --out DIR [--from N] [--to M] [--pixels]

  Images N to M - 1 (0 to 120) of the barcode test set, likewise.

kyc-specimen face-set --out DIR [--from N] [--to M]

  Frames N to M - 1 (0 to 180) of six streams of rendered heads, as .rgba files with a labels.json.

kyc-specimen fake-camera --out DIR

  The images of the fake camera of `kyc-capture/testing`, as .jpg files.
";

fn main() {
    if let Err(error) = run() {
        eprintln!("kyc-specimen: {error}\n\n{HELP}");
        std::process::exit(2);
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let what = args.next().ok_or("what is missing")?;
    match what.as_str() {
        "mrz-set" | "negatives" | "barcode-set" | "face-set" => return write_set(&what, args),
        "head" => return write_head(args),
        "fake-camera" => return write_fake_camera(args),
        _ => {}
    }
    let (mut png, mut rgba, mut stream, mut flat, mut seed, mut expired) = (None, None, None, false, 1u64, false);
    let mut moving = false;
    let mut size = (1280u32, 720u32);
    let mut head = None;
    let mut pose = Pose::default();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--png" => png = Some(value()?),
            "--rgba" => rgba = Some(value()?),
            "--y4m" => stream = Some(value()?),
            "--flat" => flat = true,
            "--moving" => moving = true,
            "--expired" => expired = true,
            "--seed" => seed = value()?.parse()?,
            "--head" => head = Some(value()?.parse()?),
            "--rotation" => pose.rotation_deg = value()?.parse()?,
            "--share" => pose.width_share = value()?.parse()?,
            "--size" => size = size_of(&value()?)?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let mut person = Person::invented(seed, expired);
    person.portrait = head.map_or(person.portrait, Portrait::Head);
    let doc = match what.as_str() {
        "passport" => Some(document::passport(&person)),
        "card-front" => Some(document::card_front(&person)),
        "card-back" => Some(document::card_back(&person)),
        "licence-front" => Some(document::licence_front(&person)),
        "licence-back" => Some(document::licence_back(&person)),
        "face" | "empty" => None,
        other => return Err(format!("there is no `{other}`").into()),
    };
    let image: RgbImage = match (&doc, what.as_str()) {
        (Some(doc), _) if flat => doc.clone(),
        (Some(doc), _) => scene::with_document(size, doc, &pose),
        (None, "face") => scene::with_face(size),
        (None, _) => scene::empty(size),
    };
    if let Some(path) = png {
        image.save(path)?;
    }
    if let Some(path) = rgba {
        std::fs::write(path, encode::rgba(&image))?;
    }
    if let Some(path) = stream {
        let mut file = BufWriter::new(File::create(path)?);
        match &doc {
            Some(doc) if moving => y4m::write_all(&mut file, scene::brought_in(size, doc, 60, seed), 10, seed)?,
            _ => y4m::write(&mut file, &image, 20, 10, seed)?,
        }
    }
    let lines: Vec<String> = match what.as_str() {
        "passport" => mrz_lines::td3(&person).into(),
        "card-front" | "card-back" => mrz_lines::td1(&person).into(),
        _ => Vec::new(),
    };
    println!(
        "{}",
        serde_json::json!({
            "mrz": lines,
            "surname": person.surname,
            "givenNames": person.given_names,
            "documentNumber": person.document_number,
            "nationality": person.nationality,
            "sex": person.sex.to_string(),
            "birthDate": person.birth.iso(),
            "issueDate": person.issued.iso(),
            "expiryDate": person.expiry.iso(),
        })
    );
    Ok(())
}

fn size_of(text: &str) -> Result<(u32, u32), Box<dyn Error>> {
    let (w, h) = text.split_once('x').ok_or("--size is WIDTHxHEIGHT")?;
    Ok((w.parse()?, h.parse()?))
}

/// Frames a second of a head's video.
const HEAD_FPS: u32 = 10;

/// A head before the camera, as a video or as a moment of it.
fn write_head(mut args: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let mut video = Video { seed: 1, steps: Vec::new(), replay_attack: false, flash: [0.0; 3] };
    let (mut png, mut stream, mut at_ms, mut size) = (None, None, 0.0, (640, 480));
    let (mut token, mut count) = (None, 3);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--seed" => video.seed = value()?.parse()?,
            "--still" => video.replay_attack = true,
            "--steps" => {
                for name in value()?.split(',') {
                    let step = ActiveStep::ALL.iter().find(|step| step.as_str() == name);
                    video.steps.push(*step.ok_or(format!("there is no movement `{name}`"))?);
                }
            }
            "--token" => token = Some(value()?),
            "--count" => count = value()?.parse()?,
            "--flash" => {
                let shares = value()?.split(',').map(str::parse).collect::<Result<Vec<f32>, _>>()?;
                video.flash = shares.try_into().map_err(|_| "--flash is R,G,B")?;
            }
            "--at" => at_ms = value()?.parse()?,
            "--size" => size = size_of(&value()?)?,
            "--png" => png = Some(value()?),
            "--y4m" => stream = Some(value()?),
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    if let Some(token) = token {
        video.steps = derive_challenge(&token, 0, count);
    }
    if let Some(path) = png {
        video.frame_at(size, at_ms).save(path)?;
    }
    if let Some(path) = stream {
        let mut file = BufWriter::new(File::create(path)?);
        y4m::write_all(&mut file, video.frames(size, HEAD_FPS), HEAD_FPS, video.seed)?;
    }
    let steps: Vec<_> = video.steps.iter().map(|step| step.as_str()).collect();
    println!("{}", serde_json::json!({ "steps": steps, "lengthMs": video.length_ms() }));
    Ok(())
}

/// The images of the package's fake camera, each with its size in bytes on the output.
fn write_fake_camera(mut args: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    if args.next().as_deref() != Some("--out") {
        return Err("--out is missing".into());
    }
    let out = PathBuf::from(args.next().ok_or("--out needs a value")?);
    std::fs::create_dir_all(&out)?;
    let mut sizes = serde_json::Map::new();
    for (name, file) in fake_camera::images() {
        std::fs::write(out.join(&name).with_extension("jpg"), &file)?;
        sizes.insert(name, file.len().into());
    }
    println!("{}", serde_json::Value::from(sizes));
    Ok(())
}

/// Streams of rendered heads of `face-set`, and frames of each.
const FACE_STREAMS: usize = 6;
const FACE_FRAMES: usize = 30;

/// Images of the test set, with what is in them.
fn write_set(set: &str, mut args: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let (mut out, mut from) = (None, 0);
    let mut to = match set {
        "negatives" => negatives::NEGATIVES,
        "barcode-set" => barcode_set::IMAGES,
        "face-set" => FACE_STREAMS * FACE_FRAMES,
        _ => mrz_set::DOCUMENTS,
    };
    let mut pixels = false;
    while let Some(arg) = args.next() {
        if arg == "--pixels" {
            pixels = true;
            continue;
        }
        let value = args.next().ok_or(format!("{arg} needs a value"))?;
        match arg.as_str() {
            "--out" => out = Some(PathBuf::from(value)),
            "--from" => from = value.parse()?,
            "--to" => to = value.parse()?,
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    let out = out.ok_or("--out is missing")?;
    std::fs::create_dir_all(&out)?;
    let save = |image: &image::RgbImage, name: &str| -> Result<(), Box<dyn Error>> {
        image.save(out.join(name))?;
        if pixels {
            std::fs::write(out.join(name).with_extension("rgba"), encode::rgba(image))?;
        }
        Ok(())
    };
    let mut labels = serde_json::Map::new();
    for index in from..to {
        if set == "face-set" {
            let name = format!("{index:03}.rgba");
            let (stream, at_ms) = ((index / FACE_FRAMES) as u64, (index % FACE_FRAMES) as f64 * 100.0);
            let scene = head::stream::with_tremor(&head::stream::person(stream), stream, at_ms);
            let image = head::render(&scene, 640, 480);
            std::fs::write(out.join(&name), &image.rgba)?;
            labels.insert(name, serde_json::json!({ "stream": stream, "atMs": at_ms, "size": [640, 480] }));
            continue;
        }
        if set == "barcode-set" {
            let name = format!("{index:03}.png");
            let sample = barcode_set::sample(index);
            save(&sample.image, &name)?;
            let size = [sample.image.width(), sample.image.height()];
            let difficulty = sample.difficulty.name();
            labels.insert(name, serde_json::json!({ "text": sample.text, "difficulty": difficulty, "size": size }));
            continue;
        }
        if set == "negatives" {
            let name = format!("{index:03}.png");
            let image = negatives::negative(index);
            save(&image, &name)?;
            let size = [image.width(), image.height()];
            labels.insert(
                name,
                serde_json::json!({ "lines": [], "subject": Subject::from_index(index).name(), "size": size }),
            );
            continue;
        }
        let sample = mrz_set::document(index);
        let name = format!("{index:03}.png");
        save(&sample.image, &name)?;
        let label = serde_json::json!({
            "lines": sample.lines,
            "format": sample.format,
            "degradation": sample.degradation.name(),
            "mrzQuad": sample.mrz_quad,
            "capPx": sample.cap_px,
            "size": [sample.image.width(), sample.image.height()],
        });
        labels.insert(name, label);
    }
    std::fs::write(out.join("labels.json"), serde_json::to_string_pretty(&labels)?)?;
    Ok(())
}
