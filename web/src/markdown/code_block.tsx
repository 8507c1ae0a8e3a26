/** A block of code with its language and a button that copies it; coloured when that is loaded. */
import type { ComponentChildren } from "preact";
import { memo } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import type { Translate } from "../locales/strings";
import { part } from "../view/parts";
import { useCopy } from "../view/use_copy";
import type { CodeNode } from "./highlighting";

/** Lines in a piece at least. */
const PIECE = 64;
/** Colouring waits for a pause: a block that streams is coloured a few times, not a thousand. */
const PAUSE_MS = 120;

export function CodeBlock(props: { code: string; language: string; translate: Translate }) {
  const { code, language, translate } = props;
  const { copied, copy } = useCopy(code);
  const nodes = useHighlighted(code, language);
  return (
    <figure class="ck-code" dir="ltr">
      <figcaption>
        <span>{language}</span>
        <button type="button" class="ck-quiet" onClick={() => void copy()}>
          <Icon name={copied ? "check" : "copy"} />
          <span>{translate(copied ? "message.copied" : "code.copy")}</span>
        </button>
      </figcaption>
      <pre tabIndex={0}>
        <code>{nodes ? nodes.map(coloured) : <Lines code={code} />}</code>
      </pre>
    </figure>
  );
}

/** Lines in pieces: of code that grows only the last is laid out anew. */
function Lines({ code }: { code: string }) {
  const known = useRef({ pieces: [] as readonly string[], text: "" });
  if (!code.startsWith(known.current.text)) known.current = { pieces: [], text: "" };
  const { pieces, text } = known.current;
  const more = wholePieces(code.slice(text.length));
  if (more.length > 0) known.current = { pieces: [...pieces, ...more], text: text + more.join("") };
  const last = code.slice(known.current.text.length);
  if (known.current.pieces.length === 0) return <>{code}</>;
  // The end of a block ends a line: what one selects has no break twice.
  return <>{[...known.current.pieces.map((piece) => piece.slice(0, -1)), last].map((piece, at) => <LinesPiece key={at} text={piece} />)}</>;
}

function wholePieces(code: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  let lines = 0;
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) {
    lines += 1;
    // An empty line at the end of a block would not be seen.
    if (lines < PIECE || code[at - 1] === "\n") continue;
    pieces.push(code.slice(from, at + 1));
    from = at + 1;
    lines = 0;
  }
  return pieces;
}

const LinesPiece = memo(({ text }: { text: string }) => <span class="ck-lines">{text}</span>);

function useHighlighted(code: string, language: string): readonly CodeNode[] | null {
  const [done, setDone] = useState<{ code: string; nodes: readonly CodeNode[] } | null>(null);
  useEffect(() => {
    if (language === "") return;
    let isShown = true;
    const timer = setTimeout(() => {
      part(import("./highlighting")).then(({ highlight }) => {
        const nodes = highlight(code, language);
        if (isShown && nodes) setDone({ code, nodes });
      }, () => undefined);
    }, PAUSE_MS);
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [code, language]);
  return done?.code === code ? done.nodes : null;
}

function coloured(node: CodeNode, index: number): ComponentChildren {
  if (node.type === "text") return node.value;
  if (node.type !== "element") return null;
  const names = node.properties["className"];
  return (
    <span key={index} class={Array.isArray(names) ? names.join(" ") : ""}>
      {(node.children as CodeNode[]).map(coloured)}
    </span>
  );
}
