// What the screens are made of.

import type { Capture } from "../capture-api.js";
import type { Facing, Side } from "../codes.js";
import type { View } from "../types.js";
import { h } from "./dom.js";
import type { Child } from "./dom.js";
import { icon } from "./icons.js";
import type { IconName } from "./icons.js";

/** What the element gives to its screens. */
export interface Host {
  readonly capture: Capture;
  /** Restarts with the same session, unless the integrator provides another one. */
  restart(): void;
}

export interface Screen {
  readonly element: HTMLElement;
  update?(view: View): void;
  dispose?(): void;
}

export function screen(kind: string, ...children: Child[]): HTMLElement {
  return h("section", { class: `screen ${kind}`, part: "screen", "data-kyc": "screen" }, ...children);
}

/** The title of a screen, which takes the focus when the screen is shown. */
export function title(text: string, kind = ""): HTMLElement {
  return h("h2", { class: `title ${kind}`, part: "title", tabindex: -1 }, text);
}

export function badge(name: IconName): HTMLElement {
  return h("span", { class: "badge" }, icon(name));
}

export function actions(...children: Child[]): HTMLElement {
  return h("div", { class: "actions", part: "actions" }, ...children);
}

export function button(text: string, kind: string, hook: string, act: () => void): HTMLButtonElement {
  return h(
    "button",
    { type: "button", class: `button ${kind}`, part: `button ${kind}`, "data-kyc": hook, onclick: act },
    h("span", {}, text),
  );
}

export function busy(target: HTMLButtonElement, on: boolean): void {
  target.classList.toggle("busy", on);
  // Not disabled: the focus would be lost.
  target.setAttribute("aria-disabled", String(on));
}

/**
 * The button that opens the device's own camera. On Android, whose picker of images may have no camera: elsewhere the
 * picker offers it, or there is none.
 */
export function cameraAppButton(capture: Capture, side: Side, kind: string): HTMLElement | null {
  if (!/Android/.test(navigator.userAgent)) return null;
  const facing = side === "liveness" ? "user" : "environment";
  const { button: press, input } = fileButton(capture, capture.texts.uploadCamera, kind, facing);
  return h("div", { class: "slot" }, press, input);
}

/** A button for an image file, and its hidden input. `facing`: of the device's own camera, which it opens. */
export function fileButton(
  capture: Capture,
  text: string,
  kind: string,
  facing: Facing | null = null,
): { button: HTMLButtonElement; input: HTMLInputElement } {
  const input = h("input", {
    type: "file",
    class: "file",
    accept: "image/*",
    capture: facing,
    tabindex: -1,
    "aria-hidden": "true",
    "data-kyc": facing === null ? "file" : "camera-file",
  });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    // A file that cannot be used fails the flow.
    if (file) void capture.upload(file).catch(() => {});
  });
  const press = h(
    "button",
    {
      type: "button",
      class: kind === "tool" ? "tool" : `button ${kind}`,
      part: kind === "tool" ? "tool" : `button ${kind}`,
      "data-kyc": facing === null ? "upload" : "upload-camera",
      onclick: () => input.click(),
    },
    kind === "link" ? null : icon(facing === null ? "upload" : "camera"),
    h("span", {}, text),
  );
  return { button: press, input };
}

export function sideOf(view: View): Side {
  return view.step === "liveness" ? "liveness" : view.step === "document_back" ? "back" : "front";
}

/** A link out of the page; `null` without an address. */
export function outerLink(href: string | undefined, text: string, name: string): HTMLElement | null {
  if (href === undefined) return null;
  return h("a", { class: "button link", href, target: "_blank", rel: "noopener noreferrer", "data-kyc": name }, text);
}

/** The offer to continue on a phone, on what is none. */
export function handoffButton(capture: Capture, kind: string): HTMLElement | null {
  if (capture.handoff === null || window.matchMedia("(pointer: coarse)").matches) return null;
  return button(capture.texts.handoff.offer, kind, "handoff", () => capture.handOff());
}
