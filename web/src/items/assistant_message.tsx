/** What the assistant said: Markdown, its sources, and what one may do with it. */
import { useState } from "preact/hooks";
import type { Annotation, AssistantMessageItem } from "../protocol/types";
import { Icon } from "../icons/icon";
import { safeLink } from "../markdown/urls";
import { quietly } from "../view/quietly";
import { useTranslate } from "../view/translate";
import { useSelect, useSession } from "../view/use_session";
import { MarkdownText } from "./markdown_text";

const COPIED_MS = 2_000;

export function AssistantMessage({ item, isStreaming }: { item: AssistantMessageItem; isStreaming: boolean }) {
  const translate = useTranslate();
  const annotations = item.content.flatMap((part) => part.annotations ?? []);
  const text = item.content.map((part) => part.text).join("\n\n");
  return (
    <article class="ck-assistant" aria-label={translate("message.assistant")} aria-busy={isStreaming}>
      {item.content.map((part, index) => (
        <MarkdownText key={index} text={part.text} isStreaming={isStreaming} />
      ))}
      {annotations.length > 0 && <Sources annotations={annotations} />}
      {!isStreaming && text.trim() !== "" && <Actions item={item} text={text} />}
    </article>
  );
}

function Sources({ annotations }: { annotations: readonly Annotation[] }) {
  const translate = useTranslate();
  const distinct = [...new Map(annotations.map(({ source }) => [keyOf(source), source])).values()];
  return (
    <details class="ck-sources">
      <summary>{translate("message.sources")} ({distinct.length})</summary>
      <ol>
        {distinct.map((source) => {
          const href = source.type === "url" ? safeLink(source.url, "https://invalid.invalid/") : null;
          return (
            <li key={keyOf(source)} dir="auto">
              {href ? <a href={href} target="_blank" rel="noopener noreferrer nofollow">{source.title}</a> : source.title}
              {source.description && <small>{source.description}</small>}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

function keyOf(source: Annotation["source"]): string {
  if (source.type === "url") return source.url;
  return source.type === "file" ? source.filename : source.id;
}

function Actions({ item, text }: { item: AssistantMessageItem; text: string }) {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.threadItemActions);
  const given = useSelect((state) => state.feedback[item.id]);
  const isIdle = useSelect((state) => state.response.phase === "idle");
  const question = useSelect((state) => {
    const { items } = state.thread;
    const at = items.findIndex((known) => known.id === item.id);
    return items.slice(0, at).findLast((known) => known.type === "user_message")?.id;
  });
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  const rate = (kind: "positive" | "negative") => quietly(session, session.giveFeedback([item.id], kind));
  return (
    <div class="ck-actions">
      <button type="button" class="ck-icon-button" aria-label={translate(copied ? "message.copied" : "message.copy")} onClick={() => quietly(session, copy())}>
        <Icon name={copied ? "check" : "copy"} />
      </button>
      {options?.feedback && (
        <>
          <button type="button" class="ck-icon-button" aria-pressed={given === "positive"} aria-label={translate("message.good")} onClick={() => rate("positive")}>
            <Icon name="thumb-up" />
          </button>
          <button type="button" class="ck-icon-button" aria-pressed={given === "negative"} aria-label={translate("message.bad")} onClick={() => rate("negative")}>
            <Icon name="thumb-down" />
          </button>
        </>
      )}
      {options?.retry && question && isIdle && (
        <button type="button" class="ck-icon-button" aria-label={translate("message.retry")} onClick={() => quietly(session, session.retry(question))}>
          <Icon name="reload" />
        </button>
      )}
    </div>
  );
}
