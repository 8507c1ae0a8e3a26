/** Below the text: files, tools, models, dictation. */
import { useRef } from "preact/hooks";
import { Icon } from "../icons/icon";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function ComposerMenus({ onFiles }: { onFiles: (files: FileList | null) => void }) {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.composer);
  const draft = useSelect((state) => state.draft);
  const input = useRef<HTMLInputElement>(null);
  const accept = Object.entries(options?.attachments?.accept ?? {}).flat(2).join(",");
  const toggleTool = (id: string) => session.editDraft({ toolId: draft.toolId === id ? null : id });
  const model = draft.modelId ?? options?.models?.find((known) => known.default)?.id ?? options?.models?.[0]?.id;
  return (
    <div class="ck-tools">
      {options?.attachments?.enabled && (
        <>
          <button type="button" class="ck-icon-button" aria-label={translate("composer.attach")} onClick={() => input.current?.click()}>
            <Icon name="plus" />
          </button>
          <input ref={input} type="file" multiple hidden accept={accept} onChange={(event) => { onFiles(event.currentTarget.files); event.currentTarget.value = ""; }} />
        </>
      )}
      {options?.tools?.map((tool) => (
        <button key={tool.id} type="button" class="ck-pill" aria-pressed={draft.toolId === tool.id} onClick={() => toggleTool(tool.id)}>
          <Icon name={tool.icon} />
          <span>{tool.shortLabel ?? tool.label}</span>
        </button>
      ))}
      {(options?.models?.length ?? 0) > 1 && (
        <select class="ck-pill" aria-label={translate("composer.model")} value={model ?? ""} onChange={(event) => session.editDraft({ modelId: event.currentTarget.value })}>
          {options?.models?.map((known) => (
            <option key={known.id} value={known.id} disabled={known.disabled ?? false} title={known.description ?? ""}>{known.label}</option>
          ))}
        </select>
      )}
      {options?.dictation?.enabled && (
        <button
          type="button"
          class="ck-icon-button"
          aria-pressed={draft.dictation === "recording"}
          disabled={draft.dictation === "transcribing"}
          aria-label={translate(draft.dictation === "recording" ? "composer.stopDictation" : "composer.dictate")}
          onClick={() => quietly(session, draft.dictation === "recording" ? session.stopDictation() : session.startDictation())}
        >
          <Icon name="mic" />
        </button>
      )}
    </div>
  );
}
