// The page end to end: real Chromium, a camera stream of our own specimens, the real sandbox over HTTP. The person only
// allows the camera, consents, chooses a document and confirms.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { FakeCamera, bytesOf, hook, openBrowser, imageFile, specimen, startSandbox } from "./support.mjs";

const LONG = { timeout: 240_000 };
const WAIT = 60_000;

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** A page on the demo, with helpers for what a person does. */
async function start(options = {}) {
  const camera = options.camera === undefined ? new FakeCamera() : options.camera;
  camera?.show(options.first ?? "passport");
  const world = await openBrowser({ ...options, camera });
  const { page } = world;
  const foreign = world.watchOrigin(sandbox.url);
  await page.goto(sandbox.url);
  const at = async (step, phase) => {
    const wanted = `[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`;
    await page
      .locator(wanted)
      .waitFor({ timeout: WAIT })
      .catch(async (error) => {
        throw new Error(
          `${error.message}\nthe page shows: ${await describe(page)}\nit complained: ${world.complaints.join("; ")}`,
        );
      });
  };
  return {
    ...world,
    camera,
    foreign,
    at,
    press: (name) => hook(page, name).first().click({ timeout: WAIT }),
    choose: (type) => page.locator(`[data-kyc="document-type"][data-type="${type}"]`).click({ timeout: WAIT }),
    consent: async () => {
      await at("consent");
      await hook(page, "consent").click();
    },
    sessionId: () => page.evaluate(() => JSON.parse(sessionStorage.getItem("kyc-demo-session")).sessionId),
    verdict: async () => {
      await at("result");
      return hook(page, "result").getAttribute("data-verified");
    },
  };
}

/** What is printed in a specimen. */
const printed = (kind, ...options) => JSON.parse(specimen(kind, ...options));

/** The sandbox's document says what is printed in the image. */
function assertRead(document, truth) {
  assert.equal(document.document_number, truth.documentNumber);
  assert.equal(document.last_name, truth.surname);
  const given = [document.first_name, document.middle_name].filter(Boolean).join(" ");
  assert.equal(given, truth.givenNames);
  assert.equal(document.birth_date, truth.birthDate);
  assert.equal(document.expires_at, truth.expiryDate);
}

test("verifies an automatically captured passport and reads its printed data", LONG, async () => {
  const p = await start();
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "review");
    const shown = await hook(p.page, "read").innerText();
    const truth = printed("passport");
    assert.ok(shown.includes(truth.documentNumber), `the review shows what was read: ${shown}`);
    p.camera.show("face");
    await p.press("confirm");
    await p.at("liveness");
    await reviewOrGoOn(p);
    assert.equal(await p.verdict(), "true");
    const { session, document } = await sandbox.read(await p.sessionId());
    assert.equal(session.status_e, "complete");
    assert.equal(session.verified, true);
    assertRead(document, truth);
    const report = await p.page.evaluate(() => document.querySelector("kyc-capture").capture.debugReport());
    assert.ok(report.events.filter(({ event }) => event === "captured").every(({ data }) => data.checks.length > 0));
    assert.equal(report.events.at(-1).event, "complete");
    for (const secret of [truth.documentNumber, truth.surname, truth.birthDate, await p.sessionId()]) {
      assert.ok(!JSON.stringify(report).includes(secret), `the report for support contains ${secret}`);
    }
    assert.deepEqual(p.foreign, [], "nothing leaves for another origin");
    assert.deepEqual(p.complaints, [], "nothing is complained of, CSP included");
  } finally {
    await p.close();
  }
});

test("captures a hand-held document automatically and reads it", LONG, async () => {
  const times = [];
  for (const [kind, seed] of [
    ["passport", 11],
    ["passport", 12],
    ["passport", 13],
    ["passport", 14],
    ["passport", 15],
  ]) {
    const p = await start({ viewport: { width: 1280, height: 800 } });
    try {
      p.camera.show(kind, "--moving", "--seed", String(seed));
      await p.consent();
      await p.page.evaluate(() => {
        globalThis.reports = [];
        document
          .querySelector("kyc-capture")
          .addEventListener("captured", ({ detail }) => globalThis.reports.push(detail.report));
      });
      await p.choose("passport");
      await p.at("document_front", "review");
      const [report] = await p.page.evaluate(() => globalThis.reports);
      assert.equal(report.source, "automatic");
      const shown = await hook(p.page, "read").innerText();
      assert.ok(shown.includes(printed(kind, "--seed", String(seed)).documentNumber), `stream ${seed}: ${shown}`);
      times.push(report.visibleMs);
    } finally {
      await p.close();
    }
  }
  times.sort((a, b) => a - b);
  console.log(`from a visible document to the capture: ${times.join(", ")} ms; median ${times[2]} ms`);
  assert.ok(times.every((ms) => ms > 0));
});

