//! The location of the device.

use crate::codes::codes;

/// The location of the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

impl Location {
    /// Creates a location, or returns `None` if a coordinate is out of range or not a number.
    pub(super) fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let valid = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        valid.then_some(Self { latitude, longitude })
    }
}

codes! {
    /// Whether images are sent with the location of the device.
    LocationPolicy {
        /// Always: without a location the flow does not continue.
        Required = "required",
        /// If the device reports one: the person may continue without.
        Preferred = "preferred",
        /// Never: the device is not asked.
        Off = "off",
    }
}

codes! {
    /// The reason why the device reports no location.
    LocationFailure {
        /// The person or a policy denied access.
        Denied = "location_denied",
        /// The device cannot determine it.
        Unavailable = "location_unavailable",
        /// It took too long.
        Timeout = "location_timeout",
    }
}
