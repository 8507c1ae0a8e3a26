/** Strings by key in the locale in force; English where one is missing. */
import { type StringKey, en } from "./en";

export type Translate = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

/** A translator over a locale's strings. */
export function translator(strings: Partial<Record<StringKey, string>>): Translate {
  return (key, values = {}) =>
    (strings[key] ?? en[key]).replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in values ? String(values[name]) : whole,
    );
}

/** True for locales that are written from right to left. */
export function isRightToLeft(locale: string): boolean {
  return /^(ar|ur|fa|he)\b/i.test(locale);
}
