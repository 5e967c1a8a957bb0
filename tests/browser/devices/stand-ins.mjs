// Imitates the cameras of a device in a page of real Chromium, before the page's own scripts run. The core is a
// stand-in too: these cases are about the page, its camera and what the person sees.
import { test } from "node:test";

import { openBrowser, startSandbox } from "../support.mjs";
import { viewOf } from "../view.mjs";

export const LONG = { timeout: 180_000 };
/** The cases of the default run. `KYC_DEVICES=all` runs every one. */
const SAMPLE = new RegExp(
  "stops painting|twice|smaller size|the first is kept|reaches the third|by its name|late stream|noise|system|" +
    "48 megapixels|cannot be read|with 403|413|session_complete|sent again|half of|nonsense|" +
    "muted|rotated|video track|stops answering|no bytes|two conflicts|session that ended|order mark",
);
export const isSampled = (name) => process.env.KYC_DEVICES === "all" || SAMPLE.test(name);
export const WAIT = { timeout: 60_000 };

/** Names a case; one of each kind is in the default run. */
export function situation(name, run, limit = LONG) {
  if (isSampled(name)) test(name, limit, run);
}

/** Names a case on an imitated device, which is closed afterwards. */
export function onCamera(name, options, run, ...scripts) {
  situation(name, async () => {
    const world = await onDevice(options, ...scripts);
    try {
      await run(world);
    } finally {
      await world.close();
    }
  });
}

/**
 * Runs in the page. `cameras`: `{ deviceId, label, facing, outcomes }`; each call of `getUserMedia` takes the next of
 * `outcomes`, the last one for ever: `"ok"`, the name of an error, `"never"`, `"slow"` (until `device.release()`),
 * `"ended"`, `"silent"`, `"muted"`, `"no track"`. `paintMs` is the interval of its images, 33 ms if none is given.
 * The page finds `window.device`: what was opened and requested, what the core heard, and handles of the streams.
 */
