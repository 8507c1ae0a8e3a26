/** The thread on screen: opened, read again, older items paged in as one scrolls up. */
import type { ThreadItem, ThreadResponse } from "../protocol/types";
import { type Api, ApiError } from "./api";
import type { RunningTurn } from "./answer";
import type { Conversation } from "./conversation";
import type { Emit } from "./events";
import type { ThreadReading } from "./polling";
import { NEW_THREAD, type Store } from "./store";

const NEWEST = 50;

interface ItemPage {
  data: ThreadItem[];
  has_more?: boolean;
  after?: string | null;
}

export class Threads {
  private opening: AbortController | null = null;
  private loading: Promise<void> = Promise.resolve();
  private olderCursor: string | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly conversation: Conversation,
    private readonly emit: Emit,
  ) {}

  /** Shows another thread, or a new chat for null. Resolves when it is loaded. */
  async open(threadId: string | null): Promise<void> {
    const { thread } = this.store.get();
    if (threadId === thread.id && threadId !== null) return this.loaded();
    this.conversation.leave();
    this.opening?.abort();
    this.olderCursor = null;
    this.store.set({
      thread: { ...NEW_THREAD, id: threadId, isLoading: threadId !== null },
      announcements: [],
    });
    if (threadId !== thread.id) this.emit("chatkit.thread.change", { threadId });
    this.loading = threadId === null ? Promise.resolve() : this.load(threadId);
    await this.loading;
  }

  /** Resolves when the thread on screen is here; one that could not be loaded is tried again. */
  async loaded(): Promise<void> {
    if (this.store.get().thread.loadError === null) return this.loading;
    await this.refresh();
  }

  /** Reads the thread on screen again, and goes on with its turn if one is running. */
  async refresh(): Promise<void> {
    const { id } = this.store.get().thread;
    if (id === null || this.conversation.isBusy) return;
    this.loading = this.load(id);
    await this.loading;
  }

  /** Looks whether the thread is still there after the server has refused something. Rejects with the refusal. */
  async refused(error: unknown): Promise<never> {
    if (error instanceof ApiError && error.status === 404) {
      // The thread says for itself that it could not be loaded.
      await this.refresh().catch(() => this.store.set({ announcements: [] }));
    }
    throw error;
  }

  /** The items before the oldest that is shown: a page, or more where pages come empty. */
  async loadOlder(): Promise<void> {
    const { thread } = this.store.get();
    if (!thread.id || !thread.hasOlder || thread.isLoadingOlder) return;
    this.store.patch("thread", { isLoadingOlder: true });
    try {
      let isFound = false;
      while (!isFound && this.store.get().thread.hasOlder) {
        const page = await this.page(thread.id, this.olderCursor);
        if (this.store.get().thread.id !== thread.id) return;
        isFound = this.takeOlder(page);
      }
    } finally {
      if (this.store.get().thread.id === thread.id) this.store.patch("thread", { isLoadingOlder: false });
    }
  }

  /** Whether the page had any item that was not here. */
  private takeOlder(page: ItemPage): boolean {
    const shown = this.store.get().thread.items;
    const known = new Set(shown.map((item) => item.id));
    const older = page.data.filter((item) => !known.has(item.id)).reverse();
    const before = this.olderCursor;
    this.turnPage(page);
    // A server that repeats itself would be asked for ever.
    const hasOlder = (page.has_more ?? false) && this.olderCursor !== before;
    this.store.patch("thread", { items: [...older, ...shown], hasOlder });
    return older.length > 0;
  }

  private async load(threadId: string): Promise<void> {
    const opening = new AbortController();
    this.opening = opening;
    this.emit("chatkit.thread.load.start", { threadId });
    try {
      const { thread, turn } = await this.read(threadId, opening.signal);
      if (opening.signal.aborted) return;
      this.store.patch("thread", thread);
      this.resume(threadId, turn);
    } catch (error) {
      if (opening.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.store.patch("thread", { isLoading: false, loadError: message });
      throw error;
    } finally {
      this.emit("chatkit.thread.load.end", { threadId });
    }
  }

  /** The thread as the server has it now. */
  async read(threadId: string, signal: AbortSignal): Promise<ThreadReading> {
    const params = { thread_id: threadId };
    const request = { type: "threads.get_by_id", params, metadata: { "chatkit.resume": true } };
    const thread = await this.api.call<ThreadResponse>(request, signal);
    const running = thread.active_turn;
    const turn = running ? { turnId: running.id, seq: running.seq, canStop: running.allow_cancel ?? true } : null;
    return { thread: await this.withNewest(thread, signal), turn };
  }

  /** The first page is the oldest; a long thread is shown from its end. */
  private async withNewest(
    thread: ThreadResponse,
    signal: AbortSignal,
  ): Promise<ThreadReading["thread"]> {
    const described = {
      title: thread.title ?? null,
      status: thread.status ?? ({ type: "active" } as const),
      allowedImageDomains: thread.allowed_image_domains ?? null,
      isLoading: false,
      loadError: null,
    };
    const first = thread.items;
    const rows = first.data ?? [];
    if (!first.has_more) return { ...described, items: rows, hasOlder: false };
    const newest = await this.page(thread.id, null, signal);
    const unfinished = rows.slice(rows.findLastIndex((item) => item.id === first.after) + 1);
    const open = new Set(unfinished.map((item) => item.id));
    const stored = newest.data.filter((item) => !open.has(item.id)).reverse();
    this.turnPage(newest);
    return {
      ...described,
      items: [...stored, ...unfinished],
      hasOlder: newest.has_more ?? false,
    };
  }

  private resume(threadId: string, turn: RunningTurn | null): void {
    if (!turn || this.conversation.isBusy) return;
    // Its failure is shown where it happens; nobody waits for this promise.
    this.conversation.attach(threadId, turn).catch(() => undefined);
  }

  private async page(
    threadId: string,
    after: string | null,
    signal?: AbortSignal,
  ): Promise<ItemPage> {
    const params = { thread_id: threadId, limit: NEWEST, order: "desc", ...(after && { after }) };
    return this.api.call<ItemPage>({ type: "items.list", params }, signal);
  }

  private turnPage(page: ItemPage): void {
    this.olderCursor = page.after ?? page.data.at(-1)?.id ?? null;
  }
}
