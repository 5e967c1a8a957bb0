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
  const options = { year: "numeric", timeZone: "UTC", calendar: "gregory" } as const;
  if (Intl.DateTimeFormat.supportedLocalesOf(locale).length > 0) {
    const tag = locale === "en" ? "en-GB" : locale;
    const written = new Intl.DateTimeFormat(tag, { ...options, day: "numeric", month: "long" }).format(time);
    // Chromium without the names of a language's months writes "M01".
    if (!/M\d\d/.test(written)) return written;
  }
  return new Intl.DateTimeFormat("ru", { ...options, day: "2-digit", month: "2-digit" }).format(time);
}
