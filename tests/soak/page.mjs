// The page in Chromium with a film as its camera: whole flows with retakes, minutes of frames, and a slow processor.
// Samples the JavaScript heap of the page and of the worker after a forced collection, the module's memory, and the
// resident memory of the renderer.

import { FakeCamera, hook, openBrowser, openOwnPage, startSandbox } from "../browser/support.mjs";
import { residentBytes } from "./traffic.mjs";

const PATIENCE_MS = 180_000;
const GEOLOCATION = { latitude: 43.2, longitude: 76.9 };
const WORKER = "**/dist/worker.js";

/**
 * Runs in the worker before its script: keeps the module's memory where the test finds it, and, with `slowdown` over 1,
 * makes every call of the module take so many times as long, as a slower processor would.
 */
function instrument(slowdown) {
  const instantiate = WebAssembly.instantiate.bind(WebAssembly);
  const slowed = (call) =>
    function (...args) {
      const began = performance.now();
      try {
        return call.apply(this, args);
      } finally {
        const until = performance.now() + (slowdown - 1) * (performance.now() - began);
        while (performance.now() < until);
      }
    };
  const wrap = (instance) => {
    globalThis.moduleMemory = instance.exports.memory;
    if (slowdown <= 1) return instance;
    const exports = {};
    for (const [name, value] of Object.entries(instance.exports)) {
      exports[name] = name.startsWith("capturecore_") ? slowed(value) : value;
    }
    return Object.create(WebAssembly.Instance.prototype, { exports: { value: exports } });
  };
  WebAssembly.instantiate = async (source, imports) => {
    const made = await instantiate(source, imports);
    return made instanceof WebAssembly.Instance ? wrap(made) : { ...made, instance: wrap(made.instance) };
  };
}

/** Runs in the page before its scripts: what the main thread does, and what passes to and from the worker. */
function observe() {
  const seen = { longest: 0, over: 0, delivered: 0, sent: 0, inFlight: 0, most: 0, modules: 0, hints: [] };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longest = Math.max(seen.longest, duration);
      if (duration > 200) seen.over += 1;
    }
  }).observe({ type: "longtask", buffered: true });
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (...args) => {
    seen.modules += 1;
    return instantiate.apply(WebAssembly, args);
  };
  WebAssembly.Instance = class extends WebAssembly.Instance {
    constructor(...args) {
      super(...args);
      seen.modules += 1;
    }
  };
  const { play } = HTMLMediaElement.prototype;
  const counted = new WeakSet();
  HTMLMediaElement.prototype.play = function () {
    if (!counted.has(this)) {
      counted.add(this);
      const count = () => {
        seen.delivered += 1;
        this.requestVideoFrameCallback(count);
      };
      this.requestVideoFrameCallback(count);
    }
    return play.call(this);
  };
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(...args) {
      super(...args);
      const waiting = new Set();
      this.waiting = waiting;
      this.addEventListener("message", ({ data }) => {
        if (data.kind === "done" || data.kind === "failed") waiting.delete(data.id);
        seen.inFlight = waiting.size;
        const code = data.kind === "update" ? data.view.guidance : null;
        if (code && seen.hints.at(-1) !== code) seen.hints.push(code);
      });
    }

    postMessage(message, ...more) {
      if (message.kind === "frame") {
        this.waiting.add(message.id);
        seen.sent += 1;
        seen.inFlight = this.waiting.size;
        seen.most = Math.max(seen.most, seen.inFlight);
      }
      super.postMessage(message, ...more);
    }
  };
}

/** A page whose worker and renderer are measured. `slowdown`: how many times slower the processor is. */
async function openMeasured({ slowdown = 1 } = {}) {
  const sandbox = await startSandbox({ faults: false });
  const camera = new FakeCamera();
  camera.show("passport");
  const world = await openBrowser({ camera, flags: ["--js-flags=--expose-gc", "--enable-precise-memory-info"] });
  const { page, context, browser } = world;
  await page.addInitScript(observe);
  await page.route(WORKER, async (route) => {
    const script = await (await route.fetch()).text();
    await route.fulfill({ contentType: "text/javascript", body: `(${instrument})(${slowdown});\n${script}` });
  });
  if (slowdown > 1) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  }
  const began = performance.now();
  const workers = await workersOf(context, page);
  const heapOfPage = () =>
    page.evaluate(async () => {
      // Twice: what the first collection finalises, the second frees.
      gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
      gc();
      return performance.memory.usedJSHeapSize;
    });
  const moduleOf = (worker) => worker.evaluate(() => globalThis.moduleMemory?.buffer.byteLength ?? 0).catch(() => 0);
  const system = await browser.newBrowserCDPSession();
  return {
    ...world,
    camera,
    sandbox,
    /** Bytes of everything that must not grow. */
    async sample() {
      const [heap, worker] = [await heapOfPage(), await workers.heap()];
      const modules = await Promise.all(page.workers().map(moduleOf));
      const module = modules.reduce((sum, bytes) => sum + bytes, 0);
      const nodes = await page.evaluate(
        () => document.querySelector("kyc-capture")?.shadowRoot?.querySelectorAll("*").length ?? 0,
      );
      const { processInfo } = await system.send("SystemInfo.getProcessInfo");
      const renderers = processInfo.filter(({ type }) => type === "renderer");
      const resident = renderers.reduce((sum, { id }) => sum + (residentBytes(id) ?? 0), 0);
      const seconds = (performance.now() - began) / 1000;
      return { seconds, page: heap, worker, module, renderer: resident, nodes };
    },
    async stop() {
      await world.close();
      await sandbox.stop();
    },
  };
}

