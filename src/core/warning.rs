//! The warnings that a person sees while reviewing a capture.

use crate::codes::codes;

codes! {
    /// A warning about a still, shown to the person before it is sent. It does not block.
    Warning {
        /// The document's date of expiry has passed.
        DocumentExpired = "document_expired",
        /// No document was found in the image.
        DocumentNotFound = "document_not_found",
        /// This side has a machine-readable zone, and it could not be read.
        MrzNotRead = "mrz_not_read",
        /// The MRZ was read, and a check digit does not match.
        MrzCheckFailed = "mrz_check_failed",
        /// The other side is wanted.
        WrongSide = "wrong_side",
        /// Another kind of document is wanted.
        WrongDocument = "wrong_document",
        /// Not sharp.
        Blurred = "blurred",
        /// A reflection covers part of it.
        Glare = "glare",
        /// Too dark.
        TooDark = "too_dark",
        /// Too bright.
        TooBright = "too_bright",
        /// Fewer pixels than reading wants.
        LowResolution = "low_resolution",
        /// Fingers cover a part of it.
        FingersInTheWay = "fingers_in_the_way",
        /// Front and back are of two documents.
        SidesDisagree = "sides_disagree",
        /// The barcode on it could not be read.
        BarcodeNotRead = "barcode_not_read",
        /// No portrait was found where one belongs.
        FaceNotFound = "face_not_found",
    }
}

impl Warning {
    /// Returns whether the image is better taken again: it does not show the expected side, or not so that it can be
    /// read.
    pub fn advises_retake(self) -> bool {
        matches!(
            self,
            Self::DocumentNotFound | Self::MrzNotRead | Self::WrongSide | Self::WrongDocument | Self::FaceNotFound
        )
    }
}
