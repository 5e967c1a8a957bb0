// The custom element <kyc-capture>. Importing registers it if there is a DOM.

import { KycCaptureElement } from "./element.js";

export { KycCaptureElement } from "./element.js";
export type { KycCaptureAttributes, KycCaptureElementEvents } from "./element.js";

/**
 * Registers the element under a name, once, and returns its class.
 *
 * @param name a custom element name. Default `"kyc-capture"`
 */
export function defineKycCapture(name = "kyc-capture"): typeof KycCaptureElement {
  const known = customElements.get(name);
  if (known) return known as typeof KycCaptureElement;
  // A class is registered under one name: another name gets a subclass.
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
