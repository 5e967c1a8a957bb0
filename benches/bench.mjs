// kyc-capture as users get it (pkg/, wasm, one thread, Node) beside its peers, in one run. Run it by
// `cargo xtask bench`.
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
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

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
  const file = path.join(scratch, `${[kind, ...options].join("_").replace(/\W+/g, "_")}.png`);
  const out = execFileSync(path.join(need("KYC_BIN_DIR"), "kyc-specimen"), [kind, ...options, "--png", file], {
    encoding: "utf8",
  });
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
  for (const row of [header, header.map((_, i) => (i === 0 ? "---" : "---:")), ...rows])
    console.log(`| ${row.join(" | ")} |`);
}

async function parse() {
  const lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
  const batch = (work) => async () => {
    for (let i = 0; i < 200; i++) work();
  };
  const us = await timed(batch(() => ours.parseMrz(lines)));
  const peer = await timed(batch(() => peerParse(lines)));
  table(
    "Parsing MRZ text (TD3), per document",
    ["", "median ms", "p95 ms"],
    [
      ["kyc-capture", ms(us.median / 200), ms(us.p95 / 200)],
      ["npm mrz 5.0.2", ms(peer.median / 200), ms(peer.p95 / 200)],
    ],
  );
}

/** The pixels of a specimen before our own camera, 1280×720, and what is printed in it. */
function frame(kind, ...options) {
  const file = path.join(scratch, `${[kind, ...options].join("_").replace(/\W+/g, "_")}.rgba`);
  const out = execFileSync(path.join(need("KYC_BIN_DIR"), "kyc-specimen"), [kind, ...options, "--rgba", file], {
    encoding: "utf8",
  });
  return {
    image: { data: new Uint8ClampedArray(readFileSync(file)), width: 1280, height: 720 },
    truth: JSON.parse(out),
  };
}

/** Images of the MRZ test set (`kyc-specimen mrz-set`), or of those without an MRZ. */
function samples(set, from, to) {
  const out = path.join(scratch, `${set}-${from}`);
  execFileSync(path.join(need("KYC_BIN_DIR"), "kyc-specimen"), [
    set,
    "--out",
    out,
    "--from",
    String(from),
    "--to",
    String(to),
    "--pixels",
  ]);
  const labels = JSON.parse(readFileSync(path.join(out, "labels.json"), "utf8"));
  return Object.entries(labels).map(([name, label]) => {
    const file = path.join(out, name);
    const [width, height] = label.size;
    const data = new Uint8ClampedArray(readFileSync(file.replace(/png$/, "rgba")));
    return { ...label, file, image: { data, width, height } };
  });
}

/**
 * Accuracy and time on the same images, from pixels: what a camera gives. Tesseract takes files; from its time that of
 * reading an empty corner of the same file is taken off, which is decoding it and handing it over.
 *
 * Images: three documents for each of the 18 kinds of fault, and images without an MRZ, one in
 * twenty of each kind. An MRZ model for Tesseract is in no package registry; whoever has one names its file in
 * MRZ_TRAINEDDATA.
 */
