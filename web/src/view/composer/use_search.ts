/** The search that typing "@" or "/" starts: its list, what keys do in it, what a pick does. */
import type { RefObject } from "preact";
import { useCallback, useRef, useState } from "preact/hooks";
import type { Command, Entity } from "../../element/options";
import { quietly } from "../quietly";
import { useSelect, useSession } from "../use_session";
import type { EditorDom } from "./editor_dom";
import { tagFor } from "./tags";
import { type Trigger, findTrigger } from "./trigger";
import { type BuiltIn, type Suggestion, useSuggestions } from "./use_suggestions";

export interface Search {
  readonly isOpen: boolean;
  readonly kind: Trigger["kind"];
  readonly entries: readonly Suggestion[];
  readonly isLoading: boolean;
  readonly active: number;
  readonly setActive: (index: number) => void;
  /** Looks at what is before the caret: a search begins, goes on or ends. */
  readonly look: () => void;
  readonly pick: (entry: Suggestion) => void;
  readonly close: () => void;
  /** True when the key was for the list. */
  readonly takesKey: (event: KeyboardEvent) => boolean;
}

export function useSearch(dom: RefObject<EditorDom | null>, onAction: (action: BuiltIn) => void): Search {
  const tags = useSelect((state) => state.options.entities?.onTagSearch !== undefined);
  const commands = useSelect((state) => state.options.commands?.enabled === true);
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [menu, setMenu] = useState<readonly Command[] | null>(null);
  const [active, setActive] = useState(0);
  // Escape is meant for the whole word, not for its next letter.
  const isDismissed = useRef(false);
  const found = useSuggestions({ trigger, menu });
  const close = useCallback(() => {
    setTrigger(null);
    setMenu(null);
  }, []);
  const look = useCallback(() => {
    const before = dom.current?.textBeforeCaret();
    const next = before ? findTrigger(before.text, before.isStart, { tags, commands }) : null;
    if (next === null) isDismissed.current = false;
    if (isDismissed.current) return;
    setTrigger((known) => (known?.kind === next?.kind && known?.query === next?.query ? known : next));
    setMenu(null);
    setActive(0);
  }, [dom, tags, commands]);
  const take = usePick(dom, { onAction, onMenu: setMenu });
  const pick = (entry: Suggestion) => {
    close();
    take(entry, menu ? 0 : (trigger?.length ?? 0));
  };
  const dismiss = () => {
    isDismissed.current = true;
    close();
  };
  const isOpen = menu !== null || (trigger !== null && (found.entries.length > 0 || trigger.kind === "tag"));
  const takesKey = (event: KeyboardEvent) => isOpen && steer(event, { entries: found.entries, active, setActive, pick, dismiss });
  return { ...found, isOpen, kind: trigger?.kind ?? "command", active, setActive, look, pick, close, takesKey };
}

/** Puts what was picked in place of so many characters before the caret, or does what it stands for. */
function usePick(dom: RefObject<EditorDom | null>, { onAction, onMenu }: { onAction: (action: BuiltIn) => void; onMenu: (commands: readonly Command[]) => void }) {
  const session = useSession();
  const changed = () => session.editDraft({ content: dom.current?.read() ?? [] });
  const putTag = (entity: Entity, length: number) => {
    dom.current?.replaceBeforeCaret(length, tagFor(entity));
    changed();
  };
  return (entry: Suggestion, length: number) => {
    if (entry.kind === "tag") return putTag(entry.entity, length);
    dom.current?.replaceBeforeCaret(length, null);
    changed();
    if (entry.kind === "action") return onAction(entry.action);
    const chosen = session.selectCommand(entry.command).then((next) => {
      if (next?.type === "entity") putTag(next.entity, 0);
      if (next?.type === "menu") onMenu(next.commands);
    });
    quietly(session, chosen);
  };
}

interface Steering extends Pick<Search, "entries" | "active" | "setActive" | "pick"> {
  readonly dismiss: () => void;
}

/** Keys while the list is open. */
function steer(event: KeyboardEvent, { entries, active, setActive, pick, dismiss }: Steering): boolean {
  const count = entries.length;
  const entry = entries[active];
  switch (event.key) {
    case "Escape":
      event.stopPropagation();
      dismiss();
      return true;
    case "ArrowDown":
      setActive(count ? (active + 1) % count : 0);
      return true;
    case "ArrowUp":
      setActive(count ? (active + count - 1) % count : 0);
      return true;
    case "Enter":
    case "Tab":
      if (!entry || event.shiftKey) return false;
      pick(entry);
      return true;
    default:
      return false;
  }
}
