/**
 * One response at a time: sends, follows the stream, runs client tools, stops.
 *
 * `response.start` and `response.end` come in pairs, once for each response, also when it fails;
 * a client tool and the stream after it belong to the same response.
 */
import type { ClientToolCallItem, ThreadItem, ThreadStreamEvent, UserMessageItem } from "../protocol/types";
import { type Api, ApiError } from "./api";
import { Answer, type Cursor, type RunningTurn, announced, attachRequest } from "./answer";
import type { ResponseState } from "./contract";
import type { Environment } from "./environment";
import { type Emit, StreamError } from "./events";
import { applyEvent, upsert } from "./fold";
import { type Looked, Polling, type ReadThread } from "./polling";
import { IDLE, type Store } from "./store";

class Stopped extends Error {}

interface Response {
  threadId: string | null;
  turn: Cursor | null;
  readonly abort: AbortController;
  /** The person looks at another thread: the stream is followed, and not shown. */
  detached: boolean;
}

export interface Start {
  readonly request: object;
  /** The thread it belongs to; null for a new one. */
  readonly threadId: string | null;
  /** Where to go on in a turn that runs already. */
  readonly from?: RunningTurn;
  /** A message shown before the server has confirmed it. */
  readonly provisional?: UserMessageItem;
}

/** What a conversation needs of the threads and tabs around it. */
export interface ConversationLinks {
  /** Other tabs are told. */
  onTurnBegun(threadId: string): void;
  /** No response is under way any more. */
  onEnded(): void;
  /** The answer is whole; its thread's title is still being made. */
  onTitlePending(threadId: string): void;
  readonly readThread: ReadThread;
  /** Reads the thread on screen again: the turn's events are no longer to be had. */
  reload(): Promise<void>;
}

