// Every screen in every language, and in a pseudo-locale of +40 % length in both directions, on small and low screens
// and at 200 % zoom: nothing is cut off, overlaps or cannot be reached. Measured in the browser. The core is a stand-in
// that shows one view after the other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { hook, openBrowser, openOwnPage, startSandbox } from "./support.mjs";
import { BASE, openViews, showView, standIn, VIEWS } from "./views.mjs";

const LONG = { timeout: 300_000 };
const SIZES = {
  "320×568": { width: 320, height: 568 },
  "360×640": { width: 360, height: 640 },
  "390×844": { width: 390, height: 844 },
  "844×390": { width: 844, height: 390 },
  // 1280×800 at 200 % has this many CSS pixels.
  "200 % zoom": { width: 640, height: 400 },
};

let sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox?.stop());

/** Runs in the page: what is wrong with the shown screen. */
function faults() {
  const element = document.querySelector("kyc-capture");
  const root = element.shadowRoot;
  const frame = element.getBoundingClientRect();
  const found = [];
  const name = (node) => `${node.localName}.${node.className || "-"} "${(node.textContent || "").trim().slice(0, 40)}"`;
  const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(".sr, .file, [hidden]");
  const scroller = root.querySelector(".screens");
  if (element.scrollWidth > Math.ceil(frame.width) + 1 || scroller.scrollWidth > scroller.clientWidth + 1) {
    found.push(`scrolls sideways: ${scroller.scrollWidth} in ${scroller.clientWidth}`);
  }
  const texts = [...root.querySelectorAll("h2, h3, p, li span, button, dt, dd, select, .note span, .warning span")];
  for (const node of texts.filter(shown)) {
    if (node.matches(".focus, .shutter, .stage-tool") || node.textContent.trim() === "") continue;
    const box = node.getBoundingClientRect();
    if (box.left < frame.left - 1 || box.right > frame.right + 1) found.push(`beyond the sides: ${name(node)}`);
    if (node.scrollWidth > node.clientWidth + 2 && node.clientWidth > 0)
      found.push(`text wider than its box: ${name(node)}`);
    if (
      node.scrollHeight > node.clientHeight + 4 &&
      node.clientHeight > 0 &&
      getComputedStyle(node).display !== "inline"
    )
      found.push(`text higher than its box: ${name(node)}`);
    // Reachable: by scrolling the screen, never above its start.
    const top = box.top - scroller.getBoundingClientRect().top + scroller.scrollTop;
    if (scroller.contains(node) && (top < -1 || top + box.height > scroller.scrollHeight + 1)) {
      found.push(`out of reach: ${name(node)}`);
    }
  }
  // Controls do not cover each other, nor text; what lies over the preview is meant to.
  const controls = [...root.querySelectorAll("button, select")].filter(shown).filter((node) => !node.matches(".focus"));
  for (const control of controls) {
    const box = control.getBoundingClientRect();
    if (!control.matches("select") && (box.width < 43.5 || box.height < 43.5))
      found.push(`small target: ${name(control)}`);
    for (const other of [...controls, ...texts.filter(shown)]) {
      if (other === control || control.contains(other) || other.contains(control) || !shown(other)) continue;
      const lies = ".stage, .shot-box";
      if (other.closest(lies) || control.closest(lies) || other.textContent.trim() === "") continue;
      // A sticky bar of actions covers what is scrolled under it.
      if (control.closest(".actions") && getComputedStyle(control.closest(".actions")).position === "sticky") continue;
      if (other.closest(".actions") && getComputedStyle(other.closest(".actions")).position === "sticky") continue;
      const b = other.getBoundingClientRect();
      const w = Math.min(box.right, b.right) - Math.max(box.left, b.left);
      const h = Math.min(box.bottom, b.bottom) - Math.max(box.top, b.top);
      if (w > 2 && h > 2) found.push(`overlap: ${name(control)} and ${name(other)}`);
    }
  }
  // A sticky bar leaves most of the screen to what is read.
  for (const bar of root.querySelectorAll(".actions")) {
    if (getComputedStyle(bar).position !== "sticky" || !shown(bar)) continue;
    const share = bar.getBoundingClientRect().height / scroller.clientHeight;
    if (share > 0.5) found.push(`the buttons cover ${Math.round(share * 100)} % of the screen`);
  }
  // Guidance stays inside the preview.
  const stage = root.querySelector(".stage");
  for (const node of stage ? stage.querySelectorAll(".guidance, .movement, .stage-wait-title, .stage-wait-hint") : []) {
    if (!shown(node) || node.textContent === "") continue;
    const [a, b] = [stage.getBoundingClientRect(), node.getBoundingClientRect()];
    if (b.top < a.top - 1 || b.bottom > a.bottom + 1 || b.left < a.left - 1 || b.right > a.right + 1)
      found.push(`out of the preview: ${name(node)}`);
  }
  return found;
}

