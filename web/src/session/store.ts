/** The session's state: replaced as a whole, told once for each change. */
import type { ChatKitOptions } from "../element/options";
import type { DraftState, ResponseState, SessionState, ThreadState } from "./contract";

export const NEW_THREAD: ThreadState = {
  id: null,
  title: null,
  status: { type: "active" },
  allowedImageDomains: null,
  items: [],
  hasOlder: false,
  isLoading: false,
  isLoadingOlder: false,
  loadError: null,
};

export const IDLE: ResponseState = {
  phase: "idle",
  canStop: false,
  isStopping: false,
  progress: null,
  connection: "ok",
  openItemIds: new Set(),
};

export const EMPTY_DRAFT: DraftState = {
  content: [],
  quotedText: "",
  attachments: [],
  toolId: null,
  modelId: null,
  dictation: "off",
};

export class Store {
  private state: SessionState;
  private readonly listeners = new Set<() => void>();

  constructor(options: ChatKitOptions) {
    this.state = {
      options,
      thread: NEW_THREAD,
      response: IDLE,
      announcements: [],
      sent: 0,
      history: {
        isOpen: false,
        threads: [],
        hasMore: false,
        isLoading: false,
        error: null,
        pendingDelete: null,
      },
      draft: EMPTY_DRAFT,
      feedback: {},
      runningActions: {},
    };
  }

  get(): SessionState {
    return this.state;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  set(change: Partial<SessionState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }

  /** Changes fields of one part; the other parts stay the same objects. */
  patch<Part extends "thread" | "response" | "history" | "draft">(
    part: Part,
    change: Partial<SessionState[Part]>,
  ): void {
    this.set({ [part]: { ...this.state[part], ...change } });
  }
}
