// Options of the entry points: what is refused, with which path and message. No case reaches the core.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG } from "./install.mjs";

const load = (file) => import(pathToFileURL(join(PKG, "dist", file)).href);
const kyc = await load("index.js");
const { checkElementOptions } = await load("options.js");
const { THRESHOLD_RANGES } = await load("generated/thresholds.js");
const { englishTexts } = await load("i18n/index.js");
const { en } = await load("i18n/en.js");
const backend = await load("backend/index.js");
const SECRET = "s3cret-that-must-not-be-said";

const VALID = { baseUrl: "https://kyc.test", clientId: "client", sessionId: "session", accessToken: "token" };
const capture = (options) => kyc.createCapture({ ...VALID, ...options });
const PIXELS = { data: new Uint8ClampedArray(4), width: 1, height: 1 };

/** The error of a call, synchronous or not. */
async function errorOf(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return null;
}

/** Each row: what is called, the path in `error.option`, and what the message says. */
const REFUSED = [
  [() => kyc.createCapture(), "options", /expected an object, got undefined/],
  [() => kyc.createCapture(null), "options", /got null/],
  [() => kyc.createCapture([]), "options", /got an array of 0/],
  [() => kyc.createCapture({}), "baseUrl", /is missing/],
  [() => capture({ baseUrl: "" }), "baseUrl", /got an empty string/],
  [() => capture({ baseUrl: "ftp://kyc.test" }), "baseUrl", /http/],
  [() => capture({ baseUrl: "https://user@kyc.test" }), "baseUrl", /without user/],
  [() => capture({ clientId: 7 }), "clientId", /got 7 \(number\)/],
  [() => capture({ sessionId: "a b" }), "sessionId", /visible ASCII/],
  [() => capture({ sessionId: "x".repeat(257) }), "sessionId", /1 to 256/],
  [() => capture({ accessToken: undefined }), "accessToken", /is missing/],
  [() => capture({ accessToken: {} }), "accessToken", /non-empty string or a function/],
  [() => capture({ locale: 1 }), "locale", /a string/],
  [() => capture({ controller: {} }), "controller.name", /is missing/],
  [() => capture({ controller: { name: "B", privacyUrl: "javascript:1" } }), "controller.privacyUrl", /https:/],
  [() => capture({ livenes: {} }), "livenes", /did you mean `liveness`\?/],
  [() => capture({ threshholds: {} }), "threshholds", /did you mean `thresholds`\?/],
  [() => capture({ entirelyUnknown: 1 }), "entirelyUnknown", /the known options are baseUrl,/],
  [() => capture({ liveness: null }), "liveness", /got null/],
  [() => capture({ liveness: { steps: "three" } }), "liveness.steps", /whole number from 1 to 4, got a string/],
  [() => capture({ liveness: { steps: 5 } }), "liveness.steps", /got 5/],
  [() => capture({ liveness: { steps: 1.5 } }), "liveness.steps", /whole number/],
  [() => capture({ liveness: { mode: "activ" } }), "liveness.mode", /"passive_active"/],
  [() => capture({ liveness: { flash: 1 } }), "liveness.flash", /a boolean/],
  [() => capture({ liveness: { Mode: "passive" } }), "liveness.Mode", /did you mean `liveness.mode`\?/],
  [() => capture({ livenessProviders: { azure: "azure" } }), "livenessProviders.azure", /a function/],
  [() => capture({ thresholds: { document: { minSharpnes: 1 } } }), "thresholds.document.minSharpnes", /minSharpness/],
  [() => capture({ thresholds: { document: { minSharpness: 2 } } }), "thresholds.document.minSharpness", /0 to 1/],
  [() => capture({ thresholds: { face: { maxYawDeg: Number.NaN } } }), "thresholds.face.maxYawDeg", /got NaN/],
  [() => capture({ thresholds: { timing: { faceFrames: 2.5 } } }), "thresholds.timing.faceFrames", /whole number/],
  [() => capture({ thresholds: { liveness: { stepMs: "8000" } } }), "thresholds.liveness.stepMs", /got a string/],
  [() => capture({ documentTypes: "passport" }), "documentTypes", /an array/],
  [() => capture({ documentTypes: ["pasport"] }), "documentTypes[0]", /did you mean "passport"\?/],
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
  [() => capture({ documentTypes: ["passport", , "passport_card"] }), "documentTypes[1]", /got undefined/],
  [() => capture({ flow: "IDV" }), "flow", /did you mean "idv"\?/],
  [() => capture({ geolocation: "prefered" }), "geolocation", /did you mean "preferred"\?/],
  [() => capture({ geolocation: true }), "geolocation", /got true/],
  [() => capture({ handoff: "https://bank.test/" }), "handoff", /an object/],
  [() => capture({ handoff: {} }), "handoff.url", /is missing/],
  [() => capture({ handoff: { link: "https://bank.test/" } }), "handoff.link", /the known options are url/],
  [() => capture({ handoff: { url: "http://bank.test/" } }), "handoff.url", /an https: address/],
  [() => capture({ handoff: { url: "/continue" } }), "handoff.url", /an https: address/],
  [() => capture({ handoff: { url: `https://bank.test/${"x".repeat(900)}` } }), "handoff.url", /at most 900/],
  [() => capture({ geolocation: { latitude: 91, longitude: 0 } }), "geolocation.latitude", /-90 to 90/],
  [() => capture({ geolocation: { latitude: 1 } }), "geolocation.longitude", /is missing/],
  [() => capture({ routes: { sdk_finalize: "//other.test" } }), "routes.sdk_finalize", /one slash/],
  [() => capture({ perAttemptTimeoutMs: 50 }), "perAttemptTimeoutMs", /100 to 600000/],
  [() => capture({ sdkMetadata: [] }), "sdkMetadata", /a plain object/],
  [() => capture({ sdkMetadata: { value: 1n } }), "sdkMetadata", /JSON/],
  [() => capture({ assets: { wasmURL: "/x" } }), "assets.wasmURL", /did you mean `assets.wasmUrl`\?/],
  [() => capture({ assets: { modelUrl: { mrz: 1 } } }), "assets.modelUrl.mrz", /an address/],
  [() => capture({ texts: { confrim: "OK" } }), "texts.confrim", /did you mean `texts.confirm`\?/],
  [() => capture({ texts: { stepOf: () => "Step" } }), "texts.stepOf", /\{index\} and \{total\}, got a function/],
  [() => capture({ texts: { stepOf: "Step {index}" } }), "texts.stepOf", /\{index\} and \{total\}/],
  [() => capture({ texts: { sendingProgress: { some: "" } } }), "texts.sendingProgress.some", /zero, one/],
  [() => capture({ languages: { de: "de.json" } }), "languages.de", /a table of texts or a function/],
  [() => capture({ languages: { de: { ...en, confirm: undefined } } }), "languages.de.confirm", /is missing/],
  [() => capture({ languages: { de: { ...en, confrim: "" } } }), "languages.de.confrim", /languages.de.confirm/],
  [() => capture({ languageSwitch: "ru" }), "languageSwitch", /a boolean or an array/],
  [() => capture({ languageSwitch: ["ru", 1] }), "languageSwitch[1]", /a non-empty string/],
  [
    () => capture({ texts: { errors: { camera_denied: { title: 1 } } } }),
    "texts.errors.camera_denied.title",
    /a string/,
  ],
  [() => capture({ container: "#place" }), "container", /an element/],
  [() => capture({ haptics: "no" }), "haptics", /a boolean/],
  [() => capture({ signal: {} }), "signal", /an AbortSignal/],
  [() => checkElementOptions({ ...VALID, container: { nodeType: 1 } }), "container", /the element itself/],
  [() => kyc.init({ wasmurl: "/x" }), "wasmurl", /did you mean `wasmUrl`\?/],
  [() => kyc.init({ wasmUrl: 7 }), "wasmUrl", /WebAssembly.Module/],
  [() => kyc.init(null), "options", /got null/],
  [() => kyc.readMrz(PIXELS, { today: new Date() }), "today", /YYYY-MM-DD, got an object \(Date\)/],
  [() => kyc.readMrz(PIXELS, { today: 20260101 }), "today", /got 20260101/],
  [() => kyc.readMrz(PIXELS, { today: "2026-02-30" }), "today", /YYYY-MM-DD/],
  [() => kyc.readMrz(PIXELS, null), "options", /got null/],
  [() => kyc.readMrz(null), "image", /ImageData/],
  [() => kyc.readMrz(), "image", /got undefined/],
  [() => kyc.detectFaces("face.jpg"), "image", /got a string/],
  [() => kyc.assessFace(PIXELS, { at: "now" }), "at", /a number/],
  [() => kyc.assessDocument(PIXELS, { documentType: "visa" }), "documentType", /"passport"/],
  [() => kyc.assessDocument(PIXELS, { thresholds: { minDpi: -1 } }), "thresholds.minDpi", /0 to 1200/],
  [() => kyc.inspectDocument(null), "images", /\{ front, back \}/],
  [() => kyc.inspectDocument({ front: "front.jpg" }), "images.front", /ImageData/],
  [() => kyc.inspectDocument({ front: PIXELS }, { today: 0 }), "today", /got 0/],
  [() => kyc.encodeImage(PIXELS, { quality: 101 }), "quality", /1 to 100/],
  [() => kyc.encodeImage(PIXELS, { format: "webp" }), "format", /"jpeg" or "png"/],
  [() => kyc.encodeImage(PIXELS, { quad: [{ x: 0, y: 0 }] }), "quad", /an array of 4/],
  [() => kyc.encodeImage(PIXELS, { crop: { x: 0, y: 0, width: 1 } }), "crop.height", /is missing/],
  [() => kyc.encodeImage(PIXELS, { maxSize: 10 }), "maxSize", /did you mean `maxSide`\?/],
  [() => kyc.encodeImage(), "image", /got undefined/],
  [() => kyc.preload({ assetbase: "/x" }), "assetbase", /did you mean `assetBase`\?/],
  [() => kyc.preload("/x"), "options", /got a string/],
  [() => kyc.readBarcode("x.png"), "image", /got a string/],
  [() => kyc.readBarcodes({ data: [], width: 1, height: 1 }), "image", /RGBA bytes/],
  [() => kyc.findDocument(7), "image", /got 7/],
  [() => kyc.faceQuality({ data: new Uint8Array(4), width: "1", height: 1 }), "image", /\{ data, width, height \}/],
  [() => kyc.assessFace(PIXELS, { At: 1 }), "At", /did you mean `at`\?/],
  [() => kyc.inspectDocument({ front: PIXELS, bak: PIXELS }), "images.bak", /did you mean `images.back`\?/],
  [() => kyc.inspectDocument({ front: PIXELS, back: "back.jpg" }), "images.back", /got a string/],
];

