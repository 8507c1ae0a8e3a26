/** Markdown that may still grow: finished blocks keep their elements, only the end is made anew. */
import type { FootnoteDefinition } from "mdast";
import { memo } from "preact/compat";
import { useMemo } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Translate } from "../locales/strings";
import type { Block } from "./blocks";
import { withMarks } from "./marks";
import { type RenderContext, renderNodes } from "./render";
import type { ImageRules } from "./urls";
import { useParsed } from "./use_parsed";

export interface MarkdownProps {
  readonly text: string;
  readonly isStreaming: boolean;
  readonly base: string;
  readonly images: ImageRules;
  readonly translate: Translate;
  readonly followLink: (url: string) => boolean;
  /** Where marks stand in the text, in code points, and what stands there. */
  readonly marks?: Marks | undefined;
}

export interface Marks {
  readonly places: readonly number[];
  readonly render: (number: number) => ComponentChildren;
}

export function Markdown({ text, isStreaming, base, images, translate, followLink, marks }: MarkdownProps) {
  const source = useMemo(() => (marks ? withMarks(text, marks.places) : text), [text, marks]);
  const { groups, definitions, footnotes, firstHeading } = useParsed(source, isStreaming);
  const meant = [...definitions.values()].map(({ identifier, url }) => `${identifier} ${url}`).join("\n");
  const order = footnotes.map(({ identifier }) => identifier).join("\n");
  // The same object until something changes for every block: then all of them are made anew.
  const context = useMemo<RenderContext>(
    () => ({ base, images, translate, followLink, firstHeading, renderMark: marks?.render ?? (() => null), definitions, footnoteOrder: order.split("\n") }),
    [base, images, translate, followLink, firstHeading, marks, meant, order],
  );
  return (
    <div class="ck-markdown">
      {groups.map((blocks, index) => <Group key={index} blocks={blocks} context={context} />)}
      {footnotes.length > 0 && <Footnotes notes={footnotes} context={context} />}
    </div>
  );
}

interface GroupProps {
  readonly blocks: readonly Block[];
  readonly context: RenderContext;
}

const Group = memo(({ blocks, context }: GroupProps) => <>{blocks.map((block, index) => <BlockView key={index} block={block} context={context} />)}</>);

const BlockView = memo(
  ({ block, context }: { block: Block; context: RenderContext }) => <>{renderNodes(block.nodes, context)}</>,
  (before, after) => before.context === after.context && (before.block === after.block || isSame(before.block, after.block)),
);

function isSame(before: Block, after: Block): boolean {
  return before.source !== null && before.source === after.source && before.nodes.length === after.nodes.length;
}

function Footnotes({ notes, context }: { notes: readonly FootnoteDefinition[]; context: RenderContext }) {
  return (
    <ol class="ck-footnotes" dir="auto">
      {notes.map((note) => <li key={note.identifier}>{renderNodes(note.children, context)}</li>)}
    </ol>
  );
}
