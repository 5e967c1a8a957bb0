// Memory and time in the page: a sample of what `cargo xtask soak` does for minutes.
import assert from "node:assert/strict";
import { test } from "node:test";

import { slowProcessor, soakFlows, soakPageFrames } from "../../soak/page.mjs";
import { pageTrends } from "../../soak/run.mjs";
import { isFlat, trend } from "../../soak/slope.mjs";
import { isSampled } from "./stand-ins.mjs";

const LONG = { timeout: 600_000 };

/** What grows beyond the bound, with its trend. The first half is the warm-up of these short runs. */
const growing = (samples) =>
  Object.entries(pageTrends(samples)).flatMap(([what, { bounded, samples: taken }]) => {
    const found = trend(taken, 0.5);
    return bounded && !isFlat(found) ? [{ what, ...found }] : [];
  });

function assertMeasured(samples) {
  for (const { page, worker, module, renderer } of samples) {
    assert.ok(page > 0 && worker > 0 && module > 0 && renderer > 0, "everything is measured");
  }
}

if (isSampled("flows with retakes leave memory as it is")) {
  test("flows with retakes leave memory as it is", LONG, async () => {
    const { samples } = await soakFlows({ flows: 8 });
    assert.equal(samples.length, 8);
    assertMeasured(samples);
    assert.deepEqual(growing(samples), []);
  });
}

test("frames leave the page's memory as it is, and a leak is seen", LONG, async () => {
  const { samples, seen } = await soakPageFrames({ seconds: 20, period: 500 });
  assert.ok(seen.sent > 5, `${seen.sent} frames`);
  assertMeasured(samples);
  assert.deepEqual(growing(samples), []);
  const leaky = await soakPageFrames({ seconds: 15, period: 500, leak: true });
  assert.deepEqual(
    growing(leaky.samples).map(({ what }) => what),
    ["page"],
  );
});

test("processor 6 times slower: frames are dropped, hints stay truthful, the capture ends", LONG, async () => {
  const { sent, delivered, most, modules, hints } = await slowProcessor();
  assert.equal(most, 1, "one frame is in flight at most: none waits in a queue");
  assert.ok(sent < delivered, `${sent} frames sent of ${delivered} delivered`);
  assert.equal(modules, 0, "the main thread compiles the module and runs none");
  // The film shows a passport that lies still, then a face: nothing else is to be said.
  const truthful = ["checking", "capturing", "no_face", "hold_still"];
  assert.deepEqual(
    hints.filter((code) => !truthful.includes(code)),
    [],
  );
});
