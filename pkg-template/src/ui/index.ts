// The custom element <kyc-capture>. Importing registers it where there is a DOM, and does nothing elsewhere.

import { KycCaptureElement } from "./element.js";

export { KycCaptureElement } from "./element.js";
export type { KycCaptureElementEvents } from "./element.js";

/** Registers the element, once, and gives its class. */
export function defineKycCapture(name = "kyc-capture"): typeof KycCaptureElement {
  const known = customElements.get(name);
  if (known) return known as typeof KycCaptureElement;
  // A class can have one name only: another name gets a class of its own.
  const registered = name === "kyc-capture" ? KycCaptureElement : class extends KycCaptureElement {};
  customElements.define(name, registered);
  return registered;
}

if (typeof customElements !== "undefined") defineKycCapture();

declare global {
  interface HTMLElementTagNameMap {
    "kyc-capture": KycCaptureElement;
  }
}
