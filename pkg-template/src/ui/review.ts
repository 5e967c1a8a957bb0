// The screens of an image that is reviewed and sent.

import type { Capture } from "../capture-api.js";
import { format, formatDate, plural } from "../i18n/format.js";
import type { View } from "../types.js";
import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { actions, busy, button, fileButton, screen, sideOf, title } from "./parts.js";
import type { Host, Screen } from "./parts.js";

export function review({ capture }: Host, view: View): Screen {
  const { texts } = capture;
  const side = view.review?.side ?? sideOf(view);
  const still = h("canvas", {
    class: "still",
    role: "img",
    "aria-label": texts.reviewImage[side],
    "data-kyc": "still",
  });
  const shot = h("div", { class: "shot" }, still);
  const zoom = h(
    "button",
    {
      type: "button",
      class: "stage-tool zoom",
      "data-kyc": "zoom",
      "aria-label": texts.reviewZoom,
      title: texts.reviewZoom,
      "aria-pressed": "false",
      onclick: () => {
        const on = shot.classList.toggle("zoomed");
        zoom.setAttribute("aria-pressed", String(on));
        // Scrolls by touch, mouse and arrow keys; begins at the centre.
        shot.tabIndex = on ? 0 : -1;
        if (on) shot.scrollTo((still.width - shot.clientWidth) / 2, (still.height - shot.clientHeight) / 2);
      },
    },
    icon("zoom"),
  );
  let gone = false;
  void paintStill(capture, still, () => gone);
  const again = view.review?.retakeAdvised ?? false;
  const confirm = button(texts.confirm, again ? "secondary" : "primary", "confirm", () => capture.confirm());
  const retake = button(texts.retake, again ? "primary" : "secondary", "retake", () => capture.retake());
  const upload = fileButton(capture, texts.uploadShort, "plain");
  const sendingWord = h("span", { class: "sr", role: "status" });
  const progress = uploadProgress(capture);
  return {
    element: screen(
      "review",
      h("div", { class: "shot-box", part: "photo" }, shot, zoom),
      h(
        "div",
        { class: "panel" },
        h(
          "div",
          { class: "body" },
          title(texts.reviewTitles[side]),
          h("p", { class: "lead" }, side === "liveness" ? texts.reviewLeadFace : texts.reviewLead),
          ...(view.review?.warnings ?? []).map((code) =>
            h(
              "p",
              { class: "warning", "data-kyc": "warning", "data-code": code },
              icon("warn"),
              h("span", {}, texts.warnings[code] ?? code),
            ),
          ),
          readings(capture, view),
        ),
        sendingWord,
        progress.element,
        actions(
          again ? retake : confirm,
          h("div", { class: "pair" }, again ? confirm : retake, upload.button, upload.input),
        ),
      ),
    ),
    update(now) {
      const sends = now.phase === "uploading";
      busy(confirm, sends);
      retake.disabled = sends;
      upload.button.disabled = sends || !now.uploadAvailable;
      if (!sends) progress.hide();
      setText(sendingWord, sends ? texts.uploading : "");
    },
    dispose() {
      progress.dispose();
      gone = true;
    },
  };
}

function readings({ texts }: Capture, view: View): HTMLElement | null {
  const read = view.review?.document;
  if (!read) return null;
  const rows: [string, string, string | null][] = [
    ["primary", texts.primary, read.primary],
    ["secondary", texts.secondary, read.secondary],
    ["number", texts.documentNumber, read.documentNumber],
    ["birth", texts.birthDate, formatDate(read.birthDate, texts.locale)],
    ["expiry", texts.expiryDate, formatDate(read.expiryDate, texts.locale)],
  ];
  const list = h(
    "dl",
    { class: "facts", "data-kyc": "read" },
    ...rows
      .filter(([, , value]) => value)
      .map(([name, label, value]) =>
        h("div", { class: "fact" }, h("dt", {}, label), h("dd", { "data-field": name }, h("bdi", {}, value))),
      ),
  );
  return h("section", { class: "read" }, h("h3", {}, texts.reviewRead), list);
}

/** Draws the image instead of linking it: a strict CSP needs no exception, and the image gets no address. */
async function paintStill(capture: Capture, canvas: HTMLCanvasElement, gone: () => boolean): Promise<void> {
  const blob = await capture.preview();
  if (blob === null || gone()) return;
  const bitmap = await createImageBitmap(blob);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
  bitmap.close();
  canvas.classList.add("shown");
}

/** How much of the image is sent, and the way back to its review; shown while an upload takes longer than a moment. */
function uploadProgress(capture: Capture): { element: HTMLElement; hide(): void; dispose(): void } {
  const { texts } = capture;
  const words = h("p", { class: "quiet", "data-kyc": "upload-progress" });
  const bar = h("progress", { class: "bar", "aria-label": texts.uploading });
  const cancel = button(texts.cancelUpload, "link", "cancel-upload", () => capture.cancelUpload());
  const element = h("div", { class: "sent" }, bar, words, cancel);
  element.hidden = true;
  const dispose = capture.on("upload", (progress) => {
    element.hidden = progress === null;
    if (progress === null) return;
    bar.max = progress.total;
    bar.value = progress.sent;
    const percent = new Intl.NumberFormat(texts.locale, { style: "percent" }).format(progress.sent / progress.total);
    setText(words, format(texts.uploadingPart, { percent }, texts.locale));
  });
  return {
    element,
    hide() {
      element.hidden = true;
    },
    dispose,
  };
}

export function sending({ capture }: Host): Screen {
  const { texts } = capture;
  const bar = h("progress", { class: "bar", "data-kyc": "progress", "aria-label": texts.sendingTitle });
  const words = h("p", { class: "quiet", role: "status" });
  const upload = uploadProgress(capture);
  return {
    element: screen(
      "wait",
      h("span", { class: "spinner big", "aria-hidden": "true" }),
      title(texts.sendingTitle),
      h("p", { class: "lead" }, texts.sendingLead),
      bar,
      words,
      upload.element,
    ),
    update({ progress }) {
      if (progress === null || progress.total === 0) return;
      bar.max = progress.total;
      bar.value = progress.done;
      setText(
        words,
        format(plural(texts.sendingProgress, progress.total, texts.locale), { ...progress }, texts.locale),
      );
    },
    dispose: upload.dispose,
  };
}
