// The options of the package's entry points, validated: unknown names, wrong types and values out of range are refused
// with `invalid_option` before anything starts. The core validates what it receives once more.

import type { CaptureOptions, Controller, Handoff } from "./capture-api.js";
import { DOCUMENT_TYPES, FLOWS, LOCATION_POLICIES, MODELS } from "./codes.js";
import { en } from "./i18n/en.js";
import type { AssetOptions } from "./load.js";
import type { Coordinates } from "./location.js";
import { THRESHOLD_RANGES } from "./generated/thresholds.js";
import type { DocumentThresholds } from "./generated/thresholds.js";
import type { AssessOptions, EncodeOptions, InspectOptions } from "./tool-types.js";
import type { LivenessOptions } from "./types.js";
import * as is from "./validate.js";
import type { Range, Validator } from "./validate.js";

/** Characters that a header field or a URL path takes unchanged. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/;
const IDENTIFIER_LIMIT = 256;
const PATH_LIMIT = 512;
const MAX_U32: Range = [1, 0xffff_ffff, "integer"];

const identifier = is.matches(
  `1 to ${IDENTIFIER_LIMIT} visible ASCII characters`,
  (value) => typeof value === "string" && value.length <= IDENTIFIER_LIMIT && VISIBLE_ASCII.test(value),
);

const baseUrl = is.matches("an http:// or https:// address without user, query or fragment", (value) => {
  if (typeof value !== "string" || value === "") return false;
  try {
    // Without a document a relative address cannot be resolved; it is resolved when the capture runs.
    const base = typeof document === "undefined" ? "https://localhost/" : document.baseURI;
    const { protocol, username, password, search, hash } = new URL(value, base);
    return /^https?:$/.test(protocol) && username === "" && password === "" && search === "" && hash === "";
  } catch {
    return false;
  }
});

const accessToken = is.matches(
  "a non-empty string or a function",
  (value) => typeof value === "function" || (typeof value === "string" && value !== ""),
);

const path = is.matches(
  `a path that starts with one slash, of at most ${PATH_LIMIT} visible ASCII characters`,
  (value) =>
    typeof value === "string" && value.length <= PATH_LIMIT && VISIBLE_ASCII.test(value) && /^\/(?!\/)/.test(value),
);

const coordinates = is.object<Coordinates>({ latitude: is.number([-90, 90]), longitude: is.number([-180, 180]) }, [
  "latitude",
  "longitude",
]);

const geolocation: Validator = (at, value) => {
  if (value === "auto" || typeof value === "function") return;
  if (typeof value === "string") return is.oneOf(["auto", ...LOCATION_POLICIES])(at, value);
  if (!is.isPlain(value))
    throw is.invalidOption(at, 'a policy as "required", { latitude, longitude } or a function', value, true);
  coordinates(at, value);
};

const element = is.matches(
  "an element of the page",
  (value) => typeof value === "object" && value !== null && (value as Partial<Node>).nodeType === 1,
);

const signal = is.matches(
  "an AbortSignal",
  (value) =>
    typeof value === "object" &&
    value !== null &&
    typeof (value as Partial<AbortSignal>).aborted === "boolean" &&
    typeof (value as Partial<AbortSignal>).addEventListener === "function",
);

/** Goes to the server as JSON. */
const json: Validator = (at, value) => {
  if (!is.isPlain(value)) throw is.invalidOption(at, "a plain object", value);
  try {
    JSON.stringify(value);
  } catch {
    throw is.invalidOption(at, "an object that JSON can represent", value);
  }
};

const address = is.matches(
  "an address (a string or a URL)",
  (value) => (typeof value === "string" && value !== "") || value instanceof URL,
);

const wasm = is.matches(
  "an address, the module's bytes, or a WebAssembly.Module",
  (value) =>
    (typeof value === "string" && value !== "") ||
    value instanceof URL ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    (typeof WebAssembly !== "undefined" && value instanceof WebAssembly.Module),
);

const script = is.matches(
  "an address or a TrustedScriptURL",
  (value) => (typeof value === "string" && value !== "") || (typeof value === "object" && value !== null),
);

