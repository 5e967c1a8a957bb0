// The location beside the camera, by policy, and an upload that is cancelled on a slow line.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { atLiveness, noisyPng, greyPng, pages, send, slowLine } from "./devices/pages.mjs";
import { FakeCamera, hook, openBrowser, openOwnPage, startSandbox } from "./support.mjs";

const LONG = { timeout: 240_000 };
const WAIT = { timeout: 60_000 };
const FRONT_ADD = "**/idv/sdk/document/front/add";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());
const { atFront } = pages(() => sandbox);

/** A session whose next step is the front of a passport. */
async function sessionAtFront() {
  const session = (await sandbox.post("/demo/session", {})).body;
  const { sessionId: session_id } = session;
  await sandbox.call(session, "/idv/sdk/consent/add", { session_id, consented: true });
  await sandbox.call(session, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
  return session;
}

test("the camera opens and captures while the device has not answered with its location", LONG, async () => {
  const camera = new FakeCamera();
  camera.show("passport");
  const world = await openBrowser({ camera });
  const { page } = world;
  try {
    await page.addInitScript(() => {
      Geolocation.prototype.getCurrentPosition = (found) => {
        window.found = () => found({ coords: { latitude: 43.2, longitude: 76.9 } });
      };
    });
    await openOwnPage(world, sandbox, await sessionAtFront());
    await page.locator('[data-kyc="app"][data-step="document_front"][data-phase="review"]').waitFor(WAIT);
    await hook(page, "confirm").click();
    // Only the upload waits, and says for what.
    await hook(page, "locating").waitFor(WAIT);
    await page.waitForFunction(
      () => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        return shadowRoot.querySelector('[data-kyc="locating"]').textContent.includes(capture.texts.locationWhy);
      },
      null,
      WAIT,
    );
    assert.equal(await hook(page, "without-location").isVisible(), false, "required: there is no way without");
    await page.evaluate(() => window.found());
    await atLiveness(page);
  } finally {
    await world.close();
  }
});

test("preferred: a person who refuses the location reads why, and goes on without", LONG, async () => {
  const world = await atFront({ geolocation: "preferred" }, async (page) => {
    await page.context().clearPermissions();
    // A service that takes images without a location: the sandbox, which follows the documented API, does not.
    await page.route(FRONT_ADD, async (route) => {
      const request = route.request();
      const body = request.postDataBuffer();
      const boundary = /boundary=(.+)$/.exec(request.headers()["content-type"])[1];
      assert.ok(!/name="l(at|ong)itude"/.test(body.toString("latin1")), "no location is sent");
      const part = (name) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n0\r\n`;
      const postData = Buffer.concat([Buffer.from(part("latitude") + part("longitude")), body]);
      await route.continue({ postData });
    });
  });
  const { page } = world;
  try {
    await send(page, greyPng(1200, 900));
    await page.locator('[data-kyc="error"][data-code="location_denied"]').waitFor(WAIT);
    await hook(page, "location-why").waitFor(WAIT);
    await hook(page, "without-location").and(page.locator(".primary")).click(WAIT);
    await atLiveness(page);
  } finally {
    await world.close();
  }
});

test(
  "off: nothing asks for a location, the consent does not name one, and a service that needs it is obeyed",
  LONG,
  async () => {
    const world = await openBrowser({ camera: null, deny: true });
    const { page } = world;
    try {
      await page.addInitScript(() => {
        window.asked = 0;
        Geolocation.prototype.getCurrentPosition = (found) => {
          window.asked += 1;
          found({ coords: { latitude: 43.2, longitude: 76.9 } });
        };
      });
      const session = (await sandbox.post("/demo/session", {})).body;
      await openOwnPage(world, sandbox, session, { geolocation: "off" });
      await hook(page, "consent").waitFor(WAIT);
      assert.equal(await page.locator(".points li").count(), 2);
      assert.doesNotMatch(await page.locator('[data-kyc="screen"]').innerText(), /location/i);
      await hook(page, "consent").click();
      await page.locator('[data-kyc="document-type"][data-type="passport"]').click(WAIT);
      await send(page, greyPng(1200, 900));
      // The documented service requires a location.
      await page.locator('[data-kyc="error"][data-code="location_unavailable"]').waitFor(WAIT);
      assert.equal(await page.evaluate(() => window.asked), 0);
      await hook(page, "retry").click();
      await atLiveness(page);
      assert.equal(await page.evaluate(() => window.asked), 1);
    } finally {
      await world.close();
    }
  },
);

test("an upload on a slow line shows its progress and can be cancelled, back to the review", LONG, async () => {
  const line = await slowLine(sandbox.url, 60_000, 100);
  const world = await atFront({}, async () => {}, line.url);
  const { page } = world;
  try {
    await send(page, noisyPng());
    await hook(page, "upload-progress").filter({ visible: true }).waitFor(WAIT);
    await hook(page, "still").waitFor(WAIT);
    const ended = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/front/add"));
    await hook(page, "cancel-upload").click(WAIT);
    await page.locator('[data-kyc="app"][data-step="document_front"][data-phase="review"]').waitFor(WAIT);
    await ended;
    assert.equal(await hook(page, "upload-progress").isVisible(), false);
    assert.equal(await hook(page, "confirm").isEnabled(), true);
    // The same image can be sent after all.
    await hook(page, "confirm").click();
    await atLiveness(page);
  } finally {
    await world.close();
    line.stop();
  }
});
