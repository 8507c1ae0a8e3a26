/** What the person said: plain text with mentions, what it quotes, what is attached. */
import type { UserMessageItem } from "../protocol/types";
import { Icon } from "../icons/icon";
import { useTranslate } from "../view/translate";
import { useSession } from "../view/use_session";

export function UserMessage({ item }: { item: UserMessageItem }) {
  const session = useSession();
  const translate = useTranslate();
  return (
    <article class="ck-user" aria-label={translate("message.you")}>
      {item.quoted_text && <blockquote class="ck-quote" dir="auto">{item.quoted_text}</blockquote>}
      {(item.attachments ?? []).length > 0 && (
        <ul class="ck-attachments">
          {item.attachments?.map((attachment) => (
            <li key={attachment.id}>
              {attachment.type === "image" ? <img src={attachment.preview_url} alt={attachment.name} /> : <Icon name="document" />}
              <span>{attachment.name}</span>
            </li>
          ))}
        </ul>
      )}
      {item.content.length > 0 && (
        <div class="ck-bubble" dir="auto">
          {item.content.map((part, index) =>
            part.type === "input_text" ? (
              <span key={index}>{part.text}</span>
            ) : part.interactive ? (
              <button key={index} type="button" class="ck-tag" onClick={() => session.clickEntity({ id: part.id, title: part.text, ...(part.group && { group: part.group }), data: part.data as Record<string, string> })}>
                {part.text}
              </button>
            ) : (
              <span key={index} class="ck-tag">{part.text}</span>
            ),
          )}
        </div>
      )}
    </article>
  );
}
