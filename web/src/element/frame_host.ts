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

/**
 * What the frame's script offers. A page that is open while its server is upgraded has an element of
 * before and a frame of after: `contract` and `refuse` are all that such a pair may rely on.
 */
export interface FrameUI {
  /** What this script and the element say to each other, as a digest. */
  readonly contract: string;
  /** Shows the session in this document, in its language from the first; the returned function takes it away. */
  mount(page: Document, host: FrameHost): Promise<() => void>;
  /** Says in this document that the page is to be loaded anew, and offers to. */
  refuse(page: Document, locale: string): void;
}

/** The contract of the build that this script is of. */
declare const CONTRACT: string;
export const contract = CONTRACT;
