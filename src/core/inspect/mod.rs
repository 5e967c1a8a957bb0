//! Analysis of one side of a document: rectified and upright image, MRZ, barcode, portrait and recapture signals.
//! [`checks`] applies the rules to the results.

pub mod checks;
mod document_check;
pub mod document_data;
pub mod portrait;
pub mod side;
mod thumbnail;
mod upright;

use crate::barcode::pdf417::Pdf417Reader;
use crate::date::Date;
use crate::document::{DocumentQuad, find_document};
use crate::encode::warp;
use crate::face::{Face, FaceDetector};
use crate::frame::Frame;
use crate::geometry::{Homography, Quad, Rect};
use crate::mrz::{MrzReader, MrzReading};
use crate::recapture;

use portrait::cut_portrait;
pub use portrait::{find_portrait, find_rotated_portrait};
pub use side::{BarcodeReading, OrientationSource, Portrait, Rectified, SideAnalysis};
pub use thumbnail::Thumbnail;
pub use upright::upright;

/// The detectors of an analysis; what is missing is not searched for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Detectors<'a> {
    /// For the machine-readable zone.
    pub mrz: Option<&'a MrzReader>,
    /// For the portrait.
    pub face: Option<&'a FaceDetector>,
    /// For PDF417.
    pub barcode: Option<&'a Pdf417Reader>,
}

/// Analyses an image of one side. `today` resolves two-digit years.
pub fn analyse_side(frame: &Frame<'_>, readers: &Detectors<'_>, today: Date) -> SideAnalysis {
    let document = find_document(frame);
    let mrz = readers.mrz.and_then(|reader| reader.read(frame, today));
    let part = document.map_or_else(|| frame.bounds(), |d| d.quad.bounds());
    let barcode = readers.barcode.and_then(|reader| read_barcode(reader, frame, &|| document));
    let face = readers.face.and_then(|detector| {
        find_portrait(detector, frame, part)
            .or_else(|| document.as_ref().and_then(|document| find_rotated_portrait(detector, frame, document)))
    });
    from_detections(frame, document, mrz, barcode, face)
}

/// Builds the analysis from detections that are known already.
pub fn from_detections(
    frame: &Frame<'_>,
    document: Option<DocumentQuad>,
    mrz: Option<MrzReading>,
    barcode: Option<BarcodeReading>,
    face: Option<Face>,
) -> SideAnalysis {
    let print: Vec<Rect> = mrz
        .iter()
        .flat_map(|zone| zone.quads.iter())
        .chain(barcode.iter().map(|b| &b.quad))
        .map(Quad::bounds)
        .collect();
    let recapture_signals = recapture::measure(frame, document.as_ref().map(|d| &d.quad), &print);
    let rectified = document
        .filter(|d| d.fully_inside)
        .and_then(|d| upright(frame, &d, mrz.as_ref(), face.as_ref(), barcode.as_ref()));
    let portrait = face.and_then(|face| cut_portrait(frame, &face).map(|image| Portrait { face, image }));
    let thumbnail = document.filter(|d| d.fully_inside).map(|d| Thumbnail::from_frame(frame, &d.quad));
    SideAnalysis { document, rectified, mrz, barcode, portrait, recapture_signals, thumbnail }
}

/// Reads the barcode in a frame. If there are only parts of one, the rectified document is searched, which removes the
/// perspective.
pub fn read_barcode(
    reader: &Pdf417Reader,
    frame: &Frame<'_>,
    document: &dyn Fn() -> Option<DocumentQuad>,
) -> Option<BarcodeReading> {
    let mut search = reader.search(&frame.to_luma(), 1);
    if let Some(barcode) = search.symbols.pop() {
        return Some(barcode.into());
    }
    let quad = search.patterns.then(document).flatten()?.quad;
    let flat = warp(frame, &quad, None)?;
    let mut barcode: BarcodeReading = reader.read(&flat.frame().ok()?.to_luma())?.into();
    let page = Quad::from_rect(Rect { x: 0.0, y: 0.0, width: flat.width as f32, height: flat.height as f32 });
    let back = Homography::between(&page, &quad)?;
    barcode.quad = Quad(barcode.quad.0.map(|p| back.apply(p)));
    Some(barcode)
}
