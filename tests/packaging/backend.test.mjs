// `kyc-capture/backend`: in Node against a sandbox over HTTP; in a browser's bundle it is a word and nothing else; its
// types are those of the server.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { install, require, ROOT, run } from "./install.mjs";

const SANDBOX = join(process.env.KYC_BIN_DIR ?? join(ROOT, "target/debug"), "kyc-sandbox");
const MODELS = process.env.KYC_MODELS_DIR ?? join(ROOT, "assets");
const KEY = "demo-organization-api-key-for-a-sandbox-on-localhost";
/** What only the backend's code says, and what only a backend may know. */
const BACKEND_WORDS = [
  "client_secret",
  "X-App-Access-Sig",
  "kyc_backend",
  "idngo_levels",
  "persons_create",
  "grant_type",
];
const SECRET = "s3cret-that-must-not-leave";

let home, server, backend;
before(async () => {
  home = install();
  backend = await import(pathToFileURL(join(home.dir, "node_modules/kyc-capture/dist/backend/index.js")).href);
  if (existsSync(SANDBOX)) server = await startSandbox();
});
after(() => {
  server?.process.kill();
  home?.remove();
});

async function startSandbox() {
  const child = spawn(SANDBOX, ["--ephemeral", "--demo", "--port", "0", "--models", MODELS], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += chunk;
    const url = /ready: (http:\S+)\//.exec(said)?.[1];
    if (url !== undefined) {
      child.stdout.resume();
      const after = (label) => new RegExp(`^${label}: (\\S+)$`, "m").exec(said)?.[1];
      return {
        process: child,
        url,
        clientId: after("client id"),
        clientSecret: after("client secret"),
        idngo: { appToken: after("idngo app token"), secretKey: after("idngo secret key") },
      };
    }
  }
  throw new Error(`the sandbox ended: ${said}`);
}

const withSandbox = (name, work) =>
  test(name, async (t) => {
    if (server === undefined) return t.skip("no sandbox is built");
    await work(server);
  });

/** An image that decodes: a grey JPEG made by the package itself. */
async function jpeg(number) {
  const { encodeImage, init } = await import(
    pathToFileURL(join(home.dir, "node_modules/kyc-capture/dist/index.js")).href
  );
  await init();
  const data = new Uint8ClampedArray(64 * 48 * 4).map((_, i) => (i % 4 === 3 ? 255 : (i * number) % 256));
  return (await encodeImage({ data, width: 64, height: 48 })).bytes;
}

withSandbox(
  "KYC: one token for all, sessions, weights, the word of an error",
  async ({ url, clientId, clientSecret }) => {
    let tokens = 0;
    const counting = (input, init) => {
      if (String(input).endsWith("/oauth2/token")) tokens += 1;
      return fetch(input, init);
    };
    const kyc = new backend.KycClient({ baseUrl: url, clientId, clientSecret, fetch: counting });
    const made = await Promise.all(Array.from({ length: 5 }, () => kyc.idvSessionCreate({ metadata: { order: 7 } })));
    assert.equal(tokens, 1);
    const read = await kyc.idvSessionRead({ session_id: made[0].session_id });
    assert.equal(read.client_id, clientId);
    assert.equal((await kyc.utilityPing()).pong, true);
    const weights = await kyc.idvWeightsGet();
    assert.equal(typeof weights.idv_session_tolerance, "number");
    const token = await kyc.sessionToken(made[0].session_id);
    assert.match(token.access_token, /^\S{20,}$/);
    assert.equal(tokens, 2);
    const error = await kyc.idvSessionRead({ session_id: "none" }).catch((e) => e);
    assert.ok(error instanceof backend.BackendError);
    assert.deepEqual(
      [error.code, error.status, error.field, error.retryable],
      ["session_not_found", 404, "session_id", false],
    );
    const bad = await kyc.idvSessionRead({}).catch((e) => e);
    assert.deepEqual([bad.code, bad.field], ["request_invalid", "session_id"]);
    const stop = new AbortController();
    stop.abort();
    assert.equal((await kyc.utilityPing({ signal: stop.signal }).catch((e) => e)).code, "cancelled");
    const wrong = new backend.KycClient({ baseUrl: url, clientId, clientSecret: SECRET });
    const refused = await wrong.idvWeightsGet().catch((e) => e);
    assert.equal(refused.status, 401);
    assert.ok(!JSON.stringify({ ...refused, message: refused.message, stack: refused.stack, wrong }).includes(SECRET));
  },
);

