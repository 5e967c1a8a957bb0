// Types as the package's users compile them: every module resolution, no skipped library check, every framework.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install, PKG, ROOT, run } from "./install.mjs";

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

let home;
before(() => {
  home = install();
});
after(() => home?.remove());

/** Compiles a source in the consumer's folder; gives what the compiler says. */
function compile(name, source, options) {
  writeFileSync(join(home.dir, name), source);
  const compilerOptions = { target: "ES2022", strict: true, noEmit: true, skipLibCheck: false, types: [], ...options };
  writeFileSync(join(home.dir, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [name] }));
  try {
    return run(process.execPath, [TSC, "-p", home.dir], home.dir);
  } catch (error) {
    return error.stdout;
  }
}

const USE = `
import { createCapture } from "kyc-capture";
import type { Capture, Result } from "kyc-capture";
import type { KycCaptureElement } from "kyc-capture/ui";
const element: KycCaptureElement = document.createElement("kyc-capture");
element.addEventListener("complete", (event) => {
  const result: Result = event.detail;
  console.log(result.verified);
});
element.addEventListener("error", (event) => console.log(event.detail.code));
element.addEventListener("click", (event) => event.preventDefault());
// @ts-expect-error the payload of another event
element.addEventListener("step", (event) => event.detail.verified);
export async function close(capture: Capture): Promise<void> {
  await capture.close();
}
export const make = () => createCapture({ baseUrl: "/", clientId: "c", sessionId: "s", accessToken: "t" });
`;

test("typed events compile under every module resolution, without esnext.disposable", () => {
  const lib = ["ES2022", "DOM"];
  for (const [name, options] of [
    ["use.ts", { module: "ESNext", moduleResolution: "bundler", lib }],
    ["use.mts", { module: "Node16", lib }],
    ["use.mts", { module: "NodeNext", lib }],
    ["use.cts", { module: "Node16", lib }],
    ["use.mts", { module: "NodeNext", lib: [...lib, "ESNext.Disposable"] }],
  ]) {
    assert.equal(compile(name, USE, options), "", `${name} ${JSON.stringify(options)}`);
  }
});

test("custom-elements.json names the attributes and events of the element", () => {
  const manifest = JSON.parse(readFileSync(join(PKG, "custom-elements.json"), "utf8"));
  const [element] = manifest.modules[0].declarations;
  const types = readFileSync(join(PKG, "dist/ui/element.d.ts"), "utf8");
  const names = (of) =>
    [...new RegExp(`interface ${of} \\{([^}]*)\\}`).exec(types)[1].matchAll(/^ {4}"?([\w-]+)"?\??:/gm)].map(
      ([, n]) => n,
    );
  assert.deepEqual(element.attributes.map(({ name }) => name).sort(), names("KycCaptureAttributes").sort());
  assert.deepEqual(element.events.map(({ name }) => name).sort(), names("KycCaptureElementEvents").sort());
});

test("wrappers are at most 1 kB of brotli, and load the user interface when they are mounted", async () => {
  const { brotliCompressSync } = await import("node:zlib");
  for (const name of ["react", "vue", "svelte", "angular"]) {
    const files = [`dist/${name}.js`, "dist/wrap.js"].map((file) => readFileSync(join(PKG, file)));
    const size = files.reduce((sum, bytes) => sum + brotliCompressSync(bytes).length, 0);
    assert.ok(size <= 1_024, `${name}: ${size} bytes`);
    assert.doesNotMatch(files.join("\n"), /from["'`]\.\/ui/, name);
  }
});
