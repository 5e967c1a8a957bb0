// How long a person waits on a slow line: from the navigation to the consent screen and to the first camera frame, in
// Chromium with an empty cache. Run it by `cargo xtask bench load`.
//
// The line is the server's: 1.6 Mbit/s in all, shared by what is under way, and 150 ms before each answer, for the
// page, its worker and the API alike (the browser's own emulation leaves workers out). Scripts, module and
// weights are served as an integrator's build is: bundled, brotli at its best level.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const ROOT = path.resolve(import.meta.dirname, "..");
const require = createRequire(path.join(ROOT, "package.json"));
const { chromium } = require("playwright-core");
const { build } = require("esbuild");

const need = (name) => {
  if (!process.env[name]) throw new Error(`${name} is not set: run this by \`cargo xtask bench load\``);
  return process.env[name];
};
const PKG = need("KYC_PKG_DIR");
const program = (name) => path.join(need("KYC_BIN_DIR"), name);

const BITS_PER_SECOND = 1_600_000;
const LATENCY_MS = 150;
const RUNS = 5;

const scratch = mkdtempSync(path.join(tmpdir(), "kyc-load-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The line: each caller waits until its bytes have passed, behind those that were asked for before. */
function makeLine() {
  let freeAt = 0;
  return async (bytes) => {
    const now = performance.now();
    freeAt = Math.max(freeAt, now) + (bytes * 8_000) / BITS_PER_SECOND;
    await sleep(freeAt - now);
  };
}

function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

/** Writes a body in packets, so that answers under way share the line. */
async function send(reply, line, status, headers, body) {
  await sleep(LATENCY_MS);
  reply.writeHead(status, { ...headers, "content-length": body.length });
  for (let at = 0; at < body.length; at += 4_096) {
    const part = body.subarray(at, at + 4_096);
    await line(part.length);
    reply.write(part);
  }
  reply.end();
}

/** The page of an integrator whose bundler makes chunks and whose assets are copied. */
async function bundle() {
  const entry = `import { defineKycCapture } from "./ui/index.js"; defineKycCapture();`;
  const made = await build({
    stdin: { contents: entry, resolveDir: path.join(PKG, "dist"), loader: "js" },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    outdir: path.join(scratch, "out"),
    write: false,
    logLevel: "error",
  });
  return new Map(made.outputFiles.map((file) => [`/${path.basename(file.path)}`, brotli(file.contents)]));
}

function serve(sandbox, scripts) {
  const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".html": "text/html" };
  const compressed = new Map();
  let line = makeLine();
  let traffic = [];
  const page = (session) => `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,"><title>Load</title><body style="margin:0;height:100vh">
    <script type="module" src="/stdin.js"></script>
    <script type="module">
      const element = document.createElement("kyc-capture");
      element.options = { ...${JSON.stringify(session)}, assets: { assetBase: "/pkg/" } };
      globalThis.mounted = performance.now();
      document.body.append(element);
    </script>`;
  let html = "";
  const server = createServer(async (incoming, reply) => {
    const { pathname } = new URL(incoming.url, "http://localhost");
    if (pathname === "/own.html") return send(reply, line, 200, { "content-type": types[".html"] }, Buffer.from(html));
    const local = scripts.get(pathname) ?? asset(pathname);
    if (local !== null) {
      traffic.push([pathname, local.length]);
      const type = types[path.extname(pathname)] ?? "application/octet-stream";
      return send(reply, line, 200, { "content-type": type, "content-encoding": "br" }, local);
    }
    const onward = httpRequest(
      new URL(incoming.url, sandbox),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        const parts = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const { "content-length": _length, "transfer-encoding": _encoding, ...headers } = answer.headers;
          void send(reply, line, answer.statusCode, headers, Buffer.concat(parts));
        });
      },
    );
    incoming.pipe(onward);
  });
  const asset = (pathname) => {
    const file = path.join(PKG, pathname.replace(/^\/pkg\//, ""));
    if (!pathname.startsWith("/pkg/") || !existsSync(file)) return null;
    if (!compressed.has(file)) compressed.set(file, brotli(readFileSync(file)));
    return compressed.get(file);
  };
  // Compressed before the clock runs.
  for (const name of ["dist/worker.js", "wasm/kyc_capture_bg.wasm", "models/mrz.kycm"]) asset(`/pkg/${name}`);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({
        url: `http://127.0.0.1:${server.address().port}`,
        prepare(session) {
          html = page(session);
          line = makeLine();
          traffic = [];
        },
        traffic: () => traffic,
        close: () => server.close(),
      }),
    );
  });
}

