//! Bindings for JavaScript: conversions only, no logic.
