// The package's own decisions that need no browser, as tables.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG } from "./install.mjs";

const load = (file) => import(pathToFileURL(join(PKG, "dist", file)).href);
const { visiblePart } = await load("frames.js");
const { shownAspect } = await load("ui/stage.js");
const { screenKey } = await load("ui/screens.js");
const { fromWire, isErrorCode, KycCaptureError, toWire } = await load("errors.js");
const { Emitter } = await load("emitter.js");
const { resolveAssets } = await load("load.js");
const { imageSize, isLarge, otherKind } = await load("decode.js");

test("crops frames as the preview crops the video", () => {
  for (const [width, height, aspect, expected] of [
    [1920, 1080, null, [0, 0, 1920, 1080]],
    [1920, 1080, 16 / 9, [0, 0, 1920, 1080]],
    [1920, 1080, 1, [420, 0, 1080, 1080]],
    [1080, 1920, 0.75, [0, 240, 1080, 1440]],
    [1280, 720, 0, [0, 0, 1280, 720]],
    [1280, 720, Number.NaN, [0, 0, 1280, 720]],
    [641, 481, 0.001, [319, 0, 2, 481]],
  ]) {
    const part = visiblePart(width, height, aspect);
    assert.deepEqual([part.x, part.y, part.width, part.height], expected, `${width}x${height} at ${aspect}`);
    assert.ok(part.x >= 0 && part.x + part.width <= width && part.y >= 0 && part.y + part.height <= height);
  }
});

test("the preview never crops the sides of a document", () => {
  for (const [what, box, video, face, expected] of [
    ["upright phone, upright video", 0.65, 9 / 16, false, 0.65],
    ["upright phone, lying video", 0.65, 16 / 9, false, 16 / 9],
    ["desktop", 1.6, 16 / 9, false, 16 / 9],
    ["wide box", 3, 16 / 9, false, 16 / 9],
    ["a face may lose the sides", 0.8, 16 / 9, true, 0.8],
    ["but not too much", 0.3, 16 / 9, true, 16 / 9 / 2.4],
    ["upright video in a wide box", 2, 9 / 16, false, (9 / 16) * 1.5],
  ]) {
    assert.ok(Math.abs(shownAspect(box, video, face) - expected) < 1e-9, `${what}: ${shownAspect(box, video, face)}`);
  }
});

test("keeps a screen while its key is unchanged", () => {
  const view = { step: "document_front", phase: "capturing", review: null, error: null };
  const key = (changes) => screenKey({ ...view, ...changes });
  assert.equal(key({}), key({ phase: "camera_opening" }), "the stage is not rebuilt when the camera opens");
  assert.equal(
    key({ phase: "review", review: {} }),
    key({ phase: "uploading", review: {} }),
    "the still stays while it is sent",
  );
  assert.notEqual(key({}), key({ phase: "review", review: {} }));
  assert.notEqual(key({}), key({ step: "document_back" }));
  assert.notEqual(
    key({ phase: "failed", error: { code: "camera_busy" } }),
    key({ phase: "failed", error: { code: "timeout" } }),
  );
});

test("errors keep their fields between worker and page", () => {
  const error = new KycCaptureError("rate_limited", "wait", { retryable: true, recovery: ["retry"] });
  const back = fromWire(structuredClone(toWire(error)));
  assert.ok(back instanceof KycCaptureError && back instanceof Error);
  assert.deepEqual(
    [back.name, back.code, back.message, back.retryable, [...back.recovery]],
    ["KycCaptureError", "rate_limited", "wait", true, ["retry"]],
  );
  for (const odd of [undefined, null, "text", 7, {}, new TypeError("no"), { code: "never_heard_of" }]) {
    assert.ok(isErrorCode(fromWire(odd).code), String(odd));
  }
});

test("a throwing listener affects no other; an ended subscription receives nothing", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const heard = [];
  const emitter = new Emitter();
  emitter.on("x", () => {
    throw new Error("mine");
  });
  const end = emitter.on("x", (value) => heard.push(value));
  emitter.emit("x", 1);
  end();
  emitter.emit("x", 2);
  assert.deepEqual(heard, [1]);
});

test("resolves asset addresses: packaged, by folder, one by one", () => {
  const own = resolveAssets();
  assert.match(String(own.wasm), /\/wasm\/kyc_capture_bg\.wasm$/);
  assert.match(own.models.mrz, /\/models\/mrz\.kycm$/);
  const moved = resolveAssets({ wasmUrl: "https://cdn.test/a.wasm", modelUrl: "https://cdn.test/m" });
  assert.equal(moved.wasm, "https://cdn.test/a.wasm");
  assert.deepEqual(moved.models, { mrz: "https://cdn.test/m/mrz.kycm", face: "https://cdn.test/m/face.kycm" });
  const one = resolveAssets({ modelUrl: { face: new URL("https://cdn.test/f") } });
  assert.equal(one.models.face, "https://cdn.test/f");
  assert.match(one.models.mrz, /\/models\/mrz\.kycm$/);
});

test("reads the size of an image from its header, and the kind of a file that browsers do not decode", () => {
  const png = Buffer.alloc(33);
  png.writeUInt32BE(0x89504e47, 0);
  png.writeUInt32BE(8000, 16);
  png.writeUInt32BE(6000, 20);
  assert.deepEqual(imageSize(png), { width: 8000, height: 6000 });
  // Start of image, an application segment of 16 bytes, a fill byte, a progressive frame of 4000×3000.
  const app = Buffer.concat([Buffer.from("ffe00010", "hex"), Buffer.alloc(14)]);
  const frame = Buffer.from("ffffc20011080bb80fa003", "hex");
  assert.deepEqual(imageSize(Buffer.concat([Buffer.from("ffd8", "hex"), app, frame, Buffer.alloc(20)])), {
    width: 4000,
    height: 3000,
  });
  for (const hostile of ["", "ff", "ffd8", "ffd8ffe0", "ffd8ffe0ffff", "ffd8ffe000000000000000000000", "89504e47"]) {
    assert.equal(imageSize(Buffer.from(hostile, "hex")), null, hostile);
  }
  assert.equal(isLarge(png), true);
  assert.equal(otherKind(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0")), "image_heic");
  assert.equal(otherKind(Buffer.from("%PDF-1.7")), "image_pdf");
  assert.equal(otherKind(Buffer.from("\0\0\0\x18ftypavif\0\0\0\0")), null);
  assert.equal(otherKind(Buffer.alloc(0)), null);
});
