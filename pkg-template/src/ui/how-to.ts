// The drawing of what to do: while the camera opens, until the first detection, and again by its button. It never
// blocks the capture: frames are assessed under it.

import type { Capture } from "../capture-api.js";
import type { View } from "../types.js";
import { h } from "./dom.js";
import type { Drawing } from "./drawings.js";
import { icon } from "./icons.js";

/** Time for which an open camera leaves the drawing on, ms. */
const SHOWN_MS = 3_000;

export interface HowTo {
  readonly element: HTMLElement;
  /** Shows the drawing again. */
  readonly button: HTMLButtonElement;
  update(view: View): void;
  dispose(): void;
}

export function createHowTo({ texts }: Capture, { drawing, lead }: { drawing: Drawing; lead: string }): HowTo {
  const close = h(
    "button",
    { type: "button", class: "how-close", "data-kyc": "how-close", onclick: () => end(true) },
    texts.howToClose,
  );
  const words = h("p", { class: "how-lead" }, lead);
  const element = h("div", { class: "how", "data-kyc": "how", onkeydown: onKey }, words, close);
  const button = h(
    "button",
    {
      type: "button",
      class: "stage-tool",
      "data-kyc": "how-to",
      "aria-label": texts.howTo,
      title: texts.howTo,
      onclick: () => ask(),
    },
    icon("help"),
  );
  /** Asked for by the person: stays until it is closed. */
  let asked = false;
  let over = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;

  function show(): void {
    element.classList.toggle("asked", asked);
    element.hidden = over;
    words.hidden = close.hidden = !asked;
  }
  function ask(): void {
    asked = true;
    over = false;
    show();
    close.focus();
  }
  function end(back: boolean): void {
    asked = false;
    over = true;
    show();
    if (back) button.focus();
  }
  function onKey(event: Event): void {
    if ((event as KeyboardEvent).key === "Escape" && asked) end(true);
  }

  show();
  void import("./drawings.js").then(
    ({ drawingOf, drawingSheet }) => {
      if (gone) return;
      const root = element.getRootNode();
      if (root instanceof ShadowRoot) {
        root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), drawingSheet()];
      }
      element.prepend(drawingOf(drawing));
    },
    // The text says the same.
    () => {},
  );

  return {
    element,
    button,
    update({ phase, overlay }) {
      if (asked || over || phase !== "capturing") return;
      if (overlay?.quad || overlay?.face) return end(false);
      timer ??= setTimeout(() => {
        if (!asked) end(false);
      }, SHOWN_MS);
    },
    dispose() {
      gone = true;
      clearTimeout(timer);
    },
  };
}
