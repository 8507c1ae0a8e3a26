/** What a screen reader hears of an answer: that it is being written, how it goes, that it is done. */
import { useEffect, useRef, useState } from "preact/hooks";
import { spokenText } from "../markdown/spoken";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

const LONGEST_READ = 600;
/** Marks and links take room that is not read. */
const LONGEST_PARSED = 4 * LONGEST_READ;

/** One polite region, told at most once for each state: text that streams is not read as it comes. */
export function LiveStatus() {
  const session = useSession();
  const translate = useTranslate();
  const phase = useSelect((state) => state.response.phase);
  const progress = useSelect((state) => state.response.progress?.text ?? null);
  const isLost = useSelect((state) => state.response.connection === "reconnecting");
  const [said, setSaid] = useState("");
  const wasBusy = useRef(false);
  useEffect(() => {
    const isBusy = phase !== "idle";
    if (isLost) setSaid(translate("thread.reconnecting"));
    else if (isBusy) setSaid(progress ?? translate("message.thinking"));
    else if (wasBusy.current) setSaid(lastAnswer(session.getState().thread.items) ?? translate("message.finished"));
    wasBusy.current = isBusy;
  }, [session, phase, progress, isLost, translate]);
  return <p class="ck-hidden" aria-live="polite">{said}</p>;
}

function lastAnswer(items: readonly { readonly type: string; readonly content?: unknown }[]): string | null {
  const last = items.at(-1)?.type === "end_of_turn" ? items.at(-2) : items.at(-1);
  if (last?.type !== "assistant_message") return null;
  const text = (last.content as { text: string }[]).map((part) => part.text).join("\n\n");
  const spoken = spokenText(text.slice(0, LONGEST_PARSED));
  return spoken.length > LONGEST_READ ? `${spoken.slice(0, LONGEST_READ)}…` : spoken;
}
