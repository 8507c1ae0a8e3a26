/** What the session tells the element, which sends it on as DOM events. */

export interface SessionEvents {
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
  "chatkit.log": { name: string; data?: Record<string, unknown> };
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
