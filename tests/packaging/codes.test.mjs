// The codes that TypeScript knows are those of the core: a code added on one side alone fails here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG, ROOT } from "./install.mjs";

const codes = await import(pathToFileURL(join(PKG, "dist/codes.js")).href);
const source = (path) => readFileSync(join(ROOT, path), "utf8");

/** Texts of a list written by one of the core's `codes!` macros. */
function rust(path, name) {
  const text = source(path);
  const at = name === null ? text.search(/^(codes|guidance)! \{/m) : text.search(new RegExp(`^ {4}${name} \\{`, "m"));
  assert.ok(at >= 0, `${name} is not in ${path}`);
  const body = text.slice(at, text.indexOf("\n}", at));
  return [...body.matchAll(/^\s+[A-Z]\w+ = "([a-z_]+)"/gm)].map(([, code]) => code);
}

const LISTS = [
  ["STEPS", "src/core/session/view.rs", "Step"],
  ["PHASES", "src/core/session/view.rs", "Phase"],
  ["DOCUMENT_TYPES", "src/core/session/view.rs", "DocumentType"],
  ["SIDES", "src/core/session/view.rs", "Side"],
  ["RECOVERIES", "src/core/session/view.rs", "Recovery"],
  ["WARNINGS", "src/core/session/report.rs", "Warning"],
  ["LOCATION_FAILURES", "src/core/session/event.rs", "LocationFailure"],
  ["CAMERA_FAILURES", "src/core/session/event.rs", "CameraFailure"],
  ["MODELS", "src/core/session/event.rs", "Model"],
  ["FLOW_CODES", "src/core/session/failure.rs", "FlowCode"],
  ["API_CODES", "src/api/errors.rs", null],
  ["GUIDANCE_CODES", "src/core/guidance.rs", null],
];

for (const [list, path, name] of LISTS) {
  test(`${list} are those of ${path}`, () => {
    const found = rust(path, name);
    assert.ok(found.length > 1, "the core's list was not found");
    assert.deepEqual([...codes[list]].sort(), found.sort());
  });
}

test("CORE_CODES are those of src/core/error.rs", () => {
  const found = [...source("src/core/error.rs").matchAll(/Self::\w+(?: \{ \.\. \}|\(\.\.\))? => "([a-z_]+)"/g)].map(
    ([, code]) => code,
  );
  assert.ok(found.length > 1);
  assert.deepEqual([...codes.CORE_CODES].sort(), found.sort());
});

test("every code has its texts in every language", async () => {
  const { en } = await import(pathToFileURL(join(PKG, "dist/i18n/en.js")).href);
  const all = [...codes.FLOW_CODES, ...codes.API_CODES, ...codes.CORE_CODES, ...codes.PACKAGE_CODES];
  for (const code of all) assert.ok(en.errors[code]?.title && en.errors[code]?.text, code);
  for (const code of codes.GUIDANCE_CODES) assert.ok(en.guidance[code], code);
  for (const code of codes.WARNINGS) assert.ok(en.warnings[code], code);
  for (const code of codes.PROBLEM_CODES) assert.ok(en.problems[code], code);
});
