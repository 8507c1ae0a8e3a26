/** A "Quote" button over text that one selects in an answer. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { Popover } from "./popover";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

const PAUSE_MS = 150;

interface Selected {
  readonly text: string;
  readonly range: Range;
}

export function QuoteSelection({ onQuoted }: { onQuoted: () => void }) {
  const session = useSession();
  const translate = useTranslate();
  const isWritable = useSelect((state) => state.thread.status.type === "active");
  const [selected, setSelected] = useState<Selected | null>(null);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => setSelected(quotable()), PAUSE_MS);
    };
    document.addEventListener("selectionchange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("selectionchange", look);
    };
  }, []);
  if (!selected || !isWritable) return null;
  const quote = () => {
    session.editDraft({ quotedText: selected.text });
    document.getSelection()?.removeAllRanges();
    setSelected(null);
    onQuoted();
  };
  return (
    <Popover anchor={selected.range} placement="top" class="ck-quote-popover" isPassive onClose={() => undefined}>
      <button type="button" class="ck-quiet" onPointerDown={(event) => event.preventDefault()} onClick={quote}>
        <Icon name="quote" />
        {translate("composer.quote")}
      </button>
    </Popover>
  );
}

/** What is selected of the answer in which the selection begins, or null. */
function quotable(): Selected | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const { startContainer: start } = range;
  const answer = (start instanceof Element ? start : start.parentElement)?.closest(".ck-assistant .ck-markdown");
  if (!answer) return null;
  // A triple click selects up to the start of what follows.
  if (!answer.contains(range.endContainer)) range.setEndAfter(answer.lastChild ?? answer);
  const text = range.toString().trim();
  return text === "" ? null : { text, range };
}
