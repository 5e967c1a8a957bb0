// Cameras as they are: one case for each situation of docs/devices.md. Each name is the first column of its table.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { hook } from "../support.mjs";
import { errorCode } from "./pages.mjs";
import { FRONT, REAR, startServer, WAIT, onCamera } from "./stand-ins.mjs";

let sandbox;
before(async () => {
  sandbox = await startServer();
});
after(() => sandbox?.stop());

onCamera("video paused by the browser: played again", { cameras: [REAR] }, async ({ page, frames, device }) => {
  await frames();
  await page.locator("video.video").evaluate((video) => video.pause());
  await page.waitForFunction(() => !document.querySelector("kyc-capture").capture.camera.video.paused, null, WAIT);
  await frames();
  assert.deepEqual((await device()).opened, ["rear"]);
});

onCamera("track stopped by a script, without an event: reopened", { cameras: [REAR] }, async (world) => {
  await world.frames();
  await world.page.evaluate(() => window.device.live[0].stop());
  await world.page.waitForFunction(() => window.device.opened.length === 2, null, WAIT);
  await world.frames();
  assert.ok(!(await world.device()).events.some(({ type }) => type === "camera_lost"));
});

onCamera("source that stops painting: no hint, reopened, then camera_lost", { cameras: [REAR] }, async (world) => {
  const { page } = world;
  await world.frames();
  await page.evaluate(() => {
    window.device.painting = false;
  });
  // While the video is frozen, no hint about its old image.
  await page.waitForFunction(
    () => {
      const { shadowRoot } = document.querySelector("kyc-capture");
      const hint = shadowRoot.querySelector('[data-kyc="guidance"]');
      return hint?.hidden && !shadowRoot.querySelector(".stage-wait").hidden;
    },
    null,
    WAIT,
  );
  await world.event("camera_lost");
  const { opened, frames } = await world.device();
  assert.deepEqual(opened, ["rear", "rear"], "opened again once");
  await errorCode(page, "camera_lost");
  await page.waitForTimeout(1_000);
  assert.equal((await world.device()).frames, frames, "an old image is not sent again");
  await page.evaluate(() => {
    window.device.painting = true;
  });
  await hook(page, "retry").click();
  await world.frames();
});

onCamera(
  "no requestVideoFrameCallback: a standing source is noticed all the same",
  { cameras: [REAR] },
  async (w) => {
    await w.frames();
    await w.page.evaluate(() => {
      window.device.painting = false;
    });
    await w.event("camera_lost");
  },
  () => {
    delete HTMLVideoElement.prototype.requestVideoFrameCallback;
  },
);

onCamera(
  "createImageBitmap refuses a video: frames by the canvas",
  { cameras: [REAR] },
  async (world) => {
    await world.frames(5);
  },
  () => {
    const make = window.createImageBitmap;
    window.createImageBitmap = (source, ...more) =>
      source instanceof HTMLVideoElement
        ? Promise.reject(new DOMException("no", "InvalidStateError"))
        : make(source, ...more);
  },
);

onCamera(
  "getUserMedia that never settles: camera_failed after 10 s, with recovery",
  { cameras: [{ ...REAR, outcomes: ["never", "ok"] }] },
  async (world) => {
    const { code } = await world.event("camera_failed");
    assert.equal(code, "camera_failed");
    await hook(world.page, "upload").first().waitFor(WAIT);
    await hook(world.page, "retry").click();
    await world.frames();
  },
);

onCamera(
  "permission prompt that is not answered: a sentence after 10 s, the wait goes on",
  { cameras: [{ ...REAR, outcomes: ["slow"] }] },
  async ({ page, device, frames }) => {
    await page.waitForFunction(
      () => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        return shadowRoot.querySelector(".stage-wait-hint")?.textContent === capture.texts.cameraWaitingHint;
      },
      null,
      WAIT,
    );
    assert.ok(!(await device()).events.some(({ type }) => type === "camera_failed"));
    const upload = hook(page, "upload").first();
    await upload.waitFor(WAIT);
    assert.ok(await upload.isEnabled(), "the person can go on without the camera");
    await page.evaluate(() => window.device.release());
    await frames();
  },
  () => {
    navigator.permissions.query = async () => ({ state: "prompt" });
  },
);

for (const name of ["NotReadableError", "AbortError"]) {
  onCamera(
    `${name} twice: the third try opens the camera`,
    { cameras: [{ ...REAR, outcomes: [name, name, "ok"] }] },
    async (world) => {
      await world.frames();
      const { requested, events } = await world.device();
      assert.equal(requested.length, 3);
      for (let i = 1; i < 3; i += 1) assert.ok(requested[i].at - requested[i - 1].at >= 290, "300 ms apart");
      assert.deepEqual([...new Set(requested.map(({ width }) => width))], [1920]);
      assert.ok(!events.some(({ type }) => type === "camera_failed"));
    },
  );
}