test("every invalid option is refused with its path", async () => {
  for (const [call, path, message] of REFUSED) {
    const error = await errorOf(call);
    assert.equal(error?.name, "KycCaptureError", `${path}: ${error}`);
    assert.equal(error.code, "invalid_option", `${path}: ${error}`);
    assert.equal(error.option, path, error.message);
    assert.match(error.message, message);
    assert.match(error.message, new RegExp(path.split(".").at(-1).replace(/[[\]]/g, "\\$&")));
  }
});

/** Arguments of a capture's methods: none reaches the core, which is not there. */
const METHODS = [
  [(made) => made.on("captrued", () => {}), "type", /did you mean "captured"\?/],
  [(made) => made.on("view"), "listener", /a function, got undefined/],
  [(made) => made.chooseDocumentType("pasport"), "type", /did you mean "passport"\?/],
  [(made) => made.chooseDocumentType(), "type", /got undefined/],
  [(made) => made.setLanguage(7), "locale", /a non-empty string, got 7/],
  [(made) => made.upload("front.jpg"), "file", /a Blob or File, got a string/],
  [(made) => made.upload(null), "file", /got null/],
  [(made) => made.switchCamera(0), "deviceId", /got 0/],
  [(made) => made.setTorch("on"), "on", /a boolean/],
  [(made) => made.focus({ x: 0.5 }), "point.y", /is missing/],
  [(made) => made.focus({ x: 0.5, y: Number.NaN }), "point.y", /got NaN/],
  [(made) => made.setPreviewAspect(1.5), "aspect", /a function, got 1.5/],
];

