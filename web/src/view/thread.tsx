/** The conversation: items in a log, older ones paged in, the end followed only while it is in view. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../icons/icon";
import { ItemView } from "../items/item";
import { Announcements } from "./announcements";
import { quietly } from "./quietly";
import { ResponseStatus } from "./response_status";
import { useTranslate } from "./translate";
import { useSelect, useSession } from "./use_session";

const NEAR_END_PX = 80;

export function Thread() {
  const session = useSession();
  const translate = useTranslate();
  const thread = useSelect((state) => state.thread);
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { isAtEnd, toEnd } = useFollowEnd(scroller, content, thread.id);
  useKeepPlace(scroller, thread.items[0]?.id);
  const onScroll = () => {
    const view = scroller.current;
    if (view && view.scrollTop < view.clientHeight && thread.hasOlder) quietly(session, session.loadOlder());
  };
  return (
    <div class="ck-thread-frame">
      <div class="ck-thread" ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-label={translate("thread.label")} aria-busy={thread.isLoading}>
        <div class="ck-column" ref={content}>
          {thread.isLoadingOlder && <p class="ck-empty">{translate("thread.loadingOlder")}</p>}
          {thread.isLoading && thread.items.length === 0 && <Loading />}
          {thread.loadError !== null && (
            <div class="ck-notice ck-danger" role="alert">
              <p>{translate("thread.loadFailed")}</p>
              <button type="button" class="ck-button" onClick={() => quietly(session, session.reload())}>{translate("thread.tryAgain")}</button>
            </div>
          )}
          {thread.items.map((item) => <ItemView key={item.id} item={item} />)}
          <ResponseStatus />
          <Announcements />
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" class="ck-to-end" aria-label={translate("thread.toLatest")} onClick={toEnd}>
          <Icon name="arrow-down" />
        </button>
      )}
    </div>
  );
}

function Loading() {
  const translate = useTranslate();
  return (
    <div role="status" aria-label={translate("thread.loading")} class="ck-loading">
      <div class="ck-skeleton" /><div class="ck-skeleton" /><div class="ck-skeleton" />
    </div>
  );
}

/** Sticks to the end while the reader is there, also when what is above grows. */
function useFollowEnd(scroller: { current: HTMLDivElement | null }, content: { current: HTMLDivElement | null }, threadId: string | null) {
  const [isAtEnd, setAtEnd] = useState(true);
  const follows = useRef(true);
  const toEnd = useCallback(() => {
    const view = scroller.current;
    if (!view) return;
    follows.current = true;
    view.scrollTop = view.scrollHeight;
  }, [scroller]);
  useLayoutEffect(toEnd, [threadId, toEnd]);
  useEffect(() => {
    const view = scroller.current;
    if (!view || !content.current) return;
    const look = () => {
      follows.current = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END_PX;
      setAtEnd(follows.current);
    };
    const grown = new ResizeObserver(() => {
      if (follows.current) view.scrollTop = view.scrollHeight;
      else look();
    });
    grown.observe(content.current);
    view.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      view.removeEventListener("scroll", look);
    };
  }, [scroller, content]);
  return { isAtEnd, toEnd };
}

/** When older items come in above, what one reads stays where it is. */
function useKeepPlace(scroller: { current: HTMLDivElement | null }, firstId: string | undefined): void {
  const before = useRef({ firstId, height: 0 });
  useLayoutEffect(() => {
    const view = scroller.current;
    if (!view) return;
    const { height } = before.current;
    if (before.current.firstId !== undefined && firstId !== before.current.firstId && height > 0) {
      view.scrollTop += view.scrollHeight - height;
    }
    before.current = { firstId, height: view.scrollHeight };
  });
}
