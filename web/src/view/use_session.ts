/** Reads the session in components: one render for each frame at most, only for what changed. */
import { createContext } from "preact";
import { useContext, useEffect, useReducer, useRef } from "preact/hooks";
import type { FrameHost } from "../element/frame_host";
import type { Session, SessionState } from "../session/contract";
import type { Frames } from "./frames";

interface View {
  readonly host: FrameHost;
  readonly frames: Frames;
}

export const ViewContext = createContext<View | null>(null);

function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("rendered outside of the frame");
  return view;
}

export function useHost(): FrameHost {
  return useView().host;
}

export function useSession(): Session {
  return useView().host.session;
}

/** The selected part of the state; rendered again when it is another object. */
export function useSelect<Part>(select: (state: SessionState) => Part): Part {
  const { host, frames } = useView();
  const { session } = host;
  const [, render] = useReducer((count: number) => count + 1, 0);
  const selected = select(session.getState());
  const shown = useRef({ select, selected });
  shown.current = { select, selected };
  useEffect(() => {
    const look = () => {
      const { select, selected } = shown.current;
      if (select(session.getState()) !== selected) render(0);
    };
    look();
    return frames.subscribe(look);
  }, [session, frames]);
  return selected;
}