async function mrz() {
  const documents = samples("mrz-set", 0, 54);
  const empty = Array.from({ length: 20 }, (_, i) => samples("negatives", i * 50, i * 50 + 1)).flat();
  const model = process.env.MRZ_TRAINEDDATA;
  const language = model ? path.basename(model).replace(".traineddata", "") : "eng";
  const worker = await createWorker(language, 1, {
    langPath: model
      ? path.dirname(model)
      : path.join(path.dirname(createRequire(import.meta.url).resolve("@tesseract.js-data/eng")), "4.0.0_best_int"),
    cachePath: scratch,
    gzip: !model,
  });
  await worker.setParameters({ tessedit_char_whitelist: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<" });
  const peerRead = async (sample) => {
    const { data } = await worker.recognize(sample.file);
    return data.text
      .split("\n")
      .map((line) => line.replaceAll(" ", ""))
      .filter((line) => /^[A-Z0-9<]{28,46}$/.test(line) && line.includes("<<"));
  };
  const corner = { rectangle: { left: 0, top: 0, width: 8, height: 8 } };
  const peerDecodes = async (sample) => void (await worker.recognize(sample.file, corner));
  const ourRead = async (sample) => (await ours.readMrz(sample.image))?.lines ?? [];
  const rows = [];
  const medians = [];
  for (const [name, reader, decodes] of [
    ["kyc-capture", ourRead, null],
    [`tesseract.js 7.0.0 (${language}, MRZ alphabet)`, peerRead, peerDecodes],
  ]) {
    await reader(documents[0]);
    const milliseconds = async (work, sample) => {
      const start = performance.now();
      const result = await work(sample);
      const whole = performance.now() - start;
      return [result, decodes && work !== decodes ? whole - (await milliseconds(decodes, sample))[1] : whole];
    };
    const times = [];
    const idle = [];
    let exact = 0;
    let fromNothing = 0;
    for (const sample of documents) {
      const [lines, time] = await milliseconds(reader, sample);
      times.push(time);
      if (lines.join("\n") === sample.lines.join("\n")) exact += 1;
      else if (reader === ourRead)
        console.log(`not exact: ${path.basename(sample.file)} (${sample.format}, ${sample.degradation})`);
    }
    for (const sample of empty) {
      const [lines, time] = await milliseconds(reader, sample);
      fromNothing += lines.length > 0 ? 1 : 0;
      idle.push(time);
    }
    const with_ = spread(times);
    medians.push(with_.median);
    rows.push([
      name,
      `${exact} of ${documents.length}`,
      `${fromNothing} of ${empty.length}`,
      ms(with_.median),
      ms(with_.p95),
      ms(spread(idle).median),
    ]);
  }
  await worker.terminate();
  table(
    "Reading an MRZ from the pixels of images with every degradation",
    ["", "every line right", "read from nothing", "median ms", "p95 ms", "median ms, no MRZ"],
    rows,
  );
  console.log(`\n${(medians[1] / medians[0]).toFixed(0)} times as fast as tesseract.js on these images`);
  const rotations = [0.6, -6, 4, 90, 180, 12];
  const frames = ["passport", "card-back"].flatMap((kind) =>
    rotations.map((rotation, i) =>
      frame(kind, "--seed", String(20 + i), "--rotation", String(rotation), "--share", rotation === 90 ? "0.5" : "0.8"),
    ),
  );
  const bare = [frame("empty"), frame("card-front"), frame("face")];
  const perFrame = async (list) => {
    const all = [];
    for (const f of list)
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        const read = await ours.readMrz(f.image);
        all.push(performance.now() - start);
        if ((read?.lines ?? []).join("\n") !== (list === bare ? "" : f.truth.mrz.join("\n")))
          throw new Error("a frame was read wrong");
      }
    return spread(all);
  };
  await perFrame(frames.slice(0, 1));
  const [full, none] = [await perFrame(frames), await perFrame(bare)];
  table(
    "Reading an MRZ from the pixels of a camera frame of 1280×720",
    ["", "median ms", "p95 ms"],
    [
      ["with an MRZ (12 frames, upright and turned, all read)", ms(full.median), ms(full.p95)],
      ["without (empty table, card front, face)", ms(none.median), ms(none.p95)],
    ],
  );
}

/** Outline, quality and guidance: what is done for every frame of a capture. */
async function documents() {
  const rotations = [0.6, -6, 4, 90, 180, 12];
  const frames = ["passport", "card-front", "licence-back"].flatMap((kind) =>
    rotations.map((rotation, i) =>
      frame(kind, "--seed", String(40 + i), "--rotation", String(rotation), "--share", rotation === 90 ? "0.5" : "0.8"),
    ),
  );
  const bare = [frame("empty"), frame("face")];
  const measured = async (list, work) => {
    const all = [];
    for (const f of list) {
      await work(f.image);
      for (let i = 0; i < 9; i++) {
        const start = performance.now();
        await work(f.image);
        all.push(performance.now() - start);
      }
    }
    return spread(all);
  };
  let found = 0;
  for (const f of frames) found += (await ours.findDocument(f.image)) === null ? 0 : 1;
  const outline = await measured(frames, (image) => ours.findDocument(image));
  const whole = await measured(frames, (image) => ours.assessDocument(image));
  const none = await measured(bare, (image) => ours.assessDocument(image));
  table(
    "A document in a camera frame of 1280×720, from its pixels",
    ["", "found", "median ms", "p95 ms"],
    [
      ["outline", `${found} of ${frames.length}`, ms(outline.median), ms(outline.p95)],
      ["outline, quality and guidance", "", ms(whole.median), ms(whole.p95)],
      ["the same without a document (empty table, face)", "", ms(none.median), ms(none.p95)],
    ],
  );
}

/** PDF417 on the backs of licences, in four classes of difficulty, from pixels of 1920×1080. */
async function barcodes() {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"));
  await prepareZXingModule({
    overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) },
    fireImmediately: true,
  });
  const options = {
    formats: ["PDF417"],
    tryHarder: true,
    tryRotate: true,
    tryDownscale: true,
    tryInvert: false,
    maxNumberOfSymbols: 1,
  };
  const readers = [
    ["kyc-capture", async (image) => (await ours.readBarcode(image))?.text ?? null],
    [
      "zxing-wasm 3.1.4 (ZXing-C++)",
      async (image) => {
        const [read] = await readBarcodes(image, options);
        return read === undefined ? null : new TextDecoder("latin1").decode(read.bytes);
      },
    ],
  ];
  const classes = ["easy", "medium", "hard", "extreme"];
  const results = readers.map(() =>
    Object.fromEntries(classes.map((name) => [name, { right: 0, wrong: 0, all: 0, times: [] }])),
  );
  // A dozen at a time: the pixels of all are a gigabyte.
  for (let from = 0; from < 120; from += 12) {
    for (const sample of samples("barcode-set", from, from + 12)) {
      for (const [i, [, read]] of readers.entries()) {
        const result = results[i][sample.difficulty];
        const start = performance.now();
        const text = await read(sample.image);
        result.times.push(performance.now() - start);
        result.all += 1;
        if (text === sample.text) result.right += 1;
        else if (text !== null) result.wrong += 1;
      }
    }
    rmSync(path.join(scratch, `barcode-set-${from}`), { recursive: true });
  }
  table(
    "Reading PDF417 from the backs of licences (30 images of 1920×1080 each)",
    ["", ...classes, "read wrong", "median ms"],
    readers.map(([name], i) => [
      name,
      ...classes.map((c) => `${results[i][c].right} of ${results[i][c].all}`),
      String(classes.reduce((sum, c) => sum + results[i][c].wrong, 0)),
      ms(spread(classes.flatMap((c) => results[i][c].times)).median),
    ]),
  );
}

