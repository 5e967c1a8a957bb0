// A desktop hands the flow to a phone: the code is read from the screen, the phone continues the same session, and the
// desktop follows by reading the session, to the same result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import jsQR from "jsqr";

import { FakeCamera, hook, openBrowser, startSandbox } from "./support.mjs";

const LONG = { timeout: 240_000 };
const WAIT = { timeout: 60_000 };

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

const at = (page, step, phase) =>
  page.locator(`[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`).waitFor(WAIT);

/** A desktop without a camera, at the choice of the document, which hands off by the keyboard alone. */
async function desktopThatHandsOff() {
  const world = await openBrowser({ camera: null, deny: true, viewport: { width: 1280, height: 800 } });
  const { page } = world;
  await page.goto(sandbox.url);
  await hook(page, "consent").click(WAIT);
  await at(page, "document_type");
  await hook(page, "handoff").focus();
  await page.keyboard.press("Enter");
  await page.locator('[data-kyc="handoff-code"] svg').waitFor(WAIT);
  return world;
}

/** Reads the code as a phone does: from the pixels of the screen. */
async function readCode({ page, context }) {
  const shot = await hook(page, "handoff-code").screenshot();
  const blank = await context.newPage();
  const { data, width, height } = await blank.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.width;
    canvas.height = image.height;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const pixels = context.getImageData(0, 0, image.width, image.height);
    return { data: [...pixels.data], width: image.width, height: image.height };
  }, shot.toString("base64"));
  await blank.close();
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
}

test("a phone continues the session of a desktop, which ends with the same result", LONG, async () => {
  const desktop = await desktopThatHandsOff();
  const camera = new FakeCamera();
  camera.show("passport");
  const phone = await openBrowser({ camera });
  try {
    const sent = [];
    desktop.page.on("request", (request) => {
      if (request.url().includes("/idv/sdk/")) sent.push(new URL(request.url()).pathname);
    });
    const link = await readCode(desktop);
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/#handoff=[\w-]{43}$/, "the link has a code of its own, no token");
    assert.equal(
      await desktop.page.evaluate(() => document.querySelector("kyc-capture").capture.view.phase),
      "handed_off",
    );

    const began = performance.now();
    await phone.page.goto(link);
    await at(phone.page, "document_type");
    const ms = performance.now() - began;
    console.log(`from the link to the step of the session: ${Math.round(ms)} ms`);
    assert.ok(ms <= 5_000, `the phone resumes in 5 s: ${ms}`);
    assert.ok(!phone.page.url().includes("handoff"), "the code leaves the address bar");

    await phone.page.locator('[data-kyc="document-type"][data-type="passport"]').click(WAIT);
    await at(phone.page, "document_front", "review");
    // The desktop has no code any more, and shows the step.
    await desktop.page.locator('[data-kyc="app"][data-step="document_front"][data-phase="handed_off"]').waitFor(WAIT);
    await hook(desktop.page, "handoff-code").waitFor({ ...WAIT, state: "hidden" });
    camera.show("face");
    await hook(phone.page, "confirm").click(WAIT);
    await at(phone.page, "liveness");
    const review = phone.page.locator('[data-kyc="app"][data-step="liveness"][data-phase="review"]');
    const on = phone.page.locator('[data-kyc="app"][data-step="sending"], [data-kyc="app"][data-step="result"]');
    await review.or(on).first().waitFor(WAIT);
    if (await review.count()) await hook(phone.page, "confirm").click(WAIT);
    await at(phone.page, "result");
    await at(desktop.page, "result");
    assert.equal(await hook(desktop.page, "result").getAttribute("data-verified"), "true");
    assert.equal(await hook(phone.page, "result").getAttribute("data-verified"), "true");
    const kinds = new Set(sent);
    assert.deepEqual(
      [...kinds].filter((path) => !/session\/read$|finaliz/.test(path)),
      [],
      "the desktop only reads, and asks for the verdict",
    );
    assert.deepEqual(desktop.complaints, []);

    // The code was for one use.
    const other = await phone.context.newPage();
    const refused = other.waitForResponse((reply) => reply.url().endsWith("/demo/handoff/redeem"));
    await other.goto(link);
    assert.equal((await refused).status(), 404);
  } finally {
    await desktop.close();
    await phone.close();
  }
});

test("the hand-off works by keyboard: heading, copy, another code, and back", LONG, async () => {
  const desktop = await desktopThatHandsOff();
  const { page, context } = desktop;
  try {
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const focus = () => page.evaluate(() => document.querySelector("kyc-capture").shadowRoot.activeElement?.className);
    assert.match(await focus(), /title/, "the heading has the focus, so a screen reader reads the screen");
    assert.equal(await page.locator('[data-kyc="handoff-code"] svg').getAttribute("role"), "img");
    assert.ok(await page.locator('[data-kyc="handoff-code"] svg').getAttribute("aria-label"));
    const link = await readCode(desktop);
    const pressed = [];
    for (let i = 0; i < 6; i += 1) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(
        () => document.querySelector("kyc-capture").shadowRoot.activeElement?.dataset.kyc ?? null,
      );
      if (name !== null) pressed.push(name);
    }
    for (const name of ["handoff-copy", "handoff-renew", "take-back"]) assert.ok(pressed.includes(name), `${pressed}`);
    await hook(page, "handoff-copy").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      () => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        const state = shadowRoot.querySelector('[data-kyc="handoff-state"]');
        return state.getAttribute("role") === "status" && state.textContent === capture.texts.handoff.copied;
      },
      null,
      WAIT,
    );
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    await hook(page, "handoff-renew").focus();
    await page.keyboard.press("Enter");
    await page.locator('[data-kyc="handoff-code"] svg').waitFor(WAIT);
    await page.waitForFunction(
      () => !document.querySelector("kyc-capture").shadowRoot.querySelector('[data-kyc="handoff-renew"]').disabled,
      null,
      WAIT,
    );
    assert.notEqual(await readCode(desktop), link, "each code has its own token");
    await hook(page, "take-back").focus();
    await page.keyboard.press("Enter");
    await at(page, "document_type", "idle");
  } finally {
    await desktop.close();
  }
});
