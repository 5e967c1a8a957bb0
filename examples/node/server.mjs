// A backend without a framework: makes sessions and tokens for the page, and asks the service for the outcome.
//
//   KYC_URL=http://127.0.0.1:8080 KYC_CLIENT_ID=… KYC_CLIENT_SECRET=… node server.mjs FOLDER_OF_THE_BUILT_PAGE

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { KycClient } from "kyc-capture/backend";

const { KYC_URL, KYC_CLIENT_ID, KYC_CLIENT_SECRET, PORT = "3000" } = process.env;
const folder = process.argv[2] ?? ".";

const kyc = new KycClient({ baseUrl: KYC_URL, clientId: KYC_CLIENT_ID, clientSecret: KYC_CLIENT_SECRET });

const actions = {
  // A new session. Its id goes into a cookie: a browser gets tokens for its own session alone.
  async "/kyc/session"(_, reply) {
    const { session_id: sessionId } = await kyc.idvSessionCreate({ liveness_mode: "passive" });
    reply.setHeader("set-cookie", `kyc_session=${sessionId}; HttpOnly; SameSite=Strict; Path=/kyc`);
    return { baseUrl: KYC_URL, clientId: KYC_CLIENT_ID, sessionId };
  },
  async "/kyc/token"(sessionId) {
    const { access_token: accessToken } = await kyc.sessionToken(sessionId);
    return { accessToken };
  },
  // What counts is what the service says, not what a page reports.
  async "/kyc/result"(sessionId) {
    const { status_e: status, verified } = await kyc.idvSessionRead({ session_id: sessionId });
    return { status, verified };
  },
};

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

async function answer(request, reply) {
  const path = new URL(request.url, "http://localhost").pathname;
  const action = Object.hasOwn(actions, path) ? actions[path] : null;
  if (action && request.method === "POST") {
    const sessionId = /(?:^|; )kyc_session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
    if (sessionId === undefined && path !== "/kyc/session") return reply.writeHead(401).end();
    const body = JSON.stringify(await action(sessionId, reply));
    return reply.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" }).end(body);
  }
  const file = normalize(decodeURIComponent(path)).replace(/[/\\]$/, "/index.html");
  const content = await readFile(join(folder, file)).catch(() => null);
  if (content === null) return reply.writeHead(404).end();
  const type = TYPES[extname(file)] ?? "application/octet-stream";
  return reply.writeHead(200, { "content-type": type }).end(content);
}

const server = createServer((request, reply) => {
  answer(request, reply).catch((error) => {
    console.error(error.code ?? "", error.message);
    reply.writeHead(500).end();
  });
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`ready: http://127.0.0.1:${server.address().port}/`));
