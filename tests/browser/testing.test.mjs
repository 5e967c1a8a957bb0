// `kyc-capture/testing` as an integrator's tests use it: the real page and core, a scripted session instead of a
// service, and a recording that is replayed.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { hook, imageFile, openBrowser, openOwnPage, startSandbox } from "./support.mjs";

const LONG = { timeout: 180_000 };
const WAIT = { timeout: 60_000 };
const file = path.resolve(process.env.KYC_PKG_DIR, "dist/testing/index.js");
const { ScriptedSession } = await import(pathToFileURL(file).href);

// It serves the page and the package; the page never calls its API.
let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** A page of a scripted session. */
async function scripted(script) {
  const world = await openBrowser({ camera: null, deny: true });
  const session = new ScriptedSession(new URL("/scripted", sandbox.url).href, script);
  await session.route(world.page);
  await openOwnPage(world, sandbox, session.options, {
    ...session.options,
    geolocation: { latitude: 1, longitude: 2 },
  });
  return { ...world, session };
}

const press = (page, name) => hook(page, name).first().click(WAIT);
const upload = async (page, kind) => {
  await hook(page, "file")
    .first()
    .waitFor({ ...WAIT, state: "attached" });
  await hook(page, "file").first().setInputFiles(imageFile(kind));
};

test("a scripted session takes the real page to its verdict, and its recording is replayed", LONG, async () => {
  const { page, session, close } = await scripted({ documentType: "passport", verified: false, onSanctionList: true });
  try {
    await hook(page, "consent").waitFor(WAIT);
    await page.evaluate(async () => {
      globalThis.testing = await import("/pkg/dist/testing/index.js");
      globalThis.recorder = globalThis.testing.record(document.querySelector("kyc-capture").capture);
    });
    await press(page, "consent");
    await upload(page, "passport");
    await press(page, "confirm");
    await page.waitForFunction(
      () => document.querySelector("kyc-capture").capture.view.step === "liveness",
      null,
      WAIT,
    );
    await upload(page, "face");
    await press(page, "confirm");
    const wanted = { verified: false, onSanctionList: true, sessionId: session.options.sessionId };
    assert.deepEqual(await page.evaluate(() => globalThis.completed), wanted);
    const called = session.calls.map(({ operation }) => operation);
    assert.deepEqual(
      [...new Set(called)],
      [
        "sdk_session_read",
        "sdk_consent_add",
        "sdk_document_front_add",
        "sdk_liveness_session_generate",
        "sdk_liveness_session_process",
        "sdk_metadata_update",
        "sdk_finalize",
      ],
    );
    assert.ok(session.record.frontGiven && session.record.livenessDetected && session.record.complete);

    const recording = JSON.parse(JSON.stringify(await page.evaluate(() => globalThis.recorder.stop())));
    const { result, steps, calls, text } = await page.evaluate(async (given) => {
      const capture = globalThis.testing.replay(given);
      const seen = [];
      capture.on("step", ({ step }) => seen.push(step));
      const element = document.createElement("kyc-capture");
      document.body.replaceChildren(element);
      element.attach(capture);
      const result = await capture.run();
      capture.retake();
      return { result, steps: seen, calls: capture.calls, text: element.shadowRoot.textContent };
    }, recording);
    assert.deepEqual(result, wanted);
    assert.deepEqual(steps, ["document_front", "liveness", "sending", "result"]);
    assert.deepEqual(calls.at(-1), { method: "retake", args: [] });
    assert.ok(text.length > 20, "the element draws the replayed views");
  } finally {
    await close();
  }
});

test("a scripted failure is what the page shows, once", LONG, async () => {
  const failures = { sdk_consent_add: [403] };
  const { page, close } = await scripted({ failures });
  try {
    await press(page, "consent");
    await page.locator('[data-kyc="error"]').waitFor(WAIT);
  } finally {
    await close();
  }
});

test("a scripted session answers nothing but its own address", () => {
  const session = new ScriptedSession("https://kyc.test");
  assert.equal(session.handle({ method: "POST", url: "https://elsewhere.test/idv/sdk/session/read" }), null);
  assert.equal(session.handle({ method: "POST", url: `${session.options.baseUrl}/none` }).status, 404);
  assert.equal(session.calls.length, 0);
});
