/**
 * The events of one answer, from a request to the stream's end, across lost connections.
 *
 * A server that numbers its events (`id: <turn>.<seq>`) is asked for the rest with `turns.attach`;
 * with any other, a cut stream is an error. Source: docs/guides/answers-that-survive.md
 */
import { SSEDecoder, parseEventId } from "../protocol/sse";
import type { ThreadStreamEvent } from "../protocol/types";
import { type Api, ApiError, ConnectionLost, lost } from "./api";
import { Connection } from "./connection";
import type { Environment } from "./environment";
import type { Looked } from "./polling";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const MOST_ATTEMPTS = 20;
/** So often the server is asked without a network: it may be on the machine itself. */
const AWAY_MS = 5_000;
/** A server answers at once, if only that it lives: after this much nothing, something holds it back. */
const HELD_BACK_MS = 20_000;
const LOOK_AGAIN_MS = 2_000;

export interface AnswerHooks {
  /** A numbered event came: the turn can be attached to, stopped, and found by other tabs. */
  onTurn(turnId: string, seq: number): void;
  onConnection(state: "ok" | "reconnecting"): void;
  /** Nothing comes: shows how far the turn is by other means, and tells; null where none helps. */
  look(signal: AbortSignal): Promise<Looked | null>;
  /** The stream speaks after all (`true`), or is lost and another goes on from the last look. */
  looked(speaks: boolean): void;
  /** The answer is whole; its thread's title is still being made. */
  onTitlePending(): void;
}

export interface Cursor {
  turnId: string;
  seq: number;
}

/** A turn that runs on a thread as it was read; what its first event said comes with it. */
export interface RunningTurn extends Cursor {
  canStop: boolean;
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
  /** What was seen of the turn while its stream was held back. */
  private looked: Looked | null = null;

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
        // A network may be away for hours: that is waited out.
        if (attempt > 1 && this.environment.isAway()) attempt = 1;
        if (attempt >= MOST_ATTEMPTS) throw error;
        this.hooks.onConnection("reconnecting");
        await this.pause(attempt, error instanceof ApiError ? error.retryAfterMs : null);
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

  private async pause(attempt: number, asked: number | null): Promise<void> {
    if (attempt > 0 && this.environment.isAway()) await this.networkOrTime();
    const longest = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
    await this.environment.sleep((asked ?? 0) + this.environment.random() * longest, this.signal);
  }

  /** Resolves when the network is back, at the latest after AWAY_MS. */
  private async networkOrTime(): Promise<void> {
    const left = new AbortController();
    const back = this.environment.reconnected(left.signal);
    await Promise.race([back, this.environment.sleep(AWAY_MS, this.signal)]).finally(() => left.abort(new Error("left")));
  }

  private async *once(body: object): AsyncGenerator<ThreadStreamEvent> {
    const connection = new Connection(this.signal, this.environment);
    const held = new AbortController();
    this.looked = null;
    this.lookWhileHeldBack(connection, held.signal).catch(() => undefined);
    try {
      if (this.cursor) connection.watch();
      const stream = await this.api.stream(body, connection.signal);
      this.hooks.onConnection("ok");
      const decoder = new SSEDecoder();
      for await (const piece of connection.pieces(stream)) {
        this.stopLooking(held);
        for (const message of decoder.feed(piece)) {
          if (!this.isNew(message.id)) continue;
          if (this.cursor) connection.watch();
          const event = parse(message.data);
          if (event) yield event;
        }
      }
      this.atEnd(decoder);
    } catch (error) {
      if (connection.end === "over") return;
      this.goOnFromLook();
      if (connection.end) throw connection.end;
      throw error instanceof ApiError || error instanceof ConnectionLost ? error : lost(error, this.signal);
    } finally {
      held.abort(new Error("left"));
      connection.close();
    }
  }

  /** Looks at the thread while nothing comes through, until the signal is aborted. */
  private async lookWhileHeldBack(connection: Connection, signal: AbortSignal): Promise<void> {
    await this.environment.sleep(HELD_BACK_MS, signal);
    for (;;) {
      const looked = await this.hooks.look(signal).catch(() => null);
      signal.throwIfAborted();
      this.looked = looked ?? this.looked;
      if (looked?.turn === null) return connection.endNow("over");
      await this.environment.sleep(LOOK_AGAIN_MS, signal);
    }
  }

  private stopLooking(held: AbortController): void {
    if (held.signal.aborted) return;
    held.abort(new Error("it speaks"));
    if (this.looked) this.hooks.looked(true);
    this.looked = null;
  }

  /** The stream is lost, and more of the turn was seen than it had said. */
  private goOnFromLook(): void {
    const turn = this.looked?.turn;
    if (!turn) return;
    this.cursor = turn;
    this.hooks.looked(false);
  }

  /** A server ends a stream whose secret has run out, and asks to be asked again. */
  private atEnd(decoder: SSEDecoder): void {
    if (decoder.retryMs !== null) throw new ConnectionLost("the stream is to be continued");
    if (decoder.lastComment === "title pending") this.hooks.onTitlePending();
  }

  private isNew(id: string | null): boolean {
    const numbered = parseEventId(id);
    if (numbered === null) return true;
    if (this.cursor?.turnId === numbered.turnId && numbered.seq <= this.cursor.seq) return false;
    this.cursor = numbered;
    this.hooks.onTurn(numbered.turnId, numbered.seq);
    return true;
  }
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
