/** The chunk of each language; a chunk itself, for a page in English asks for none of them. */
import type { Strings } from "./strings";

export const FILES = import.meta.glob<Strings>("./lang/*.json", { import: "default" });
