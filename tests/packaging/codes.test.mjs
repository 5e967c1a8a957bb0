// Every code has its texts. The codes are generated from the core's (`cargo xtask types`).

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG } from "./install.mjs";

const codes = await import(pathToFileURL(join(PKG, "dist/codes.js")).href);

test("every code has its texts in every language", async () => {
  const all = [...codes.FLOW_CODES, ...codes.API_CODES, ...codes.CORE_CODES, ...codes.PACKAGE_CODES];
  for (const tag of ["en", "ru", "kk", "ky", "uz", "ar"]) {
    const { default: texts } = await import(pathToFileURL(join(PKG, `dist/i18n/${tag}.js`)).href);
    for (const code of all) assert.ok(texts.errors[code]?.title && texts.errors[code]?.text, `${tag}: ${code}`);
    for (const code of codes.GUIDANCE_CODES) assert.ok(texts.guidance[code], `${tag}: ${code}`);
    for (const code of codes.WARNINGS) assert.ok(texts.warnings[code], `${tag}: ${code}`);
    for (const code of codes.PROBLEM_CODES) assert.ok(texts.problems[code], `${tag}: ${code}`);
  }
});
