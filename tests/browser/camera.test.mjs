// A phone's cameras in real Chromium: which lens is opened, what the buttons over the preview do, and what is kept. The
// cameras and the core are stand-ins, since Chromium's own fake camera has one lens, no torch and one sharpness.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { hook, openBrowser, startSandbox } from "./support.mjs";
import { viewOf } from "./view.mjs";

const LONG = { timeout: 120_000 };
const WAIT = 30_000;

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/**
 * Put into the page before its own scripts. `sharpness`: of the document with each lens at the back, the default first.
 */
function standIns({ sharpness, view, broken = [] }) {
  const phone = {
    opened: [],
    asked: [],
    vibrated: [],
    frames: [],
    sharpness,
    captureProgress: 0,
    size: [1280, 720],
    take: false,
  };
  window.phone = phone;
  const ids = Object.keys(sharpness);
  const media = navigator.mediaDevices;
  media.enumerateDevices = async () => [
    { kind: "videoinput", deviceId: "selfie", label: "camera 1, facing front" },
    ...ids.map((deviceId) => ({ kind: "videoinput", deviceId, label: `camera ${deviceId}, facing back` })),
  ];
  media.getUserMedia = async ({ video }) => {
    const deviceId = video.deviceId?.exact ?? ids[0];
    if (!ids.includes(deviceId)) throw new DOMException("gone", "OverconstrainedError");
    if (broken.includes(deviceId)) throw new DOMException("broken", "NotReadableError");
    phone.opened.push(deviceId);
    const canvas = document.createElement("canvas");
    const timer = setInterval(() => {
      [canvas.width, canvas.height] = phone.size;
      canvas.getContext("2d").fillRect(0, 0, 9 + (performance.now() % 100), 9);
    }, 30);
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    track.getSettings = () => ({ deviceId, facingMode: "environment" });
    track.getCapabilities = () => ({
      torch: true,
      zoom: { min: 1, max: 4, step: 0.1 },
      focusMode: ["single-shot", "continuous"],
    });
    track.applyConstraints = async ({ advanced }) => void phone.asked.push({ deviceId, ...advanced[0] });
    return stream;
  };
  media.getSupportedConstraints = () => ({ pointsOfInterest: true });
  navigator.vibrate = (ms) => phone.vibrated.push(ms);

  window.Worker = class {
    addEventListener() {}

    postMessage(command) {
      const say = (data) => setTimeout(() => this.onmessage({ data: structuredClone(data) }));
      const update = (...effects) => say({ kind: "update", view, effects });
      if (command.kind === "event" && command.event.type === "start")
        update({ type: "camera_open", facing: "environment" });
      if (command.kind === "event" && command.event.type === "camera_opened") {
        Object.assign(view, {
          phase: "capturing",
          guide: { x: 0.1, y: 0.1, width: 0.8, height: 0.8, shape: "passport" },
        });
        update();
      }
      if (command.kind === "frame") {
        const { bitmap, width, height } = command.frame;
        phone.frames.push([width, height]);
        bitmap.close();
        view.overlay = {
          quad: null,
          mrz: [],
          face: null,
          captureProgress: phone.captureProgress,
          sharpness: phone.sharpness[phone.opened.at(-1)],
        };
        const report = {
          side: "front",
          source: "automatic",
          width,
          height,
          bytes: 1,
          images: 1,
          checks: [],
          warnings: [],
        };
        update(...(phone.take ? [{ type: "captured", side: "front", report }] : []));
        phone.take = false;
      }
      say({ kind: "done", id: command.id, value: null });
    }

    terminate() {}
  };
}

async function start(options) {
  const world = await openBrowser();
  const { page } = world;
  await page.addInitScript(standIns, { ...options, view: viewOf() });
  await page.goto(sandbox.url);
  const phone = () => page.evaluate(() => ({ ...window.phone, kept: localStorage.getItem("kyc-capture.lens") }));
  return {
    ...world,
    phone,
    /** Until the cameras were opened in this order. */
    opened: (...ids) =>
      page
        .waitForFunction((wanted) => window.phone.opened.join() === wanted, ids.join(), { timeout: WAIT })
        .catch(async () => {
          assert.deepEqual((await phone()).opened, ids);
        }),
    /** Frames go on coming from the open camera. */
    frames: (more = 3) =>
      page.evaluate(async (wanted) => {
        const before = window.phone.frames.length;
        while (window.phone.frames.length < before + wanted) await new Promise((resolve) => setTimeout(resolve, 20));
      }, more),
  };
}

