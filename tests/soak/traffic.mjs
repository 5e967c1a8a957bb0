// Mixed traffic through a sandbox: whole sessions, lists, refusals of every kind, pages.

import { readFileSync } from "node:fs";

/** Bytes of a process's resident memory, on Linux; `null` elsewhere. */
export function residentBytes(pid) {
  try {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line && Number(line[1]) * 1024;
  } catch {
    return null;
  }
}

/** What one visitor does; each returns the status that it got and those that are right. */
function visits(sandbox, front) {
  const { url, post } = sandbox;
  const get = async (route) => (await fetch(new URL(route, url))).status;
  const raw = async (route, body, headers = {}) => {
    const reply = await fetch(new URL(route, url), { method: "POST", headers, body });
    await reply.arrayBuffer();
    return reply.status;
  };
  const json = { "content-type": "application/json" };
  return [
    [
      "session",
      200,
      async () => {
        const { status, body: session } = await post("/demo/session", {});
        // A limited or busy server opens no session.
        if (status !== 200) return status;
        const session_id = session.sessionId;
        await sandbox.call(session, "/idv/sdk/consent/add", { session_id, consented: true });
        await sandbox.call(session, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
        const form = new FormData();
        for (const [name, value] of Object.entries({ session_id, latitude: "43.2", longitude: "76.9" }))
          form.append(name, value);
        form.append("image", new Blob([front], { type: "image/jpeg" }), "front.jpg");
        await sandbox.call(session, "/idv/sdk/document/front/add", form);
        await sandbox.call(session, "/idv/sdk/session/read", { session_id });
        await sandbox.read(session_id);
        return status;
      },
    ],
    ["ping", 200, () => get("/ping")],
    ["openapi", 200, () => get("/openapi.json")],
    ["unknown route", 404, () => get(`/nothing/${Math.random()}`)],
    ["no token", 401, () => raw("/idv/sdk/session/read", "{}", json)],
    ["wrong token", 401, () => raw("/idv/sdk/session/read", "{}", { ...json, authorization: "Bearer x" })],
    [
      "wrong client",
      401,
      () =>
        raw("/oauth2/token", "grant_type=client_credentials&client_id=a&client_secret=b", {
          "content-type": "application/x-www-form-urlencoded",
        }),
    ],
    ["not JSON", 400, () => raw("/demo/session/read", "{", json)],
    ["large body", 413, () => raw("/demo/session", `{"a":"${"x".repeat(400_000)}"}`, json)],
  ];
}

/**
 * Visits a sandbox for `seconds` with `visitors` at once. Calls `sample` once a `period` (ms) with the resident bytes
 * of `pid`. Returns the number of visits by name, and what was answered wrongly.
 */
export async function visit({ sandbox, pid, front, seconds, visitors = 2, period, sample }) {
  const begin = performance.now();
  const [counts, wrong] = [{}, []];
  const kinds = visits(sandbox, front);
  const timer = setInterval(() => {
    const bytes = residentBytes(pid);
    if (bytes !== null) sample({ seconds: (performance.now() - begin) / 1000, bytes });
  }, period);
  const visitor = async (first) => {
    for (let i = first; performance.now() - begin < seconds * 1000; i++) {
      const [name, right, act] = kinds[i % kinds.length];
      const status = await act().catch((error) => / answered (429|503)/.exec(error)?.[1] ?? `${error}`);
      counts[name] = (counts[name] ?? 0) + 1;
      // A busy server may say so; anything else than that and the right answer is a finding.
      if (status !== right && !["429", "503"].includes(`${status}`)) wrong.push(`${name}: ${status}`);
    }
  };
  await Promise.all(Array.from({ length: visitors }, (_, i) => visitor(i * 3)));
  clearInterval(timer);
  return { counts, wrong };
}
