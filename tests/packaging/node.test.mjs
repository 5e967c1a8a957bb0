// In Node, from the tarball: nothing happens at import, the tools work, errors are what the README says.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install, PKG, ROOT, run } from "./install.mjs";

let home;
before(() => {
  home = install();
});
after(() => home?.remove());

/** Runs a module in the consumer's folder; gives what it prints as JSON. */
function inNode(source) {
  writeFileSync(join(home.dir, "probe.mjs"), source);
  return JSON.parse(run(process.execPath, ["probe.mjs"], home.dir));
}

test("the tarball contains every export and no source", () => {
  for (const file of [
    "dist/index.js",
    "dist/index.d.ts",
    "dist/ui/index.js",
    "dist/worker.js",
    "wasm/kyc_capture.js",
    "dist/backend/index.js",
    "dist/backend/index.d.ts",
    "dist/backend/browser.js",
    "wasm/kyc_backend_bg.wasm",
    "wasm/kyc_capture_bg.wasm",
    "models/mrz.kycm",
    "models/face.kycm",
    "README.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
  ]) {
    assert.ok(home.files.includes(file), `${file} is missing`);
  }
  assert.deepEqual(
    home.files.filter((file) => /(^|\/)src\/|\.rs$|\.map$|stamp/.test(file)),
    [],
  );
});

test("importing has no side effects", () => {
  const seen = inNode(`
    const touched = [];
    for (const name of ["window", "document", "navigator", "Worker", "HTMLElement", "fetch"]) {
      if (name === "navigator" || name === "fetch") continue;
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); return undefined; } });
    }
    const before = Object.getOwnPropertyNames(globalThis).length;
    const fetched = [];
    globalThis.fetch = (url) => { fetched.push(String(url)); throw new Error("no"); };
    const main = await import("kyc-capture");
    const ui = await import("kyc-capture/ui");
    console.log(JSON.stringify({
      touched, fetched, made: Object.getOwnPropertyNames(globalThis).length - before,
      main: Object.keys(main), ui: Object.keys(ui),
    }));
  `);
  assert.deepEqual(
    seen.touched.filter((name) => name === "window" || name === "document" || name === "Worker"),
    [],
  );
  assert.deepEqual(seen.fetched, []);
  assert.equal(seen.made, 0);
  for (const name of [
    "createCapture",
    "detectFaces",
    "encodeImage",
    "init",
    "KycCaptureError",
    "parseMrz",
    "readMrz",
  ]) {
    assert.ok(seen.main.includes(name), name);
  }
  assert.ok(seen.ui.includes("defineKycCapture"));
});

test("parseMrz requires init", () => {
  const seen = inNode(`
    import { init, parseMrz } from "kyc-capture";
    const early = (() => {
      try { parseMrz([]); } catch ({ name, code, message, retryable }) { return { name, code, message, retryable }; }
    })();
    await init();
    const bad = (() => {
      try { parseMrz(["no zone"]); } catch (e) {
        return { error: e instanceof Error, name: e.name, code: e.code, retryable: e.retryable };
      }
    })();
    // The specimen of ICAO Doc 9303 part 4, appendix B.
    const document = parseMrz([
      "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ], { today: "2026-01-01" });
    console.log(JSON.stringify({ early, bad, document }));
  `);
  assert.equal(seen.early.name, "KycCaptureError");
  assert.equal(seen.early.code, "not_initialised");
  assert.match(seen.early.message, /await init\(\)/);
  assert.deepEqual(seen.bad, { error: true, name: "KycCaptureError", code: "mrz_invalid", retryable: false });
  const { document } = seen;
  assert.equal(document.format, "TD3");
  assert.equal(document.documentNumber, "L898902C3");
  assert.equal(document.names.primary, "ERIKSSON");
  assert.equal(document.birthDate.iso, "1974-08-12");
  assert.equal(document.valid, true);
  assert.equal(document.checkDigits.length, 5);
});

test("CommonJS requires the package, as Jest does", () => {
  writeFileSync(
    join(home.dir, "required.cjs"),
    `const { createCapture, init, parseMrz, readMrz } = require("kyc-capture");
    const { defineKycCapture } = require("kyc-capture/ui");
    init().then(async () => {
      const { format } = parseMrz(["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]);
      const mrz = await readMrz({ data: new Uint8ClampedArray(320 * 240 * 4).fill(255), width: 320, height: 240 });
      const locale = require("kyc-capture/i18n/ru").ru.locale;
      console.log(JSON.stringify({ format, mrz, kinds: [typeof createCapture, typeof defineKycCapture], locale }));
    });`,
  );
  // Older hosts have no \`require\` of ECMAScript modules.
  const said = run(process.execPath, ["--no-experimental-require-module", "required.cjs"], home.dir);
  assert.deepEqual(JSON.parse(said), { format: "TD1", mrz: null, kinds: ["function", "function"], locale: "ru" });
});

