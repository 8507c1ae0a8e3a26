/** Below an answer: copy, rate, try again. */
import { Icon } from "../icons/icon";
import { quietly } from "../view/quietly";
import { useTranslate } from "../view/translate";
import { type Turn, copyText, ratedIds } from "../view/turns";
import { useCopy } from "../view/use_copy";
import { useSelect, useSession } from "../view/use_session";

export function TurnActions({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const translate = useTranslate();
  const options = useSelect((state) => state.options.threadItemActions);
  const isActive = useSelect((state) => state.thread.status.type === "active");
  const text = copyText(turn.items);
  if (text === "" && !options?.feedback && !options?.retry) return null;
  return (
    <div class={isLast ? "ck-actions ck-is-last" : "ck-actions"} role="group" aria-label={translate("message.actions")}>
      {text !== "" && <Copy text={text} />}
      {options?.feedback && <Feedback turn={turn} />}
      {options?.retry && turn.questionId !== null && isActive && <Retry questionId={turn.questionId} />}
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const translate = useTranslate();
  const { copied, copy } = useCopy(text);
  const label = translate(copied ? "message.copied" : "message.copy");
  return (
    <button type="button" class="ck-icon-button" aria-label={label} title={label} onClick={() => void copy()}>
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}

function Feedback({ turn }: { turn: Turn }) {
  const session = useSession();
  const translate = useTranslate();
  const ids = ratedIds(turn.items);
  const given = useSelect((state) => ids.map((id) => state.feedback[id]).find((kind) => kind !== undefined));
  const rate = (kind: "positive" | "negative") => quietly(session, session.giveFeedback(ids, kind));
  return (
    <>
      <button type="button" class="ck-icon-button" aria-pressed={given === "positive"} aria-label={translate("message.good")} title={translate("message.good")} onClick={() => rate("positive")}>
        <Icon name={given === "positive" ? "thumb-up-filled" : "thumb-up"} />
      </button>
      <button type="button" class="ck-icon-button" aria-pressed={given === "negative"} aria-label={translate("message.bad")} title={translate("message.bad")} onClick={() => rate("negative")}>
        <Icon name={given === "negative" ? "thumb-down-filled" : "thumb-down"} />
      </button>
    </>
  );
}

function Retry({ questionId }: { questionId: string }) {
  const session = useSession();
  const translate = useTranslate();
  const isIdle = useSelect((state) => state.response.phase === "idle");
  return (
    <button type="button" class="ck-icon-button" disabled={!isIdle} aria-label={translate("message.retry")} title={translate("message.retry")} onClick={() => quietly(session, session.retry(questionId))}>
      <Icon name="reload" />
    </button>
  );
}
