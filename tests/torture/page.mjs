// The n-th fetch, worker message, track event or storage access of a whole flow in the page fails. A person then does
// what the page offers: the flow ends with a verdict, or with an error that has a recovery action, and the camera is
// released.

import { FakeCamera, hook, openBrowser } from "../browser/support.mjs";

/** What can fail in the page. Counted by the script below, but for fetches, which the network layer counts. */
export const KINDS = ["fetch", "worker message", "track event", "storage access"];

/** Most steps of a person in one flow. */
const STEPS_MAX = 250;

/** Runs in the page before everything else: counts, and lets the n-th of a kind fail. */
function sabotage({ kind, n }) {
  const torture = { kind, count: 0, fired: false, tracks: [], workers: 0 };
  globalThis.torture = torture;
  const due = (what) => {
    if (what !== kind) return false;
    torture.count += 1;
    if (torture.count !== n) return false;
    torture.fired = true;
    return true;
  };

  // Cameras: every track is known, so that a forgotten one is seen.
  const devices = navigator.mediaDevices;
  const open = devices?.getUserMedia.bind(devices);
  if (open) {
    devices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      for (const track of stream.getVideoTracks()) {
        torture.tracks.push(track);
        for (const event of ["mute", "unmute", "ended"]) {
          // After some frames; a track that was stopped meanwhile has no events any more.
          setTimeout(() => {
            if (track.readyState !== "live" || !due("track event")) return;
            if (event === "ended") track.stop();
            track.dispatchEvent(new Event(event));
          }, 300);
        }
      }
      return stream;
    };
  }

  // Messages to the worker, and from it.
  const NativeWorker = globalThis.Worker;
  globalThis.Worker = class extends NativeWorker {
    constructor(...args) {
      super(...args);
      torture.workers += 1;
      this.addEventListener("message", (message) => {
        if (!due("worker message")) return;
        message.stopImmediatePropagation();
        this.dispatchEvent(new MessageEvent("messageerror"));
      });
    }

    postMessage(...args) {
      if (due("worker message")) throw new DOMException("it could not be cloned", "DataCloneError");
      super.postMessage(...args);
    }
  };

  for (const name of ["getItem", "setItem", "removeItem"]) {
    const native = Storage.prototype[name];
    Storage.prototype[name] = function (...args) {
      // The demo page has storage of its own.
      if (args[0]?.startsWith("kyc-capture") && due("storage access")) {
        throw new DOMException("storage is full, or not allowed", "QuotaExceededError");
      }
      return native.apply(this, args);
    };
  }
}

/** What the page shows. */
const shown = (page) =>
  hook(page, "app")
    .first()
    .evaluate((app) => {
      const root = app.getRootNode();
      const error = root.querySelector('[data-kyc="error"]')?.dataset.code ?? null;
      const offers = [...root.querySelectorAll("button[data-kyc]")].map((button) => button.dataset.kyc);
      return { step: app.dataset.step, phase: app.dataset.phase, error, offers };
    })
    .catch(() => null);

/** One flow in which the n-th of `kind` fails. Returns what was seen, with findings. */
export async function flow({ sandbox, kind, n, document = "passport", patience = 90_000 }) {
  const camera = new FakeCamera();
  camera.show(document);
  const world = await openBrowser({ camera });
  const { page } = world;
  const errors = [];
  const findings = [];
  let fetches = 0;
  let before = document;
  let [fired, ended] = [false, null];
  page.on("pageerror", (error) => findings.push(`an error that no one caught: ${error}`));
  try {
    if (kind !== "fetch") await page.addInitScript(sabotage, { kind, n });
    else await page.addInitScript(sabotage, { kind: null, n: 0 });
    await page.goto(sandbox.url, { timeout: patience });
    if (kind === "fetch") {
      await page.route(/\/(idv|pkg\/(wasm|models))\//, (route) => {
        fetches += 1;
        if (fetches !== n) return route.continue();
        fired = true;
        return route.abort("connectionreset");
      });
    }
    const until = Date.now() + patience;
    for (let i = 0; i < STEPS_MAX && Date.now() < until; i++) {
      const now = await shown(page);
      const scene = sceneOf(now, before, document);
      if (scene !== before) camera.show(scene);
      before = scene;
      if (now?.step === "result") {
        ended = "verdict";
        break;
      }
      if (now?.phase === "failed" && now.error !== null && errors.at(-1) !== now.error) errors.push(now.error);
      const press = now && choice(now);
      if (press === null && now?.phase === "failed" && now.offers.length === 0) {
        findings.push(`${now.error}: no recovery action`);
        break;
      }
      if (press) {
        const target =
          press === "document-type" ? hook(page, press).and(page.locator('[data-type="passport"]')) : hook(page, press);
        await target
          .first()
          .click({ timeout: 5_000 })
          .catch(() => {});
      }
      await page.waitForTimeout(press ? 200 : 400);
    }
    if (ended === null && findings.length === 0) {
      findings.push(`the flow hangs: ${JSON.stringify(await shown(page))}`);
    }
    const seen = await page.evaluate(() => {
      const live = globalThis.torture.tracks.filter((track) => track.readyState === "live").length;
      return { live, fired: globalThis.torture.fired, count: globalThis.torture.count };
    });
    if (ended === "verdict" && seen.live > 0) findings.push(`${seen.live} cameras are open after the end`);
    fired ||= seen.fired;
    return { kind, n, fired, count: kind === "fetch" ? fetches : seen.count, errors, ended, findings };
  } finally {
    await world.close();
  }
}

/**
 * What is before the camera. It is opened again for each step, faster than the page is polled: from the review of
 * the document on it shows the face, also while an upload that failed is tried again, until the document is wanted.
 */
function sceneOf(now, before, document) {
  if (now === null) return before;
  if (now.step === "liveness" || now.phase === "review") return "face";
  const kept = now.phase === "uploading" || (now.phase === "failed" && choice(now) === "retry");
  return kept ? before : document;
}

/** What a person presses next; `null` to wait. */
function choice({ step, phase, offers }) {
  if (phase === "failed")
    return ["retry", "retake", "use-camera", "restart"].find((name) => offers.includes(name)) ?? offers[0] ?? null;
  if (step === "consent" && phase === "idle") return "consent";
  if (step === "document_type" && phase === "idle") return "document-type";
  if (phase === "review") return "confirm";
  return null;
}