/**
 * Calls a method of the DevTools protocol in every worker of the page. The workers' sessions live within the page's:
 * `performance.memory` does not exist in workers.
 */
async function workersOf(context, page) {
  const protocol = await context.newCDPSession(page);
  const sessions = new Set();
  const waiting = new Map();
  let last = 0;
  protocol.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
    if (targetInfo.type === "worker") sessions.add(sessionId);
  });
  protocol.on("Target.detachedFromTarget", ({ sessionId }) => {
    sessions.delete(sessionId);
    for (const [id, { of, reject }] of waiting) {
      if (of !== sessionId) continue;
      waiting.delete(id);
      reject(new Error("the worker ended"));
    }
  });
  protocol.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new Error(error.message));
    else asked?.resolve(result);
  });
  await protocol.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const call = (sessionId, method) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { of: sessionId, resolve, reject });
      const message = JSON.stringify({ id: last, method });
      protocol.send("Target.sendMessageToTarget", { sessionId, message }).catch(reject);
    });
  return {
    /** Bytes of the JavaScript heaps after a collection; a worker that ends meanwhile has none. */
    async heap() {
      const sizes = [...sessions].map(async (sessionId) => {
        await call(sessionId, "HeapProfiler.collectGarbage");
        await call(sessionId, "HeapProfiler.collectGarbage");
        return (await call(sessionId, "Runtime.getHeapUsage")).usedSize;
      });
      const settled = await Promise.allSettled(sizes);
      return settled.reduce((sum, { value }) => sum + (value ?? 0), 0);
    },
  };
}

const session = async (sandbox) => (await sandbox.post("/demo/session", {})).body;

const at = (page, step, phase) =>
  page
    .locator(`[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`)
    .waitFor({ timeout: PATIENCE_MS });

const press = (page, name) => hook(page, name).first().click({ timeout: PATIENCE_MS });

/** A whole flow in the element of the page, with so many retakes of the document. */
async function flow({ page, camera }, retakes) {
  camera.show("passport");
  await at(page, "consent");
  await press(page, "consent");
  await page.locator('[data-kyc="document-type"][data-type="passport"]').click({ timeout: PATIENCE_MS });
  for (let i = 0; i < retakes; i += 1) {
    await at(page, "document_front", "review");
    await press(page, "retake");
    await at(page, "document_front", "capturing");
  }
  await at(page, "document_front", "review");
  camera.show("face");
  await press(page, "confirm");
  const review = page.locator('[data-kyc="app"][data-step="liveness"][data-phase="review"]');
  const on = page.locator('[data-kyc="app"][data-step="sending"], [data-kyc="app"][data-step="result"]');
  await review.or(on).first().waitFor({ timeout: PATIENCE_MS });
  if (await review.count()) await press(page, "confirm");
  await at(page, "result");
}

/** Replaces the element by one of another session, in the same page. */
async function another({ page, sandbox }) {
  const made = await session(sandbox);
  const { clientId, sessionId, accessToken } = made;
  await page.evaluate(
    (options) => {
      document.querySelector("kyc-capture").remove();
      const element = document.createElement("kyc-capture");
      element.options = options;
      document.body.append(element);
    },
    { baseUrl: new URL(sandbox.url).origin, clientId, sessionId, accessToken, geolocation: GEOLOCATION },
  );
}

/** So many whole flows in one page, each with `retakes`. Returns a sample of each. */
export async function soakFlows({ flows, retakes = 1 }) {
  const world = await openMeasured();
  const samples = [];
  try {
    await openOwnPage(world, world.sandbox, await session(world.sandbox), { geolocation: GEOLOCATION });
    for (let i = 0; i < flows; i += 1) {
      if (i > 0) await another(world);
      await flow(world, retakes);
      samples.push(await world.sample());
    }
    return { samples, seen: await world.page.evaluate(() => window.seen) };
  } finally {
    await world.stop();
  }
}

/**
 * Frames that show no document for so many `seconds`, sampled each `period` ms. With `leak` the page keeps a megabyte
 * per sample.
 */
export async function soakPageFrames({ seconds, period, leak = false }) {
  const world = await openMeasured();
  const samples = [];
  const { page, camera, sandbox } = world;
  try {
    camera.show("empty");
    const made = await session(sandbox);
    const session_id = made.sessionId;
    await sandbox.call(made, "/idv/sdk/consent/add", { session_id, consented: true });
    await sandbox.call(made, "/idv/sdk/document/type/update", { session_id, document_type_e: "passport" });
    await openOwnPage(world, sandbox, made, { geolocation: GEOLOCATION });
    await at(page, "document_front", "capturing");
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      if (leak) {
        await page.evaluate(() => {
          window.kept ??= [];
          window.kept.push(Array.from({ length: 1 << 17 }, (_, i) => i + 0.5));
        });
      }
      samples.push(await world.sample());
      await page.waitForTimeout(period);
    }
    return { samples, seen: await page.evaluate(() => window.seen) };
  } finally {
    await world.stop();
  }
}

/** A whole flow on a processor so many times slower. Returns what the main thread and the worker did. */
export async function slowProcessor({ slowdown = 6 } = {}) {
  const world = await openMeasured({ slowdown });
  try {
    await openOwnPage(world, world.sandbox, await session(world.sandbox), { geolocation: GEOLOCATION });
    await flow(world, 1);
    return await world.page.evaluate(() => window.seen);
  } finally {
    await world.stop();
  }
}
