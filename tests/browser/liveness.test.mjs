// Liveness end to end: real Chromium before a rendered synthetic head, the real sandbox over HTTP. The head obeys the
// movements that the session's token asks for: the film is drawn when the page opens its liveness session, before it
// opens the camera.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { FakeCamera, bytesOf, hook, openBrowser, openOwnPage, imageFile, startSandbox } from "./support.mjs";

const LONG = { timeout: 120_000 };
const WAIT = 45_000;
/** Whose head it is, and whose portrait the passport has. */
const WHO = 4;

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/**
 * A browser, and what its page asks for and sends. `film`: what the camera shows from the moment that a token is known.
 */
async function start({ film, ...options } = {}) {
  const camera = new FakeCamera();
  if (!film) camera.showHead("--seed", options.seed ?? WHO);
  const world = await openBrowser({ camera, ...options });
  const { page } = world;
  const asked = [];
  const sent = [];
  const metadata = [];
  await page.route("**/liveness/session/generate", async (route) => {
    const reply = await route.fetch();
    const { token } = await reply.json();
    asked.push(film ? camera.showHead(...film(token)) : []);
    await route.fulfill({ response: reply });
  });
  await page.route("**/liveness/session/process", (route) => {
    sent.push(route.request().postDataJSON());
    return route.continue();
  });
  await page.route("**/metadata/update", (route) => {
    metadata.push(route.request().postDataJSON().sdk_metadata);
    return route.continue();
  });
  const at = (step, phase, timeout = WAIT) => {
    const wanted = `[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`;
    return page
      .locator(wanted)
      .waitFor({ timeout })
      .catch(async (error) => {
        const app = await hook(page, "app")
          .evaluate((e) => `${e.dataset.step} ${e.dataset.phase}: ${e.innerText}`)
          .catch(String);
        throw new Error(
          `${error.message}\nthe page shows: ${app.replaceAll("\n", " | ")}\n` +
            `it complained: ${world.complaints.join("; ")}`,
        );
      });
  };
  return {
    ...world,
    camera,
    asked,
    sent,
    metadata,
    at,
    /** Resolves when the metadata was sent, which precedes the request for the verdict. */
    async metadataSent() {
      for (let i = 0; i < WAIT / 100 && metadata.length === 0; i += 1) await page.waitForTimeout(100);
    },
    /** What was reported of the face's capture. */
    liveness: () => metadata.at(-1).kyc_capture.captures.find((capture) => capture.side === "liveness"),
    signal(name) {
      return this.liveness().liveness.signals.find((signal) => signal.name === name);
    },
    /** The demo page, where it has this session. */
    async demo({ clientId, sessionId }) {
      await page.addInitScript(
        (stored) => sessionStorage.setItem("kyc-demo-session", stored),
        JSON.stringify({ clientId, sessionId }),
      );
      await page.goto(sandbox.url);
    },
    press: (name) => hook(page, name).first().click({ timeout: WAIT }),
    async verdict() {
      await at("result");
      return hook(page, "result").getAttribute("data-verified");
    },
  };
}

const checkOf = (session, name) => session.history.find((entry) => entry.check === name);

test("verifies a person who does the requested movements", LONG, async () => {
  const session = await sandbox.sessionAtLiveness(WHO, { livenessMode: "passive_active" });
  const p = await start({ film: (token) => ["--seed", WHO, "--token", token] });
  try {
    // A machine that is busy with other things misses a movement; the film comes again, and there is time to wait for
    // it.
    await openOwnPage(p, sandbox, session, { thresholds: { liveness: { stepMs: 30_000 } } });
    await p.at("liveness", "review", 80_000);
    await p.press("confirm");
    assert.equal(await p.verdict(), "true");
    const [steps] = p.asked;
    assert.equal(steps.length, 3);
    // Straight, each movement in the order asked for, straight: as the sandbox saw them too.
    assert.equal(p.sent.length, 1);
    assert.equal(p.sent[0].images.length, steps.length + 2);
    assert.equal(new Set(p.sent[0].images).size, steps.length + 2);
    const { liveness } = p.liveness();
    assert.equal(liveness.mode, "passive_active");
    assert.deepEqual(
      liveness.challenge.steps.map(({ step }) => step),
      steps,
    );
    assert.ok(liveness.signals.every(({ score, reason }) => score >= 0 && score <= 1 && reason));
    const { session: read } = await sandbox.read(session.sessionId);
    assert.equal(read.verified, true);
    assert.equal(checkOf(read, "liveness_movements").passed, true);
    assert.deepEqual(p.complaints, []);
  } finally {
    await p.close();
  }
});

test("rejects a hand-held print of a face and offers recovery actions", LONG, async () => {
  const session = await sandbox.sessionAtLiveness(WHO, { livenessMode: "passive_active" });
  const p = await start({ film: () => ["--seed", WHO, "--still", "--steps", "turn_left,turn_right"] });
  try {
    await openOwnPage(p, sandbox, session, { thresholds: { liveness: { stepMs: 1_500 } } });
    await p.page.locator('[data-kyc="error"][data-code="challenge_failed"]').waitFor({ timeout: 90_000 });
    assert.equal(p.sent.length, 0, "nothing was sent");
    assert.equal(await hook(p.page, "passive").isVisible(), true);
    // Another try has other movements: they follow from another token.
    await p.press("retry");
    await p.at("liveness", "capturing");
    assert.equal(p.asked.length, 2);
  } finally {
    await p.close();
  }
});

