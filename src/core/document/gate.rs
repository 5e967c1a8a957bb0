//! When to take the picture.