withSandbox("Persons: photos, aliases, conflicts, progress", async ({ url }) => {
  const persons = new backend.PersonsClient({ baseUrl: url, apiKey: KEY });
  const progress = [];
  const aliases = [{ value: "+77071234567", type: "phone" }];
  const person = await persons.create(
    { image: await jpeg(3), photo_type: "other", is_verified: false, aliases },
    { onProgress: (sent, all) => progress.push([sent, all]) },
  );
  assert.ok(progress.length > 0 && progress.at(-1)[0] === progress.at(-1)[1]);
  assert.equal((await persons.update(person.id, { is_verified: true })).is_verified, true);
  const two = await persons.addPhoto(person.id, { image: await jpeg(5), photo_type: "digital", is_default: true });
  assert.deepEqual(
    two.photos.map((photo) => photo.is_default),
    [false, true],
  );
  await persons.addAlias(person.id, { value: "customer 7", type: "custom" });
  const error = await persons
    .create({ image: await jpeg(3), photo_type: "other", is_verified: false, aliases })
    .catch((e) => e);
  assert.deepEqual([error.code, error.message, error.documented], ["alias_exists", "Alias already exists", true]);
  assert.deepEqual(error.conflicts, [{ value: "+77071234567", person_id: person.id }]);
});

withSandbox("GBDFL and MRZ", async ({ url }) => {
  const made = await fetch(`${url}/sandbox/gbdfl/face2face`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ api_key: KEY }),
  });
  const { backend_session_id } = await made.json();
  const gbdfl = new backend.GbdflClient({ baseUrl: url, apiKey: KEY });
  const reply = await gbdfl.retrieve({ iin: "950215301234", face2face_backend_session_id: backend_session_id });
  assert.deepEqual([reply.status, reply.result_json.surname], ["VALID", "Нурланов"]);
  const unknown = await gbdfl.retrieve({ iin: "950215301234", face2face_backend_session_id: "none" }).catch((e) => e);
  assert.deepEqual([unknown.status, unknown.message], [404, "Face2Face backend session not found"]);
  const mrz = new backend.MrzClient({ baseUrl: url, apiKey: KEY });
  const unread = await mrz.retrieve(await jpeg(3)).catch((e) => e);
  assert.deepEqual([unread.status, unread.message], [422, "Error while parsing MRZ"]);
});

