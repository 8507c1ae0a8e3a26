/** A locale's strings by its tag, each language a chunk; English where nobody has written them. */
import type { Strings } from "./strings";

const FILES = import.meta.glob<Strings>("./lang/*.json", { import: "default" });

/** Tags whose strings are those of another. */
const ALIASES: Readonly<Record<string, string>> = { "zh-hans": "zh-CN", "zh-sg": "zh-CN", "zh-hant": "zh-TW", "zh-hk": "zh-TW", zh: "zh-CN", pt: "pt-BR", no: "nb" };

/** The tags to look for, the nearest first: `de-AT`, `de`. */
export function candidates(locale: string): string[] {
  const [language = ""] = locale.split("-");
  const exact = ALIASES[locale.toLowerCase()] ?? locale;
  return [...new Set([exact, language, ALIASES[language.toLowerCase()] ?? language])];
}

/** The strings of the nearest tag that has any; empty for English. */
export async function loadStrings(locale: string): Promise<Strings> {
  const load = candidates(locale)
    .map((tag) => FILES[`./lang/${tag}.json`])
    .find((file) => file !== undefined);
  return load ? load() : {};
}

/** The tags with strings of their own. */
export function translated(): string[] {
  return Object.keys(FILES).map((path) => path.replace("./lang/", "").replace(".json", ""));
}
