// The page's side of the worker: requests with answers, updates, and the end of the worker.

import { fromWire, KycCaptureError } from "./errors.js";
import { compileModule } from "./fetch-assets.js";
import { explainWorker, spawnWorker } from "./load.js";
import type { Assets } from "./load.js";
import type { Answers, Command, Kind, WorkerRequest, WorkerResponse } from "./protocol.js";
import type { PageEffect, View } from "./types.js";

interface Waiting {
  resolve(value: never): void;
  reject(error: KycCaptureError): void;
}

/** Timeout of the start of a worker whose module has arrived, ms. */
const START_TIMEOUT_MS = 60_000;

/** One worker. After `onCrash` every request, pending or new, rejects. */
export class WorkerClient {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #dead: KycCaptureError | null = null;
  /** Rejects when the worker ends. */
  readonly #failed: Promise<never>;
  #fail: (error: KycCaptureError) => void = () => {};

  onUpdate: (view: View, effects: PageEffect[]) => void = () => {};
  onUpload: (sent: number, total: number) => void = () => {};
  onCrash: (error: KycCaptureError) => void = () => {};

  constructor(assets: Assets) {
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
    this.#worker = spawnWorker(assets);
    this.#worker.onmessage = (message: MessageEvent<WorkerResponse>) => this.#onResponse(message.data);
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      if (event.message) {
        this.#crash(new KycCaptureError("core_crashed", `the worker failed: ${event.message}`, { retryable: true }));
      } else {
        void explainWorker(assets).then((error) => this.#crash(error));
      }
    };
    // Chromium's workers have no property `onmessageerror`.
    this.#worker.addEventListener("messageerror", () =>
      this.#crash(
        new KycCaptureError("worker_failed", "a message of the worker could not be deserialised", { retryable: true }),
      ),
    );
  }

  /** Starts the module inside the worker, once it has arrived. */
  async start(assets: Assets): Promise<void> {
    const wasm = await Promise.race([compiled(assets.wasm), this.#failed]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new KycCaptureError("worker_failed", "the worker did not start in time: its script did not arrive", {
              retryable: true,
            }),
          ),
        START_TIMEOUT_MS,
      );
    });
    try {
      await Promise.race([
        this.ask({ kind: "start", wasm, models: assets.models, decoder: assets.decoder }),
        this.#failed,
        late,
      ]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a request; resolves with its answer, rejects with {@link KycCaptureError}. */
  ask<C extends Command>(command: C, transfer: Transferable[] = []): Promise<Answers[C["kind"]]> {
    if (this.#dead) return Promise.reject(this.#dead);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: never) => void, reject });
      try {
        this.#worker.postMessage({ ...command, id } satisfies WorkerRequest, transfer);
      } catch (error) {
        if (isCloneable(command)) {
          const message = "a message to the worker could not be sent";
          this.#crash(new KycCaptureError("worker_failed", message, { retryable: true, cause: error }));
        } else {
          this.#waiting.delete(id);
          reject(fromWire(error, "invalid_option"));
        }
      }
    });
  }

  /** Ends the worker and frees its memory. */
  terminate(reason = new KycCaptureError("closed", "the capture is closed")): void {
    this.onUpdate = () => {};
    this.onUpload = () => {};
    this.onCrash = () => {};
    this.#end(reason);
  }

  #onResponse(response: WorkerResponse): void {
    switch (response.kind) {
      case "done":
        this.#waiting.get(response.id)?.resolve(response.value as Answers[Kind] as never);
        this.#waiting.delete(response.id);
        break;
      case "failed":
        this.#waiting.get(response.id)?.reject(fromWire(response.error));
        this.#waiting.delete(response.id);
        break;
      case "update":
        this.onUpdate(response.view, response.effects);
        break;
      case "upload":
        this.onUpload(response.sent, response.total);
        break;
      case "asset_failed":
        this.#crash(fromWire(response.error));
        break;
      case "trapped":
        this.#crash(new KycCaptureError("core_crashed", `the core trapped: ${response.message}`, { retryable: true }));
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
    this.#fail(reason);
    this.#worker.terminate();
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
    this.#waiting.clear();
  }
}

/** Whether a value can be sent at all: a value that cannot, such as a function, is the caller's mistake. */
function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Compiles in the page, once for all workers. A page whose CSP forbids it leaves it to the worker, which has its own.
 */
async function compiled(wasm: Assets["wasm"]): Promise<Assets["wasm"]> {
  try {
    return await compileModule(wasm);
  } catch (error) {
    if (error instanceof KycCaptureError && error.code === "wasm_blocked") return wasm;
    throw error;
  }
}
