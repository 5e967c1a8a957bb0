// Finishes `dist/` after tsc: a self-contained worker, CommonJS builds, the backend's module and the fake camera's
// images as text, minified modules, and the list of the files that `copy-assets` checks. Run by `cargo xtask build`
// with the package's folder and that of the images.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";
import { minifySync } from "rolldown/utils";

const [, , pkg, imageFolder] = process.argv;
const dist = join(pkg, "dist");

/** What a page loads at run time, in the package's layout. */
const ASSETS = [
  "dist/worker.js",
  "models/face.kycm",
  "models/mrz.kycm",
  "wasm/kyc_capture_bg.wasm",
  "wasm/kyc_decoder.wasm",
];

const { exports } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

/** The entries with a CommonJS build (Jest, NestJS, Lambda), as `ui/index`, by their names, as `./ui`. */
const COMMONJS = Object.entries(exports)
  .filter(([, targets]) => targets.require !== undefined)
  .map(([name, targets]) => [name, /^\.\/dist\/cjs\/(.+)\.js$/.exec(targets.require.default)[1]]);

// The backend's module travels inside a script: bundles in one file and hosts without files find it everywhere.
const backend = readFileSync(join(pkg, "wasm/kyc_backend_bg.wasm"));
writeFileSync(join(dist, "backend/wasm.js"), `export const base64 = "${backend.toString("base64")}";\n`);

await fakeCamera();
const worker = await bundle(join(dist, "worker.js"), { format: "iife", minify: true });
await commonJs();
writeFileSync(join(dist, "worker.js"), worker);

// Angular's linker reads the directive's declaration as it is written.
const AS_WRITTEN = [join(dist, "worker.js"), join(dist, "angular.js")];
const bindings = ["kyc_capture", "kyc_backend"].map((name) => join(pkg, `wasm/${name}.js`));
writeFileSync(AS_WRITTEN[1], readFileSync(AS_WRITTEN[1], "utf8").replaceAll(/^ +/gm, ""));
for (const file of [...bindings, ...filesUnder(dist)]) {
  if (!file.endsWith(".js") || AS_WRITTEN.includes(file) || file.startsWith(join(dist, "cjs"))) continue;
  const { code, errors } = minifySync(file, readFileSync(file, "utf8"), { module: true, compress: true, mangle: true });
  if (errors.length > 0) throw new Error(`${file}: ${JSON.stringify(errors)}`);
  writeFileSync(file, `${withStringLiterals(code)}\n`);
}

cpSync(new URL("./custom-elements.json", import.meta.url), join(pkg, "custom-elements.json"));

const assets = ASSETS.map((path) => [path, sha384(join(pkg, path))]);
writeFileSync(join(dist, "assets.json"), `${JSON.stringify(Object.fromEntries(assets), null, 2)}\n`);

/** The minifier writes template literals, which bundlers do not recognise as addresses of modules and assets. */
function withStringLiterals(code) {
  return code
    .replaceAll(/(\bimport\(|\bnew URL\()`([^`$"\\]*)`/g, '$1"$2"')
    .replaceAll("{type:`module`}", '{type:"module"}');
}

/** Bundles an entry with all that it imports into one file. */
async function bundle(input, output, plugins = []) {
  const build = await rolldown({ input, plugins, external: ["@angular/core", "react", "vue"], logLevel: "warn" });
  const made = await build.generate({ codeSplitting: false, comments: false, ...output });
  await build.close();
  return made.output[0].code;
}

/** The images of the fake camera in one module, and the camera itself as a script that tests put into a page. */
async function fakeCamera() {
  const names = readdirSync(imageFolder)
    .filter((name) => name.endsWith(".jpg"))
    .sort();
  if (names.length === 0) throw new Error(`no images of the fake camera in ${imageFolder}`);
  const read = (name) => [name.replace(".jpg", ""), readFileSync(join(imageFolder, name)).toString("base64")];
  const images = JSON.stringify(Object.fromEntries(names.map(read)));
  writeFileSync(join(dist, "testing/images.js"), `export const images = ${images};\n`);
  const options = { format: "iife", name: "fakeCamera", minify: true };
  const code = await bundle(join(dist, "testing/camera.js"), options);
  const script = `(() => { ${code.trim()}\nreturn fakeCamera; })()`;
  writeFileSync(join(dist, "testing/camera-script.js"), `export const script = ${JSON.stringify(script)};\n`);
}

async function commonJs() {
  const to = join(dist, "cjs");
  rmSync(to, { recursive: true, force: true });
  for (const [name, entry] of COMMONJS) {
    if (name !== ".") stub(name, entry);
    const file = join(to, `${entry}.js`);
    mkdirSync(dirname(file), { recursive: true });
    // `import.meta.url` of the module beside which assets are found. Without files (a bundle, a page) it is unknown.
    const module = relative(dirname(file), join(dist, `${entry}.js`)).replaceAll("\\", "/");
    const url = `var kycModuleUrl = (() => {
  try {
    return require("node:url").pathToFileURL(require("node:path").join(__dirname, "${module}")).href;
  } catch {
    return "about:blank";
  }
})();`;
    writeFileSync(
      file,
      await bundle(join(dist, `${entry}.js`), { format: "cjs", exports: "named", minify: true, banner: url }, [
        { name: "module-url", transform: (text) => text.replaceAll("import.meta.url", "kycModuleUrl") },
        {
          // One copy of the images serves all entries.
          name: "images",
          resolveId: (id) => (id === "./images.js" ? { id: `${up(file)}/testing/images.js`, external: true } : null),
        },
      ]),
    );
  }
  // The types of the CommonJS entries are the same declarations, read as those of CommonJS modules.
  for (const file of filesUnder(dist)) {
    if (!file.endsWith(".d.ts") || file.startsWith(to)) continue;
    cpSync(file, join(to, relative(dist, file)));
  }
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
}

/** The way from a file's folder to `dist`. */
function up(file) {
  return relative(dirname(file), dist).replaceAll("\\", "/");
}

/** A folder for resolvers that do not read `exports`: TypeScript's node10, Parcel's default. */
function stub(name, entry) {
  const folder = join(pkg, name);
  mkdirSync(folder, { recursive: true });
  const up = relative(folder, dist).replaceAll("\\", "/");
  const fields = {
    main: `${up}/cjs/${entry}.js`,
    module: `${up}/${entry}.js`,
    types: `${up}/${entry}.d.ts`,
    ...(name === "./backend" && { browser: `${up}/backend/browser.js` }),
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(fields, null, 2)}\n`);
}

function sha384(file) {
  return `sha384-${createHash("sha384").update(readFileSync(file)).digest("base64")}`;
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
