// Refusals of the sandbox reach real clients that send a whole body: Node's fetch, undici, curl, Python's requests, and
// our own. `KYC_REFUSAL_RUNS` sets the uploads of each kind (default 3); `cargo xtask refusals` makes 100.

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import assert from "node:assert/strict";
import { request } from "undici";
import { install, ROOT } from "./install.mjs";

const SANDBOX = join(process.env.KYC_BIN_DIR ?? join(ROOT, "target/debug"), "kyc-sandbox");
const RUNS = Number(process.env.KYC_REFUSAL_RUNS ?? 3);
const SIZES = [20_000, 13 << 20];
/** Requests of a limited client may pass once a second: it asks again until so many were refused. */
const LIMITED_TRIES = 20;
const LONG = { timeout: Math.max(240_000, RUNS * 60_000) };
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "kyc-refusals-"));
const children = [];
after(() => {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** A sandbox: its address, and what it printed. */
function start(...options) {
  const child = spawn(SANDBOX, ["--ephemeral", "--demo", "--port", "0", ...options], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const ready = /ready: (http:\S+?)\/?\s/.exec(printed);
      if (ready) resolve({ url: ready[1], printed });
    });
    child.on("exit", () => reject(new Error(`the sandbox ended: ${printed}`)));
  });
}

const REQUESTS = `
import json, sys, requests
url, method, headers, path, runs = sys.argv[1:6]
body = open(path, "rb").read()
for _ in range(int(runs)):
    try:
        print(requests.request(method, url, data=body, headers=json.loads(headers)).status_code)
    except Exception as error:
        print(type(error).__name__)
`;

/** Sends one after another. Returns the statuses, or the error's name where there is none. */
async function repeat(runs, send) {
  const statuses = [];
  for (let i = 0; i < runs; i++) statuses.push(await send().catch((error) => String(error.cause ?? error)));
  return statuses;
}

const CLIENTS = {
  fetch: (url, method, headers, { body }, runs) =>
    repeat(runs, async () => {
      const reply = await fetch(url, { method, body, headers });
      await reply.arrayBuffer();
      return String(reply.status);
    }),
  undici: (url, method, headers, { body }, runs) =>
    repeat(runs, async () => {
      const reply = await request(url, { method, body, headers });
      await reply.body.dump();
      return String(reply.statusCode);
    }),
  curl: (url, method, headers, { path }, runs) =>
    repeat(runs, async () => {
      const options = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-H", "expect:"];
      for (const [name, value] of Object.entries(headers)) options.push("-H", `${name}: ${value}`);
      return (await run("curl", [...options, "--data-binary", `@${path}`, url])).stdout;
    }),
  async requests(url, method, headers, { path }, runs) {
    const done = await run("python3", ["-c", REQUESTS, url, method, JSON.stringify(headers), path, String(runs)]);
    return done.stdout.trim().split("\n");
  },
};

async function isThere(client) {
  if (client === "fetch" || client === "undici") return true;
  const args = client === "curl" ? ["curl", ["--version"]] : ["python3", ["-c", "import requests"]];
  return run(...args).then(
    () => true,
    () => false,
  );
}

/** A session with consent: its id and the headers of its page. */
async function session(url) {
  const made = await (await fetch(`${url}/demo/session`, { method: "POST" })).json();
  const headers = { authorization: `Bearer ${made.accessToken}`, "x-client-id": made.clientId };
  const consent = await fetch(`${url}/idv/sdk/consent/add`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ session_id: made.sessionId, consented: true }),
  });
  assert.equal(consent.status, 200);
  return { id: made.sessionId, headers };
}

const FORM = { "content-type": "multipart/form-data; boundary=XyZ" };
const JSON_BODY = { "content-type": "application/json" };
const FRONT = "/idv/sdk/document/front/add";
const PROCESS = "/idv/sdk/liveness/session/process";

/** A part that is larger than a text may be. */
const longText = (size) =>
  Buffer.concat([
    Buffer.from('--XyZ\r\nContent-Disposition: form-data; name="session_id"\r\n\r\n'),
    Buffer.alloc(size, "a"),
    Buffer.from("\r\n--XyZ--\r\n"),
  ]);

