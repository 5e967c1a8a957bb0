// The controls over the preview: torch, next lens, and focus by a tap. Each is shown only if the open camera offers it.

import type { Capture } from "../capture-api.js";
import { facingOf, INFRARED, isRear } from "../lens.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import type { IconName } from "./icons.js";

export interface StageTools {
  /** Covers the preview and receives the taps. */
  readonly focus: HTMLElement;
  readonly buttons: HTMLElement;
  /** Must be called whenever a camera was opened. */
  update(): void;
}

/**
 * Returns the cameras that may show a document, if several face away from the person or may do so: one that neither
 * names its direction nor faces the person is among them, so that every lens can be reached.
 */
export function lensesOf(cameras: readonly MediaDeviceInfo[]): MediaDeviceInfo[] {
  if (!cameras.some(isRear)) return [];
  const lenses = cameras.filter((camera) => facingOf(camera) !== "user");
  return lenses.length > 1 ? lenses : [];
}

/** Returns the cameras that may show a face: none of them infrared. */
export function faceCamerasOf(cameras: readonly MediaDeviceInfo[]): MediaDeviceInfo[] {
  return cameras.filter((camera) => !INFRARED.test(camera.label));
}

/** Returns the camera after the given one, cyclically. */
export function nextOf(cameras: readonly MediaDeviceInfo[], deviceId: string | undefined): MediaDeviceInfo | undefined {
  return cameras[(cameras.findIndex((camera) => camera.deviceId === deviceId) + 1) % cameras.length];
}

/** Returns a function that gives the camera to open next: after one that did not open comes the one after it. */
export function cycle(capture: Capture): (cameras: readonly MediaDeviceInfo[]) => MediaDeviceInfo | undefined {
  let requested: string | undefined;
  let openBefore: string | undefined;
  return (cameras) => {
    const open = capture.camera?.deviceId;
    // Still the camera from which the last switch began: the requested one did not open.
    const from = requested !== undefined && open === openBefore ? requested : open;
    openBefore = open;
    const next = nextOf(cameras, from);
    requested = next?.deviceId;
    return next;
  };
}

/** Creates the controls. `mirrored`: whether the preview is mirrored. */
export function createStageTools(capture: Capture, mirrored: () => boolean): StageTools {
  const { texts } = capture;
  const tool = (hook: string, label: string, name: IconName) =>
    h(
      "button",
      { type: "button", class: "stage-tool", "data-kyc": hook, "aria-label": label, title: label },
      icon(name),
    );
  const torch = tool("torch", texts.torch, "torch");
  const lens = tool("switch-lens", texts.switchLens, "lens");
  const focus = h("button", { type: "button", class: "focus", "data-kyc": "focus", "aria-label": texts.focus });
  let lenses: MediaDeviceInfo[] = [];
  const nextLens = cycle(capture);

  const showTorch = () => torch.setAttribute("aria-pressed", String(capture.cameraControls?.torchOn === true));
  torch.addEventListener("click", () => {
    // Refused: the button says how things are.
    void capture
      .setTorch(capture.cameraControls?.torchOn !== true)
      .catch(() => {})
      .then(showTorch);
    showTorch();
  });
  lens.addEventListener("click", () => {
    const next = nextLens(lenses);
    if (next) capture.switchCamera(next.deviceId);
  });
  focus.addEventListener("click", (event) => {
    const { left, top, width, height } = focus.getBoundingClientRect();
    // By the keyboard it has no place: then the middle.
    const tapped = event.detail > 0 && width > 0 && height > 0;
    const x = tapped ? (event.clientX - left) / width : 0.5;
    const y = tapped ? (event.clientY - top) / height : 0.5;
    void capture.focus({ x: mirrored() ? 1 - x : x, y }).catch(() => {});
  });

  const update = () => {
    // While one lens gives way to another the buttons stay, and with them the keyboard's focus.
    if (capture.camera === null) return;
    const controls = capture.cameraControls;
    torch.hidden = controls?.torch !== true;
    focus.hidden = controls?.focus !== true;
    showTorch();
    void capture.cameras().then((found) => {
      lenses = capture.view.facing === "environment" ? lensesOf(found) : [];
      lens.hidden = lenses.length === 0;
    });
  };
  torch.hidden = lens.hidden = focus.hidden = true;
  update();
  return { focus, buttons: h("div", { class: "stage-tools" }, torch, lens), update };
}
