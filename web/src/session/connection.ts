/** One connection: read until it ends, is left, or is dead though nobody said so. */
import { ConnectionLost } from "./api";
import type { Environment } from "./environment";

/** A resumable stream says that it lives every 15 s: after this much silence it is dead. */
const SILENCE_MS = 40_000;

export class Connection {
  /** Why it was ended from here; null while it is not. */
  end: ConnectionLost | "over" | null = null;
  private readonly controller = new AbortController();
  private reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  private isWatched = false;
  private heardAt: number;

  constructor(
    private readonly outer: AbortSignal,
    private readonly environment: Environment,
  ) {
    this.heardAt = environment.now();
    outer.addEventListener("abort", this.abort);
    if (outer.aborted) this.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The stream's bytes as they come. Throws when it is cut, or ended from here. */
  async *pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    this.reader = stream.getReader();
    for (;;) {
      const { done, value } = await this.reader.read();
      this.controller.signal.throwIfAborted();
      if (done) return;
      this.heardAt = this.environment.now();
      yield value;
    }
  }

  /** From now on it is dead after a silence, or when the network has become another. */
  watch(): void {
    if (this.isWatched) return;
    this.isWatched = true;
    this.silent().then(() => this.endNow(new ConnectionLost("the stream fell silent")), () => undefined);
    this.environment.reconnected(this.signal).then(() => this.endNow(new ConnectionLost("the network is another")), () => undefined);
  }

  endNow(end: ConnectionLost | "over"): void {
    this.end ??= end;
    this.close();
  }

  close(): void {
    this.outer.removeEventListener("abort", this.abort);
    this.controller.abort(new Error("left"));
    // A page's own fetch may know nothing of signals: then the stream is left all the same.
    this.reader?.cancel().catch(() => undefined);
  }

  private readonly abort = (): void => {
    this.controller.abort(this.outer.reason);
    this.reader?.cancel().catch(() => undefined);
  };

  private async silent(): Promise<void> {
    // By the clock: timers stand still while a laptop sleeps.
    for (let left = SILENCE_MS; left > 0; left = this.heardAt + SILENCE_MS - this.environment.now()) {
      await this.environment.sleep(left, this.signal);
    }
  }
}