test("movements can be skipped by keyboard", LONG, async () => {
  const session = await sandbox.sessionAtLiveness(WHO, { livenessMode: "passive_active" });
  const p = await start();
  try {
    await openOwnPage(p, sandbox, session, { liveness: { flash: true } });
    await p.at("liveness", "capturing");
    const { keyboard } = p.page;
    const focused = () =>
      p.page.evaluate(() => {
        const at = document.activeElement?.shadowRoot?.activeElement;
        return at?.dataset.kyc ?? at?.className ?? "";
      });
    const tabTo = async (name) => {
      for (let i = 0; i < 12 && (await focused()) !== name; i += 1) await keyboard.press("Tab");
      assert.equal(await focused(), name);
    };
    // What is asked for is said aloud.
    const guidance = hook(p.page, "guidance");
    assert.deepEqual(await guidance.evaluate((e) => [e.getAttribute("role"), e.ariaLive]), ["status", "polite"]);
    await p.page.locator('[data-kyc="movement"]:not([hidden])').waitFor({ timeout: WAIT });
    await tabTo("passive");
    await keyboard.press("Enter");
    assert.match(await focused(), /title/, "the focus is not lost with the button");
    await p.page.locator('[data-kyc="movement"]').waitFor({ state: "hidden", timeout: WAIT });
    await p.at("liveness", "review");
    await tabTo("confirm");
    await keyboard.press("Enter");
    await p.at("result");
    assert.equal(p.liveness().liveness.mode, "passive_fallback");
    // A film does not take on the colours that the page shows.
    assert.ok(p.signal("colour_flash").score < 0.3, JSON.stringify(p.signal("colour_flash")));
    const { session: read } = await sandbox.read(session.sessionId);
    assert.equal(read.status_e, "complete");
    // The client's tolerance decides whether that is enough; by default it is not.
    assert.equal(checkOf(read, "liveness_movements").passed, false);
    assert.deepEqual(p.complaints, []);
  } finally {
    await p.close();
  }
});

test("detects the reflection of the page's colours on a face", LONG, async () => {
  const LIGHTS = { "": "0,0,0", "#ff4646": "0.3,0.02,0.02", "#46ff46": "0.02,0.3,0.02", "#5050ff": "0.03,0.03,0.3" };
  const images = {};
  for (const [colour, light] of Object.entries(LIGHTS)) {
    const of = (ms) => imageFile("head", "png", "--seed", `${WHO}`, "--flash", light, "--at", `${ms}`);
    images[colour] = [0, 400].map((ms) => `data:image/png;base64,${bytesOf(of(ms)).toString("base64")}`);
  }
  const session = await sandbox.sessionAtLiveness(WHO);
  const p = await start();
  try {
    // A camera before a head that the page lights, which no film can be made of beforehand.
    await p.page.addInitScript((all) => {
      const load = async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        return image;
      };
      const ready = Promise.all(
        Object.entries(all).map(async ([c, list]) => [c, await Promise.all(list.map(load))]),
      ).then(Object.fromEntries);
      navigator.mediaDevices.getUserMedia = async () => {
        const images = await ready;
        const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
        let n = 0;
        setInterval(() => {
          const list = images[document.querySelector("kyc-capture")?.capture?.view.flash ?? ""] ?? images[""];
          n += 1;
          canvas.getContext("2d").drawImage(list[n % list.length], 0, 0);
        }, 66);
        return canvas.captureStream();
      };
    }, images);
    await openOwnPage(p, sandbox, session, { liveness: { flash: true } });
    await p.at("liveness", "review");
    await p.press("confirm");
    await p.metadataSent();
    const signal = p.signal("colour_flash");
    console.log(`colour_flash of a face that the page lights: ${JSON.stringify(signal)}`);
    assert.ok(signal.score > 0.6, JSON.stringify(signal));
  } finally {
    await p.close();
  }
});

test("authenticates a verified person by face and rejects another one", LONG, async () => {
  // Verified over HTTP: the images of the flow are the subject of other tests.
  const session = await sandbox.sessionAtLiveness(WHO, { seed: 3 });
  const images = [0, 700, 1400].map((ms) =>
    bytesOf(imageFile("head", "png", "--seed", `${WHO}`, "--at", `${ms}`)).toString("base64"),
  );
  const session_id = session.sessionId;
  await sandbox.call(session, "/idv/sdk/liveness/session/process", {
    session_id,
    latitude: 43.2,
    longitude: 76.9,
    images,
  });
  await sandbox.call(session, "/idv/sdk/finalize", { session_id });
  assert.equal((await sandbox.read(session_id)).session.verified, true);
  const p = await start();
  try {
    await p.demo(session);
    assert.equal(await p.verdict(), "true");
    for (const [who, authenticated] of [
      [WHO, "true"],
      ["face", "false"],
    ]) {
      if (who === "face") p.camera.show("face", "--size", "640x480");
      else p.camera.showHead("--seed", who);
      await p.press("sign-in");
      await p.at("liveness", "review");
      await p.press("confirm");
      assert.equal(await p.verdict(), authenticated);
      const raw = JSON.parse(await hook(p.page, "raw").textContent());
      assert.equal(String(raw.session.authenticated), authenticated);
      assert.ok(raw.session.identity_id);
    }
    // And back to the session of before.
    await p.page.locator("#back").click();
    assert.equal(await p.verdict(), "true");
    assert.deepEqual(p.complaints, []);
  } finally {
    await p.close();
  }
});