const models: Validator = (at, value) => {
  if (is.isPlain(value)) is.object(Object.fromEntries(MODELS.map((name) => [name, address])))(at, value);
  else address(at, value);
};

const assets = is.object<AssetOptions>({
  assetBase: address,
  wasmUrl: wasm,
  modelUrl: models,
  decoderUrl: address,
  workerUrl: script,
  blobWorker: is.boolean,
});

const liveness = is.object<LivenessOptions>({
  mode: is.oneOf(["passive", "passive_active"]),
  steps: is.number([1, 4, "integer"]),
  flash: is.boolean,
});

/** Validates one group of thresholds. */
function ranges(group: Record<string, Range>): Validator {
  return is.object(Object.fromEntries(Object.entries(group).map(([name, range]) => [name, is.number(range)])));
}

const documentThresholds = is.object<DocumentThresholds>(
  Object.fromEntries(
    Object.entries(THRESHOLD_RANGES.document).map(([name, range]) => [name, is.number(range)]),
  ) as is.Fields<DocumentThresholds>,
);

const thresholds = is.object<NonNullable<CaptureOptions["thresholds"]>>({
  document: documentThresholds,
  face: ranges(THRESHOLD_RANGES.face),
  liveness: ranges(THRESHOLD_RANGES.liveness),
  timing: ranges(THRESHOLD_RANGES.timing),
});

const PLURAL_CATEGORIES = ["zero", "one", "two", "few", "many", "other"];

/** A validator for tables of texts: names, types and placeholders of `template`. */
function like(template: unknown, complete: boolean): Validator {
  if (typeof template === "string") {
    const placeholders = template.match(/\{\w+\}/g) ?? [];
    if (placeholders.length === 0) return is.text;
    return is.matches(
      `a string with ${placeholders.join(" and ")}`,
      (value) => typeof value === "string" && placeholders.every((placeholder) => value.includes(placeholder)),
    );
  }
  if (Array.isArray(template)) return is.arrayOf(is.text, template.length);
  const fields = template as Record<string, unknown>;
  if (Object.hasOwn(fields, "other")) {
    const text = like(fields.other, complete);
    return is.object(Object.fromEntries(PLURAL_CATEGORIES.map((name) => [name, text])), complete ? ["other"] : []);
  }
  return is.object(
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, like(value, complete)])),
    complete ? Object.keys(fields) : [],
  );
}

const table = like(en, true);

const language: Validator = (at, value) => {
  if (typeof value === "function") return;
  if (!is.isPlain(value)) throw is.invalidOption(at, "a table of texts or a function that loads one", value);
  table(at, value);
};

const languageSwitch: Validator = (at, value) => {
  if (typeof value === "boolean") return;
  if (!Array.isArray(value)) throw is.invalidOption(at, "a boolean or an array of language tags", value);
  is.arrayOf(is.nonEmptyText)(at, value);
};

/** A table that the integrator's function loaded. */
export function checkLoadedTable(tag: string, value: unknown): void {
  table(`languages.${tag}`, value);
}

/** An absolute address with one of these schemes. */
const link = (...schemes: string[]): Validator =>
  is.matches(`an address with ${schemes.join(" or ")}`, (value) => {
    try {
      return typeof value === "string" && schemes.includes(new URL(value).protocol);
    } catch {
      return false;
    }
  });

const controller = is.object<Controller>(
  {
    name: is.nonEmptyText,
    privacyUrl: link("https:", "http:"),
    purpose: is.nonEmptyText,
    retention: is.nonEmptyText,
    supportUrl: link("https:", "http:", "mailto:", "tel:"),
  },
  ["name"],
);

/** Longest link of a hand-off, characters: a code with more is hard to read from a screen. */
const LINK_LIMIT = 900;

/** A link that carries a token: over TLS, or to this machine. */
export const handoffLink: Validator = is.matches(
  `an https: address, or an http: address of this machine, of at most ${LINK_LIMIT} characters`,
  (value) => {
    try {
      const { protocol, hostname } = new URL(value as string);
      const local = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
      const safe = protocol === "https:" || (protocol === "http:" && local);
      return typeof value === "string" && value.length <= LINK_LIMIT && safe;
    } catch {
      return false;
    }
  },
);

