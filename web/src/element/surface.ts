/** The element as a page sees it: its methods, options and events, with what each is for. */
import type { Attachment } from "../protocol/types";
import type { UserMessageContent } from "../protocol/unions";
import type { ChatKitOptions, ToolChoice } from "./options";

export type * from "./options";
export type { LogName, SessionEvents as ChatKitEvents } from "../session/events";

/** What `sendUserMessage` sends. */
export interface SendUserMessageParams {
  /** Plain text; or use `content`. */
  text?: string;
  /** Text and mentions, instead of `text`. */
  content?: UserMessageContent[];
  /** A text that the message quotes. */
  reply?: string;
  attachments?: Attachment[];
  /** Sends it to a new thread. */
  newThread?: boolean;
  toolChoice?: ToolChoice;
  model?: string;
}

/** What `setComposerValue` puts into the composer; what is left out stays as it is. */
export interface SetComposerValueParams {
  text?: string;
  content?: UserMessageContent[];
  /** A text that the message quotes. */
  reply?: string;
  attachments?: Attachment[];
  /** Files to upload, as if they had been picked. */
  files?: File[];
  /** `null` takes the choice back. */
  selectedToolId?: string | null;
  selectedModelId?: string;
}

/**
 * `<openai-chatkit>`.
 *
 * Every method but `setOptions` returns a promise that settles when the work is done, and is rejected
 * with an error that says what was wrong.
 */
export interface ChatKitElement extends HTMLElement {
  /** Takes new options; may be called often, also while an answer streams. Throws for what is wrong in them. */
  setOptions(options: ChatKitOptions): void;
  /** Puts the focus into the composer, once the page is there. */
  focusComposer(): Promise<void>;
  /** Opens a thread; `null` begins a new one. Settles when it is loaded. */
  setThreadId(threadId: string | null): Promise<void>;
  /** Sends an action to the server, as a widget's control does. Settles when its stream has ended. */
  sendCustomAction(action: { type: string; payload?: Record<string, unknown> }, itemId?: string): Promise<void>;
  /** Sends a message in the person's name, whatever is in the composer. */
  sendUserMessage(params: SendUserMessageParams): Promise<void>;
  /** Fills the composer without sending. */
  setComposerValue(params: SetComposerValueParams): Promise<void>;
  /** Opens the list of conversations. */
  showHistory(): Promise<void>;
  /** Closes the list of conversations. */
  hideHistory(): Promise<void>;
  /** Reads the thread and its items from the server once more. */
  fetchUpdates(): Promise<void>;
}
