//! The machine-readable zone (Doc 9303): from pixels to lines, and from lines to a checked document.

pub mod check_digit;
pub mod format;
pub mod recognise;
