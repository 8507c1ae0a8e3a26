/**
 * What the host realm keeps and the frame shows: the one contract between `session/` and `view/`.
 *
 * State is immutable and replaced as a whole; a part that did not change stays the same object, so
 * that a view compares by identity. The session never touches the DOM, the view never the network.
 */
import type {
  Attachment,
  ErrorEvent,
  NoticeEvent,
  ProgressUpdateEvent,
  ThreadItem,
} from "../protocol/types";
import type { ThreadStatus, UserMessageContent } from "../protocol/unions";
import type { Log } from "./events";
import type { ChatKitOptions, Command, CommandSelection, Entity } from "../element/options";

/** The thread on screen. `id` is null for a new chat that has no message yet. */
export interface ThreadState {
  readonly id: string | null;
  readonly title: string | null;
  readonly status: ThreadStatus;
  readonly allowedImageDomains: readonly string[] | null;
  /** Oldest first; hidden items never reach a client. */
  readonly items: readonly ThreadItem[];
  /** Older items that are not loaded yet: load them with `loadOlder`. */
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  readonly isLoadingOlder: boolean;
  /** Set when loading failed; `reload` tries again. */
  readonly loadError: string | null;
}

/** The answer under way. Busy from sending until the stream, and a client tool after it, ended. */
export interface ResponseState {
  readonly phase: "idle" | "waiting" | "streaming" | "client_tool";
  readonly canStop: boolean;
  readonly isStopping: boolean;
  readonly progress: ProgressUpdateEvent | null;
  /** "offline" while a lost stream is being found again. */
  readonly connection: "ok" | "reconnecting";
  /** Items of the turn under way, by id: what still grows. */
  readonly openItemIds: ReadonlySet<string>;
}

/** A notice or an error below the conversation; not persisted. */
export type Announcement =
  | { readonly key: string; readonly kind: "notice"; readonly notice: NoticeEvent }
  | { readonly key: string; readonly kind: "error"; readonly error: ErrorEvent };

export interface ThreadSummary {
  readonly id: string;
  readonly title: string | null;
  readonly createdAt: string;
}

export interface HistoryState {
  readonly isOpen: boolean;
  readonly threads: readonly ThreadSummary[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: string | null;
  /** Deleted a moment ago; `undoDelete` brings it back, time makes it final. */
  readonly pendingDelete: ThreadSummary | null;
}

/** An attachment of the draft, from picked to uploaded. `progress` runs from 0 to 1. */
export interface DraftAttachment {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly mimeType: string;
  readonly state: "uploading" | "ready" | "failed";
  readonly progress: number;
  readonly attachment: Attachment | null;
  readonly previewUrl: string | null;
  /** What was picked, to show it; null for a file that came as an attachment. */
  readonly file: File | null;
  readonly error: AttachmentProblem | null;
}

/** Why a file is not attached, as a string key of `locales/`, with its values. */
export interface AttachmentProblem {
  readonly key: "attachment.tooMany" | "attachment.wrongType" | "attachment.tooLarge" | "attachment.failed";
  readonly values: Readonly<Record<string, string | number>>;
  /** Largest size in bytes, where a limit of the options was the reason. */
  readonly limit?: number;
  /** Extensions or types that would do. */
  readonly accept?: readonly string[];
  /** Whether `retryUpload` may help: such a file keeps the message from being sent. */
  readonly mayRetry?: boolean;
}

/** What is being written; kept for each thread in the host realm, so a reloaded frame finds it. */
export interface DraftState {
  readonly content: readonly UserMessageContent[];
  readonly quotedText: string;
  readonly attachments: readonly DraftAttachment[];
  readonly toolId: string | null;
  readonly modelId: string | null;
  readonly dictation: "off" | "recording" | "transcribing";
}

export interface SessionState {
  readonly options: ChatKitOptions;
  readonly thread: ThreadState;
  readonly response: ResponseState;
  readonly announcements: readonly Announcement[];
  /** Counts what was sent from here, and what was asked again: a view goes to the end for each. */
  readonly sent: number;
  readonly history: HistoryState;
  readonly draft: DraftState;
  /** Feedback given in this session, by item id. */
  readonly feedback: Readonly<Record<string, "positive" | "negative">>;
  /** Widgets whose action is under way, by item id: what is inert meanwhile. */
  readonly runningActions: Readonly<Record<string, RunningAction>>;
}

export interface RunningAction {
  readonly scope: "self" | "container" | "none";
  /** The component that fired it, by its path in the widget's tree, such as "children.0". */
  readonly source: string | null;
}

export interface WidgetAction {
  readonly type: string;
  readonly payload?: unknown;
  readonly handler?: "client" | "server";
  readonly loadingBehavior?: "auto" | "none" | "self" | "container";
  readonly streaming?: boolean;
}

/** What a view may ask for. Promises settle when the work is done, and reject with an Error. */
export interface Session {
  getState(): SessionState;
  /** Calls back after each change; the returned function ends it. */
  subscribe(listener: () => void): () => void;

  /** Sends the draft. */
  send(): Promise<void>;
  /** Sends a message that the page has prepared; the draft stays. */
  sendPrompt(content: readonly UserMessageContent[]): Promise<void>;
  stop(): Promise<void>;
  retry(userMessageId: string): Promise<void>;
  answerQuestions(
    itemId: string,
    answers: Record<string, { values: string[]; skipped: boolean }>,
    status: "answered" | "skipped",
  ): Promise<void>;
  giveFeedback(itemIds: readonly string[], kind: "positive" | "negative"): Promise<void>;
  act(itemId: string, action: WidgetAction, source: string | null): Promise<void>;

  openThread(threadId: string | null): Promise<void>;
  reload(): Promise<void>;
  loadOlder(): Promise<void>;
  showHistory(): Promise<void>;
  hideHistory(): Promise<void>;
  loadMoreThreads(): Promise<void>;
  renameThread(threadId: string, title: string): Promise<void>;
  deleteThread(threadId: string): Promise<void>;
  undoDelete(): void;

  editDraft(change: Partial<Pick<DraftState, "content" | "quotedText" | "toolId" | "modelId">>): void;
  addFiles(files: readonly File[]): void;
  removeAttachment(key: string): Promise<void>;
  retryUpload(key: string): void;
  startDictation(): Promise<void>;
  /** Ends the recording; resolves when its text is in the draft. */
  stopDictation(): Promise<void>;
  /** Ends the recording and forgets it. */
  cancelDictation(): Promise<void>;
  dismissAnnouncement(key: string): void;

  searchTags(query: string): Promise<readonly Entity[]>;
  searchCommands(query: string): Promise<readonly Command[]>;
  /** What the page makes of a command: a mention, a further menu, or nothing to show. */
  selectCommand(command: Command): Promise<CommandSelection | undefined>;
  clickEntity(entity: Entity): void;
  previewEntity(entity: Entity): Promise<unknown>;
  followDeeplink(url: string): boolean;
  /** Tells the page of a mistake of its own, as `chatkit.error`. */
  reportError(error: Error): void;
  readonly log: Log;
}
