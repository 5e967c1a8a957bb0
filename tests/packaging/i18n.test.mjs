// Languages: complete tables, the letters of each alphabet, plural categories, negotiation, loading and failure.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { PKG } from "./install.mjs";

const load = (file) => import(pathToFileURL(join(PKG, "dist", file)).href);
const { directionOf, LANGUAGE_NAMES, matchLanguage, nameOf, negotiate } = await load("i18n/negotiate.js");
const { languagesOf, loadTexts } = await load("i18n/index.js");
const { format, formatDate, plural } = await load("i18n/format.js");
const { createCapture } = await load("index.js");

const TAGS = ["en", "ru", "kk", "ky", "uz", "ar"];
const TABLES = Object.fromEntries(
  await Promise.all(TAGS.map(async (tag) => [tag, (await load(`i18n/${tag}.js`)).default])),
);
const VALID = { baseUrl: "https://kyc.test", clientId: "client", sessionId: "session", accessToken: "token" };

/** Every text of a table by its path; plural categories are named by `*`. */
function texts(value, path = "") {
  if (typeof value === "string") return [[path, value]];
  const plurals = Object.hasOwn(value, "other");
  return Object.entries(value).flatMap(([name, entry]) => texts(entry, `${path}.${plurals ? "*" : name}`));
}

const placeholders = (text) => (text.match(/\{\w+\}/g) ?? []).sort();

test("every table has every key and placeholder of English, and nothing else", () => {
  const english = new Map(texts(TABLES.en));
  for (const tag of TAGS) {
    const found = texts(TABLES[tag]);
    assert.deepEqual([...new Set(found.map(([path]) => path))].sort(), [...english.keys()].sort(), tag);
    for (const [path, text] of found) {
      assert.ok(text.trim() === text && text !== "", `${tag}${path} is empty or padded`);
      assert.deepEqual(placeholders(text), placeholders(english.get(path)), `${tag}${path}`);
    }
    assert.equal(TABLES[tag].locale, tag);
    assert.deepEqual(JSON.parse(JSON.stringify(TABLES[tag])), TABLES[tag], `${tag} is data`);
  }
  assert.deepEqual(Object.keys(LANGUAGE_NAMES), TAGS);
});

