/** Markdown that may still grow: finished blocks keep their elements, only the tail is made anew. */
import { memo } from "preact/compat";
import { useMemo, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { Translate } from "../locales/strings";
import { type Block, StreamingParser } from "./blocks";
import { withMarks } from "./marks";
import { type RenderContext, renderNodes } from "./render";
import type { ImageRules } from "./urls";

export interface MarkdownProps {
  readonly text: string;
  readonly isStreaming: boolean;
  readonly base: string;
  readonly images: ImageRules;
  readonly translate: Translate;
  readonly followLink: (url: string) => boolean;
  /** Where marks stand in the text, in code points, and what stands there. */
  readonly marks?: { readonly places: readonly number[]; readonly render: (number: number) => ComponentChildren };
}

const NO_PLACES: readonly number[] = [];

const BlockView = memo(
  ({ block, context }: { block: Block; context: RenderContext }) => <>{renderNodes(block.nodes, context)}</>,
  (before, after) => before.block.nodes === after.block.nodes || (before.block.source === after.block.source && before.context.parsed.definitions.size === after.context.parsed.definitions.size),
);

export function Markdown(props: MarkdownProps) {
  const { text, isStreaming, base, images, translate, followLink, marks } = props;
  const source = withMarks(text, marks?.places ?? NO_PLACES);
  const parser = useRef<StreamingParser | null>(null);
  parser.current ??= new StreamingParser();
  const parsed = useMemo(() => (parser.current as StreamingParser).parse(source, isStreaming), [source, isStreaming]);
  const context: RenderContext = {
    base,
    images,
    translate,
    followLink,
    firstHeading: firstHeading(parsed.blocks),
    renderMark: marks?.render ?? (() => null),
    parsed,
    footnoteOrder: parsed.footnotes.map((note) => note.identifier),
  };
  return (
    <div class="ck-markdown">
      {parsed.blocks.map((block, index) => (
        <BlockView key={index} block={block} context={context} />
      ))}
      {parsed.footnotes.length > 0 && (
        <ol class="ck-footnotes">
          {parsed.footnotes.map((note) => (
            <li key={note.identifier}>{renderNodes(note.children, context)}</li>
          ))}
        </ol>
      )}
    </div>
  );
}

function firstHeading(blocks: readonly Block[]): number {
  for (const { nodes } of blocks) {
    for (const node of nodes) if (node.type === "heading") return node.depth;
  }
  return 1;
}
