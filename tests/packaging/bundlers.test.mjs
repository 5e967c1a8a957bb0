// In real bundlers: worker, WebAssembly and weights come out as files of their own, and the result runs in a browser
// under a strict Content-Security-Policy.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { expectItRuns, runWork, serve } from "./browser-run.mjs";
import { install, require, run } from "./install.mjs";

// `ASSETS` is what the page passes to `init()`.
const APP = (assets = "") =>
  `

import { createCapture, encodeImage, init, parseMrz } from "kyc-capture";
import "kyc-capture/ui";
globalThis.work = async () => {
  await init(ASSETS);
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
`.replace("ASSETS", assets);
const PAGE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title>' +
  '<script type="module" src="SRC"></script></html>';

let home;
before(() => {
  home = install();
  writeFileSync(join(home.dir, "main.js"), APP());
  writeFileSync(join(home.dir, "copied.js"), APP('{ assetBase: "/kyc/" }'));
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

test("Vite's development server", async () => {
  writeFileSync(join(home.dir, "index.html"), PAGE.replace("SRC", "./main.js"));
  const { createServer } = await import(pathToFileURL(require.resolve("vite")).href);
  const server = await createServer({ root: home.dir, logLevel: "error", server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    const { port } = server.httpServer.address();
    const { done } = await runWork(`http://127.0.0.1:${port}`);
    assert.deepEqual([done.number, done.mime, done.element], ["L898902C3", "image/jpeg", "function"]);
  } finally {
    await server.close();
  }
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
    APP().replace('"kyc-capture"', '"./pkg/dist/index.js"').replace('"kyc-capture/ui"', '"./pkg/dist/ui/index.js"'),
  );
  writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./main.js"));
  await expectItRuns(out);
});

/** Copies what the page loads at run time, as README says, and writes the page. */
function finish(out) {
  run("npx", ["--no-install", "kyc-capture", "copy-assets", join(out, "kyc")], home.dir);
  writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./copied.js"));
}

test("esbuild with copied assets", async () => {
  const out = join(home.dir, "out-esbuild");
  const { build } = require("esbuild");
  await build({
    absWorkingDir: home.dir,
    entryPoints: ["copied.js"],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    logLevel: "error",
  });
  finish(out);
  await expectItRuns(out);
});

test("Rollup with copied assets", async () => {
  const out = join(home.dir, "out-rollup");
  const { rollup } = require("rollup");
  const { nodeResolve } = require("@rollup/plugin-node-resolve");
  const build = await rollup({ input: join(home.dir, "copied.js"), plugins: [nodeResolve({ browser: true })] });
  await build.write({ dir: out, format: "es" });
  await build.close();
  finish(out);
  await expectItRuns(out);
});

test("a build that forgot the assets names the address, the cause and the recipe", async () => {
  const out = join(home.dir, "out-forgotten");
  writeFileSync(
    join(home.dir, "forgotten.js"),
    `import { createCapture, encodeImage, init } from "kyc-capture";
    const seen = ({ code, message }) => ({ code, message });
    globalThis.work = async () => {
      const image = { data: new Uint8ClampedArray(64), width: 4, height: 4 };
      const wasm = await init().catch(seen);
      await init({ wasmUrl: "/kyc_capture_bg.wasm" });
      const worker = await encodeImage(image).catch(seen);
      const capture = createCapture({ baseUrl: "/", clientId: "c", sessionId: "s", accessToken: "t" });
      const failed = new Promise((resolve) => capture.on("error", resolve));
      capture.run().catch(() => {});
      const flow = seen(await failed);
      await capture.close();
      return { wasm, worker, flow };
    };`,
  );
  await require("esbuild").build({
    absWorkingDir: home.dir,
    entryPoints: ["forgotten.js"],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    logLevel: "error",
  });
  cpSync(join(home.dir, "node_modules/kyc-capture/wasm/kyc_capture_bg.wasm"), join(out, "kyc_capture_bg.wasm"));
  writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./forgotten.js"));
  const site = await serve(out);
  try {
    const { done } = await runWork(site.url);
    for (const [what, file] of [
      ["wasm", "wasm/kyc_capture_bg.wasm"],
      ["worker", "worker.js"],
      ["flow", "worker.js"],
    ]) {
      const { code, message } = done[what];
      assert.equal(code, "asset_unreachable", `${what}: ${message}`);
      assert.ok(message.includes(`${site.url}/`) && message.includes(`${file} answered 404`), message);
      assert.match(message, /npx kyc-capture copy-assets DIR.*assetBase/);
    }
  } finally {
    site.close();
  }
});

test("assets of another origin: a shim of the page's origin, or a blob worker by choice", async () => {
  const cdn = await serve(join(home.dir, "node_modules/kyc-capture"), { policy: null, cors: true });
  const policy = (worker) =>
    `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${cdn.url}; style-src 'self'; ` +
    `connect-src 'self' ${cdn.url}; worker-src ${worker}`;
  try {
    for (const [name, assets, workers] of [
      ["shim", `{ assetBase: "${cdn.url}", workerUrl: "/kyc-worker.js" }`, `'self' ${cdn.url}`],
      ["blob", `{ assetBase: "${cdn.url}/", blobWorker: true }`, `'self' blob: ${cdn.url}`],
      ["refused", `{ assetBase: "${cdn.url}/" }`, `'self' ${cdn.url}`],
    ]) {
      const out = join(home.dir, `out-${name}`);
      mkdirSync(out);
      writeFileSync(join(out, "index.html"), PAGE.replace("SRC", "./main.js"));
      writeFileSync(join(out, "kyc-worker.js"), `import "${cdn.url}/dist/worker.js";\n`);
      const from = (entry) => `"${cdn.url}/dist/${entry}"`;
      writeFileSync(
        join(out, "main.js"),
        APP(assets).replace('"kyc-capture"', from("index.js")).replace('"kyc-capture/ui"', from("ui/index.js")),
      );
      const site = await serve(out, { policy: policy(workers) });
      try {
        if (name === "refused") {
          await assert.rejects(runWork(site.url), /dist\/worker\.js is of another origin.*workerUrl.*blobWorker/s);
        } else {
          const { done, complaints } = await runWork(site.url);
          assert.deepEqual([done.mime, complaints, site.missing], ["image/jpeg", [], []], name);
        }
      } finally {
        site.close();
      }
    }
  } finally {
    cdn.close();
  }
});

test("copy-assets refuses wrong arguments and a damaged package", () => {
  const bin = join(home.dir, "node_modules/kyc-capture/bin/kyc-capture.mjs");
  for (const args of [[], ["copy-assets"], ["copy-asset", "x"], ["copy-assets", "--help"], ["copy-assets", "a", "b"]]) {
    assert.throws(() => run(process.execPath, [bin, ...args], home.dir), /usage: npx kyc-capture copy-assets DIR/);
  }
  const damaged = join(home.dir, "damaged");
  cpSync(join(home.dir, "node_modules/kyc-capture"), damaged, { recursive: true });
  writeFileSync(join(damaged, "models/mrz.kycm"), "KYCM");
  assert.throws(
    () => run(process.execPath, [join(damaged, "bin/kyc-capture.mjs"), "copy-assets", "copied"], home.dir),
    /mrz\.kycm differs/,
  );
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
  }
}

function filesUnder(dir) {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