export class Conversation {
  private current: Response | null = null;
  private serverResumes = false;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly environment: Environment,
    private readonly emit: Emit,
    private readonly links: ConversationLinks,
  ) {}

  get isBusy(): boolean {
    return this.current !== null && !this.current.detached;
  }

  /** Follows a response to its end. Rejects when it could not be begun or was lost. */
  async respond(start: Start): Promise<void> {
    if (this.isBusy) throw new Error("a response is under way");
    const response: Response = {
      threadId: start.threadId,
      turn: start.from ?? null,
      abort: new AbortController(),
      detached: false,
    };
    this.current = response;
    this.emit("chatkit.response.start");
    this.store.set({ announcements: [], response: { ...IDLE, phase: "waiting", canStop: start.from?.canStop ?? false } });
    if (start.provisional) this.show(upsert(this.store.get().thread.items, start.provisional));
    let isGone = false;
    try {
      await this.follow(response, start);
    } catch (error) {
      isGone = response.turn !== null && isGoneTurn(error);
      if (!isGone) this.dropProvisional(start);
      if (!isGone && !(error instanceof Stopped)) throw this.failed(response, error);
    } finally {
      this.end(response);
    }
    if (isGone && !response.detached) await this.links.reload();
  }

  /** Goes on with a turn that is running on the thread on screen. */
  attach(threadId: string, from: RunningTurn): Promise<void> {
    const request = attachRequest(from.turnId, from.seq);
    return this.respond({ request, threadId, from });
  }

  /** Ends the response; what was said so far stays. */
  async stop(): Promise<void> {
    const response = this.current;
    if (!response || response.detached) return;
    this.store.patch("response", { isStopping: true });
    if (response.turn === null) return response.abort.abort(new Stopped());
    const body = { type: "turns.stop", params: { turn_id: response.turn.turnId } };
    try {
      await this.api.call(body);
    } catch {
      // Leaving the stream is all that is left to do; the server's limits end the turn.
      response.abort.abort(new Stopped());
    }
  }

  /** The person goes to another thread. A turn that can be found again is left alone. */
  leave(): void {
    const response = this.current;
    if (!response) return;
    response.detached = true;
    this.current = null;
    if (response.turn !== null) response.abort.abort(new Stopped());
    this.emit("chatkit.response.end");
    this.store.set({ response: IDLE });
  }

  private async follow(response: Response, start: Start): Promise<void> {
    const polling = new Polling(this.store, this.api, this.links.readThread);
    const answer = new Answer(
      this.api,
      this.environment,
      {
        onTurn: (turnId, seq) => {
          this.serverResumes = true;
          if (response.turn === null && response.threadId) this.links.onTurnBegun(response.threadId);
          response.turn = { turnId, seq };
        },
        onConnection: (connection) => {
          if (!response.detached) this.store.patch("response", { connection });
        },
        look: (signal) => this.look(polling, response, start, signal),
        looked: (speaks) => (speaks ? polling.takeBack() : polling.keep()),
        onTitlePending: () => {
          if (response.threadId) this.links.onTitlePending(response.threadId);
        },
      },
      response.abort.signal,
      this.serverResumes,
    );
    const request = start.from
      ? start.request
      : announced(start.request, this.environment.newId());
    for await (const event of answer.events(request, start.from ?? null)) {
      if (!response.detached) this.take(response, start, event);
    }
    const call = response.detached ? null : pendingCall(this.store.get().thread.items);
    if (call) await this.runTool(response, call);
  }

  /** Looks at the thread while the stream is held back somewhere. */
  private async look(polling: Polling, response: Response, start: Start, signal: AbortSignal): Promise<Looked | null> {
    const looked = await polling.look(response.threadId, start.provisional ?? null, signal);
    if (!looked || response.detached) return null;
    if (response.threadId === null) this.enter(response, looked.threadId);
    response.turn = looked.turn ?? response.turn;
    this.serverResumes = true;
    this.store.patch("response", { phase: "streaming", canStop: looked.turn?.canStop ?? true });
    return looked;
  }

  /** The thread that the server has made for the first message. */
  private enter(response: Response, threadId: string): void {
    response.threadId = threadId;
    this.emit("chatkit.thread.change", { threadId });
    this.links.onTurnBegun(threadId);
  }

  private async runTool(response: Response, call: ClientToolCallItem): Promise<void> {
    const { onClientTool } = this.store.get().options;
    this.store.patch("response", { phase: "client_tool" });
    let result: unknown;
    try {
      if (!onClientTool) throw new Error(`no handler for the client tool ${call.name}`);
      const given: unknown = await onClientTool({ name: call.name, params: call.arguments });
      result = given ?? {}; // `result` is required on the wire
    } catch (error) {
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    if (response.detached || !response.threadId) return;
    this.complete(call, result);
    response.turn = null;
    const request = {
      type: "threads.add_client_tool_output",
      params: { thread_id: response.threadId, result },
    };
    await this.follow(response, { request, threadId: response.threadId });
  }

  private complete(call: ClientToolCallItem, output: unknown): void {
    const done = { ...call, status: "completed" as const, output } as ThreadItem;
    this.show(upsert(this.store.get().thread.items, done));
  }

  private take(response: Response, start: Start, event: ThreadStreamEvent): void {
    switch (event.type) {
      case "thread.created":
        this.store.patch("thread", { id: event.thread.id, ...described(event.thread) });
        if (response.threadId !== event.thread.id) this.enter(response, event.thread.id);
        return;
      case "thread.updated":
        return this.store.patch("thread", described(event.thread));
      case "stream_options":
        return this.store.patch("response", { canStop: event.stream_options.allow_cancel });
      case "progress_update":
        return this.store.patch("response", { progress: event });
      case "client_effect":
        return this.emit("chatkit.effect", { name: event.name, data: event.data ?? {} });
      case "error":
        this.emit("chatkit.error", { error: new StreamError(event.code ?? "custom") });
        return this.announce({ key: this.environment.newId(), kind: "error", error: event });
      case "notice":
        return this.announce({ key: this.environment.newId(), kind: "notice", notice: event });
      default:
        this.takeItem(start, event);
    }
  }

  private takeItem(start: Start, event: ThreadStreamEvent): void {
    const { thread, response } = this.store.get();
    let items = thread.items;
    if (event.type === "thread.item.done" && event.item.type === "user_message") {
      items = items.filter((item) => item !== start.provisional);
    }
    this.store.set({
      thread: { ...thread, items: applyEvent(items, event) },
      response: response.phase === "streaming" && !("item" in event) ? response : streaming(response, event),
    });
  }

  private announce(announcement: import("./contract").Announcement): void {
    this.store.set({ announcements: [...this.store.get().announcements, announcement] });
  }

  private show(items: readonly ThreadItem[]): void {
    this.store.patch("thread", { items });
  }

  private dropProvisional(start: Start): void {
    const { items } = this.store.get().thread;
    if (start.provisional && items.includes(start.provisional)) {
      this.show(items.filter((item) => item !== start.provisional));
    }
  }

  private failed(response: Response, error: unknown): unknown {
    if (response.detached) return error;
    const known = error instanceof Error ? error : new Error(String(error));
    this.emit("chatkit.error", { error: known });
    const final = known instanceof ApiError && known.status < 500 && known.status !== 429;
    this.announce({
      key: this.environment.newId(),
      kind: "error",
      error: { type: "error", code: "stream.error", allow_retry: !final },
    });
    return known;
  }

  private end(response: Response): void {
    if (this.current !== response) return;
    this.current = null;
    this.store.set({ response: IDLE });
    this.emit("chatkit.response.end");
    this.links.onEnded();
  }
}

/** The turn is not known any more, or its events are no longer kept. */
function isGoneTurn(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

function described(thread: import("../protocol/types").Thread) {
  return {
    title: thread.title ?? null,
    status: thread.status ?? ({ type: "active" } as const),
    allowedImageDomains: thread.allowed_image_domains ?? null,
  };
}

/** The response once the event has come: what shows for itself needs no word of progress. */
function streaming(response: ResponseState, event: ThreadStreamEvent): ResponseState {
  const openItemIds = new Set(response.openItemIds);
  if (event.type === "thread.item.added") openItemIds.add(event.item.id);
  if (event.type === "thread.item.done") openItemIds.delete(event.item.id);
  const shows = "item" in event && ["assistant_message", "widget"].includes(event.item.type);
  return { ...response, phase: "streaming", progress: shows ? null : response.progress, openItemIds };
}

/** The call that the stream ended with: only then is the page asked. */
function pendingCall(items: readonly ThreadItem[]): ClientToolCallItem | null {
  const last = items.findLast((item) => item.type !== "end_of_turn");
  return last?.type === "client_tool_call" && last.status !== "completed" ? last : null;
}
