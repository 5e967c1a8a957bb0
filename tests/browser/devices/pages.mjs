// Pages of the cases about files, networks and answers: the real core and a real sandbox, without a camera.
import { connect, createServer } from "node:net";
import { crc32, deflateSync } from "node:zlib";

import { hook, openBrowser, openOwnPage } from "../support.mjs";
import { WAIT } from "./stand-ins.mjs";

export const GEOLOCATION = { latitude: 43.2, longitude: 76.9 };

/** A PNG of one channel, made without a canvas. */
export function greyPng(width, height, level = (x, y) => ((x >> 6) ^ (y >> 6)) & 255) {
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
export function noisyPng() {
  let seed = 1;
  return greyPng(2400, 1800, () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return 90 + ((seed >>> 16) & 63);
  });
}

/** Lets the first request to an address fail in the given way; later ones go on. Returns their running `count`. */
export async function failFirst(page, address, fail) {
  const requests = { count: 0 };
  await page.route(address, (route) => {
    requests.count += 1;
    return requests.count > 1 ? route.continue() : fail(route);
  });
  return requests;
}

/** A way to fail: the first half of the reply's body. */
export const half = (contentType) => async (route) => {
  const whole = await (await route.fetch()).body();
  return route.fulfill({ ...(contentType && { contentType }), body: whole.subarray(0, whole.length / 2) });
};

export const errorCode = (page, code) => page.locator(`[data-kyc="error"][data-code="${code}"]`).waitFor(WAIT);
export const choose = async (page, name, mimeType, buffer) => {
  await hook(page, "file")
    .first()
    .waitFor({ ...WAIT, state: "attached" });
  await hook(page, "file").first().setInputFiles({ name, mimeType, buffer });
};
/** Chooses a file and confirms it. */
export async function send(page, buffer) {
  await choose(page, "front.png", "image/png", buffer);
  await hook(page, "confirm").click(WAIT);
}
export const atLiveness = (page) =>
  page.waitForFunction(() => document.querySelector("kyc-capture").capture.view.step === "liveness", null, WAIT);

/**
 * A proxy that forwards so many bytes per second after a delay: downwards over all connections, upwards over each,
 * since what the system has buffered of an upload that was given up would hold up the next one.
 */
export async function slowLine(target, bytesPerSecond, delayMs) {
  const { hostname, port } = new URL(target);
  const direction = () => {
    let free = 0;
    return (from, to) =>
      from.on("data", (chunk) => {
        const now = performance.now();
        free = Math.max(free, now) + (chunk.length / bytesPerSecond) * 1000;
        from.pause();
        setTimeout(
          () => {
            if (to.writable) to.write(chunk);
            from.resume();
          },
          free - now + delayMs,
        );
      });
  };
  const down = direction();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const close = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on("error", close);
    client.on("close", close);
    // What is on its way still arrives.
    upstream.on("close", () => setTimeout(close, 10 * delayMs));
    direction()(client, upstream);
    down(upstream, client);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

/** Ways to open a page on a sandbox that starts later. */
export function pages(sandbox) {
  /** A page without a camera whose session waits for the front of a passport. */
  async function atFront(options = {}, prepare = async () => {}, url = sandbox().url) {
    const world = await openBrowser({ camera: null, deny: true });
    const session = (await sandbox().post("/demo/session", {})).body;
    const { sessionId: session_id } = session;
    await sandbox().call(session, "/idv/sdk/consent/add", { session_id, consented: true });
    await sandbox().call(session, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
    await prepare(world.page);
    await openOwnPage(world, { url }, session, { geolocation: GEOLOCATION, ...options });
    return { ...world, session };
  }

  /** The same page with the function `window.locate` as the option `geolocation`. */
  async function withLocation(locate) {
    const world = await openBrowser({ camera: null, deny: true });
    const session = (await sandbox().post("/demo/session", {})).body;
    const { sessionId, clientId, accessToken } = session;
    await sandbox().call(session, "/idv/sdk/consent/add", { session_id: sessionId, consented: true });
    const declared = { session_id: sessionId, document_type_e: "passport" };
    await sandbox().call(session, "/idv/sdk/document/type/update", declared);
    const { page } = world;
    await page.addInitScript(locate);
    await openOwnPage(world, sandbox(), { clientId: "", sessionId: "", accessToken: "" });
    await page.evaluate(
      (options) => {
        document.querySelector("kyc-capture").remove();
        const element = document.createElement("kyc-capture");
        element.options = { ...options, geolocation: window.locate };
        document.body.append(element);
      },
      { baseUrl: new URL(sandbox().url).origin, clientId, sessionId, accessToken },
    );
    return world;
  }

  return { atFront, withLocation };
}
