/**
 * Markdown as blocks: parsed once when they are finished, and never again. Pure.
 *
 * While text streams only the last block is parsed anew; a block is finished when a blank line and
 * the start of another follow it at the top level.
 */
import type { Definition, FootnoteDefinition, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { mathFromMarkdown } from "mdast-util-math";
import { gfm } from "micromark-extension-gfm";
import { math } from "micromark-extension-math";
import remend from "remend";
import { withDollars } from "./math_syntax";

export interface Block {
  /** The source; a frozen block is found again by it. */
  readonly source: string;
  readonly nodes: readonly RootContent[];
}

export interface Parsed {
  readonly blocks: readonly Block[];
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly footnotes: readonly FootnoteDefinition[];
}

const EXTENSIONS = {
  extensions: [gfm(), math()],
  mdastExtensions: [gfmFromMarkdown(), mathFromMarkdown()],
};

export function parseTree(source: string): RootContent[] {
  return fromMarkdown(source, EXTENSIONS).children;
}

/** A complete text: references between blocks are found, each top-level node is a block. */
export function parseDocument(text: string): Parsed {
  const nodes = parseTree(text);
  const blocks = nodes.map((node) => ({
    source: text.slice(node.position?.start.offset, node.position?.end.offset),
    nodes: [node],
  }));
  return gather(blocks);
}

/** Parses text that grows: what was finished before is taken over as it is. */
export class StreamingParser {
  private frozen: Block[] = [];
  private frozenLength = 0;
  private text = "";

  /** The whole when the text is complete; while it streams, its finished blocks and the tail. */
  parse(source: string, isStreaming: boolean): Parsed {
    const text = withDollars(source);
    if (!isStreaming) return parseDocument(text);
    if (!text.startsWith(this.text.slice(0, this.frozenLength))) this.restart();
    this.text = text;
    const rest = text.slice(this.frozenLength);
    const nodes = parseTree(remend(rest));
    this.freeze(nodes, rest);
    const open = text.slice(this.frozenLength);
    const openNodes = open === rest ? nodes : parseTree(remend(open));
    return gather([...this.frozen, { source: open, nodes: openNodes }]);
  }

  private restart(): void {
    this.frozen = [];
    this.frozenLength = 0;
  }

  /** All but the last two top-level nodes are finished: nothing after them can change them. */
  private freeze(nodes: readonly RootContent[], rest: string): void {
    let start = 0;
    for (const [index, node] of nodes.entries()) {
      const following = nodes[index + 1];
      if (index >= nodes.length - 2 || !following) break;
      const end = following.position?.start.offset;
      if (end === undefined || !isClosed(node)) break;
      this.frozen.push({ source: rest.slice(start, end), nodes: [node] });
      start = end;
    }
    this.frozenLength += start;
  }
}

/** Lists and footnotes may go on after a blank line; they are finished with the text. */
function isClosed(node: RootContent): boolean {
  return node.type !== "list" && node.type !== "footnoteDefinition";
}

function gather(blocks: readonly Block[]): Parsed {
  const definitions = new Map<string, Definition>();
  const footnotes: FootnoteDefinition[] = [];
  for (const block of blocks) {
    for (const node of block.nodes) {
      if (node.type === "definition" && !definitions.has(node.identifier)) {
        definitions.set(node.identifier, node);
      } else if (node.type === "footnoteDefinition") footnotes.push(node);
    }
  }
  return { blocks, definitions, footnotes };
}
