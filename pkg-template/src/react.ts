// `kyc-capture/react`: the element as a component, and a capture without the user interface as a hook. React 18 and 19.

import { createElement, useEffect, useRef, useState } from "react";
import type { CSSProperties, DetailedHTMLProps, HTMLAttributes, ReactElement } from "react";
import type { Capture, CaptureOptions } from "./capture-api.js";
import type { View } from "./types.js";
import type { KycCaptureAttributes, KycCaptureElement } from "./ui/element.js";
import { mount } from "./wrap.js";
import type { Mounted, WrapperProps } from "./wrap.js";

export type { CaptureCallbacks, WrapperProps } from "./wrap.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "kyc-capture": DetailedHTMLProps<HTMLAttributes<KycCaptureElement>, KycCaptureElement> &
        KycCaptureAttributes & { options?: Partial<CaptureOptions> };
    }
  }
}

/** Options, callbacks, and the class and style of the surrounding `div`. */
export type KycCaptureProps = WrapperProps & { className?: string; style?: CSSProperties };

/**
 * Shows a capture. Renders an empty `div` on a server. Another `sessionId` starts a new capture; unmounting closes it.
 *
 * @example
 * <KycCapture baseUrl={url} clientId={id} sessionId={session} accessToken={getToken} onComplete={setResult} />
 */
export function KycCapture({ className, style, ...props }: KycCaptureProps): ReactElement {
  const place = useRef<HTMLDivElement>(null);
  const mounted = useRef<Mounted | null>(null);
  const latest = useRef<WrapperProps>(props as WrapperProps);
  latest.current = props;
  useEffect(() => {
    if (place.current !== null) mounted.current = mount(place.current, latest.current);
    return () => {
      mounted.current?.destroy();
      mounted.current = null;
    };
  }, []);
  useEffect(() => mounted.current?.update(props));
  return createElement("div", { ref: place, className, style });
}

/**
 * A capture without the user interface: the capture and its view, or `null` while there are no options. A new session
 * closes the capture and creates another one. The caller calls `capture.run()`.
 */
export function useCapture(options: CaptureOptions | null): { capture: Capture | null; view: View | null } {
  const [state, setState] = useState<{ capture: Capture | null; view: View | null }>({ capture: null, view: null });
  const latest = useRef(options);
  latest.current = options;
  const session = options && JSON.stringify([options.baseUrl, options.clientId, options.sessionId]);
  useEffect(() => {
    let capture: Capture | null = null;
    let ended = false;
    if (session !== null) {
      void import("./capture.js").then(({ createCapture }) => {
        if (ended || latest.current === null) return;
        const made = createCapture(latest.current);
        capture = made;
        made.on("view", (view) => setState({ capture: made, view }));
        setState({ capture: made, view: made.view });
      });
    }
    return () => {
      ended = true;
      void capture?.close();
      setState({ capture: null, view: null });
    };
  }, [session]);
  return state;
}
