/** What the session tells the element, which sends it on as DOM events. */

export interface SessionEvents {
  "chatkit.ready": undefined;
  "chatkit.error": { error: Error };
  "chatkit.effect": { name: string; data?: Record<string, unknown> };
  "chatkit.deeplink": { name: string; data?: Record<string, unknown> };
  "chatkit.response.start": undefined;
  "chatkit.response.end": undefined;
  "chatkit.history.open": undefined;
  "chatkit.history.close": undefined;
  "chatkit.thread.change": { threadId: string | null };
  "chatkit.thread.load.start": { threadId: string };
  "chatkit.thread.load.end": { threadId: string };
  "chatkit.tool.change": { toolId: string | null };
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
