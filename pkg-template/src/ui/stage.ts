// The preview: video, overlay and guidance. Its box crops the video only where nothing relevant is lost, and frames are
// cropped alike: the person sees exactly what is captured.

import type { Capture, CaptureEvents } from "../capture-api.js";
import { format } from "../i18n/format.js";
import type { View } from "../types.js";
import { h, setText } from "./dom.js";
import type { Drawing } from "./drawings.js";
import { draw } from "./overlay.js";
import { createHowTo } from "./how-to.js";
import { createStageTools } from "./stage-tools.js";

export interface Stage {
  readonly element: HTMLElement;
  update(view: View): void;
  dispose(): void;
}

export function createStage(capture: Capture, how: { drawing: Drawing; lead: string }): Stage {
  const { texts } = capture;
  const canvas = h("canvas", { class: "overlay", "aria-hidden": "true" });
  const waitingTitle = h("p", { class: "stage-wait-title" });
  const waitingHint = h("p", { class: "stage-wait-hint" });
  const spinner = h("span", { class: "spinner", "aria-hidden": "true" });
  const waiting = h("div", { class: "stage-wait", role: "status" }, spinner, waitingTitle, waitingHint);
  const guidance = h("p", {
    class: "guidance",
    part: "guidance",
    "data-kyc": "guidance",
    role: "status",
    "aria-live": "polite",
  });
  const movement = h("p", { class: "movement" });
  const movementOf = h("span", { "data-kyc": "movement", role: "status" });
  const countdown = h("span", { "data-kyc": "countdown", "aria-hidden": "true" });
  movement.append(movementOf, countdown);
  const inSeconds = new Intl.NumberFormat(texts.locale, { style: "unit", unit: "second" });
  let done = 0;
  const box = h("div", { class: "view" }, canvas);
  const mirrored = () => box.classList.contains("mirrored");
  const tools = createStageTools(capture, mirrored);
  box.append(tools.focus);
  const howTo = createHowTo(capture, how);
  tools.buttons.prepend(howTo.button);
  const element = h(
    "div",
    { class: "stage", part: "stage" },
    box,
    waiting,
    howTo.element,
    guidance,
    movement,
    tools.buttons,
  );
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  let video: HTMLVideoElement | null = null;
  let view = capture.view;
  let waitsFor: CaptureEvents["waiting"] = null;

  const fit = () => {
    const { clientWidth: width, clientHeight: height } = element;
    if (width === 0 || height === 0 || video === null || video.videoWidth === 0) return;
    const aspect = shownAspect(width / height, video.videoWidth / video.videoHeight, view.facing === "user");
    const w = Math.min(width, height * aspect);
    box.style.width = `${Math.round(w)}px`;
    box.style.height = `${Math.round(w / aspect)}px`;
    paint();
  };
  const paint = () =>
    draw(canvas, {
      guide: view.guide,
      overlay: view.overlay,
      step: view.challenge?.step ?? null,
      flash: view.flash,
      mirrored: mirrored(),
      calm: calm.matches,
    });
  const show = (camera: Capture["camera"]) => {
    tools.update();
    video?.removeEventListener("resize", fit);
    video?.remove();
    video = camera?.video ?? null;
    box.classList.toggle("live", video !== null);
    if (!camera || !video) return;
    box.classList.toggle("mirrored", camera.facing === "user");
    video.setAttribute("aria-label", texts.video);
    video.className = "video";
    video.addEventListener("resize", fit);
    box.prepend(video);
    // Some browsers pause a video that is moved into the page.
    void video.play().catch(() => {});
    fit();
  };
  const describeWait = () => {
    const capturing = view.phase === "capturing";
    const paused = capturing && waitsFor === "camera";
    waiting.hidden = capturing && !paused;
    const hint = waitsFor === "camera" ? texts.cameraWaitingHint : texts.openingCameraHint;
    setText(waitingTitle, paused ? texts.cameraPaused : texts.openingCamera);
    setText(waitingHint, paused ? "" : hint);
    guidance.hidden = !capturing || paused;
  };
  const ended = capture.on("camera", show);
  const waited = capture.on("waiting", (what) => {
    waitsFor = what;
    describeWait();
  });
  const resized = new ResizeObserver(fit);
  resized.observe(element);
  capture.setPreviewAspect(() => (box.clientHeight > 0 && video ? box.clientWidth / box.clientHeight : null));
  show(capture.camera);

  return {
    element,
    update(next) {
      view = next;
      const capturing = view.phase === "capturing";
      describeWait();
      howTo.update(view);
      tools.buttons.hidden = !capturing;
      const code = capturing ? view.guidance : null;
      guidance.classList.toggle("good", (view.overlay?.captureProgress ?? 0) > 0);
      const { challenge } = view;
      movement.hidden = !capturing || challenge === null || challenge.done >= challenge.total;
      if (challenge) {
        const { total, remainingMs } = challenge;
        if (challenge.done > done) navigator.vibrate?.(60);
        done = challenge.done;
        const index = Math.min(done + 1, total);
        setText(movementOf, "✓ ".repeat(done) + format(texts.movementOf, { index, total }, texts.locale));
        setText(countdown, remainingMs === null ? "" : ` · ${inSeconds.format(Math.ceil(remainingMs / 1000))}`);
      }
      if (code) {
        guidance.dataset.code = code;
        setText(guidance, texts.guidance[code] ?? "");
      }
      element.style.backgroundColor = view.flash ?? "";
      paint();
    },
    dispose() {
      ended();
      waited();
      resized.disconnect();
      howTo.dispose();
      capture.setPreviewAspect(null);
      video?.removeEventListener("resize", fit);
      video?.remove();
    },
  };
}

/**
 * Returns the aspect of the preview in a box. A portrait video may lose its top and bottom, since a document fills its
 * width; a landscape video may lose its sides only for a face, which is in the centre.
 */
export function shownAspect(box: number, video: number, face: boolean): number {
  const narrowest = video > 1 && face ? Math.max(0.72, video / 2.4) : video;
  const widest = video < 1 ? video * 1.5 : video;
  return Math.min(widest, Math.max(narrowest, box));
}
