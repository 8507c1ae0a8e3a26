/** Other tabs of the same page hear that a turn began, and show it too. */

export class Tabs {
  private channel: BroadcastChannel | null = null;

  constructor(private readonly heard: (threadId: string) => void) {
    this.open();
  }

  /** Listens, unless it does already. */
  open(): void {
    if (this.channel || typeof BroadcastChannel === "undefined") return;
    this.channel = new BroadcastChannel("chatkit");
    this.channel.addEventListener("message", (event: MessageEvent<{ threadId?: string }>) => {
      if (typeof event.data.threadId === "string") this.heard(event.data.threadId);
    });
  }

  tell(threadId: string): void {
    this.channel?.postMessage({ threadId });
  }

  /** A channel that is left open would keep the session alive for ever. */
  close(): void {
    this.channel?.close();
    this.channel = null;
  }
}