const handoff = is.object<Handoff>(
  { url: (at, value) => (typeof value === "function" ? undefined : handoffLink(at, value)) },
  ["url"],
);

const captureFields: is.Fields<CaptureOptions> = {
  baseUrl,
  clientId: identifier,
  sessionId: identifier,
  accessToken,
  locale: is.text,
  texts: like(en, false),
  languages: is.mapOf(language),
  languageSwitch,
  container: element,
  routes: is.mapOf(path),
  geolocation,
  flow: is.oneOf(FLOWS),
  documentTypes: is.arrayOf(is.oneOf(DOCUMENT_TYPES)),
  liveness,
  livenessProviders: is.mapOf(is.callback),
  thresholds,
  perAttemptTimeoutMs: is.number([100, 600_000]),
  sdkMetadata: json,
  assets,
  haptics: is.boolean,
  controller,
  handoff,
  signal,
};

const capture = is.object<CaptureOptions>(captureFields, ["baseUrl", "clientId", "sessionId", "accessToken"]);

/** Options of `createCapture`. */
export function checkCaptureOptions(options: unknown): asserts options is CaptureOptions {
  root(options);
  capture("", options);
}

/** Options of `<kyc-capture>`: those of a capture without a container, which the element itself is. */
export function checkElementOptions(options: unknown): asserts options is CaptureOptions {
  root(options);
  const { container } = options as { container?: unknown };
  if (container !== undefined) {
    throw is.invalidOption("container", "nothing: the element itself is the container", container);
  }
  capture("", options);
}

/** Options of `init`. */
export function checkAssetOptions(options: unknown): asserts options is AssetOptions {
  root(options);
  assets("", options);
}

const day = is.matches("a date as YYYY-MM-DD", (value) => {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
});

const documentType = is.nullable(is.oneOf(DOCUMENT_TYPES));

const today = is.object<{ today?: string }>({ today: day });
const inspect = is.object<InspectOptions>({ documentType, today: day });
const assess = is.object<AssessOptions>({ documentType, thresholds: documentThresholds });
const frame = is.object<{ at?: number }>({ at: is.number([0, Number.MAX_SAFE_INTEGER]) });

const COORDINATE: Range = [-1e6, 1e6];
const pointOf = is.object<{ x: number; y: number }>({ x: is.number(COORDINATE), y: is.number(COORDINATE) }, ["x", "y"]);
const size = is.number(MAX_U32);

const encode = is.object<EncodeOptions>({
  format: is.oneOf(["jpeg", "png"]),
  crop: is.object<NonNullable<EncodeOptions["crop"]>>(
    { x: is.number(COORDINATE), y: is.number(COORDINATE), width: is.number([0, 1e6]), height: is.number([0, 1e6]) },
    ["x", "y", "width", "height"],
  ),
  quad: is.arrayOf(pointOf, 4),
  maxSide: size,
  maxWidth: size,
  maxHeight: size,
  maxPixels: size,
  quality: is.number([1, 100, "integer"]),
  minQuality: is.number([1, 100, "integer"]),
  maxBytes: size,
  as: is.oneOf(["bytes", "base64", "dataUrl"]),
});

/** Options of `parseMrz` and `readMrz`. */
export function checkTodayOptions(options: unknown): asserts options is { today?: string } {
  root(options);
  today("", options);
}

/** Options of `assessFace`. */
export function checkFrameOptions(options: unknown): asserts options is { at?: number } {
  root(options);
  frame("", options);
}

/** Options of `assessDocument`. */
export function checkAssessOptions(options: unknown): asserts options is AssessOptions {
  root(options);
  assess("", options);
}

/** Options of `inspectDocument`. */
export function checkInspectOptions(options: unknown): asserts options is InspectOptions {
  root(options);
  inspect("", options);
}

/** Options of `encodeImage`. */
export function checkEncodeOptions(options: unknown): asserts options is EncodeOptions {
  root(options);
  encode("", options);
}

function root(options: unknown): void {
  if (!is.isPlain(options)) throw is.invalidOption("options", "an object", options);
}
