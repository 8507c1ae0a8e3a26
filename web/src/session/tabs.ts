/** Other tabs of the same page hear what happens to a thread, and show it too. */

/** A thread has another title, or is gone; without either, a turn began on it. */
export interface TabNews {
  readonly threadId: string;
  readonly title?: string;
  readonly isDeleted?: boolean;
}

export class Tabs {
  private channel: BroadcastChannel | null = null;

  constructor(private readonly heard: (news: TabNews) => void) {
    this.open();
  }

  /** Listens, unless it does already. */
  open(): void {
    if (this.channel || typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel("chatkit");
    this.channel.addEventListener("message", (event: MessageEvent<TabNews>) => this.heard(event.data));
  }

  tell(news: TabNews): void {
    this.channel?.postMessage(news);
  }

  /** A channel that is left open would keep the session alive for ever. */
  close(): void {
    this.channel?.close();
    this.channel = null;
  }
}
