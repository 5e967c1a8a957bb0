//! IDnGO's additional requests: what a backend calls with a signature.

use crate::suite::Suite;

pub fn run(_suite: &mut Suite) {}
