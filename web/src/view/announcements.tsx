/** Notices and errors below the conversation. */
import type { ErrorEvent, NoticeEvent } from "../protocol/types";
import { Icon } from "../icons/icon";
import { MarkdownText } from "../items/markdown_text";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function Announcements() {
  const announcements = useSelect((state) => state.announcements);
  return (
    <>
      {announcements.map((known) =>
        known.kind === "notice" ? <Notice key={known.key} id={known.key} notice={known.notice} /> : <Failure key={known.key} error={known.error} />,
      )}
    </>
  );
}

function Notice({ id, notice }: { id: string; notice: NoticeEvent }) {
  const session = useSession();
  const translate = useTranslate();
  return (
    <div class={`ck-notice ck-${notice.level}`} role={notice.level === "danger" ? "alert" : "status"}>
      <Icon name={notice.level === "info" ? "info" : "warning"} />
      <div>
        {notice.title && <strong dir="auto">{notice.title}</strong>}
        <MarkdownText text={notice.message} isStreaming={false} />
      </div>
      <button type="button" class="ck-icon-button" aria-label={translate("error.dismiss")} onClick={() => session.dismissAnnouncement(id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function Failure({ error }: { error: ErrorEvent }) {
  const session = useSession();
  const translate = useTranslate();
  const lastMessage = useSelect((state) => state.thread.items.findLast((item) => item.type === "user_message")?.id);
  const isIdle = useSelect((state) => state.response.phase === "idle");
  const isCustom = (error.code ?? "custom") === "custom";
  const text = isCustom ? (error.message ?? translate("error.custom")) : translate("error.stream");
  return (
    <div class="ck-notice ck-danger" role="alert">
      <Icon name="warning" />
      <p dir="auto">{text}</p>
      {error.allow_retry && lastMessage && isIdle && (
        <button type="button" class="ck-button" onClick={() => quietly(session, session.retry(lastMessage))}>
          {translate("message.retry")}
        </button>
      )}
    </div>
  );
}