/** Liveness images of another liveness session: images of at most 3 MB, no two the same. */
function otherLiveness(id, face, size) {
  const count = Math.ceil(size / (3 << 20));
  const images = Array.from({ length: count }, (_, i) => {
    const padding = Buffer.alloc(Math.max(0, Math.floor((size / count) * 0.75) - face.length), i);
    return Buffer.concat([face, padding]).toString("base64");
  });
  return Buffer.from(JSON.stringify({ session_id: id, latitude: 1, longitude: 2, token: "of another", images }));
}

test("refusals reach clients that send a whole body", LONG, async (t) => {
  if (!existsSync(SANDBOX)) return t.skip("no sandbox is built");
  const { url } = await start("--rate", "100000");
  const limited = await start("--rate", "1");
  const [known, scarce] = [await session(url), await session(limited.url)];
  const face = Buffer.from(await (await fetch(`${url}/docs/specimen/face.jpg`)).arrayBuffer());
  const plain = (size) => Buffer.alloc(size, "a");
  const cases = [
    [url, "POST", FRONT, FORM, plain, "401"],
    [url, "POST", "/nowhere", JSON_BODY, plain, "404"],
    [url, "PUT", "/idv/session/create", JSON_BODY, plain, "405"],
    [url, "POST", PROCESS, { ...known.headers, ...JSON_BODY }, (size) => otherLiveness(known.id, face, size), "409"],
    [url, "POST", FRONT, { ...known.headers, ...FORM }, longText, "413"],
    [url, "POST", FRONT, { ...known.headers, "content-type": "text/plain" }, plain, "415"],
    [limited.url, "POST", FRONT, { ...scarce.headers, "content-type": "text/plain" }, plain, "429"],
  ];
  for (const size of SIZES) {
    for (const [place, method, route, headers, made, status] of cases) {
      const file = { path: join(folder, `${status}-${size}`), body: made(size) };
      writeFileSync(file.path, file.body);
      for (const [client, send] of Object.entries(CLIENTS)) {
        if (!(await isThere(client))) {
          t.diagnostic(`skipped: no ${client}`);
          continue;
        }
        const statuses = [];
        for (let i = 0; i < LIMITED_TRIES && statuses.length < RUNS; i++) {
          const heard = await send(`${place}${route}`, method, headers, file, RUNS - statuses.length);
          // What passed the limiter meets the refusal behind it.
          statuses.push(...heard.filter((one) => !(status === "429" && one === "415")));
        }
        const lost = statuses.filter((one) => one !== status);
        assert.deepEqual(lost, [], `${client}, ${status}, ${size} bytes: ${lost.length} of ${RUNS} lost`);
        assert.equal(statuses.length, RUNS, `${client}, ${status}, ${size} bytes`);
      }
    }
  }
  t.diagnostic(`${RUNS} uploads of each size, client and status: none lost`);
});

test("our own clients hear the refusal of a large upload", LONG, async (t) => {
  if (!existsSync(SANDBOX)) return t.skip("no sandbox is built");
  const { url, printed } = await start("--rate", "100000");
  const home = install();
  try {
    const { IdngoClient, MrzClient } = await import(
      pathToFileURL(join(home.dir, "node_modules/kyc-capture/dist/backend/index.js")).href
    );
    const label = (name) => new RegExp(`^${name}: (\\S+)$`, "m").exec(printed)[1];
    const appToken = label("idngo app token");
    const stranger = new IdngoClient({ baseUrl: url, appToken, secretKey: "not the secret of this client" });
    const mrz = new MrzClient({ baseUrl: url, apiKey: label("organization api key") });
    for (const size of SIZES) {
      for (let i = 0; i < RUNS; i++) {
        const imported = await stranger.import(new Uint8Array(size)).catch((error) => error);
        assert.deepEqual([imported.code, imported.status], ["signature_wrong", 401], `${size} bytes: ${imported}`);
      }
    }
    for (let i = 0; i < RUNS; i++) {
      const error = await mrz.retrieve(new Uint8Array(13 << 20)).catch((one) => one);
      assert.deepEqual([error.code, error.status], ["payload_too_large", 413], `${error}`);
    }
  } finally {
    home.remove();
  }
});
