/** The header: history, the page's own actions, the title, a new chat. */
import { Icon } from "../icons/icon";
import type { HeaderAction } from "../element/options";
import type { StringKey } from "../locales/en";
import { quietly } from "./quietly";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

export function Header() {
  const session = useSession();
  const translate = useTranslate();
  const options = useSelect((state) => state.options.header);
  const hasHistory = useSelect((state) => state.options.history?.enabled ?? true);
  const frameTitle = useSelect((state) => state.options.frameTitle) ?? translate("frame.title");
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
          <button type="button" class="ck-icon-button" aria-expanded={isOpen} aria-label={translate("header.history")} title={translate("header.history")} onClick={toggle}>
            <Icon name="history" />
          </button>
        )}
      </div>
      {(options?.title?.enabled ?? true) && <h1 class={shownTitle === "" ? "ck-hidden" : "ck-title"} dir="auto">{shownTitle || frameTitle}</h1>}
      <div class="ck-header-side ck-end">
        {!isNew && (
          <button type="button" class="ck-icon-button" aria-label={translate("header.newChat")} title={translate("header.newChat")} onClick={() => quietly(session, session.openThread(null))}>
            <Icon name="compose" />
          </button>
        )}
        {options?.rightAction && <ActionButton action={options.rightAction} />}
      </div>
    </header>
  );
}

/** What the icons of a header stand for, by how their names begin. */
const MEANINGS: readonly (readonly [RegExp, StringKey])[] = [
  [/^(sidebar|collapse-(left|right)|open|double-chevron)/, "header.sidebar"],
  [/^home/, "header.home"],
  [/^back/, "header.back"],
  [/^expand/, "header.expand"],
  [/^collapse/, "header.collapse"],
  [/^star/, "header.favorites"],
  [/^bug/, "header.report"],
  [/^chat-temporary/, "header.temporary"],
  [/^settings/, "header.settings"],
  [/^(grid|dots|menu|hamburger)/, "header.menu"],
  [/^history/, "header.history"],
  [/^book/, "header.guide"],
  [/^compose/, "header.newChat"],
  [/^share/, "header.share"],
  [/^light/, "header.light"],
  [/^dark/, "header.dark"],
  [/^close/, "header.close"],
];

function ActionButton({ action }: { action: HeaderAction }) {
  const translate = useTranslate();
  const meaning = MEANINGS.find(([name]) => name.test(action.icon))?.[1];
  const label = action.label ?? (meaning ? translate(meaning) : action.icon.replaceAll("-", " "));
  return (
    <button type="button" class="ck-icon-button" aria-label={label} title={label} onClick={() => action.onClick()}>
      <Icon name={action.icon} />
    </button>
  );
}
