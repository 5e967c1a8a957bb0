//! Finds outlines of documents: in rendered scenes, in photos of the shared data, and none in images without a
//! document.

use kyc_capture::core::document::{DocumentSize, find_document, rectify};
use kyc_capture::core::encode::decode;
use kyc_capture::core::frame::Frame;
use kyc_capture::core::geometry::{Point, Quad};
use kyc_capture::core::thresholds::DocumentThresholds;
use kyc_specimen::outline_set::{self, Condition};
use kyc_specimen::person::Person;
use kyc_specimen::scene::{self, Pose};
use kyc_specimen::{document, scene::quad_of};

use crate::support::{each, rgba, set_step, shared_data};

/// Returns the intersection over union of two convex quads, by counting the points of a 400×400 grid over both.
fn iou(a: &Quad, b: &Quad) -> f32 {
    let inside = |q: &Quad, p: Point| {
        let turn = |i: usize| {
            let (a, b) = (q.0[i], q.0[(i + 1) % 4]);
            (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
        };
        (0..4).all(|i| turn(i) >= 0.0) || (0..4).all(|i| turn(i) <= 0.0)
    };
    let (ba, bb) = (a.bounds(), b.bounds());
    let (x0, y0) = (ba.x.min(bb.x), ba.y.min(bb.y));
    let (x1, y1) = ((ba.x + ba.width).max(bb.x + bb.width), (ba.y + ba.height).max(bb.y + bb.height));
    let (mut both, mut any) = (0, 0);
    for i in 0..400 {
        for j in 0..400 {
            let p = Point::new(x0 + (x1 - x0) * (i as f32 + 0.5) / 400.0, y0 + (y1 - y0) * (j as f32 + 0.5) / 400.0);
            let (ina, inb) = (inside(a, p), inside(b, p));
            both += usize::from(ina && inb);
            any += usize::from(ina || inb);
        }
    }
    both as f32 / any.max(1) as f32
}

#[test]
fn finds_specimens_in_camera_scenes() {
    let person = Person::invented(3, false);
    let documents = [
        (document::passport(&person), DocumentSize::Id3),
        (document::card_front(&person), DocumentSize::Id1),
        (document::card_back(&person), DocumentSize::Id1),
    ];
    let poses = [
        Pose::default(),
        Pose { width_share: 0.62, rotation_deg: -7.0, tilt: 0.05, offset: Point::new(40.0, -20.0) },
        Pose { width_share: 0.42, rotation_deg: 33.0, tilt: 0.0, offset: Point::new(0.0, 0.0) },
        Pose { width_share: 0.45, rotation_deg: 88.0, tilt: 0.03, offset: Point::new(-60.0, 10.0) },
    ];
    let mut problems = Vec::new();
    for (d, (doc, size)) in documents.iter().enumerate() {
        for (p, pose) in poses.iter().enumerate() {
            let frame = (1280, 720);
            let pixels = rgba(&scene::with_document(frame, doc, pose));
            let frame_ref = Frame::rgba(&pixels, frame.0, frame.1).unwrap();
            let truth = quad_of(frame, doc.dimensions(), pose);
            match find_document(&frame_ref) {
                None => problems.push(format!("document {d}, pose {p}: nothing found")),
                Some(found) => {
                    let overlap = iou(&found.quad, &truth);
                    if overlap < 0.95 || found.size != *size || !found.fully_inside {
                        problems.push(format!("document {d}, pose {p}: IoU {overlap:.3}, {found:?}"));
                    }
                    assert!(rectify(&frame_ref, &found.quad, found.size).is_some());
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn rejects_scenes_without_a_document() {
    let size = (1280u32, 720u32);
    let noise: Vec<u8> = {
        let mut state = 1u32;
        (0..size.0 * size.1)
            .flat_map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let v = (state >> 24) as u8;
                [v, v, v, 255]
            })
            .collect()
    };
    let checks: Vec<u8> = (0..size.1)
        .flat_map(|y| {
            (0..size.0)
                .flat_map(move |x| if (x / 40 + y / 40) % 2 == 0 { [40, 44, 50, 255] } else { [190, 180, 170, 255] })
        })
        .collect();
    let images = [
        ("a table", rgba(&scene::empty(size))),
        ("a face", rgba(&scene::with_face(size))),
        ("noise", noise),
        ("a chequered cloth", checks),
        ("one colour", [120, 130, 140, 255].repeat((size.0 * size.1) as usize)),
    ];
    for (what, pixels) in images {
        let found = find_document(&Frame::rgba(&pixels, size.0, size.1).unwrap());
        let accepted = found.filter(|f| f.confidence >= DocumentThresholds::default().min_confidence);
        assert!(accepted.is_none(), "{what}: {accepted:?}");
    }
    let tiny = [0u8; 4 * 4 * 4];
    assert!(find_document(&Frame::rgba(&tiny, 4, 4).unwrap()).is_none());
}

/// Returns the intersection over union of the parts of two quads inside the frame.
fn iou_in(frame: (u32, u32), a: &Quad, b: &Quad) -> f32 {
    let inside = |q: &Quad, p: Point| {
        let turn = |i: usize| {
            let (a, b) = (q.0[i], q.0[(i + 1) % 4]);
            (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
        };
        (0..4).all(|i| turn(i) >= 0.0) || (0..4).all(|i| turn(i) <= 0.0)
    };
    let (mut both, mut any) = (0, 0);
    for j in 0..400 {
        for i in 0..400 {
            let p = Point::new(frame.0 as f32 * (i as f32 + 0.5) / 400.0, frame.1 as f32 * (j as f32 + 0.5) / 400.0);
            let (ina, inb) = (inside(a, p), inside(b, p));
            both += usize::from(ina && inb);
            any += usize::from(ina || inb);
        }
    }
    both as f32 / any.max(1) as f32
}

/// Maximum share of wrong outlines (IoU below 0.9) that a capture would accept: 4 of 200 measured, plus one, since
/// machines round differently.
const MAX_WRONG_OUTLINES: f64 = 0.025;

/// Maximum share of outlines that are not found (IoU below 0.9).
const MAX_MISSED_OUTLINES: f64 = 0.05;

/// Step of the sample through the sets; the documents have 14 conditions.
const STEP: usize = 3;

/// Returns the indices of the images of a set of `all` that are tested.
fn chosen(all: usize) -> Vec<usize> {
    (0..all).step_by(set_step(STEP)).collect()
}

/// Returns the number of images that `share` allows among `all`.
fn allowed(share: f64, all: usize) -> usize {
    (share * all as f64).ceil() as usize
}

/// 200 composites under 14 conditions: a floor on found outlines, a ceiling on wrong ones that a capture would accept.
#[test]
fn finds_documents_under_every_condition() {
    let indices = chosen(outline_set::DOCUMENTS);
    let results = each(indices.len() as u64, |at| {
        let sample = outline_set::document(indices[at as usize]);
        let (size, pixels) = (sample.image.dimensions(), rgba(&sample.image));
        let truth = Quad(sample.quad.map(|(x, y)| Point::new(x, y)));
        let found = find_document(&Frame::rgba(&pixels, size.0, size.1).unwrap());
        let overlap = found.map_or(0.0, |f| iou_in(size, &f.quad, &truth));
        let diagonal = truth.0[0].distance(truth.0[2]);
        // The first corner may be any.
        let error = found.map_or(1.0, |f| {
            let turned = |r: usize| (0..4).map(|k| f.quad.0[k].distance(truth.0[(k + r) % 4])).sum::<f32>() / 4.0;
            (0..4).map(turned).fold(f32::MAX, f32::min) / diagonal
        });
        let reported = sample.condition != Condition::Outside || found.is_none_or(|f| !f.fully_inside);
        let accepted = found.is_some_and(|f| f.confidence >= DocumentThresholds::default().min_confidence);
        (sample.condition, overlap, error, reported, accepted && overlap < 0.9)
    });
    let mut errors: Vec<f32> = results.iter().map(|r| r.2).collect();
    errors.sort_by(f32::total_cmp);
    let hits = results.iter().filter(|r| r.1 >= 0.9).count();
    for condition in Condition::ALL {
        let of: Vec<_> = results.iter().enumerate().filter(|(_, r)| r.0 == condition).collect();
        let missed: Vec<_> =
            of.iter().filter(|(_, r)| r.1 < 0.9).map(|(i, r)| format!("{}: {:.2}", indices[*i], r.1)).collect();
        eprintln!("{:>15}: {} of {}; not {missed:?}", condition.name(), of.len() - missed.len(), of.len());
    }
    let median = errors[errors.len() / 2] * 100.0;
    eprintln!("IoU at least 0.9: {hits} of {}; median corner error {median:.3} % of the diagonal", results.len());
    assert!(results.iter().all(|r| r.3), "a side outside the frame was not reported");
    assert!(results.len() - hits <= allowed(MAX_MISSED_OUTLINES, results.len()), "{hits} of {}", results.len());
    assert!(median <= 0.1, "{median}");
    let wrong = results.iter().filter(|r| r.4).count();
    eprintln!("{wrong} wrong outlines with the confidence of a capture");
    assert!(wrong <= allowed(MAX_WRONG_OUTLINES, results.len()), "{wrong} wrong outlines");
}

#[test]
fn rejects_images_without_a_document() {
    let indices = chosen(outline_set::EMPTY);
    let found = each(indices.len() as u64, |at| {
        let image = outline_set::empty(indices[at as usize]);
        find_document(&Frame::rgba(&rgba(&image), image.width(), image.height()).unwrap()).map(|f| f.confidence)
    });
    let seen: Vec<_> = found.iter().enumerate().filter_map(|(i, f)| f.map(|f| (indices[i], f))).collect();
    eprintln!("found in {} of {}: {seen:?}", seen.len(), found.len());
    assert!(seen.len() <= allowed(0.01, found.len()), "{seen:?}");
    let min_confidence = DocumentThresholds::default().min_confidence;
    assert!(seen.iter().all(|s| s.1 < min_confidence), "would be captured: {seen:?}");
}

/// Photos and composites with known outlines, from the shared data.
#[test]
fn finds_documents_in_shared_photos() {
    let Some(dir) = shared_data("quads") else { return };
    let labels = std::fs::read_to_string(dir.join("labels.json")).unwrap();
    let labels: serde_json::Value = serde_json::from_str(&labels).unwrap();
    let mut hits = 0;
    for label in labels["images"].as_array().unwrap() {
        let name = label["file"].as_str().unwrap();
        let image = decode(&std::fs::read(dir.join(name)).unwrap()).unwrap();
        let corner = |i: usize| {
            let p = &label["quad"][i];
            Point::new(p[0].as_f64().unwrap() as f32, p[1].as_f64().unwrap() as f32)
        };
        let truth = Quad([corner(0), corner(1), corner(2), corner(3)]);
        let found = find_document(&image.frame().unwrap());
        let overlap = found.map_or(0.0, |f| iou(&f.quad, &truth));
        eprintln!("{name}: IoU {overlap:.3}, confidence {:.2}", found.map_or(0.0, |f| f.confidence));
        hits += usize::from(overlap >= 0.9);
    }
    assert!(hits >= 6, "{hits} of 6");
}
