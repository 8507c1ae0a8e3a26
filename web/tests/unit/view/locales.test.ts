/** Every language says all that English says, with the same values, and nothing else. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { en } from "../../../src/locales/en";
import { candidates } from "../../../src/locales/load";
import { isRightToLeft, translator } from "../../../src/locales/strings";

const FOLDER = new URL("../../../src/locales/lang/", import.meta.url);
const LANGUAGES = readdirSync(FOLDER).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Record<string, string>] as const);
const values = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
const base = (key: string) => key.replace(/#.*/, "");

describe.each(LANGUAGES)("%s", (_, strings) => {
  test("has every string", () => {
    expect(Object.keys(en).filter((key) => !key.includes("#") && !strings[key])).toEqual([]);
  });

  test("has no string that English does not have", () => {
    expect(Object.keys(strings).filter((key) => !(base(key) in en))).toEqual([]);
  });

  test("takes the values that English takes", () => {
    const odd = Object.entries(strings).filter(([key, text]) => values(text).join() !== values(en[base(key) as keyof typeof en]).join());
    expect(odd).toEqual([]);
  });
});

test("English shows where a language says nothing", () => {
  expect(translator({ "composer.send": "Senden" })("composer.stop")).toBe("Stop");
});

test("a count chooses its plural form", () => {
  const translate = translator({}, "en");
  expect(translate("attachment.tooMany", { count: 1 })).toBe("No more than 1 file");
  expect(translate("attachment.tooMany", { count: 2 })).toBe("No more than 2 files");
});

test.each([["de-AT", "de"], ["pt-PT", "pt-BR"], ["zh", "zh-CN"], ["zh-Hans", "zh-CN"], ["es-419", "es"]])("%s finds %s", (locale, file) => {
  expect(candidates(locale)).toContain(file);
});

test("Arabic, Urdu, Persian and Hebrew run from right to left", () => {
  expect(["ar", "ar-EG", "ur", "fa-IR", "he", "en", "arn"].map(isRightToLeft)).toEqual([true, true, true, true, true, false, false]);
});
