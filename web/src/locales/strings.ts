/** Strings by key in the locale in force: the page's own, else the language's, else English. Pure. */
import { type StringKey, en } from "./en";
import { isRightToLeft } from "./tags";

export type Strings = Readonly<Partial<Record<string, string>>>;
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: StringKey, values?: Values) => string;

/** Isolates, so that a name in another script does not turn the words around it. */
const [ISOLATE, END_ISOLATE] = ["\u2068", "\u2069"];

/**
 * A translator over a language's strings and the page's own.
 *
 * `count` chooses the plural form `key#one` and so on, the key by itself being `other`; numbers are
 * written as the locale writes them.
 */
export function translator(strings: Strings, locale = "en", own: Strings = {}): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const isolated = isRightToLeft(locale);
  const shown = (value: string | number) => {
    if (typeof value === "number") return numbers.format(value);
    return isolated ? `${ISOLATE}${value}${END_ISOLATE}` : value;
  };
  return (key, values = {}) => {
    const form = "count" in values ? `${key}#${plurals.select(Number(values["count"]))}` : key;
    const text = own[form] ?? own[key] ?? strings[form] ?? strings[key] ?? (en as Strings)[form] ?? en[key];
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : shown(value);
    });
  };
}
