/** What happens right now: thinking, a progress update, a connection that is being found again. */
import { Icon } from "../icons/icon";
import { useTranslate } from "./translate";
import { useSelect } from "./use_session";

export function ResponseStatus() {
  const translate = useTranslate();
  const response = useSelect((state) => state.response);
  const lastType = useSelect((state) => state.thread.items.at(-1)?.type);
  if (response.phase === "idle") return null;
  if (response.connection === "reconnecting") {
    return <p class="ck-status"><span class="ck-shimmer">{translate("thread.reconnecting")}</span></p>;
  }
  if (response.progress) {
    return (
      <p class="ck-status">
        {response.progress.icon && <Icon name={response.progress.icon} />}
        <span class="ck-shimmer" dir="auto">{response.progress.text}</span>
      </p>
    );
  }
  if (lastType !== "user_message" && response.phase === "streaming") return null;
  return (
    <p class="ck-status" role="img" aria-label={translate("message.thinking")}>
      <span class="ck-dots" aria-hidden="true"><i /><i /><i /></span>
    </p>
  );
}
