/** Code as coloured nodes, for the languages that people paste most; loaded with the first block. */
import { common, createLowlight } from "lowlight";
import type { RootContent } from "hast";

const lowlight = createLowlight(common);

export type CodeNode = RootContent;

/** The code's nodes, or null for a language that is not known. */
export function highlight(code: string, language: string): readonly CodeNode[] | null {
  const name = language.toLowerCase();
  return lowlight.registered(name) ? lowlight.highlight(name, code).children : null;
}