/** Lengthens every text by 40 % and keeps its placeholders. */
function pseudo(table, locale) {
  const lengthen = (value) => {
    if (typeof value === "string") {
      const extra = Math.ceil(value.replace(/\{\w+\}/g, "").length * 0.4);
      return `${value} ${"äöü lorem "
        .repeat(Math.ceil(extra / 10))
        .slice(0, extra)
        .trim()}`.trim();
    }
    if (Array.isArray(value)) return value.map(lengthen);
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, lengthen(entry)]));
  };
  return { ...lengthen(table), locale };
}

for (const locale of ["en", "ru", "kk", "ky", "uz", "ar", "de", "fa"]) {
  const title = { de: "pseudo-locale, +40 %", fa: "pseudo-locale, +40 %, right to left" }[locale] ?? locale;
  test(`every screen holds its texts: ${title}`, LONG, async () => {
    const world = await openBrowser({ viewport: SIZES["390×844"] });
    const { page } = world;
    try {
      const { en } = await import(`file://${process.env.KYC_PKG_DIR}/dist/i18n/en.js`);
      const table = ["de", "fa"].includes(locale) ? pseudo(en, locale) : null;
      await openViews(world, sandbox, { locale, table });
      const wrong = [];
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        for (const [view, content] of Object.entries(VIEWS)) {
          await page.evaluate(showView, content);
          if (view === "review being sent" || view === "sending")
            await page.evaluate(() => window.sent(400_000, 1_000_000));
          for (const fault of await page.evaluate(faults)) wrong.push(`${size}, ${view}: ${fault}`);
        }
      }
      assert.deepEqual(wrong, []);
    } finally {
      await world.close();
    }
  });
}

test(
  "does not take the focus from a person who types in the page, and announces the screen instead",
  LONG,
  async () => {
    const world = await openBrowser();
    const { page } = world;
    try {
      await page.addInitScript(standIn, BASE);
      const address = new URL("/own.html", sandbox.url).href;
      const body = `<!doctype html><html lang="en"><title>A page</title>
      <link rel="icon" href="data:,"><input id="field">
      <script type="module" src="/pkg/dist/ui/index.js"></script>`;
      await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
      await page.goto(address);
      await page.focus("#field");
      const shown = (view) =>
        page.evaluate(async (next) => {
          window.show(next);
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const { shadowRoot } = document.querySelector("kyc-capture");
          return {
            focus: document.activeElement.id || document.activeElement.localName,
            inside: shadowRoot.activeElement?.className.trim() ?? null,
            title: shadowRoot.querySelector(".title").textContent,
            announced: shadowRoot.querySelector('[data-kyc="announcer"]').textContent,
          };
        }, view);
      await page.evaluate(async (origin) => {
        const element = document.createElement("kyc-capture");
        element.options = { baseUrl: origin, clientId: "c", sessionId: "s", accessToken: "t", locale: "en" };
        document.body.append(element);
        while (!window.show) await new Promise((done) => setTimeout(done, 20));
      }, sandbox.url);
      const first = await shown({ step: "consent" });
      assert.deepEqual([first.focus, first.announced], ["field", first.title]);
      // Once the person has acted in the element, the next screen's heading has the focus.
      await page.locator('[data-kyc="consent"]').focus();
      const next = await shown({ step: "document_type" });
      assert.deepEqual([next.focus, next.inside], ["kyc-capture", "title"]);
    } finally {
      await world.close();
    }
  },
);

