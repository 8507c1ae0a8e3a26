/** The session: every part of the host realm's state and the one surface that views use. */
import { type ChatKitOptions, type Command, type CommandSelection, type Entity, isHosted } from "../element/options";
import type { UserMessageContent } from "../protocol/unions";
import { Actions } from "./actions";
import { Api, type ApiSettings } from "./api";
import { Conversation } from "./conversation";
import type { DraftState, Session, SessionState, ThreadState, WidgetAction } from "./contract";
import { Dictation } from "./dictation";
import { Drafts, chosenModel, hasContent, isReady } from "./drafts";
import type { Environment } from "./environment";
import { type Emit, type Log, nameOf } from "./events";
import { dropAfter } from "./fold";
import { History } from "./history";
import { type OutgoingMessage, inputOf, provisionalMessage, sendingRequest } from "./outgoing";
import { PageOptions } from "./page_options";
import { EMPTY_DRAFT, Store } from "./store";
import { type TabNews, Tabs } from "./tabs";
import { Threads } from "./threads";
import { Uploads } from "./uploads";

export class ChatSession implements Session {
  private readonly store: Store;
  private readonly api: Api;
  private readonly conversation: Conversation;
  private readonly threads: Threads;
  private readonly history: History;
  private readonly pageOptions: PageOptions;
  private readonly drafts: Drafts;
  private readonly uploads: Uploads;
  private readonly dictation: Dictation;
  private readonly actions: Actions;
  private readonly tabs: Tabs;
  /** Another tab spoke on this thread while this one was busy. */
  private isBehind = false;

  constructor(
    options: ChatKitOptions,
    settings: () => ApiSettings,
    private readonly environment: Environment,
    private readonly emit: Emit,
  ) {
    this.store = new Store(options);
    this.pageOptions = new PageOptions(options, this.store);
    this.api = new Api(settings, environment, (secret) => {
      void this.pageOptions.learn(secret, settings().hostedUrl, this.api, environment);
    });
    this.tabs = new Tabs((news) => this.heard(news));
    this.conversation = new Conversation(this.store, this.api, environment, emit, {
      onTurnBegun: (threadId) => this.tabs.tell({ threadId }),
      onEnded: () => this.catchUp(),
      // A title that nobody made, or that was lost on its way, is no fault to tell of.
      onTitlePending: (threadId) => void this.history.awaitTitle(threadId).catch(() => undefined),
      readThread: (threadId, signal) => this.threads.read(threadId, signal),
      reload: () => this.threads.refresh(),
    });
    this.threads = new Threads(this.store, this.api, this.conversation, emit);
    this.history = new History(this.store, this.api, environment, (threadId) => this.openThread(threadId), emit, (news) => this.tabs.tell(news));
    this.drafts = new Drafts(this.store, environment, `chatkit.drafts:${isHosted(options.api) ? "" : options.api.url}`);
    this.uploads = new Uploads(this.store, this.drafts, this.api, environment, this.log);
    this.dictation = new Dictation(this.drafts, this.api);
    this.actions = new Actions(this.store, this.api, this.conversation);
    this.tellToolChanges();
  }

