// The report for support: what happened, and nothing about the person.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { PKG } from "./install.mjs";

const load = (file) => import(pathToFileURL(join(PKG, "dist", file)).href);
const { createCapture } = await load("index.js");
const { DebugLog } = await load("debug.js");

const SECRETS = ["t0ken", "s3ssion", "cl1ent", "kyc.secret.test", "ERIKSSON", "L898902C3", "Anna's iPhone camera"];
const OPTIONS = {
  baseUrl: "https://kyc.secret.test",
  clientId: "cl1ent",
  sessionId: "s3ssion",
  accessToken: "t0ken",
  liveness: { steps: 2 },
  thresholds: { document: { minSharpness: 0.4 } },
  sdkMetadata: { note: "ERIKSSON" },
};
const CHECK = { name: "sharpness", value: 0.8, score: 0.9, threshold: 0.4, passed: true };
const REPORT = {
  side: "front",
  source: "automatic",
  width: 1600,
  height: 1000,
  bytes: 90_000,
  images: 1,
  checks: [{ ...CHECK, extra: "ERIKSSON" }],
  warnings: [],
  documentChecks: [{ code: "mrz_valid", result: "passed", reason: "L898902C3", value: null, threshold: null }],
  liveness: { mode: "passive", personsSeen: 1, signals: [{ name: "moire", score: 1, value: 0, reason: "ERIKSSON" }] },
  data: { surname: "ERIKSSON" },
};
const VIEW = {
  step: "document_front",
  phase: "review",
  steps: ["document_front"],
  documentType: "passport",
  guidance: null,
  error: null,
  review: { document: { surname: "ERIKSSON", number: "L898902C3" } },
};
/** One event of each kind with everything that it may carry. */
const EVENTS = [
  ["step", { step: "document_front", index: 1, total: 4, extra: "t0ken" }],
  ["view", VIEW],
  ["view", { ...VIEW, guidance: "hold_still" }],
  ["camera", { video: { videoWidth: 1280, videoHeight: 720 }, facing: "user", deviceId: "Anna's iPhone camera" }],
  ["guidance", { code: "hold_still", text: "ERIKSSON" }],
  ["language", { locale: "ru", dir: "ltr", error: { code: "asset_unreachable", message: "t0ken" } }],
  ["captured", { side: "front", report: REPORT }],
  ["upload", { sent: 1, total: 2 }],
  ["upload", { sent: 2, total: 2 }],
  ["progress", { done: 1, total: 3 }],
  ["waiting", "location"],
  ["provider", { innerHTML: "ERIKSSON" }],
  ["error", { code: "token_failed", message: "t0ken", retryable: true, recovery: ["retry"], option: null }],
  ["declined", null],
  ["complete", { verified: true, sessionId: "s3ssion" }],
];

test("a report has events and measures, and nothing about the person, the session or the service", async () => {
  const log = new DebugLog();
  for (const [type, payload] of EVENTS) log.add(type, payload);
  const report = await log.report(VIEW, OPTIONS);
  const text = JSON.stringify(report);
  for (const secret of SECRETS) assert.ok(!text.includes(secret), `${secret} in ${text}`);
  assert.equal(report.sessionHash, createHash("sha256").update("s3ssion").digest("hex"));
  assert.deepEqual(report.options.names, Object.keys(OPTIONS).sort());
  assert.deepEqual(report.options.thresholds, OPTIONS.thresholds);
  const of = (event) => report.events.filter((entry) => entry.event === event).map((entry) => entry.data);
  assert.deepEqual(of("phase"), [{ step: "document_front", phase: "review" }], "one entry for each phase");
  assert.deepEqual(of("upload"), [{ sent: 2, total: 2 }], "the last of its progress");
  assert.deepEqual(of("camera"), [{ facing: "user", width: 1280, height: 720 }]);
  assert.deepEqual(of("captured")[0].checks, [CHECK]);
  assert.deepEqual(of("error"), [{ code: "token_failed", retryable: true, recovery: ["retry"], option: null }]);
  assert.equal(report.events.length, EVENTS.length - 2);
  assert.ok(report.events.every(({ at }, i) => at >= (report.events[i - 1]?.at ?? 0)));
});

test("a report is bounded and says what it dropped", async () => {
  const log = new DebugLog();
  for (let i = 0; i < 1_000; i += 1) log.add("progress", { done: i, total: 1_000 });
  const report = await log.report(VIEW, OPTIONS);
  assert.deepEqual([report.events.length, report.dropped, report.events[0].data.done], [500, 500, 500]);
});

test("a capture reports its version before and after it is closed", async () => {
  const { version } = JSON.parse(readFileSync(join(PKG, "package.json"), "utf8"));
  const capture = createCapture(OPTIONS);
  assert.equal((await capture.debugReport()).version, version);
  await capture.close();
  const { state, format } = await capture.debugReport();
  assert.deepEqual([state.step, state.error, format], ["starting", null, 1]);
});
