/** Strings by key in the locale in force; English where one is missing. */
import { type StringKey, en } from "./en";

export type Strings = Readonly<Partial<Record<string, string>>>;
export type Translate = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

/** A translator over a locale's strings; a string of its own for each plural form where it has one. */
export function translator(strings: Strings, locale = "en"): Translate {
  const plurals = new Intl.PluralRules(locale);
  return (key, values = {}) => {
    const form = "count" in values ? `${key}#${plurals.select(Number(values["count"]))}` : key;
    const text = strings[form] ?? strings[key] ?? (en as Strings)[form] ?? en[key];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
  };
}

/** True for locales that are written from right to left. */
export function isRightToLeft(locale: string): boolean {
  return /^(ar|ur|fa|he)\b/i.test(locale);
}
