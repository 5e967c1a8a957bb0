// Contact sheets of every screen: languages × themes × sizes, one image for each language, theme and size, to look at:
// `cargo xtask screens [FOLDER] [LANGUAGE…]`. The screens are drawn by the element itself over a stand-in for the core.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { openBrowser, startSandbox } from "./support.mjs";
import { openViews, showView, VIEWS } from "./views.mjs";

const [given, ...wanted] = process.argv.slice(2);
const folder = path.resolve(given ?? "target/screens");
const languages = wanted.length > 0 ? wanted : ["en", "ru", "kk", "ky", "uz", "ar"];
const SIZES = {
  "360x640": { width: 360, height: 640 },
  "390x844": { width: 390, height: 844 },
  "844x390": { width: 844, height: 390 },
  "1280x800": { width: 1280, height: 800 },
};
/** Height of a screen on the sheet, pixels; the width follows. */
const THUMB = 420;
mkdirSync(folder, { recursive: true });

const sandbox = await startSandbox();
const sheets = [];
for (const locale of languages) {
  for (const theme of ["light", "dark"]) {
    const world = await openBrowser();
    await openViews(world, sandbox, { locale, theme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await world.page.setViewportSize(viewport);
      const shots = [];
      for (const [name, view] of Object.entries(VIEWS)) {
        await world.page.evaluate(showView, view);
        if (view.phase === "uploading") await world.page.evaluate(() => window.sent(400_000, 1_000_000));
        // What fades in has come.
        await world.page.waitForTimeout(350);
        shots.push([name, (await world.page.screenshot({ type: "jpeg", quality: 80 })).toString("base64")]);
      }
      const file = path.join(folder, `${locale}-${theme}-${size}.jpg`);
      writeFileSync(file, await sheet(world.context, shots, viewport));
      sheets.push(file);
      console.log(file);
    }
    await world.close();
  }
}
await sandbox.stop();
console.log(`${sheets.length} contact sheets of ${Object.keys(VIEWS).length} screens each are in ${folder}`);

/** All screens of one language, theme and size on one image. */
async function sheet(context, shots, { width, height }) {
  const scale = Math.min(1, THUMB / height);
  const columns = Math.max(2, Math.floor(2000 / (width * scale + 12)));
  const page = await context.newPage();
  await page.setViewportSize({ width: Math.ceil(columns * (width * scale + 12)) + 12, height: 800 });
  const figures = shots.map(
    ([name, base64]) =>
      `<figure><img src="data:image/jpeg;base64,${base64}" width="${Math.round(width * scale)}">` +
      `<figcaption>${name}</figcaption></figure>`,
  );
  await page.setContent(
    `<style>body{margin:0;padding:6px;display:flex;flex-wrap:wrap;background:#8a9494;font:12px sans-serif}` +
      `figure{margin:6px}figcaption{color:#000}</style>${figures.join("")}`,
  );
  const image = await page.screenshot({ fullPage: true, type: "jpeg", quality: 80 });
  await page.close();
  return image;
}