test("verifies a driving licence by its barcode", LONG, async () => {
  const p = await start({ first: "licence-front" });
  try {
    await p.consent();
    await p.choose("driver_license");
    await p.at("document_front", "review");
    p.camera.show("licence-back");
    await p.press("confirm");
    await p.at("document_back", "review");
    const truth = printed("licence-back");
    const shown = await hook(p.page, "read").innerText();
    assert.ok(shown.includes(truth.documentNumber), `the review shows what was read: ${shown}`);
    p.camera.show("face", "--seed", "9");
    await p.press("confirm");
    await p.at("liveness");
    await reviewOrGoOn(p);
    assert.equal(await p.verdict(), "true");
    const { document } = await sandbox.read(await p.sessionId());
    assertRead(document, truth);
  } finally {
    await p.close();
  }
});

test("captures the front and back of an identity card", LONG, async () => {
  const p = await start({ first: "card-front", viewport: { width: 1280, height: 800 } });
  try {
    await p.consent();
    await p.choose("identification_card");
    await p.at("document_front", "review");
    p.camera.show("card-back");
    await p.press("confirm");
    await p.at("document_back", "review");
    p.camera.show("face", "--seed", "7");
    await p.press("confirm");
    await p.at("liveness");
    await reviewOrGoOn(p);
    assert.equal(await p.verdict(), "true");
    const { session, document } = await sandbox.read(await p.sessionId());
    assert.equal(session.status_e, "complete");
    assertRead(document, printed("card-back"));
  } finally {
    await p.close();
  }
});

test("refuses the front as the back", LONG, async () => {
  const p = await start({ first: "card-front" });
  try {
    await p.consent();
    await p.choose("identification_card");
    await p.at("document_front", "review");
    await p.press("confirm");
    await p.at("document_back", "capturing");
    await p.page
      .locator('[data-kyc="guidance"][data-code="turn_over"], [data-kyc="guidance"][data-code="wrong_side"]')
      .waitFor({ timeout: WAIT });
    assert.equal(await hook(p.page, "app").getAttribute("data-phase"), "capturing");
  } finally {
    await p.close();
  }
});

test("captures nothing automatically without a document; manual capture works", LONG, async () => {
  const p = await start({ first: "empty" });
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "capturing");
    await p.page.locator('[data-kyc="guidance"][data-code="no_document"]').waitFor({ timeout: WAIT });
    await p.page.waitForTimeout(8_000);
    assert.equal(await hook(p.page, "app").getAttribute("data-phase"), "capturing");
    await p.press("capture");
    await p.at("document_front", "review");
    assert.ok((await hook(p.page, "warning").count()) > 0, "what is wrong with it is said");
    await p.press("retake");
    await p.at("document_front", "capturing");
  } finally {
    await p.close();
  }
});

test("accepts files when the camera is denied", LONG, async () => {
  const p = await start({ deny: true });
  try {
    await p.consent();
    await p.choose("passport");
    await p.page.locator('[data-kyc="error"][data-code="camera_denied"]').waitFor({ timeout: WAIT });
    await hook(p.page, "file").first().setInputFiles(imageFile("passport"));
    await p.at("document_front", "review");
    await p.press("confirm");
    await p.at("liveness");
    await hook(p.page, "file")
      .first()
      .setInputFiles(imageFile("face", "png", "--size", "1024x576"), { timeout: WAIT });
    await reviewOrGoOn(p);
    await p.at("result");
    const { session, document } = await sandbox.read(await p.sessionId());
    assert.equal(session.status_e, "complete");
    assertRead(document, printed("passport"));
  } finally {
    await p.close();
  }
});

test("resumes after a reload", LONG, async () => {
  const p = await start();
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "review");
    p.camera.show("face", "--seed", "9");
    await p.press("confirm");
    await p.at("liveness");
    const before = await p.sessionId();
    await p.page.reload();
    await p.at("liveness");
    assert.equal(await p.sessionId(), before);
    await reviewOrGoOn(p);
    await p.at("result");
    assert.equal((await sandbox.read(before)).session.status_e, "complete");
  } finally {
    await p.close();
  }
});

test("retries an upload after a network failure", LONG, async () => {
  const p = await start();
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "review");
    for (const fault of ["drop", "unavailable"]) {
      await sandbox.faults({ route: "/idv/sdk/document/front/add", fault, times: 1 });
    }
    p.camera.show("face", "--seed", "11");
    await p.press("confirm");
    await p.at("liveness");
    const { session } = await sandbox.read(await p.sessionId());
    assert.equal(session.document_front_given, true);
  } finally {
    await p.close();
  }
});

test("warns of an expired passport and does not verify it", LONG, async () => {
  const camera = new FakeCamera();
  camera.show("passport", "--expired");
  const p = await start({ camera: withFirst(camera, "passport", "--expired") });
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "review");
    assert.equal(await p.page.locator('[data-kyc="warning"][data-code="document_expired"]').count(), 1);
    p.camera.show("face", "--seed", "13");
    await p.press("confirm");
    await p.at("liveness");
    await reviewOrGoOn(p);
    assert.equal(await p.verdict(), "false");
    const { session, document } = await sandbox.read(await p.sessionId());
    assert.equal(session.verified, false);
    assertRead(document, printed("passport", "--expired"));
  } finally {
    await p.close();
  }
});

