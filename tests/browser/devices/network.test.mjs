// Files, networks and answers as they are, against the real core and a real sandbox: one case for each situation of
// docs/devices.md.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { FakeCamera, hook, openBrowser, openOwnPage, startSandbox } from "../support.mjs";
import {
  atLiveness,
  choose,
  errorCode,
  failFirst,
  GEOLOCATION,
  greyPng,
  half,
  noisyPng,
  pages,
  send,
  slowLine,
} from "./pages.mjs";
import { isSampled, situation, WAIT } from "./stand-ins.mjs";

const FRONT_ADD = "**/idv/sdk/document/front/add";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

const { atFront, withLocation } = pages(() => sandbox);

/** Limit of the cases at 128 kbit/s: the module, the models and the uploads take minutes. */
const SLOW = { timeout: 600_000 };

situation("photograph of 48 megapixels: scaled to 12, not refused", async () => {
  const world = await atFront();
  try {
    const reports = world.page.evaluate(
      () =>
        new Promise((resolve) =>
          document.querySelector("kyc-capture").capture.on("captured", ({ report }) => resolve(report)),
        ),
    );
    await choose(world.page, "front.png", "image/png", greyPng(8000, 6000));
    const { width, height, bytes } = await reports;
    assert.ok(Math.max(width, height) <= 2400 && Math.abs(width / height - 8 / 6) < 0.02, `${width}x${height}`);
    assert.ok(bytes > 10_000, `${bytes} bytes: not an empty canvas`);
    await hook(world.page, "confirm").waitFor(WAIT);
  } finally {
    await world.close();
  }
});

situation("file that cannot be read, HEIC, PDF: each its own sentence and recovery", async () => {
  const world = await atFront();
  const { page } = world;
  try {
    await hook(page, "file")
      .first()
      .waitFor({ ...WAIT, state: "attached" });
    await page.evaluate(() => {
      const file = new Blob(["x"]);
      file.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
      return document.querySelector("kyc-capture").capture.upload(file);
    });
    await errorCode(page, "file_unreadable");
    await choose(page, "front.heic", "image/heic", Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic".padEnd(400, "\0")));
    await errorCode(page, "image_heic");
    await choose(page, "front.pdf", "application/pdf", Buffer.from("%PDF-1.7\n".padEnd(400, " ")));
    await errorCode(page, "image_pdf");
    await choose(page, "front.txt", "text/plain", Buffer.from("not an image".padEnd(400, " ")));
    await errorCode(page, "image_unknown_format");
    await choose(page, "front.png", "image/png", greyPng(1200, 900));
    await hook(page, "confirm").waitFor(WAIT);
  } finally {
    await world.close();
  }
});

for (const status of [403, 404]) {
  situation(`HTML of a proxy with ${status}: retry and retake stay, and the retry succeeds`, async () => {
    const world = await atFront();
    const { page } = world;
    try {
      await page.route(
        FRONT_ADD,
        (route) => route.fulfill({ status, contentType: "text/html", body: "<!doctype html><h1>Blocked</h1>" }),
        { times: 1 },
      );
      await send(page, greyPng(1200, 900));
      await errorCode(page, "reply_not_json");
      await hook(page, "retake").waitFor(WAIT);
      await hook(page, "retry").click();
      await atLiveness(page);
    } finally {
      await world.close();
    }
  });
}

situation("413: the same image, smaller, not a retake", async () => {
  const sizes = [];
  const world = await atFront();
  const { page } = world;
  try {
    await page.route(FRONT_ADD, async (route) => {
      sizes.push(route.request().postDataBuffer().length);
      if (sizes.length > 1) return route.continue();
      return route.fulfill({ status: 413, contentType: "text/html", body: "<h1>Request Entity Too Large</h1>" });
    });
    await send(page, noisyPng());
    await atLiveness(page);
    assert.equal(sizes.length, 2);
    assert.ok(sizes[1] < sizes[0] * 0.7, `${sizes}`);
  } finally {
    await world.close();
  }
});

situation("409 session_complete: the verdict is read", async () => {
  const world = await atFront();
  const { page } = world;
  try {
    await page.route(FRONT_ADD, (route) =>
      route.fulfill({
        status: 409,
        json: { error: { code: "session_complete", message: "complete" }, statusCode: 409 },
      }),
    );
    await page.route("**/idv/sdk/finalize", (route) =>
      route.fulfill({ json: { verified: true, on_sanction_list: false } }),
    );
    await send(page, greyPng(1200, 900));
    const result = await page.evaluate(() => globalThis.completed);
    assert.equal(result.verified, true);
  } finally {
    await world.close();
  }
});

situation("409 on a confirmed image: sent again, not dropped", async () => {
  const world = await atFront();
  const { page } = world;
  try {
    const requests = await failFirst(page, FRONT_ADD, (route) =>
      route.fulfill({ status: 409, json: { error: { code: "step_conflict", message: "not now" }, statusCode: 409 } }),
    );
    await send(page, greyPng(1200, 900));
    await atLiveness(page);
    assert.equal(requests.count, 2);
  } finally {
    await world.close();
  }
});

situation("worker script that does not load: tried once more, then a button", async () => {
  let failures = 0;
  const block = (times) => (page) =>
    page.route("**/dist/worker.js", (route) => {
      // The page also fetches the script, to find out why it did not run: that succeeds.
      if (route.request().resourceType() !== "script") return route.continue();
      failures += 1;
      return failures <= times ? route.abort() : route.continue();
    });
  for (const times of [1, 2]) {
    failures = 0;
    const world = await atFront({}, block(times));
    try {
      if (times === 2) {
        await errorCode(world.page, "worker_failed");
        await hook(world.page, "retry").click();
      }
      await hook(world.page, "file")
        .first()
        .waitFor({ ...WAIT, state: "attached" });
    } finally {
      await world.close();
    }
  }
});

situation("half of the WebAssembly module: fetched once more", async () => {
  let requests;
  const world = await atFront({}, async (page) => {
    requests = await failFirst(page, "**/kyc_capture_bg.wasm", half("application/wasm"));
  });
  try {
    await hook(world.page, "file")
      .first()
      .waitFor({ ...WAIT, state: "attached" });
    assert.equal(requests.count, 2);
  } finally {
    await world.close();
  }
});

situation("location function that answers nonsense: location_invalid with a retry", async () => {
  const world = await withLocation(() => {
    let calls = 0;
    window.locate = () => {
      calls += 1;
      return calls === 1 ? { latitude: "43.2", longitude: Number.NaN } : { latitude: 43.2, longitude: 76.9 };
    };
  });
  try {
    // Only the upload needs it; the photograph is kept.
    await send(world.page, greyPng(1200, 900));
    await errorCode(world.page, "location_invalid");
    await hook(world.page, "retry").click();
    await atLiveness(world.page);
  } finally {
    await world.close();
  }
});

situation("location function that never answers: a sentence after 10 s, location_timeout after 30 s", async () => {
  const world = await withLocation(() => {
    window.locate = () => new Promise(() => {});
  });
  try {
    await send(world.page, greyPng(1200, 900));
    await world.page.waitForFunction(
      () => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        const { locatingWaitingHint } = capture.texts;
        return shadowRoot.querySelector('[data-kyc="locating"]')?.textContent.startsWith(locatingWaitingHint);
      },
      null,
      WAIT,
    );
    await errorCode(world.page, "location_timeout");
    await hook(world.page, "retry").waitFor(WAIT);
  } finally {
    await world.close();
  }
});

