// Loads the table of a language and applies the integrator's overrides. English is built in; every other table is a
// module of its own, loaded when it is used.

import { KycCaptureError, fromWire } from "../errors.js";
import { en } from "./en.js";
import { LANGUAGE_NAMES } from "./negotiate.js";
import type { LanguageSource, TextOverrides, Texts } from "./texts.js";

const LOAD_TIMEOUT_MS = 15_000;

// Literal paths, so that bundlers make a chunk of each.
const TABLES: Readonly<Record<string, LanguageSource>> = {
  en,
  ru: () => import("./ru.js"),
  kk: () => import("./kk.js"),
  ky: () => import("./ky.js"),
  uz: () => import("./uz.js"),
  ar: () => import("./ar.js"),
};

/** The option `languages`. */
export type LanguageSources = Readonly<Record<string, LanguageSource>>;

/** Returns the tags of all languages: the package's, then those that the integrator added. */
export function languagesOf(added: LanguageSources = {}): string[] {
  return [...new Set([...Object.keys(LANGUAGE_NAMES), ...Object.keys(added)])];
}

/** Returns the English texts with `overrides` merged in at any depth. */
export function englishTexts(overrides: TextOverrides = {}): Texts {
  return merge(en, overrides) as Texts;
}

/**
 * Loads the texts of a language, with `overrides` merged in at any depth. `check` throws if a loaded table is invalid.
 *
 * @throws {@link KycCaptureError} `asset_unreachable` if the table does not load within 15 seconds; what `check` throws
 */
export async function loadTexts(
  tag: string,
  added: LanguageSources,
  overrides: TextOverrides,
  check: (tag: string, table: unknown) => void,
): Promise<Texts> {
  const source = Object.hasOwn(added, tag) ? added[tag] : TABLES[tag];
  if (typeof source !== "function") return merge(source ?? en, overrides) as Texts;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let loaded: Texts | { default: Texts };
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no table within ${LOAD_TIMEOUT_MS} ms`)), LOAD_TIMEOUT_MS);
    });
    loaded = await Promise.race([Promise.resolve().then(source), late]);
  } catch (cause) {
    const message = `the texts of \`${tag}\` did not load: ${fromWire(cause).message}`;
    throw new KycCaptureError("asset_unreachable", message, { retryable: true, cause });
  } finally {
    clearTimeout(timer);
  }
  const table = typeof loaded === "object" && loaded !== null && "default" in loaded ? loaded.default : loaded;
  if (source !== TABLES[tag]) check(tag, table);
  return merge(table, overrides) as Texts;
}

function merge(base: unknown, overrides: unknown): unknown {
  if (overrides === undefined) return base;
  if (!isTable(base) || !isTable(overrides)) return overrides;
  const merged: Record<string, unknown> = { ...base };
  for (const name of Object.keys(overrides)) {
    if (name !== "__proto__") merged[name] = merge(base[name], overrides[name]);
  }
  return merged;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
