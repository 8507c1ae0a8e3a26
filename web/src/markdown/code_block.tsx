/** A block of code with its language and a button that copies it. */
import { useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import type { Translate } from "../locales/strings";

const COPIED_MS = 2_000;

export function CodeBlock(props: { code: string; language: string; translate: Translate }) {
  const { code, language, translate } = props;
  const [copied, setCopied] = useState(false);
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
        <code>{code}</code>
      </pre>
    </figure>
  );
}