test("every invalid argument of a capture's methods is refused with its name", async () => {
  for (const [call, path, message] of METHODS) {
    const error = await errorOf(() => call(capture({})));
    assert.deepEqual([error?.name, error?.code, error?.option], ["KycCaptureError", "invalid_option", path], `${call}`);
    assert.match(error.message, message);
  }
});

test("messages quote no token", async () => {
  const secret = "c2VjcmV0";
  const values = {
    accessToken: { secret },
    clientId: `${secret}\n`,
    sessionId: `${secret} `,
    baseUrl: `http://${secret}@x`,
  };
  for (const [name, value] of Object.entries(values)) {
    const error = await errorOf(() => capture({ [name]: value }));
    assert.ok(error && !error.message.includes(secret), `${name}: ${error?.message}`);
  }
});

/** The clients of `kyc-capture/backend`, by their keys. */
const CLIENTS = {
  KycClient: { clientId: "c", clientSecret: "s" },
  PersonsClient: { apiKey: "k" },
  GbdflClient: { apiKey: "k" },
  MrzClient: { apiKey: "k" },
  IdngoClient: { appToken: "t", secretKey: "k" },
};

test("every invalid option of a backend client is refused when it is created", () => {
  for (const [name, keys] of Object.entries(CLIENTS)) {
    const make = (options) => new backend[name](options);
    const valid = { baseUrl: "https://kyc.test", ...keys };
    make(valid);
    for (const baseUrl of ["http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1"]) make({ ...valid, baseUrl });
    make({ ...valid, baseUrl: "http://kyc.test", allowInsecureHttp: true });
    const rows = [
      [undefined, "options", /an object, got undefined/],
      [null, "options", /got null/],
      ["https://kyc.test", "options", /got a string/],
      [{ ...valid, baseURL: "x" }, "baseURL", /did you mean `baseUrl`\?/],
      [{ ...valid, atempts: 1 }, "atempts", /did you mean `attempts`\?/],
      [{ ...keys }, "baseUrl", /is missing/],
      [{ ...valid, baseUrl: 7 }, "baseUrl", /a string, got 7/],
      [{ ...valid, baseUrl: "http://kyc.test" }, "baseUrl", /allowInsecureHttp/],
      [{ ...valid, baseUrl: "https://u@kyc.test" }, "baseUrl", /without user/],
      [{ ...valid, allowInsecureHttp: "yes" }, "allowInsecureHttp", /a boolean/],
      [{ ...valid, attempts: 11 }, "attempts", /1 to 10, got 11/],
      [{ ...valid, attemptTimeoutMs: Number.NaN }, "attemptTimeoutMs", /got NaN/],
      [{ ...valid, fetch: "fetch" }, "fetch", /a function/],
      [{ ...valid, wasm: 7 }, "wasm", /WebAssembly.Module/],
      ...Object.keys(keys).flatMap((key) => [
        [{ ...valid, [key]: undefined }, key, /is missing/],
        [{ ...valid, [key]: "" }, key, /1 to 4096/],
        [{ ...valid, [key]: `${SECRET}\n` }, key, /got a string/],
      ]),
    ];
    if (name === "KycClient") {
      rows.push([{ ...valid, routes: { idv_session_read: "read" } }, "routes.idv_session_read", /one slash/]);
    }
    for (const [options, path, message] of rows) {
      let error = null;
      try {
        make(options);
      } catch (thrown) {
        error = thrown;
      }
      const seen = [error?.name, error?.code, error?.field];
      assert.deepEqual(seen, ["BackendError", "invalid_option", path], `${name} ${path}: ${error}`);
      assert.match(error.message, message);
      assert.ok(!error.message.includes(SECRET), error.message);
    }
  }
});