onCamera(
  "camera that opens in a smaller size only",
  { cameras: [{ ...REAR, outcomes: [...Array(4).fill("NotReadableError"), "ok"] }] },
  async (world) => {
    await world.frames();
    const { requested } = await world.device();
    assert.deepEqual(
      requested.map(({ width }) => width),
      [1920, 1920, 1920, 1280, 640],
    );
  },
);

onCamera(
  "camera in use by another app: camera_busy after every size, with recovery",
  { cameras: [{ ...REAR, outcomes: ["NotReadableError"] }] },
  async (world) => {
    const { code } = await world.event("camera_failed");
    assert.equal(code, "camera_busy");
    assert.deepEqual(
      (await world.device()).requested.map(({ width }) => width),
      [1920, 1920, 1920, 1280, 640, null],
    );
    await hook(world.page, "retry").waitFor(WAIT);
    await hook(world.page, "upload").first().waitFor(WAIT);
  },
);

onCamera(
  "track that ended while it was opened: opened again",
  { cameras: [{ ...REAR, outcomes: ["ended", "ok"] }] },
  async (world) => {
    await world.frames();
    assert.deepEqual((await world.device()).opened, ["rear", "rear"]);
  },
);

onCamera(
  "poor lens first, the better one does not open: the first is kept",
  {
    cameras: [
      { deviceId: "wide", label: "Back Ultra Wide Camera", facing: "environment" },
      { deviceId: "main", label: "Back Camera", facing: "environment", outcomes: ["NotReadableError"] },
    ],
  },
  async (world) => {
    await world.frames();
    const { opened, events } = await world.device();
    assert.deepEqual(opened, ["wide", "wide"]);
    assert.ok(!events.some(({ type }) => type === "camera_failed"));
  },
);

onCamera(
  "selected lens does not open: the open one stays, the next press reaches the third",
  {
    cameras: [
      REAR,
      { deviceId: "broken", label: "camera 2, facing back", facing: "environment", outcomes: ["NotReadableError"] },
      // Neither its name nor its capabilities show where it faces.
      { deviceId: "third", label: "Imaging device 3" },
    ],
  },
  async (world) => {
    await world.frames();
    const lens = hook(world.page, "switch-lens");
    await lens.click();
    await world.page.waitForFunction(() => window.device.opened.join() === "rear,rear", null, WAIT);
    await world.frames();
    await lens.click();
    await world.page.waitForFunction(() => window.device.opened.at(-1) === "third", null, WAIT);
    await world.frames();
  },
);

onCamera(
  "infrared camera listed first, by its name: the colour camera for the face",
  {
    step: "liveness",
    cameras: [
      { deviceId: "ir", label: "Integrated IR Camera", facing: "user", infrared: true },
      { deviceId: "colour", label: "Integrated Camera" },
    ],
  },
  async (world) => {
    await world.frames();
    assert.equal((await world.device()).opened.at(-1), "colour");
  },
);

onCamera(
  "infrared camera without a name: recognised by its image",
  {
    step: "liveness",
    cameras: [
      { deviceId: "first", label: "Camera A", infrared: true },
      { deviceId: "second", label: "Camera B" },
    ],
  },
  async (world) => {
    await world.frames();
    assert.equal((await world.device()).opened.at(-1), "second");
  },
);

onCamera(
  "only an infrared camera: none for the face",
  { step: "liveness", cameras: [{ deviceId: "ir", label: "Windows Hello IR", facing: "user", infrared: true }] },
  async (world) => {
    assert.equal((await world.event("camera_failed")).code, "camera_missing");
  },
);

onCamera(
  "closed while the first image is awaited: the light goes off at once",
  { cameras: [{ ...REAR, outcomes: ["silent"] }] },
  async ({ page }) => {
    await page.waitForFunction(() => window.device.live.length === 1, null, WAIT);
    const state = await page.evaluate(async () => {
      await document.querySelector("kyc-capture").close();
      await new Promise((resolve) => setTimeout(resolve));
      return window.device.live[0].readyState;
    });
    assert.equal(state, "ended");
  },
  () => {
    // No image arrives.
    Object.defineProperty(HTMLVideoElement.prototype, "videoWidth", { get: () => 0 });
  },
);

onCamera(
  "closed while the camera is requested: the late stream is stopped",
  { cameras: [{ ...REAR, outcomes: ["slow"] }] },
  async ({ page }) => {
    await page.waitForFunction(() => window.device.released.length === 1, null, WAIT);
    await page.evaluate(() => document.querySelector("kyc-capture").close());
    await page.evaluate(() => window.device.release());
    await page.waitForFunction(() => window.device.live[0]?.readyState === "ended", null, WAIT);
  },
);

