// The packed tarball as publint and are-the-types-wrong see it: entry points, formats and types resolve for every
// consumer.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

import { PKG, run } from "./install.mjs";

let folder;
let tarball;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "kyc-published-"));
  const [packed] = JSON.parse(run("npm", ["pack", PKG, "--json", "--pack-destination", folder], folder));
  tarball = readFileSync(join(folder, packed.filename));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("publint finds nothing to correct", async () => {
  const data = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true });
  const problems = messages.filter((message) => message.type !== "suggestion");
  assert.deepEqual(
    problems.map((message) => formatMessage(message, pkg, { color: false })),
    [],
  );
});

test("types resolve for every consumer of ECMAScript modules", async () => {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  assert.ok(result.types, "the package has types");
  // Assets (worker, modules, weights) have no types.
  const problems = result.problems.filter(({ entrypoint }) => !/^\.\/(worker|models)|\.wasm$/.test(entrypoint ?? ""));
  assert.deepEqual(problems, []);
});
