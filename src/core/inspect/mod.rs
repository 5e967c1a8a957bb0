//! One side of a document, looked at with everything there is: its outline made rectangular and upright, its zone, its
//! barcode, its portrait, and what the pixels tell of how the picture came about. [`checks`] holds what was found against the
//! rules.

pub mod checks;
pub mod holder;
pub mod pixels;
mod thumbnail;
mod upright;

use serde::Serialize;

use crate::barcode::aamva::{self, AamvaDocument};
use crate::barcode::pdf417::{Barcode, Pdf417Reader};
use crate::document::{DocumentQuad, DocumentSize, find_document};
use crate::encode::{Image, warp};
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::geometry::{Homography, Point, Quad, Rect};
use crate::mrz::{Date, MrzReader, MrzReading};
use crate::numeric::sort_by_key;

use pixels::Traces;
pub use thumbnail::Thumbnail;
pub use upright::{Turn, upright};

/// What a side is looked at with; what is missing is not looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Readers<'a> {
    /// For the machine-readable zone.
    pub mrz: Option<&'a MrzReader>,
    /// For the portrait.
    pub face: Option<&'a FaceDetector>,
    /// For PDF417.
    pub barcode: Option<&'a Pdf417Reader>,
}

/// A PDF417 symbol with what it means.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BarcodeReading {
    /// The text: bytes as UTF-8 where they are, else as Latin-1.
    pub text: String,
    /// The bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Corners in the image's pixels: top left, top right, bottom right, bottom left as it is read.
    pub quad: Quad,
    /// Codewords that had to be put right, of those that can be.
    pub corrected: usize,
    /// Codewords of correction.
    pub correction: usize,
    /// The licence or card, where it is one after AAMVA.
    pub document: Option<AamvaDocument>,
}

impl From<Barcode> for BarcodeReading {
    fn from(barcode: Barcode) -> Self {
        let text = barcode.message.text();
        Self {
            document: aamva::parse(&text).ok(),
            text,
            bytes: barcode.message.bytes,
            quad: barcode.quad,
            corrected: barcode.corrected,
            correction: barcode.correction,
        }
    }
}

/// The document as a rectangle, upright.
#[derive(Debug, Clone, PartialEq)]
pub struct Rectified {
    /// Its pixels.
    pub image: Image,
    /// The corners in the picture that they come from, from the upper left of the upright document clockwise.
    pub quad: Quad,
    /// Its size.
    pub size: DocumentSize,
    /// Dots per inch.
    pub dpi: f32,
    /// How it was turned in the picture, and by what that is known.
    pub turn: Turn,
}

/// A portrait cut out of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// The face, in the picture's pixels.
    pub face: Face,
    /// Upright, with the margins of a token image (ISO/IEC 19794-5:2005, clause 9.2): width to height 3 to 4, eyes level at 0.6
    /// of the width from the top and a quarter of the width apart.
    pub image: Image,
}

/// What a side shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SideReading {
    /// The outline, in the picture's pixels.
    pub document: Option<DocumentQuad>,
    /// The document alone; `None` without an outline, or where a side of it is outside the picture.
    pub rectified: Option<Rectified>,
    /// The machine-readable zone, in the picture's pixels.
    pub mrz: Option<MrzReading>,
    /// The barcode, in the picture's pixels.
    pub barcode: Option<BarcodeReading>,
    /// The holder's portrait.
    pub portrait: Option<Portrait>,
    /// What the pixels tell.
    pub traces: Traces,
    /// For comparison with another side.
    pub thumbnail: Option<Thumbnail>,
}

impl SideReading {
    /// The same without its pictures, which are large.
    #[must_use]
    pub fn without_pictures(self) -> Self {
        Self { rectified: None, portrait: None, ..self }
    }
}

/// Looks at a picture of one side. `today` settles centuries.
pub fn inspect(frame: &Frame<'_>, readers: &Readers<'_>, today: Date) -> SideReading {
    let document = find_document(frame);
    let mrz = readers.mrz.and_then(|reader| reader.read(frame, today));
    let part = document.map_or_else(|| frame.whole(), |d| d.quad.bounds());
    let barcode = readers.barcode.and_then(|reader| read_barcode(reader, frame, document.as_ref()));
    let face = readers.face.and_then(|detector| {
        find_portrait(detector, frame, part)
            .or_else(|| document.as_ref().and_then(|document| find_turned_portrait(detector, frame, document)))
    });
    from_parts(frame, document, mrz, barcode, face)
}

