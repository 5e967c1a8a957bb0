// What the page tests share: a real sandbox on a free port, real Chromium, and a fake camera whose frames can be
// replaced.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

const need = (name) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests by \`cargo xtask test browser\``);
  return value;
};

/** A scratch folder of this test process, removed at its end. */
export const scratch = mkdtempSync(path.join(tmpdir(), "kyc-browser-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

const program = (name) => path.join(need("KYC_BIN_DIR"), name);

/** The specimen generator: `specimen("passport", "--expired", "--png", file)`. */
export function specimen(...args) {
  return execFileSync(program("kyc-specimen"), args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

const made = new Map();

/** An image file of the generator, created once: `kind` and options as on its command line. */
export function imageFile(kind, format = "png", ...options) {
  const key = [kind, format, ...options].join(" ");
  if (!made.has(key)) {
    const file = path.join(scratch, `${key.replace(/[^a-z0-9]+/gi, "_")}.${format}`);
    specimen(kind, ...options, `--${format}`, file);
    made.set(key, file);
  }
  return made.get(key);
}

/** A sandbox process on a free port, on data in memory unless `data` names a folder. */
export async function startSandbox({ data, faults = true } = {}) {
  const args = ["--port", "0", "--demo", "--www", path.join(root, "www"), "--pkg", need("KYC_PKG_DIR")];
  args.push("--models", need("KYC_MODELS_DIR"), ...(data ? ["--data", data] : ["--ephemeral"]));
  if (faults) args.push("--faults");
  args.push("--allow-replays");
  const child = spawn(program("kyc-sandbox"), args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  const url = await new Promise((resolve, reject) => {
    const hear = (chunk) => {
      log += chunk;
      const ready = /^ready: (\S+)$/m.exec(log);
      if (ready) resolve(ready[1]);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${code}:\n${log}`)));
    setTimeout(() => reject(new Error(`the sandbox was not ready in 180 s:\n${log}`)), 180_000).unref();
  });
  const post = async (route, body) => {
    const reply = await fetch(new URL(route, url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: reply.status, body: await reply.json().catch(() => null) };
  };
  /** A call of the KYC API in a session's name. A body that is a form goes as one. */
  const call = async ({ clientId, accessToken }, route, body) => {
    const form = body instanceof FormData;
    const headers = { authorization: `Bearer ${accessToken}`, "x-client-id": clientId };
    if (!form) headers["content-type"] = "application/json";
    const reply = await fetch(new URL(route, url), {
      method: "POST",
      headers,
      body: form ? body : JSON.stringify(body),
    });
    if (!reply.ok) throw new Error(`${route} answered ${reply.status}: ${await reply.text()}`);
    return reply.json();
  };
  return {
    url,
    post,
    call,
    /** A session whose passport, with a rendered head's portrait, was given: the next step is liveness. */
    async sessionAtLiveness(head, { livenessMode = "passive", seed = 1 } = {}) {
      const session = (await post("/demo/session", { livenessMode })).body;
      const session_id = session.sessionId;
      await call(session, "/idv/sdk/consent/add", { session_id, consented: true });
      await call(session, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
      const form = new FormData();
      for (const [name, value] of Object.entries({ session_id, latitude: "43.2", longitude: "76.9" }))
        form.append(name, value);
      const front = imageFile("passport", "png", "--size", "1600x900", "--seed", `${seed}`, "--head", `${head}`);
      form.append("image", new Blob([readFileSync(front)], { type: "image/png" }), "front.png");
      await call(session, "/idv/sdk/document/front/add", form);
      return session;
    },
    log: () => log,
    pid: child.pid,
    /** What an integrator's backend sees of a session. */
    read: async (sessionId) => (await post("/demo/session/read", { sessionId })).body,
    faults: (plan) => post("/__faults", plan),
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

/** The file that Chromium plays as its camera. It is opened again whenever the page opens the camera. */
export class FakeCamera {
  constructor() {
    const folder = mkdtempSync(path.join(scratch, "camera-"));
    mkdirSync(folder, { recursive: true });
    this.file = path.join(folder, "camera.y4m");
  }

  /** From the next time that the page opens the camera, it sees this. */
  show(kind, ...options) {
    const next = `${this.file}.next`;
    copyFileSync(imageFile(kind, "y4m", ...options), next);
    renameSync(next, this.file);
  }

  /** Likewise a rendered head (`kyc-specimen head`). Answers with the movements that it does. */
  showHead(...options) {
    const next = `${this.file}.next`;
    const { steps } = JSON.parse(specimen("head", ...options.map(String), "--y4m", next));
    renameSync(next, this.file);
    return steps;
  }
}

/** Chromium with a fake camera (or, with `camera: null`, none), and a page in it that keeps what it complained of. */
export async function openBrowser({ camera, deny = false, viewport = { width: 390, height: 844 }, flags = [] } = {}) {
  const args = [...flags];
  args.push("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking");
  args.push("--disable-component-update", "--disable-sync");
  if (camera) {
    args.push("--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${camera.file}`);
  }
  args.push(deny ? "--deny-permission-prompts" : "--use-fake-ui-for-media-stream");
  const browser = await chromium.launch({ executablePath: need("CHROMIUM"), args });
  const context = await browser.newContext({
    viewport,
    geolocation: { latitude: 43.2389, longitude: 76.8897 },
    permissions: deny ? ["geolocation"] : ["geolocation", "camera"],
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(`${error}`));
  const foreign = [];
  return {
    browser,
    context,
    page,
    /** Errors on the console: CSP violations, uncaught exceptions, failed loads. */
    complaints,
    /** Requests that left for another origin than `origin`. */
    watchOrigin(origin) {
      page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
      });
      return foreign;
    },
    close: () => browser.close(),
  };
}

/** An integrator's own page, with nothing but the element and these options. */
export async function openOwnPage({ page }, sandbox, session, options = {}) {
  const body = `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,">
    <title>A page</title><body style="margin:0;height:100vh">
    <script type="module" src="/pkg/dist/ui/index.js"></script>`;
  const address = new URL("/own.html", sandbox.url).href;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  const { clientId, sessionId, accessToken } = session;
  await page.evaluate(
    (all) => {
      const element = document.createElement("kyc-capture");
      element.options = all;
      globalThis.completed = new Promise((resolve) =>
        element.addEventListener("complete", ({ detail }) => resolve(detail)),
      );
      document.body.append(element);
    },
    { baseUrl: new URL(sandbox.url).origin, clientId, sessionId, accessToken, ...options },
  );
}

/** A hook of the UI (see the package's README): `[data-kyc="…"]`, also inside open shadow roots. */
export const hook = (page, name) => page.locator(`[data-kyc="${name}"]`);

export const bytesOf = (file) => readFileSync(file);
