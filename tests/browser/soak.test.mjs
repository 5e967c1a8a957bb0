// Seconds of what `cargo xtask soak` does for half an hour.

import assert from "node:assert/strict";
import { test } from "node:test";
import { soakFrames, soakTraffic } from "../soak/run.mjs";
import { isFlat, trend } from "../soak/slope.mjs";

const line = (perSecond, base = 10 << 20) =>
  Array.from({ length: 40 }, (_, seconds) => ({ seconds, bytes: base + perSecond * seconds }));

test("a trend leaves out the warm-up and is bytes per minute", () => {
  assert.equal(Math.round(trend(line(1000)).perMinute), 60_000);
  const settled = line(0).map((sample) => (sample.seconds < 10 ? { ...sample, bytes: 0 } : sample));
  assert.equal(trend(settled).perMinute, 0);
  assert.throws(() => trend(line(0).slice(0, 4)), /too few/);
});

test("steady memory is flat, growing memory is not", () => {
  assert.ok(isFlat(trend(line(0))));
  assert.ok(isFlat(trend(line(-5000))));
  assert.ok(!isFlat(trend(line(200_000))));
});

test("frames leave the module's memory as it is, and a leak is seen", async () => {
  // The first half is the warm-up: memory reaches its size with the first capture.
  const { counts, samples } = await soakFrames({ frames: 160, period: 0 });
  assert.equal(counts.frames, 160);
  assert.ok(isFlat(trend(samples, 0.5)), JSON.stringify(trend(samples, 0.5)));
  // Half a megabyte a frame that no one frees.
  const leaky = await soakFrames({ frames: 60, period: 0, leak: (wasm) => wasm.__wbindgen_malloc(512 << 10, 1) });
  assert.ok(!isFlat(trend(leaky.samples)), JSON.stringify(trend(leaky.samples)));
});

test("mixed traffic is answered rightly and leaves the sandbox's memory bounded", async () => {
  const { counts, wrong, samples } = await soakTraffic(10, 200);
  assert.deepEqual(wrong, []);
  assert.ok(counts.session >= 1, JSON.stringify(counts));
  // Ten seconds are a warm-up: only a flood would show.
  assert.ok(trend(samples).most < 400 << 20, JSON.stringify(trend(samples)));
});
