/** Markdown nodes as elements: no HTML string is ever made, so there is nothing to sanitise. */
import type {} from "mdast-util-math";
import type { Definition, List, ListItem, Node, PhrasingContent, Resource, RootContent, Table, TableRow } from "mdast";
import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { memo } from "preact/compat";
import { useCallback } from "preact/hooks";
import type { Translate } from "../locales/strings";
import { GuardedImage } from "./guarded_image";
import { type ImageRules, imagePolicy, safeImage, safeLink } from "./urls";
import { splitMarks, withoutMarks } from "./marks";
import { CodeBlock } from "./code_block";
import { Formula } from "./math";
import { InPieces } from "./pieces";

declare module "mdast-util-math" {
  interface InlineMath {
    /** It stands on a line of its own; see tree.ts. */
    display?: boolean;
  }
}

export interface RenderContext {
  readonly base: string;
  readonly images: ImageRules;
  readonly translate: Translate;
  readonly followLink: (url: string) => boolean;
  /** The depth of the text's first heading. */
  readonly firstHeading: number;
  readonly renderMark: (number: number) => ComponentChildren;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Footnotes by identifier, in the order of their numbers. */
  readonly footnoteOrder: readonly string[];
}

type Renderable = RootContent | PhrasingContent;

export function renderNodes(nodes: readonly Node[], context: RenderContext): ComponentChildren {
  return nodes.map((node, index) => (
    <Fragment key={index}>{renderNode(node as Renderable, context)}</Fragment>
  ));
}

function renderNode(node: Renderable, context: RenderContext): ComponentChildren {
  switch (node.type) {
    case "text":
    case "html":
      return renderText(node.value, context);
    case "paragraph":
      return <p dir="auto">{renderNodes(node.children, context)}</p>;
    case "heading": {
      // The page has the first level; an answer begins with the second, whatever it wrote.
      const level = 2 + Math.max(0, node.depth - context.firstHeading);
      const Tag = `h${Math.min(level, 6)}` as "h2";
      return <Tag dir="auto">{renderNodes(node.children, context)}</Tag>;
    }
    case "strong":
      return <strong>{renderNodes(node.children, context)}</strong>;
    case "emphasis":
      return <em>{renderNodes(node.children, context)}</em>;
    case "delete":
      return <del>{renderNodes(node.children, context)}</del>;
    case "inlineCode":
      return <code>{withoutMarks(node.value)}</code>;
    case "code":
      return <CodeBlock code={withoutMarks(node.value)} language={node.lang ?? ""} translate={context.translate} />;
    case "inlineMath":
      return <Formula tex={withoutMarks(node.value)} isBlock={node.display === true} />;
    case "math":
      return <Formula tex={withoutMarks(node.value)} isBlock={true} />;
    case "blockquote":
      return <blockquote dir="auto">{renderNodes(node.children, context)}</blockquote>;
    case "list":
      return <ListView node={node} context={context} />;
    case "table":
      return <TableView node={node} context={context} />;
    case "thematicBreak":
      return <hr />;
    case "break":
      return <br />;
    case "link":
      return renderLink(node, node.children, context);
    case "image":
      return renderImage(node.url, node.alt ?? "", context);
    case "linkReference": {
      const definition = context.definitions.get(node.identifier);
      return definition ? renderLink(definition, node.children, context) : renderNodes(node.children, context);
    }
    case "imageReference": {
      const definition = context.definitions.get(node.identifier);
      return definition ? renderImage(definition.url, node.alt ?? "", context) : (node.alt ?? "");
    }
    case "footnoteReference":
      return <sup class="ck-footnote-ref">{context.footnoteOrder.indexOf(node.identifier) + 1 || "?"}</sup>;
    default:
      return null;
  }
}

function renderText(text: string, context: RenderContext): ComponentChildren {
  const pieces = splitMarks(text);
  if (pieces.length === 1 && typeof pieces[0] === "string") return text;
  return pieces.map((piece, index) => <Fragment key={index}>{typeof piece === "string" ? piece : context.renderMark(piece)}</Fragment>);
}

function ListView({ node, context }: { node: List; context: RenderContext }) {
  // One blank line between or in its items makes all of them paragraphs.
  const isLoose = node.spread === true || node.children.some((item) => item.spread === true);
  const render = useCallback((item: ListItem, index: number) => <Item key={index} item={item} isLoose={isLoose} context={context} />, [isLoose, context]);
  const items = <InPieces parts={node.children} render={render} />;
  return node.ordered ? <ol start={node.start ?? 1} dir="auto">{items}</ol> : <ul dir="auto">{items}</ul>;
}

/** Of a list that grows only the last items are other objects. */
const Item = memo(({ item, isLoose, context }: { item: ListItem; isLoose: boolean; context: RenderContext }) => {
  const isTask = typeof item.checked === "boolean";
  return (
    <li class={isTask ? "ck-task" : ""}>
      {isTask && <input type="checkbox" checked={item.checked === true} disabled aria-label={item.checked ? "✓" : "☐"} />}
      {item.children.map((child, at) =>
        // A tight list has no paragraphs of its own.
        !isLoose && child.type === "paragraph" ? (
          <Fragment key={at}>{renderNodes(child.children, context)}</Fragment>
        ) : (
          <Fragment key={at}>{renderNode(child, context)}</Fragment>
        ),
      )}
    </li>
  );
});

type Align = Table["align"];

function TableView({ node, context }: { node: Table; context: RenderContext }) {
  const [head, ...rows] = node.children;
  const { align } = node;
  const render = useCallback((row: TableRow, at: number) => <Row key={at} row={row} align={align} isHead={false} context={context} />, [align, context]);
  return (
    // What is wider than the view is scrolled from where its language begins.
    <div class="ck-table" tabIndex={0} dir="auto" role="group" aria-label={context.translate("table.label")}>
      <table>
        <thead>{head && <Row row={head} align={align} isHead={true} context={context} />}</thead>
        <tbody><InPieces parts={rows} render={render} /></tbody>
      </table>
    </div>
  );
}

interface RowProps {
  readonly row: TableRow;
  readonly align: Align;
  readonly isHead: boolean;
  readonly context: RenderContext;
}

const Row = memo(
  ({ row, align, isHead, context }: RowProps) => (
    <tr>
      {row.children.map((cell, index) => {
        const side = align?.[index];
        const look = side ? { class: `ck-${side}` } : {};
        const content = renderNodes(cell.children, context);
        return isHead ? <th key={index} scope="col" {...look}>{content}</th> : <td key={index} {...look}>{content}</td>;
      })}
    </tr>
  ),
  (before, after) => before.row === after.row && before.context === after.context,
);

function renderLink({ url, title }: Resource, children: readonly Node[], context: RenderContext) {
  const href = safeLink(withoutMarks(url), context.base);
  if (href === null) return <>{renderNodes(children, context)}</>;
  const follow = (event: MouseEvent) => {
    if (context.followLink(href)) event.preventDefault();
  };
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" onClick={follow} {...(title && { title: withoutMarks(title) })}>
      {renderNodes(children, context)}
    </a>
  );
}

function renderImage(url: string, alt: string, context: RenderContext) {
  const { src, host } = safeImage(withoutMarks(url), context.base, context.images);
  const refused = <span class="ck-image-blocked">{context.translate("message.imageBlocked", { host: alt || host })}</span>;
  return src === null ? refused : <GuardedImage src={src} alt={alt} policy={imagePolicy(context.images)}>{refused}</GuardedImage>;
}