const ACCENTS = ["#ffd600", "#ffffff", "#000000", "#e00000", "#c000c0", "#0000ff", "#00ff00", "#808080", "#ff8c00"];

test("text on the accent, and the accent on the surface, keep a contrast of 4.5", { timeout: 120_000 }, async () => {
  const world = await openBrowser();
  const { page } = world;
  try {
    await page.addInitScript(standIn, BASE);
    await openOwnPage(world, sandbox, { clientId: "c", sessionId: "s", accessToken: "t" });
    await page.waitForFunction(() => window.show);
    await page.evaluate((view) => window.show(view), VIEWS.consent);
    await hook(page, "consent").waitFor();
    const wrong = await page.evaluate((accents) => {
      const element = document.querySelector("kyc-capture");
      const root = element.shadowRoot;
      const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const luminance = (colour) => {
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        const linear = [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)]
          .map((value) => value / 255)
          .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
      };
      const contrast = (a, b) => {
        const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
      };
      const found = [];
      const button = root.querySelector(".button.primary");
      button.style.transition = "none";
      const probe = document.createElement("span");
      probe.style.cssText = "color: var(--accent); background: var(--surface)";
      root.querySelector(".app").append(probe);
      for (const theme of ["light", "dark"]) {
        element.setAttribute("theme", theme);
        for (const accent of accents) {
          element.style.setProperty("--kyc-accent", accent);
          const onAccent = getComputedStyle(button);
          const onSurface = getComputedStyle(probe);
          for (const [what, style] of [
            ["on the accent", onAccent],
            ["on the surface", onSurface],
          ]) {
            const ratio = contrast(style.color, style.backgroundColor);
            if (ratio < 4.5) found.push(`${theme} ${accent} ${what}: ${ratio.toFixed(2)}`);
          }
        }
      }
      return found;
    }, ACCENTS);
    assert.deepEqual(wrong, []);
  } finally {
    await world.close();
  }
});

test(
  "consent names who asks; declining is an exit, not an error; the photo is shown at its true size",
  LONG,
  async () => {
    const world = await openBrowser();
    const { page } = world;
    try {
      await page.addInitScript(standIn, BASE);
      const controller = {
        name: "Example Bank",
        purpose: "Opening an account",
        retention: "Five years",
        privacyUrl: "https://bank.example/privacy",
        supportUrl: "mailto:help@bank.example",
      };
      await openOwnPage(world, sandbox, { clientId: "c", sessionId: "s", accessToken: "t" }, { controller });
      await page.waitForFunction(() => window.show);
      const show = (view) => page.evaluate((next) => window.show(next), view);
      await show(VIEWS.consent);
      const screen = page.locator('[data-kyc="screen"]');
      for (const text of ["Example Bank", "Opening an account", "Five years"]) {
        await screen.getByText(text).waitFor();
      }
      assert.equal(await hook(page, "privacy").getAttribute("href"), controller.privacyUrl);
      const heard = page.evaluate(
        () =>
          new Promise((resolve) => {
            const element = document.querySelector("kyc-capture");
            for (const type of ["declined", "error"]) element.addEventListener(type, () => resolve(type));
          }),
      );
      await show(VIEWS["consent declined"]);
      assert.equal(await heard, "declined");
      assert.equal(await page.locator(".code").count(), 0);
      assert.equal(await hook(page, "support").getAttribute("href"), controller.supportUrl);

      await show(VIEWS["review of the front"]);
      const zoom = hook(page, "zoom");
      await zoom.focus();
      await page.keyboard.press("Enter");
      assert.equal(await zoom.getAttribute("aria-pressed"), "true");
      assert.equal(await page.locator(".shot").evaluate((shot) => getComputedStyle(shot).overflow), "auto");
    } finally {
      await world.close();
    }
  },
);