test("init can be retried after a failure", () => {
  const seen = inNode(`
    import { init, parseMrz } from "kyc-capture";
    const codes = [];
    await init({ wasmUrl: new Uint8Array([60, 104, 116, 109, 108]) }).catch((e) => codes.push(e.code, e.message));
    await init({ wasmUrl: new URL("file:///nowhere.wasm") }).catch((e) => codes.push(e.code));
    const { readFileSync } = await import("node:fs");
    await init({ wasmUrl: readFileSync(new URL(import.meta.resolve("kyc-capture/kyc_capture_bg.wasm"))) });
    console.log(JSON.stringify({ codes, works: typeof parseMrz(["I<UTOD231458907<<<<<<<<<<<<<<<",
      "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]).format }));
  `);
  assert.equal(seen.codes[0], "asset_invalid");
  assert.match(seen.codes[1], /wasmUrl/);
  assert.equal(seen.codes[2], "asset_unreachable");
  assert.equal(seen.works, "string");
});

test("encodes pixels and files; rejects other input with a typed error", () => {
  const seen = inNode(`
    import { encodeImage } from "kyc-capture";
    const width = 64, height = 48;
    const data = new Uint8ClampedArray(width * height * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * 7) % 256));
    const jpeg = await encodeImage({ data, width, height });
    const again = await encodeImage(jpeg.bytes, { format: "png", maxSide: 32 });
    const blob = await encodeImage(new Blob([jpeg.bytes]), { as: "dataUrl" });
    const codes = [];
    const invalid = [{ data, width: 63, height }, "text", { data, width: 0, height: 0 }];
    const refused = [jpeg.bytes.slice(0, 200), new Uint8Array(10), ...invalid];
    for (const bad of refused) {
      const codeOf = (e) => (e.name === "KycCaptureError" ? e.code : String(e));
      await encodeImage(bad).then(() => codes.push("none"), (e) => codes.push(codeOf(e)));
    }
    console.log(JSON.stringify({ kept: data.length, mime: jpeg.mime, head: [...jpeg.bytes.slice(0, 3)],
      bytes: jpeg.bytes instanceof Uint8Array,
      again: [again.mime, again.width, again.height], url: blob.bytes.slice(0, 23), codes }));
  `);
  assert.equal(seen.kept, 64 * 48 * 4, "the caller's buffer is not taken away");
  assert.equal(seen.mime, "image/jpeg");
  assert.deepEqual(seen.head, [0xff, 0xd8, 0xff]);
  assert.ok(seen.bytes);
  assert.deepEqual(seen.again, ["image/png", 32, 24]);
  assert.equal(seen.url, "data:image/jpeg;base64,");
  assert.deepEqual(seen.codes, [
    "image_corrupt",
    "image_unknown_format",
    "image_wrong_length",
    "invalid_option",
    "image_empty",
  ]);
});

test("readMrz and detectFaces find nothing in a blank image", () => {
  const seen = inNode(`
    import { detectFaces, readMrz } from "kyc-capture";
    const image = { data: new Uint8ClampedArray(320 * 240 * 4).fill(255), width: 320, height: 240 };
    console.log(JSON.stringify({ mrz: await readMrz(image), faces: await detectFaces(image) }));
  `);
  assert.deepEqual(seen, { mrz: null, faces: [] });
});

test("assessFace follows a stream; a frame without a time starts a new one", () => {
  const frames = join(home.dir, "frames");
  run(
    join(process.env.KYC_BIN_DIR, "kyc-specimen"),
    ["face-set", "--out", frames, "--from", "0", "--to", "8"],
    home.dir,
  );
  const seen = inNode(`
    import { readFileSync } from "node:fs";
    import { assessFace, faceQuality } from "kyc-capture";
    const [width, height] = [640, 480];
    const frame = (i) => ({ data: new Uint8ClampedArray(readFileSync("frames/00" + i + ".rgba")), width, height });
    const stream = [];
    for (let i = 0; i < 8; i++) stream.push(await assessFace(frame(i), { at: i * 100 }));
    const restarted = await assessFace(frame(7));
    const empty = await assessFace({ data: new Uint8ClampedArray(width * height * 4).fill(127), width, height });
    const bad = await assessFace({ data: new Uint8ClampedArray(4), width, height }).catch((e) => e.code);
    console.log(JSON.stringify({ stream, restarted, empty, bad, quality: await faceQuality(frame(7)) }));
  `);
  for (const { face } of seen.stream) {
    assert.ok(face.score > 0.75 && face.keypoints.length === 6 && Math.abs(face.roll) < 30, JSON.stringify(face));
  }
  const motion = (assessment) => assessment.checks.find((check) => check.name === "maxMotion");
  // What is not known yet counts as if everything moved.
  assert.ok(motion(seen.stream[7]).value < 0.2, "the frames before are known");
  assert.equal(motion(seen.restarted).value, 1, "and unknown in a new stream");
  assert.deepEqual([seen.empty.face, seen.empty.checks, seen.empty.guidance], [null, [], "no_face"]);
  assert.equal(seen.bad, "image_wrong_length");
  assert.ok(seen.quality.score > 0 && seen.quality.score <= 100);
});

