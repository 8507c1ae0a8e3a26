/** Every language says all that English says, in its own plural forms, with the same values, and nothing else. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "../../../src/locales/en";
import { isStringKey } from "../../../src/locales/keys";
import { translator } from "../../../src/locales/strings";
import { LANGUAGES, interfaceLocale, isRightToLeft, languageOf, requestLocale } from "../../../src/locales/tags";
import { formatDuration } from "../../../src/view/numbers";
import { covers } from "../../checklist/covers";
import { LINES } from "../../checklist/lines";
import { SAME_AS_ENGLISH } from "./same_as_english";

type Strings = Record<string, string>;

const FOLDER = new URL("../../../src/locales/lang/", import.meta.url);
const official = (kind: string) => [...LINES].filter((line) => line.startsWith(`${kind}:`)).map((line) => line.slice(kind.length + 1));
const FILES = readdirSync(FOLDER).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Strings] as const);
const ENGLISH: Strings = en;
const base = (key: string) => key.replace(/#.*/, "");
const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join();
const COUNTED = Object.keys(en).filter((key) => key.includes("#")).map(base);

describe.each(FILES)("%s", (tag, strings) => {
  test("has every string of English, in all plural forms of its own, and no other", () => {
    const forms = new Intl.PluralRules(tag).resolvedOptions().pluralCategories.filter((form) => form !== "other");
    const plurals = COUNTED.flatMap((key) => forms.map((form) => `${key}#${form}`));
    const wanted = [...Object.keys(en).filter((key) => !key.includes("#")), ...plurals];
    expect(Object.keys(strings).sort()).toEqual(wanted.sort());
  });

  test("takes the values that English takes; a form for one or two may spell its number out", () => {
    const odd = Object.entries(strings).filter(([key, text]) => {
      const spelledOut = /#(zero|one|two)$/.test(key) && !text.includes("{");
      return !spelledOut && values(text) !== values(ENGLISH[base(key)] ?? "");
    });
    expect(odd).toEqual([]);
  });

  test("is not English, but for words that both languages have", () => {
    const same = Object.keys(strings).filter((key) => strings[key] === ENGLISH[key]);
    expect(same.sort()).toEqual([...(SAME_AS_ENGLISH[tag] ?? [])].sort());
  });

  test("has neither stray spaces nor three dots in place of an ellipsis", () => {
    expect(Object.entries(strings).filter(([, text]) => text !== text.trim() || text === "" || / {2}|\.\.\./.test(text))).toEqual([]);
  });
});

test("each language has a file and is named in the list", () => {
  expect(FILES.map(([tag]) => tag).sort()).toEqual([...LANGUAGES].sort());
});

describe("locales of the official surface", () => {
  test.each(official("locale"))("%s has strings of its own", (locale) => {
    covers(`locale:${locale}`);
    expect(LANGUAGES).toContain(languageOf(locale));
    expect(interfaceLocale(locale)).toBe(locale);
  });

  test("no two share their strings", () => {
    expect(new Set(official("locale").map(languageOf)).size).toBe(63);
  });

  test.each(official("localeAlias"))("%s is another name of one, or English", (locale) => {
    covers(`localeAlias:${locale}`);
    expect(languageOf(locale) === "en").toBe(locale === "en");
    expect([...official("locale").map(languageOf), "en"]).toContain(languageOf(locale));
  });
});

test.each([
  ["de-AT", "de"], ["de_CH", "de"], ["pt", "pt-BR"], ["pt-AO", "pt-PT"], ["zh", "zh-CN"], ["zh-Hans-SG", "zh-CN"], ["zh-Hant", "zh-TW"], ["zh-MO", "zh-HK"],
  ["es", "es"], ["es-MX", "es-419"], ["fr-CH", "fr"], ["fr-CA", "fr-CA"], ["no", "nb"], ["nn-NO", "nb"], ["fil-PH", "tl"], ["iw", "he"], ["cy", "en"], ["not a tag", "en"],
])("%s speaks %s", (locale, language) => {
  expect(languageOf(locale)).toBe(language);
});

test("a locale that is not ours shows English and its formats, but the server hears of it", () => {
  expect(interfaceLocale("cy-GB")).toBe("en");
  expect(interfaceLocale("en-GB")).toBe("en-GB");
  expect(requestLocale("cy-GB")).toBe("cy-GB");
});

test("a locale that nobody could mean breaks neither Intl nor a header", () => {
  for (const locale of ["", "日本", "x\r\ny", "_"]) {
    expect([interfaceLocale(locale), requestLocale(locale)]).toEqual(["en", "en"]);
  }
  expect(requestLocale("pt_BR")).toBe("pt-BR");
});

test("Arabic, Urdu, Persian and Hebrew run from right to left", () => {
  expect(["ar", "ar-EG", "ur", "fa-IR", "he", "iw", "en", "arn"].map(isRightToLeft)).toEqual([true, true, true, true, true, true, false, false]);
});

describe("a translator", () => {
  test("shows English where a language says nothing", () => {
    expect(translator({ "composer.send": "Senden" }, "de")("composer.stop")).toBe("Stop");
  });

  test("puts the page's own words first, of all forms of a string", () => {
    const translate = translator({ "attachment.tooMany": "Höchstens {count} Dateien", "attachment.tooMany#one": "Höchstens {count} Datei" }, "de", { "attachment.tooMany": "Max. {count}" });
    expect(translate("attachment.tooMany", { count: 1 })).toBe("Max. 1");
  });

  test("chooses the plural form and writes numbers as the locale does", () => {
    const translate = translator({}, "en");
    expect(translate("attachment.tooMany", { count: 1 })).toBe("No more than 1 file");
    expect(translate("attachment.tooMany", { count: 1200 })).toBe("No more than 1,200 files");
    expect(translator({ "attachment.tooMany": "{count}" }, "fa")("attachment.tooMany", { count: 12 })).toBe("۱۲");
  });

  test("keeps a name in another script apart from words that run the other way", () => {
    expect(translator({ "attachment.remove": "إزالة {name}" }, "ar")("attachment.remove", { name: "a (1).txt" })).toBe("إزالة \u2068a (1).txt\u2069");
    expect(translator({}, "en")("attachment.remove", { name: "a.txt" })).toBe("Remove a.txt");
  });

  test("leaves a value that is not given as it stands", () => {
    expect(translator({})("attachment.remove")).toBe("Remove {name}");
  });
});

test("durations are in the locale's units, and never nothing", () => {
  expect(formatDuration(0.2, "en")).toBe("1 sec");
  expect(formatDuration(65, "de")).toBe("1 Min., 5 Sek.");
  expect(formatDuration(3601, "en")).toBe("1 hr 1 sec");
});

test("keys and plural forms of keys that count are a page's to give", () => {
  expect(["composer.send", "attachment.tooMany#few", "composer.send#few", "composer.sned", "toString"].map(isStringKey)).toEqual([true, true, false, false, false]);
});
