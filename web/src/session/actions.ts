/** What widgets fire: to the page, to the server as a response, or to the server at once. */
import type { ThreadItem, WidgetItem } from "../protocol/types";
import type { Api } from "./api";
import type { RunningAction, WidgetAction } from "./contract";
import type { Conversation } from "./conversation";
import { upsert } from "./fold";
import type { Store } from "./store";

export class Actions {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly conversation: Conversation,
  ) {}

  /** Resolves when the action is answered; with a stream, when that has ended. */
  async act(itemId: string | null, action: WidgetAction, source: string | null): Promise<void> {
    if (itemId !== null) this.mark(itemId, { scope: scopeOf(action), source });
    try {
      await this.send(itemId, action);
    } finally {
      if (itemId !== null) this.mark(itemId, null);
    }
  }

  private async send(itemId: string | null, action: WidgetAction): Promise<void> {
    if (action.handler === "client") return this.toPage(itemId, action);
    const { id } = this.store.get().thread;
    if (id === null) throw new Error("there is no thread to act on yet");
    const params = {
      thread_id: id,
      ...(itemId !== null && { item_id: itemId }),
      action: { type: action.type, payload: action.payload },
    };
    if (action.streaming === false) return this.atOnce(params);
    await this.conversation.respond({ request: { type: "threads.custom_action", params }, threadId: id });
  }

  private async toPage(itemId: string | null, action: WidgetAction): Promise<void> {
    const { options, thread } = this.store.get();
    const item = thread.items.find((known): known is WidgetItem => known.id === itemId && known.type === "widget");
    if (!item || !options.widgets?.onAction) return;
    const payload = action.payload as Record<string, unknown> | undefined;
    await options.widgets.onAction(
      { type: action.type, ...(payload !== undefined && { payload }) },
      { id: item.id, widget: item.widget as never },
    );
  }

  private async atOnce(params: object): Promise<void> {
    const answer = await this.api.call<{ updated_item?: ThreadItem }>({
      type: "threads.sync_custom_action",
      params,
    });
    if (!answer.updated_item) return;
    this.store.patch("thread", {
      items: upsert(this.store.get().thread.items, answer.updated_item),
    });
  }

  private mark(itemId: string, action: RunningAction | null): void {
    const others = Object.entries(this.store.get().runningActions).filter(([id]) => id !== itemId);
    const running = action ? [...others, [itemId, action] as const] : others;
    this.store.set({ runningActions: Object.fromEntries(running) });
  }
}

function scopeOf(action: WidgetAction): RunningAction["scope"] {
  const behavior = action.loadingBehavior ?? "auto";
  return behavior === "auto" ? "self" : behavior;
}
