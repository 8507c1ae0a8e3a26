/** The header: history, the page's own actions, the title, a new chat. */
import { Icon } from "../icons/icon";
import type { HeaderAction } from "../element/options";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function Header() {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.header);
  const hasHistory = useSelect((state) => state.options.history?.enabled ?? true);
  const frameTitle = useSelect((state) => state.options.frameTitle ?? "Chat");
  const isOpen = useSelect((state) => state.history.isOpen);
  const title = useSelect((state) => state.thread.title);
  const isNew = useSelect((state) => state.thread.id === null);
  const shownTitle = options?.title?.text ?? title ?? "";
  const toggle = () => quietly(session, isOpen ? session.hideHistory() : session.showHistory());
  return (
    <header class="ck-header">
      <div class="ck-header-side">
        {options?.leftAction && <ActionButton action={options.leftAction} />}
        {hasHistory && (
          <button type="button" class="ck-icon-button" aria-expanded={isOpen} aria-label={translate("header.history")} onClick={toggle}>
            <Icon name="history" />
          </button>
        )}
      </div>
      {(options?.title?.enabled ?? true) && <h1 class={shownTitle === "" ? "ck-hidden" : "ck-title"} dir="auto">{shownTitle || frameTitle}</h1>}
      <div class="ck-header-side ck-end">
        {!isNew && (
          <button type="button" class="ck-icon-button" aria-label={translate("header.newChat")} onClick={() => quietly(session, session.openThread(null))}>
            <Icon name="compose" />
          </button>
        )}
        {options?.rightAction && <ActionButton action={options.rightAction} />}
      </div>
    </header>
  );
}

function ActionButton({ action }: { action: HeaderAction }) {
  return (
    <button type="button" class="ck-icon-button" aria-label={action.icon.replaceAll("-", " ")} onClick={() => action.onClick()}>
      <Icon name={action.icon} />
    </button>
  );
}