onCamera(
  "hidden and shown while the camera opens: the own stream is not in use by another app",
  { cameras: [{ ...REAR, outcomes: ["slow", "ok"] }] },
  async (world) => {
    const { page } = world;
    await page.waitForFunction(() => window.device.released.length === 1, null, WAIT);
    await page.evaluate(() => {
      const show = (hidden) => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
      };
      show(true);
      show(false);
      setTimeout(() => window.device.release(), 500);
    });
    await world.frames();
    assert.ok(!(await world.device()).events.some(({ type }) => type === "camera_failed"));
  },
);

onCamera("open camera unplugged: another one takes over", { cameras: [REAR, FRONT] }, async (world) => {
  await world.frames();
  await world.page.evaluate(() => {
    window.device.cameras[0].unplugged = true;
    navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
  });
  await world.page.waitForFunction(() => window.device.opened.at(-1) === "front", null, WAIT);
  await world.frames();
});

onCamera(
  "browser that answers canvas reads with noise: canvas_blocked, no frame is sent",
  { cameras: [REAR] },
  async (world) => {
    assert.equal((await world.event("camera_failed")).code, "canvas_blocked");
    const { requested, frames } = await world.device();
    assert.deepEqual([requested.length, frames], [0, 0]);
    await errorCode(world.page, "canvas_blocked");
    const problems = await world.page.evaluate(() => document.querySelector("kyc-capture").capture.probe());
    assert.ok(problems.some(({ code }) => code === "canvas_blocked"));
  },
  () => {
    const read = CanvasRenderingContext2D.prototype.getImageData;
    CanvasRenderingContext2D.prototype.getImageData = function (...where) {
      const image = read.apply(this, where);
      for (let i = 0; i < image.data.length; i += 7) image.data[i] ^= 3;
      return image;
    };
  },
);

const agent = (text) => [
  (userAgent) => {
    Object.defineProperty(navigator, "userAgent", { get: () => userAgent });
  },
  text,
];
const PLACES = [
  ["Safari on iOS", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1", "ios"],
  ["Chrome on Android", "Mozilla/5.0 (Linux; Android 15; K) Chrome/140.0 Mobile Safari/537.36", "android"],
  ["Instagram", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Instagram 300.0", "in_app"],
  ["Facebook", "Mozilla/5.0 (Linux; Android 15; wv) Chrome/140.0 [FBAN/FB4A;FBAV/500]", "in_app"],
  ["a WebView", "Mozilla/5.0 (Linux; Android 15; K; wv) Version/4.0 Chrome/140.0 Mobile", "in_app"],
];
for (const [where, text, place] of PLACES) {
  onCamera(
    `access refused in ${where}: the advice for that place`,
    { cameras: [{ ...REAR, outcomes: ["NotAllowedError"] }] },
    async ({ page }) => {
      await errorCode(page, "camera_denied");
      const [shown, wanted, problems] = await page.evaluate(async (key) => {
        const { shadowRoot, capture } = document.querySelector("kyc-capture");
        const note = shadowRoot.querySelector(".failure .note").textContent;
        return [note, capture.texts.settingsCamera[key], await capture.probe()];
      }, place);
      assert.equal(shown, wanted);
      assert.equal(
        problems.some(({ code }) => code === "in_app_browser"),
        place === "in_app",
      );
    },
    ...agent(text),
  );
}

onCamera(
  "access refused by the system: the device's settings are named",
  { cameras: [{ ...REAR, outcomes: ["system"] }] },
  async ({ page }) => {
    await errorCode(page, "camera_denied");
    const [shown, wanted] = await page.evaluate(() => {
      const { shadowRoot, capture } = document.querySelector("kyc-capture");
      return [shadowRoot.querySelector(".failure .note").textContent, capture.texts.settingsCamera.system];
    });
    assert.equal(shown, wanted);
  },
);

onCamera(
  "Android's picker of images has no camera: a second button opens it",
  { cameras: [{ ...REAR, outcomes: ["NotReadableError"] }] },
  async ({ page }) => {
    await hook(page, "upload-camera").waitFor(WAIT);
    assert.equal(await hook(page, "camera-file").getAttribute("capture"), "environment");
    assert.equal(await hook(page, "file").getAttribute("capture"), null);
  },
  ...agent(PLACES[1][1]),
);

onCamera(
  "probe() settles where the browser answers nothing",
  { cameras: [REAR] },
  async ({ page }) => {
    await page.evaluate(() => document.querySelector("kyc-capture").capture.probe());
  },
  () => {
    navigator.permissions.query = () => new Promise(() => {});
    navigator.mediaDevices.enumerateDevices = () => new Promise(() => {});
  },
);
