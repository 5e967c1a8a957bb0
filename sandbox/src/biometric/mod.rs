//! The biometric protocols: persons, face comparison (GBDFL), MRZ.

pub mod context;
pub mod gbdfl;
pub mod mrz;
pub mod persons;
