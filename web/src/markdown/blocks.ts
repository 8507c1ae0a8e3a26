/**
 * Markdown as blocks: parsed once when they are finished, and never again. Pure.
 *
 * While text streams only the end is parsed anew: a block is finished when another follows it at
 * the top level, and of a long block the parts before its last are.
 */
import type { Definition, FootnoteDefinition, RootContent } from "mdast";
import { type OpenBlock, joined, openBlock } from "./open_block";
import { parseTree } from "./tree";

export interface Block {
  /** The source, by which a finished block is known again; none while it may still be read in another way. */
  readonly source: string | null;
  readonly nodes: readonly RootContent[];
}

export interface Parsed {
  /** Blocks in groups; a group that is full stays the same object while text streams. */
  readonly groups: readonly (readonly Block[])[];
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly footnotes: readonly FootnoteDefinition[];
  /** The depth of the first heading; 1 where there is none. */
  readonly firstHeading: number;
}

const GROUP = 32;
/** Text after which a block at the end is worth looking into. */
const LONG = 400;
/** Characters after which it is clear what a block is. */
const CLEAR = 16;

/** A complete text: references between blocks are found, each top-level node is a block. */
export function parseDocument(text: string): Parsed {
  const gathered = new Gathered();
  for (const node of parseTree(text)) gathered.add(blockOf(node, text));
  return gathered.with(null);
}

/** Parses text that grows: what was finished before is taken over as it is. */
export class StreamingParser {
  /** Completes what the text leaves open at its end, such as emphasis. */
  complete: (text: string) => string = (text) => text;
  private gathered = new Gathered();
  private frozenLength = 0;
  private frozen = "";
  private open: OpenBlock | null = null;

  /** The whole when the text is complete; while it streams, its finished blocks and the end. */
  parse(text: string, isStreaming: boolean): Parsed {
    if (!isStreaming) return parseDocument(text);
    if (!text.startsWith(this.frozen)) this.restart();
    const end = this.parseEnd(text.slice(this.frozenLength));
    return this.gathered.with(end);
  }

  private restart(): void {
    this.gathered = new Gathered();
    this.frozenLength = 0;
    this.frozen = "";
    this.open = null;
  }

  /** What is not finished yet, as one block. */
  private parseEnd(rest: string): Block {
    const { open } = this;
    const source = open ? open.lead + rest.slice(open.from) : rest;
    const nodes = parseTree(source, this.complete);
    const [first] = nodes;
    const whole = open && first ? joined(open, first) : null;
    if (open && !whole) {
      this.open = null;
      return this.parseEnd(rest);
    }
    const length = this.freeze(nodes, whole, rest, source);
    if (length === 0) {
      this.keepOpen(nodes, source);
      return { source: null, nodes: whole ? [whole, ...nodes.slice(1)] : nodes };
    }
    this.frozen += rest.slice(0, length);
    this.frozenLength += length;
    return this.parseEnd(rest.slice(length));
  }

  /** How much of the text is finished by now. */
  private freeze(nodes: readonly RootContent[], whole: RootContent | null, rest: string, source: string): number {
    let length = 0;
    for (const [index, node] of nodes.entries()) {
      const following = nodes[index + 1]?.position?.start.offset;
      if (following === undefined || !isFinished(index, nodes, following, source.length)) break;
      const end = this.open ? following - this.open.lead.length + this.open.from : following;
      const settled = index === 0 && whole ? whole : node;
      this.gathered.add({ source: rest.slice(length, end), nodes: [settled] });
      length = end;
    }
    if (length > 0) this.open = null;
    return length;
  }

  private keepOpen(nodes: readonly RootContent[], source: string): void {
    const [only] = nodes;
    if (!only || nodes.length > 1 || source.length < LONG) return;
    this.open = openBlock(only, source, this.open) ?? this.open;
  }
}

/**
 * Nothing can change a block that another follows, once it is clear what that one is: `2` may become
 * the list's next item, and what follows a definition may be its title.
 */
function isFinished(index: number, nodes: readonly RootContent[], following: number, length: number): boolean {
  if (index < nodes.length - 2) return true;
  return nodes[index]?.type !== "definition" && length - following >= CLEAR;
}

function blockOf(node: RootContent, text: string): Block {
  return { source: text.slice(node.position?.start.offset, node.position?.end.offset), nodes: [node] };
}

/** What concerns all blocks of a text. */
interface Facts {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly footnotes: readonly FootnoteDefinition[];
  readonly firstHeading: number;
}

/** Blocks in their order, in groups, and what concerns all of them. */
class Gathered {
  private readonly full: (readonly Block[])[] = [];
  private rest: Block[] = [];
  private facts: Facts = { definitions: new Map(), footnotes: [], firstHeading: 0 };

  add(block: Block): void {
    this.facts = withFacts(this.facts, block);
    this.rest.push(block);
    if (this.rest.length < GROUP) return;
    this.full.push(this.rest);
    this.rest = [];
  }

  /** All of it, and a block at the end that is not finished. */
  with(end: Block | null): Parsed {
    const facts = end ? withFacts(this.facts, end) : this.facts;
    const last = end ? [...this.rest, end] : this.rest;
    const groups = last.length > 0 ? [...this.full, last] : [...this.full];
    return { ...facts, groups, firstHeading: facts.firstHeading || 1 };
  }
}

function withFacts(facts: Facts, { nodes }: Block): Facts {
  const known = meantIn(nodes);
  const definitions = known.filter((node) => node.type === "definition" && !facts.definitions.has(node.identifier)) as Definition[];
  const footnotes = known.filter((node) => node.type === "footnoteDefinition");
  return {
    definitions: definitions.length === 0 ? facts.definitions : new Map([...facts.definitions, ...definitions.reverse().map((node) => [node.identifier, node] as const)]),
    footnotes: footnotes.length === 0 ? facts.footnotes : [...facts.footnotes, ...footnotes],
    firstHeading: facts.firstHeading || (nodes.find((node) => node.type === "heading")?.depth ?? 0),
  };
}

/** What references may mean, wherever it stands: in a quotation or a list it holds for all of the text. */
function meantIn(nodes: readonly RootContent[]): (Definition | FootnoteDefinition)[] {
  return nodes.flatMap((node) => {
    if (node.type === "definition") return [node];
    if (node.type === "footnoteDefinition") return [node, ...meantIn(node.children)];
    const isContainer = node.type === "blockquote" || node.type === "list" || node.type === "listItem";
    return isContainer ? meantIn(node.children) : [];
  });
}
