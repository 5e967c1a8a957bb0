// kyc-capture as users get it (pkg/, wasm, one thread, Node) beside its peers, in one run. Run it by `cargo xtask bench`.
//
// Times are medians over runs, in milliseconds; machines are noisy, so compare within a run and not between runs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

import jpegJs from "jpeg-js";
import { parse as peerParse } from "mrz";
import { createWorker } from "tesseract.js";

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set: run this by \`cargo xtask bench\``);
  return process.env[name];
};
const ours = await import(pathToFileURL(path.join(need("KYC_PKG_DIR"), "dist/index.js")));
await ours.init();

const scratch = mkdtempSync(path.join(tmpdir(), "kyc-bench-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
/** A specimen before our own camera: its file, and what is printed in it. */
function specimen(kind, ...options) {
  const file = path.join(scratch, [kind, ...options].join("_").replace(/\W+/g, "_") + ".png");
  const out = execFileSync(path.join(need("KYC_BIN_DIR"), "kyc-specimen"), [kind, ...options, "--png", file], { encoding: "utf8" });
  return { file, bytes: readFileSync(file), truth: JSON.parse(out) };
}

/** Median and 95th percentile of milliseconds. */
async function timed(work, runs = 15) {
  await work();
  const times = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return spread(times);
}

function spread(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { median: at(0.5), p95: at(0.95) };
}

const ms = (value) => (value < 1 ? value.toFixed(3) : value.toFixed(1));

function table(title, header, rows) {
  console.log(`\n### ${title}\n`);
  for (const row of [header, header.map((_, i) => (i === 0 ? "---" : "---:")), ...rows]) console.log(`| ${row.join(" | ")} |`);
}

async function parse() {
  const lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
  const batch = (work) => async () => {
    for (let i = 0; i < 200; i++) work();
  };
  const us = await timed(batch(() => ours.parseMrz(lines)));
  const peer = await timed(batch(() => peerParse(lines)));
  table("Parsing MRZ text (TD3), per document", ["", "median ms", "p95 ms"], [
    ["kyc-capture", ms(us.median / 200), ms(us.p95 / 200)],
    ["npm mrz 5.0.2", ms(peer.median / 200), ms(peer.p95 / 200)],
  ]);
}

/** Frames of a camera of 1280×720, upright and turned, and two without a zone. */
async function read() {
  const frames = [];
  for (const [i, rotation] of [0.6, -6, 4, 90, 180, 12].entries()) {
    for (const kind of ["passport", "card-back"]) {
      frames.push(specimen(kind, "--seed", String(20 + i), "--rotation", String(rotation), "--share", rotation === 90 ? "0.5" : "0.8"));
    }
  }
  const empty = [specimen("empty"), specimen("card-front")];
  const worker = await createWorker("eng", 1, {
    langPath: path.join(path.dirname(createRequire(import.meta.url).resolve("@tesseract.js-data/eng")), "4.0.0_best_int"),
    cachePath: scratch,
    gzip: true,
  });
  await worker.setParameters({ tessedit_char_whitelist: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<" });
  const peerRead = async (frame) => {
    const { data } = await worker.recognize(frame.file);
    return data.text.split("\n").map((line) => line.replaceAll(" ", "")).filter((line) => /^[A-Z0-9<]{28,46}$/.test(line) && line.includes("<<"));
  };
  const ourRead = async (frame) => (await ours.readMrz(frame.bytes))?.lines ?? [];
  const rows = [];
  for (const [name, reader] of [["kyc-capture", ourRead], ["tesseract.js 7.0.0 (eng, MRZ whitelist)", peerRead]]) {
    await reader(frames[0]);
    const times = [];
    const idle = [];
    let exact = 0;
    let fromNothing = 0;
    for (const frame of frames) {
      const start = performance.now();
      const lines = await reader(frame);
      times.push(performance.now() - start);
      exact += lines.join("\n") === frame.truth.mrz.join("\n") ? 1 : 0;
    }
    for (const frame of empty) {
      const start = performance.now();
      fromNothing += (await reader(frame)).length > 0 ? 1 : 0;
      idle.push(performance.now() - start);
    }
    const with_ = spread(times);
    rows.push([name, `${exact} of ${frames.length}`, `${fromNothing} of ${empty.length}`, ms(with_.median), ms(with_.p95), ms(spread(idle).median)]);
  }
  await worker.terminate();
  table("Reading an MRZ from a camera frame (PNG file of 1280×720, decoding included)",
    ["", "every line right", "read from nothing", "median ms", "p95 ms", "median ms, no MRZ"], rows);
}

async function faces() {
  const face = specimen("face");
  const image = await ours.encodeImage(face.bytes, { format: "png" });
  const found = await ours.detectFaces(image.bytes);
  const { median, p95 } = await timed(() => ours.detectFaces(face.bytes), 10);
  table("Finding faces (PNG file of 1280×720, decoding included)", ["", "faces", "median ms", "p95 ms"], [
    ["kyc-capture (BlazeFace)", found.length, ms(median), ms(p95)],
  ]);
}

async function encode() {
  const [width, height] = [1920, 1080];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([128 + 90 * Math.sin(x / 37), 128 + 90 * Math.sin(y / 23 + x / 91), (x ^ y) & 255, 255], i * 4);
  }
  const image = { data, width, height };
  const us = await timed(() => ours.encodeImage(image, { quality: 85 }), 9);
  const bytes = (await ours.encodeImage(image, { quality: 85 })).bytes.length;
  const peer = await timed(async () => jpegJs.encode(image, 85), 9);
  const peerBytes = jpegJs.encode(image, 85).data.length;
  table("JPEG of 1920×1080, quality 85", ["", "median ms", "p95 ms", "bytes"], [
    ["kyc-capture (4:2:0)", ms(us.median), ms(us.p95), bytes],
    ["jpeg-js 0.4.4 (4:4:4)", ms(peer.median), ms(peer.p95), peerBytes],
  ]);
}

const subjects = { parse, read, faces, encode };
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!subjects[name]) throw new Error(`there is no subject ${name}: expected ${Object.keys(subjects).join(", ")}`);
}
for (const [name, run] of Object.entries(subjects)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
process.exit(0);
