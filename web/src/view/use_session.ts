/** Reads the session in components: one render for each frame at most, only for what changed. */
import { createContext } from "preact";
import { useContext, useEffect, useReducer, useRef } from "preact/hooks";
import type { FrameHost } from "../element/frame_host";
import type { Session, SessionState } from "../session/contract";

export const HostContext = createContext<FrameHost | null>(null);

export function useHost(): FrameHost {
  const host = useContext(HostContext);
  if (!host) throw new Error("rendered outside of the frame");
  return host;
}

export function useSession(): Session {
  return useHost().session;
}

/** The selected part of the state; rendered again when it is another object. */
export function useSelect<Part>(select: (state: SessionState) => Part): Part {
  const session = useSession();
  const [, render] = useReducer((count: number) => count + 1, 0);
  const selected = select(session.getState());
  const shown = useRef({ select, selected });
  shown.current = { select, selected };
  useEffect(() => {
    let frame = 0;
    const look = () => {
      frame = 0;
      const { select, selected } = shown.current;
      if (select(session.getState()) !== selected) render(0);
    };
    const unsubscribe = session.subscribe(() => {
      // A hidden tab paints no frames: it catches up when it is shown again.
      frame ||= requestAnimationFrame(look);
    });
    look();
    return () => {
      unsubscribe();
      cancelAnimationFrame(frame);
    };
  }, [session]);
  return selected;
}
