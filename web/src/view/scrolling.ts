/** Where the thread stands: at its end while the reader is there, else where the reader left it. */
import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { ThreadEnd } from "./thread_end";
import { useSelect } from "./use_session";

type Place = RefObject<HTMLDivElement | null>;

/** The scrolling view, what is in it, and the room below. */
export interface ScrollParts {
  readonly view: Place;
  readonly content: Place;
  readonly spacer: Place;
}

/**
 * Goes to the end of a thread that is opened, and to every message that is sent.
 *
 * While an answer comes in, the view follows it with `thread.autoScroll`, and only as long as the
 * reader is at the end; without, the question stays on top and the answer grows below it.
 */
export function useFollowEnd({ view, content, spacer }: ScrollParts, threadId: string | null) {
  const autoScroll = useSelect((state) => state.options.thread?.autoScroll ?? false);
  const isIdle = useSelect((state) => state.response.phase === "idle");
  const isLoading = useSelect((state) => state.thread.isLoading);
  const sent = useSelect((state) => state.sent);
  const [isAtEnd, setAtEnd] = useState(true);
  const end = useRef<ThreadEnd | null>(null);
  const follows = useRef(true);
  follows.current = autoScroll || isIdle;
  const before = useRef(sent);
  useLayoutEffect(() => {
    if (!view.current || !content.current || !spacer.current) return;
    end.current = new ThreadEnd(view.current, content.current, spacer.current, setAtEnd);
    return watch(end.current, view.current, content.current, () => follows.current);
  }, [view, content, spacer]);
  useLayoutEffect(() => {
    end.current?.reserve(false);
    end.current?.go();
  }, [threadId, isLoading]);
  useLayoutEffect(() => {
    if (before.current === sent) return;
    before.current = sent;
    end.current?.reserve(!autoScroll);
    end.current?.go();
  }, [sent, autoScroll]);
  const toEnd = useCallback(() => end.current?.go(), []);
  return { isAtEnd, toEnd };
}

function watch(end: ThreadEnd, view: HTMLElement, content: HTMLElement, follows: () => boolean): () => void {
  const look = () => end.look();
  const grown = new ResizeObserver(() => end.grown(follows()));
  grown.observe(content);
  grown.observe(view);
  // Before older turns are filled in for the same event: they move the view as well.
  const early = { passive: true, capture: true };
  view.addEventListener("scroll", look, early);
  return () => {
    grown.disconnect();
    view.removeEventListener("scroll", look, early);
  };
}

interface Anchor {
  readonly id: string;
  readonly bottom: number;
}

/** When turns come in above, what one reads stays where it is. */
export function useKeepPlace(view: Place, firstId: string | undefined): void {
  const known = useRef(firstId);
  const anchor = useRef<Anchor | null>(null);
  if (known.current !== firstId) {
    known.current = firstId;
    anchor.current = anchorIn(view.current);
  }
  useLayoutEffect(() => {
    const before = anchor.current;
    anchor.current = null;
    const turn = before && view.current?.querySelector(`[data-last="${CSS.escape(before.id)}"]`);
    if (before && turn && view.current) view.current.scrollTop += turn.getBoundingClientRect().bottom - before.bottom;
  });
}

/** The first turn in view, and where it ends; its last item is what it keeps when older ones join it. */
function anchorIn(view: HTMLElement | null): Anchor | null {
  const top = view?.getBoundingClientRect().top ?? 0;
  for (const turn of view?.querySelectorAll<HTMLElement>("[data-last]") ?? []) {
    const { bottom } = turn.getBoundingClientRect();
    if (bottom > top) return { id: turn.dataset["last"] ?? "", bottom };
  }
  return null;
}
