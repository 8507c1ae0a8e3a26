/** Below the conversation: the form one writes in, questions that take it over, or why it is shut. */
import type { RefObject } from "preact";
import { useTranslate } from "../translate";
import { useSelect } from "../use_session";
import { QuestionForm } from "../question_form";
import type { EditorHandle } from "./editor";
import { MessageForm } from "./message_form";

export function Composer({ handle }: { handle: RefObject<EditorHandle | null> }) {
  const translate = useTranslate();
  const status = useSelect((state) => state.thread.status);
  const pending = useSelect((state) => {
    const last = state.thread.items.findLast((item) => item.type !== "end_of_turn");
    return last?.type === "structured_input" && (last.status ?? "pending") === "pending" ? last : null;
  });
  const isIdle = useSelect((state) => state.response.phase === "idle");
  const disclaimer = useSelect((state) => state.options.disclaimer);
  const lockedReason = status.type === "locked" ? (status.reason ?? translate("thread.locked")) : null;
  return (
    <footer class="ck-footer">
      {status.type === "closed" ? (
        <p class="ck-closed" role="status" dir="auto">{status.reason ?? translate("thread.closed")}</p>
      ) : pending && isIdle ? (
        <QuestionForm key={pending.id} item={pending} />
      ) : (
        <MessageForm handle={handle} lockedReason={lockedReason} />
      )}
      {disclaimer && <p class={disclaimer.highContrast ? "ck-disclaimer ck-high" : "ck-disclaimer"} dir="auto">{disclaimer.text}</p>}
    </footer>
  );
}
