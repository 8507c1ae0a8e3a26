/** What is being written, its files, tools and model; sends and stops. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../../icons/icon";
import { hasContent, isReady } from "../../session/drafts";
import { takeFocus, takeFreeFocus } from "../free_focus";
import { quietly } from "../quietly";
import { useTranslate } from "../translate";
import { useSelect, useSession } from "../use_session";
import { ComposerBar } from "./composer_bar";
import { Dictate } from "./dictate";
import { DraftFiles } from "./draft_files";
import { Editor, type EditorHandle } from "./editor";
import { useFileDrop } from "./file_drop";
import type { BuiltIn } from "./use_suggestions";

export function MessageForm({ handle, lockedReason }: { handle: RefObject<EditorHandle | null>; lockedReason: string | null }) {
  const session = useSession();
  const translate = useTranslate();
  const draft = useSelect((state) => state.draft);
  const options = useSelect((state) => state.options.composer);
  const frame = useRef<HTMLFormElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const tool = options?.tools?.find((known) => known.id === draft.toolId);
  const placeholder = lockedReason ?? tool?.placeholderOverride ?? options?.placeholder ?? translate("composer.placeholder");
  const acceptsFiles = options?.attachments?.enabled === true && lockedReason === null;
  const drop = useFileDrop(acceptsFiles, (files) => session.addFiles(files));
  const send = () => quietly(session, session.send());
  const act = (action: BuiltIn) => {
    if (action.type === "attach") picker.current?.click();
    else session.editDraft(action.type === "tool" ? { toolId: action.id } : { modelId: action.id });
  };
  const threadId = useSelect((state) => state.thread.id);
  useEffect(() => takeFreeFocus(handle.current), [handle, threadId]);
  const accept = Object.entries(options?.attachments?.accept ?? {}).flat(2).join(",");
  return (
    <form
      ref={frame}
      class={drop.isOver ? "ck-composer ck-dropping" : "ck-composer"}
      aria-label={translate("composer.form")}
      onSubmit={(event) => { event.preventDefault(); send(); }}
      onPaste={drop.onPaste}
    >
      {drop.isOver && <p class="ck-drop-hint"><Icon name="attach" />{translate("composer.dropFiles")}</p>}
      {draft.quotedText && (
        <div class="ck-quote ck-quote-draft">
          <Icon name="quote" />
          <span dir="auto">{draft.quotedText}</span>
          <button type="button" class="ck-icon-button" aria-label={translate("composer.removeQuote")} onClick={() => session.editDraft({ quotedText: "" })}>
            <Icon name="close" />
          </button>
        </div>
      )}
      <DraftFiles files={draft.attachments} />
      <Editor handle={handle} placeholder={placeholder} disabled={lockedReason !== null} frame={frame} onSend={send} onAction={act} />
      {acceptsFiles && (
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={translate("composer.attach")}
          accept={accept}
          onChange={(event) => { session.addFiles([...(event.currentTarget.files ?? [])]); event.currentTarget.value = ""; handle.current?.focus(); }}
        />
      )}
      <div class="ck-composer-bar">
        <ComposerBar isShut={lockedReason !== null || draft.dictation === "recording"} onAttach={() => picker.current?.click()} onMention={() => handle.current?.startMention()} />
        {options?.dictation?.enabled && lockedReason === null && <Dictate />}
        <SendOrStop canSend={hasContent(draft) && isReady(draft) && lockedReason === null} onStop={() => takeFocus(handle.current)} />
      </div>
    </form>
  );
}

function SendOrStop({ canSend, onStop }: { canSend: boolean; onStop: () => void }) {
  const session = useSession();
  const translate = useTranslate();
  const response = useSelect((state) => state.response);
  const stop = () => {
    quietly(session, session.stop());
    onStop();
  };
  if (response.phase !== "idle" && response.canStop) {
    return (
      <button type="button" class="ck-send" aria-label={translate("composer.stop")} title={translate("composer.stop")} disabled={response.isStopping} onClick={stop}>
        <Icon name="stop" />
      </button>
    );
  }
  return (
    <button type="submit" class="ck-send" aria-label={translate("composer.send")} title={translate("composer.send")} disabled={!canSend || response.phase !== "idle"}>
      <Icon name="arrow-up" />
    </button>
  );
}
