// The apps of examples/: each is small, the documents quote their very text, and the page without a bundler runs behind
// the Node backend. `all/examples.test.mjs` builds and drives those that need a framework.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch } from "./browser-run.mjs";
import { expectVerified, freePort, installExample, sandboxFor, startServer } from "./example-run.mjs";
import { PKG, ROOT } from "./install.mjs";

const EXAMPLES = join(ROOT, "examples");
const APPS = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && readdirSync(join(EXAMPLES, entry.name)).includes("package.json"))
  .map((entry) => entry.name);

/** Lines of an app's own: not its manifest and the configuration of its tools. */
const OWN = new Set([".html", ".js", ".mjs", ".jsx", ".ts", ".vue", ".svelte"]);
const MAX_LINES = 150;

/** Documents, and the examples that each must quote. */
const QUOTING = {
  "README.md": [
    "react/main.jsx",
    "vue/App.vue",
    "svelte/App.svelte",
    "angular/src/main.ts",
    "next/app/kyc/session/route.js",
  ],
};

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "kyc-examples-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const without = (entry) => !/(^|\/)(node_modules|dist|\.next)(\/|$)/.test(entry.parentPath);

test("each example is small", () => {
  assert.ok(APPS.length >= 6, `${APPS}`);
  for (const app of APPS) {
    const files = readdirSync(join(EXAMPLES, app), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && OWN.has(extname(entry.name)) && without(entry))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const lines = files.join("").split("\n").length - 1;
    assert.ok(lines > 10 && lines <= MAX_LINES, `${app} has ${lines} lines`);
  }
});

test("documents quote the examples' very text", () => {
  for (const [document, wanted] of Object.entries(QUOTING)) {
    const text = readFileSync(join(ROOT, document), "utf8");
    // `<!-- examples/react/main.jsx -->` before a block: each of its parts, between lines with an ellipsis, is in it.
    const quotes = [...text.matchAll(/<!-- examples\/(\S+) -->\n+```\w+\n([\s\S]*?)\n```/g)];
    for (const [, file, block] of quotes) {
      const source = readFileSync(join(EXAMPLES, file), "utf8");
      for (const part of block.split(/^\s*(?:\/\/ )?…\s*$/m)) {
        assert.ok(
          part.trim() !== "" && source.includes(part.replace(/^\n+|\n+$/g, "")),
          `${document} quotes ${file}:\n${part}`,
        );
      }
    }
    const quoted = quotes.map(([, file]) => file);
    for (const file of wanted) assert.ok(quoted.includes(file), `${document} does not quote examples/${file}`);
  }
});

test("a page without a bundler behind the Node backend: from its button to the verdict", async () => {
  const node = installExample("node", folder, { offline: true });
  const plain = installExample("plain", folder, { offline: true });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { sandbox, env } = await sandboxFor(origin, folder);
  try {
    const options = { cwd: node, env: { ...env, PORT: `${port}` }, origin };
    const server = await startServer(process.execPath, ["server.mjs", plain], options);
    try {
      const refused = await fetch(`${origin}/kyc/token`, { method: "POST" });
      assert.equal(refused.status, 401, "a browser without a session gets no token");
      await expectVerified(origin);
    } finally {
      await server.stop();
    }
  } finally {
    await sandbox.stop();
  }
});

test("the recipe for Playwright runs as it is written", async () => {
  const text = readFileSync(join(ROOT, "docs/integration-tests.md"), "utf8");
  const [, block] = text.split("<!-- run by tests/packaging/examples.test.mjs -->\n```js\n");
  const [, imports, body] = /^import \{ (.+) \} from "kyc-capture\/testing";\n([\s\S]*?)```/.exec(block);
  const names = imports.split(", ");
  const testing = await import(pathToFileURL(join(PKG, "dist/testing/index.js")).href);
  let recipe;
  const define = (_, run) => {
    recipe = run;
  };
  new Function("test", ...names, body)(define, ...names.map((name) => testing[name]));

  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  // A backend of which only the page is used: its service does not exist.
  const env = { KYC_URL: "http://127.0.0.1:9", KYC_CLIENT_ID: "none", KYC_CLIENT_SECRET: "none", PORT: `${port}` };
  const [node, plain] = [join(folder, "node"), join(folder, "plain")];
  const server = await startServer(process.execPath, ["server.mjs", plain], { cwd: node, env, origin });
  const browser = await launch();
  try {
    const context = await browser.newContext();
    context.setDefaultTimeout(90_000);
    await recipe({ page: await context.newPage(), context, baseURL: origin });
  } finally {
    await browser.close();
    await server.stop();
  }
});
