// The promise of `run()` means what the screen shows: it is pending while the screen leads on, and settles with it.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { hook, startSandbox } from "../support.mjs";
import { atLiveness, errorCode, failFirst, greyPng, pages, send } from "./pages.mjs";
import { situation, WAIT } from "./stand-ins.mjs";

const FRONT_ADD = "**/idv/sdk/document/front/add";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());
const { atFront } = pages(() => sandbox);

/** What became of the first promise of `run()`, and of the one that `run()` returns now. */
const promises = (page) =>
  page.evaluate(async () => {
    const now = (promise) =>
      Promise.race([
        promise.then(
          ({ verified }) => `verified ${verified}`,
          ({ code }) => code,
        ),
        new Promise((resolve) => setTimeout(resolve, 50, "pending")),
      ]);
    const element = document.querySelector("kyc-capture");
    window.first ??= element.run();
    return {
      first: await now(window.first),
      element: await now(element.run()),
      capture: await now(element.capture.run()),
    };
  });
const all = (word) => ({ first: word, element: word, capture: word });

function atPending(name, run) {
  situation(name, async () => {
    const world = await atFront();
    try {
      await hook(world.page, "file")
        .first()
        .waitFor({ ...WAIT, state: "attached" });
      assert.deepEqual(await promises(world.page), all("pending"));
      await run(world);
    } finally {
      await world.close();
    }
  });
}

const verdict = (page) =>
  page.route("**/idv/sdk/finalize", (route) => route.fulfill({ json: { verified: true, on_sanction_list: false } }));
const conflict = (code) => ({ status: 409, json: { error: { code, message: "not now" }, statusCode: 409 } });

atPending(
  "promise: two conflicts end in a restart, which leads on: the same promise gets the result",
  async ({ page }) => {
    let conflicts = 0;
    await page.route(FRONT_ADD, (route) => {
      conflicts += 1;
      return conflicts <= 2 ? route.fulfill(conflict("step_conflict")) : route.fulfill(conflict("session_complete"));
    });
    await verdict(page);
    await send(page, greyPng(1200, 900));
    await errorCode(page, "flow_conflict");
    assert.equal(conflicts, 2, "the confirmed image was sent twice before it was given up");
    assert.deepEqual(await promises(page), all("pending"));
    await hook(page, "restart").click();
    await send(page, greyPng(1200, 900));
    await hook(page, "result").waitFor(WAIT);
    assert.deepEqual(await promises(page), all("verified true"));
  },
);

atPending("promise: a failure with retry keeps it pending until the result", async ({ page }) => {
  let calls = 0;
  await page.route(FRONT_ADD, (route) => {
    calls += 1;
    if (calls > 1) return route.fulfill(conflict("session_complete"));
    return route.fulfill({ status: 403, contentType: "text/html", body: "<h1>Blocked</h1>" });
  });
  await verdict(page);
  await send(page, greyPng(1200, 900));
  await errorCode(page, "reply_not_json");
  assert.deepEqual(await promises(page), all("pending"));
  await hook(page, "retry").click();
  await hook(page, "result").waitFor(WAIT);
  assert.deepEqual(await promises(page), all("verified true"));
});

atPending(
  "promise: a session that ended rejects it; after a restart run() returns the one that counts",
  async ({ page }) => {
    let calls = 0;
    await page.route(FRONT_ADD, (route) => {
      calls += 1;
      if (calls > 1) return route.fulfill(conflict("session_complete"));
      return route.fulfill({
        status: 401,
        json: { error: { code: "session_expired", message: "x" }, statusCode: 401 },
      });
    });
    await verdict(page);
    await send(page, greyPng(1200, 900));
    await hook(page, "restart").waitFor(WAIT);
    const { first } = await promises(page);
    assert.deepEqual(await promises(page), all(first));
    assert.notEqual(first, "pending");
    await hook(page, "restart").click();
    await send(page, greyPng(1200, 900));
    await hook(page, "result").waitFor(WAIT);
    assert.deepEqual(await promises(page), { ...all("verified true"), first });
  },
);

atPending("promise: a lost reply of a confirmed image is no conflict for the person", async ({ page }) => {
  await failFirst(page, FRONT_ADD, async (route) => {
    // The server has it; its reply does not arrive.
    await route.fetch();
    return route.abort("connectionreset");
  });
  const errors = page.evaluate(() => {
    window.errors = [];
    document.querySelector("kyc-capture").capture.on("error", ({ code }) => window.errors.push(code));
  });
  await errors;
  await send(page, greyPng(1200, 900));
  await atLiveness(page);
  // This page has no camera for the face.
  assert.deepEqual(
    (await page.evaluate(() => window.errors)).filter((code) => code !== "camera_missing"),
    [],
  );
  assert.deepEqual(await promises(page), all("pending"));
});
