// What an integrator sees in Chromium: what is missing is said once, in the element and in the console; what is loaded
// ahead is not loaded again.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runWork, serve } from "./browser-run.mjs";
import { PKG } from "./install.mjs";

let out;
before(() => {
  out = mkdtempSync(join(tmpdir(), "kyc-developer-"));
  mkdirSync(join(out, "pkg"));
  cpSync(PKG, join(out, "pkg"), { recursive: true });
});
after(() => rmSync(out, { recursive: true, force: true }));

/** Runs the body of `work()` in a page that has loaded the element. */
async function inPage(body) {
  writeFileSync(
    join(out, "main.js"),
    `import { createCapture, init, preload, readBarcode } from "./pkg/dist/index.js";
    import "./pkg/dist/ui/index.js";
    const until = async (value) => {
      for (let i = 0; i < 1200 && !value(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
      return value();
    };
    const base = { baseUrl: "/api", clientId: "c", sessionId: "s", accessToken: "t" };
    globalThis.work = async () => { ${body} };`,
  );
  writeFileSync(
    join(out, "index.html"),
    '<!doctype html><html lang="en"><script type="module" src="main.js"></script>',
  );
  const site = await serve(out);
  try {
    return { ...(await runWork(site.url)), requested: site.requested };
  } finally {
    site.close();
  }
}

test("an element without options, and with a misspelt attribute, reports it", async () => {
  const { done, complaints } = await inPage(`
    const element = document.createElement("kyc-capture");
    element.setAttribute("client-id", "c");
    element.setAttribute("baseurl", "/");
    document.documentElement.append(element);
    return until(() => element.shadowRoot?.textContent);`);
  assert.match(done, /waits for its options: baseUrl, sessionId, accessToken/);
  const said = complaints.filter((text) => text.startsWith("kyc-capture: invalid_option"));
  assert.equal(said.length, 2, complaints.join("\n"));
  assert.match(said.join("\n"), /attribute `baseurl` .* did you mean `base-url`/);
});

test("an element with an invalid option shows its path", async () => {
  const { done, complaints } = await inPage(`
    const element = document.createElement("kyc-capture");
    const failed = new Promise((resolve) => element.addEventListener("error", resolve));
    element.options = { ...base, livenes: {} };
    document.documentElement.append(element);
    const { code, option } = (await failed).detail;
    return { code, option, text: element.shadowRoot.textContent };`);
  assert.deepEqual([done.code, done.option], ["invalid_option", "livenes"]);
  assert.match(done.text, /did you mean `liveness`/);
  assert.equal(complaints.filter((text) => text.includes("did you mean `liveness`")).length, 1);
});

test("options of another session on a running capture are refused aloud", async () => {
  const { complaints } = await inPage(`
    const element = document.createElement("kyc-capture");
    element.options = base;
    document.documentElement.append(element);
    await until(() => element.capture);
    element.options = { ...base, sessionId: "other" };`);
  assert.ok(
    complaints.some((text) => /session s runs and keeps its options/.test(text)),
    complaints.join("\n"),
  );
});

test("assets that are missing, or are pages, name address and recipe, and keep the cause", async () => {
  for (const [assets, code, message] of [
    ['{ wasmUrl: "/none.wasm" }', "asset_unreachable", /none\.wasm answered 404.*copy-assets/],
    ['{ wasmUrl: "/index.html" }', "asset_invalid", /index\.html is not a WebAssembly module but an HTML page/],
    ['{ workerUrl: "/none.js" }', "asset_unreachable", /worker's script .*none\.js answered 404/],
    ['{ workerUrl: "/index.html" }', "asset_invalid", /served as text\/html/],
    ['{ wasmUrl: "https://127.0.0.1:9/x.wasm" }', "asset_unreachable", /could not be fetched.*connect-src/],
  ]) {
    const { done, complaints } = await inPage(`
      const capture = createCapture({ ...base, assets: ${assets} });
      const failed = new Promise((resolve) => capture.on("error", resolve));
      capture.run().catch(() => {});
      const { code, message, cause } = await failed;
      await capture.close();
      return { code, message, cause: String(cause) };`);
    assert.equal(done.code, code, done.message);
    assert.match(done.message, message);
    assert.notEqual(done.cause, "undefined");
    const said = complaints.filter((text) => text.startsWith(`kyc-capture: ${code}`));
    assert.equal(said.length, 1, complaints.join("\n"));
  }
});

test("preload() fetches module, user interface and weights, and the module is not fetched again", async () => {
  const { done, complaints, requested } = await inPage(`
    const refused = (options) => preload(options).then(() => null, ({ code, option }) => [code, option ?? null]);
    const failures = [await refused({ wasmUrl: "/none.wasm" }), await refused({ wasmurl: "/x.wasm" })];
    await Promise.all([preload(), preload()]);
    await init();
    const read = await readBarcode({ data: new Uint8ClampedArray(64 * 64 * 4).fill(255), width: 64, height: 64 });
    return { failures, read };`);
  assert.deepEqual(done, {
    failures: [
      ["asset_unreachable", null],
      ["invalid_option", "wasmurl"],
    ],
    read: null,
  });
  const fetched = (end) => requested.filter((url) => url.endsWith(end)).length;
  assert.equal(fetched("kyc_capture_bg.wasm"), 1, "the module is fetched once");
  assert.ok(fetched("mrz.kycm") >= 1 && fetched("face.kycm") >= 1, `${requested}`);
  assert.ok(fetched("/ui/index.js") >= 1, `${requested}`);
  assert.deepEqual(
    complaints.filter((text) => !/404/.test(text)),
    [],
  );
});
