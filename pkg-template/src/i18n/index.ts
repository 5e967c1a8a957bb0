// Chooses the table of a locale; what has none falls back to English.

import { en } from "./en.js";
import type { Texts } from "./texts.js";

const TABLES: readonly Texts[] = [en];

export function textsFor(locale?: string, own: Partial<Texts> = {}): Texts {
  const wanted = locale ?? (typeof navigator === "undefined" ? "en" : navigator.language);
  const language = wanted.toLowerCase().split(/[-_]/)[0];
  const table = TABLES.find((texts) => texts.locale === language) ?? en;
  return { ...table, ...own };
}
