/** The conversation: turns in a log, older ones paged in, the end followed only while it is in view. */
import { useMemo, useRef } from "preact/hooks";
import { Icon } from "../icons/icon";
import { TurnView } from "../items/turn_view";
import { Announcements } from "./announcements";
import { LiveStatus } from "./live_status";
import { quietly } from "./quietly";
import { ResponseStatus } from "./response_status";
import { useFollowEnd, useKeepPlace } from "./scrolling";
import { useTranslate } from "./translate";
import { type Turn, turnsOf } from "./turns";
import { useSelect, useSession } from "./use_session";
import { useOlder, useWindow } from "./window";

export function Thread() {
  const translate = useTranslate();
  const thread = useSelect((state) => state.thread);
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const spacer = useRef<HTMLDivElement>(null);
  const turns = useTurns();
  const { shown, hidden, showMore, showNewest } = useWindow(turns);
  // First the place is kept, then the end is gone to where there is a reason.
  useKeepPlace(view, shown[0]?.items[0]?.id);
  const { isAtEnd, toEnd } = useFollowEnd({ view, content, spacer }, thread.id);
  const fill = useOlder(view, hidden, showMore);
  const toLatest = () => {
    showNewest();
    toEnd();
  };
  return (
    <div class="ck-thread-frame">
      <div class="ck-thread" ref={view} onScroll={fill} tabIndex={0} role="log" aria-live="off" aria-label={translate("thread.label")} aria-busy={thread.isLoading}>
        <div class="ck-column" ref={content}>
          {thread.isLoadingOlder && <p class="ck-older"><span class="ck-spinner" aria-hidden="true" />{translate("thread.loadingOlder")}</p>}
          {thread.isLoading && thread.items.length === 0 && <Loading />}
          <Turns turns={shown} />
          {thread.loadError !== null && <LoadFailed />}
          <ResponseStatus />
          <Announcements />
        </div>
        <div ref={spacer} aria-hidden="true" />
      </div>
      {!isAtEnd && (
        <button type="button" class="ck-to-end" aria-label={translate("thread.toLatest")} title={translate("thread.toLatest")} onClick={toLatest}>
          <Icon name="arrow-down" />
        </button>
      )}
      <LiveStatus />
    </div>
  );
}

function useTurns(): readonly Turn[] {
  const items = useSelect((state) => state.thread.items);
  const before = useRef<readonly Turn[]>([]);
  return useMemo(() => (before.current = turnsOf(items, before.current)), [items]);
}

function Turns({ turns }: { turns: readonly Turn[] }) {
  const isBusy = useSelect((state) => state.response.phase !== "idle");
  return (
    <>
      {turns.map((turn, index) => {
        const isLast = index === turns.length - 1;
        return <TurnView key={turn.key} turn={turn} isLast={isLast} isRunning={isLast && isBusy} />;
      })}
    </>
  );
}

function LoadFailed() {
  const session = useSession();
  const translate = useTranslate();
  // It may be gone for good: what was being written is not.
  const startAnew = async () => {
    const { content, quotedText } = session.getState().draft;
    await session.openThread(null);
    if (session.getState().draft.content.length === 0) session.editDraft({ content, quotedText });
  };
  return (
    <div class="ck-notice ck-danger" role="alert">
      <Icon name="warning" />
      <p>{translate("thread.loadFailed")}</p>
      <button type="button" class="ck-button" onClick={() => quietly(session, session.reload())}>{translate("thread.tryAgain")}</button>
      <button type="button" class="ck-button" onClick={() => quietly(session, startAnew())}>{translate("header.newChat")}</button>
    </div>
  );
}

function Loading() {
  const translate = useTranslate();
  return (
    <div role="status" aria-label={translate("thread.loading")} class="ck-loading">
      {[55, 92, 84, 40].map((width) => <div key={width} class="ck-skeleton" style={{ width: `${width}%` }} />)}
    </div>
  );
}
