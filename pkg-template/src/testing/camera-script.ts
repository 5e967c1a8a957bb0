// `camera.ts` as one script, for pages that a test prepares before they load. `cargo xtask build` writes it into the
// package's copy of this file (bundle.mjs).

/** An expression: the exports of `camera.ts`. */
export const script: string = "";
