// `kyc-capture/svelte`: the element as an action of Svelte 3 to 5. Actions run in browsers only.

import type { CaptureOptions } from "./capture-api.js";
import type { KycCaptureAttributes, KycCaptureElement } from "./ui/element.js";
import { mount } from "./wrap.js";
import type { Mounted, WrapperProps } from "./wrap.js";

export type { CaptureCallbacks, WrapperProps } from "./wrap.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "kyc-capture": HTMLAttributes<KycCaptureElement> & KycCaptureAttributes & { options?: Partial<CaptureOptions> };
  }
}

/**
 * Shows a capture inside an element. Another `sessionId` starts a new capture; removing the element closes it.
 *
 * @example
 * <div use:kycCapture={{ ...options, onComplete, onError }}></div>
 */
export function kycCapture(node: HTMLElement, props: WrapperProps): Mounted {
  return mount(node, props);
}