async function faces() {
  const frames = samples("face-set", 0, 180);
  const rows = [
    ["one image: box, points, pose", async (frame) => (await ours.detectFaces(frame.image)).length === 1],
    [
      "a frame of a stream: followed, quality, signals, guidance, choice",
      async (frame) => (await ours.assessFace(frame.image, frame.atMs === 0 ? {} : { at: frame.atMs })).face !== null,
    ],
  ];
  const measured = [];
  for (const [name, finds] of rows) {
    const times = [];
    let found = 0;
    for (const frame of frames) {
      const start = performance.now();
      found += (await finds(frame)) ? 1 : 0;
      // The first frame of a stream makes what the others use.
      if (frame.atMs > 0) times.push(performance.now() - start);
    }
    const { median, p95 } = spread(times);
    measured.push([name, `${found} of ${frames.length}`, ms(median), ms(p95)]);
  }
  table("A face in a camera frame of 640×480, from its pixels", ["", "found", "median ms", "p95 ms"], measured);
  const face = specimen("face");
  const image = await ours.encodeImage(face.bytes, { format: "png" });
  const found = await ours.detectFaces(image.bytes);
  const { median, p95 } = await timed(() => ours.detectFaces(face.bytes), 10);
  table(
    "Finding faces (PNG file of 1280×720, decoding included)",
    ["", "faces", "median ms", "p95 ms"],
    [["kyc-capture (BlazeFace)", found.length, ms(median), ms(p95)]],
  );
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
  table(
    "JPEG of 1920×1080, quality 85",
    ["", "median ms", "p95 ms", "bytes"],
    [
      ["kyc-capture (4:2:0)", ms(us.median), ms(us.p95), bytes],
      ["jpeg-js 0.4.4 (4:4:4)", ms(peer.median), ms(peer.p95), peerBytes],
    ],
  );
}

const subjects = { parse, mrz, documents, barcodes, faces, encode };
const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!subjects[name]) throw new Error(`there is no subject ${name}: expected ${Object.keys(subjects).join(", ")}`);
}
for (const [name, run] of Object.entries(subjects)) {
  if (wanted.length === 0 || wanted.includes(name)) await run();
}
process.exit(0);
