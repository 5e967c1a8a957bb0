// Selects the table of a locale and applies the integrator's overrides. A language without a table falls back to
// English.

import { en } from "./en.js";
import type { TextOverrides, Texts } from "./texts.js";

const TABLES: readonly Texts[] = [en];

/** Returns the texts of a locale (default: the browser's), with `overrides` merged in at any depth. */
export function textsFor(locale?: string, overrides: TextOverrides = {}): Texts {
  const wanted = locale ?? (typeof navigator === "undefined" ? "en" : navigator.language);
  const language = wanted.toLowerCase().split(/[-_]/)[0];
  const table = TABLES.find((texts) => texts.locale === language) ?? en;
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