test("every invalid argument of a backend client is refused before anything is sent", async () => {
  const client = (name) =>
    new backend[name]({
      baseUrl: "https://kyc.test",
      ...CLIENTS[name],
      fetch: () => assert.fail("a request was sent"),
    });
  const [kyc, persons, gbdfl, mrz, idngo] = Object.keys(CLIENTS).map(client);
  const image = new Uint8Array(1);
  const person = { image, photo_type: "live", is_verified: true };
  for (const [call, code, field, message] of [
    [() => kyc.idvSessionRead(), "invalid_option", "request", /an object, got undefined/],
    [() => kyc.idvSessionRead("s"), "invalid_option", "request", /an object, got a string/],
    [() => kyc.idvSessionRead({}), "request_invalid", "session_id", /session_id/],
    [() => kyc.idvSessionRead({ session_id: 7 }), "request_invalid", null, /documented form/],
    [() => kyc.idvSessionCreate({ metadata: { n: 1n } }), "request_invalid", null, /JSON/],
    [() => kyc.idvSessionCreate({}, { signl: null }), "invalid_option", "signl", /did you mean `signal`\?/],
    [() => kyc.idvSessionCreate({}, { signal: {} }), "invalid_option", "signal", /an AbortSignal/],
    [() => kyc.idvSessionCreate({}, null), "invalid_option", "options", /got null/],
    [() => kyc.sessionToken(), "invalid_option", "sessionId", /a non-empty string, got undefined/],
    [() => kyc.sessionToken(""), "invalid_option", "sessionId", /an empty string/],
    [() => kyc.idvSessions(null).next(), "invalid_option", "request", /an object, got null/],
    [() => persons.create(), "invalid_option", "request", /got undefined/],
    [() => persons.create({ ...person, image: "face.jpg" }), "invalid_option", "image", /a Uint8Array, got a string/],
    [() => persons.create({ ...person, image: new Uint8Array() }), "invalid_option", "image", /the bytes of a file/],
    [() => persons.create({ ...person, is_verified: "yes" }), "request_invalid", null, /documented form/],
    [() => persons.update("p", {}), "request_invalid", "is_verified", /is_verified/],
    [() => persons.update(7, { is_verified: true }), "request_invalid", null, /documented form/],
    [() => persons.addPhoto("p"), "invalid_option", "request", /got undefined/],
    [() => persons.create(person, { onProgress: 1 }), "invalid_option", "onProgress", /a function/],
    [() => gbdfl.retrieve({ iin: 950215301234 }), "request_invalid", null, /documented form/],
    [() => mrz.retrieve("image.png"), "invalid_option", "image", /a Uint8Array/],
    [() => mrz.retrieve(), "invalid_option", "image", /got undefined/],
    [() => idngo.import(), "invalid_option", "archive", /got undefined/],
    [() => idngo.timeline(7), "request_invalid", null, /documented form/],
    [() => idngo.websdkLink("basic", { ttlInSecs: -1 }), "request_invalid", null, /documented form/],
    [() => idngo.report("a", { report: "pdf" }), "request_invalid", "report", /report/],
    [() => idngo.setPresence("a", "off"), "request_invalid", "status", /status/],
  ]) {
    const error = await errorOf(call);
    assert.deepEqual([error?.name, error?.code, error?.field], ["BackendError", code, field], `${call}: ${error}`);
    assert.match(error.message, message, `${call}`);
  }
});

