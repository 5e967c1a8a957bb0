// Writes what lets others check the package: `sbom.json` (CycloneDX 1.6: the crates compiled into each module, and the
// weights) and `integrity.json` (SHA-384 of every other file). The same sources give the same bytes: no time, no
// random number. Run by `cargo xtask build` with the package's folder, after everything else.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const pkg = process.argv[2];
const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");

/** The crate of each module, and its features besides the defaults. */
const MODULES = {
  "kyc-capture": "wasm/kyc_capture_bg.wasm",
  "kyc-backend": "wasm/kyc_backend_bg.wasm",
  "kyc-decoder": "wasm/kyc_decoder.wasm",
};
/** Drawn by the crate `kyc-specimen`: documents and a head that never were. */
const IMAGES = ["dist/testing/images.js"];
const WEIGHTS = ["models/face.kycm", "models/mrz.kycm"];

write("sbom.json", sbom());
const files = published().filter((path) => path !== "integrity.json");
write("integrity.json", Object.fromEntries(files.map((path) => [path, `sha384-${hash(path).toString("base64")}`])));

function sbom() {
  const { version, license, description } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  const own = (path, type) => ({
    type,
    "bom-ref": path,
    name: path,
    version,
    hashes: [{ alg: "SHA-384", content: hash(path).toString("hex") }],
  });
  const crates = new Map();
  const dependencies = [];
  for (const [crate, path] of Object.entries(MODULES)) {
    const found = compiledInto(crate);
    for (const one of found) crates.set(one["bom-ref"], one);
    dependencies.push({ ref: path, dependsOn: found.map((one) => one["bom-ref"]) });
  }
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "library",
        "bom-ref": `pkg:npm/kyc-capture@${version}`,
        name: "kyc-capture",
        version,
        description,
        licenses: [{ expression: license.replace(/^\((.*)\)$/, "$1") }],
        purl: `pkg:npm/kyc-capture@${version}`,
      },
    },
    components: [
      ...Object.values(MODULES).map((path) => own(path, "library")),
      ...WEIGHTS.map((path) => own(path, "machine-learning-model")),
      ...IMAGES.map((path) => ({ ...own(path, "data"), description: "drawn by the crate kyc-specimen" })),
      ...[...crates.values()].sort(byRef),
    ],
    dependencies: [
      { ref: `pkg:npm/kyc-capture@${version}`, dependsOn: [...Object.values(MODULES), ...WEIGHTS] },
      ...dependencies,
    ],
  };
}

/** The external crates that are compiled into a crate for WebAssembly: no build scripts, no macros. */
function compiledInto(crate) {
  const tree = execFileSync(
    process.env.CARGO ?? "cargo",
    [
      "tree",
      "--locked",
      "--package",
      crate,
      "--edges",
      "normal,no-proc-macro",
      "--target",
      "wasm32-unknown-unknown",
    ].concat(["--prefix", "none", "--format", "{p}\t{l}"]),
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] },
  );
  const checksums = new Map(
    [
      ...readFileSync(join(ROOT, "Cargo.lock"), "utf8").matchAll(
        /name = "(.+)"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"/g,
      ),
    ].map(([, name, version, checksum]) => [`${name} ${version}`, checksum]),
  );
  const found = new Map();
  for (const line of tree.split("\n")) {
    const [, name, version, rest, licence] = /^(\S+) v(\S+)(.*)\t(.*)$/.exec(line) ?? [];
    // Crates of this repository have a path behind their version.
    if (name === undefined || rest.includes("/")) continue;
    const purl = `pkg:cargo/${name}@${version}`;
    const checksum = checksums.get(`${name} ${version}`);
    found.set(purl, {
      type: "library",
      "bom-ref": purl,
      name,
      version,
      ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }),
      licenses: [{ expression: licence.replace(/ \(\*\)$/, "").replaceAll("/", " OR ") }],
      purl,
    });
  }
  return [...found.values()].sort(byRef);
}

function byRef(a, b) {
  return a["bom-ref"] < b["bom-ref"] ? -1 : 1;
}

/** Every file that npm packs, by its path in the package, in a fixed order. */
function published() {
  return readdirSync(pkg, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => relative(pkg, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

function hash(path) {
  return createHash("sha384")
    .update(readFileSync(join(pkg, path)))
    .digest();
}

function write(name, value) {
  const file = join(pkg, name);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
