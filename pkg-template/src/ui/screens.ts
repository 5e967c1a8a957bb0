// One function per screen. Each builds its elements once; `update` applies later changes.

import type { Capture } from "../capture-api.js";
import type { DocumentType } from "../codes.js";
import { format } from "../i18n/format.js";
import { permissionPlace } from "../permission.js";
import type { FlowError, View } from "../types.js";
import { h, setText } from "./dom.js";
import type { HandoffPart } from "./handoff.js";
import { icon } from "./icons.js";
import type { IconName } from "./icons.js";
import {
  actions,
  badge,
  busy,
  button,
  cameraAppButton,
  fileButton,
  handoffButton,
  outerLink,
  screen,
  sideOf,
  title,
} from "./parts.js";
import type { Host, Screen } from "./parts.js";
import { review, sending } from "./review.js";
import { createStage } from "./stage.js";
import { cycle, faceCamerasOf, lensesOf } from "./stage-tools.js";

/** Names the screen that a view wants: while the name stays, the screen stays. */
export function screenKey(view: View): string {
  if (view.phase === "failed") return `failed:${view.step}:${view.error?.code ?? ""}`;
  if (view.phase === "handed_off") return view.phase;
  if (view.phase === "waiting_location") return `${view.phase}:${view.step}`;
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
  if (view.phase === "handed_off") return handedOff(host, view);
  if (view.phase === "waiting_location") return locating(host);
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

/** The location is needed now: it is sent with the image, or opens the liveness session. */
function locating({ capture }: Host): Screen {
  const { texts } = capture;
  const hint = h("p", { class: "lead", role: "status", "data-kyc": "locating" }, texts.locatingHint);
  const skip = button(texts.withoutLocation, "secondary", "without-location", () => capture.skipLocation());
  const explain = () => {
    if (capture.waiting === "location") setText(hint, `${texts.locatingWaitingHint} ${texts.locationWhy}`);
  };
  const end = capture.on("waiting", explain);
  explain();
  return {
    element: screen(
      "wait",
      h("span", { class: "spinner big", "aria-hidden": "true" }),
      title(texts.locating),
      hint,
      actions(skip),
    ),
    update(view) {
      skip.hidden = !view.locationSkippable;
    },
    dispose: end,
  };
}

/** Another device continues. The code and its drawing are loaded here: most people never see them. */
function handedOff({ capture }: Host, first: View): Screen {
  const { texts, handoff } = capture;
  const body = h("div", { class: "body" }, title(texts.handoff.title));
  const back = button(texts.handoff.back, "secondary", "take-back", () => capture.takeBack());
  const bar = actions(back);
  const element = screen("page handoff", body, bar);
  let now = first;
  let part: HandoffPart | null = null;
  let gone = false;
  if (handoff !== null) {
    void import("./handoff.js").then(
      ({ handoffPart, handoffSheet }) => {
        if (gone) return;
        const root = element.getRootNode() as ShadowRoot;
        root.adoptedStyleSheets = [...root.adoptedStyleSheets.slice(0, 1), handoffSheet()];
        part = handoffPart(capture, handoff, first);
        body.append(part.body);
        bar.prepend(...part.buttons);
        part.update(now);
      },
      () => body.append(h("p", { class: "lead", role: "status" }, texts.handoff.failed)),
    );
  }
  return {
    element,
    update(view) {
      now = view;
      part?.update(view);
    },
    dispose() {
      gone = true;
      part?.dispose();
    },
  };
}

/** The slot of a liveness provider's component, which is a child of the element outside the shadow tree. */
function provider(text: string): Screen {
  return { element: screen("page", h("div", { class: "body" }, title(text), h("slot", { name: "provider" }))) };
}

function consent({ capture }: Host): Screen {
  const { texts } = capture;
  const located = capture.locationPolicy !== "off";
  const icons: IconName[] = ["card", "face", "pin"];
  const points = located ? texts.consentPoints : texts.consentPoints.slice(0, 2);
  const privacy = located ? texts.consentPrivacy : texts.consentPrivacyWithoutLocation;
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
          ...points.map((point, i) => h("li", {}, badge(icons[i] ?? "info"), h("span", {}, point))),
        ),
        h("p", { class: "note" }, icon("lock"), h("span", {}, privacy)),
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
        part: "choice",
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
        handoffButton(capture, "link"),
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
  const stage = createStage(capture, { drawing: words, lead: texts.captureLeads[words] });
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
        handoffButton(capture, "link"),
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
      case "skip":
        recoveryActions.push(button(texts.withoutLocation, kind(), "without-location", () => capture.skipLocation()));
        break;
      case "settings":
      case "none":
        break;
    }
  }
  if (error.code.startsWith("camera_")) {
    const offer = handoffButton(capture, kind());
    if (offer) recoveryActions.push(offer);
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
        of === "location" ? h("p", { class: "lead", "data-kyc": "location-why" }, texts.locationWhy) : null,
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