function startSandbox() {
  const args = ["--port", "0", "--demo", "--www", path.join(ROOT, "www"), "--pkg", PKG, "--ephemeral"];
  const child = spawn(program("kyc-sandbox"), [...args, "--models", need("KYC_MODELS_DIR")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  return new Promise((resolve, reject) => {
    const hear = (chunk) => {
      log += chunk;
      const ready = /^ready: (\S+)$/m.exec(log);
      if (ready) resolve({ url: ready[1], stop: () => child.kill() });
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", () => reject(new Error(`the sandbox ended: ${log}`)));
  });
}

async function measure(browser, site, sandbox) {
  const made = await fetch(new URL("/demo/session", sandbox.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const { clientId, sessionId, accessToken } = await made.json();
  site.prepare({ baseUrl: "/", clientId, sessionId, accessToken });
  const context = await browser.newContext({
    permissions: ["camera", "geolocation"],
    geolocation: { latitude: 43, longitude: 77 },
  });
  const page = await context.newPage();
  try {
    await page.goto(`${site.url}/own.html`, { waitUntil: "commit" });
    const hook = (name) => page.locator(`[data-kyc="${name}"]`);
    await hook("consent").waitFor({ timeout: 120_000 });
    const [mounted, consent] = await page.evaluate(() => [globalThis.mounted, performance.now()]);
    const pressed = consent;
    await hook("consent").click();
    await page.locator(`[data-kyc="document-type"][data-type="passport"]`).click();
    await page.waitForFunction(() => document.querySelector("kyc-capture").capture?.camera?.video.videoWidth > 0);
    const frame = await page.evaluate(() => performance.now());
    return { mounted, consent: consent - mounted, frame: frame - mounted, afterConsent: frame - pressed };
  } finally {
    await context.close();
  }
}

const still = path.join(scratch, "camera.y4m");
execFileSync(program("kyc-specimen"), ["passport", "--y4m", still], { stdio: "ignore" });
const sandbox = await startSandbox();
const site = await serve(sandbox.url, await bundle());
const browser = await chromium.launch({
  executablePath: need("CHROMIUM"),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
  ].concat(`--use-file-for-fake-video-capture=${still}`),
});
try {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await measure(browser, site, sandbox));
  const row = (name, of) => {
    const sorted = runs.map(of).sort((a, b) => a - b);
    const [least, median, most] = [sorted[0], sorted[RUNS >> 1], sorted[RUNS - 1]].map((ms) => (ms / 1_000).toFixed(2));
    console.log(`| ${name} | ${median} s | ${least}–${most} s |`);
  };
  console.log(`1.6 Mbit/s, ${LATENCY_MS} ms, empty cache, ${RUNS} runs, a fresh session each\n`);
  console.log("| | median | least–most |\n|---|---:|---:|");
  row("scripts loaded, element mounted (from the navigation)", ({ mounted }) => mounted);
  row("consent on screen (from the mount)", ({ consent }) => consent);
  row("first camera frame (from the mount, consent and document type pressed at once)", ({ frame }) => frame);
  console.log(
    `\n${site
      .traffic()
      .map(([name, bytes]) => `${name} ${bytes} B`)
      .join(", ")}`,
  );
} finally {
  await browser.close();
  site.close();
  sandbox.stop();
}
