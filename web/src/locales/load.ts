/** A locale's strings, each language a chunk of its own; none for English, which is always here. */
import type { Strings } from "./strings";
import { languageOf } from "./tags";

/** Rejects when the chunk cannot be loaded: English shows then. */
export async function loadStrings(locale: string): Promise<Strings> {
  const language = languageOf(locale);
  if (language === "en") return {};
  const { FILES } = await import("./files");
  return (await FILES[`./lang/${language}.json`]?.()) ?? {};
}