test("valid options are accepted", () => {
  for (const options of [
    {},
    { accessToken: async () => "token", locale: "de", flow: "ida", documentTypes: [], haptics: false },
    { liveness: { mode: "passive_active", steps: 4, flash: true }, livenessProviders: { azure: async () => {} } },
    { geolocation: "auto", signal: new AbortController().signal, sdkMetadata: { channel: "web", nested: { n: 1 } } },
    { geolocation: { latitude: 0, longitude: 180 }, routes: { sdk_finalize: "/v2/finalize" } },
    ...["required", "preferred", "off"].map((geolocation) => ({ geolocation })),
    { handoff: { url: "https://bank.test/continue#code" } },
    { handoff: { url: "http://localhost:8080/#code" } },
    { handoff: { url: async () => "https://bank.test/continue#code" } },
    { geolocation: async () => ({ latitude: 0, longitude: 0 }), perAttemptTimeoutMs: 100 },
    { texts: { confirm: "OK", errors: { camera_denied: { title: "No camera" } } } },
    { languages: { de: { ...en, locale: "de" }, fr: async () => ({ default: en }) }, languageSwitch: ["de", "en"] },
    { texts: { sendingProgress: { few: "{done} of {total}" } }, languageSwitch: true },
    { assets: { wasmUrl: new URL("https://cdn.test/a.wasm"), modelUrl: { face: "/f" }, workerUrl: "/w.js" } },
    { liveness: undefined, container: undefined, thresholds: undefined },
  ]) {
    assert.equal(capture(options).view.step, "starting", JSON.stringify(options));
  }
});

test("both ends of every threshold's range are accepted, values beyond them are not", async () => {
  let count = 0;
  for (const [group, ranges] of Object.entries(THRESHOLD_RANGES)) {
    for (const [name, [min, max]] of Object.entries(ranges)) {
      const set = (value) => () => capture({ thresholds: { [group]: { [name]: value } } });
      assert.equal(await errorOf(set(min)), null, name);
      assert.equal(await errorOf(set(max)), null, name);
      for (const value of [min - 1, max + 1]) {
        assert.equal((await errorOf(set(value)))?.option, `thresholds.${group}.${name}`);
      }
      count += 1;
    }
  }
  assert.equal(count, 48);
});

test("a partial table of texts keeps the rest of the table at every depth", () => {
  const english = englishTexts();
  const texts = englishTexts({ confirm: "OK", errors: { camera_denied: { title: "Camera blocked" } } });
  assert.equal(texts.confirm, "OK");
  assert.deepEqual(texts.errors.camera_denied, { ...english.errors.camera_denied, title: "Camera blocked" });
  assert.deepEqual(texts.errors.camera_busy, english.errors.camera_busy);
  assert.equal(texts.retake, english.retake);
  const hostile = englishTexts(JSON.parse('{"__proto__": {"polluted": true}, "errors": {"__proto__": {"x": 1}}}'));
  assert.equal({}.polluted, undefined);
  assert.deepEqual(hostile.errors, english.errors);
});
