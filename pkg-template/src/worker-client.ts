// The page's end of the worker: calls with answers, updates, and a clear word when the worker is gone.

import { fromWire, KycCaptureError } from "./errors.js";
import { spawnWorker } from "./load.js";
import type { Assets } from "./load.js";
import type { Answers, Asked, Command, Kind, Said } from "./protocol.js";
import type { PageEffect, View } from "./types.js";

interface Waiting {
  resolve(value: never): void;
  reject(error: KycCaptureError): void;
}

/** Longest wait for the module to be fetched and compiled, on the slowest of lines. */
const START_TIMEOUT_MS = 60_000;

/** One worker. After `onCrash` it is dead: every call, waiting or new, rejects. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #dead: KycCaptureError | null = null;

  onUpdate: (view: View, effects: PageEffect[]) => void = () => {};
  onCrash: (error: KycCaptureError) => void = () => {};

  constructor(assets: Assets) {
    this.#worker = spawnWorker(assets);
    this.#worker.onmessage = (message: MessageEvent<Said>) => this.#take(message.data);
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.#crash(
        event.message
          ? new KycCaptureError("core_crashed", `the worker failed: ${event.message}`, { retryable: true })
          : new KycCaptureError(
              "worker_failed",
              "the worker's script could not be loaded: check its address, its MIME type (text/javascript) and the page's CSP",
              { retryable: true },
            ),
      );
    };
    this.#worker.onmessageerror = () =>
      this.#crash(
        new KycCaptureError("worker_failed", "a message of the worker could not be read", { retryable: true }),
      );
  }

  /** Starts the module inside the worker. */
  async start(assets: Assets): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new KycCaptureError(
              "worker_failed",
              "the worker did not start in time: its script or the WebAssembly module did not arrive",
              { retryable: true },
            ),
          ),
        START_TIMEOUT_MS,
      );
    });
    try {
      await Promise.race([
        this.ask({ kind: "start", wasm: assets.wasm, models: assets.models, decoder: assets.decoder }),
        late,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  ask<C extends Command>(command: C, transfer: Transferable[] = []): Promise<Answers[C["kind"]]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      try {
        this.#worker.postMessage({ ...command, id } satisfies Asked, transfer);
      } catch (error) {
        this.#waiting.delete(id);
        reject(fromWire(error, "invalid_option"));
      }
    });
  }

  /** Ends the worker; its memory goes with it. */
  terminate(reason = new KycCaptureError("closed", "the capture is closed")): void {
    this.onUpdate = () => {};
    this.onCrash = () => {};
    this.#end(reason);
  }

  #take(said: Said): void {
    switch (said.kind) {
      case "done":
        this.#waiting.get(said.id)?.resolve(said.value as Answers[Kind] as never);
        this.#waiting.delete(said.id);
        break;
      case "failed":
        this.#waiting.get(said.id)?.reject(fromWire(said.error));
        this.#waiting.delete(said.id);
        break;
      case "update":
        this.onUpdate(said.view, said.effects);
        break;
      case "trapped":
        this.#crash(new KycCaptureError("core_crashed", `the core trapped: ${said.message}`, { retryable: true }));
        break;
    }
  }

  #crash(error: KycCaptureError): void {
    if (this.#dead) return;
    const { onCrash } = this;
    this.#end(error);
    onCrash(error);
  }

  #end(reason: KycCaptureError): void {
    this.#dead ??= reason;
    this.#worker.terminate();
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }
}
