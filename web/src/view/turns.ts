/** Items as turns: what was said, and what answered it; a turn's last line is its actions. Pure. */
import type { ThreadItem } from "../protocol/types";

export interface Turn {
  /** The id of its first item; stays while the turn grows. */
  readonly key: string;
  readonly items: readonly ThreadItem[];
  /** The message that it answers, which a retry names. */
  readonly questionId: string | null;
}

/** The items in turns, oldest first; turns that did not change are the objects of `before`. */
export function turnsOf(items: readonly ThreadItem[], before: readonly Turn[] = []): readonly Turn[] {
  const turns: Turn[] = [];
  let open: ThreadItem[] = [];
  let questionId: string | null = null;
  const close = () => {
    const first = open[0];
    if (first) turns.push({ key: first.id, items: open, questionId });
    open = [];
  };
  for (const item of items) {
    if (item.type === "user_message") {
      close();
      questionId = item.id;
      open = [item];
      close();
    } else if (item.type === "end_of_turn") close();
    else if (isShown(item)) open.push(item);
  }
  close();
  const known = new Map(before.map((turn) => [turn.key, turn]));
  return turns.map((turn) => {
    const old = known.get(turn.key);
    return old && isSame(old, turn) ? old : turn;
  });
}

function isShown(item: ThreadItem): boolean {
  return (item.type as string) !== "hidden_context_item" && (item.type as string) !== "sdk_hidden_context";
}

function isSame(a: Turn, b: Turn): boolean {
  return a.questionId === b.questionId && a.items.length === b.items.length && a.items.every((item, index) => item === b.items[index]);
}

/** What Copy puts on the clipboard: the answer's words, and what its widgets say for themselves. */
export function copyText(items: readonly ThreadItem[]): string {
  return items.map(textOf).filter((text) => text.trim() !== "").join("\n\n");
}

function textOf(item: ThreadItem): string {
  if (item.type === "assistant_message") return item.content.map((part) => part.text).join("\n\n");
  return item.type === "widget" ? (item.copy_text ?? "") : "";
}

/** The items that feedback is about: all of the answer. */
export function ratedIds(items: readonly ThreadItem[]): string[] {
  return items.map((item) => item.id);
}
