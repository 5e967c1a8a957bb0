// Fills the placeholders of a text; numbers, dates and plural categories follow the language (`Intl`).

import type { Plural } from "./texts.js";

/** Returns `text` with each `{name}` replaced by its value; an unknown placeholder stays. */
export function format(text: string, values: Record<string, string | number>, locale: string): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : (value ?? placeholder);
  });
}

/** Selects the text for `count`. */
export function plural<Text extends string>(texts: Plural<Text>, count: number, locale: string): Text {
  return texts[new Intl.PluralRules(locale).select(count)] ?? texts.other;
}

/** Formats a date, YYYY-MM-DD; returns one with unknown parts unchanged. */
export function formatDate(iso: string | null, locale: string): string | null {
  if (iso === null || !/^\d{4}-\d{2}-\d{2}$/.test(iso)) return iso;
  const time = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(time.getTime())) return iso;
  // A browser without data of the language writes digits, not the names of another language.
  const known = Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0;
  return new Intl.DateTimeFormat(known ? (locale === "en" ? "en-GB" : locale) : "ru", {
    day: known ? "numeric" : "2-digit",
    month: known ? "long" : "2-digit",
    year: "numeric",
    timeZone: "UTC",
    calendar: "gregory",
  }).format(time);
}
