/**
 * The events of one answer, from a request to the stream's end, across lost connections.
 *
 * A server that numbers its events (`id: <turn>.<seq>`) is asked for the rest with `turns.attach`;
 * with any other, a cut stream is an error. Source: docs/guides/answers-that-survive.md
 */
import { SSEDecoder, parseEventId } from "../protocol/sse";
import type { ThreadStreamEvent } from "../protocol/types";
import { type Api, ApiError, ConnectionLost, lost } from "./api";
import type { Environment } from "./environment";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
/** A resumable stream says that it lives every 15 s: after this much silence it is dead. */
const SILENCE_MS = 40_000;
const MOST_ATTEMPTS = 20;

export interface AnswerHooks {
  /** A numbered event came: the turn can be attached to, stopped, and found by other tabs. */
  onTurn(turnId: string, seq: number): void;
  onConnection(state: "ok" | "reconnecting"): void;
}

export interface Cursor {
  turnId: string;
  seq: number;
}

/** The request with what announces resume; sending it twice starts one turn. */
export function announced(body: object, requestId: string): object {
  const metadata = (body as { metadata?: object }).metadata;
  return {
    ...body,
    metadata: { ...metadata, "chatkit.resume": true, "chatkit.request_id": requestId },
  };
}

/** The rest of a turn, after event `seq`. */
export function attachRequest(turnId: string, seq: number): object {
  return {
    type: "turns.attach",
    params: { turn_id: turnId, after: seq },
    metadata: { "chatkit.resume": true },
  };
}

export class Answer {
  private cursor: Cursor | null = null;

  constructor(
    private readonly api: Api,
    private readonly environment: Environment,
    private readonly hooks: AnswerHooks,
    private readonly signal: AbortSignal,
    /** Whether this server is known to number its events: then a lost POST is sent again. */
    private readonly serverResumes: boolean,
  ) {}

  /** Yields each event once, in order. Throws ApiError, ConnectionLost or the abort's reason. */
  async *events(request: object, from: Cursor | null = null): AsyncGenerator<ThreadStreamEvent> {
    this.cursor = from;
    let body = request;
    for (let attempt = 0; ; attempt += 1) {
      const before = this.cursor?.seq ?? 0;
      try {
        yield* this.once(body);
        return;
      } catch (error) {
        if (!this.mayTryAgain(error)) throw error;
        if ((this.cursor?.seq ?? 0) > before) attempt = 0;
        if (attempt >= MOST_ATTEMPTS) throw error;
        this.hooks.onConnection("reconnecting");
        await this.pause(attempt);
        if (this.cursor) body = attachRequest(this.cursor.turnId, this.cursor.seq);
      }
    }
  }

  private mayTryAgain(error: unknown): boolean {
    if (this.signal.aborted) return false;
    const passes = error instanceof ApiError && [429, 502, 503, 504].includes(error.status);
    if (!passes && !(error instanceof ConnectionLost)) return false;
    return this.cursor !== null || this.serverResumes;
  }

  private async pause(attempt: number): Promise<void> {
    await this.environment.online(this.signal);
    const longest = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    await this.environment.sleep(this.environment.random() * longest, this.signal);
  }

  private async *once(body: object): AsyncGenerator<ThreadStreamEvent> {
    const stream = await this.api.stream(body, this.signal);
    this.hooks.onConnection("ok");
    const decoder = new SSEDecoder();
    const reader = stream.getReader();
    try {
      for (;;) {
        const { done, value } = await this.read(reader);
        if (done) return;
        for (const message of decoder.feed(value)) {
          if (!this.isNew(message.id)) continue;
          const event = parse(message.data);
          if (event) yield event;
        }
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
  }

  private isNew(id: string | null): boolean {
    const numbered = parseEventId(id);
    if (numbered === null) return true;
    if (this.cursor?.turnId === numbered.turnId && numbered.seq <= this.cursor.seq) return false;
    this.cursor = numbered;
    this.hooks.onTurn(numbered.turnId, numbered.seq);
    return true;
  }

  private async read(
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ): Promise<ReadableStreamReadResult<Uint8Array>> {
    const silence = new AbortController();
    const watch =
      this.cursor === null
        ? never()
        : this.environment.sleep(SILENCE_MS, silence.signal).then(
            () => Promise.reject(new ConnectionLost("the stream fell silent")),
            never,
          );
    try {
      return await Promise.race([reader.read(), watch]);
    } catch (error) {
      throw error instanceof ConnectionLost ? error : lost(error, this.signal);
    } finally {
      silence.abort();
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** The event, or null for JSON that is none: a newer server may send what we don't know. */
function parse(data: string): ThreadStreamEvent | null {
  try {
    const event: unknown = JSON.parse(data);
    const known = typeof event === "object" && event !== null && "type" in event;
    return known ? (event as ThreadStreamEvent) : null;
  } catch {
    return null;
  }
}
