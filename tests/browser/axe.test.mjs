// axe (WCAG 2.2 A and AA, and its best practices) on every screen in every theme and language, without an exception.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";

import { openBrowser, startSandbox } from "./support.mjs";
import { openViews, showView, VIEWS } from "./views.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LONG = { timeout: 300_000 };

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** Runs in the page. The page around the element is the integrator's: only the element is assessed. */
async function violations() {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await window.axe.run(document.querySelector("kyc-capture"), {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    // Landmarks and the first heading are the page's.
    rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all }) => `${id}: ${target.flat().join(" ")}: ${[...any, ...all][0]?.message ?? ""}`),
  );
}

for (const locale of ["en", "ru", "kk", "ky", "uz", "ar"]) {
  test(`axe finds nothing on any screen, in both themes: ${locale}`, LONG, async () => {
    const found = [];
    for (const theme of ["light", "dark"]) {
      const world = await openBrowser();
      try {
        await openViews(world, sandbox, { locale, theme });
        await world.page.evaluate(AXE);
        // What fades in has its contrast at the end.
        await world.page.emulateMedia({ reducedMotion: "reduce" });
        for (const [name, view] of Object.entries(VIEWS)) {
          await world.page.evaluate(showView, view);
          for (const violation of await world.page.evaluate(violations)) found.push(`${theme}, ${name}: ${violation}`);
        }
      } finally {
        await world.close();
      }
    }
    assert.deepEqual(found, []);
  });
}