  getState = (): SessionState => this.store.get();
  subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);

  /** New options leave the thread and the draft alone. */
  setOptions = (options: ChatKitOptions): void => this.pageOptions.set(options);

  /** Asks the page for a client secret before anything is sent: it says what may be shown. */
  prepare = (): void => this.api.prepare();

  /** The element is on no page: nobody listens, and nothing is recorded. */
  rest(): void {
    this.tabs.close();
    this.dictation.cancel().catch(() => undefined);
  }

  /** The element is on a page again. */
  wake(): void {
    this.tabs.open();
  }

  close(): void {
    this.rest();
    this.conversation.leave();
  }

  /** Sends the draft. */
  async send(): Promise<void> {
    const { draft, thread } = this.store.get();
    if (!hasContent(draft) || !isReady(draft)) return;
    const attachments = draft.attachments.flatMap((file) => file.attachment ?? []);
    const { content, quotedText, toolId } = draft;
    this.assertIdle();
    this.drafts.clear();
    try {
      await this.sendMessage({ content, quotedText, toolId, attachments });
    } catch (error) {
      this.giveBack(draft, thread);
      throw error;
    }
  }

  /** Sends what the page has prepared, with the chosen tool; what is being written stays. */
  async sendPrompt(content: readonly UserMessageContent[]): Promise<void> {
    const { draft, thread } = this.store.get();
    this.assertIdle();
    this.drafts.spendTool();
    try {
      await this.sendMessage({ content, toolId: draft.toolId });
    } catch (error) {
      this.giveBack({ ...EMPTY_DRAFT, content, toolId: draft.toolId, modelId: draft.modelId }, thread);
      throw error;
    }
  }

  /** Sends a message that is not the draft. Resolves when the response has ended. */
  async sendMessage(message: OutgoingMessage): Promise<void> {
    this.assertIdle();
    await this.threads.loaded();
    this.assertIdle();
    const { thread, options, draft } = this.store.get();
    const modelId = message.modelId ?? chosenModel(options.composer?.models, draft.modelId)?.id ?? draft.modelId;
    const input = inputOf({ ...message, modelId });
    if (input.content.length + input.attachments.length === 0) throw new Error("there is nothing to send");
    const provisional = provisionalMessage(message, input, {
      id: `local_${this.environment.newId()}`,
      threadId: thread.id,
      now: this.environment.now(),
    });
    const request = sendingRequest(thread.id, input);
    this.countSent();
    await this.conversation.respond({ request, threadId: thread.id, provisional }).catch((error: unknown) => this.threads.refused(error));
  }

  stop = (): Promise<void> => this.conversation.stop();

  async retry(userMessageId: string): Promise<void> {
    const { thread } = this.store.get();
    if (thread.id === null) return;
    this.assertIdle();
    this.store.patch("thread", { items: dropAfter(thread.items, userMessageId) });
    const params = { thread_id: thread.id, item_id: userMessageId };
    const request = { type: "threads.retry_after_item", params };
    this.countSent();
    await this.conversation.respond({ request, threadId: thread.id });
  }

  async answerQuestions(
    itemId: string,
    answers: Record<string, { values: string[]; skipped: boolean }>,
    status: "answered" | "skipped",
  ): Promise<void> {
    const { id } = this.store.get().thread;
    if (id === null) return;
    const params = { thread_id: id, item_id: itemId, input: { status, answers } };
    const request = { type: "threads.add_structured_input", params };
    await this.conversation.respond({ request, threadId: id });
  }

  async giveFeedback(itemIds: readonly string[], kind: "positive" | "negative"): Promise<void> {
    const { thread, feedback } = this.store.get();
    if (thread.id === null) return;
    this.store.set({ feedback: { ...feedback, ...Object.fromEntries(itemIds.map((id) => [id, kind])) } });
    try {
      const params = { thread_id: thread.id, item_ids: itemIds, kind };
      await this.api.call({ type: "items.feedback", params });
    } catch (error) {
      this.store.set({ feedback });
      throw error;
    }
  }

  act = (itemId: string, action: WidgetAction, source: string | null): Promise<void> =>
    this.actions.act(itemId, action, source);
  sendCustomAction = (action: WidgetAction, itemId: string | null): Promise<void> =>
    this.actions.act(itemId, action, null);

  async openThread(threadId: string | null): Promise<void> {
    const from = this.store.get().thread.id;
    if (from !== threadId) {
      this.finishDictation();
      this.drafts.switch(from, threadId);
    }
    await this.threads.open(threadId);
  }

  reload = (): Promise<void> => this.threads.refresh();
  loadOlder = (): Promise<void> => this.threads.loadOlder();

  showHistory = (): Promise<void> => this.history.show();
  hideHistory = (): Promise<void> => Promise.resolve(this.history.hide());
  loadMoreThreads = (): Promise<void> => this.history.loadMore();
  renameThread = (threadId: string, title: string): Promise<void> => this.history.rename(threadId, title);
  deleteThread = (threadId: string): Promise<void> => this.history.delete(threadId);
  undoDelete = (): void => this.history.undoDelete();

  editDraft = (change: Partial<DraftState>): void => this.drafts.edit(change);

  addFiles = (files: readonly File[]): void => this.uploads.add(files);
  removeAttachment = (key: string): Promise<void> => this.uploads.remove(key);
  retryUpload = (key: string): void => this.uploads.retry(key);
  startDictation = (): Promise<void> => this.dictation.start();
  stopDictation = (): Promise<void> => this.dictation.stop();
  cancelDictation = (): Promise<void> => this.dictation.cancel();

  /** What was said so far goes into the draft that it was said for. */
  private finishDictation(): void {
    this.dictation.stop().catch((error: unknown) => this.log("dictation.failed", { name: nameOf(error) }));
  }

  dismissAnnouncement(key: string): void {
    const { announcements } = this.store.get();
    this.store.set({ announcements: announcements.filter((known) => known.key !== key) });
  }

  async searchTags(query: string): Promise<readonly Entity[]> {
    return (await this.store.get().options.entities?.onTagSearch?.(query)) ?? [];
  }

  async searchCommands(query: string): Promise<readonly Command[]> {
    return (await this.store.get().options.commands?.onSearch?.(query)) ?? [];
  }

  async selectCommand(command: Command): Promise<CommandSelection | undefined> {
    return this.store.get().options.commands?.onSelect?.(command);
  }

  clickEntity(entity: Entity): void {
    this.store.get().options.entities?.onClick?.(entity);
  }

  async previewEntity(entity: Entity): Promise<unknown> {
    const found = await this.store.get().options.entities?.onRequestPreview?.(entity);
    return found?.preview ?? null;
  }

  /** True when the link is one of the page's own: it gets an event, and nobody navigates. */
  followDeeplink(url: string): boolean {
    const match = /^chatkit-link:\/\/([^?#]*)\??([^#]*)/i.exec(url);
    if (!match) return false;
    const data = Object.fromEntries(new URLSearchParams(match[2] ?? ""));
    this.emit("chatkit.deeplink", { name: decodeURIComponent(match[1] ?? ""), data });
    return true;
  }

  reportError(error: Error): void {
    this.emit("chatkit.error", { error });
  }

  readonly log: Log = (name, data) => this.emit("chatkit.log", data === undefined ? { name } : { name, data });

  /** Also when sending or another thread's draft changes the tool. */
  private tellToolChanges(): void {
    let { toolId } = this.store.get().draft;
    this.store.subscribe(() => {
      const { draft } = this.store.get();
      if (draft.toolId === toolId) return;
      toolId = draft.toolId;
      this.emit("chatkit.tool.change", { toolId });
    });
  }

  private countSent(): void {
    this.store.set({ sent: this.store.get().sent + 1 });
  }

  private assertIdle(): void {
    if (this.conversation.isBusy) throw new Error("a response is under way");
  }

  /** A message that could not be sent is not lost: it is in the composer of its thread again. */
  private giveBack(draft: DraftState, before: ThreadState): void {
    const { thread } = this.store.get();
    const known = new Set(before.items.map((item) => item.id));
    const wasKept = thread.items.some((item) => item.type === "user_message" && !known.has(item.id));
    if (!wasKept) this.drafts.giveBack(before.id, draft);
  }

  /** What another tab did. A turn that began is shown now, or when the response of this tab has ended. */
  private heard(news: TabNews): void {
    if (news.title !== undefined || news.isDeleted) return void this.history.heard(news).catch(() => undefined);
    if (this.store.get().thread.id !== news.threadId) return;
    this.isBehind = this.conversation.isBusy;
    if (!this.isBehind) void this.reload().catch(() => undefined);
  }

  private catchUp(): void {
    if (!this.isBehind) return;
    this.isBehind = false;
    void this.reload().catch(() => undefined);
  }
}
