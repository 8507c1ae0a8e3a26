/** A session without a server: it shows one widget, and keeps what its actions would have sent. */
import type { FrameHost } from "../element/frame_host";
import type { Session, SessionState, WidgetAction } from "../session/contract";
import { Store } from "../session/store";

export interface Fired {
  readonly at: string;
  readonly type: string;
  readonly payload: unknown;
}

/** A host for widgets alone; `onFired` is told of each action, `onError` of what fails. */
export function stageFor(onFired: (fired: Fired) => void, onError: (error: Error) => void): FrameHost {
  const store = new Store({ api: { url: "" } });
  const session: Pick<Session, "getState" | "subscribe" | "act" | "reportError" | "log" | "followDeeplink"> = {
    getState: (): SessionState => store.get(),
    subscribe: (listener) => store.subscribe(listener),
    act: (_item: string, { type, payload }: WidgetAction) => {
      onFired({ at: new Date().toLocaleTimeString(), type, payload });
      return Promise.resolve();
    },
    reportError: onError,
    log: () => undefined,
    followDeeplink: () => false,
  };
  return {
    session: session as Session,
    assets: { base: "", nonce: "" },
    locale: () => navigator.language,
    bindView: () => undefined,
  };
}
