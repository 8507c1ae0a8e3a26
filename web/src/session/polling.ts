/**
 * Looks at a thread whose stream does not come through, as behind a proxy that holds whole answers
 * back: what is unfinished grows there too. What was looked up is taken back when the stream speaks.
 */
import type { Thread, ThreadItem, UserMessageItem } from "../protocol/types";
import type { RunningTurn } from "./answer";
import type { Api } from "./api";
import type { ThreadState } from "./contract";
import type { Store } from "./store";

/** A thread as it stands, and the turn that runs on it. */
export interface ThreadReading {
  readonly thread: Partial<ThreadState> & { readonly items: readonly ThreadItem[] };
  readonly turn: RunningTurn | null;
}

export type ReadThread = (threadId: string, signal: AbortSignal) => Promise<ThreadReading>;

export interface Looked {
  readonly threadId: string;
  /** How far the turn is; null when it is over. */
  readonly turn: RunningTurn | null;
}

export class Polling {
  private before: readonly ThreadItem[] | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly read: ReadThread,
  ) {}

  /** Shows how far the answer is; null while nothing can be said of it. */
  async look(threadId: string | null, sent: UserMessageItem | null, signal: AbortSignal): Promise<Looked | null> {
    const id = threadId ?? (sent && (await this.newestThread(signal)));
    if (id === null) return null;
    const { thread, turn } = await this.read(id, signal);
    signal.throwIfAborted();
    const shown = this.before ?? this.store.get().thread.items;
    const known = new Set(shown.map((item) => item.id));
    const isHere = sent === null || thread.items.some((item) => !known.has(item.id) && isSame(item, sent));
    // Another thread, or a server that does not say which turn runs: the stream will tell.
    if ((threadId === null && !isHere) || (turn === null && this.before === null)) return null;
    this.before = shown;
    const items = isHere ? thread.items : [...thread.items, sent];
    this.store.patch("thread", { ...thread, id, items });
    return { threadId: id, turn };
  }

  /** What was there before the first look, so that the stream's events fit. */
  takeBack(): void {
    if (this.before) this.store.patch("thread", { items: this.before });
    this.before = null;
  }

  /** What was looked up is what there is: a new stream goes on from there. */
  keep(): void {
    this.before = null;
  }

  private async newestThread(signal: AbortSignal): Promise<string | null> {
    const page = await this.api.call<{ data: Thread[] }>({ type: "threads.list", params: { limit: 1, order: "desc" } }, signal);
    return page.data[0]?.id ?? null;
  }
}

function isSame(item: ThreadItem, sent: UserMessageItem): boolean {
  return item.type === "user_message" && JSON.stringify(textOf(item)) === JSON.stringify(textOf(sent));
}

function textOf(item: UserMessageItem): string[] {
  return item.content.map((part) => part.text);
}
