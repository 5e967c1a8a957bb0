// The backend's WebAssembly module in base64. `cargo xtask build` writes the bytes into the package's copy of this file
// (bundle.mjs).

export const base64: string = "";
