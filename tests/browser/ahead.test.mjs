// The first step before the core: the page shows it while the module is on its way, keeps what the person answers, and
// shows nothing else than the core does.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { hook, openBrowser, openOwnPage, startSandbox } from "./support.mjs";

const LONG = { timeout: 180_000 };
const WAIT = { timeout: 60_000 };
const READ = "**/idv/sdk/session/read";
const GEOLOCATION = { latitude: 43.2, longitude: 76.9 };

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/**
 * A page whose module waits for `release()`. `prepare` changes session and page first. `views` lists what was shown:
 * step, phase, and whether the core was there.
 */
async function holding({ prepare = async () => {}, options = {} } = {}) {
  const world = await openBrowser({ camera: null, deny: true });
  const { page } = world;
  const session = (await sandbox.post("/demo/session", {})).body;
  let release;
  const open = new Promise((resolve) => {
    release = resolve;
  });
  const held = { ...world, session, release, missing: false, views: () => page.evaluate(() => globalThis.views) };
  await page.route("**/kyc_capture_bg.wasm", async (route) => {
    await open;
    await (held.missing ? route.fulfill({ status: 404, body: "" }) : route.continue());
  });
  await prepare({ page, session, call: (path, body) => sandbox.call(session, path, body) });
  held.read = page.waitForResponse(READ, WAIT);
  await openOwnPage(world, sandbox, session, { geolocation: GEOLOCATION, ...options });
  await page.evaluate(() => {
    globalThis.views = [];
    globalThis.declined = 0;
    const element = document.querySelector("kyc-capture");
    element.addEventListener("declined", () => {
      globalThis.declined += 1;
    });
    const watch = () => {
      if (!element.capture) return setTimeout(watch, 0);
      globalThis.views.push(structuredClone(element.capture.view));
      element.capture.on("view", (view) => globalThis.views.push(structuredClone(view)));
    };
    watch();
  });
  return held;
}

const steps = (views) => [...new Set(views.map(({ step }) => step))];
const press = (page, name) => hook(page, name).first().click(WAIT);
const consented = async ({ sessionId }) => (await sandbox.read(sessionId)).session.consented;

test("the consent is on screen before the module, and what is agreed then leads on", LONG, async () => {
  const world = await holding();
  const { page, session } = world;
  try {
    await hook(page, "consent").waitFor(WAIT);
    assert.equal(await page.locator("kyc-capture .segment").count(), 5, "the progress is that of the flow");
    await press(page, "consent");
    await page.locator('[data-kyc="consent"][aria-disabled="true"]').waitFor(WAIT);
    assert.equal(await consented(session), false, "nothing is sent without the core");
    world.release();
    await hook(page, "document-type").first().waitFor(WAIT);
    assert.equal(await consented(session), true);
    const views = await world.views();
    assert.deepEqual(steps(views), ["starting", "consent", "document_type"]);
    const phases = views.filter(({ step }) => step === "consent").map(({ phase }) => phase);
    assert.equal(phases.lastIndexOf("idle"), phases.indexOf("uploading") - 1, `agreed once: ${phases}`);
    assert.deepEqual(world.complaints, []);
  } finally {
    await world.close();
  }
});

test("declined before the module: an exit at once, reported once, and open to a change of mind", LONG, async () => {
  for (const early of [true, false]) {
    const world = await holding();
    const { page } = world;
    try {
      await press(page, "decline");
      await page.locator('[data-code="consent_declined"]').waitFor(WAIT);
      if (early) {
        await press(page, "retry");
        world.release();
      } else {
        world.release();
        // The core has taken the answer when it takes the next one.
        await page.waitForFunction(() => globalThis.views.filter(({ error }) => error).length === 2, null, WAIT);
        await press(page, "retry");
      }
      await hook(page, "document-type").first().waitFor(WAIT);
      assert.equal(await page.evaluate(() => globalThis.declined), 1);
    } finally {
      await world.close();
    }
  }
});

