//! A self-hosted server of the documented APIs on the same core: for development and tests, without an account.

fn main() {}
