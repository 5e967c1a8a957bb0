// One function per screen. Each builds its elements once; `update` applies later changes.

import type { Capture } from "../capture-api.js";
import type { DocumentType, Facing, Side } from "../codes.js";
import { format, formatDate, plural } from "../i18n/format.js";
import { permissionPlace } from "../permission.js";
import type { FlowError, View } from "../types.js";
import { h, setText } from "./dom.js";
import type { Child } from "./dom.js";
import { icon } from "./icons.js";
import type { IconName } from "./icons.js";
import { createStage } from "./stage.js";
import { cycle, faceCamerasOf, lensesOf } from "./stage-tools.js";

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

/** Names the screen that a view wants: while the name stays, the screen stays. */
export function screenKey(view: View): string {
  if (view.phase === "failed") return `failed:${view.step}:${view.error?.code ?? ""}`;
  switch (view.step) {
    case "starting":
    case "consent":
    case "document_type":
    case "sending":
    case "result":
      return view.step;
    case "document_front":
    case "document_back":
    case "liveness":
      if (view.phase === "review" || (view.phase === "uploading" && view.review)) return `review:${view.step}`;
      if (view.phase === "provider") return "provider";
      if (view.phase === "uploading") return `uploading:${view.step}`;
      return `camera:${view.step}`;
  }
}

export function buildScreen(host: Host, view: View): Screen {
  if (view.phase === "failed") return failure(host, view);
  switch (view.step) {
    case "starting":
      return waiting(host.capture.texts.starting);
    case "consent":
      return consent(host);
    case "document_type":
      return documentType(host, view);
    case "sending":
      return sending(host);
    case "result":
      return result(host, view);
    case "document_front":
    case "document_back":
    case "liveness":
      if (view.phase === "review" || (view.phase === "uploading" && view.review)) return review(host, view);
      if (view.phase === "provider") return provider(host.capture.texts.providerTitle);
      if (view.phase === "uploading") return waiting(host.capture.texts.oneMoment);
      return camera(host, view);
  }
}

function waiting(text: string): Screen {
  return { element: screen("wait", h("span", { class: "spinner big", "aria-hidden": "true" }), title(text, "quiet")) };
}

/** The slot of a liveness provider's component, which is a child of the element outside the shadow tree. */
function provider(text: string): Screen {
  return { element: screen("page", h("div", { class: "body" }, title(text), h("slot", { name: "provider" }))) };
}

function consent({ capture }: Host): Screen {
  const { texts } = capture;
  const icons: IconName[] = ["card", "face", "pin"];
  const agree = button(texts.consentAgree, "primary", "consent", () => capture.giveConsent());
  const decline = button(texts.consentDecline, "plain", "decline", () => capture.declineConsent());
  return {
    element: screen(
      "page",
      h(
        "div",
        { class: "body" },
        title(texts.consentTitle),
        ...controllerLines(capture),
        h("p", { class: "lead" }, texts.consentLead),
        h(
          "ul",
          { class: "points" },
          ...texts.consentPoints.map((point, i) => h("li", {}, badge(icons[i] ?? "info"), h("span", {}, point))),
        ),
        h("p", { class: "note" }, icon("lock"), h("span", {}, texts.consentPrivacy)),
      ),
      actions(agree, decline),
    ),
    update(view) {
      busy(agree, view.phase === "uploading");
      decline.disabled = view.phase === "uploading";
    },
  };
}

/** Who asks, for what, how long it is kept, and where to read more. */
function controllerLines({ controller, texts }: Capture): HTMLElement[] {
  if (controller === null) return [];
  const facts = [
    [texts.controllerPurpose, controller.purpose],
    [texts.controllerRetention, controller.retention],
  ].filter(([, value]) => value !== undefined);
  const rows = facts.map(([name = "", value = ""]) =>
    h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, h("bdi", {}, value))),
  );
  const links = [
    outerLink(controller.privacyUrl, texts.controllerPrivacy, "privacy"),
    outerLink(controller.supportUrl, texts.controllerSupport, "support"),
  ];
  const asks = format(texts.controllerAsks, { name: controller.name }, texts.locale);
  return [
    h("p", { class: "lead", "data-kyc": "controller" }, asks),
    ...(rows.length > 0 ? [h("dl", { class: "facts" }, ...rows)] : []),
    ...(links.some(Boolean) ? [h("p", { class: "links" }, ...links)] : []),
  ];
}

