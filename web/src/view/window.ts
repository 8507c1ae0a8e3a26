/** Which turns are in the document: the newest, and more of them as one scrolls up. */
import type { RefObject } from "preact";
import { useCallback, useEffect, useReducer, useRef } from "preact/hooks";
import { quietly } from "./quietly";
import type { Turn } from "./turns";
import { useSelect, useSession } from "./use_session";

const FIRST_TURNS = 16;
const MORE_TURNS = 30;
/** Screens above the view that are filled before one gets there. */
const AHEAD = 2;

/** The part of the turns that is shown, what shows `MORE_TURNS` more, and what shows the newest alone. */
export function useWindow(turns: readonly Turn[]) {
  // By its item: a turn at the edge of a page gets another first one when older items come in.
  const from = useRef<string | null>(null);
  const [, render] = useReducer((count: number) => count + 1, 0);
  const found = turns.findIndex((turn) => turn.items.some((item) => item.id === from.current));
  const start = found < 0 ? Math.max(0, turns.length - FIRST_TURNS) : found;
  from.current = turns[start]?.items[0]?.id ?? null;
  const begin = useCallback((at: number) => {
    from.current = turns[Math.max(0, at)]?.items[0]?.id ?? null;
    render(undefined);
  }, [turns]);
  const showMore = useCallback(() => begin(start - MORE_TURNS), [begin, start]);
  const showNewest = useCallback(() => begin(turns.length - FIRST_TURNS), [begin, turns]);
  return { shown: turns.slice(start), hidden: start, showMore, showNewest };
}

/** Fills what is above the view: with turns that are here, then with older ones from the server. */
export function useOlder(view: RefObject<HTMLElement | null>, hidden: number, showMore: () => void): () => void {
  const session = useSession();
  const thread = useSelect((state) => state.thread);
  const { hasOlder, isLoading } = thread;
  const oldest = thread.items[0]?.id;
  const fill = useCallback(() => {
    const place = view.current;
    if (!place || isLoading || place.scrollTop > AHEAD * place.clientHeight) return;
    if (hidden > 0) showMore();
    else if (hasOlder) quietly(session, session.loadOlder());
  }, [view, session, hidden, showMore, hasOlder, isLoading]);
  // Also without a scroll: what came may be less than a screen.
  useEffect(fill, [hidden, oldest, isLoading]);
  return fill;
}
