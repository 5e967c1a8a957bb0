//! The data extracted from an image of one side of a document.

use serde::{Deserialize, Serialize};

use super::thumbnail::Thumbnail;
use crate::barcode::aamva::{self, AamvaDocument};
use crate::barcode::pdf417::Barcode;
use crate::document::{DocumentQuad, DocumentSize};
use crate::encode::Image;
use crate::face::Face;
use crate::geometry::Quad;
use crate::mrz::MrzReading;
use crate::recapture::RecaptureSignals;

/// The source of the orientation of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrientationSource {
    /// The lines of the machine-readable zone.
    Mrz,
    /// The eyes and the mouth of the portrait.
    Portrait,
    /// The barcode's direction.
    Barcode,
    /// Lines of print show the document's axis, not which end is up: the end that is up in the image is taken.
    Text,
}

/// A PDF417 barcode (ISO/IEC 15438).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SideBarcode"))]
#[serde(rename_all = "camelCase")]
pub struct BarcodeReading {
    /// The decoded text: by the declared character sets, bytes of unknown sets as U+FFFD; without a declaration UTF-8
    /// if the bytes are, else Latin-1.
    pub text: String,
    /// The decoded bytes.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Corners, pixels, clockwise from the top left of the symbol.
    pub quad: Quad,
    /// Corrected codewords.
    pub corrected: usize,
    /// Error correction codewords of the symbol.
    pub correction: usize,
    /// The parsed document, if the barcode follows AAMVA.
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
    /// The corners in the image that they come from, from the upper left of the upright document clockwise.
    pub quad: Quad,
    /// Its size.
    pub size: DocumentSize,
    /// Dots per inch.
    pub dpi: f32,
    /// Its rotation in the image, and the source of it.
    pub orientation_source: OrientationSource,
}

/// A portrait cut out of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Portrait {
    /// The face, in image pixels.
    pub face: Face,
    /// Upright, with the margins of a token image (ISO/IEC 19794-5:2005, clause 9.2): width to height 3 to 4, eyes
    /// level at 0.6 of the width from the top and a quarter of the width apart.
    pub image: Image,
}

/// The analysis of one side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SideAnalysis {
    /// The outline, in image pixels.
    pub document: Option<DocumentQuad>,
    /// The document alone; `None` without an outline, or if a side of it is outside the image.
    pub rectified: Option<Rectified>,
    /// The machine-readable zone, in image pixels.
    pub mrz: Option<MrzReading>,
    /// The barcode, in image pixels.
    pub barcode: Option<BarcodeReading>,
    /// The portrait of the holder.
    pub portrait: Option<Portrait>,
    /// The recapture signals.
    pub recapture_signals: RecaptureSignals,
    /// For comparison with another side.
    pub thumbnail: Option<Thumbnail>,
}

impl SideAnalysis {
    /// Drops the images, which are large.
    #[must_use]
    pub fn without_images(self) -> Self {
        Self { rectified: None, portrait: None, ..self }
    }
}
