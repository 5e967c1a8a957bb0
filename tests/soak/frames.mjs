// Capture frames through the wasm module, for as long as asked: a real core, a session of a real sandbox.

import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** A new core after so many frames: the old one must leave nothing behind. */
const FRAMES_OF_A_CORE = 200;
/** Time between two frames of the camera, ms, whatever the machine needs for one; frames that show the same image. */
const FRAME_MS = 100;
const FRAMES_OF_AN_IMAGE = 16;

/** Drives a `CaptureCore` as the page does: carries out every effect, and retakes whatever was captured. */
class Driver {
  constructor(glue, session, url, models) {
    Object.assign(this, { glue, session, url, models, captured: 0, now: Date.now() });
  }

  async start() {
    const { clientId, sessionId, accessToken } = this.session;
    this.core = new this.glue.CaptureCore({ baseUrl: this.url, clientId, sessionId, accessToken });
    await this.send({ type: "start" });
  }

  async send(event) {
    await this.follow(this.core.dispatch(event, this.now));
  }

  async follow({ view, effects }) {
    this.view = view;
    for (const effect of effects) {
      switch (effect.type) {
        case "request":
          await this.follow(await this.core.run_request(effect.id));
          break;
        case "camera_open":
          await this.send({ type: "camera_opened", width: 1280, height: 720 });
          break;
        case "locate":
          await this.send({ type: "location", latitude: 43.2, longitude: 76.9 });
          break;
        case "load_model":
          this.core.load_model(effect.model, this.models[effect.model]);
          await this.send({ type: "model_loaded", model: effect.model });
          break;
        default:
          break;
      }
    }
  }

  /** Answers what a person would answer, until frames are wanted. */
  async toCapture() {
    for (let i = 0; i < 20 && this.view.phase !== "capturing"; i++) {
      const { step, phase } = this.view;
      if (phase === "failed") throw new Error(`${step}: ${this.view.error.code}: ${this.view.error.message}`);
      if (step === "consent") await this.send({ type: "consent_given" });
      else if (step === "document_type") await this.send({ type: "document_type_chosen", documentType: "passport" });
      else if (phase === "review") {
        this.captured += 1;
        if (!(this.core.preview()?.data.length > 0)) throw new Error("the captured image has no preview");
        await this.send({ type: "retake" });
      } else throw new Error(`no way from ${step}, ${phase}`);
    }
  }

  async frame(pixels) {
    this.now += FRAME_MS;
    await this.follow(this.core.push_frame(pixels, 1280, 720, this.now));
  }
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/**
 * Pushes frames for `seconds`, or so many `frames` if given. `images` are RGBA frames of 1280 × 720; `session()` makes
 * a session. Calls `sample` once a `period` (ms) with the bytes of the module's memory and of the JavaScript heap
 * after a collection. Returns how many frames, cores and captures there were.
 */
export async function pushFrames({ pkg, url, session, images, seconds, frames, period, sample, leak }) {
  const glue = await import(pathToFileURL(path.join(pkg, "wasm/kyc_capture.js")).href);
  const wasm = await glue.default({ module_or_path: readFileSync(path.join(pkg, "wasm/kyc_capture_bg.wasm")) });
  const model = (name) => new Uint8Array(readFileSync(path.join(pkg, `models/${name}.kycm`)));
  const models = { mrz: model("mrz"), face: model("face") };
  const begin = performance.now();
  const counts = { frames: 0, cores: 0, captures: 0 };
  let [driver, next] = [null, 0];
  const goesOn = () => (frames ? counts.frames < frames : performance.now() - begin < seconds * 1000);
  while (goesOn()) {
    if (driver === null) {
      // Its own session, as every page has: a token lives a quarter of an hour. Frames leave the event loop no time:
      // connections that the server closed meanwhile are noticed here.
      await setTimeout(100);
      driver = new Driver(glue, await session(), url, models);
      counts.cores += 1;
      await driver.start();
    }
    await driver.toCapture();
    await driver.frame(images[Math.floor(counts.frames / FRAMES_OF_AN_IMAGE) % images.length]);
    counts.frames += 1;
    leak?.(wasm);
    const elapsed = performance.now() - begin;
    if (elapsed >= next) {
      next += period;
      // Twice: the first collection runs the finalizers whose objects the second one frees.
      collect();
      collect();
      sample({ seconds: elapsed / 1000, bytes: wasm.memory.buffer.byteLength, heap: process.memoryUsage().heapUsed });
    }
    if (counts.frames % FRAMES_OF_A_CORE === 0) {
      counts.captures += driver.captured;
      driver.core.free();
      driver = null;
    }
  }
  counts.captures += driver?.captured ?? 0;
  driver?.core.free();
  return counts;
}
