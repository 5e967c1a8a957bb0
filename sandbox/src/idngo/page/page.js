// The page behind a WebSDK link: the capture flow in the session that the link begins. The link's token follows the
// `#`, so that no server's log has it.

const place = document.getElementById("place");
const word = document.getElementById("word");
const token = location.hash.replace(/^#\//, "");

const TEXTS = {
  none: "This link is not valid.",
  expired: "This link has expired.",
  missing: "The capture package is not served here.",
  failed: "Something went wrong. Please reload the page.",
  GREEN: "Your verification is complete.",
  RED: "Your verification did not succeed.",
  waiting: "Thank you. Your documents are being reviewed.",
};

// Where the page enforces Trusted Types, its own policy vouches for the one script that the package loads by address.
const trusted = globalThis.trustedTypes?.createPolicy("kyc-link", {
  createScriptURL(address) {
    if (address !== "/pkg/dist/worker.js") throw new TypeError("not a script of this page");
    return address;
  },
});

start().catch((problem) => say(TEXTS[problem.message] ?? TEXTS.failed));

async function start() {
  if (token === "") throw new Error("none");
  const session = await post("/idensic/session");
  if (session.locale) document.documentElement.lang = session.locale;
  await import("/pkg/dist/ui/index.js").catch(() => {
    throw new Error("missing");
  });
  let first = session.accessToken;
  const capture = document.createElement("kyc-capture");
  capture.options = {
    baseUrl: location.origin,
    clientId: session.clientId,
    sessionId: session.sessionId,
    ...(trusted && { assets: { workerUrl: trusted.createScriptURL("/pkg/dist/worker.js") } }),
    async accessToken() {
      const access = first ?? (await post("/idensic/token")).accessToken;
      first = undefined;
      return access;
    },
  };
  capture.addEventListener("complete", () => finish().catch(() => say(TEXTS.failed)));
  place.replaceChildren(capture);
}

/** Shows what came of it. */
async function finish() {
  const status = await post("/idensic/status");
  document.documentElement.dataset.applicant = status.applicantId;
  const decided = status.reviewStatus === "completed" ? status.reviewAnswer : undefined;
  say([TEXTS[decided] ?? TEXTS.waiting, status.moderationComment].filter(Boolean).join(" "));
}

async function post(path) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (reply.status === 404) throw new Error("none");
  if (reply.status === 409) throw new Error("expired");
  if (!reply.ok) throw new Error("failed");
  return reply.json();
}

function say(text) {
  word.textContent = text;
  word.hidden = false;
}
