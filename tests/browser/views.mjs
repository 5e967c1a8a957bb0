// Every screen as the core would order it, and a stand-in for the core that shows one after the other.
import { viewOf } from "./view.mjs";

export const BASE = viewOf({
  step: "consent",
  phase: "idle",
  steps: ["starting", "consent", "document_type", "document_front", "document_back", "liveness", "sending", "result"],
  documentType: "identification_card",
  documentTypes: ["passport", "identification_card", "driver_license", "passport_card"],
  facing: null,
  manualAvailable: true,
});

/** Runs in the page: a core that shows what `window.show(view)` gives it, and no camera. */
export function standIn(base) {
  navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  window.Worker = class {
    addEventListener() {}
    constructor() {
      window.show = (view) => this.onmessage({ data: { kind: "update", view: { ...base, ...view }, effects: [] } });
      window.sent = (sent, total) => this.onmessage({ data: { kind: "upload", sent, total } });
    }
    postMessage(command) {
      setTimeout(() => this.onmessage({ data: { kind: "done", id: command.id, value: null } }));
    }
    terminate() {}
  };
}

/** Runs in the page: shows a view, and resolves when what it loads is drawn. */
export async function showView(view) {
  window.show(view);
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const { shadowRoot } = document.querySelector("kyc-capture");
  const missing = () =>
    (shadowRoot.querySelector(".handoff") && !shadowRoot.querySelector(".code-box svg, .code-box[hidden]")) ||
    (shadowRoot.querySelector(".how") && !shadowRoot.querySelector(".how-drawing"));
  while (missing()) await new Promise((done) => setTimeout(done, 20));
}

const WARNINGS = ["mrz_check_failed", "glare", "document_expired"];
const DOCUMENT = {
  primary: "ABDRAKHMANOVA-SULEIMENOVA",
  secondary: "AIGERIM NURSULTANKYZY",
  documentNumber: "N12345678",
  birthDate: "1974-08-12",
  expiryDate: "2031-04-15",
};
const review = (side) => ({ side, warnings: WARNINGS, document: side === "liveness" ? null : DOCUMENT });
const camera = { phase: "camera_opening", facing: "environment" };
const capturing = { phase: "capturing", facing: "environment", guidance: "tilt_top_away" };
const failed = (step, code, ...recovery) => ({
  step,
  phase: "failed",
  error: { code, message: "", retryable: true, recovery },
});

export const VIEWS = {
  starting: { step: "starting" },
  consent: { step: "consent" },
  "consent being sent": { step: "consent", phase: "uploading" },
  "document type": { step: "document_type" },
  location: { step: "document_front", phase: "waiting_location" },
  "location preferred": { step: "document_front", phase: "waiting_location", locationSkippable: true },
  "handed off": { step: "document_type", phase: "handed_off" },
  "camera opening": { step: "document_front", ...camera },
  front: { step: "document_front", ...capturing },
  back: { step: "document_back", ...capturing, guidance: "glare" },
  face: { step: "liveness", ...capturing, facing: "user", guidance: "light_from_front", passiveAvailable: true },
  "review of the front": { step: "document_front", phase: "review", review: review("front") },
  "review of the face": { step: "liveness", phase: "review", review: review("liveness") },
  "review being sent": { step: "document_front", phase: "uploading", review: review("front") },
  sending: { step: "sending", phase: "uploading", progress: { done: 2, total: 3 } },
  verified: { step: "result", phase: "done", result: { verified: true } },
  "not verified": { step: "result", phase: "done", result: { verified: false } },
  "not authenticated": { step: "result", phase: "done", result: { authenticated: false } },
  "consent declined": failed("consent", "consent_declined", "retry"),
  "camera denied": failed("document_front", "camera_denied", "upload", "settings", "retry"),
  "camera missing": failed("document_front", "camera_missing", "upload", "retry"),
  "location denied": failed("document_front", "location_denied", "settings", "retry"),
  "location denied, preferred": {
    ...failed("document_front", "location_denied", "skip", "settings", "retry"),
    locationSkippable: true,
  },
  "movements failed": { ...failed("liveness", "challenge_failed", "retry"), passiveAvailable: true },
  "image refused": failed("document_front", "file_unreadable", "upload", "retake"),
  "no connection": failed("document_front", "network_failed", "retry", "retake"),
  "session ended": failed("starting", "session_expired", "restart"),
};

/** A page with the element alone, in this language, which shows what `window.show` is given. */
export async function openViews({ page }, sandbox, { locale, table = null, theme = null, options = {} }) {
  await page.addInitScript(standIn, BASE);
  const body = `<!doctype html><html lang="${locale}"><meta name="viewport" content="width=device-width">
    <link rel="icon" href="data:,"><title>A page</title><body style="margin:0;height:100vh">
    <script type="module" src="/pkg/dist/ui/index.js"></script>`;
  const address = new URL("/own.html", sandbox.url).href;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(address);
  await page.evaluate(
    async ({ tag, table, theme, origin, options }) => {
      const element = document.createElement("kyc-capture");
      if (theme !== null) element.setAttribute("theme", theme);
      element.options = {
        baseUrl: origin,
        clientId: "c",
        sessionId: "s",
        accessToken: "t",
        locale: tag,
        languageSwitch: true,
        geolocation: { latitude: 43.2, longitude: 76.9 },
        handoff: { url: `https://bank.example/continue#${"a1B2".repeat(12)}` },
        ...(table && { languages: { [tag]: table } }),
        ...options,
      };
      document.body.append(element);
      while (element.capture?.texts.locale !== tag || !window.show) await new Promise((done) => setTimeout(done, 20));
    },
    { tag: locale, table, theme, origin: sandbox.url, options },
  );
}
