/** What the element hands to the frame, and what the frame's script offers. */
import type { Session } from "../session/contract";

export interface FrameHost {
  readonly session: Session;
  /** Where lazy chunks are loaded from: the folder of the script, with its nonce. */
  readonly assets: { readonly base: string; readonly nonce: string };
  /** The locale of the interface, from the options or the browser; `en` where that is not one of ours. */
  locale(): string;
  /** Registers what the element's methods ask of the view. */
  bindView(view: ViewHandle): void;
}

export interface ViewHandle {
  /** Resolves when the composer has the focus; closes what is in front of it. */
  focusComposer(): Promise<void>;
}

export interface FrameUI {
  /** Shows the session in this document, in its language from the first; the returned function takes it away. */
  mount(page: Document, host: FrameHost): Promise<() => void>;
}
