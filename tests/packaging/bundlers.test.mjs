// In real bundlers: worker, WebAssembly and weights come out as files of their own, and the result runs in a browser
// under a strict Content-Security-Policy.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { install, require } from "./install.mjs";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; " +
  "connect-src 'self'; worker-src 'self'";

const APP = `
import { createCapture, encodeImage, init, parseMrz } from "kyc-capture";
import "kyc-capture/ui";
globalThis.work = async () => {
  await init();
  const document = parseMrz(["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
      "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]);
  const image = { data: new Uint8ClampedArray(64 * 64 * 4).fill(128), width: 64, height: 64 };
  const encoded = await encodeImage(image, { as: "base64" });
  const element = globalThis.document.createElement("kyc-capture");
  const capture = createCapture({ baseUrl: location.origin, clientId: "c", sessionId: "s", accessToken: "t" });
  const problems = (await capture.probe()).map((problem) => problem.code);
  await capture.close();
  return { number: document.documentNumber, mime: encoded.mime, element: typeof element.run, problems };
};
`;
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title>' +
  '<script type="module" src="SRC"></script></html>';

let home;
before(() => {
  home = install();
  writeFileSync(join(home.dir, "main.js"), APP);
});
after(() => home?.remove());

test("Vite", async () => {
  writeFileSync(join(home.dir, "index.html"), PAGE.replace("SRC", "./main.js"));
  const { build } = await import(pathToFileURL(require.resolve("vite")).href);
  await build({ root: home.dir, base: "./", logLevel: "error", build: { outDir: "out-vite", assetsInlineLimit: 0 } });
  const out = join(home.dir, "out-vite");
  expectAssets(out);
  await expectItRuns(out);
});

test("webpack", async () => {
  const webpack = require("webpack");
  const out = join(home.dir, "out-webpack");
  const stats = await new Promise((resolve, reject) => {
    webpack(
      {
        mode: "production",
        context: home.dir,
        entry: "./main.js",
        devtool: false,
        performance: { hints: false },
        output: { path: out, filename: "main.js", publicPath: "auto", module: true },
        experiments: { outputModule: true },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
  });
  assert.equal(stats.hasErrors(), false, stats.toString({ all: false, errors: true }));
  assert.equal(stats.hasWarnings(), false, stats.toString({ all: false, warnings: true }));
  writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./main.js"));
  expectAssets(out);
  await expectItRuns(out);
});

test("no bundler: a page that loads the modules as they are", async () => {
  const out = join(home.dir, "out-plain");
  mkdirSync(out);
  cpSync(join(home.dir, "node_modules/kyc-capture"), join(out, "pkg"), { recursive: true });
  writeFileSync(
    join(out, "main.js"),
    APP.replace('"kyc-capture"', '"./pkg/dist/index.js"').replace('"kyc-capture/ui"', '"./pkg/dist/ui/index.js"'),
  );
  writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./main.js"));
  await expectItRuns(out);
});

function expectAssets(out) {
  const files = filesUnder(out);
  // The decoder of image files is emitted as well, and loaded by hosts alone that have none.
  assert.equal(files.filter((file) => file.endsWith(".wasm")).length, 2, `module and decoder: ${files}`);
  assert.equal(files.filter((file) => file.endsWith(".kycm")).length, 2, `both weights: ${files}`);
  const scripts = files.filter((file) => /\.m?js$/.test(file));
  assert.ok(scripts.length >= 2, "page and worker");
  for (const file of scripts) {
    // webpack's own way to the global object, for browsers without `globalThis`: never reached where WebAssembly runs.
    const text = readFileSync(file, "utf8").replaceAll(/new Function\(["']return this["']\)/g, "");
    assert.ok(!/\bnew Function\(|\beval\(/.test(text), `${file} evaluates text`);
    assert.ok(!/createObjectURL/.test(text), `${file} makes a blob address`);
  }
}

/** Loads the page in Chromium and does the app's work. */
async function expectItRuns(out) {
  const { chromium } = require("playwright-core");
  const executablePath =
    process.env.CHROMIUM ??
    ["/usr/bin/chromium", "/usr/bin/google-chrome", "/usr/bin/chromium-browser"].find(existsSync);
  const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".css": "text/css" };
  const missing = [];
  const server = createServer((request, reply) => {
    const path = join(out, new URL(request.url, "http://x").pathname.replace(/\/$/, "/index.html"));
    reply.setHeader("content-security-policy", POLICY);
    if (!existsSync(path)) {
      missing.push(request.url);
      reply.statusCode = 404;
      return reply.end();
    }
    // On purpose no MIME type for the module and the weights: many servers know none.
    reply.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
    reply.end(readFileSync(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => globalThis.work !== undefined, null, { timeout: 20_000 });
    const done = await page.evaluate(() => globalThis.work());
    assert.equal(done.number, "L898902C3");
    assert.equal(done.mime, "image/jpeg");
    assert.equal(done.element, "function");
    assert.ok(done.problems.includes("camera_missing"), `${done.problems}`);
    assert.deepEqual(
      missing.filter((url) => url !== "/favicon.ico"),
      [],
    );
    assert.deepEqual(
      complaints.filter((text) => !/favicon|404/.test(text)),
      [],
    );
  } finally {
    await browser.close();
    server.close();
  }
}

function filesUnder(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
