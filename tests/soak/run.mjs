// `cargo xtask soak`: frames through the wasm module, then traffic through the sandbox; prints the slope of memory.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { imageFile, startSandbox } from "../browser/support.mjs";
import { pushFrames } from "./frames.mjs";
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

if (process.argv[1] === import.meta.filename) {
  const [frames, traffic] = process.argv.slice(2).map(Number);
  let flat = true;
  if (frames > 0) {
    const { counts, samples } = await soakFrames({ seconds: frames, period: Math.max(200, frames * 5) });
    console.log(`frames: ${counts.frames} in ${frames} s, ${counts.cores} cores, ${counts.captures} captures`);
    flat = report("module memory", samples) && flat;
    report("JavaScript heap", samples, ({ seconds, heap }) => ({ seconds, bytes: heap }));
  }
  if (traffic > 0) {
    const { counts, wrong, samples } = await soakTraffic(traffic, Math.max(200, traffic * 5));
    const visits = Object.values(counts).reduce((sum, n) => sum + n, 0);
    console.log(`traffic: ${visits} visits in ${traffic} s, ${wrong.length} wrong answers`);
    for (const answer of new Set(wrong)) console.log(`  ${answer}`);
    flat = report("sandbox memory", samples) && flat && wrong.length === 0;
  }
  process.exitCode = flat ? 0 : 1;
}