situation(
  "line of 128 kbit/s with 600 ms: a large photograph arrives",
  async () => {
    const line = await slowLine(sandbox.url, 16_000, 300);
    const world = await atFront({ perAttemptTimeoutMs: 8_000 }, async () => {}, line.url);
    const { page } = world;
    try {
      await hook(page, "file").first().waitFor({ timeout: 200_000, state: "attached" });
      await page.evaluate(() => {
        const { capture } = document.querySelector("kyc-capture");
        window.progress = new Promise((resolve) => capture.on("upload", (now) => now?.sent > 0 && resolve(now)));
      });
      const sizes = [];
      page.on("request", (request) => {
        if (request.url().endsWith("/front/add")) sizes.push(request.postDataBuffer()?.length ?? 0);
      });
      await send(page, noisyPng());
      const { sent, total } = await page.evaluate(() => window.progress);
      assert.ok(sent > 0 && total >= sent, `${sent} of ${total}`);
      await page.waitForFunction(() => document.querySelector("kyc-capture").capture.view.step === "liveness", null, {
        timeout: 150_000,
      });
      const posts = sizes.filter((size) => size > 0);
      assert.equal(new Set(posts).size, posts.length, `no attempt is the same as one before: ${posts}`);
    } finally {
      await world.close();
      line.stop();
    }
  },
  SLOW,
);

if (isSampled("the whole flow at 128 kbit/s with 600 ms")) {
  test("the whole flow at 128 kbit/s with 600 ms: verified", SLOW, async () => {
    const line = await slowLine(sandbox.url, 16_000, 300);
    const camera = new FakeCamera();
    camera.show("passport");
    const world = await openBrowser({ camera });
    const { page } = world;
    const wait = { timeout: 300_000 };
    try {
      const session = (await sandbox.post("/demo/session", {})).body;
      await openOwnPage(world, line, session, { geolocation: GEOLOCATION });
      await hook(page, "consent").click(wait);
      await page.locator('[data-kyc="document-type"][data-type="passport"]').click(wait);
      await page.locator('[data-kyc="app"][data-step="document_front"][data-phase="review"]').waitFor(wait);
      camera.show("face");
      await hook(page, "confirm").click(wait);
      const review = page.locator('[data-kyc="app"][data-step="liveness"][data-phase="review"]');
      const on = page.locator('[data-kyc="app"][data-step="sending"], [data-kyc="app"][data-step="result"]');
      await review.or(on).first().waitFor(wait);
      if (await review.count()) await hook(page, "confirm").click(wait);
      const { verified } = await page.evaluate(() => globalThis.completed);
      assert.equal(verified, true);
      assert.equal((await sandbox.read(session.sessionId)).session.status_e, "complete");
    } finally {
      await world.close();
      line.stop();
    }
  });
}
