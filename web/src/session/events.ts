/** What the session tells the element, which sends it on as DOM events. */

/** The events that the element dispatches, by name, with the `detail` of each. */
export interface SessionEvents {
  /** The element is there, and its methods can be called. */
  "chatkit.ready": undefined;
  /** Something failed: what, without a text of messages. */
  "chatkit.error": { error: Error };
  /** The server has something for the page to do; sent once, never from history. */
  "chatkit.effect": { name: string; data?: Record<string, unknown> };
  /** A `chatkit-link://NAME?key=value` was clicked. */
  "chatkit.deeplink": { name: string; data?: Record<string, unknown> };
  /** An answer begins; exactly one end follows. */
  "chatkit.response.start": undefined;
  /** The answer has ended, however it did. */
  "chatkit.response.end": undefined;
  "chatkit.history.open": undefined;
  "chatkit.history.close": undefined;
  /** Another thread is open; `null` for a new one. */
  "chatkit.thread.change": { threadId: string | null };
  "chatkit.thread.load.start": { threadId: string };
  "chatkit.thread.load.end": { threadId: string };
  /** A tool was picked in the composer; `null` for none. */
  "chatkit.tool.change": { toolId: string | null };
  /** What happened, for somebody who looks for a fault. */
  "chatkit.log": { name: LogName; data?: Record<string, unknown> };
}

/** What `chatkit.log` tells: for somebody who looks for a fault. Never with a text of messages. */
export type LogName =
  | "composer.search_failed"
  | "dictation.failed"
  | "entity.preview_failed"
  | "locale.failed"
  | "theme.font_failed"
  | "upload.done"
  | "upload.failed"
  | "view.failed";

export type Log = (name: LogName, data?: Record<string, unknown>) => void;

/** What may be told of a failure: its class, not its words. An error of another realm is one too. */
export function nameOf(error: unknown): string {
  const { name } = (error ?? {}) as { name?: unknown };
  return typeof name === "string" ? name : "Error";
}

export type Emit = <Name extends keyof SessionEvents>(
  name: Name,
  ...detail: SessionEvents[Name] extends undefined ? [] : [SessionEvents[Name]]
) => void;

/** An `error` event of the server, as the `chatkit.error` event carries it: no message text. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  constructor(readonly code: string) {
    super(`the server reported an error: ${code}`);
  }
}
