// What the wrappers of frameworks share: places the element, passes options and events, and starts again for another
// session. Touches the DOM only when mounted.

import type { CaptureEvents, CaptureOptions, Result } from "./capture-api.js";
import type { KycCaptureError } from "./errors.js";

/** Callbacks of the wrappers, one for each event of the element. */
export interface CaptureCallbacks {
  onComplete?: (result: Result) => void;
  onError?: (error: KycCaptureError) => void;
  onStep?: (step: CaptureEvents["step"]) => void;
  onGuidance?: (guidance: CaptureEvents["guidance"]) => void;
  onProgress?: (progress: CaptureEvents["progress"]) => void;
  onCaptured?: (captured: CaptureEvents["captured"]) => void;
  onDeclined?: () => void;
  onLanguage?: (language: CaptureEvents["language"]) => void;
}

/** Options of a capture, without the container, which the wrapper provides; and callbacks. */
export type WrapperProps = Omit<CaptureOptions, "container"> & CaptureCallbacks;

/** A mounted element. */
export interface Mounted {
  /** Takes new callbacks and a new token function. Another session, client, address or flow starts a new capture. */
  update(props: WrapperProps): void;
  /** Removes the element and closes its capture. */
  destroy(): void;
}

const isCallback = (name: string) => /^on[A-Z]/.test(name);

/** Creates the element inside `place`. The code of the user interface is loaded on the first call. */
export function mount(place: HTMLElement, first: WrapperProps): Mounted {
  let props = first;
  let element: HTMLElement | null = null;
  let turn = 0;
  const start = async () => {
    turn += 1;
    const mine = turn;
    element?.remove();
    const { defineKycCapture } = await import("./ui/index.js");
    if (mine !== turn) return;
    const made = new (defineKycCapture())();
    element = made;
    const options = Object.fromEntries(Object.entries(props).filter(([name]) => !isCallback(name)));
    const { accessToken } = props;
    if (typeof accessToken === "function") {
      options.accessToken = () => (typeof props.accessToken === "function" ? props.accessToken() : props.accessToken);
    }
    made.options = options as Partial<CaptureOptions>;
    for (const type of ["complete", "error", "step", "guidance", "progress", "captured", "language", "declined"]) {
      made.addEventListener(type, (event) => {
        const name = `on${type[0]?.toUpperCase()}${type.slice(1)}` as keyof CaptureCallbacks;
        (props[name] as ((detail: unknown) => void) | undefined)?.((event as CustomEvent).detail);
      });
    }
    place.append(made);
  };
  void start();
  return {
    update(next) {
      const other = (["baseUrl", "clientId", "sessionId", "flow"] as const).some((name) => next[name] !== props[name]);
      props = next;
      if (other) void start();
    },
    destroy() {
      turn += 1;
      element?.remove();
      element = null;
    },
  };
}