test("every table is translated and keeps to its alphabet", () => {
  // Placeholders, codes and proper names stay in Latin letters.
  const names =
    /\{\w+\}|`\w+`|Chrome|Edge|Firefox|Safari|JPEG|PNG|HEIC|PDF|HTTPS|localhost|WebAssembly|SIMD|Worker|ID|<<</g;
  const alphabets = {
    ru: /[а-яё]/gi,
    kk: /[а-яёәғқңөұүһі]/gi,
    ky: /[а-яёңөү]/gi,
    uz: /[a-zʻʼ]/gi,
    ar: /[\u0600-\u06ff]/g,
  };
  const english = new Map(texts(TABLES.en));
  for (const [tag, alphabet] of Object.entries(alphabets)) {
    for (const [path, text] of texts(TABLES[tag])) {
      if (path === ".locale") continue;
      const rest = text.replace(names, "").replace(alphabet, "");
      assert.ok(!/\p{L}/u.test(rest), `${tag}${path} has letters of another alphabet: ${rest}`);
      assert.notEqual(text, english.get(path), `${tag}${path}`);
    }
  }
  const all = (tag) =>
    texts(TABLES[tag])
      .map(([, text]) => text)
      .join(" ")
      .toLowerCase();
  for (const letter of "әғқңөұүі") assert.ok(all("kk").includes(letter), letter);
  for (const letter of "ңөү") assert.ok(all("ky").includes(letter), letter);
  assert.ok(all("uz").includes("oʻ") && all("uz").includes("gʻ") && all("uz").includes("ʼ"));
  assert.ok(!/[og]['’`ʼ]/.test(all("uz")), "oʻ and gʻ take U+02BB");
});

test("plural texts cover the categories of the language", () => {
  for (const tag of TAGS) {
    const wanted = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
    assert.deepEqual(Object.keys(TABLES[tag].sendingProgress).sort(), [...wanted].sort(), tag);
  }
  const { sendingProgress } = TABLES.ru;
  for (const [count, category] of [
    [1, "one"],
    [2, "few"],
    [5, "many"],
    [11, "many"],
    [21, "one"],
  ]) {
    assert.equal(plural(sendingProgress, count, "ru"), sendingProgress[category], String(count));
  }
  assert.equal(plural({ other: "x" }, 1, "ru"), "x");
});

test("fills placeholders and formats numbers and dates of the language", () => {
  assert.equal(format("Step {index} of {total}", { index: 1, total: 1234 }, "en"), "Step 1 of 1,234");
  assert.equal(format("{total}: {index}-{index}", { index: 2, total: 3 }, "kk"), "3: 2-2");
  assert.equal(format("{unknown} {constructor}", {}, "en"), "{unknown} {constructor}");
  assert.equal(format("{code}", { code: "{code}$&" }, "en"), "{code}$&");
  assert.equal(formatDate("2030-02-01", "en"), "1 February 2030");
  assert.match(formatDate("2030-02-01", "ru"), /^1 февраля 2030/);
  assert.match(formatDate("2030-02-01", "kk"), /ақпан/);
  assert.match(formatDate("2030-02-01", "ar"), /فبراير/);
  assert.equal(formatDate("2030-02-01", "xx"), "01.02.2030", "a language without data gets digits");
  for (const odd of [null, "2030-02-XX", "2030-13-01"]) assert.equal(formatDate(odd, "en"), odd);
});

test("negotiates by option, page and browser", () => {
  for (const [preferences, expected] of [
    [{}, "en"],
    [{ locale: "ru" }, "ru"],
    [{ locale: "ky-KG" }, "ky"],
    [{ locale: "ky_KG" }, "ky"],
    [{ locale: "EN-gb" }, "en"],
    [{ locale: "kk-Cyrl" }, "kk"],
    [{ locale: "kk-Cyrl-KZ" }, "kk"],
    [{ locale: "uz-Latn-UZ" }, "uz"],
    [{ locale: "uz-Cyrl" }, "ru"],
    [{ locale: "uz-Cyrl-UZ" }, "ru"],
    [{ locale: "ar-EG" }, "ar"],
    [{ locale: "de", page: "ru", browser: ["kk"] }, "en"],
    [{ locale: "", page: "ru" }, "en"],
    [{ page: "kk", browser: ["ru"] }, "kk"],
    [{ page: "", browser: ["ky-KG", "ru"] }, "ky"],
    [{ page: "de", browser: ["fr", "uz-Cyrl-UZ"] }, "ru"],
    [{ page: "de", browser: ["fr"] }, "en"],
    [{ locale: "__proto__" }, "en"],
  ]) {
    assert.equal(negotiate(preferences, languagesOf()), expected, JSON.stringify(preferences));
  }
  assert.equal(matchLanguage("de-ch", ["de", "de-CH"]), "de-CH");
  assert.equal(
    negotiate({ locale: "uz-Cyrl" }, languagesOf({ "uz-Cyrl": {} })),
    "uz-Cyrl",
    "an added table is preferred",
  );
});

test("knows the direction and the name of a language", () => {
  for (const tag of ["ar", "ar-EG", "he", "fa-IR", "ur", "uz-Arab", "ckb"]) assert.equal(directionOf(tag), "rtl", tag);
  for (const tag of ["en", "arn", "kk", "uz-Latn", "ar-Latn", "fat"]) assert.equal(directionOf(tag), "ltr", tag);
  assert.equal(nameOf("kk"), "Қазақша");
  assert.equal(nameOf("de"), "Deutsch");
  assert.equal(nameOf("not a tag"), "not a tag");
});

test("loads the wanted table, merges overrides, and switches", async () => {
  const capture = createCapture({ ...VALID, locale: "ky-KG", texts: { confirm: "OK" } });
  const heard = [];
  capture.on("language", (event) => heard.push(event));
  assert.equal(capture.texts.locale, "en", "English until the table has loaded");
  await capture.probe();
  assert.equal(capture.texts.locale, "ky");
  assert.equal(capture.texts.confirm, "OK");
  assert.equal(capture.texts.retake, TABLES.ky.retake);
  await Promise.all([capture.setLanguage("ru"), capture.setLanguage("ar-EG")]);
  assert.equal(capture.texts.locale, "ar");
  assert.deepEqual(heard, [
    { locale: "ky", dir: "ltr", error: null },
    { locale: "ar", dir: "rtl", error: null },
  ]);
  await capture.close();
});

test("a table that fails is reported, and the texts stay", async () => {
  const languages = {
    de: async () => Promise.reject(new Error("offline")),
    fr: async () => ({ default: { ...TABLES.en, locale: "fr", confirm: undefined } }),
    es: async () => ({ ...TABLES.en, locale: "es", confirm: "Usar" }),
    it: () => null,
  };
  const capture = createCapture({ ...VALID, locale: "de", languages });
  const heard = [];
  capture.on("language", ({ locale, error }) => heard.push([locale, error?.code ?? null, error?.option ?? null]));
  await capture.probe();
  for (const tag of ["fr", "it", "es", "de"]) await capture.setLanguage(tag);
  assert.deepEqual(heard, [
    ["en", "asset_unreachable", null],
    ["en", "invalid_option", "languages.fr.confirm"],
    ["en", "invalid_option", "languages.it"],
    ["es", null, null],
    ["es", "asset_unreachable", null],
  ]);
  assert.equal(capture.texts.confirm, "Usar");
  await capture.close();
});

test("a table that never arrives is given up", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const loading = loadTexts("de", { de: () => new Promise(() => {}) }, {}, () => {});
  await Promise.resolve();
  t.mock.timers.tick(15_000);
  await assert.rejects(loading, { code: "asset_unreachable" });
});

test("offers the languages of the switch", () => {
  const offered = (options) => createCapture({ ...VALID, ...options }).languages;
  assert.deepEqual(offered({}), []);
  assert.deepEqual(offered({ languageSwitch: true }), TAGS);
  assert.deepEqual(offered({ languageSwitch: true, languages: { de: TABLES.en } }), [...TAGS, "de"]);
  assert.deepEqual(offered({ languageSwitch: ["kk-KZ", "ru", "xx", "ru"] }), ["kk", "ru"]);
});

test("each table is a chunk of its own of at most 12,000 bytes", () => {
  for (const tag of TAGS.slice(1)) {
    const bytes = brotliCompressSync(readFileSync(join(PKG, `dist/i18n/${tag}.js`))).length;
    assert.ok(bytes <= 12_000, `${tag}: ${bytes}`);
  }
  const source = readFileSync(join(PKG, "dist/i18n/index.js"), "utf8");
  for (const tag of TAGS.slice(1)) assert.ok(source.includes(`import("./${tag}.js")`), tag);
});
