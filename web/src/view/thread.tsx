/** The conversation: turns in a log, older ones paged in, the end followed only while it is in view. */
import { useRef } from "preact/hooks";
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
    if (view && view.scrollTop < 2 * view.clientHeight && thread.hasOlder) quietly(session, session.loadOlder());
  };
  return (
    <div class="ck-thread-frame">
      <div class="ck-thread" ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-live="off" aria-label={translate("thread.label")} aria-busy={thread.isLoading}>
        <div class="ck-column" ref={content}>
          {thread.isLoadingOlder && <p class="ck-older"><span class="ck-spinner" aria-hidden="true" />{translate("thread.loadingOlder")}</p>}
          {thread.isLoading && thread.items.length === 0 && <Loading />}
          {thread.loadError !== null && <LoadFailed />}
          <Turns />
          <ResponseStatus />
          <Announcements />
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" class="ck-to-end" aria-label={translate("thread.toLatest")} title={translate("thread.toLatest")} onClick={toEnd}>
          <Icon name="arrow-down" />
        </button>
      )}
      <LiveStatus />
    </div>
  );
}

function Turns() {
  const items = useSelect((state) => state.thread.items);
  const isBusy = useSelect((state) => state.response.phase !== "idle");
  const before = useRef<readonly Turn[]>([]);
  const turns = turnsOf(items, before.current);
  before.current = turns;
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
  return (
    <div class="ck-notice ck-danger" role="alert">
      <Icon name="warning" />
      <p>{translate("thread.loadFailed")}</p>
      <button type="button" class="ck-button" onClick={() => quietly(session, session.reload())}>{translate("thread.tryAgain")}</button>
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
