// The screen of a flow that continues on a phone: the code, the link, and what the phone does. Loaded when it is shown.

import type { Capture, Handoff } from "../capture-api.js";
import { tellDeveloper } from "../developer.js";
import { KycCaptureError } from "../errors.js";
import { handoffLink } from "../options.js";
import type { View } from "../types.js";
import { h, setText } from "./dom.js";
import { qrCode } from "./qr.js";

const CSS = `
.code-box { display: grid; place-items: center; width: min(16rem, 100%); aspect-ratio: 1; margin: 1.25rem auto 0;
  border-radius: var(--kyc-radius, .875rem); background: #fff; color: #000; border: 1px solid var(--line); }
.code-box svg { display: block; width: 100%; height: 100%; forced-color-adjust: none; }
.code-box .spinner { color: #12211f; }
.handoff-link { margin-top: .75rem; font-size: .8125rem; text-align: center;
  overflow-wrap: anywhere; user-select: all; }
.handoff-state { margin-top: 1rem; text-align: center; min-height: 1.5em; }
@media (height < 32rem) { .code-box { width: 11rem; } }
`;

export interface HandoffPart {
  readonly body: HTMLElement;
  readonly buttons: HTMLElement[];
  update(view: View): void;
  dispose(): void;
}

/** Builds the part below the title. */
export function handoffPart(capture: Capture, handoff: Handoff, first: View): HandoffPart {
  const { texts } = capture;
  const words = texts.handoff;
  const box = h("div", { class: "code-box", "data-kyc": "handoff-code" });
  const shownLink = h("p", { class: "handoff-link", "data-kyc": "handoff-link", dir: "ltr" });
  const state = h("p", { class: "quiet handoff-state", role: "status", "data-kyc": "handoff-state" });
  const copy = button(words.copy, "secondary", "handoff-copy", () => void copyLink());
  const renew = button(words.renew, "plain", "handoff-renew", () => void make());
  let link: string | null = null;
  let gone = false;
  /** The phone has done a step, and needs no code any more. */
  let taken = false;
  shownLink.hidden = true;

  async function make(): Promise<void> {
    box.replaceChildren(h("span", { class: "spinner", "aria-hidden": "true" }));
    copy.disabled = true;
    renew.disabled = true;
    shownLink.hidden = true;
    try {
      link = await linkOf(handoff);
      if (gone) return;
      box.replaceChildren(drawn(link, words.code));
      copy.disabled = false;
      setText(state, words.waiting);
    } catch (cause) {
      tellDeveloper({ code: "invalid_option", message: `\`handoff.url\` gave no link: ${cause}`, cause });
      box.replaceChildren();
      setText(state, words.failed);
    }
    renew.disabled = typeof handoff.url !== "function";
    renew.hidden = renew.disabled;
    hide();
  }

  async function copyLink(): Promise<void> {
    if (link === null) return;
    try {
      await navigator.clipboard.writeText(link);
      setText(state, words.copied);
    } catch {
      // Without the clipboard the person copies it.
      setText(shownLink, link);
      shownLink.hidden = false;
    }
  }

  function hide(): void {
    for (const part of [box, copy, ...(taken ? [renew, shownLink] : [])]) part.hidden = taken;
    if (taken) setText(state, words.follows);
  }

  void make();
  return {
    body: h("div", {}, h("p", { class: "lead" }, words.lead), box, shownLink, state),
    buttons: [copy, renew],
    update(view) {
      if (view.step !== first.step || view.documentType !== first.documentType) taken = true;
      hide();
    },
    dispose() {
      gone = true;
    },
  };
}

/** The style sheet of the screen, for the root that shows it. */
export function handoffSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  return sheet;
}

/** The link; a function makes one for each code, with a short-lived token of its own. */
async function linkOf({ url }: Handoff): Promise<string> {
  const link = typeof url === "function" ? await url() : url;
  handoffLink("handoff.url", link);
  if (typeof link !== "string") throw new KycCaptureError("invalid_option", "`handoff.url` gave no string");
  return link;
}

/** The code, dark on light in both themes, with its quiet zone. */
function drawn(link: string, label: string): SVGSVGElement {
  const rows = qrCode(link);
  let path = "";
  rows.forEach((row, y) => {
    for (const run of row.join("").matchAll(/1+/g)) path += `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`;
  });
  const make = (name: string, attributes: Record<string, string>) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const side = rows.length + 8;
  const svg = make("svg", { viewBox: `-4 -4 ${side} ${side}`, role: "img", "aria-label": label }) as SVGSVGElement;
  svg.append(make("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" }));
  return svg;
}

function button(text: string, kind: string, hook: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: `button ${kind}`, "data-kyc": hook, onclick: act }, h("span", {}, text));
}
