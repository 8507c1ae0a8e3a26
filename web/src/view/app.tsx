/** The shell: header, history or conversation, composer. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import type { FrameHost } from "../element/frame_host";
import { loadStrings } from "../locales/load";
import { type Strings, translator } from "../locales/strings";
import type { EditorHandle } from "./composer/editor";
import { Composer } from "./composer/composer";
import { EntityPreviews } from "./entity_preview";
import { useFocusComposer } from "./focus_composer";
import { Frames } from "./frames";
import { Header } from "./header";
import { History } from "./history";
import { MissingParts } from "./missing_parts";
import { QuoteSelection } from "./quote_selection";
import { StartScreen } from "./start_screen";
import { Thread } from "./thread";
import { TranslateContext, useTranslate } from "./translate";
import { ViewContext, useHost, useSelect } from "./use_session";

interface Loaded {
  readonly locale: string;
  readonly strings: Strings;
}

export function App({ host, first }: { host: FrameHost; first: Loaded }) {
  const view = useMemo(() => ({ host, frames: new Frames(host.session) }), [host]);
  return (
    <ViewContext.Provider value={view}>
      <Translated first={first}>
        <EntityPreviews>
          <Shell />
        </EntityPreviews>
      </Translated>
    </ViewContext.Provider>
  );
}

/** The strings in force: the first ones until another locale's are here, and the page's own over them. */
function Translated({ first, children }: { first: Loaded; children: ComponentChildren }) {
  const host = useHost();
  const wanted = useSelect((state) => state.options.locale);
  const locale = useMemo(() => host.locale(), [host, wanted]);
  const own = useSelect((state) => state.options.strings);
  const [loaded, setLoaded] = useState(first);
  useEffect(() => {
    if (locale === loaded.locale) return;
    let isWanted = true;
    loadStrings(locale).then(
      (strings) => isWanted && setLoaded({ locale, strings }),
      () => host.session.log("locale.failed", { locale }),
    );
    return () => {
      isWanted = false;
    };
  }, [host, locale, loaded]);
  const translate = useMemo(() => translator(loaded.strings, loaded.locale, own), [loaded, own]);
  return <TranslateContext.Provider value={translate}>{children}</TranslateContext.Provider>;
}

/** The name of the frame, for its document and for the page that it is in. */
function useFrameTitle(): void {
  const translate = useTranslate();
  const title = useSelect((state) => state.options.frameTitle) ?? translate("frame.title");
  useEffect(() => {
    document.title = title;
    if (window.frameElement) (window.frameElement as HTMLIFrameElement).title = title;
  }, [title]);
}

function Shell() {
  const composer = useRef<EditorHandle>(null);
  const historyIsOpen = useSelect((state) => state.history.isOpen);
  // A first message that could not be sent leaves nothing but its error.
  const isNew = useSelect((state) => state.thread.id === null && state.thread.items.length === 0 && state.announcements.length === 0);
  const headerEnabled = useSelect((state) => state.options.header?.enabled ?? true);
  useFrameTitle();
  useFocusComposer(composer, historyIsOpen);
  return (
    <div class="ck-shell">
      {headerEnabled && <Header />}
      {historyIsOpen ? (
        <History />
      ) : (
        <main class={isNew ? "ck-main ck-is-new" : "ck-main"}>
          {isNew ? <StartScreen /> : <Thread />}
          <MissingParts />
          <Composer handle={composer} />
          <QuoteSelection onQuoted={() => composer.current?.focus()} />
        </main>
      )}
    </div>
  );
}
