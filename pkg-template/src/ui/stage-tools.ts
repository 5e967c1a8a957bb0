// The controls over the preview: torch, next lens, and focus by a tap. Each is shown only if the open camera offers it.

import type { Capture } from "../capture-api.js";
import { isRear } from "../lens.js";
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

/** Returns the rear cameras if there are several, else none. */
export function lensesOf(cameras: readonly MediaDeviceInfo[]): MediaDeviceInfo[] {
  const rear = cameras.filter(isRear);
  return rear.length > 1 ? rear : [];
}

/** Returns the camera after the open one, cyclically. */
export function nextOf(cameras: readonly MediaDeviceInfo[], deviceId: string | undefined): MediaDeviceInfo | undefined {
  return cameras[(cameras.findIndex((camera) => camera.deviceId === deviceId) + 1) % cameras.length];
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
    const next = nextOf(lenses, capture.camera?.deviceId);
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
