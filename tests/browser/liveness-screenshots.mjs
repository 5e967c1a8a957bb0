// Screenshots of the pages of liveness, to look at: `node tests/browser/liveness-screenshots.mjs FOLDER`, with the
// variables that `cargo xtask test browser` sets.
import { mkdirSync } from "node:fs";
import path from "node:path";

import { FakeCamera, bytesOf, hook, openBrowser, openOwnPage, imageFile, startSandbox } from "./support.mjs";

const folder = path.resolve(process.argv[2] ?? "target/screenshots");
mkdirSync(folder, { recursive: true });

const WHO = 4;
const views = [
  ["phone", { width: 390, height: 844 }],
  ["desktop", { width: 1280, height: 800 }],
];
const sandbox = await startSandbox();

/** A browser on the liveness step of a session, and a camera that shows a head. */
async function start(name, viewport, session, film, options) {
  const camera = new FakeCamera();
  camera.showHead(...film);
  const world = await openBrowser({ camera, viewport });
  const { page } = world;
  if (options) {
    await openOwnPage(world, sandbox, session, options);
  } else {
    const { clientId, sessionId } = session;
    await page.addInitScript(
      (stored) => sessionStorage.setItem("kyc-demo-session", stored),
      JSON.stringify({ clientId, sessionId }),
    );
    await page.goto(sandbox.url);
  }
  return {
    ...world,
    camera,
    at: (step, phase) =>
      page
        .locator(`[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`)
        .waitFor({ timeout: 60_000 }),
    take: (what) => page.screenshot({ path: path.join(folder, `${name}-liveness-${what}.png`) }),
  };
}

for (const [name, viewport] of views) {
  // Passive: the oval, the review.
  let p = await start(name, viewport, await sandbox.sessionAtLiveness(WHO), ["--seed", WHO]);
  await p.at("liveness", "capturing");
  await p.page.locator('[data-kyc="guidance"][data-code="capturing"]').waitFor({ timeout: 30_000 });
  await p.page.waitForTimeout(700);
  await p.take("passive");
  await p.at("liveness", "review");
  await p.page.waitForTimeout(500);
  await p.take("review");
  await p.close();

  // Active: movements with their arrows, and the failure of who does not do them.
  const active = () => sandbox.sessionAtLiveness(WHO, { livenessMode: "passive_active" });
  p = await start(name, viewport, await active(), ["--seed", WHO], { thresholds: { liveness: { stepMs: 3_000 } } });
  await p.at("liveness", "capturing");
  await p.page
    .locator(
      '[data-kyc="guidance"]:is([data-code="turn_left"],[data-code="turn_right"],' +
        '[data-code="look_up"],[data-code="look_down"])',
    )
    .waitFor({ timeout: 30_000 });
  await p.page.waitForTimeout(500);
  await p.take("movement");
  await p.page.locator('[data-kyc="error"][data-code="challenge_failed"]').waitFor({ timeout: 60_000 });
  await p.page.waitForTimeout(400);
  await p.take("failed");
  await p.close();

  // Colours.
  p = await start(name, viewport, await sandbox.sessionAtLiveness(WHO), ["--seed", WHO], { liveness: { flash: true } });
  await p.page.waitForFunction(() => document.querySelector("kyc-capture")?.capture?.view.flash, null, {
    timeout: 60_000,
  });
  await p.page.waitForTimeout(300);
  await p.take("flash");
  await p.close();

  // IDA: offered, under way, done.
  const session = await sandbox.sessionAtLiveness(WHO, { seed: 3 });
  const session_id = session.sessionId;
  const images = [0, 700, 1400].map((ms) =>
    bytesOf(imageFile("head", "png", "--seed", `${WHO}`, "--at", `${ms}`)).toString("base64"),
  );
  await sandbox.call(session, "/idv/sdk/liveness/session/process", {
    session_id,
    latitude: 43.2,
    longitude: 76.9,
    images,
  });
  await sandbox.call(session, "/idv/sdk/finalize", { session_id });
  p = await start(name, viewport, session, ["--seed", WHO]);
  await p.at("result");
  await hook(p.page, "sign-in").waitFor();
  await p.page.waitForTimeout(500);
  await p.page.screenshot({ path: path.join(folder, `${name}-ida-offered.png`), fullPage: true });
  await hook(p.page, "sign-in").click();
  await p.at("liveness", "capturing");
  await p.page.waitForTimeout(1_000);
  await p.page.screenshot({ path: path.join(folder, `${name}-ida-capture.png`) });
  await p.at("liveness", "review");
  await hook(p.page, "confirm").click();
  await p.at("result");
  await p.page.waitForTimeout(500);
  await p.page.screenshot({ path: path.join(folder, `${name}-ida-done.png`), fullPage: true });
  await p.close();
}
await sandbox.stop();
console.log(`screenshots are in ${folder}`);
