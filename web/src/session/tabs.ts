/** Other tabs of the same page hear that a turn began, and show it too. */

export class Tabs {
  private readonly channel =
    typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("chatkit");

  constructor(heard: (threadId: string) => void) {
    this.channel?.addEventListener("message", (event: MessageEvent<{ threadId?: string }>) => {
      if (typeof event.data.threadId === "string") heard(event.data.threadId);
    });
  }

  tell(threadId: string): void {
    this.channel?.postMessage({ threadId });
  }

  close(): void {
    this.channel?.close();
  }
}
