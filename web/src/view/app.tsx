/** The shell: header, history or conversation, composer. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { FrameHost } from "../element/frame_host";
import { loadStrings } from "../locales/load";
import { type Translate, translator } from "../locales/strings";
import type { EditorHandle } from "./composer/editor";
import { Composer } from "./composer/composer";
import { EntityPreviews } from "./entity_preview";
import { Frames } from "./frames";
import { Header } from "./header";
import { History } from "./history";
import { QuoteSelection } from "./quote_selection";
import { StartScreen } from "./start_screen";
import { Thread } from "./thread";
import { TranslateContext } from "./translate";
import { ViewContext, useHost, useSelect } from "./use_session";

export function App({ host }: { host: FrameHost }) {
  const view = useMemo(() => ({ host, frames: new Frames(host.session) }), [host]);
  return (
    <ViewContext.Provider value={view}>
      <Translated>
        <EntityPreviews>
          <Shell />
        </EntityPreviews>
      </Translated>
    </ViewContext.Provider>
  );
}

/** English at once, the locale's own strings when they are here. */
function Translated({ children }: { children: ComponentChildren }) {
  const host = useHost();
  const locale = useSelect(() => host.locale());
  const [translate, setTranslate] = useState<Translate>(() => translator({}));
  useEffect(() => {
    let isWanted = true;
    loadStrings(locale).then(
      (strings) => isWanted && setTranslate(() => translator(strings, locale)),
      () => host.session.log("locale.failed", { locale }),
    );
    return () => {
      isWanted = false;
    };
  }, [host, locale]);
  return <TranslateContext.Provider value={translate}>{children}</TranslateContext.Provider>;
}

function Shell() {
  const host = useHost();
  const composer = useRef<EditorHandle>(null);
  const historyIsOpen = useSelect((state) => state.history.isOpen);
  // A first message that could not be sent leaves nothing but its error.
  const isNew = useSelect((state) => state.thread.id === null && state.thread.items.length === 0 && state.announcements.length === 0);
  const headerEnabled = useSelect((state) => state.options.header?.enabled ?? true);
  useEffect(() => host.bindView({ focusComposer: () => composer.current?.focus() }), [host]);
  return (
    <div class="ck-shell">
      {headerEnabled && <Header />}
      {historyIsOpen ? (
        <History />
      ) : (
        <main class={isNew ? "ck-main ck-is-new" : "ck-main"}>
          {isNew ? <StartScreen /> : <Thread />}
          <Composer handle={composer} />
          <QuoteSelection onQuoted={() => composer.current?.focus()} />
        </main>
      )}
    </div>
  );
}
