// More cameras and browsers as they are: what tracks, videos, pages and workers do besides failing to open. Each name
// is the first column of the table in docs/devices.md.
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { hook } from "../support.mjs";
import { errorCode } from "./pages.mjs";
import { REAR, startServer, WAIT, onCamera } from "./stand-ins.mjs";

let sandbox;
before(async () => {
  sandbox = await startServer();
});
after(() => sandbox?.stop());

const noFailure = async ({ device }) =>
  assert.deepEqual(
    (await device()).events.filter(({ type }) => type === "camera_failed" || type === "camera_lost"),
    [],
  );

onCamera(
  "track muted while it was opened, as by a privacy switch: camera_lost with recovery",
  { cameras: [{ ...REAR, outcomes: ["muted", "ok"] }] },
  async (world) => {
    await world.event("camera_lost");
    await hook(world.page, "upload").first().waitFor(WAIT);
    await hook(world.page, "retry").click();
    await world.frames();
  },
);

onCamera(
  "device rotated: the frames turn with the preview, nothing is reopened",
  { cameras: [REAR] },
  async (world) => {
    const { page } = world;
    await world.frames();
    await page.evaluate(() => {
      window.device.canvas.width = 720;
      window.device.canvas.height = 1280;
    });
    await page.waitForFunction(
      () => {
        const [width, height] = window.device.sizes.at(-1).split("x").map(Number);
        return height > width && window.device.events.filter(({ type }) => type === "camera_opened").length > 1;
      },
      null,
      WAIT,
    );
    const opened = (await world.device()).events.filter(({ type }) => type === "camera_opened").at(-1);
    const sizes = await page.evaluate(() => window.device.sizes.at(-1));
    assert.equal(`${opened.width}x${opened.height}`, sizes, "the core knows the size of the frames that follow");
    assert.deepEqual((await world.device()).opened, ["rear"]);
  },
);

onCamera(
  "stream without a video track: opened again",
  { cameras: [{ ...REAR, outcomes: ["no track", "ok"] }] },
  async (world) => {
    await world.frames();
    assert.deepEqual((await world.device()).opened, ["rear", "rear"]);
    await noFailure(world);
  },
);

onCamera(
  "browser without capabilities, settings and device events: the camera works without its tools",
  { cameras: [REAR] },
  async (world) => {
    await world.frames();
    await noFailure(world);
    assert.equal(await hook(world.page, "torch").and(world.page.locator(":visible")).count(), 0);
  },
  () => {
    MediaStreamTrack.prototype.getCapabilities = undefined;
    MediaStreamTrack.prototype.applyConstraints = undefined;
    MediaDevices.prototype.addEventListener = undefined;
    Object.defineProperty(navigator, "permissions", { value: undefined });
  },
);

onCamera(
  "video that plays only after a touch, as in power saving: a sentence, then a button that plays it",
  { cameras: [REAR] },
  async (world) => {
    const { page } = world;
    await world.event("camera_lost");
    await errorCode(page, "camera_lost");
    await hook(page, "retry").click();
    await world.frames();
  },
  () => {
    const { play, pause } = HTMLMediaElement.prototype;
    let touched = false;
    addEventListener(
      "pointerdown",
      () => {
        touched = true;
      },
      true,
    );
    HTMLMediaElement.prototype.play = function () {
      if (touched) return play.call(this);
      this.autoplay = false;
      pause.call(this);
      return Promise.reject(new DOMException("the request is not allowed", "NotAllowedError"));
    };
    // A video that does not play has no frames, which this browser counts all the same.
    delete HTMLVideoElement.prototype.requestVideoFrameCallback;
    const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
    Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
      ...source,
      set(stream) {
        if (!touched) this.autoplay = false;
        source.set.call(this, stream);
      },
    });
  },
);

onCamera(
  "page kept in the back-forward cache: the camera closes and opens again",
  { cameras: [REAR] },
  async (world) => {
    const { page } = world;
    await world.frames();
    const state = await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      return window.device.live[0].readyState;
    });
    assert.equal(state, "ended");
    await page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    await page.waitForFunction(() => window.device.opened.length === 2, null, WAIT);
    await world.frames();
    await noFailure(world);
  },
);

onCamera(
  "permission withdrawn while the camera runs: camera_lost, then the advice for permissions",
  { cameras: [{ ...REAR, outcomes: ["ok", "NotAllowedError"] }] },
  async (world) => {
    const { page } = world;
    await world.frames();
    await page.evaluate(() => {
      const [track] = window.device.live;
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
    await errorCode(page, "camera_lost");
    await hook(page, "retry").click();
    await errorCode(page, "camera_denied");
    await page.locator(".failure .note").waitFor(WAIT);
    await hook(page, "upload").first().waitFor(WAIT);
  },
);

onCamera(
  "camera that satisfies no size: opened without one",
  { cameras: [{ ...REAR, outcomes: [...Array(4).fill("OverconstrainedError"), "ok"] }] },
  async (world) => {
    await world.frames();
    const { requested } = await world.device();
    assert.equal(requested.at(-1).width, null);
    await noFailure(world);
  },
);

onCamera(
  "camera of one image in 1.5 s: no notice, no reopening",
  { cameras: [{ ...REAR, paintMs: 1_500 }] },
  async (world) => {
    const { page } = world;
    await page.waitForFunction(() => document.querySelector("kyc-capture").capture !== null, null, WAIT);
    await page.evaluate(() => {
      window.notices = 0;
      document.querySelector("kyc-capture").capture.on("waiting", (what) => {
        window.notices += what === null ? 0 : 1;
      });
    });
    await world.frames(6);
    assert.deepEqual([(await world.device()).opened, await page.evaluate(() => window.notices)], [["rear"], 0]);
  },
);

onCamera("worker that stops answering: replaced, the camera goes on", { cameras: [REAR] }, async (world) => {
  const { page } = world;
  await world.frames();
  await page.evaluate(() => {
    window.device.deaf = true;
  });
  await page.waitForFunction(() => window.device.workers === 2, null, WAIT);
  await page.evaluate(() => {
    window.device.deaf = false;
  });
  await world.frames();
});

onCamera(
  "enumerateDevices that hides names and ids: the camera works, no switch is offered",
  { cameras: [REAR, { deviceId: "other", label: "camera 1", facing: "environment" }] },
  async (world) => {
    await world.frames();
    await noFailure(world);
    assert.equal(await hook(world.page, "switch-lens").and(world.page.locator(":visible")).count(), 0);
  },
  () => {
    const list = setInterval(() => {
      if (!window.device) return;
      clearInterval(list);
      navigator.mediaDevices.enumerateDevices = async () => [{ kind: "videoinput", deviceId: "", label: "" }];
    });
  },
);
