// Records the events of a capture, and replays them: the same screens and callbacks without camera, core and service.

import type { Capture, CaptureEvents, DebugReport, Result } from "../capture-api.js";
import { START_VIEW } from "../ahead.js";
import { DebugLog } from "../debug.js";
import { Emitter } from "../emitter.js";
import { fromWire, KycCaptureError, toWire } from "../errors.js";
import type { WireError } from "../errors.js";
import { englishTexts } from "../i18n/index.js";
import type { View } from "../types.js";

/** A recording: JSON. It has what was read of the document and no image. */
export interface Recording {
  /** Version of this format. */
  format: 1;
  events: { at: number; type: keyof CaptureEvents; payload: unknown }[];
}

const TYPES: (keyof CaptureEvents)[] = [
  "view",
  "step",
  "guidance",
  "language",
  "progress",
  "upload",
  "captured",
  "declined",
  "error",
  "complete",
  "waiting",
];

/** Records a capture from now on. `stop()` ends and returns the recording. */
export function record(capture: Capture): { stop(): Recording } {
  const began = performance.now();
  const events: Recording["events"] = [{ at: 0, type: "view", payload: structuredClone(capture.view) }];
  const ends = TYPES.map((type) =>
    capture.on(type, (payload) => {
      const plain = payload instanceof KycCaptureError ? toWire(payload) : structuredClone(withoutError(payload));
      events.push({ at: Math.round(performance.now() - began), type, payload: plain });
    }),
  );
  return {
    stop() {
      for (const end of ends) end();
      return { format: 1, events };
    },
  };
}

/** The event `language` carries an error, which is no data. */
function withoutError(payload: unknown): unknown {
  const error = (payload as { error?: unknown } | null)?.error;
  return error instanceof KycCaptureError ? { ...(payload as object), error: null } : payload;
}

/** A replayed capture: `element.attach(capture)`, then `capture.run()`. */
export interface ReplayedCapture extends Capture {
  /** The methods that were called meanwhile, as `giveConsent`. */
  readonly calls: readonly { method: string; args: readonly unknown[] }[];
}

/**
 * Replays a recording.
 *
 * @param options `speed`: 1 is as recorded, `Infinity` (the default) one event per task
 */
export function replay(recording: Recording, options: { speed?: number } = {}): ReplayedCapture {
  const { speed = Number.POSITIVE_INFINITY } = options;
  const emitter = new Emitter<CaptureEvents>();
  const calls: { method: string; args: readonly unknown[] }[] = [];
  let view: View = START_VIEW;
  let closed = false;
  let outcome: Promise<Result> | null = null;
  const play = async (): Promise<Result> => {
    let last = 0;
    let end: Result | null = null;
    for (const { at, type, payload } of recording.events) {
      await new Promise((resolve) => setTimeout(resolve, (at - last) / speed));
      if (closed) throw new KycCaptureError("closed", "the capture was closed");
      last = at;
      if (type === "view") view = payload as View;
      if (type === "complete") end = payload as Result;
      emitter.emit(type, (type === "error" ? fromWire(payload as WireError) : payload) as never);
    }
    if (end === null) throw new KycCaptureError("closed", "the recording ends before the flow is complete");
    return end;
  };
  const own: Partial<ReplayedCapture> = {
    calls,
    on: (type, listener) => emitter.on(type, listener),
    run: () => {
      outcome ??= play();
      outcome.catch(() => {});
      return outcome;
    },
    close: async () => {
      closed = true;
    },
    probe: async () => [],
    preview: async () => null,
    cameras: async () => [],
    debugReport: (): Promise<DebugReport> =>
      new DebugLog().report(view, { baseUrl: "", clientId: "", sessionId: "replayed", accessToken: "" }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
    },
  };
  const texts = englishTexts();
  const state = { texts, controller: null, languages: [], camera: null, cameraControls: null };
  return new Proxy(own, {
    get(target, name) {
      if (name === "view") return view;
      if (name in target) return target[name as keyof ReplayedCapture];
      if (name in state) return state[name as keyof typeof state];
      // A promise is not what this is.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...args: unknown[]) => {
        calls.push({ method: name, args });
      };
    },
  }) as ReplayedCapture;
}
