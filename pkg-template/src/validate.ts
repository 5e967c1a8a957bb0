// Validators of option values: each accepts a value or throws `invalid_option` with the option's path, what was
// expected and what was given.

import { KycCaptureError } from "./errors.js";

/** Minimum, maximum, and whether only whole numbers are accepted. */
export type Range = readonly [min: number, max: number, integer?: "integer"];

/** Checks the value at `path`; throws {@link KycCaptureError} `invalid_option`. */
export type Validator = (path: string, value: unknown) => void;

/** Fields of an options object: each validator runs only if the field is present. */
export type Fields<T extends object = Record<string, unknown>> = { readonly [Name in keyof T]-?: Validator };

/**
 * An `invalid_option` error for the option at `path`. Only numbers, booleans and choices are quoted: texts may be
 * secrets.
 */
export function invalidOption(path: string, expected: string, given: unknown, quote = false): KycCaptureError {
  const message = `option \`${path}\` is invalid: expected ${expected}, got ${describe(given, quote)}`;
  return new KycCaptureError("invalid_option", message, { option: path });
}

/** An object with known fields only. `required` fields must be present. */
export function object<T extends object>(fields: Fields<T>, required: readonly (keyof T & string)[] = []): Validator {
  const names = Object.keys(fields);
  return (path, value) => {
    if (!isPlain(value)) throw invalidOption(path, "an object", value);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) throw unknownName(join(path, name), names, name);
    }
    for (const name of required) {
      if (value[name] === undefined) {
        const message = `option \`${join(path, name)}\` is missing`;
        throw new KycCaptureError("invalid_option", message, { option: join(path, name) });
      }
    }
    for (const name of names) {
      if (value[name] !== undefined) (fields as Record<string, Validator>)[name]?.(join(path, name), value[name]);
    }
  };
}

/** An object that maps any name to a value that `validator` accepts. */
export function mapOf(validator: Validator): Validator {
  return (path, value) => {
    if (!isPlain(value)) throw invalidOption(path, "an object", value);
    for (const [name, entry] of Object.entries(value)) validator(join(path, name), entry);
  };
}

/** An array without holes. `length` is its exact length, if it has one. */
export function arrayOf(validator: Validator, length?: number): Validator {
  return (path, value) => {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      throw invalidOption(path, length === undefined ? "an array" : `an array of ${length} entries`, value);
    }
    for (let i = 0; i < value.length; i += 1) validator(`${path}[${i}]`, value[i]);
  };
}

/** One of some texts. */
export function oneOf(choices: readonly string[]): Validator {
  return (path, value) => {
    if (typeof value === "string" && choices.includes(value)) return;
    const near = typeof value === "string" ? nearest(value, choices) : null;
    const hint = near === null ? "" : ` (did you mean "${near}"?)`;
    throw invalidOption(path, `${choices.map((choice) => `"${choice}"`).join(" or ")}${hint}`, value, true);
  };
}

/** A finite number in a range. */
export function number([min, max, integer]: Range): Validator {
  const kind = integer === undefined ? "a number" : "a whole number";
  return (path, value) => {
    const valid = typeof value === "number" && value >= min && value <= max;
    if (!valid || (integer !== undefined && !Number.isInteger(value))) {
      throw invalidOption(path, `${kind} from ${min} to ${max}`, value);
    }
  };
}

/** A value that passes `accepts`; `expected` describes it. */
export function matches(expected: string, accepts: (value: unknown) => boolean): Validator {
  return (path, value) => {
    if (!accepts(value)) throw invalidOption(path, expected, value);
  };
}

/** Also accepts `null`. */
export function nullable(validator: Validator): Validator {
  return (path, value) => {
    if (value !== null) validator(path, value);
  };
}

export const boolean: Validator = matches("a boolean", (value) => typeof value === "boolean");
export const text: Validator = matches("a string", (value) => typeof value === "string");
export const nonEmptyText: Validator = matches(
  "a non-empty string",
  (value) => typeof value === "string" && value !== "",
);
export const callback: Validator = matches("a function", (value) => typeof value === "function");

/** Whether a value is an object other than an array, a date or the like. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  // Objects of another realm (a frame, a test runner) have another `Object.prototype`.
  return Object.prototype.toString.call(value) === "[object Object]";
}

function unknownName(path: string, names: readonly string[], name: string): KycCaptureError {
  const near = nearest(name, names);
  const parent = path.slice(0, Math.max(0, path.length - name.length - 1));
  const hint = near === null ? `the known options are ${names.join(", ")}` : `did you mean \`${join(parent, near)}\`?`;
  return new KycCaptureError("invalid_option", `option \`${path}\` is unknown: ${hint}`, { option: path });
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Names a value by its type. Texts are quoted only if `quote`: they may be secrets. */
export function describe(value: unknown, quote = false): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "number":
    case "boolean":
    case "bigint":
      return `${value} (${typeof value})`;
    case "string":
      if (value === "") return "an empty string";
      return quote ? `"${value.slice(0, 40)}"` : "a string";
    case "object":
      return `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
    default:
      return `a ${typeof value}`;
  }
}

/** The candidate that a misspelt name is likely to mean, or `null`. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** Levenshtein distance; names of more than 64 characters count as unlike anything. */
function editDistance(a: string, b: string): number {
  if (a.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
