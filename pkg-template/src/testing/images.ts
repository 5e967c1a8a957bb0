// The images of the fake camera: drawn documents and a rendered head, no real person (`specimen/src/fake_camera.rs`).
// `cargo xtask build` writes them into the package's copy of this file (bundle.mjs). Loaded by the fake camera alone.

/** JPEG files in base64, by name. */
export const images: Readonly<Record<string, string>> = {};
