// `cargo xtask torture`: prints runs and findings of what fails in the module and in the page.

import { readFileSync } from "node:fs";
import { imageFile, startSandbox } from "../browser/support.mjs";
import { flow, KINDS } from "./page.mjs";
import { tortureMemory } from "./wasm-memory.mjs";

/** The image of the runs without a page. */
export const frame = () => ({
  pkg: process.env.KYC_PKG_DIR,
  rgba: readFileSync(imageFile("passport", "rgba", "--size", "640x360")),
  width: 640,
  height: 360,
});

if (process.argv[1] === import.meta.filename) {
  const every = Number(process.argv[2] ?? 1);
  const named = process.argv.slice(3);
  const wanted = (kind) => named.length === 0 || named.some((name) => kind.includes(name));
  let found = 0;
  const say = (what, runs, findings) => {
    console.log(`torture: ${what}: ${runs} failures: ${findings.length} findings`);
    for (const finding of findings) console.log(`  ${finding}`);
    found += findings.length;
  };
  if (wanted("allocation")) {
    const memory = await tortureMemory({ ...frame(), every });
    say(`wasm allocation, every ${every} of ${memory.pages} pages`, memory.runs, memory.findings);
  }
  const sandbox = await startSandbox({ faults: false });
  try {
    for (const kind of KINDS.filter(wanted)) {
      const findings = [];
      let [runs, count] = [0, 0];
      for (let n = 1; ; n += every) {
        const seen = await flow({ sandbox, kind, n });
        findings.push(...seen.findings.map((finding) => `${kind} ${n}: ${finding}`));
        count = Math.max(count, seen.count);
        console.log(`  ${kind} ${n}: ${seen.errors.join(", ") || "no error"}, then ${seen.ended}`);
        if (!seen.fired) break;
        runs += 1;
      }
      say(`${kind}, every ${every} of ${count}`, runs, findings);
    }
  } finally {
    await sandbox.stop();
  }
  process.exitCode = found === 0 ? 0 : 1;
}