test("retries idempotent operations only; reads lists and files; signs IDnGO requests", async () => {
  const seen = [];
  let answers = [];
  const stub = createServer((request, reply) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts);
      seen.push({ url: request.url, headers: request.headers, body });
      if (request.url === "/oauth2/token")
        return reply.end('{"access_token":"t","token_type":"Bearer","expires_in":3600}');
      if (request.url === "/idv/session/list") {
        const { skip } = JSON.parse(body);
        const sessions = [0, 1, 2, 3, 4].slice(skip, skip + 2).map((i) => ({ session_id: `s${i}` }));
        return reply.end(JSON.stringify({ sessions, meta_counts: { total: 5 } }));
      }
      if (request.url === "/idv/document/download") {
        reply.setHeader("content-type", "image/jpeg");
        for (let i = 0; i < 64; i += 1) reply.write(Buffer.alloc(10_000, i));
        return reply.end();
      }
      const [status, text] = answers.length > 1 ? answers.shift() : answers[0];
      reply.writeHead(status, {
        "content-type": "application/json",
        ...(status === 429 ? { "retry-after": "0" } : {}),
      });
      reply.end(text);
    });
  });
  await new Promise((resolve) => stub.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${stub.address().port}`;
  const calls = (path) => seen.filter((request) => request.url === path).length;
  try {
    const kyc = new backend.KycClient({ baseUrl, clientId: "c", clientSecret: SECRET, attempts: 2 });
    const say = (...list) => {
      answers = list;
      seen.length = 0;
    };
    say([503, "{}"], [200, '{"session_id":"s"}']);
    assert.equal((await kyc.idvSessionRead({ session_id: "s" })).session_id, "s");
    assert.equal(calls("/idv/session/read"), 2);
    say([503, "{}"], [200, '{"session_id":"s"}']);
    assert.equal((await kyc.idvSessionCreate().catch((e) => e)).code, "unavailable");
    assert.equal(calls("/idv/session/create"), 1);
    say([429, "{}"], [200, '{"session_id":"s"}']);
    await kyc.idvSessionCreate();
    say([401, "{}"], [200, '{"session_id":"s"}']);
    await kyc.idvSessionRead({ session_id: "s" });
    assert.equal(calls("/oauth2/token"), 1, "renewed once");
    say([200, "<html>"]);
    assert.equal((await kyc.idvSessionRead({ session_id: "s" }).catch((e) => e)).code, "reply_not_json");
    const ids = [];
    for await (const session of kyc.idvSessions({ take: 3 })) ids.push(session.session_id);
    assert.deepEqual(ids, ["s0", "s1", "s2", "s3", "s4"]);
    const file = await kyc.idvDocumentDownload({ session_id: "s", storage_file_type_e: "selfie" });
    assert.equal(file.contentType, "image/jpeg");
    let length = 0;
    for await (const piece of file.stream) length += piece.length;
    assert.equal(length, 640_000);
    const again = await kyc.idvDocumentDownload({ session_id: "s", storage_file_type_e: "selfie" });
    assert.equal((await again.bytes(1000).catch((e) => e)).code, "reply_too_large");

    const idngo = new backend.IdngoClient({ baseUrl: `${baseUrl}/kyc`, appToken: "token", secretKey: "key" });
    say([200, '{"list":{"items":[],"totalItems":0}}']);
    await idngo.levels();
    const { createHmac } = await import("node:crypto");
    const { headers, url } = seen[0];
    const signed = createHmac("sha256", "key").update(`${headers["x-app-access-ts"]}GET${url}`).digest("hex");
    assert.deepEqual(
      [url, headers["x-app-token"], headers["x-app-access-sig"]],
      ["/kyc/resources/applicants/-/levels", "token", signed],
    );
  } finally {
    stub.closeAllConnections();
    stub.close();
  }
});

test("rejects invalid options before anything is sent", () => {
  const valid = { baseUrl: "https://kyc.example", apiKey: KEY };
  const fail = () => assert.fail("a request was sent");
  const invalid = [
    ...["http://kyc.example", "https://kyc.example:99999", "kyc.example"].map((baseUrl) => ({ baseUrl })),
    ...[Number.NaN, 0, -1, 1.5, 2 ** 31, Infinity, null, "60000"].map((attemptTimeoutMs) => ({ attemptTimeoutMs })),
    ...[Number.NaN, 0, 11, 1.5, -1, null, "5"].map((attempts) => ({ attempts })),
    ...["yes", 1, null].map((allowInsecureHttp) => ({ allowInsecureHttp })),
  ];
  for (const options of invalid) {
    const [name] = Object.keys(options);
    const wanted = { name: "BackendError", code: "invalid_option", field: name, message: new RegExp(name) };
    const make = () => new backend.PersonsClient({ ...valid, fetch: fail, ...options });
    assert.throws(make, wanted, JSON.stringify(options));
  }
});

test("plain http to another host must be allowed", async () => {
  const sent = [];
  const client = new backend.PersonsClient({
    baseUrl: "http://sandbox:8080",
    apiKey: KEY,
    allowInsecureHttp: true,
    attempts: 1,
    fetch: async (url) => {
      sent.push(url);
      return new Response("{}", { status: 404 });
    },
  });
  assert.equal((await client.update("x", { is_verified: true }).catch((e) => e)).code, "not_found");
  assert.match(sent[0], /^http:\/\/sandbox:8080\//);
});

test("rejected client credentials are reported as invalid_client", async () => {
  const reply = () => new Response('{"error":"invalid_client"}', { status: 401 });
  const options = { baseUrl: "https://kyc.example", clientId: "c", clientSecret: SECRET };
  const client = new backend.KycClient({ ...options, fetch: async () => reply() });
  const error = await client.idvSessionRead({ session_id: "s" }).catch((e) => e);
  assert.deepEqual([error.code, error.status, error.retryable], ["invalid_client", 401, false]);
});

const APP = `
import { KycClient } from "kyc-capture/backend";
globalThis.client = () => new KycClient({ baseUrl: "https://kyc.example", clientId: "c", clientSecret: "c" });
`;

/** The bundle holds the word, and nothing of the backend. */
function expectWordAlone(out) {
  const files = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  assert.deepEqual(
    files.filter((file) => file.endsWith(".wasm")),
    [],
    "no module",
  );
  const text = files.map((file) => readFileSync(file, "latin1")).join("\n");
  assert.match(text, /must not be imported in a browser/);
  for (const word of BACKEND_WORDS) assert.ok(!text.includes(word), `${word} is in the bundle`);
}

test("Vite: a browser bundle contains only the error", async () => {
  writeFileSync(join(home.dir, "main.js"), APP);
  writeFileSync(join(home.dir, "index.html"), '<!doctype html><script type="module" src="./main.js"></script>');
  const { build } = await import(pathToFileURL(require.resolve("vite")).href);
  await build({ root: home.dir, base: "./", logLevel: "error", build: { outDir: "out-vite", assetsInlineLimit: 0 } });
  expectWordAlone(join(home.dir, "out-vite"));
});

test("webpack: a browser bundle contains only the error and throws it", async () => {
  writeFileSync(join(home.dir, "main.js"), APP);
  const webpack = require("webpack");
  const out = join(home.dir, "out-webpack");
  const stats = await new Promise((resolve, reject) => {
    webpack(
      {
        mode: "production",
        target: "web",
        context: home.dir,
        entry: "./main.js",
        devtool: false,
        output: { path: out, filename: "main.mjs", module: true },
        experiments: { outputModule: true },
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
  });
  assert.equal(stats.hasErrors(), false, stats.toString({ all: false, errors: true }));
  expectWordAlone(out);
  const error = await import(pathToFileURL(join(out, "main.mjs")).href).catch((e) => e);
  assert.match(error.message, /kyc-capture\/backend must not be imported in a browser/);
});

test("the entries for pages contain no code of the backend", () => {
  const dist = join(home.dir, "node_modules/kyc-capture/dist");
  const pages = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !/[\\/]backend[\\/]/.test(file));
  for (const file of pages) {
    const text = readFileSync(file, "utf8");
    assert.ok(!/backend\//.test(text) && !text.includes("kyc_backend"), `${file} knows the backend`);
  }
  const module = readFileSync(join(home.dir, "node_modules/kyc-capture/wasm/kyc_capture_bg.wasm"), "latin1");
  for (const word of ["client_secret", "X-App-Access-Sig", "persons_create"]) assert.ok(!module.includes(word), word);
});

/** A backend that creates a client and makes a call, in both module systems. */
const CALL = `
const replies = { fetch: async () => new Response('{"error":"invalid_client"}', { status: 401 }) };
const client = new KycClient({ baseUrl: "https://kyc.example", clientId: "c", clientSecret: "s", ...replies });
client.idvSessionRead({ session_id: "s" }).catch((e) => console.log(e.code, e instanceof BackendError));
`;

/** Runs a program in a folder that holds nothing else. */
function runAlone(program) {
  const dir = mkdtempSync(join(tmpdir(), "kyc-backend-"));
  try {
    const name = `program.${program.endsWith(".mjs") ? "mjs" : "cjs"}`;
    cpSync(program, join(dir, name));
    return run(process.execPath, [join(dir, name)], dir).trim();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test("CommonJS requires the backend's clients", () => {
  const file = join(home.dir, "required.cjs");
  writeFileSync(file, `const { BackendError, KycClient } = require("kyc-capture/backend");${CALL}`);
  assert.equal(
    run(process.execPath, ["--no-experimental-require-module", file], home.dir).trim(),
    "invalid_client true",
  );
});

test("single-file bundles of a backend carry the module: esbuild and webpack", async () => {
  writeFileSync(join(home.dir, "server.mjs"), `import { BackendError, KycClient } from "kyc-capture/backend";${CALL}`);
  for (const format of ["esm", "cjs"]) {
    const outfile = join(home.dir, `bundle-${format}.${format === "esm" ? "mjs" : "cjs"}`);
    const options = { entryPoints: [join(home.dir, "server.mjs")], outfile, bundle: true, platform: "node", format };
    await require("esbuild").build({ ...options, logLevel: "error" });
    assert.equal(runAlone(outfile), "invalid_client true", format);
  }
  // As Next builds its servers: webpack for Node.
  const stats = await new Promise((resolve, reject) => {
    require("webpack")(
      {
        mode: "production",
        target: "node",
        context: home.dir,
        entry: "./server.mjs",
        devtool: false,
        performance: { hints: false },
        output: { path: join(home.dir, "out-server"), filename: "server.cjs" },
        optimization: { minimize: false },
        plugins: [new (require("webpack").optimize.LimitChunkCountPlugin)({ maxChunks: 1 })],
      },
      (error, done) => (error ? reject(error) : resolve(done)),
    );
  });
  assert.equal(
    stats.hasErrors() || stats.hasWarnings(),
    false,
    stats.toString({ all: false, errors: true, warnings: true }),
  );
  assert.equal(runAlone(join(home.dir, "out-server/server.cjs")), "invalid_client true");
});

test("types compile under tsc --strict", () => {
  writeFileSync(
    join(home.dir, "use.ts"),
    `
    import { BackendError, KycClient, PersonsClient } from "kyc-capture/backend";
    import type { idv, organization } from "kyc-capture/backend";
    const kyc = new KycClient({ baseUrl: "https://kyc.example", clientId: "c", clientSecret: "s" });
    export async function work(): Promise<string[]> {
      const { session_id } = await kyc.idvSessionCreate({ liveness_mode: "passive" });
      const session: idv.SessionReadReply = await kyc.idvSessionRead({ session_id });
      const ids: string[] = [session.session_id];
      for await (const one of kyc.idvSessions({ status: "complete" })) ids.push(one.session_id);
      // @ts-expect-error a field that is required
      await kyc.idvSessionRead({});
      const person: organization.Person = await new PersonsClient({ baseUrl: "https://a.example", apiKey: "k" })
        .create({ image: new Uint8Array(), photo_type: "live", is_verified: true });
      return person.photos.map((photo) => photo.id);
    }
    export const code = (error: unknown): string => (error instanceof BackendError ? error.code : "");
  `,
  );
  const options = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--lib",
    "es2022,dom,dom.iterable,dom.asynciterable,esnext.disposable",
    "--types",
    "",
  ];
  run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), ...options, "use.ts"], home.dir);
});

withSandbox("IDnGO: signed requests are taken, refusals are in its words", async ({ url, idngo: keys }) => {
  const idngo = new backend.IdngoClient({ baseUrl: url, ...keys });
  const { list } = await idngo.levels();
  assert.equal(list.items.length, list.totalItems);
  const { url: link } = await idngo.websdkLink(list.items[0].name, { externalUserId: "customer & 7", ttlInSecs: 60 });
  assert.match(link, /^https?:/);
  const error = await idngo.timeline("5eea3f5204f940217bcbc03d").catch((e) => e);
  assert.deepEqual([error.code, error.status, error.documented], ["applicant_not_found", 404, true]);
  const wrong = new backend.IdngoClient({ baseUrl: url, ...keys, secretKey: SECRET });
  assert.equal((await wrong.levels().catch((e) => e)).code, "signature_wrong");
});
