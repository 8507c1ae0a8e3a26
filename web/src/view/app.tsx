/** The shell: header, history or conversation, composer. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { FrameHost } from "../element/frame_host";
import { translator } from "../locales/strings";
import { Composer } from "./composer";
import { Header } from "./header";
import { History } from "./history";
import { StartScreen } from "./start_screen";
import { Thread } from "./thread";
import { TranslateContext } from "./translate";
import { HostContext, useHost, useSelect } from "./use_session";

export function App({ host }: { host: FrameHost }) {
  const translate = useMemo(() => translator({}), []);
  return (
    <HostContext.Provider value={host}>
      <TranslateContext.Provider value={translate}>
        <Shell />
      </TranslateContext.Provider>
    </HostContext.Provider>
  );
}

function Shell() {
  const host = useHost();
  const composer = useRef<HTMLTextAreaElement>(null);
  const historyIsOpen = useSelect((state) => state.history.isOpen);
  const isNew = useSelect((state) => state.thread.id === null && state.thread.items.length === 0);
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
          <Composer inputRef={composer} />
        </main>
      )}
    </div>
  );
}
