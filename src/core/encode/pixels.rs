//! Owned pixels.

use crate::error::CoreError;
use crate::frame::Frame;

/// An RGBA image in row-major order: `data.len() == width * height * 4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Red, green, blue, alpha.
    pub data: Vec<u8>,
    /// Pixels per row, at least 1.
    pub width: u32,
    /// Rows, at least 1.
    pub height: u32,
}

impl Image {
    /// Returns the pixels as a frame.
    ///
    /// # Errors
    /// As [`Frame::rgba`]; none for an image from this module.
    pub fn frame(&self) -> Result<Frame<'_>, CoreError> {
        Frame::rgba(&self.data, self.width, self.height)
    }
}

/// Composes an RGBA pixel on white.
pub(super) fn on_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u32::from(alpha);
    [red, green, blue].map(|v| ((u32::from(v) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
}