test("a session that goes on at the camera never shows the consent", LONG, async () => {
  const world = await holding({
    prepare: async ({ session: { sessionId: session_id }, call }) => {
      await call("/idv/sdk/consent/add", { session_id, consented: true });
      await call("/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
    },
  });
  try {
    await (await world.read).finished();
    // Whatever the page makes of the reply, it has made by the next frame but one.
    await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(steps(await world.views()), ["starting"]);
    world.release();
    await hook(world.page, "upload")
      .first()
      .waitFor(WAIT)
      .catch(() => hook(world.page, "error").waitFor(WAIT));
    assert.deepEqual(steps(await world.views()), ["starting", "document_front"]);
  } finally {
    await world.close();
  }
});

test("a session with consent chooses its document before the module", LONG, async () => {
  const world = await holding({
    prepare: ({ session: { sessionId: session_id }, call }) =>
      call("/idv/sdk/consent/add", { session_id, consented: true }),
    options: { documentTypes: ["passport", "passport", "identification_card"] },
  });
  try {
    await hook(world.page, "document-type").first().waitFor(WAIT);
    assert.equal(await hook(world.page, "document-type").count(), 2);
    await world.page.locator('[data-type="passport"]').click(WAIT);
    await world.page.locator('[data-type="passport"].busy').waitFor(WAIT);
    world.release();
    await world.page.waitForFunction(() => globalThis.views.at(-1).step === "document_front", null, WAIT);
    assert.deepEqual(steps(await world.views()), ["starting", "document_type", "document_front"]);
  } finally {
    await world.close();
  }
});

test("what is shown ahead is the core's view, and without the reading the core's comes later", LONG, async () => {
  const consent = (given) => async (context) => {
    if (given) await context.call("/idv/sdk/consent/add", { session_id: context.session.sessionId, consented: true });
    return context;
  };
  for (const [given, options] of [
    [false, {}],
    [false, { documentTypes: ["identification_card", "passport_card"] }],
    [false, { documentTypes: ["passport"] }],
    [true, { documentTypes: ["driver_license", "driver_license", "identification_card"] }],
  ]) {
    const step = given ? "document_type" : "consent";
    const shown = async (prepare) => {
      const world = await holding({ prepare, options });
      try {
        if (prepare.late) world.release();
        await world.page.waitForFunction((name) => globalThis.views.at(-1)?.step === name, step, WAIT);
        return (await world.views()).at(-1);
      } finally {
        await world.close();
      }
    };
    const late = async (context) => {
      const { page } = await consent(given)(context);
      await page.route(READ, (route) => route.abort(), { times: 1 });
    };
    late.late = true;
    assert.deepEqual(await shown(consent(given)), await shown(late), JSON.stringify(options));
  }
});

test("the token function is called once, and again when its token is refused", LONG, async () => {
  for (const refused of [false, true]) {
    const world = await openBrowser({ camera: null, deny: true });
    const { page } = world;
    try {
      const { clientId, sessionId, accessToken } = (await sandbox.post("/demo/session", {})).body;
      await openOwnPage(world, sandbox, { clientId: "", sessionId: "", accessToken: "" });
      await page.evaluate(
        ([options, first]) => {
          document.querySelector("kyc-capture").remove();
          globalThis.calls = 0;
          const element = document.createElement("kyc-capture");
          const accessToken = async () => {
            globalThis.calls += 1;
            return globalThis.calls === 1 && first !== null ? first : options.accessToken;
          };
          element.options = { ...options, accessToken };
          document.body.append(element);
        },
        [{ baseUrl: new URL(sandbox.url).origin, clientId, sessionId, accessToken }, refused ? "expired" : null],
      );
      await press(page, "consent");
      await hook(page, "document-type").first().waitFor(WAIT);
      assert.equal(await page.evaluate(() => globalThis.calls), refused ? 2 : 1);
    } finally {
      await world.close();
    }
  }
});

test("a module that is missing after the consent fails, and a retry goes on without asking again", LONG, async () => {
  const world = await holding();
  const { page } = world;
  try {
    await press(page, "consent");
    world.missing = true;
    world.release();
    await page.locator('[data-code="asset_unreachable"]').waitFor(WAIT);
    world.missing = false;
    await press(page, "retry");
    await hook(page, "document-type").first().waitFor(WAIT);
    assert.equal(await consented(world.session), true);
  } finally {
    await world.close();
  }
});
