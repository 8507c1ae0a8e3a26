/**
 * A block that grows: of a long list, table or block of code only the last parts are parsed anew.
 *
 * Its finished parts are kept as nodes; what follows them is parsed behind a `lead` that makes it a
 * block of the same kind: the table's head, the code's fence. Pure.
 */
import type { Code, List, RootContent, Table } from "mdast";

export interface OpenBlock {
  /** The block as far as it is finished. */
  readonly finished: List | Table | Code;
  /** What stands before the rest of the source to make it parse as more of the block. */
  readonly lead: string;
  /** Where in the source the rest begins. */
  readonly from: number;
}

/** Parts at the end that may still change. */
const UNSURE = 2;
/** Fewer finished parts than this are not worth keeping apart. */
const WORTH = 1;

/** The block whose parts at the end are parsed anew, or null for one that is short or of another kind. */
export function openBlock(node: RootContent, source: string, before: OpenBlock | null): OpenBlock | null {
  switch (node.type) {
    case "list":
      return openList(node, before);
    case "table":
      return openTable(node, source, before);
    case "code":
      return openCode(node, source, before);
    default:
      return null;
  }
}

/** The whole block: what was finished, and what the rest was parsed to; null if they don't fit. */
export function joined(open: OpenBlock, rest: RootContent): RootContent | null {
  const { finished } = open;
  if (finished.type === "list" && rest.type === "list" && rest.ordered === finished.ordered) {
    return { ...finished, spread: finished.spread === true || rest.spread === true, children: [...finished.children, ...rest.children] };
  }
  if (finished.type === "table" && rest.type === "table") {
    return { ...finished, children: [...finished.children, ...rest.children.slice(1)] };
  }
  if (finished.type === "code" && rest.type === "code") {
    return { ...finished, value: `${finished.value}\n${rest.value}` };
  }
  return null;
}

function openList(rest: List, before: OpenBlock | null): OpenBlock | null {
  const { children } = rest;
  const next = children[children.length - UNSURE];
  const from = next?.position?.start.offset;
  if (children.length < UNSURE + WORTH || from === undefined) return null;
  const sure: List = { ...rest, children: children.slice(0, -UNSURE) };
  const finished = before ? (joined(before, sure) as List) : sure;
  return { finished, lead: "", from: at(before, from) };
}

function openTable(rest: Table, source: string, before: OpenBlock | null): OpenBlock | null {
  const { children } = rest;
  const next = children[children.length - UNSURE];
  const from = next?.position?.start.offset;
  const first = children[1]?.position?.start.offset;
  if (children.length < 1 + UNSURE + WORTH || from === undefined || first === undefined) return null;
  const sure: Table = { ...rest, children: children.slice(0, -UNSURE) };
  const finished = before ? (joined(before, sure) as Table) : sure;
  return { finished, lead: before?.lead ?? source.slice(rest.position?.start.offset, first), from: at(before, from) };
}

function openCode(rest: Code, source: string, before: OpenBlock | null): OpenBlock | null {
  const start = rest.position?.start.offset ?? 0;
  const fence = source.slice(start, source.indexOf("\n", start) + 1);
  if (!/^(?:```|~~~)/.test(fence) || rest.position?.start.column !== 1) return null;
  const lines = rest.value.split("\n");
  if (lines.length < UNSURE + WORTH) return null;
  const sure = lines.slice(0, -UNSURE).join("\n");
  // A fence without an indent takes nothing off its lines: the value is the source.
  const from = start + fence.length + sure.length + 1;
  const finished: Code = before?.finished.type === "code" ? { ...rest, value: `${before.finished.value}\n${sure}` } : { ...rest, value: sure };
  return { finished, lead: fence, from: at(before, from) };
}

/** A place in what was parsed, which began with the lead, as a place in the source. */
function at(before: OpenBlock | null, offset: number): number {
  return before ? before.from + offset - before.lead.length : offset;
}
