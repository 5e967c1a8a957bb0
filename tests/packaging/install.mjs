// The package as users get it: packed, and installed from the tarball into a folder of its own.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const PKG = process.env.KYC_PKG_DIR ?? join(ROOT, "pkg");
export const require = createRequire(join(ROOT, "package.json"));

/** Packs and installs; gives the folder, the packed files, and what removes it all. */
export function install() {
  const dir = mkdtempSync(join(tmpdir(), "kyc-capture-"));
  const [packed] = JSON.parse(run("npm", ["pack", PKG, "--json", "--pack-destination", dir], dir));
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--loglevel=error", join(dir, packed.filename)], dir);
  // Bundlers and the compiler come from the workspace.
  for (const tool of ["typescript"]) {
    mkdirSync(join(dir, "node_modules"), { recursive: true });
    const link = join(dir, "node_modules", tool);
    if (!existsSync(link)) symlinkSync(join(ROOT, "node_modules", tool), link);
  }
  return {
    dir,
    files: packed.files.map((file) => file.path),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
