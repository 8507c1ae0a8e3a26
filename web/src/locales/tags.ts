/**
 * Which of our languages answers to a locale as pages and browsers write it. Pure; in both realms.
 * Tags are those of BCP 47, read by `Intl.Locale`.
 */

/** Every language that has a file of strings in `lang/`; English is in `en.ts`. */
export const LANGUAGES: readonly string[] = (
  "am ar bg bn bs ca cs da de el es es-419 et fa fi fr fr-CA gu he hi hr hu hy id is it ja ka kk kn ko lt lv mk ml mn mr ms my " +
  "nb nl pa pl pt-BR pt-PT ro ru sk sl so sq sr sv sw ta te th tl tr uk ur vi zh-CN zh-HK zh-TW"
).split(" ");

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["ar", "fa", "he", "ur"]);

/** Languages under another name: Intl writes `fil` for `tl`; both Norwegians read Bokmål. */
const SAME: Readonly<Record<string, string>> = { fil: "tl", no: "nb", nn: "nb" };

/** Where Spanish is not that of Latin America. */
const SPAIN: ReadonlySet<string> = new Set(["ES", "EA", "IC", "GQ", "PH"]);

/** The tag of the strings for a locale, `de` for `de-AT`; `en` where we have none. */
export function languageOf(locale: string): string {
  const tag = wellFormed(locale);
  if (tag === null) return "en";
  const { language, script, region = "" } = new Intl.Locale(tag).maximize();
  const name = SAME[language] ?? language;
  switch (name) {
    case "es":
      return SPAIN.has(region) ? "es" : "es-419";
    case "fr":
      return region === "CA" ? "fr-CA" : "fr";
    case "pt":
      return region === "BR" ? "pt-BR" : "pt-PT";
    case "zh":
      if (script !== "Hant") return "zh-CN";
      return region === "HK" || region === "MO" ? "zh-HK" : "zh-TW";
    default:
      return LANGUAGES.includes(name) ? name : "en";
  }
}

/** The locale of the interface, for strings and for Intl alike: the wanted one, or `en` where its language is not ours. */
export function interfaceLocale(wanted: string): string {
  const tag = wellFormed(wanted);
  return tag !== null && (languageOf(tag) !== "en" || new Intl.Locale(tag).language === "en") ? tag : "en";
}

/** The wanted locale as a server is told of it, also where the interface falls back to English. */
export function requestLocale(wanted: string): string {
  return wellFormed(wanted) ?? "en";
}

/** True for locales that are written from right to left. */
export function isRightToLeft(locale: string): boolean {
  return RIGHT_TO_LEFT.has(languageOf(locale));
}

/** The tag with hyphens, as given otherwise; null for what Intl and headers could not take. */
function wellFormed(locale: string): string | null {
  const tag = locale.replaceAll("_", "-");
  try {
    return Intl.getCanonicalLocales(tag).length === 1 ? tag : null;
  } catch {
    return null;
  }
}