test("switches from a blurred to a sharp lens and remembers it", LONG, async () => {
  const p = await start({ sharpness: { macro: 0.4, wide: 0.6, main: 1.3, tele: 0.2 } });
  try {
    await p.opened("macro", "wide", "main");
    await p.frames();
    assert.deepEqual(JSON.parse((await p.phone()).kept), { deviceId: "main", sharpness: 1.3 });
    await p.page.reload();
    await p.opened("main");
    await p.page.evaluate(() => localStorage.setItem("kyc-capture.lens", '{"deviceId":"sold","sharpness":2}'));
    await p.page.reload();
    await p.opened("macro", "wide", "main");
    assert.deepEqual(p.complaints, []);
  } finally {
    await p.close();
  }
});

test("skips a lens that does not open and keeps the sharpest of the others", LONG, async () => {
  const p = await start({ sharpness: { a: 0.4, b: 0.9, c: 0.7 }, broken: ["b"] });
  try {
    await p.opened("a", "c");
    await p.page.waitForFunction(() => localStorage.getItem("kyc-capture.lens") !== null, undefined, { timeout: WAIT });
    assert.deepEqual(JSON.parse((await p.phone()).kept), { deviceId: "c", sharpness: 0.7 });
    await p.frames();
  } finally {
    await p.close();
  }
});

test("controls over the preview switch torch, lens and focus; the selected lens is kept", LONG, async () => {
  const p = await start({ sharpness: { main: null, wide: 0.2 } });
  try {
    await p.opened("main");
    await p.frames();
    const torch = hook(p.page, "torch");
    const lens = hook(p.page, "switch-lens");
    for (const button of [torch, lens]) {
      const { width, height } = await button.boundingBox();
      assert.ok(width >= 44 && height >= 44, `${width}x${height}`);
    }
    assert.ok(!(await hook(p.page, "switch-camera").isVisible()), "one button for it, not two");
    assert.equal(await torch.getAttribute("aria-pressed"), "false");
    await torch.focus();
    await p.page.keyboard.press("Enter");
    assert.equal(await torch.getAttribute("aria-pressed"), "true");
    const area = hook(p.page, "focus");
    const { width, height } = await area.boundingBox();
    await area.click({ position: { x: width / 4, y: height / 2 } });
    await p.page.waitForFunction(() => window.phone.asked.some((set) => set.pointsOfInterest), undefined, {
      timeout: WAIT,
    });
    const [tapped] = (await p.phone()).asked.filter((set) => set.pointsOfInterest);
    assert.ok(
      Math.abs(tapped.pointsOfInterest[0].x - 0.25) < 0.02 && Math.abs(tapped.pointsOfInterest[0].y - 0.5) < 0.02,
    );
    await lens.click();
    await p.opened("main", "wide");
    await p.frames();
    assert.equal(await torch.getAttribute("aria-pressed"), "true", "the light stays on from lens to lens");
    await p.page.waitForTimeout(2_500);
    const { opened, kept, asked } = await p.phone();
    assert.deepEqual([opened, kept], [["main", "wide"], null]);
    assert.ok(asked.some((set) => set.deviceId === "wide" && set.torch === true));
    assert.ok(
      asked.some((set) => set.deviceId === "main" && set.torch === false),
      "and off on the one that was closed",
    );
    await lens.click();
    await p.opened("main", "wide", "main");
  } finally {
    await p.close();
  }
});

test("a rotated device sends what the preview shows and vibrates after a capture", LONG, async () => {
  const p = await start({ sharpness: { main: 1.1 } });
  try {
    await p.opened("main");
    await p.frames();
    await p.page.evaluate(() => {
      window.phone.size = [720, 1280];
      window.phone.frames = [];
      window.phone.take = true;
      window.phone.captureProgress = 0.6;
    });
    await p.page.waitForFunction(() => window.phone.frames.at(-1)?.[0] === 720, undefined, { timeout: WAIT });
    await p.page.evaluate(() => {
      window.phone.frames = [];
    });
    await p.frames(10);
    const { frames, vibrated, kept } = await p.phone();
    const box = await p.page.locator(".view").boundingBox();
    for (const [width, height] of frames.slice(5)) {
      assert.ok(
        Math.abs(width / height - box.width / box.height) < 0.01,
        `${width}x${height} in ${box.width}x${box.height}`,
      );
    }
    assert.deepEqual([vibrated, kept], [[60], null], "of a single lens nothing is kept");
    assert.deepEqual(p.complaints, []);
  } finally {
    await p.close();
  }
});
