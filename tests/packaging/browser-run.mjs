// Serves a folder as a host does, and does an app's work in Chromium.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { require } from "./install.mjs";

export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; worker-src 'self'";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".css": "text/css" };

/** Serves `out` on a port of its own. `cors`: for pages of other origins. Gives its address and what it lacked. */
export async function serve(out, { policy = POLICY, cors = false } = {}) {
  const missing = [];
  const requested = [];
  const server = createServer((request, reply) => {
    const path = join(out, new URL(request.url, "http://x").pathname.replace(/\/$/, "/index.html"));
    requested.push(request.url);
    if (policy !== null) reply.setHeader("content-security-policy", policy);
    if (cors) reply.setHeader("access-control-allow-origin", "*");
    if (!existsSync(path)) {
      if (request.url !== "/favicon.ico") missing.push(request.url);
      reply.statusCode = 404;
      return reply.end();
    }
    // On purpose no MIME type for the module and the weights: many servers know none.
    reply.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
    reply.end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, missing, requested, close: () => server.close() };
}

export function launch() {
  const executablePath =
    process.env.CHROMIUM ??
    ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"].find(existsSync);
  return require("playwright-core").chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** Opens a page and gives what its `work()` resolves with, and what the console said. */
export async function runWork(url) {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${url}/`);
    await page.waitForFunction(() => globalThis.work !== undefined, null, { timeout: 60_000 });
    const done = await page.evaluate(() => globalThis.work());
    return { done, complaints: complaints.filter((text) => !/favicon/.test(text)) };
  } finally {
    await browser.close();
  }
}

/** Serves a build and expects that its work is done, without a missing file or a complaint. */
export async function expectItRuns(out, options) {
  const site = await serve(out, options);
  try {
    const { done, complaints } = await runWork(site.url);
    assert.equal(done.number, "L898902C3");
    assert.equal(done.mime, "image/jpeg");
    assert.equal(done.element, "function");
    assert.ok(done.problems.includes("camera_missing"), `${done.problems}`);
    assert.deepEqual(site.missing, []);
    assert.deepEqual(
      complaints.filter((text) => !/404/.test(text)),
      [],
    );
    const wasm = site.requested.filter((url) => url.endsWith(".wasm"));
    assert.equal(wasm.length, 1, `the module is fetched once, the decoder never: ${wasm}`);
    return done;
  } finally {
    site.close();
  }
}
