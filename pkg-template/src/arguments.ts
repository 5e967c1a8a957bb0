// The arguments of a capture's methods, validated as options are: `invalid_option` names the argument.

import type { CaptureEvents } from "./capture-api.js";
import { DOCUMENT_TYPES } from "./codes.js";
import type { Point } from "./generated/geometry.js";
import * as is from "./validate.js";

const EVENTS: Record<keyof CaptureEvents, true> = {
  view: true,
  step: true,
  guidance: true,
  language: true,
  progress: true,
  upload: true,
  captured: true,
  declined: true,
  error: true,
  complete: true,
  provider: true,
  waiting: true,
  camera: true,
};

export const eventType = is.oneOf(Object.keys(EVENTS));
export const listener = is.callback;
export const documentType = is.oneOf(DOCUMENT_TYPES);
export const locale = is.nonEmptyText;
export const deviceId = is.nonEmptyText;
export const on = is.boolean;
export const file = is.matches(
  "a Blob or File",
  (value) => typeof (value as Blob | null | undefined)?.arrayBuffer === "function",
);
export const aspect = is.nullable(is.callback);

const share = is.matches("a finite number", Number.isFinite);
export const point = is.object<Point>({ x: share, y: share }, ["x", "y"]);