test("reports invalid files and replies as typed errors with a recovery action", LONG, async () => {
  const p = await start({ deny: true });
  try {
    await p.consent();
    await p.choose("passport");
    await p.page.locator('[data-kyc="error"][data-code="camera_denied"]').waitFor({ timeout: WAIT });
    const jpeg = bytesOf(imageFile("passport", "png"));
    const giant = Buffer.from(jpeg);
    giant.writeUInt32BE(20_000, 16);
    giant.writeUInt32BE(20_000, 20);
    const cases = [
      ["image_corrupt", { name: "cut.png", mimeType: "image/png", buffer: jpeg.subarray(0, jpeg.length / 2) }],
      ["image_too_large", { name: "giant.png", mimeType: "image/png", buffer: giant }],
      [
        "image_unknown_format",
        { name: "page.png", mimeType: "image/png", buffer: Buffer.from("<html>no image</html>") },
      ],
    ];
    for (const [code, file] of cases) {
      await hook(p.page, "file").first().setInputFiles(file, { timeout: WAIT });
      await p.page.locator(`[data-kyc="error"][data-code="${code}"]`).waitFor({ timeout: WAIT });
    }
    // The recovery action is still available.
    await hook(p.page, "file").first().setInputFiles(imageFile("passport"));
    await p.at("document_front", "review");
    // HTML where JSON is due, as from a captive portal.
    await sandbox.faults({ route: "/idv/sdk/document/front/add", fault: "html", times: 1 });
    await p.press("confirm");
    await p.page.locator('[data-kyc="error"]').waitFor({ timeout: WAIT });
    await p.press("retry");
    await p.at("liveness");
    assert.ok(!sandbox.log().includes(printed("passport").documentNumber), "nothing of a person is logged");
  } finally {
    await p.close();
  }
});

test("replaces a trapped worker and continues the flow", LONG, async () => {
  const p = await start({ first: "empty" });
  try {
    await p.consent();
    await p.choose("passport");
    await p.at("document_front", "capturing");
    p.camera.show("passport");
    const [worker] = p.page.workers();
    const gone = new Promise((resolve) => worker.once("close", resolve));
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new WebAssembly.RuntimeError("unreachable");
      });
    });
    await gone;
    await p.at("document_front", "review");
    assert.notEqual(p.page.workers()[0], worker);
    const shown = await hook(p.page, "read").innerText();
    assert.ok(shown.includes(printed("passport").documentNumber), shown);
  } finally {
    await p.close();
  }
});

test("two pages share no state", LONG, async () => {
  const a = await start({ first: "empty" });
  const b = await start({ first: "empty" });
  try {
    await a.consent();
    await a.choose("passport");
    await a.at("document_front", "capturing");
    await b.at("consent");
    assert.notEqual(await a.sessionId(), await b.sessionId());
  } finally {
    await a.close();
    await b.close();
  }
});

test("reports an invalid token with a recovery action", LONG, async () => {
  await sandbox.faults({ route: "/idv/sdk/session/read", fault: "unauthorized", times: 4 });
  const p = await start();
  try {
    await p.page.locator('[data-kyc="error"]').waitFor({ timeout: WAIT });
    const code = await hook(p.page, "error").getAttribute("data-code");
    assert.match(code, /unauthorized|token/);
    await sandbox.faults({ route: "/idv/sdk/session/read", fault: "unauthorized", times: 0 });
    await hook(p.page, "retry").or(hook(p.page, "restart")).first().click();
    await p.at("consent");
  } finally {
    await p.close();
  }
});

/** The state of a page, for the message of a test that timed out. */
async function describe(page) {
  const app = hook(page, "app");
  const state = await app
    .evaluate((e) => `${e.dataset.step} ${e.dataset.phase}: ${e.innerText}`)
    .catch((e) => `no page: ${e}`);
  const error = await hook(page, "error").evaluateAll((all) => all.map((e) => e.dataset.code).join(" "));
  return `${state.replaceAll("\n", " | ")} [${error}]`;
}

/** A camera whose first frame is another than the default. */
function withFirst(camera, ...first) {
  return {
    file: camera.file,
    show: (kind, ...options) =>
      kind === "passport" && options.length === 0 ? camera.show(...first) : camera.show(kind, ...options),
  };
}

/** Liveness ends in a review or goes on by itself: a person confirms where asked. */
async function reviewOrGoOn(p) {
  const review = p.page.locator('[data-kyc="app"][data-step="liveness"][data-phase="review"]');
  const on = p.page.locator('[data-kyc="app"][data-step="sending"], [data-kyc="app"][data-step="result"]');
  await review.or(on).first().waitFor({ timeout: WAIT });
  if (await review.count()) await p.press("confirm");
}
