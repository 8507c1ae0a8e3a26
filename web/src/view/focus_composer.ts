/** What `focusComposer` of the element does here. */
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { EditorHandle } from "./composer/editor";
import { useHost } from "./use_session";

/** Lets the page ask for the composer; history in front of it is closed first. */
export function useFocusComposer(composer: RefObject<EditorHandle | null>, historyIsOpen: boolean): void {
  const host = useHost();
  const waiting = useRef<(() => void)[]>([]);
  useEffect(() => {
    if (historyIsOpen || waiting.current.length === 0) return;
    composer.current?.focus();
    for (const done of waiting.current.splice(0)) done();
  }, [composer, historyIsOpen]);
  useEffect(() => {
    const focusComposer = async () => {
      if (!host.session.getState().history.isOpen) return composer.current?.focus();
      const shown = new Promise<void>((resolve) => waiting.current.push(resolve));
      await host.session.hideHistory();
      await shown;
    };
    host.bindView({ focusComposer });
  }, [host, composer]);
}
