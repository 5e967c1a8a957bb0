// Typed events.

/** Subscriptions to typed events. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();

  readonly #observer: <Type extends keyof Events>(type: Type, payload: Events[Type]) => void;

  /** `observer` sees every event before its listeners. */
  constructor(observer: <Type extends keyof Events>(type: Type, payload: Events[Type]) => void = () => {}) {
    this.#observer = observer;
  }

  /** Subscribes; returns the function that ends the subscription. */
  on<Type extends keyof Events>(type: Type, listener: (payload: Events[Type]) => void): () => void {
    const set = this.#listeners.get(type) ?? new Set();
    set.add(listener as (payload: never) => void);
    this.#listeners.set(type, set);
    return () => void set.delete(listener as (payload: never) => void);
  }

  /** Calls every listener. An exception of one is reported as an uncaught error of the page and affects no other. */
  emit<Type extends keyof Events>(type: Type, payload: Events[Type]): void {
    this.#observer(type, payload);
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        (listener as (payload: Events[Type]) => void)(payload);
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
