/** Where the thread stands: at its end while the reader is there, else where the reader left it. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { useSelect } from "./use_session";

const NEAR_END_PX = 80;

type Place = RefObject<HTMLDivElement | null>;

/**
 * Sticks to the end while the reader is there, also when what is above grows.
 *
 * With `thread.autoScroll: false` the view goes to the end once, for the reader's own message.
 */
export function useFollowEnd(scroller: Place, content: Place, threadId: string | null) {
  const follows = useSelect((state) => state.options.thread?.autoScroll ?? true);
  const lastMessage = useSelect((state) => state.thread.items.findLast((item) => item.type === "user_message")?.id);
  const isLoading = useSelect((state) => state.thread.isLoading);
  const [isAtEnd, setAtEnd] = useState(true);
  const sticks = useRef(true);
  const toEnd = useCallback(() => {
    const view = scroller.current;
    if (!view) return;
    sticks.current = true;
    view.scrollTop = view.scrollHeight;
  }, [scroller]);
  useLayoutEffect(toEnd, [threadId, isLoading, lastMessage, toEnd]);
  useEffect(() => {
    const view = scroller.current;
    if (!view || !content.current) return;
    const look = () => {
      sticks.current = view.scrollHeight - view.scrollTop - view.clientHeight < NEAR_END_PX;
      setAtEnd(sticks.current);
    };
    const grown = new ResizeObserver(() => {
      if (sticks.current && follows) view.scrollTop = view.scrollHeight;
      else look();
    });
    grown.observe(content.current);
    grown.observe(view);
    view.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      view.removeEventListener("scroll", look);
    };
  }, [scroller, content, follows]);
  return { isAtEnd, toEnd };
}

/** When older items come in above, what one reads stays where it is. */
export function useKeepPlace(scroller: Place, firstId: string | undefined): void {
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
