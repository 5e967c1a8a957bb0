// Refusals of the sandbox reach real clients that send a whole body: Node's fetch, curl and Python's requests.
// `KYC_REFUSAL_RUNS` sets the uploads of each kind (default 10).

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import assert from "node:assert/strict";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SANDBOX = join(process.env.KYC_BIN_DIR ?? join(ROOT, "target/debug"), "kyc-sandbox");
const RUNS = Number(process.env.KYC_REFUSAL_RUNS ?? 10);
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "kyc-refusals-"));
let child;
after(() => {
  child?.kill();
  rmSync(folder, { recursive: true, force: true });
});

function start() {
  child = spawn(SANDBOX, ["--ephemeral", "--port", "0"], { stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const ready = /ready: (http:\S+?)\/?\s/.exec(printed);
      if (ready) resolve(ready[1]);
    });
    child.on("exit", () => reject(new Error(`the sandbox ended: ${printed}`)));
  });
}

const REQUESTS = `
import sys, requests
url, method, media, path, runs = sys.argv[1:6]
body = open(path, "rb").read()
for _ in range(int(runs)):
    try:
        print(requests.request(method, url, data=body, headers={"content-type": media}).status_code)
    except Exception as error:
        print(type(error).__name__)
`;

const CLIENTS = {
  async fetch(url, method, media, _path, body) {
    const statuses = [];
    for (let i = 0; i < RUNS; i++) {
      const sent = fetch(url, { method, body, headers: { "content-type": media } });
      statuses.push(await sent.then((reply) => String(reply.status)).catch((error) => String(error.cause ?? error)));
    }
    return statuses;
  },
  async curl(url, method, media, path) {
    const statuses = [];
    for (let i = 0; i < RUNS; i++) {
      const options = ["-sS", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "-H", "expect:"];
      const sent = run("curl", [...options, "-H", `content-type: ${media}`, "--data-binary", `@${path}`, url]);
      statuses.push(await sent.then((done) => done.stdout).catch((error) => String(error.stderr)));
    }
    return statuses;
  },
  async requests(url, method, media, path) {
    const done = await run("python3", ["-c", REQUESTS, url, method, media, path, String(RUNS)]);
    return done.stdout.trim().split("\n");
  },
};

async function isThere(client) {
  if (client === "fetch") return true;
  const args = client === "curl" ? ["curl", ["--version"]] : ["python3", ["-c", "import requests"]];
  return run(...args).then(
    () => true,
    () => false,
  );
}

test("refusals reach clients that send a whole body", async (t) => {
  if (!existsSync(SANDBOX)) return t.skip("no sandbox is built");
  const url = await start();
  const cases = [
    ["POST", "/idv/sdk/document/front/add", "multipart/form-data; boundary=XyZ", "401"],
    ["POST", "/nowhere", "application/json", "404"],
    ["PUT", "/idv/session/create", "application/json", "405"],
    ["POST", "/api/v1/backend/mrz/retrieve/", "text/plain", "415"],
  ];
  for (const size of [20_000, 13 << 20]) {
    const body = Buffer.alloc(size, "a");
    const path = join(folder, `${size}`);
    writeFileSync(path, body);
    for (const [client, send] of Object.entries(CLIENTS)) {
      if (!(await isThere(client))) {
        t.diagnostic(`skipped: no ${client}`);
        continue;
      }
      for (const [method, route, media, status] of cases) {
        const statuses = await send(`${url}${route}`, method, media, path, body);
        const lost = statuses.filter((one) => one !== status);
        assert.deepEqual(lost, [], `${client}, ${status}, ${size} bytes: ${lost.length} of ${RUNS} lost`);
        assert.equal(statuses.length, RUNS);
      }
    }
  }
});