/** A link out of the page; `null` without an address. */
function outerLink(href: string | undefined, text: string, name: string): HTMLElement | null {
  if (href === undefined) return null;
  return h("a", { class: "button link", href, target: "_blank", rel: "noopener noreferrer", "data-kyc": name }, text);
}

const DOCUMENT_ICONS: Record<DocumentType, IconName> = {
  driver_license: "car",
  identification_card: "card",
  passport: "passport",
  passport_card: "card",
};

function documentType({ capture }: Host, view: View): Screen {
  const { texts } = capture;
  const choices = view.documentTypes.map((type) =>
    h(
      "button",
      {
        type: "button",
        class: "choice",
        "data-kyc": "document-type",
        "data-type": type,
        onclick: () => capture.chooseDocumentType(type),
      },
      badge(DOCUMENT_ICONS[type]),
      h(
        "span",
        { class: "choice-text" },
        h("span", { class: "choice-name" }, texts.documentTypes[type]),
        h("span", { class: "choice-hint" }, texts.documentTypeHints[type]),
      ),
      icon("chevron"),
    ),
  );
  return {
    element: screen(
      "page",
      h(
        "div",
        { class: "body" },
        title(texts.documentTypeTitle),
        h("p", { class: "lead" }, texts.documentTypeLead),
        h("div", { class: "choices" }, ...choices),
      ),
    ),
    update(now) {
      for (const choice of choices) {
        const chosen = now.phase === "uploading" && choice.dataset.type === now.documentType;
        busy(choice, chosen);
        choice.disabled = now.phase === "uploading" && !chosen;
      }
    },
  };
}

function camera({ capture }: Host, view: View): Screen {
  const { texts } = capture;
  const side = sideOf(view);
  const words = side === "front" && view.documentType === "passport" ? "passport" : side;
  const stage = createStage(capture);
  const shutter = h(
    "button",
    {
      type: "button",
      class: "shutter",
      "data-kyc": "capture",
      "aria-label": texts.captureNow,
      onclick: () => capture.captureNow(),
    },
    h("span", { class: "shutter-dot" }),
  );
  const shutterLabel = h("span", { class: "shutter-label", "aria-hidden": "true" }, texts.captureNow);
  const upload = fileButton(capture, side === "liveness" ? texts.uploadFace : texts.upload, "tool");
  const swap = h(
    "button",
    { type: "button", class: "tool", "data-kyc": "switch-camera" },
    icon("swap"),
    h("span", {}, texts.switchCamera),
  );
  const change = button(texts.changeDocument, "link", "change-document", () => capture.changeDocumentType());
  const heading = title(texts.captureTitles[words]);
  const passive = button(texts.withoutMovements, "link", "passive", () => {
    capture.skipActiveLiveness();
    // The button goes, and must not take the keyboard's focus with it.
    heading.focus({ preventScroll: true });
  });
  passive.hidden = true;
  let cameras: MediaDeviceInfo[] = [];
  const nextCamera = cycle(capture);
  swap.hidden = true;
  swap.addEventListener("click", () => {
    const next = nextCamera(cameras);
    if (next) capture.switchCamera(next.deviceId);
  });
  const opened = capture.on("camera", (open) => {
    if (open === null) return;
    void capture.cameras().then((found) => {
      cameras = side === "liveness" ? faceCamerasOf(found) : found;
      // Several rear lenses are switched by the button over the preview.
      swap.hidden = cameras.length < 2 || (side !== "liveness" && lensesOf(found).length > 0);
    });
  });
  return {
    element: screen(
      "capture",
      h(
        "div",
        { class: "caption" },
        heading,
        h("p", { class: "lead" }, texts.captureLeads[words]),
        side === "front" ? change : side === "liveness" ? passive : null,
        cameraAppButton(capture, side, "link"),
      ),
      stage.element,
      h(
        "div",
        { class: "controls" },
        h("div", { class: "control left" }, upload.button, upload.input),
        h("div", { class: "control middle" }, shutter, shutterLabel),
        h("div", { class: "control right" }, swap),
      ),
    ),
    update(now) {
      stage.update(now);
      shutter.disabled = !(now.manualAvailable && now.phase === "capturing");
      passive.hidden = !now.passiveAvailable;
      upload.button.disabled = !now.uploadAvailable;
    },
    dispose() {
      opened();
      stage.dispose();
    },
  };
}

