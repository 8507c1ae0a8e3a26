/** Markdown as nodes: parsed, then put right for what is written before parsing. Pure. */
import type { Node, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { mathFromMarkdown } from "mdast-util-math";
import { gfm } from "micromark-extension-gfm";
import { math } from "micromark-extension-math";
import { asWritten, isDisplayed, withDollars, withMoney } from "./math_syntax";

const EXTENSIONS = {
  extensions: [gfm(), math()],
  mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
};

/** The top-level nodes; their places and those of their children are places in `source`. */
export function parseTree(source: string, complete: (text: string) => string = (text) => text): RootContent[] {
  const dollars = withDollars(source);
  const nodes = fromMarkdown(complete(dollars), EXTENSIONS).children;
  for (const node of nodes) tidy(node, { source, dollars });
  return nodes;
}

const TEXTS = ["value", "url", "alt", "title"] as const;

type Loose = Node & { children?: Node[]; display?: boolean } & { [Name in (typeof TEXTS)[number]]?: string | null | undefined };

/** The text as it was written and as it was parsed; both are equally long. */
interface Texts {
  readonly source: string;
  readonly dollars: string;
}

function tidy(node: Loose, texts: Texts): void {
  const start = node.position?.start.offset ?? 0;
  if (node.type === "code" || node.type === "inlineCode") {
    const end = node.position?.end.offset;
    node.value = asWritten(node.value ?? "", texts.source.slice(start, end), texts.dollars.slice(start, end));
  }
  for (const name of TEXTS) {
    const text = node[name];
    if (typeof text === "string") node[name] = withMoney(text);
  }
  if (node.type === "inlineMath") node.display = isDisplayed(texts.source, start);
  // What a formula or code is drawn from in other tools is of no use here.
  delete node.data;
  for (const child of node.children ?? []) tidy(child, texts);
}
