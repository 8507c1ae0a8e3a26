/** One look at the session for each frame, shared by every component that reads it. */
import type { Session } from "../session/contract";

export class Frames {
  private readonly listeners = new Set<() => void>();
  private frame = 0;
  private unsubscribe: (() => void) | null = null;

  constructor(private readonly session: Session) {}

  /** Calls back at most once a frame after a change; the returned function ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    // A hidden tab paints no frames: it catches up when it is shown again.
    this.unsubscribe ??= this.session.subscribe(() => {
      this.frame ||= requestAnimationFrame(() => this.tell());
    });
    return () => this.leave(listener);
  }

  private tell(): void {
    this.frame = 0;
    for (const listener of [...this.listeners]) listener();
  }

  private leave(listener: () => void): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    this.unsubscribe?.();
    this.unsubscribe = null;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
