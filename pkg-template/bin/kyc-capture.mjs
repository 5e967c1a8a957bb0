#!/usr/bin/env node
// `npx kyc-capture copy-assets DIR`: copies the files that a page loads at run time, and checks the copies by hash.

import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGE = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const USAGE = `usage: npx kyc-capture copy-assets DIR

Copies the worker, the WebAssembly modules and the model weights to DIR, which your site serves, and checks the copies.
Then set the address of that folder: init({ assetBase: "/DIR/" }), or the attribute asset-base of <kyc-capture>.`;

function copyAssets(folder) {
  const wanted = JSON.parse(readFileSync(join(PACKAGE, "dist/assets.json"), "utf8"));
  for (const [path, hash] of Object.entries(wanted)) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    cpSync(join(PACKAGE, path), to);
    const copied = `sha384-${createHash("sha384").update(readFileSync(to)).digest("base64")}`;
    if (copied !== hash) throw new Error(`${to} differs from the file that this version of kyc-capture was built with`);
  }
  return Object.keys(wanted).length;
}

const [command, folder, ...rest] = process.argv.slice(2);
if (command !== "copy-assets" || folder === undefined || folder.startsWith("-") || rest.length > 0) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    const count = copyAssets(resolve(folder));
    console.error(`kyc-capture: ${count} files are in ${folder}, and their hashes are right`);
  } catch (error) {
    console.error(`kyc-capture: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
