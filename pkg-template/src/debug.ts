// A report for support: what happened, when, and with which measures. An allow-list: pixels, texts of documents,
// tokens, ids, addresses, messages and names of devices never enter it.

import type { CaptureEvents, CaptureOptions, DebugEntry, DebugReport } from "./capture-api.js";
import type { Check } from "./generated/results.js";
import type { Signal, View } from "./types.js";
import { VERSION } from "./version.js";

/** Entries that are kept; the oldest are dropped first. */
const MAX_ENTRIES = 500;

/** Collects the entries of one capture. */
export class DebugLog {
  readonly #start = performance.now();
  readonly #entries: DebugEntry[] = [];
  #dropped = 0;
  #phase = "";

  /** Takes an event with its payload, of which only what is listed here is kept. */
  add<Type extends keyof CaptureEvents>(type: Type, payload: CaptureEvents[Type]): void {
    const data = summary(type, payload);
    if (type === "view") {
      const { step, phase } = payload as View;
      if (this.#phase === `${step} ${phase}`) return;
      this.#phase = `${step} ${phase}`;
      this.#push("phase", { step, phase });
    } else if (type === "upload" && payload !== null && this.#entries.at(-1)?.event === "upload") {
      // Only the last of the progress of an upload.
      this.#entries.pop();
      this.#push(type, data);
    } else {
      this.#push(type, data);
    }
  }

  #push(event: DebugEntry["event"], data: Record<string, unknown> | undefined): void {
    if (this.#entries.length === MAX_ENTRIES) {
      this.#entries.shift();
      this.#dropped += 1;
    }
    this.#entries.push({ at: Math.round(performance.now() - this.#start), event, ...(data && { data }) });
  }

  /** The report of a capture with these options in this state. */
  async report(view: View, options: CaptureOptions): Promise<DebugReport> {
    const { step, phase, steps, documentType, guidance, error } = view;
    return structuredClone({
      format: 1,
      version: VERSION,
      sessionHash: await sha256(options.sessionId),
      state: { step, phase, steps, documentType, guidance, error: error?.code ?? null },
      options: {
        names: Object.keys(options).sort(),
        ...pick(options, "flow", "documentTypes", "liveness", "thresholds", "haptics", "perAttemptTimeoutMs"),
      },
      environment: environment(),
      events: this.#entries,
      dropped: this.#dropped,
    });
  }
}

function summary(type: keyof CaptureEvents, payload: unknown): Record<string, unknown> | undefined {
  if (payload === null) return undefined;
  switch (type) {
    case "step":
      return pick(payload as CaptureEvents["step"], "step", "index", "total");
    case "guidance":
      return pick(payload as NonNullable<CaptureEvents["guidance"]>, "code");
    case "progress":
      return pick(payload as CaptureEvents["progress"], "done", "total");
    case "upload":
      return pick(payload as NonNullable<CaptureEvents["upload"]>, "sent", "total");
    case "waiting":
      return { for: payload };
    case "language": {
      const { locale, error } = payload as CaptureEvents["language"];
      return { locale, ...(error && { error: error.code }) };
    }
    case "error":
      return pick(payload as CaptureEvents["error"], "code", "retryable", "recovery", "option");
    case "camera": {
      const { facing, video } = payload as NonNullable<CaptureEvents["camera"]>;
      return { facing, width: video.videoWidth, height: video.videoHeight };
    }
    case "captured":
      return captured(payload as CaptureEvents["captured"]);
    default:
      return undefined;
  }
}

function captured({ side, report }: CaptureEvents["captured"]): Record<string, unknown> {
  const check = (one: Check) => pick(one, "name", "value", "score", "threshold", "passed");
  const signal = (one: Signal) => pick(one, "name", "score", "value");
  const { liveness } = report;
  return {
    side,
    ...pick(report, "source", "width", "height", "bytes", "images", "warnings", "elapsedMs", "visibleMs"),
    checks: report.checks.map(check),
    documentChecks: (report.documentChecks ?? []).map((one) => pick(one, "code", "result", "value", "threshold")),
    ...(liveness && { liveness: { ...pick(liveness, "mode", "personsSeen"), signals: liveness.signals.map(signal) } }),
  };
}

function pick<From extends object, Name extends keyof From>(from: From, ...names: Name[]): Partial<Pick<From, Name>> {
  return defined(Object.fromEntries(names.map((name) => [name, from[name]]))) as Partial<Pick<From, Name>>;
}

function defined<From extends object>(from: From): From {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as From;
}

function environment(): DebugReport["environment"] {
  return {
    userAgent: globalThis.navigator?.userAgent ?? "",
    secureContext: globalThis.isSecureContext === true,
    online: globalThis.navigator?.onLine !== false,
    crossOriginIsolated: globalThis.crossOriginIsolated === true,
    framed: typeof window !== "undefined" && window.parent !== window,
    threads: globalThis.navigator?.hardwareConcurrency ?? null,
    viewport: [globalThis.innerWidth ?? 0, globalThis.innerHeight ?? 0],
    pixelRatio: globalThis.devicePixelRatio ?? 1,
  };
}

async function sha256(text: string): Promise<string | null> {
  const { subtle } = globalThis.crypto ?? {};
  if (subtle === undefined) return null;
  const hash = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