function review({ capture }: Host, view: View): Screen {
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
  const sent = h("p", { class: "quiet sent", "data-kyc": "upload-progress" });
  sent.hidden = true;
  const uploaded = capture.on("upload", (progress) => {
    sent.hidden = progress === null;
    if (progress === null) return;
    const percent = new Intl.NumberFormat(texts.locale, { style: "percent" }).format(progress.sent / progress.total);
    setText(sent, format(texts.uploadingPart, { percent }, texts.locale));
  });
  return {
    element: screen(
      "review",
      h("div", { class: "shot-box" }, shot, zoom),
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
        sent,
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
      if (!sends) sent.hidden = true;
      setText(sendingWord, sends ? texts.uploading : "");
    },
    dispose() {
      uploaded();
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

function sending({ capture }: Host): Screen {
  const { texts } = capture;
  const bar = h("progress", { class: "bar", "data-kyc": "progress", "aria-label": texts.sendingTitle });
  const words = h("p", { class: "quiet", role: "status" });
  return {
    element: screen(
      "wait",
      h("span", { class: "spinner big", "aria-hidden": "true" }),
      title(texts.sendingTitle),
      h("p", { class: "lead" }, texts.sendingLead),
      bar,
      words,
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
  };
}

function result({ capture }: Host, view: View): Screen {
  const { texts } = capture;
  const { verified, authenticated } = view.result ?? {};
  const good = verified === true || authenticated === true;
  const [heading, lead] =
    authenticated === undefined
      ? good
        ? [texts.verifiedTitle, texts.verifiedLead]
        : [texts.notVerifiedTitle, texts.notVerifiedLead]
      : good
        ? [texts.authenticatedTitle, texts.authenticatedLead]
        : [texts.notAuthenticatedTitle, texts.notAuthenticatedLead];
  return {
    element: screen(
      "wait outcome",
      h(
        "div",
        { class: good ? "medal good" : "medal bad", "data-kyc": "result", "data-verified": String(good) },
        icon(good ? "check" : "info"),
      ),
      title(heading),
      h("p", { class: "lead" }, lead),
      good ? null : outerLink(capture.controller?.supportUrl, texts.controllerSupport, "support"),
    ),
  };
}

function failure(host: Host, view: View): Screen {
  const { capture } = host;
  const { texts } = capture;
  const error: Pick<FlowError, "code" | "recovery"> = view.error ?? { code: "core_crashed", recovery: ["retry"] };
  const { title: heading, text } = texts.errors[error.code] ?? texts.errors.server_error;
  const recoveryActions: HTMLElement[] = [];
  const kind = () => (recoveryActions.length === 0 ? "primary" : "secondary");
  // An exit that the person chose, not a failure.
  const declined = error.code === "consent_declined";
  const retryWords = declined ? texts.consentAgree : texts.retry;
  for (const action of error.recovery) {
    switch (action) {
      case "retry":
        recoveryActions.push(
          button(retryWords, kind(), "retry", () => (declined ? capture.giveConsent() : capture.retry())),
        );
        break;
      case "retake":
        recoveryActions.push(button(texts.retake, kind(), "retake", () => capture.retake()));
        break;
      case "upload": {
        const upload = fileButton(capture, view.step === "liveness" ? texts.uploadFace : texts.upload, kind());
        recoveryActions.push(h("div", { class: "slot" }, upload.button, upload.input));
        const app = cameraAppButton(capture, sideOf(view), "secondary");
        if (app) recoveryActions.push(app);
        break;
      }
      case "restart":
        recoveryActions.push(button(texts.restart, kind(), "restart", () => host.restart()));
        break;
      case "settings":
      case "none":
        break;
    }
  }
  if (view.passiveAvailable)
    recoveryActions.push(button(texts.withoutMovements, kind(), "passive", () => capture.skipActiveLiveness()));
  const of = error.code.startsWith("location_") ? "location" : "camera";
  const settings = of === "location" ? texts.settingsLocation : texts.settingsCamera;
  const advice =
    error.recovery.includes("settings") && error.code !== "canvas_blocked"
      ? h("p", { class: "note" }, icon("info"), h("span", {}, settings[permissionPlace(of)]))
      : null;
  return {
    element: screen(
      "page failure",
      h(
        "div",
        { class: "body" },
        h("div", { class: "medal bad" }, icon(declined ? "info" : failureIcon(error.code))),
        title(heading),
        h("p", { class: "lead", "data-kyc": "error", "data-code": error.code }, text),
        advice,
        outerLink(capture.controller?.supportUrl, texts.controllerSupport, "support"),
        declined ? null : h("p", { class: "code" }, format(texts.errorCode, { code: error.code }, texts.locale)),
      ),
      actions(...recoveryActions),
    ),
  };
}

function failureIcon(code: string): IconName {
  if (code.startsWith("camera")) return "camera";
  if (code.startsWith("location")) return "pin";
  return code === "network_failed" || code === "timeout" ? "offline" : "warn";
}

// --- parts ---

function screen(kind: string, ...children: Child[]): HTMLElement {
  return h("section", { class: `screen ${kind}`, "data-kyc": "screen" }, ...children);
}

/** The title of a screen, which takes the focus when the screen is shown. */
function title(text: string, kind = ""): HTMLElement {
  return h("h2", { class: `title ${kind}`, tabindex: -1 }, text);
}

function badge(name: IconName): HTMLElement {
  return h("span", { class: "badge" }, icon(name));
}

function actions(...children: Child[]): HTMLElement {
  return h("div", { class: "actions" }, ...children);
}

function button(text: string, kind: string, hook: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: `button ${kind}`, "data-kyc": hook, onclick: act }, h("span", {}, text));
}

function busy(target: HTMLButtonElement, on: boolean): void {
  target.classList.toggle("busy", on);
  // Not disabled: the focus would be lost.
  target.setAttribute("aria-disabled", String(on));
}

/**
 * The button that opens the device's own camera. On Android, whose picker of images may have no camera: elsewhere the
 * picker offers it, or there is none.
 */
function cameraAppButton(capture: Capture, side: Side, kind: string): HTMLElement | null {
  if (!/Android/.test(navigator.userAgent)) return null;
  const facing = side === "liveness" ? "user" : "environment";
  const { button: press, input } = fileButton(capture, capture.texts.uploadCamera, kind, facing);
  return h("div", { class: "slot" }, press, input);
}

/** A button for an image file, and its hidden input. `facing`: of the device's own camera, which it opens. */
function fileButton(
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
      "data-kyc": facing === null ? "upload" : "upload-camera",
      onclick: () => input.click(),
    },
    kind === "link" ? null : icon(facing === null ? "upload" : "camera"),
    h("span", {}, text),
  );
  return { button: press, input };
}

function sideOf(view: View): Side {
  return view.step === "liveness" ? "liveness" : view.step === "document_back" ? "back" : "front";
}
