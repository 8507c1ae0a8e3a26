/** The composer: what is being written, its files, tools and model; sends and stops. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { hasContent } from "../session/drafts";
import { AttachmentList } from "./attachment_list";
import { ComposerMenus } from "./composer_menus";
import { QuestionForm } from "./question_form";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function Composer({ inputRef }: { inputRef: RefObject<HTMLTextAreaElement | null> }) {
  const translate = useTranslate();
  const status = useSelect((state) => state.thread.status);
  const pending = useSelect((state) => {
    const last = state.thread.items.findLast((item) => item.type !== "end_of_turn");
    return last?.type === "structured_input" && (last.status ?? "pending") === "pending" ? last : null;
  });
  const isIdle = useSelect((state) => state.response.phase === "idle");
  const disclaimer = useSelect((state) => state.options.disclaimer);
  return (
    <footer class="ck-footer">
      {status.type === "closed" ? (
        <p class="ck-closed" role="status" dir="auto">{status.reason ?? translate("thread.closed")}</p>
      ) : pending && isIdle ? (
        <QuestionForm key={pending.id} item={pending} />
      ) : (
        <Form inputRef={inputRef} lockedReason={status.type === "locked" ? (status.reason ?? translate("thread.locked")) : null} />
      )}
      {disclaimer && <p class={disclaimer.highContrast ? "ck-disclaimer ck-high" : "ck-disclaimer"} dir="auto">{disclaimer.text}</p>}
    </footer>
  );
}

function Form({ inputRef, lockedReason }: { inputRef: RefObject<HTMLTextAreaElement | null>; lockedReason: string | null }) {
  const session = useSession();
  const translate = useTranslate();
  const draft = useSelect((state) => state.draft);
  const options = useSelect((state) => state.options.composer);
  const [isDropping, setDropping] = useState(false);
  const tool = options?.tools?.find((known) => known.id === draft.toolId);
  const placeholder = lockedReason ?? tool?.placeholderOverride ?? options?.placeholder ?? translate("composer.placeholder");
  const text = draft.content.map((part) => part.text).join("");
  const send = () => quietly(session, session.send().then(() => undefined));
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's Enter picks a word and sends nothing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const takeFiles = (files: FileList | null | undefined) => {
    if (files?.length) session.addFiles([...files]);
  };
  useAutoHeight(inputRef, text);
  useEffect(() => inputRef.current?.focus({ preventScroll: true }), [inputRef]);
  return (
    <form
      class={isDropping ? "ck-composer ck-dropping" : "ck-composer"}
      onSubmit={(event) => { event.preventDefault(); send(); }}
      onDragOver={(event) => { event.preventDefault(); setDropping(true); }}
      onDragLeave={() => setDropping(false)}
      onDrop={(event) => { event.preventDefault(); setDropping(false); takeFiles(event.dataTransfer?.files); }}
    >
      {draft.quotedText && (
        <div class="ck-quote">
          <span dir="auto">{draft.quotedText}</span>
          <button type="button" class="ck-icon-button" aria-label={translate("composer.removeQuote")} onClick={() => session.editDraft({ quotedText: "" })}>
            <Icon name="close" />
          </button>
        </div>
      )}
      <AttachmentList attachments={draft.attachments} />
      <textarea
        ref={inputRef}
        rows={1}
        dir="auto"
        aria-label={translate("composer.label")}
        placeholder={placeholder}
        disabled={lockedReason !== null}
        value={text}
        onInput={(event) => session.editDraft({ content: [{ type: "input_text", text: event.currentTarget.value }] })}
        onKeyDown={onKeyDown}
        onPaste={(event) => takeFiles(event.clipboardData?.files)}
      />
      <div class="ck-composer-bar">
        <ComposerMenus onFiles={takeFiles} />
        <SendOrStop canSend={hasContent(draft) && lockedReason === null} />
      </div>
    </form>
  );
}

function SendOrStop({ canSend }: { canSend: boolean }) {
  const session = useSession();
  const translate = useTranslate();
  const response = useSelect((state) => state.response);
  if (response.phase !== "idle" && response.canStop) {
    return (
      <button type="button" class="ck-send" aria-label={translate("composer.stop")} disabled={response.isStopping} onClick={() => quietly(session, session.stop())}>
        <Icon name="stop" />
      </button>
    );
  }
  return (
    <button type="submit" class="ck-send" aria-label={translate("composer.send")} disabled={!canSend || response.phase !== "idle"}>
      <Icon name="arrow-up" />
    </button>
  );
}

/** The field grows with its text, up to what the style sheet allows. */
function useAutoHeight(ref: RefObject<HTMLTextAreaElement | null>, text: string): void {
  const last = useRef("");
  useLayoutEffect(() => {
    const field = ref.current;
    if (!field || (last.current === text && text !== "")) return;
    last.current = text;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  });
}
