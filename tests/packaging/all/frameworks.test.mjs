// The wrappers with the real frameworks, installed from the registry: types under `skipLibCheck: false`, and a
// production build in Chromium. On demand: `node --test tests/packaging/all/`.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runWork, serve } from "../browser-run.mjs";
import { install, require, run } from "../install.mjs";

const FRAMEWORKS = ["react@19", "react-dom@19", "@types/react@19", "vue@3", "svelte@5"];

let home;
before(() => {
  home = install();
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", "typescript@5.6", ...FRAMEWORKS], home.dir);
});
after(() => home?.remove());

const SOURCES = {
  "react.tsx": `
    import { useRef } from "react";
    import { KycCapture, useCapture } from "kyc-capture/react";
    import type { KycCaptureElement } from "kyc-capture/ui";
    const base = { baseUrl: "/", clientId: "c", sessionId: "s" };
    export function App() {
      const { view } = useCapture(null);
      const element = useRef<KycCaptureElement>(null);
      return <>
        <KycCapture {...base} accessToken={async () => "t"} onComplete={(end) => console.log(end.verified, view)} />
        <kyc-capture ref={element} base-url="/" className="a" options={{}} />
      </>;
    }
    // @ts-expect-error a required option
    export const bad = <KycCapture {...base} />;`,
  "vue.ts": `
    import { createSSRApp, h } from "vue";
    import { KycCapture } from "kyc-capture/vue";
    const options = { baseUrl: "/", clientId: "c", sessionId: "s", accessToken: "t" };
    const render = () => h(KycCapture, { options, onComplete: (result) => console.log(result.verified) });
    export const app = createSSRApp({ render });`,
  "svelte.ts": `
    import { kycCapture } from "kyc-capture/svelte";
    import type { WrapperProps } from "kyc-capture/svelte";
    import type { Action } from "svelte/action";
    import type { SvelteHTMLElements } from "svelte/elements";
    export const action: Action<HTMLElement, WrapperProps> = kycCapture;
    export const tag: SvelteHTMLElements["kyc-capture"] = { "base-url": "/", class: "x" };`,
  "node10.ts": `
    import { createCapture } from "kyc-capture";
    import { KycCaptureElement } from "kyc-capture/ui";
    import { KycClient } from "kyc-capture/backend";
    import { ru } from "kyc-capture/i18n/ru";
    console.log(createCapture, KycCaptureElement, KycClient, ru.locale);`,
};

test("types compile with the frameworks' own, and under node10", () => {
  for (const [name, source] of Object.entries(SOURCES)) {
    writeFileSync(join(home.dir, name), source);
    const modern = ["--module", "esnext", "--moduleResolution", "bundler"];
    const old = ["--module", "commonjs", "--moduleResolution", "node10"];
    const options = ["--noEmit", "--strict", "--skipLibCheck", "false", "--jsx", "react-jsx", "--target", "es2022"];
    const lib = ["--lib", "es2022,dom,dom.iterable", "--types", "react"];
    const tsc = join(home.dir, "node_modules/typescript/lib/tsc.js");
    const all = [tsc, ...options, ...lib, ...(name === "node10.ts" ? old : modern), name];
    try {
      run(process.execPath, all, home.dir);
    } catch (error) {
      assert.fail(`${name}: ${error.stdout}`);
    }
  }
});

const APP = `
import { createElement as h, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { createApp, h as vh, reactive } from "vue";
import { KycCapture } from "kyc-capture/react";
import { kycCapture } from "kyc-capture/svelte";
import { KycCapture as VueCapture } from "kyc-capture/vue";

const base = { baseUrl: "/api", clientId: "c", accessToken: "t", assets: { assetBase: "/kyc/" } };
const errors = [];
const until = async (holds) => {
  for (let i = 0; i < 1_200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return Boolean(holds());
};
const place = (id) => document.body.appendChild(Object.assign(document.createElement("div"), { id }));
const shown = (id) =>
  [...document.querySelectorAll("#" + id + " kyc-capture")].map((one) => one.options.sessionId).join();
const failed = (name) => errors.includes(name + " not_found");
globalThis.work = async () => {
  const onError = (name) => (error) => errors.push(name + " " + error.code);
  const seen = { server: renderToString(h(KycCapture, { ...base, sessionId: "s" })) };
  let choose;
  const App = () => {
    const [sessionId, set] = useState("s1");
    choose = set;
    return sessionId && h(KycCapture, { ...base, sessionId, onError: onError("react") });
  };
  createRoot(place("r")).render(h(StrictMode, null, h(App)));
  seen.react = [await until(() => shown("r") === "s1" && failed("react"))];
  choose("s2");
  seen.react.push(await until(() => shown("r") === "s2"));
  choose(null);
  seen.react.push(await until(() => shown("r") === ""));
  const props = reactive({ options: { ...base, sessionId: "v1" } });
  const app = createApp({ render: () => vh(VueCapture, { options: props.options, onError: onError("vue") }) });
  app.mount(place("v"));
  seen.vue = [await until(() => shown("v") === "v1" && failed("vue"))];
  props.options = { ...base, sessionId: "v2" };
  seen.vue.push(await until(() => shown("v") === "v2"));
  app.unmount();
  seen.vue.push(shown("v") === "");
  const action = kycCapture(place("a"), { ...base, sessionId: "a1", onError: onError("svelte") });
  seen.svelte = [await until(() => shown("a") === "a1" && failed("svelte"))];
  action.destroy();
  seen.svelte.push(shown("a") === "");
  return { ...seen, closed: errors.filter((error) => error.endsWith("closed")) };
};
`;

test("each wrapper mounts, starts again for another session, and closes", async () => {
  writeFileSync(join(home.dir, "app.js"), APP);
  const out = join(home.dir, "out");
  await require("esbuild").build({
    absWorkingDir: home.dir,
    entryPoints: ["app.js"],
    outdir: out,
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  });
  run("npx", ["--no-install", "kyc-capture", "copy-assets", join(out, "kyc")], home.dir);
  writeFileSync(join(out, "index.html"), '<!doctype html><html lang="en"><script type="module" src="app.js"></script>');
  const site = await serve(out);
  try {
    const { done } = await runWork(site.url);
    assert.deepEqual(done, {
      server: "<div></div>",
      react: [true, true, true],
      vue: [true, true, true],
      svelte: [true, true],
      closed: [],
    });
  } finally {
    site.close();
  }
});