function imitate({ cameras, facing, view, colour = true }) {
  const device = {
    requested: [],
    opened: [],
    live: [],
    events: [],
    frames: 0,
    painting: true,
    released: [],
    workers: 0,
  };
  device.sizes = [];
  window.device = device;
  const media = navigator.mediaDevices;
  const left = new Map(cameras.map((camera) => [camera.deviceId, [...(camera.outcomes ?? ["ok"])]]));
  const listed = () =>
    cameras
      .filter((camera) => !camera.unplugged)
      .map(({ deviceId, label, facing }) => ({
        kind: "videoinput",
        deviceId,
        label,
        ...(facing && { getCapabilities: () => ({ facingMode: [facing] }) }),
      }));
  device.cameras = cameras;
  media.enumerateDevices = async () => listed();
  media.getUserMedia = async ({ video }) => {
    const exact = video.deviceId?.exact;
    const wanted = video.facingMode?.ideal;
    const camera =
      exact === undefined
        ? (cameras.find((one) => one.facing === wanted && !one.unplugged) ?? cameras.find((one) => !one.unplugged))
        : cameras.find((one) => one.deviceId === exact && !one.unplugged);
    device.requested.push({
      deviceId: camera?.deviceId ?? exact,
      width: video.width?.ideal ?? null,
      at: performance.now(),
    });
    if (camera === undefined) throw new DOMException("gone", "OverconstrainedError");
    const outcomes = left.get(camera.deviceId);
    const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
    if (outcome === "never") await new Promise(() => {});
    if (outcome === "slow") await new Promise((resolve) => device.released.push(resolve));
    if (outcome === "system") throw new DOMException("Permission denied by system", "NotAllowedError");
    if (!["ok", "slow", "ended", "silent", "muted", "no track"].includes(outcome)) {
      throw new DOMException("refused", outcome);
    }
    // Phones open one camera at a time.
    if (device.live.some((track) => track.readyState === "live")) throw new DOMException("in use", "NotReadableError");
    const canvas = document.createElement("canvas");
    canvas.width = 1280;
    canvas.height = 720;
    device.canvas = canvas;
    const context = canvas.getContext("2d");
    let painted = 0;
    const paint = () => {
      if (!device.painting || outcome === "silent") return;
      painted += 1;
      const level = 60 + (painted % 120);
      context.fillStyle =
        camera.infrared || !colour ? `rgb(${level}, ${level}, ${level})` : `rgb(${level}, 90, ${200 - level})`;
      context.fillRect(0, 0, canvas.width, canvas.height);
    };
    paint();
    const timer = setInterval(paint, camera.paintMs ?? 33);
    const stream = canvas.captureStream();
    const [track] = stream.getVideoTracks();
    const stop = track.stop.bind(track);
    track.stop = () => {
      clearInterval(timer);
      stop();
    };
    Object.defineProperty(track, "label", { value: camera.label });
    track.getSettings = () => ({ deviceId: camera.deviceId, width: 1280, height: 720, facingMode: camera.facing });
    if (outcome === "ended") track.stop();
    if (outcome === "muted") Object.defineProperty(track, "muted", { value: true });
    if (outcome === "no track") {
      track.stop();
      stream.removeTrack(track);
    }
    device.opened.push(camera.deviceId);
    device.live.push(track);
    return stream;
  };
  device.release = () => {
    for (const resolve of device.released.splice(0)) resolve();
  };

  const fail = (code, recovery) => {
    const retryable = recovery.includes("retry");
    Object.assign(view, { phase: "failed", guidance: null, error: { code, message: code, retryable, recovery } });
  };
  window.Worker = class {
    addEventListener() {}

    constructor() {
      device.workers += 1;
    }

    postMessage(command) {
      const say = (data) => setTimeout(() => this.onmessage?.({ data: structuredClone(data) }));
      const update = (...effects) => say({ kind: "update", view, effects });
      if (command.kind === "event") {
        const { event } = command;
        device.events.push(event);
        if (event.type === "start" || event.type === "retry") {
          Object.assign(view, { phase: "camera_opening", error: null });
          update({ type: "camera_open", facing });
        }
        if (event.type === "camera_opened") {
          Object.assign(view, { phase: "capturing", guidance: "more_light" });
          update();
        }
        if (event.type === "camera_lost") fail("camera_lost", ["retry", "upload"]);
        if (event.type === "camera_failed") {
          const denied = event.code === "camera_denied" || event.code === "canvas_blocked";
          fail(event.code, denied ? ["upload", "settings", "retry"] : ["retry", "upload"]);
        }
        if (event.type === "camera_lost" || event.type === "camera_failed") update({ type: "camera_close" });
      }
      if (command.kind === "frame") {
        device.frames += 1;
        device.sizes.push(`${command.frame.width}x${command.frame.height}`);
        command.frame.bitmap?.close();
        if (device.deaf) return;
        view.overlay = { quad: null, mrz: [], face: null, captureProgress: 0, sharpness: 1.2 };
        update();
      }
      say({ kind: "done", id: command.id, value: null });
    }

    terminate() {}
  };
}

let sandbox;

/** Starts the server of the page; the caller stops it. */
export async function startServer() {
  sandbox = await startSandbox();
  return sandbox;
}

/** Opens the page on an imitated device. `before`: another script that runs in the page first. */
export async function onDevice(options, before = null, argument = null) {
  const world = await openBrowser(options.browser ?? {});
  const { page } = world;
  const { step = "document_front" } = options;
  const facing = step === "liveness" ? "user" : "environment";
  await page.addInitScript(imitate, { ...options, step, facing, view: viewOf({ step, steps: [step], facing }) });
  if (before) await page.addInitScript(before, argument);
  await page.goto(sandbox.url);
  const device = () =>
    page.evaluate(() => {
      const { requested, opened, events, frames } = window.device;
      return { requested, opened, events, frames };
    });
  return {
    ...world,
    device,
    /** Until the core has heard an event of this type. */
    event: (type) =>
      page
        .waitForFunction((wanted) => window.device.events.find((event) => event.type === wanted), type, WAIT)
        .then((handle) => handle.jsonValue()),
    /** Until so many more frames have come. */
    frames: (more = 3) =>
      page.evaluate(async (wanted) => {
        const before = window.device.frames;
        while (window.device.frames < before + wanted) await new Promise((resolve) => setTimeout(resolve, 20));
      }, more),
  };
}

export const REAR = { deviceId: "rear", label: "camera 0, facing back", facing: "environment" };
export const FRONT = { deviceId: "front", label: "camera 1, facing front", facing: "user" };
