/** The person's threads: listed as one scrolls, renamed, deleted with a moment to think again. */
import type { Thread } from "../protocol/types";
import type { Api } from "./api";
import type { ThreadSummary } from "./contract";
import type { Environment } from "./environment";
import type { Emit } from "./events";
import type { Store } from "./store";
import type { TabNews } from "./tabs";

const PAGE = 30;
const UNDO_MS = 6_000;

interface ThreadPage {
  data: Thread[];
  has_more?: boolean;
  after?: string | null;
}

export class History {
  private cursor: string | null = null;
  private undo: AbortController | null = null;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly environment: Environment,
    private readonly openThread: (threadId: string | null) => Promise<void>,
    private readonly emit: Emit,
    private readonly tellTabs: (news: TabNews) => void,
  ) {
    // A deletion that waits for its undoing is not forgotten with the page.
    environment.onLeaving(() => void this.finishDelete().catch(() => undefined));
  }

  async show(): Promise<void> {
    if (!this.store.get().history.isOpen) {
      this.store.patch("history", { isOpen: true, threads: [], hasMore: true });
      this.cursor = null;
      this.emit("chatkit.history.open");
    }
    await this.loadMore();
  }

  hide(): void {
    if (!this.store.get().history.isOpen) return;
    this.store.patch("history", { isOpen: false });
    this.emit("chatkit.history.close");
  }

  async loadMore(): Promise<void> {
    const { isLoading, hasMore } = this.store.get().history;
    if (isLoading || !hasMore) return;
    this.store.patch("history", { isLoading: true, error: null });
    try {
      const page = await this.api.call<ThreadPage>({
        type: "threads.list",
        params: { limit: PAGE, order: "desc", ...(this.cursor && { after: this.cursor }) },
      });
      this.take(page);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.store.patch("history", { error: message });
    } finally {
      this.store.patch("history", { isLoading: false });
    }
  }

  async rename(threadId: string, title: string): Promise<void> {
    const before = this.store.get();
    this.retitle(threadId, title);
    try {
      await this.api.call({ type: "threads.update", params: { thread_id: threadId, title } });
    } catch (error) {
      this.store.set({ history: before.history, thread: before.thread });
      throw error;
    }
    this.tellTabs({ threadId, title });
  }

  /** Shows what another tab did to a thread. */
  async heard({ threadId, title, isDeleted }: TabNews): Promise<void> {
    if (title !== undefined) this.retitle(threadId, title);
    if (!isDeleted) return;
    const { history, thread } = this.store.get();
    this.store.patch("history", { threads: history.threads.filter((known) => known.id !== threadId) });
    if (thread.id === threadId) await this.openThread(null);
  }

  /** Shows the title that the server is making for a thread, once it is there. */
  async awaitTitle(threadId: string): Promise<void> {
    const params = { thread_id: threadId };
    const request = { type: "threads.get_by_id", params, metadata: { "chatkit.title": true } };
    const { title } = await this.api.call<Thread>(request);
    if (title) this.retitle(threadId, title);
  }

  /** Takes the thread off the list; it is deleted when the moment for `undoDelete` is over. */
  async delete(threadId: string): Promise<void> {
    await this.finishDelete();
    const { history, thread } = this.store.get();
    const summary = history.threads.find((known) => known.id === threadId);
    if (!summary) return;
    this.store.patch("history", {
      threads: history.threads.filter((known) => known !== summary),
      pendingDelete: summary,
    });
    if (thread.id === threadId) await this.openThread(null);
    this.undo = new AbortController();
    try {
      await this.environment.sleep(UNDO_MS, this.undo.signal);
    } catch {
      return; // undone, or finished early
    }
    await this.finishDelete();
  }

  undoDelete(): void {
    const { history } = this.store.get();
    const summary = history.pendingDelete;
    if (!summary) return;
    this.store.patch("history", {
      pendingDelete: null,
      threads: newestFirst([...history.threads, summary]),
    });
    this.undo?.abort(new Error("undone"));
  }

  private async finishDelete(): Promise<void> {
    const summary = this.store.get().history.pendingDelete;
    if (!summary) return;
    this.store.patch("history", { pendingDelete: null });
    this.undo?.abort(new Error("finished"));
    // Not when it is answered: by then this page may be gone.
    this.tellTabs({ threadId: summary.id, isDeleted: true });
    try {
      await this.api.call({ type: "threads.delete", params: { thread_id: summary.id } });
    } catch (error) {
      const { threads } = this.store.get().history;
      this.store.patch("history", { threads: newestFirst([...threads, summary]) });
      throw error;
    }
  }

  private take(page: ThreadPage): void {
    const { threads } = this.store.get().history;
    const known = new Set(threads.map((thread) => thread.id));
    const fresh = page.data.filter((thread) => !known.has(thread.id)).map(summarised);
    this.cursor = page.after ?? page.data.at(-1)?.id ?? null;
    this.store.patch("history", {
      threads: [...threads, ...fresh],
      hasMore: page.has_more ?? false,
    });
  }

  private retitle(threadId: string, title: string): void {
    const { history, thread } = this.store.get();
    const threads = history.threads.map((known) =>
      known.id === threadId ? { ...known, title } : known,
    );
    this.store.patch("history", { threads });
    if (thread.id === threadId) this.store.patch("thread", { title });
  }
}

function summarised(thread: Thread): ThreadSummary {
  return { id: thread.id, title: thread.title ?? null, createdAt: thread.created_at };
}

function newestFirst(threads: ThreadSummary[]): ThreadSummary[] {
  return threads.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}
