/** The text field: plain text and mentions, and the search that typing starts. */
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Entity } from "../../element/options";
import { useEntityTargets } from "../entity_preview";
import { quietly } from "../quietly";
import { useTranslate } from "../translate";
import { useSelect, useSession } from "../use_session";
import { EditorDom, type Tag, sameContent } from "./editor_dom";
import { LIST_ID, Suggestions, optionId } from "./suggestions";
import { type Trigger, findTrigger } from "./trigger";
import { type BuiltIn, type Suggestion, useSuggestions } from "./use_suggestions";
import type { Command } from "../../element/options";

export interface EditorHandle {
  focus(): void;
  /** Starts a search for mentions, as typing "@" does. */
  startMention(): void;
}

interface EditorProps {
  readonly handle: RefObject<EditorHandle | null>;
  readonly placeholder: string;
  readonly disabled: boolean;
  readonly frame: RefObject<HTMLElement | null>;
  readonly onSend: () => void;
  readonly onAction: (action: BuiltIn) => void;
}

export function Editor({ handle, placeholder, disabled, frame, onSend, onAction }: EditorProps) {
  const session = useSession();
  const translate = useTranslate();
  const content = useSelect((state) => state.draft.content);
  const hasTags = useSelect((state) => state.options.entities?.onTagSearch !== undefined);
  const hasCommands = useSelect((state) => state.options.commands?.enabled === true);
  const isEmpty = content.every((part) => part.type === "input_text" && part.text === "");
  const root = useRef<HTMLDivElement>(null);
  const dom = useEditorDom(root);
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [menu, setMenu] = useState<readonly Command[] | null>(null);
  const [active, setActive] = useState(0);
  const { entries, isLoading } = useSuggestions({ trigger, menu });
  const isOpen = menu !== null || (trigger !== null && (entries.length > 0 || trigger.kind === "tag"));
  const close = () => {
    setTrigger(null);
    setMenu(null);
  };

  const look = useCallback(() => {
    const before = dom.current?.textBeforeCaret();
    const found = before ? findTrigger(before.text, before.isStart, { tags: hasTags, commands: hasCommands }) : null;
    setTrigger((known) => (known?.kind === found?.kind && known?.query === found?.query ? known : found));
    setMenu(null);
    setActive(0);
  }, [dom, hasTags, hasCommands]);
  const changed = () => session.editDraft({ content: dom.current?.read() ?? [] });
  const putTag = (entity: Entity, length: number) => {
    dom.current?.replaceBeforeCaret(length, tagFor(entity));
    changed();
  };
  const pick = (entry: Suggestion) => {
    const length = menu ? 0 : (trigger?.length ?? 0);
    close();
    if (entry.kind === "tag") return putTag(entry.entity, length);
    dom.current?.replaceBeforeCaret(length, null);
    changed();
    if (entry.kind === "action") return onAction(entry.action);
    quietly(session, session.selectCommand(entry.command).then((next) => {
      if (next?.type === "entity") putTag(next.entity, 0);
      if (next?.type === "menu") setMenu(next.commands);
    }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's Enter picks a word and sends nothing.
    if (event.isComposing || event.key === IME_KEY) return;
    if (isOpen && steer(event, { entries, active, setActive, pick, close })) return event.preventDefault();
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.shiftKey || event.altKey) return dom.current?.insertText("\n");
    onSend();
  };
  handle.current = {
    focus: () => {
      root.current?.focus({ preventScroll: true });
      if (!dom.current?.caret()) dom.current?.caretToEnd();
    },
    startMention: () => {
      root.current?.focus({ preventScroll: true });
      const before = dom.current?.textBeforeCaret()?.text ?? "";
      dom.current?.insertText(before === "" || /\s$/.test(before) ? "@" : " @");
    },
  };
  const targets = useEntityTargets((target) => {
    const found = dom.current?.tagOf(target);
    return found && { entity: entityOf(found.tag), element: found.element };
  });
  const listening = { onInput: () => { changed(); look(); }, onKeyDown, onKeyUp: (event: KeyboardEvent) => { if (event.key.startsWith("Arrow") && !isOpen) look(); }, onBlur: close };

  return (
    <>
      <div
        ref={root}
        class="ck-editor"
        contentEditable={disabled ? false : "plaintext-only"}
        spellcheck
        dir="auto"
        role="textbox"
        tabIndex={0}
        aria-multiline="true"
        aria-label={translate("composer.label")}
        aria-placeholder={placeholder}
        aria-disabled={disabled}
        data-placeholder={placeholder}
        data-empty={isEmpty ? "" : undefined}
        enterkeyhint="send"
        {...(isOpen && { "aria-autocomplete": "list" as const, "aria-controls": LIST_ID, ...(entries[active] && { "aria-activedescendant": optionId(active) }) })}
        {...listening}
        {...targets}
      />
      {isOpen && frame.current && (
        <Suggestions
          anchor={frame.current}
          label={translate(trigger?.kind === "tag" ? "suggestions.mentions" : "suggestions.commands")}
          entries={entries}
          isLoading={isLoading}
          active={active}
          onActive={setActive}
          onPick={pick}
          onClose={close}
        />
      )}
    </>
  );
}

/** The name of keys that an input method takes, where `isComposing` comes too late. */
const IME_KEY = "Process";

interface Steering {
  readonly entries: readonly Suggestion[];
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly pick: (entry: Suggestion) => void;
  readonly close: () => void;
}

/** Keys while the list is open; true when the key was for the list. */
function steer(event: KeyboardEvent, { entries, active, setActive, pick, close }: Steering): boolean {
  const count = entries.length;
  const entry = entries[active];
  switch (event.key) {
    case "Escape":
      event.stopPropagation();
      close();
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

/** The field's nodes, written anew only when the draft says something else than they do. */
function useEditorDom(root: RefObject<HTMLDivElement | null>): RefObject<EditorDom | null> {
  const session = useSession();
  const dom = useRef<EditorDom>(null);
  useLayoutEffect(() => {
    if (!root.current) return;
    const field = new EditorDom(root.current);
    dom.current = field;
    const follow = () => {
      const { content } = session.getState().draft;
      if (!sameContent(field.read(), content)) field.write(content);
    };
    follow();
    // At once and not with the next frame: a draft may be written and sent between two frames.
    return session.subscribe(follow);
  }, [root, session]);
  return dom;
}

export function tagFor({ id, title, group, interactive, data }: Entity): Tag {
  return { type: "input_tag", id, text: title, data: data ?? {}, interactive: interactive ?? false, ...(group !== undefined && { group }) };
}

export function entityOf({ id, text, group, interactive, data }: Tag): Entity {
  return { id, title: text, interactive: interactive ?? false, data: data as Record<string, string>, ...(group && { group }) };
}
