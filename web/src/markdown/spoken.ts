/** Markdown as it is read aloud: its words, without its marks. Pure. */
import type { Nodes } from "mdast";
import { toString } from "mdast-util-to-string";
import { parseTree } from "./tree";
import { withDollars } from "./math_syntax";

/** One line for each paragraph, item and row; code and formulas by their text, images by theirs. */
export function spokenText(markdown: string): string {
  return parseTree(withDollars(markdown)).flatMap(linesOf).join("\n");
}

function linesOf(node: Nodes): string[] {
  switch (node.type) {
    case "blockquote":
    case "list":
    case "listItem":
    case "table":
      return node.children.flatMap(linesOf);
    case "tableRow":
      return [node.children.map((cell) => toString(cell)).join(", ")];
    default: {
      const line = toString(node, { includeHtml: false });
      return line.trim() === "" ? [] : [line];
    }
  }
}
