//! The sides of a verification that are captured.

use crate::codes::codes;

codes! {
    /// The subject of a capture.
    Side {
        /// The front of the document.
        Front = "front",
        /// The back of the document.
        Back = "back",
        /// The person's face.
        Liveness = "liveness",
    }
}
