//! Cameras: their direction and their failures.

use crate::codes::codes;

codes! {
    /// The direction that a camera faces.
    Facing {
        /// Away from the person.
        Environment = "environment",
        /// Towards the person.
        User = "user",
    }
}

codes! {
    /// The reason why a camera does not open.
    CameraFailure {
        /// The person or a policy denied access.
        Denied = "camera_denied",
        /// There is no camera.
        Missing = "camera_missing",
        /// Another program uses it.
        Busy = "camera_busy",
        /// The page is not served over HTTPS or from localhost.
        InsecureContext = "insecure_context",
        /// The browser has no camera interface, for example an in-app browser.
        Unsupported = "camera_unsupported",
        /// The browser answers canvas reads with noise, as a protection against tracking: frames would be useless.
        CanvasBlocked = "canvas_blocked",
        /// Another reason.
        Failed = "camera_failed",
    }
}
