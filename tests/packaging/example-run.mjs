// Runs an app of examples/ as a person would: from the packed package, against the sandbox, before the fake camera of
// `kyc-capture/testing`.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startSandbox } from "../browser/support.mjs";
import { launch } from "./browser-run.mjs";
import { PKG, ROOT, run } from "./install.mjs";

const QUIET = ["--no-audit", "--no-fund", "--loglevel=error"];
const WAIT = { timeout: 90_000 };

/** Copies an example into a folder and installs it: the package from its tarball, everything else as it says. */
export function installExample(name, folder, { offline = false } = {}) {
  const [packed] = JSON.parse(run("npm", ["pack", PKG, "--json", "--pack-destination", folder], folder));
  const dir = join(folder, name);
  cpSync(join(ROOT, "examples", name), dir, { recursive: true });
  const file = join(dir, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  manifest.dependencies["kyc-capture"] = `file:${join(folder, packed.filename)}`;
  writeFileSync(file, JSON.stringify(manifest));
  run("npm", ["install", ...QUIET, ...(offline ? ["--offline"] : [])], dir);
  return dir;
}

/** A sandbox with a client for an app at `origin`; `env` is what the app's backend needs. */
export async function sandboxFor(origin, folder) {
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  const program = join(process.env.KYC_BIN_DIR, "kyc-sandbox");
  const said = run(program, ["--data", data, "--add-client", "examples", "--allow-origin", origin], folder);
  const secret = /client secret: (\S+)/.exec(said)?.[1];
  assert.ok(secret, `the client's secret: ${said}`);
  const sandbox = await startSandbox({ data, faults: false });
  const { origin: KYC_URL } = new URL(sandbox.url);
  return { sandbox, env: { KYC_URL, KYC_CLIENT_ID: "examples", KYC_CLIENT_SECRET: secret } };
}

/** A port that is free now. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a program and waits until it answers at `origin`. */
export async function startServer(command, args, { cwd, env, origin }) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (log += chunk));
  const exit = new Promise((resolve) => child.once("exit", resolve)).then(() => (ended = true));
  for (let i = 0; !(await fetch(origin).catch(() => null)); i += 1) {
    if (ended || i > 300) throw new Error(`no answer at ${origin}:\n${log}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const stop = async () => {
    child.kill("SIGTERM");
    await exit;
  };
  return { log: () => log, stop };
}

/** Opens the app, goes from its button to the verdict that its backend read, and expects no complaint. */
export async function expectVerified(origin) {
  const { fakeCameraScript } = await import(pathToFileURL(join(PKG, "dist/testing/index.js")).href);
  const browser = await launch();
  try {
    const geolocation = { latitude: 43.2389, longitude: 76.8897 };
    const permissions = ["geolocation"];
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, geolocation, permissions });
    const page = await context.newPage();
    const complaints = [];
    const missing = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("response", (reply) => reply.status() >= 400 && missing.push(`${reply.status()} ${reply.url()}`));
    await page.addInitScript({ content: await fakeCameraScript() });
    await page.goto(origin);
    const shown = async (action) => {
      try {
        await action;
      } catch (error) {
        const text = await page.evaluate(() => {
          const element = document.querySelector("kyc-capture");
          const view = JSON.stringify(element?.capture?.view);
          return `${document.body.innerText} ${element?.shadowRoot?.textContent} ${view}`;
        });
        throw new Error(`${error.message}\n${text}\n${[...complaints, ...missing].join("\n")}`);
      }
    };
    const press = (selector) => shown(page.locator(selector).first().click(WAIT));
    await press("text=Verify my identity");
    await press('[data-kyc="consent"]');
    await press('[data-kyc="document-type"][data-type="passport"]');
    await press('[data-kyc="app"][data-step="document_front"][data-phase="review"] [data-kyc="confirm"]');
    await press('[data-kyc="app"][data-step="liveness"][data-phase="review"] [data-kyc="confirm"]');
    await shown(page.locator('p[role="status"]', { hasText: /^Verified$/ }).waitFor(WAIT));
    assert.deepEqual([complaints, missing], [[], []]);
  } finally {
    await browser.close();
  }
}
