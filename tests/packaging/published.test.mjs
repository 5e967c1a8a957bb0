// The packed tarball as publint and are-the-types-wrong see it: entry points, formats and types resolve for every
// consumer.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
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
let name;
let packedFiles;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "kyc-published-"));
  const [packed] = JSON.parse(run("npm", ["pack", PKG, "--json", "--pack-destination", folder], folder));
  name = packed.filename;
  packedFiles = packed.files.map((file) => file.path);
  tarball = readFileSync(join(folder, name));
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("every packed file has its hash in integrity.json, and every module its crates in sbom.json", () => {
  run("tar", ["-xzf", join(folder, name), "-C", folder], folder);
  const file = (path) => readFileSync(join(folder, "package", path));
  const integrity = JSON.parse(file("integrity.json"));
  for (const path of packedFiles.filter((path) => path !== "integrity.json")) {
    const hash = createHash("sha384").update(file(path)).digest("base64");
    assert.equal(integrity[path], `sha384-${hash}`, path);
  }
  assert.deepEqual(
    Object.keys(integrity).filter((path) => !packedFiles.includes(path)),
    [],
  );

  const { bomFormat, components, dependencies } = JSON.parse(file("sbom.json"));
  assert.equal(bomFormat, "CycloneDX");
  const refs = new Set(components.map((one) => one["bom-ref"]));
  assert.equal(refs.size, components.length, "no component twice");
  for (const path of packedFiles.filter((path) => /\.(wasm|kycm)$/.test(path))) {
    const own = components.find((one) => one.name === path);
    assert.equal(own?.hashes[0].content, createHash("sha384").update(file(path)).digest("hex"), path);
    if (path.endsWith(".kycm")) continue;
    const { dependsOn } = dependencies.find((one) => one.ref === path);
    assert.ok(dependsOn.some((ref) => ref.startsWith("pkg:cargo/serde@")) || path.includes("decoder"), path);
    assert.ok(dependsOn.length > 5 && dependsOn.every((ref) => refs.has(ref)), path);
  }
  for (const one of components.filter(({ purl }) => purl)) {
    assert.match(one.licenses[0].expression, /^[\w.()+-]+( (OR|AND|WITH) [\w.()+-]+)*$/, one.name);
    assert.match(one.hashes[0].content, /^[0-9a-f]{64}$/, one.name);
  }
});

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
