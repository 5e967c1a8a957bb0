//! The biometric protocols: persons, face comparison (GBDFL), MRZ.

pub mod gbdfl;
pub mod mrz;
pub mod persons;