test("createCapture refuses invalid options and does nothing before run()", () => {
  const seen = inNode(`
    import { createCapture } from "kyc-capture";
    const codes = [];
    for (const options of [{}, { baseUrl: "https://x.test", clientId: "c", sessionId: "s" }]) {
      try { createCapture(options); } catch (e) { codes.push([e.code, e.message]); }
    }
    const capture = createCapture({ baseUrl: "https://x.test", clientId: "c", sessionId: "s", accessToken: "t" });
    const here = await capture.run().then(() => "resolved", (e) => e.code);
    await capture.close();
    const closed = createCapture({ baseUrl: "https://x.test", clientId: "c", sessionId: "s", accessToken: "t" });
    await closed.close();
    const end = await closed.run().then(() => "resolved", (e) => e.code);
    const problems = (await closed.probe()).map((problem) => problem.code);
    console.log(JSON.stringify({ codes, step: capture.view.step, here, end, problems }));
  `);
  assert.deepEqual(
    seen.codes.map(([code]) => code),
    ["invalid_option", "invalid_option"],
  );
  assert.match(seen.codes[1][1], /accessToken/);
  assert.deepEqual([seen.step, seen.here, seen.end], ["starting", "worker_failed", "closed"]);
  assert.ok(seen.problems.includes("worker_failed"), `${seen.problems}`);
});

test("a strict TypeScript consumer compiles against the shipped types", () => {
  writeFileSync(
    join(home.dir, "consumer.ts"),
    `
    import { createCapture, encodeImage, init, KycCaptureError, parseMrz, readMrz } from "kyc-capture";
    import type { MrzDocument, Result } from "kyc-capture";
    import { KycCaptureElement } from "kyc-capture/ui";
    await init({ wasmUrl: "/kyc.wasm", modelUrl: "/models/" });
    const document: MrzDocument = parseMrz(["a"]);
    const reading = await readMrz(new Uint8Array());
    const text: string = (await encodeImage(new Uint8Array(), { as: "base64" })).bytes;
    const bytes: Uint8Array = (await encodeImage(new Uint8Array(), { maxBytes: 1000 })).bytes;
    const capture = createCapture({ baseUrl: "/", clientId: "c", sessionId: "s",
      accessToken: async () => "t", geolocation: { latitude: 0, longitude: 0 } });
    const end: () => void = capture.on("guidance", (guidance) => console.log(guidance?.text));
    capture.on("error", (error: KycCaptureError) => console.log(error.code, error.recovery));
    const result: Result = await capture.run();
    const element: KycCaptureElement = globalThis.document.createElement("kyc-capture");
    element.accessToken = "t";
    // @ts-expect-error an event that does not exist
    capture.on("nothing", () => {});
    console.log(document, reading?.lines, text, bytes, end, result.verified, element);
  `,
  );
  writeFileSync(
    join(home.dir, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        module: "NodeNext",
        strict: true,
        noEmit: true,
        skipLibCheck: false,
        types: [],
        lib: ["ES2022", "ESNext.Disposable", "DOM", "DOM.Iterable"],
      },
      files: ["consumer.ts"],
    }),
  );
  try {
    run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", home.dir], home.dir);
  } catch (error) {
    assert.fail(error.stdout);
  }
});

test("the bindings have every name that the package uses, with the same number of arguments", () => {
  const names = (text) =>
    new Map(
      [...text.matchAll(/^(?: {2,4}|export function )([a-z_]+)\(([^)]*)\)\s*:/gms)].map(([, name, args]) => [
        name,
        args.split(",").filter((arg) => arg.trim() !== "").length,
      ]),
    );
  const used = names(readFileSync(join(ROOT, "pkg-template/wasm/kyc_capture.d.ts"), "utf8"));
  const made = names(readFileSync(join(PKG, "wasm/kyc_capture.d.ts"), "utf8"));
  assert.ok(used.size >= 15, `${used.size} names`);
  for (const [name, count] of used) assert.equal(made.get(name), count, name);
});
