/** Below the text: files, mentions, tools, models. Not while nothing can be written, or one speaks. */
import type { ToolOption } from "../../element/options";
import { Icon } from "../../icons/icon";
import { chosenModel } from "../../session/drafts";
import { MenuButton } from "../menu";
import { useTranslate } from "../translate";
import { useSelect, useSession } from "../use_session";

export function ComposerBar({ isShut, onAttach, onMention }: { isShut: boolean; onAttach: () => void; onMention: () => void }) {
  const translate = useTranslate();
  const options = useSelect((state) => state.options.composer);
  const offersMentions = useSelect((state) => state.options.entities?.showComposerMenu === true && state.options.entities.onTagSearch !== undefined);
  if (isShut) return <div class="ck-tools" />;
  return (
    <div class="ck-tools" role="group" aria-label={translate("composer.toolbar")}>
      {options?.attachments?.enabled && (
        <button type="button" class="ck-icon-button" aria-label={translate("composer.attach")} title={translate("composer.attach")} onClick={onAttach}>
          <Icon name="plus" />
        </button>
      )}
      {offersMentions && (
        <button type="button" class="ck-icon-button" aria-label={translate("composer.mention")} title={translate("composer.mention")} onClick={onMention}>
          <Icon name="mention" />
        </button>
      )}
      <Tools tools={options?.tools ?? []} />
      <Models />
    </div>
  );
}

function Tools({ tools }: { tools: readonly ToolOption[] }) {
  const session = useSession();
  const translate = useTranslate();
  const chosen = useSelect((state) => state.draft.toolId);
  const toggle = (id: string) => session.editDraft({ toolId: chosen === id ? null : id });
  const inMenu = tools.filter((tool) => !tool.pinned);
  const outside = tools.filter((tool) => tool.pinned || tool.id === chosen);
  return (
    <>
      {inMenu.length > 0 && (
        <MenuButton label={translate("composer.tools")} entries={inMenu.map(({ id, label, icon }) => ({ id, label, icon, checked: id === chosen }))} onPick={toggle}>
          <Icon name="settings-slider" />
        </MenuButton>
      )}
      {outside.map((tool) => (
        <button key={tool.id} type="button" class="ck-pill" aria-pressed={chosen === tool.id} title={tool.label} onClick={() => toggle(tool.id)}>
          <Icon name={tool.icon} />
          <span dir="auto">{tool.shortLabel ?? tool.label}</span>
          {chosen === tool.id && <Icon name="close" class="ck-small" />}
        </button>
      ))}
    </>
  );
}

function Models() {
  const session = useSession();
  const translate = useTranslate();
  const models = useSelect((state) => state.options.composer?.models);
  const chosen = useSelect((state) => state.draft.modelId);
  if (!models || models.length < 2) return null;
  const current = chosenModel(models, chosen);
  const entries = models.map(({ id, label, description, disabled }) => ({ id, label, description, disabled, checked: id === current?.id }));
  return (
    <MenuButton class="ck-pill" label={`${translate("composer.model")}: ${current?.label ?? ""}`} entries={entries} onPick={(id) => session.editDraft({ modelId: id })}>
      <span dir="auto">{current?.label}</span>
      <Icon name="chevron-down" class="ck-small" />
    </MenuButton>
  );
}
