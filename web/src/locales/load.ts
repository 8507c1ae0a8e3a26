/** A locale's strings, each language a chunk of its own; none for English, which is always here. */
import type { Strings } from "./strings";
import { languageOf } from "./tags";

const FILES = import.meta.glob<Strings>("./lang/*.json", { import: "default" });

/** Rejects when the chunk cannot be loaded: English shows then. */
export async function loadStrings(locale: string): Promise<Strings> {
  const load = FILES[`./lang/${languageOf(locale)}.json`];
  return load ? load() : {};
}
