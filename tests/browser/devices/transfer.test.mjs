// More files, networks and embedding apps as they are: what is chosen, what stops, what is missing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before } from "node:test";

import { hook, imageFile, startSandbox } from "../support.mjs";
import { atLiveness, choose, errorCode, failFirst, GEOLOCATION, greyPng, half, pages, send } from "./pages.mjs";
import { situation, WAIT } from "./stand-ins.mjs";

const FRONT_ADD = "**/idv/sdk/document/front/add";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());
const { atFront, withLocation } = pages(() => sandbox);

const ready = (page) =>
  hook(page, "file")
    .first()
    .waitFor({ ...WAIT, state: "attached" });

situation("file of no bytes, drawing, video, half a photograph: each is refused with its cause", async () => {
  const world = await atFront();
  const { page } = world;
  const jpeg = readFileSync(imageFile("passport", "png", "--size", "1600x900"));
  const cases = [
    ["empty.jpg", "image/jpeg", Buffer.alloc(0), "file_unreadable"],
    ["a.svg", "image/svg+xml", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "image_unknown_format"],
    ["a.mov", "video/quicktime", Buffer.from("\0\0\0\x14ftypqt  \0\0\0\0".padEnd(400, "\0")), "image_unknown_format"],
    ["half.png", "image/png", jpeg.subarray(0, jpeg.length / 2), "image_corrupt"],
  ];
  try {
    await ready(page);
    for (const [name, type, bytes, code] of cases) {
      await choose(page, name, type, bytes);
      await errorCode(page, code).catch(async (error) => {
        throw new Error(`${name}: ${await hook(page, "app").getAttribute("data-phase")}: ${error.message}`);
      });
      await hook(page, "upload").first().waitFor(WAIT);
    }
    // What decodes and shows no document is the person's to see: the first button is to take it again.
    for (const [width, height] of [
      [1, 1],
      [1200, 900],
    ]) {
      await choose(page, "front.png", "image/png", greyPng(width, height));
      await hook(page, "retake").and(page.locator(".primary")).waitFor(WAIT);
      await hook(page, "confirm").waitFor(WAIT);
    }
  } finally {
    await world.close();
  }
});

situation("module that does not begin to arrive: fetched once more", async () => {
  let requests;
  const world = await atFront({}, async (page) => {
    // The first one is never answered.
    requests = await failFirst(page, "**/kyc_capture_bg.wasm", () => {});
  });
  try {
    await ready(world.page);
    assert.equal(requests.count, 2);
  } finally {
    await world.close();
  }
});

situation("half of a model's weights: fetched once more", async () => {
  let requests;
  const world = await atFront({}, async (page) => {
    requests = await failFirst(page, "**/models/mrz.kycm", half());
  });
  const { page } = world;
  try {
    await ready(page);
    await page.waitForTimeout(1_500);
    await choose(page, "front.png", "image/png", readFileSync(imageFile("passport", "png", "--size", "1600x900")));
    // Only the model reads the MRZ.
    await hook(page, "read").waitFor(WAIT);
    assert.equal(requests.count, 2);
  } finally {
    await world.close();
  }
});

situation("network with a login page (511): retry succeeds once it is open", async () => {
  const world = await atFront();
  const { page } = world;
  try {
    const login = { status: 511, contentType: "text/html", body: "<h1>Log in</h1>" };
    let open = false;
    await page.route(FRONT_ADD, (route) => (open ? route.continue() : route.fulfill(login)));
    await send(page, greyPng(1200, 900));
    await hook(page, "retry").waitFor({ timeout: 150_000 });
    open = true;
    await hook(page, "retry").click();
    await atLiveness(page);
  } finally {
    await world.close();
  }
});

situation("reply with a byte order mark: read", async () => {
  const world = await atFront();
  const { page } = world;
  try {
    await page.route(FRONT_ADD, async (route) => {
      const reply = await route.fetch();
      return route.fulfill({
        response: reply,
        body: Buffer.concat([Buffer.from("efbbbf", "hex"), await reply.body()]),
      });
    });
    await send(page, greyPng(1200, 900));
    await atLiveness(page);
  } finally {
    await world.close();
  }
});

situation("browser that says it is offline and is not: the flow goes on", async () => {
  const world = await atFront({}, (page) =>
    page.addInitScript(() => Object.defineProperty(navigator, "onLine", { get: () => false })),
  );
  try {
    await send(world.page, greyPng(1200, 900));
    await atLiveness(world.page);
  } finally {
    await world.close();
  }
});

situation("embedding app without vibration, permissions and storage: the flow goes on", async () => {
  const world = await atFront({}, (page) =>
    page.addInitScript(() => {
      for (const name of ["vibrate", "permissions", "connection", "userActivation"]) {
        Object.defineProperty(navigator, name, { value: undefined });
      }
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, {
          get() {
            throw new DOMException("not allowed", "SecurityError");
          },
        });
      }
    }),
  );
  try {
    await send(world.page, greyPng(1200, 900));
    await atLiveness(world.page);
    assert.deepEqual(world.complaints, []);
  } finally {
    await world.close();
  }
});

situation("embedding app whose geolocation never calls back: location_timeout with recovery", async () => {
  const world = await withLocation(() => {
    window.locate = "auto";
    Geolocation.prototype.getCurrentPosition = () => {};
  });
  try {
    await send(world.page, greyPng(1200, 900));
    await world.page.locator('[data-kyc="error"][data-code="location_timeout"]').waitFor({ timeout: 120_000 });
    await hook(world.page, "retry").waitFor(WAIT);
  } finally {
    await world.close();
  }
});

situation("token function that never answers: token_unavailable with a retry that succeeds", async () => {
  const world = await atFront();
  const { page } = world;
  const { clientId, sessionId, accessToken } = world.session;
  try {
    await ready(page);
    await page.evaluate(
      (options) => {
        document.querySelector("kyc-capture").remove();
        const element = document.createElement("kyc-capture");
        let calls = 0;
        const { accessToken } = options;
        options.accessToken = () => {
          calls += 1;
          return calls === 1 ? new Promise(() => {}) : accessToken;
        };
        element.options = options;
        document.body.append(element);
      },
      { baseUrl: new URL(sandbox.url).origin, clientId, sessionId, accessToken, geolocation: GEOLOCATION },
    );
    await errorCode(page, "token_unavailable");
    await hook(page, "retry").click();
    await ready(page);
  } finally {
    await world.close();
  }
});
