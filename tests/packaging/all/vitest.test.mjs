// The recipe of docs/integration-tests.md for Vitest's browser mode, as it is written, with the real Vitest from the
// registry. On demand: `node --test tests/packaging/all/`.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { install, ROOT, run } from "../install.mjs";

let home;
before(() => {
  home = install();
  const packages = ["vitest@4", "@vitest/browser-playwright@4", "playwright@1", "vite@8"];
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts", ...packages], home.dir);
});
after(() => home?.remove());

test("a capture runs before the fake camera in Vitest's browser mode", () => {
  const text = readFileSync(join(ROOT, "docs/integration-tests.md"), "utf8");
  const blocks = [
    ...text.matchAll(/<!-- run by tests\/packaging\/all\/vitest\.test\.mjs -->\n```js\n([\s\S]*?)```/g),
  ].map(([, block]) => block);
  assert.equal(blocks.length, 2, "the configuration and the test");
  const launch = { launchOptions: { executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] } };
  const config = blocks[0].replace("playwright()", `playwright(${JSON.stringify(launch)})`);
  assert.notEqual(config, blocks[0]);
  writeFileSync(join(home.dir, "vitest.config.js"), config);
  writeFileSync(join(home.dir, "capture.test.js"), blocks[1]);
  let said;
  try {
    said = run("npx", ["--no-install", "vitest", "run"], home.dir);
  } catch (error) {
    assert.fail(`${error.stdout}\n${error.stderr}`);
  }
  assert.match(said, /1 passed/);
});
