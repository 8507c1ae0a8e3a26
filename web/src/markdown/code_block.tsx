/** A block of code with its language and a button that copies it; coloured when that is loaded. */
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import type { Translate } from "../locales/strings";
import { part } from "../view/parts";
import type { CodeNode } from "./highlighting";

const COPIED_MS = 2_000;
/** Colouring waits for a pause: a block that streams is coloured a few times, not a thousand. */
const PAUSE_MS = 120;

export function CodeBlock(props: { code: string; language: string; translate: Translate }) {
  const { code, language, translate } = props;
  const [copied, setCopied] = useState(false);
  const nodes = useHighlighted(code, language);
  const copy = async () => {
    await navigator.clipboard.writeText(code);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
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
        <code>{nodes ? nodes.map(coloured) : code}</code>
      </pre>
    </figure>
  );
}

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
