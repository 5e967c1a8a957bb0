//! Holds no code: its manifest unifies the features of dependencies across the workspace's native builds.
//!
//! Cargo leaves the features of dev-dependencies out of builds without tests. Without this package, `cargo xtask demo`
//! and `cargo xtask test` would each compile their own copy of a few base crates and of everything that depends on
//! them.
