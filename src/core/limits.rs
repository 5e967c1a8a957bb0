//! Limits on input, shared by whatever checks and reports them.

/// The maximum number of pixels in a decoded image: 40 megapixels (160 MB as RGBA), which admits the photo of any
/// phone.
pub const MAX_PIXELS: u64 = 40_000_000;
