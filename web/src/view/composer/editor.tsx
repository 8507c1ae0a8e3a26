/** The text field: plain text and mentions, and the search that typing starts. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useEntityTargets } from "../entity_preview";
import { useTranslate } from "../translate";
import { useSelect, useSession } from "../use_session";
import { EditorDom, sameContent } from "./editor_dom";
import { LIST_ID, Suggestions, optionId } from "./suggestions";
import { entityOf } from "./tags";
import { type Search, useSearch } from "./use_search";
import type { BuiltIn } from "./use_suggestions";

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
  const isEmpty = content.every((part) => part.type === "input_text" && part.text === "");
  const root = useRef<HTMLDivElement>(null);
  const dom = useEditorDom(root);
  const search = useSearch(dom, onAction);
  useHandle(handle, root, dom);
  const targets = useEntityTargets((target) => {
    const found = dom.current?.tagOf(target);
    return found && { entity: entityOf(found.tag), element: found.element };
  });
  const onInput = () => {
    session.editDraft({ content: dom.current?.read() ?? [] });
    search.look();
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key.startsWith("Arrow") && !search.isOpen) search.look();
  };
  const onKeyDown = (event: KeyboardEvent) => keyDown(event, { search, dom, onSend });
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
        {...(search.isOpen && listAttributes(search))}
        {...{ onInput, onKeyDown, onKeyUp, onBlur: search.close }}
        {...targets}
      />
      {search.isOpen && frame.current && (
        <Suggestions
          anchor={frame.current}
          label={translate(search.kind === "tag" ? "suggestions.mentions" : "suggestions.commands")}
          entries={search.entries}
          isLoading={search.isLoading}
          active={search.active}
          onActive={search.setActive}
          onPick={search.pick}
          onClose={search.close}
        />
      )}
    </>
  );
}

/** The name of keys that an input method takes, where `isComposing` comes too late. */
const IME_KEY = "Process";

function keyDown(event: KeyboardEvent, { search, dom, onSend }: { search: Search; dom: RefObject<EditorDom | null>; onSend: () => void }): void {
  // An input method's Enter picks a word and sends nothing.
  if (event.isComposing || event.key === IME_KEY) return;
  if (search.takesKey(event)) return event.preventDefault();
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (event.shiftKey || event.altKey) dom.current?.insertText("\n");
  else onSend();
}

function listAttributes({ entries, active }: Search) {
  return { "aria-autocomplete": "list" as const, "aria-controls": LIST_ID, ...(entries[active] && { "aria-activedescendant": optionId(active) }) };
}

function useHandle(handle: RefObject<EditorHandle | null>, root: RefObject<HTMLDivElement | null>, dom: RefObject<EditorDom | null>): void {
  // There before the effects of what holds it, which may want to focus it.
  useLayoutEffect(() => {
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
    return () => {
      handle.current = null;
    };
  }, [handle, root, dom]);
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
