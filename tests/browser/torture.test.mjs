// A sample of what `cargo xtask torture` does for every place: the n-th allocation, fetch, worker message, track event
// and storage access fails.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSandbox } from "./support.mjs";
import { flow } from "../torture/page.mjs";
import { frame } from "../torture/run.mjs";
import { runWith, tortureMemory, withMemory } from "../torture/wasm-memory.mjs";

const LONG = { timeout: 240_000 };

let sandbox;
before(async () => {
  sandbox = await startSandbox({ faults: false });
});
after(() => sandbox?.stop());

test("a module that runs out of memory fails with a typed error, and the next call works", LONG, async () => {
  const { runs, findings } = await tortureMemory({ ...frame(), every: 24 });
  assert.deepEqual(findings, []);
  assert.ok(runs >= 3, `${runs} runs`);
});

test("without a limit nothing fails", LONG, async () => {
  const seen = await runWith({ ...frame(), pages: null });
  assert.deepEqual(
    seen.filter(({ code }) => code !== null),
    [],
  );
  assert.throws(() => withMemory(Buffer.from("\0asm\x01\0\0\0"), 1), /no memory/);
});

for (const [kind, n] of [
  ["fetch", 4],
  ["worker message", 12],
  ["track event", 3],
  ["storage access", 1],
]) {
  test(`a flow survives the failure of ${kind} ${n}`, LONG, async () => {
    const seen = await flow({ sandbox, kind, n });
    assert.deepEqual(seen.findings, [], JSON.stringify(seen));
    assert.ok(seen.fired, `it did not happen: ${JSON.stringify(seen)}`);
    assert.equal(seen.ended, "verdict", JSON.stringify(seen));
  });
}
