// The apps of examples/ with the real frameworks, installed from the registry, built for production and driven in
// Chromium against the sandbox. On demand: `node --test tests/packaging/all/`.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { expectVerified, freePort, installExample, sandboxFor, startServer } from "../example-run.mjs";
import { run } from "../install.mjs";

/** Where each build puts its page. */
const PAGES = { react: "dist", vue: "dist", svelte: "dist", angular: "dist" };

let folder;
let port;
let origin;
let service;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "kyc-examples-"));
  port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  service = await sandboxFor(origin, folder);
});
after(async () => {
  await service?.sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

function build(name) {
  const dir = installExample(name, folder);
  try {
    run("npm", ["run", "build"], dir);
  } catch (error) {
    assert.fail(`${name}: ${error.stdout}\n${error.stderr}`);
  }
  return dir;
}

async function drive(command, args, cwd) {
  const server = await startServer(command, args, { cwd, env: { ...service.env, PORT: `${port}` }, origin });
  try {
    await expectVerified(origin);
  } catch (error) {
    throw new Error(`${error.message}\n${server.log()}`);
  } finally {
    await server.stop();
  }
}

for (const [name, page] of Object.entries(PAGES)) {
  test(`${name}: a production build behind the Node backend`, async () => {
    const node = installExample("node", folder, { offline: true });
    const out = join(build(name), page);
    await drive(process.execPath, ["server.mjs", out], node);
    const scripts = readdirSync(out, { recursive: true }).filter((file) => /\.m?js$/.test(file));
    const text = scripts.map((file) => readFileSync(join(out, file), "utf8")).join("\n");
    assert.ok(!text.includes("Fake camera"), "nothing of kyc-capture/testing is in the build");
  });
}

test("next: a production build that is its own backend", async () => {
  const dir = build("next");
  await drive(process.execPath, ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1"], dir);
});
