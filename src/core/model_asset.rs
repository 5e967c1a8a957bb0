//! The model assets that a page loads for the detectors.

use crate::codes::codes;

codes! {
    /// A model asset, loaded by the step that needs it.
    ModelAsset {
        /// The character recogniser of the machine-readable zone (MRZ).
        Mrz = "mrz",
        /// The face detector.
        Face = "face",
    }
}
