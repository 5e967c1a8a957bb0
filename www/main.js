// The demo page: an integrator's page without any special access.
//
// Imports the package by its address: a page without a bundler needs an inline import map for the bare name
// `kyc-capture`, which this page's CSP forbids.

import "/pkg/dist/ui/index.js";

const place = document.getElementById("place");
const again = document.getElementById("again");
const ida = document.getElementById("ida");
const back = document.getElementById("back");

/** The session of this tab, so that a reload resumes it. Contains no personal data and no token. */
const STORED = "kyc-demo-session";

again.addEventListener("click", () => newSession());
ida.addEventListener("click", () => signIn().catch(showProblem));
back.addEventListener("click", () => location.reload());

// If the page enforces Trusted Types (`kyc-sandbox --trusted-types`), its policy allows the one script that the package
// loads by address.
const trusted = globalThis.trustedTypes?.createPolicy("kyc-demo", {
  createScriptURL(address) {
    if (address !== "/pkg/dist/worker.js") throw new TypeError("not a script of this page");
    return address;
  },
});

start().catch(showProblem);

async function start() {
  const stored = JSON.parse(sessionStorage.getItem(STORED) ?? "null");
  const session = (await handedOff()) ?? stored ?? (await post("/demo/session", {}));
  sessionStorage.setItem(STORED, JSON.stringify({ clientId: session.clientId, sessionId: session.sessionId }));

  const capture = captureOf(session, isSecureContext ? { handoff: { url: () => handoffLink(session.sessionId) } } : {});
  capture.addEventListener("complete", () => showReport(session.sessionId).catch(showProblem));
  capture.addEventListener("restart", (event) => {
    event.preventDefault();
    newSession();
  });
  capture.addEventListener("error", ({ detail }) => {
    // The sandbox was restarted and does not know the session any more.
    if (stored && (detail.code === "session_not_found" || detail.code === "token_unavailable")) again.hidden = false;
  });
  place.replaceChildren(capture);
}

/** The session that a desktop handed to this phone; its code is for one use, and leaves the address bar at once. */
async function handedOff() {
  const code = new URLSearchParams(location.hash.slice(1)).get("handoff");
  if (code === null) return null;
  history.replaceState(null, "", location.pathname);
  return post("/demo/handoff/redeem", { code });
}

/** The link for the phone. What follows the # is sent to no server and is in no log. */
async function handoffLink(sessionId) {
  const { code } = await post("/demo/handoff", { sessionId });
  return `${location.origin}/#handoff=${code}`;
}

/** Authenticates the identity of the verified session by the face alone. */
async function signIn() {
  const session = await post("/demo/ida/session", { identityId: ida.dataset.identity });
  const capture = captureOf(session, { flow: "ida" });
  capture.addEventListener("complete", () => showSignIn(session.sessionId).catch(showProblem));
  capture.addEventListener("restart", (event) => {
    event.preventDefault();
    signIn().catch(showProblem);
  });
  document.body.classList.remove("finished");
  document.getElementById("report").hidden = true;
  back.hidden = false;
  again.hidden = true;
  place.replaceChildren(capture);
  scrollTo(0, 0);
}

function captureOf(session, more = {}) {
  // The session comes with its first token; later ones are requested.
  let first = session.accessToken;
  const capture = document.createElement("kyc-capture");
  capture.options = {
    baseUrl: location.origin,
    clientId: session.clientId,
    sessionId: session.sessionId,
    ...(trusted && { assets: { workerUrl: trusted.createScriptURL("/pkg/dist/worker.js") } }),
    async accessToken() {
      const token = first ?? (await post("/demo/token", { sessionId: session.sessionId })).accessToken;
      first = undefined;
      return token;
    },
    ...more,
  };
  return capture;
}

function newSession() {
  sessionStorage.removeItem(STORED);
  location.reload();
}

async function showReport(sessionId) {
  const report = await post("/demo/session/read", { sessionId });
  ida.dataset.identity = report.session?.identity_id ?? "";
  ida.hidden = ida.dataset.identity === "";
  again.hidden = false;
  show(report);
}

async function showSignIn(sessionId) {
  show({ session: await post("/demo/ida/session/read", { sessionId }) });
}

function show(report) {
  document.body.classList.add("finished");
  document.getElementById("raw").textContent = JSON.stringify(report, null, 2);
  document.getElementById("facts").replaceChildren(
    ...facts(report).map(([name, value]) => {
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = name;
      text.textContent = value;
      row.append(term, text);
      return row;
    }),
  );
  document.getElementById("report").hidden = false;
}

/** The relevant fields, with labels. A session of IDA has no document. */
function facts({ session, document }) {
  const yes = (value) => (value === true ? "yes" : value === false ? "no" : null);
  const words = (value) => (typeof value === "string" ? value.replaceAll("_", " ") : null);
  const rows = [
    ["Session", words(session?.status_e)],
    ["Verified", yes(session?.verified)],
    ["Authenticated", yes(session?.authenticated)],
    ["Sanctions", words(session?.ofac_status_e)],
    ["Score", session?.score],
    ["Liveness found", yes(session?.liveness_detected)],
    ["Document", words(document?.type_e ?? session?.document_type_e)],
    ["Document number", document?.document_number],
    ["Issued by", document?.issuing_country],
    ["Surname", (document ?? session)?.last_name],
    ["Given names", [(document ?? session)?.first_name, (document ?? session)?.middle_name].filter(Boolean).join(" ")],
    ["Date of birth", document?.birth_date],
    ["Valid until", document?.expires_at],
    ["Read from", words(document?.data_source_e)],
  ];
  return rows
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => [name, String(value)]);
}

async function post(path, body) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path} answered ${reply.status}`);
  return reply.json();
}

function showProblem(error) {
  const problem = document.getElementById("problem");
  problem.textContent = `The demo failed: ${error.message}. Is the sandbox running with --demo?`;
  problem.hidden = false;
  again.hidden = false;
}
