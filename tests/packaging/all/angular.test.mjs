// `kyc-capture/angular` with the real framework, installed from the registry: a production build (`ng build`, which
// links the directive and checks the template's types) in Chromium. On demand: `node --test tests/packaging/all/`.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runWork, serve } from "../browser-run.mjs";
import { install, run } from "../install.mjs";

const MAJOR = 20;
const ANGULAR = ["core", "common", "compiler", "compiler-cli", "platform-browser", "build", "cli"];
const PACKAGES = ANGULAR.map((name) => `@angular/${name}@${MAJOR}`);

let home;
before(() => {
  home = install();
  const others = ["rxjs@7", "typescript@5.8", "tslib@2", "zone.js@0.15"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"];
  run("npm", ["install", ...quiet, ...PACKAGES, ...others], home.dir);
});
after(() => home?.remove());

const MAIN = `
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { KycCaptureDirective } from "kyc-capture/angular";
import type { KycCaptureError } from "kyc-capture";

const base = { baseUrl: "/api", clientId: "c", accessToken: "t", assets: { assetBase: "/kyc/" } };

@Component({
  selector: "app-root",
  imports: [KycCaptureDirective],
  template: \`<button (click)="options = next()">next</button>
    @if (options) {
      <div [kycCapture]="options" (error)="onError($event)" (complete)="ended = $event.verified"></div>
    }\`,
})
class App {
  count = 0;
  ended: boolean | undefined;
  options: (typeof base & { sessionId: string }) | null = this.next();
  next() {
    this.count += 1;
    return this.count > 2 ? null : { ...base, sessionId: "s" + this.count };
  }
  onError(error: KycCaptureError) {
    errors.push(error.code);
  }
}
const errors: string[] = [];
const until = async (holds: () => boolean) => {
  for (let i = 0; i < 1_200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  return holds();
};
const shown = () =>
  [...document.querySelectorAll("kyc-capture")].map((one) => (one as any).options.sessionId).join();
(globalThis as any).work = async () => {
  await bootstrapApplication(App);
  const press = () => document.querySelector("button")!.click();
  const seen = [await until(() => shown() === "s1" && errors.includes("not_found"))];
  press();
  seen.push(await until(() => shown() === "s2"));
  press();
  seen.push(await until(() => shown() === ""));
  return { seen, closed: errors.filter((code) => code === "closed") };
};
`;

test("a production build of Angular mounts, starts again for another session, and closes", async () => {
  mkdirSync(join(home.dir, "src"));
  const write = (name, value) =>
    writeFileSync(join(home.dir, name), typeof value === "string" ? value : JSON.stringify(value));
  write("src/main.ts", MAIN);
  write("src/index.html", '<!doctype html><html lang="en"><title>App</title><body><app-root></app-root></body>');
  write("tsconfig.json", {
    compilerOptions: {
      strict: true,
      skipLibCheck: false,
      target: "ES2022",
      module: "preserve",
      moduleResolution: "bundler",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      types: [],
      importHelpers: true,
    },
    angularCompilerOptions: { strictTemplates: true },
    files: ["src/main.ts"],
  });
  const options = {
    outputPath: { base: "out", browser: "" },
    browser: "src/main.ts",
    index: "src/index.html",
    tsConfig: "tsconfig.json",
    polyfills: ["zone.js"],
    outputHashing: "all",
  };
  const build = { builder: "@angular/build:application", options };
  write("angular.json", {
    version: 1,
    cli: { analytics: false, cache: { enabled: false } },
    projects: { app: { projectType: "application", root: "", sourceRoot: "src", architect: { build } } },
  });
  try {
    run("npx", ["--no-install", "ng", "build"], home.dir);
  } catch (error) {
    assert.fail(`${error.stdout}\n${error.stderr}`);
  }
  run("npx", ["--no-install", "kyc-capture", "copy-assets", join(home.dir, "out/kyc")], home.dir);
  const site = await serve(join(home.dir, "out"), { policy: null });
  try {
    const { done } = await runWork(site.url);
    assert.deepEqual(done, { seen: [true, true, true], closed: [] });
  } finally {
    site.close();
  }
});
