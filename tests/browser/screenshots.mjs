// Screenshots of the flow, for the README (docs/flow.png) and to look at: `node tests/browser/screenshots.mjs FOLDER`,
// with the variables that `cargo xtask test browser` sets.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { FakeCamera, hook, openBrowser, startSandbox } from "./support.mjs";

const folder = path.resolve(process.argv[2] ?? "target/screenshots");
mkdirSync(folder, { recursive: true });

const views = [
  ["phone", { width: 390, height: 844 }],
  ["desktop", { width: 1280, height: 800 }],
];
const taken = {};
for (const [name, viewport] of views) {
  const sandbox = await startSandbox();
  const camera = new FakeCamera();
  camera.show("passport");
  const world = await openBrowser({ camera, viewport });
  const { page } = world;
  const at = (step, phase) =>
    page
      .locator(`[data-kyc="app"][data-step="${step}"]${phase ? `[data-phase="${phase}"]` : ""}`)
      .waitFor({ timeout: 60_000 });
  const take = async (step) => {
    const file = path.join(folder, `${name}-${step}.png`);
    await page.screenshot({ path: file });
    taken[name] ??= [];
    taken[name].push(file);
  };
  await page.goto(sandbox.url);
  await at("consent");
  await page.waitForTimeout(500);
  await take("1-consent");
  await hook(page, "consent").click();
  await at("document_type");
  await page.waitForTimeout(400);
  await take("2-type");
  await page.locator('[data-kyc="document-type"][data-type="passport"]').click();
  await at("document_front", "capturing");
  await page
    .locator('[data-kyc="guidance"][data-code="capturing"]')
    .waitFor({ timeout: 60_000 })
    .catch(() => {});
  await take("3-front");
  await at("document_front", "review");
  await page.waitForTimeout(400);
  await take("4-review");
  camera.show("face");
  await hook(page, "confirm").click();
  await at("liveness", "capturing");
  await page.waitForTimeout(700);
  await take("5-liveness");
  await at("liveness", "review");
  await hook(page, "confirm").click();
  await at("result");
  await page.waitForTimeout(800);
  await take("6-result");
  await world.close();
  await sandbox.stop();
}

// The phone's screenshots side by side.
const world = await openBrowser({ viewport: { width: 6 * 300 + 7 * 16, height: 650 + 32 } });
const images = taken.phone.map((file) => `<img src="data:image/png;base64,${readFileSync(file).toString("base64")}">`);
await world.page.setContent(
  `<style>body{margin:0;padding:16px;display:flex;gap:16px;background:#eef1f5}` +
    `img{width:300px;border-radius:18px;box-shadow:0 2px 10px #0003}</style>${images.join("")}`,
);
writeFileSync(path.join(folder, "flow.png"), await world.page.screenshot());
await world.close();
console.log(`screenshots are in ${folder}`);
