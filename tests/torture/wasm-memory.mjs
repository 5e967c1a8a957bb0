// The n-th allocation of the module fails: its memory may not grow beyond n pages. An allocation fails in WebAssembly
// exactly when memory cannot grow.

import { readFileSync } from "node:fs";
import path from "node:path";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

/** Reads an unsigned LEB128; returns the value and the offset after it. */
function leb(bytes, at) {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[at + i];
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
}

function lebOf(value) {
  const rest = Math.floor(value / 128);
  return rest > 0 ? [(value & 0x7f) | 0x80, ...lebOf(rest)] : [value];
}

/** The module's memory section: `{ start, end, pages }`, bytes of the file and the pages with which it begins. */
function memorySection(module) {
  let at = 8;
  while (at < module.length) {
    const [id, start] = [module[at], at];
    const [size, body] = leb(module, at + 1);
    at = body + size;
    if (id !== 5) continue;
    const [count, flagsAt] = leb(module, body);
    if (count !== 1) throw new Error(`${count} memories`);
    return { start, end: at, pages: leb(module, flagsAt + 1)[0] };
  }
  throw new Error("the module has no memory of its own");
}

/** The pages with which a module begins. */
export const initialPages = (module) => memorySection(module).pages;

/** The module with a memory of at most `most` pages. */
export function withMemory(module, most) {
  const { start, end, pages } = memorySection(module);
  const body = [1, 1, ...lebOf(pages), ...lebOf(most)];
  const section = Buffer.from([5, ...lebOf(body.length), ...body]);
  return Buffer.concat([module.subarray(0, start), section, module.subarray(end)]);
}

/** What a program in Node does with the package: each step with the code of its error, or `null`. */
async function steps({ pkg, pages, rgba, width, height }) {
  const kyc = await import(path.join(pkg, "dist/index.js"));
  const module = readFileSync(path.join(pkg, "wasm/kyc_capture_bg.wasm"));
  const image = { data: new Uint8Array(rgba), width, height };
  const seen = [];
  const step = async (name, act) => {
    try {
      await act();
      seen.push({ name, code: null });
    } catch (error) {
      const { name: kind, code, message, retryable } = error;
      seen.push({ name, kind, code: code ?? "none", message, retryable });
    }
  };
  await step("init", () => kyc.init({ wasmUrl: pages === null ? module : withMemory(module, pages) }));
  const lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];
  await step("parse", () => kyc.parseMrz(lines, { today: "2026-01-01" }));
  await step("encode", () => kyc.encodeImage(image, { maxBytes: 60_000 }));
  await step("read", () => kyc.readMrz(image, { today: "2026-01-01" }));
  await step("faces", () => kyc.detectFaces(image));
  // An instance that ran out of memory is replaced: a call that fits works again.
  await step("parse again", () => kyc.parseMrz(lines, { today: "2026-01-01" }));
  return seen;
}

if (!isMainThread && workerData?.torture) {
  parentPort.postMessage(await steps(workerData.torture));
}

/** Runs the steps with a memory of at most `pages` (`null`: without a limit), in a thread of its own. */
export function runWith(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { torture: options } });
    worker.once("message", (seen) => {
      resolve(seen);
      void worker.terminate();
    });
    worker.once("error", reject);
  });
}

/**
 * Fails the growth of memory at every `every`-th page, until the steps have all that they need. Returns the runs and
 * the findings.
 */
export async function tortureMemory({ pkg, rgba, width, height, every = 1 }) {
  const first = initialPages(readFileSync(path.join(pkg, "wasm/kyc_capture_bg.wasm")));
  const findings = [];
  let runs = 0;
  for (let pages = first; ; pages += every) {
    const seen = await runWith({ pkg, pages, rgba, width, height });
    runs += 1;
    const failed = seen.filter(({ code }) => code !== null);
    const fits = !failed.some(({ name }) => name === "parse");
    for (const { name, kind, code, message, retryable } of failed) {
      // Each failure is one of memory, none is left over from an earlier one.
      if (/recursive use|null pointer|aliasing/.test(message)) findings.push(`${pages} pages, ${name}: ${message}`);
      else if (kind !== "KycCaptureError" || code !== "core_crashed" || !retryable || (fits && name === "parse again"))
        findings.push(`${pages} pages, ${name}: ${kind} ${code}: ${message}`);
    }
    if (failed.length === 0) return { runs, findings, pages: pages - first };
    if (pages - first > 4096) throw new Error("no memory is enough");
  }
}
