/** What to suggest for a search: asked of the page after a pause, the last question wins. */
import { useEffect, useState } from "preact/hooks";
import type { Command, Entity } from "../../element/options";
import type { Translate } from "../../locales/strings";
import type { DraftState, Session, SessionState } from "../../session/contract";
import { nameOf } from "../../session/events";
import { useSelect, useSession } from "../use_session";
import { useTranslate } from "../translate";
import { inShownOrder } from "./suggestions";
import type { Trigger } from "./trigger";

const PAUSE_MS = 120;

interface Shown {
  readonly key: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string | undefined;
  readonly group?: string | undefined;
}

export type Suggestion = Shown &
  (
    | { readonly kind: "tag"; readonly entity: Entity }
    | { readonly kind: "command"; readonly command: Command }
    | { readonly kind: "action"; readonly action: BuiltIn }
  );

/** What the composer does by itself. */
export type BuiltIn = { readonly type: "attach" } | { readonly type: "tool"; readonly id: string } | { readonly type: "model"; readonly id: string };

export interface SuggestionSource {
  readonly trigger: Trigger | null;
  /** A menu that a command opened; it takes the place of the search. */
  readonly menu: readonly Command[] | null;
}

export function useSuggestions({ trigger, menu }: SuggestionSource) {
  const session = useSession();
  const translate = useTranslate();
  const composer = useSelect((state) => state.options.composer);
  const [found, setFound] = useState<{ readonly key: string; readonly entries: readonly Suggestion[] } | null>(null);
  const key = trigger && `${trigger.kind}:${trigger.query}`;
  useEffect(() => {
    if (!trigger || menu) return;
    let isCurrent = true;
    const show = (entries: readonly Suggestion[]) => {
      if (isCurrent) setFound({ key: `${trigger.kind}:${trigger.query}`, entries: inShownOrder(entries) });
    };
    const timer = setTimeout(() => void search(session, trigger, translate).then(show), PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key, menu, session, translate, composer]);
  useEffect(() => {
    if (!trigger) setFound(null);
  }, [trigger === null]);
  if (menu) return { entries: inShownOrder(menu.map(asCommand)), isLoading: false };
  const isCurrent = found !== null && found.key === key;
  // While the next answer is on its way, the last one of the same kind stays.
  const stays = found && trigger && found.key.startsWith(trigger.kind) ? found.entries : [];
  return { entries: trigger ? stays : [], isLoading: trigger !== null && !isCurrent };
}

async function search(session: Session, { kind, query }: Trigger, translate: Translate): Promise<readonly Suggestion[]> {
  try {
    if (kind === "tag") return (await session.searchTags(query)).map(asTag);
    const own = builtIn(session.getState().options.composer, session.getState().draft, translate);
    const wanted = query.toLowerCase();
    const fitting = own.filter(({ label }) => label.toLowerCase().includes(wanted));
    return [...(await session.searchCommands(query)).map(asCommand), ...fitting];
  } catch (error) {
    session.log("composer.search_failed", { kind, name: nameOf(error) });
    return [];
  }
}

function asTag(entity: Entity): Suggestion {
  const { title: label, icon, group } = entity;
  return { kind: "tag", key: `tag:${entity.id}`, label, icon, group, entity };
}

function asCommand(command: Command): Suggestion {
  const { label, description, icon, group } = command;
  return { kind: "command", key: `command:${command.id}`, label, description, icon, group, command };
}

/** The composer's own actions as commands: files, tools, models. */
export function builtIn(options: SessionState["options"]["composer"], draft: Pick<DraftState, "toolId">, translate: Translate): Suggestion[] {
  const actions: Suggestion[] = [];
  const add = (action: BuiltIn, label: string, more: Partial<Shown>) =>
    actions.push({ kind: "action", key: JSON.stringify(action), action, label, ...more });
  if (options?.attachments?.enabled) add({ type: "attach" }, translate("composer.attach"), { icon: "attach", group: translate("composer.actions") });
  for (const tool of options?.tools ?? []) {
    if (tool.id !== draft.toolId) add({ type: "tool", id: tool.id }, tool.label, { icon: tool.icon, group: translate("composer.tools") });
  }
  for (const model of (options?.models ?? []).filter((known) => !known.disabled)) {
    const { label, description } = model;
    add({ type: "model", id: model.id }, label, { description, icon: "sparkle", group: translate("composer.model") });
  }
  return actions;
}
