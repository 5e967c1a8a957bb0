// Hints beside a mirrored preview.

import type { View } from "./types.js";

/** Returns a hint for a document before a camera that faces the person: left and right are those of the preview. */
export function forMirroredPreview(code: View["guidance"]): View["guidance"] {
  switch (code) {
    case "move_left":
      return "move_right";
    case "move_right":
      return "move_left";
    case "tilt_left_away":
      return "tilt_right_away";
    case "tilt_right_away":
      return "tilt_left_away";
    default:
      return code;
  }
}
