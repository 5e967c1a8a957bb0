// Files, networks and answers as they are, against the real core and a real sandbox: one case for each situation of
// docs/devices.md.
import assert from "node:assert/strict";
import { createServer, connect } from "node:net";
import { after, before, test } from "node:test";
import { deflateSync, crc32 } from "node:zlib";

import { hook, openBrowser, openOwnPage, startSandbox } from "../support.mjs";
import { isSampled, LONG, WAIT } from "./stand-ins.mjs";

const GEOLOCATION = { latitude: 43.2, longitude: 76.9 };
const FRONT_ADD = "**/idv/sdk/document/front/add";

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** A PNG of one channel, made without a canvas. */
function greyPng(width, height, level = (x, y) => ((x >> 6) ^ (y >> 6)) & 255) {
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = level(x, y);
  }
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows, { level: 1 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** An image that compresses badly, so that its JPEG is large. */
function noisyPng() {
  let seed = 1;
  return greyPng(2400, 1800, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return 90 + ((seed >>> 16) & 63);
  });
}

/** A page without a camera whose session waits for the front of a passport. */
async function atFront(options = {}, prepare = async () => {}, url = sandbox.url) {
  const world = await openBrowser({ camera: null, deny: true });
  const session = (await sandbox.post("/demo/session", {})).body;
  const { sessionId: session_id } = session;
  await sandbox.call(session, "/idv/sdk/consent/add", { session_id, consented: true });
  await sandbox.call(session, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
  await prepare(world.page);
  await openOwnPage(world, { url }, session, { geolocation: GEOLOCATION, ...options });
  return { ...world, session };
}

const errorCode = (page, code) => page.locator(`[data-kyc="error"][data-code="${code}"]`).waitFor(WAIT);
const choose = async (page, name, mimeType, buffer) => {
  await hook(page, "file")
    .first()
    .waitFor({ ...WAIT, state: "attached" });
  await hook(page, "file").first().setInputFiles({ name, mimeType, buffer });
};
/** Chooses a file and confirms it. */
async function send(page, buffer) {
  await choose(page, "front.png", "image/png", buffer);
  await hook(page, "confirm").click(WAIT);
}
const atLiveness = (page) =>
  page.waitForFunction(() => document.querySelector("kyc-capture").capture.view.step === "liveness", null, WAIT);

/** A case on a page of its own; one of each kind in the default run. */
function situation(name, run) {
  if (!isSampled(name)) return;
  test(name, LONG, run);
}

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
  let calls = 0;
  const world = await atFront();
  const { page } = world;
  try {
    await page.route(FRONT_ADD, (route) => {
      calls += 1;
      if (calls > 1) return route.continue();
      return route.fulfill({
        status: 409,
        json: { error: { code: "step_conflict", message: "not now" }, statusCode: 409 },
      });
    });
    await send(page, greyPng(1200, 900));
    await atLiveness(page);
    assert.equal(calls, 2);
  } finally {
    await world.close();
  }
});

situation("worker script that does not load: tried once more, then a button", async () => {
  let failures = 0;
  const block = (times) => (page) =>
    page.route("**/dist/worker.js", (route) => {
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
  let calls = 0;
  const world = await atFront({}, (page) =>
    page.route("**/kyc_capture_bg.wasm", async (route) => {
      calls += 1;
      if (calls > 1) return route.continue();
      const whole = await (await route.fetch()).body();
      return route.fulfill({ contentType: "application/wasm", body: whole.subarray(0, whole.length / 2) });
    }),
  );
  try {
    await hook(world.page, "file")
      .first()
      .waitFor({ ...WAIT, state: "attached" });
    assert.equal(calls, 2);
  } finally {
    await world.close();
  }
});

/** The same page with the function `window.locate` as the option `geolocation`. */
async function withLocation(locate) {
  const world = await openBrowser({ camera: null, deny: true });
  const session = (await sandbox.post("/demo/session", {})).body;
  const { sessionId, clientId, accessToken } = session;
  await sandbox.call(session, "/idv/sdk/consent/add", { session_id: sessionId, consented: true });
  const declared = { session_id: sessionId, document_type_e: "passport" };
  await sandbox.call(session, "/idv/sdk/document/type/update", declared);
  const { page } = world;
  await page.addInitScript(locate);
  await openOwnPage(world, sandbox, { clientId: "", sessionId: "", accessToken: "" });
  await page.evaluate(
    (options) => {
      document.querySelector("kyc-capture").remove();
      const element = document.createElement("kyc-capture");
      element.options = { ...options, geolocation: window.locate };
      document.body.append(element);
    },
    { baseUrl: new URL(sandbox.url).origin, clientId, sessionId, accessToken },
  );
  return world;
}

situation("location function that answers nonsense: location_invalid with a retry", async () => {
  const world = await withLocation(() => {
    let calls = 0;
    window.locate = () => {
      calls += 1;
      return calls === 1 ? { latitude: "43.2", longitude: Number.NaN } : { latitude: 43.2, longitude: 76.9 };
    };
  });
  try {
    await errorCode(world.page, "location_invalid");
    await hook(world.page, "retry").click();
    await hook(world.page, "file")
      .first()
      .waitFor({ ...WAIT, state: "attached" });
  } finally {
    await world.close();
  }
});

situation("location function that never answers: a sentence after 10 s, location_timeout after 30 s", async () => {
  const world = await withLocation(() => {
    window.locate = () => new Promise(() => {});
  });
  try {
    await world.page.waitForFunction(
      () => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        return shadowRoot.querySelector(".stage-wait-hint")?.textContent === capture.texts.locatingWaitingHint;
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

/** A proxy that forwards so many bytes per second upwards, after a delay each way. */
async function slowLine(target, bytesPerSecond, delayMs) {
  const { hostname, port } = new URL(target);
  const received = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const counted = { bytes: 0 };
    received.push(counted);
    const close = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", close).on("close", close);
    client.on("data", (chunk) => {
      client.pause();
      counted.bytes += chunk.length;
      setTimeout(
        () => {
          upstream.write(chunk);
          client.resume();
        },
        delayMs + (chunk.length / bytesPerSecond) * 1000,
      );
    });
    upstream.on("data", (chunk) => setTimeout(() => client.writable && client.write(chunk), delayMs));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, received, stop: () => server.close() };
}

situation("line of 128 kbit/s with 600 ms: a large photograph arrives", async () => {
  const line = await slowLine(sandbox.url, 16_000, 300);
  const world = await atFront({ perAttemptTimeoutMs: 8_000 }, async () => {}, line.url);
  const { page } = world;
  try {
    await hook(page, "file")
      .first()
      .waitFor({ ...WAIT, state: "attached" });
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
});