/// The same from what is known already.
pub fn from_parts(
    frame: &Frame<'_>,
    document: Option<DocumentQuad>,
    mrz: Option<MrzReading>,
    barcode: Option<BarcodeReading>,
    face: Option<Face>,
) -> SideReading {
    let print: Vec<Rect> = mrz
        .iter()
        .flat_map(|zone| zone.quads.iter())
        .chain(barcode.iter().map(|b| &b.quad))
        .map(Quad::bounds)
        .collect();
    let traces = pixels::measure(frame, document.as_ref().map(|d| &d.quad), &print);
    let rectified = document
        .filter(|d| d.fully_inside)
        .and_then(|d| upright(frame, &d, mrz.as_ref(), face.as_ref(), barcode.as_ref()));
    let portrait = face.and_then(|face| cut_portrait(frame, &face).map(|image| Portrait { face, image }));
    let thumbnail = document.filter(|d| d.fully_inside).map(|d| Thumbnail::of(frame, &d.quad));
    SideReading { document, rectified, mrz, barcode, portrait, traces, thumbnail }
}

/// The barcode in a frame; where it is not seen, in the document made rectangular, which undoes what a slant does to it.
pub fn read_barcode(
    reader: &Pdf417Reader,
    frame: &Frame<'_>,
    document: Option<&DocumentQuad>,
) -> Option<BarcodeReading> {
    if let Some(barcode) = reader.read(&frame.to_luma()) {
        return Some(barcode.into());
    }
    let quad = document?.quad;
    let flat = warp(frame, &quad, None)?;
    let mut barcode: BarcodeReading = reader.read(&flat.frame().ok()?.to_luma())?.into();
    let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: flat.width as f32, height: flat.height as f32 });
    let back = Homography::between(&page, &quad)?;
    barcode.quad = Quad(barcode.quad.0.map(|p| back.apply(p)));
    Some(barcode)
}

/// The holder's portrait: the largest face that is sure enough, looked for in the document and in its halves, since the network
/// sees few pixels and a portrait takes a small part of a document. Turned documents are looked at upright by their sides.
pub fn find_portrait(detector: &FaceDetector, frame: &Frame<'_>, part: Rect) -> Option<Face> {
    let half = |x: f32| Rect { x: part.x + x * part.width, width: part.width / 2.0, ..part };
    let mut faces: Vec<Face> =
        [part, half(0.0), half(0.5)].into_iter().flat_map(|place| detector.find_in(frame, place)).collect();
    sort_by_key(&mut faces, |f| -f.score * f.bounds.area().sqrt());
    faces.first().map(|face| detector.refined(frame, face))
}

/// The portrait of a document that lies on its side or upside down, where the network knows no faces: looked for in the document
/// turned each way.
pub fn find_turned_portrait(detector: &FaceDetector, frame: &Frame<'_>, document: &DocumentQuad) -> Option<Face> {
    let mut best: Option<Face> = None;
    for by in 0..4 {
        let mut quad = document.quad;
        quad.0.rotate_left(by);
        let Some(image) = upright::turned(frame, document, &quad) else { continue };
        let Ok(flat) = image.frame() else { continue };
        let page = flat.whole();
        let Some(found) = find_portrait(detector, &flat, page) else { continue };
        let Some(back) = Homography::between(&Quad::from_rect(page), &quad) else { continue };
        if best.is_none_or(|b| found.score > b.score) {
            let keypoints = found.keypoints.map(|p| back.apply(p));
            let lean = (keypoints[1].y - keypoints[0].y).atan2(keypoints[1].x - keypoints[0].x);
            let bounds = Quad(Quad::from_rect(found.bounds).0.map(|p| back.apply(p))).bounds();
            best = Some(Face { bounds, keypoints, roll: lean.to_degrees(), ..found });
        }
    }
    best
}

/// The face upright with the margins of a token image; what lies outside the picture repeats its border.
fn cut_portrait(frame: &Frame<'_>, face: &Face) -> Option<Image> {
    let eyes = face.inter_eye();
    if eyes < 8.0 {
        return None;
    }
    let (right, left) = (face.keypoints[0], face.keypoints[1]);
    let across = Point::new((left.x - right.x) / eyes, (left.y - right.y) / eyes);
    let down = Point::new(-across.y, across.x);
    let (width, height) = (4.0 * eyes, 4.0 * eyes * 4.0 / 3.0);
    let middle = face.eye_middle();
    let corner = |x: f32, y: f32| {
        let (x, y) = (x * width, y * height - 0.6 * width);
        Point::new(middle.x + across.x * x + down.x * y, middle.y + across.y * x + down.y * y)
    };
    let quad = Quad([corner(-0.5, 0.0), corner(0.5, 0.0), corner(0.5, 1.0), corner(-0.5, 1.0)]);
    warp(frame, &quad, Some((width.round() as u32, height.round() as u32)))
}
