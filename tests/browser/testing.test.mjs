// `kyc-capture/testing` as an integrator's tests use it: the real page and core, a scripted session instead of a
// service, a fake camera instead of a device, and a recording that is replayed.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

import { hook, imageFile, openBrowser, openOwnPage, specimen, startSandbox } from "./support.mjs";

const LONG = { timeout: 180_000 };
const WAIT = { timeout: 60_000 };
const file = path.resolve(process.env.KYC_PKG_DIR, "dist/testing/index.js");
const { fakeCameraScript, ScriptedSession } = await import(pathToFileURL(file).href);

// It serves the page and the package; the page never calls its API.
let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** A page of a scripted session, with no camera but a fake one, if there are options of it. */
async function scripted(script, fakeCamera) {
  const world = await openBrowser({ camera: null, deny: true });
  const session = new ScriptedSession(new URL("/scripted", sandbox.url).href, script);
  await session.route(world.page);
  if (fakeCamera) await world.page.addInitScript({ content: await fakeCameraScript(fakeCamera) });
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

/** What the specimen generator prints on the documents of the fake camera (`specimen/src/fake_camera.rs`). */
const truth = (kind) => JSON.parse(specimen(kind, "--seed", "1"));

/** The review of a side that the page captured by itself. */
const reviewed = async (page, side) => {
  const found = await page
    .waitForFunction(
      (wanted) => {
        const { view } = document.querySelector("kyc-capture").capture;
        if (view.phase === "failed") throw new Error(view.error.code);
        return view.phase === "review" && view.review?.side === wanted && view.review;
      },
      side,
      WAIT,
    )
    .catch(async (error) => {
      const view = await page.evaluate(() => JSON.stringify(document.querySelector("kyc-capture").capture?.view));
      throw new Error(`${error.message}\n${view}`);
    });
  return found.jsonValue();
};

test("before a fake camera the page goes from consent to a verdict: no service, no device, no file", LONG, async () => {
  const { page, session, complaints, close } = await scripted({}, {});
  try {
    await press(page, "consent");
    await page.locator('[data-kyc="document-type"][data-type="passport"]').click(WAIT);
    const { document: read, retakeAdvised, warnings } = await reviewed(page, "front");
    const { documentNumber, surname, birthDate, expiryDate } = truth("passport");
    assert.equal(read.format, "TD3");
    assert.deepEqual([read.documentNumber, read.primary], [documentNumber, surname]);
    assert.deepEqual([read.birthDate, read.expiryDate], [birthDate, expiryDate]);
    assert.deepEqual([retakeAdvised, warnings], [false, []]);
    await press(page, "confirm");
    await reviewed(page, "liveness");
    assert.equal(await page.evaluate(() => globalThis.kycFakeCamera.open), 0, "the page closed its camera");
    await press(page, "confirm");
    const { sessionId } = session.options;
    assert.deepEqual(await page.evaluate(() => globalThis.completed), {
      verified: true,
      onSanctionList: false,
      sessionId,
    });
    assert.deepEqual(complaints, []);
  } finally {
    await close();
  }
});

test("the fake camera shows both sides of a card and does the movements of active liveness", LONG, async () => {
  const settings = { liveness_mode: "passive_active", active_steps: 4 };
  const { page, session, close } = await scripted({ documentType: "identification_card", settings }, {});
  try {
    await press(page, "consent");
    await reviewed(page, "front");
    await press(page, "confirm");
    const { document: read } = await reviewed(page, "back");
    assert.deepEqual([read.format, read.documentNumber], ["TD1", truth("card-back").documentNumber]);
    await page.evaluate(() => {
      const { capture } = document.querySelector("kyc-capture");
      capture.on("captured", ({ report }) => {
        globalThis.lastReport = report;
      });
    });
    await press(page, "confirm");
    await reviewed(page, "liveness");
    const { mode, challenge } = await page.evaluate(() => globalThis.lastReport.liveness);
    assert.equal(mode, "passive_active");
    assert.equal(challenge.steps.length, 4);
    await press(page, "confirm");
    assert.equal((await page.evaluate(() => globalThis.completed)).verified, true);
    const { body } = session.calls.find(({ operation }) => operation === "sdk_liveness_session_process");
    assert.equal(body.images.length, 6, "straight, each movement, straight");
  } finally {
    await close();
  }
});

test("the fake camera shows both sides of a driving licence", LONG, async () => {
  const { page, session, close } = await scripted({ consented: true, documentType: "driver_license" }, {});
  try {
    await reviewed(page, "front");
    await press(page, "confirm");
    const { document: read } = await reviewed(page, "back");
    const { documentNumber, birthDate } = truth("licence-back");
    assert.deepEqual([read.format, read.documentNumber, read.birthDate], [null, documentNumber, birthDate]);
    assert.equal(session.record.frontGiven, true);
  } finally {
    await close();
  }
});

test("the head of the fake camera does every movement", LONG, async () => {
  const asked = (livenessToken) => JSON.parse(specimen("head", "--token", `${livenessToken}-1`, "--count", "4")).steps;
  const tokens = Array.from({ length: 40 }, (_, i) => [`token-${i}`, asked(`token-${i}`)]);
  const pairs = tokens.flatMap((one, at) => tokens.slice(at + 1).map((other) => [one, other]));
  const pair = pairs.find(([[, one], [, other]]) => new Set([...one, ...other]).size === 7);
  assert.ok(pair, "two sessions whose movements are all seven");
  for (const [livenessToken, movements] of pair) {
    const settings = { liveness_mode: "passive_active", active_steps: 4 };
    const given = { consented: true, documentType: "passport", frontGiven: true };
    const script = { ...given, livenessToken, settings };
    const { page, session, close } = await scripted(script, {});
    try {
      await page.waitForFunction(() => document.querySelector("kyc-capture")?.capture, null, WAIT);
      await page.evaluate(() =>
        document.querySelector("kyc-capture").addEventListener("captured", ({ detail }) => {
          globalThis.lastReport = detail.report;
        }),
      );
      await reviewed(page, "liveness");
      const { challenge } = await page.evaluate(() => globalThis.lastReport.liveness);
      assert.deepEqual(
        challenge.steps.map(({ step }) => step),
        movements,
        "in the first challenge",
      );
      await press(page, "confirm");
      assert.equal((await page.evaluate(() => globalThis.completed)).verified, true);
      assert.equal(session.record.complete, true);
    } finally {
      await close();
    }
  }
});

test("the fake camera is a camera of the page until it is restored", LONG, async () => {
  const { page, close } = await scripted({});
  try {
    const seen = await page.evaluate(async () => {
      const { FAKE_SUBJECTS, installFakeCamera } = await import("/pkg/dist/testing/index.js");
      const native = navigator.mediaDevices.getUserMedia;
      const camera = installFakeCamera({ show: "empty", fps: 20 });
      const media = navigator.mediaDevices;
      const refusal = (action) => action().then(String, (error) => error.name);
      const listed = (await media.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
      const stream = await media.getUserMedia({ video: { facingMode: "environment" } });
      const [track] = stream.getVideoTracks();
      const video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true });
      await video.play();
      const context = Object.assign(document.createElement("canvas"), { width: 64, height: 36 }).getContext("2d");
      const frame = async () => {
        await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
        context.drawImage(video, 0, 0, 64, 36);
        return [...context.getImageData(0, 0, 64, 36).data];
      };
      const images = {};
      for (const subject of FAKE_SUBJECTS) {
        camera.show(subject);
        await new Promise((resolve) => setTimeout(resolve, 900));
        images[subject] = [await frame(), await frame()];
      }
      const opened = camera.open;
      const settings = track.getSettings();
      const refused = [
        await refusal(() => media.getUserMedia({ video: { deviceId: { exact: "none" } } })),
        await refusal(() => media.getUserMedia({ video: { width: { min: 4000 } } })),
        await refusal(() => media.getUserMedia({ audio: true, video: true })),
      ];
      let unknown = "";
      try {
        camera.show("a cat");
      } catch (error) {
        unknown = error.message;
      }
      const permission = (await navigator.permissions.query({ name: "camera" })).state;
      camera.restore();
      return {
        ...{ labels: listed.map(({ label }) => label), label: track.label, settings, refused, unknown, permission },
        ...{
          opened,
          images,
          ended: track.readyState,
          open: camera.open,
          size: [video.videoWidth, video.videoHeight],
        },
        ...{ back: media.getUserMedia === native, restored: await refusal(() => media.getUserMedia({ video: true })) },
      };
    });
    assert.deepEqual(seen.labels, ["Fake camera, back", "Fake camera, front"]);
    assert.equal(seen.label, "Fake camera, back");
    assert.deepEqual([seen.settings.width, seen.settings.height], seen.size);
    assert.deepEqual(seen.refused, ["OverconstrainedError", "OverconstrainedError", "NotFoundError"]);
    assert.match(seen.unknown, /shows one of passport, .*, not a cat/);
    assert.deepEqual([seen.permission, seen.opened, seen.ended, seen.open], ["granted", 1, "ended", 0]);
    assert.equal(seen.back, true);
    assert.notEqual(seen.restored, "[object MediaStream]", "without it there is no camera here");
    const difference = (a, b) => a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
    const all = Object.entries(seen.images);
    for (const [name, [first, second]] of all) {
      const moves = difference(first, second);
      assert.ok(moves > 0 && moves < 4, `${name} trembles and has noise: ${moves}`);
      for (const [other, [image]] of all) {
        if (other !== name) assert.ok(difference(first, image) > 4, `${name} is not ${other}`);
      }
    }
  } finally {
    await close();
  }
});

test("the fake camera can be put into another window, as Cypress needs it", LONG, async () => {
  const { page, close } = await scripted({});
  try {
    const seen = await page.evaluate(async () => {
      const { installFakeCamera } = await import("/pkg/dist/testing/index.js");
      const frame = document.body.appendChild(Object.assign(document.createElement("iframe"), { src: "/own.html" }));
      await new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
      const camera = installFakeCamera({ window: frame.contentWindow, show: "head" });
      const { navigator: other, document: inner } = frame.contentWindow;
      const stream = await other.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
      const video = Object.assign(inner.createElement("video"), { srcObject: stream, muted: true });
      await video.play();
      const size = [video.videoWidth, video.videoHeight];
      const here = await navigator.mediaDevices.enumerateDevices();
      camera.restore();
      return { size, open: camera.open, here: here.filter(({ kind }) => kind === "videoinput").length };
    });
    assert.deepEqual(seen, { size: [640, 480], open: 0, here: 0 });
  } finally {
    await close();
  }
});
