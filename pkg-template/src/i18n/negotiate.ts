// Chooses the language: pure functions over language tags.

/** Languages with a table in this package, each by its own name. */
export const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: "English",
  ru: "Русский",
  kk: "Қазақша",
  ky: "Кыргызча",
  uz: "Oʻzbekcha",
  ar: "العربية",
};

/** Tags whose readers do not read the table of their language, with the language that they read instead. */
const OTHER_LANGUAGE: Readonly<Record<string, string>> = { "uz-cyrl": "ru" };

const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|iw|ks|ps|sd|ug|ur|yi)\b|-(arab|hebr|thaa|syrc)\b/;
const LEFT_TO_RIGHT_SCRIPT = /-(latn|cyrl|deva)\b/;

/**
 * Returns the tag in `available` for the language tag `wanted`: the tag itself, or with trailing subtags removed; or
 * `null`.
 */
export function matchLanguage(wanted: string, available: readonly string[]): string | null {
  const subtags = wanted.trim().toLowerCase().replaceAll("_", "-").split("-");
  for (let count = subtags.length; count > 0; count -= 1) {
    const tag = subtags.slice(0, count).join("-");
    const found = available.find((each) => each.toLowerCase() === tag);
    if (found !== undefined) return found;
    const other = Object.hasOwn(OTHER_LANGUAGE, tag) ? OTHER_LANGUAGE[tag] : undefined;
    if (other !== undefined) return matchLanguage(other, available);
  }
  return null;
}

/** What a language is chosen from. */
export interface Preferences {
  /** The option `locale`: the integrator decides. */
  locale?: string | undefined;
  /** The `lang` of the page. */
  page?: string | undefined;
  /** The browser's languages, best first. */
  browser?: readonly string[] | undefined;
}

/**
 * Returns the tag in `available` to use. The option decides alone; without it, the first of the page's and the
 * browser's languages that has a table. Otherwise English.
 */
export function negotiate({ locale, page, browser = [] }: Preferences, available: readonly string[]): string {
  const wanted = locale !== undefined ? [locale] : [page ?? "", ...browser];
  for (const tag of wanted) {
    const found = matchLanguage(tag, available);
    if (found !== null) return found;
  }
  return "en";
}

/** Returns the writing direction of a language tag. */
export function directionOf(tag: string): "ltr" | "rtl" {
  const lower = tag.toLowerCase();
  return RIGHT_TO_LEFT.test(lower) && !LEFT_TO_RIGHT_SCRIPT.test(lower) ? "rtl" : "ltr";
}

/** Returns a language's own name. */
export function nameOf(tag: string): string {
  const known = Object.hasOwn(LANGUAGE_NAMES, tag) ? LANGUAGE_NAMES[tag] : undefined;
  if (known !== undefined) return known;
  try {
    return new Intl.DisplayNames(tag, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
