//! The images of the fake camera in `kyc-capture/testing`: the documents of one synthetic person without any
//! background, and that person's head in the poses that liveness asks for. All are drawn; none shows a real person.

use image::RgbImage;
use kyc_core::encode::{EncodeOptions, encode};
use kyc_core::frame::Frame;
use kyc_core::liveness::steps::ActiveStep;

use crate::document;
use crate::encode::rgba;
use crate::head::{Background, HeadScene, render, stream};
use crate::person::{Person, Portrait};

/// Seeds of the person's data and of the head.
const PERSON: u64 = 1;
const HEAD: u64 = 4;

/// Width of a passport's page and of a card, pixels: an MRZ has capitals of 16 pixels, as a camera sees them.
const PAGE_WIDTH: u32 = 820;
const CARD_WIDTH: u32 = 600;

/// JPEG qualities.
const DOCUMENT_QUALITY: u8 = 34;
const HEAD_QUALITY: u8 = 48;

/// Size of a head's image, pixels.
const HEAD_SIZE: (u32, u32) = (480, 360);

/// The poses of the head: those that the page makes of the straight one, by its size, are left out.
const POSES: [Option<ActiveStep>; 6] = [
    None,
    Some(ActiveStep::TurnLeft),
    Some(ActiveStep::TurnRight),
    Some(ActiveStep::LookUp),
    Some(ActiveStep::LookDown),
    Some(ActiveStep::Blink),
];

/// Returns the images by name, as JPEG files: the same bytes on every machine.
pub fn images() -> Vec<(String, Vec<u8>)> {
    let person = Person { portrait: Portrait::Head(HEAD), ..Person::invented(PERSON, false) };
    let documents = document::plain(&person).into_iter().map(|(name, image)| {
        let width = if name == "passport" { PAGE_WIDTH } else { CARD_WIDTH };
        (name.to_owned(), document_file(&image, width))
    });
    let heads = POSES.into_iter().map(|pose| {
        let name = pose.map_or("head".to_owned(), |step| format!("head_{}", step.as_str()));
        (name, head_file(pose))
    });
    documents.chain(heads).collect()
}

fn document_file(image: &RgbImage, width: u32) -> Vec<u8> {
    let options = EncodeOptions { max_width: Some(width), ..options(DOCUMENT_QUALITY) };
    file(&rgba(image), image.dimensions(), &options)
}

/// The head before a plain wall, without the noise that the page adds to each frame.
fn head_file(pose: Option<ActiveStep>) -> Vec<u8> {
    let straight = HeadScene {
        position: [0.5, 0.5],
        size: 0.42,
        noise: 0.0,
        exposure: 0.0,
        lights: HeadScene::default().lights,
        background: Background::Plain([186, 194, 202]),
        ..stream::person(HEAD)
    };
    let scene = pose.map_or(straight.clone(), |step| stream::perform(&straight, step, 1.0, 1.0));
    let (width, height) = HEAD_SIZE;
    file(&render(&scene, width, height).rgba, HEAD_SIZE, &options(HEAD_QUALITY))
}

fn options(quality: u8) -> EncodeOptions {
    EncodeOptions { quality, min_quality: quality, ..EncodeOptions::default() }
}

fn file(rgba: &[u8], (width, height): (u32, u32), options: &EncodeOptions) -> Vec<u8> {
    let frame = Frame::rgba(rgba, width, height).expect("the size of the pixels is the image's");
    encode(&frame, options).expect("an image of this size can be encoded without a budget").bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Most bytes of all images: they are in the package that everybody installs.
    const BUDGET: usize = 150_000;

    #[test]
    fn images_are_small_and_of_distinct_names() {
        let all = images();
        let names: std::collections::BTreeSet<_> = all.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), 11);
        let bytes: usize = all.iter().map(|(_, file)| file.len()).sum();
        assert!(bytes < BUDGET, "{bytes} bytes");
    }
}
