/** What the person said: plain text with mentions, what it quotes, what is attached. */
import type { Entity } from "../element/options";
import { Icon } from "../icons/icon";
import type { UserMessageItem } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";
import { safeLink } from "../markdown/urls";
import { entityOf } from "../view/composer/tags";
import { useEntityTargets } from "../view/entity_preview";
import { useTranslate } from "../view/translate";

type Attached = NonNullable<UserMessageItem["attachments"]>[number];

export function UserMessage({ item }: { item: UserMessageItem }) {
  const translate = useTranslate();
  const attachments = item.attachments ?? [];
  return (
    <article class="ck-user" aria-label={translate("message.you")}>
      {item.quoted_text && <blockquote class="ck-quote" dir="auto">{item.quoted_text}</blockquote>}
      {attachments.length > 0 && (
        <ul class="ck-attachments" aria-label={translate("attachment.list")}>
          {attachments.map((attachment) => <AttachedFile key={attachment.id} attachment={attachment} />)}
        </ul>
      )}
      {item.content.length > 0 && (
        <div class="ck-bubble" dir="auto">
          {item.content.map((part, index) => (part.type === "input_text" ? <span key={index}>{part.text}</span> : <Mention key={index} part={part} />))}
        </div>
      )}
    </article>
  );
}

function AttachedFile({ attachment }: { attachment: Attached }) {
  // A preview is an address of the server's, or the picture itself.
  const preview = attachment.type === "image" ? previewOf(attachment.preview_url) : null;
  if (preview) return <li class="ck-picture"><img src={preview} alt={attachment.name} loading="lazy" /></li>;
  return (
    <li title={attachment.name}>
      <Icon name={attachment.type === "image" ? "square-image" : "document"} />
      <span dir="auto">{attachment.name}</span>
    </li>
  );
}

function previewOf(url: string): string | null {
  if (/^(data:image\/(png|jpeg|gif|webp)[;,]|blob:)/i.test(url)) return url;
  const href = safeLink(url, window.parent.document.baseURI);
  return href?.startsWith("http") ? href : null;
}

function Mention({ part }: { part: Extract<UserMessageContent, { type: "input_tag" }> }) {
  const entity: Entity = entityOf(part);
  const targets = useEntityTargets((target) => {
    const element = target instanceof Element ? target.closest("button") : null;
    return element && { entity, element };
  });
  if (!entity.interactive) return <span class="ck-tag">{part.text}</span>;
  return <button type="button" class="ck-tag" {...targets}>{part.text}</button>;
}
