// `cargo xtask soak`: frames through the wasm module, traffic through the sandbox, then the page in Chromium; prints
// the slope of memory.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { imageFile, startSandbox } from "../browser/support.mjs";
import { pushFrames } from "./frames.mjs";
import { slowProcessor, soakFlows, soakPageFrames } from "./page.mjs";
import { isFlat, trend } from "./slope.mjs";
import { visit } from "./traffic.mjs";

const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(2)} MiB`;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** What a camera sees, one after the other. */
export function cameraImages() {
  const kinds = [
    ["passport", "--size", "1280x720"],
    ["empty", "--size", "1280x720"],
    ["card-front", "--size", "1280x720"],
  ];
  return kinds.map(([kind, ...options]) => new Uint8ClampedArray(readFileSync(imageFile(kind, "rgba", ...options))));
}

/** Frames for so many `seconds` or of so many `frames`, sampled each `period` ms. Returns counts and samples. */
export async function soakFrames({ seconds, frames, period, leak }) {
  const sandbox = await startSandbox({ faults: false });
  const samples = [];
  try {
    const counts = await pushFrames({
      pkg: process.env.KYC_PKG_DIR,
      url: new URL(sandbox.url).origin,
      session: async () => (await sandbox.post("/demo/session", {})).body,
      images: cameraImages(),
      seconds,
      frames,
      period,
      sample: (taken) => samples.push(taken),
      leak,
    });
    return { counts, samples };
  } finally {
    await sandbox.stop();
  }
}

/** Traffic for so long. Returns counts, wrong answers and samples. */
export async function soakTraffic(seconds, period) {
  const data = mkdtempSync(path.join(tmpdir(), "kyc-soak-"));
  const sandbox = await startSandbox({ faults: false, data });
  const samples = [];
  try {
    const front = readFileSync(imageFile("passport", "png", "--size", "640x360"));
    const sample = (taken) => samples.push(taken);
    return { ...(await visit({ sandbox, pid: sandbox.pid, front, seconds, period, sample })), samples };
  } finally {
    await sandbox.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

function report(what, samples, of = (sample) => sample) {
  const found = trend(samples.map(of));
  const flat = isFlat(found);
  console.log(
    `${what}: median ${mib(found.median)}, most ${mib(found.most)}, slope ${kib(found.perMinute)} a minute over ` +
      `${found.seconds.toFixed(0)} s (${found.samples} samples, warm-up left out): ${flat ? "flat" : "GROWS"}`,
  );
  return flat;
}

/** What of the page must not grow, and what is only reported: the renderer keeps freed pages for later. */
const PAGE_BOUNDED = ["page", "worker", "module"];

/** The trends of a page's samples. Returns whether all that must be flat are. */
export function pageTrends(samples) {
  const of = (what) => samples.map((sample) => ({ seconds: sample.seconds, bytes: sample[what] }));
  return Object.fromEntries(
    [...PAGE_BOUNDED, "renderer"].map((what) => [what, { bounded: PAGE_BOUNDED.includes(what), samples: of(what) }]),
  );
}

function reportPage(title, { samples, seen }) {
  console.log(`${title}: ${samples.length} samples, ${seen.sent} frames of ${seen.delivered} delivered`);
  let flat = true;
  for (const [what, { bounded, samples: taken }] of Object.entries(pageTrends(samples))) {
    flat = (report(`  ${what}`, taken) || !bounded) && flat;
  }
  return flat;
}

/** Whole flows on a processor so many times slower. Returns whether the main thread stayed free. */
async function runSlow(flows, slowdown = 6) {
  let good = true;
  for (let i = 0; i < flows; i++) {
    const { longest, over, delivered, sent, most, modules } = await slowProcessor({ slowdown });
    console.log(
      `processor ${slowdown} times slower: a flow ended; longest task of the main thread ${longest} ms, ${over} over ` +
        `200 ms; ${sent} frames sent of ${delivered} delivered, ${most} at once; ${modules} modules on the main thread`,
    );
    good = over === 0 && most === 1 && modules === 0 && good;
  }
  return good;
}

if (process.argv[1] === import.meta.filename) {
  const [frames, traffic, flows, page, slow] = process.argv.slice(2).map(Number);
  let flat = true;
  if (frames > 0) {
    const { counts, samples } = await soakFrames({ seconds: frames, period: Math.max(200, frames * 5) });
    console.log(`frames: ${counts.frames} in ${frames} s, ${counts.cores} cores, ${counts.captures} captures`);
    flat = report("module memory", samples) && flat;
    flat = report("JavaScript heap", samples, ({ seconds, heap }) => ({ seconds, bytes: heap })) && flat;
  }
  if (traffic > 0) {
    const { counts, wrong, samples } = await soakTraffic(traffic, Math.max(200, traffic * 5));
    const visits = Object.values(counts).reduce((sum, n) => sum + n, 0);
    console.log(`traffic: ${visits} visits in ${traffic} s, ${wrong.length} wrong answers`);
    for (const answer of new Set(wrong)) console.log(`  ${answer}`);
    flat = report("sandbox memory", samples) && flat && wrong.length === 0;
  }
  if (flows > 0) flat = reportPage(`${flows} flows with a retake each`, await soakFlows({ flows })) && flat;
  if (page > 0) {
    const samples = await soakPageFrames({ seconds: page, period: Math.max(1_000, page * 20) });
    flat = reportPage(`${page} s of frames`, samples) && flat;
  }
  flat = (await runSlow(slow)) && flat;
  process.exitCode = flat ? 0 : 1;
}
