/**
 * Decodes `text/event-stream`, fed in pieces of any size. Pure: no network, no timers.
 *
 * Liberal: CRLF, CR or LF, comments, unknown fields, several `data:` lines, a byte order mark,
 * characters cut between two pieces.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

export interface SSEMessage {
  /** The last `id:` seen; null for servers that send none. */
  readonly id: string | null;
  readonly data: string;
}

export class SSEDecoder {
  private readonly text = new TextDecoder("utf-8");
  private pending = "";
  private data: string[] = [];
  private lastId: string | null = null;
  /** When the server asked to be asked again, in milliseconds after the stream's end. */
  retryMs: number | null = null;
  lastComment: string | null = null;

  /** The messages that this piece completes; a comment completes none. */
  feed(piece: Uint8Array): SSEMessage[] {
    return this.take(this.text.decode(piece, { stream: true }));
  }

  private take(text: string): SSEMessage[] {
    let buffer = this.pending + text;
    // A CR at the end may be half of a CRLF: the next piece tells.
    const held = buffer.endsWith("\r");
    if (held) buffer = buffer.slice(0, -1);
    const lines = buffer.split(/\r\n|\r|\n/);
    this.pending = (lines.pop() ?? "") + (held ? "\r" : "");
    const messages: SSEMessage[] = [];
    for (const line of lines) {
      const message = this.line(line);
      if (message) messages.push(message);
    }
    return messages;
  }

  private line(line: string): SSEMessage | null {
    if (line === "") {
      if (this.data.length === 0) return null;
      const data = this.data.join("\n");
      this.data = [];
      return { id: this.lastId, data };
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "id" && !value.includes("\0")) this.lastId = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    else if (field === "") this.lastComment = value;
    return null;
  }
}

/** `<turn_id>.<seq>` of a resumable stream, or null. */
export function parseEventId(id: string | null): { turnId: string; seq: number } | null {
  const match = id === null ? null : /^(.+)\.(\d+)$/.exec(id);
  return match ? { turnId: match[1] as string, seq: Number(match[2]) } : null;
}
