/** A server and a world for sessions: requests are recorded, answers are scripted, time is ours. */
import type { ChatKitOptions } from "../../src/element/options";
import type { Environment } from "../../src/session/environment";
import { ChatSession } from "../../src/session/session";
import type { UploadRequest } from "../../src/session/upload_request";

export interface Seen {
  readonly type: string;
  readonly params: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

type Handler = (request: Seen) => Response | Promise<Response>;

export class World {
  readonly requests: Seen[] = [];
  readonly events: [string, unknown?][] = [];
  readonly slept: number[] = [];
  /** Files on their way; each waits for its answer. */
  readonly uploads: UploadRequest[] = [];
  private readonly uploadAnswers: ((response: Response) => void)[] = [];
  /** Whether the browser says that there is no network. */
  isAway = false;
  /** What the tab keeps over a reload. */
  tab = new Map<string, string>();
  private readonly leaving: (() => void)[] = [];
  private readonly handlers = new Map<string, Handler[]>();
  private ids = 0;

  /** The answers to requests of this type, in turn; the last one stands for all that follow. */
  on(type: string, ...handlers: Handler[]): this {
    this.handlers.set(type, handlers);
    return this;
  }

  readonly fetch: typeof fetch = async (_, init) => {
    const seen = JSON.parse(init?.body as string) as Seen;
    this.requests.push(seen);
    const handlers = this.handlers.get(seen.type) ?? [];
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    if (!handler) return json({ error: { type: "not_found", message: seen.type } }, 404);
    return untilAborted(handler(seen), init?.signal ?? null);
  };

  readonly environment: Environment = {
    now: () => 0,
    random: () => 1,
    newId: () => `id${++this.ids}`,
    isAway: () => this.isAway,
    reconnected: () => new Promise(() => undefined),
    sleep: (ms, signal) => this.sleep(ms, signal),
    fetch: (url, init) => this.fetch(url, init),
    upload: (request) => {
      this.uploads.push(request);
      const answer = new Promise<Response>((resolve) => this.uploadAnswers.push(resolve));
      const aborted = new Promise<never>((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason as Error)));
      return Promise.race([answer, aborted]);
    },
    kept: (name) => this.tab.get(name) ?? null,
    keep: (name, text) => void this.tab.set(name, text),
    onLeaving: (callback) => void this.leaving.push(callback),
  };

  /** Answers the oldest upload that waits. */
  answerUpload(response = new Response()): void {
    this.uploadAnswers.shift()?.(response);
  }

  /** The page goes away; what comes after it starts with the same tab. */
  leave(): World {
    for (const callback of this.leaving) callback();
    const next = new World();
    next.tab = this.tab;
    return next;
  }

  session(options: Partial<ChatKitOptions> = {}): ChatSession {
    const all: ChatKitOptions = { api: { url: "https://chat.example/chatkit" }, ...options };
    const settings = () => ({ api: all.api, locale: "en", hostedUrl: "https://chat.example/chatkit" });
    return new ChatSession(all, settings, this.environment, (name, ...detail) => {
      this.events.push(detail.length ? [name, detail[0]] : [name]);
    });
  }

  named(...names: string[]): string[] {
    return this.events.map(([name]) => name.replace("chatkit.", "")).filter((name) => names.includes(name));
  }

  sent(type: string): Seen[] {
    return this.requests.filter((request) => request.type === type);
  }

  /** Short pauses pass at once; long ones, which watch for silence, never. */
  private sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      if (ms <= 10_000) setTimeout(resolve, 0);
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
    });
  }
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { "Content-Type": "application/json" } });
}

/** A stream that ends, is cut (`"cut"`), or stays open (`"open"`) after its events. */
export function sse(events: readonly object[], end: "end" | "cut" | "open" = "end", turn?: [string, number]): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const [index, event] of events.entries()) {
        const id = turn ? `id: ${turn[0]}.${turn[1] + index}\n` : "";
        controller.enqueue(encoder.encode(`${id}data: ${JSON.stringify(event)}\n\n`));
      }
      if (end === "end") controller.close();
      // The next turn of the loop, so that what was sent is read first.
      if (end === "cut") setTimeout(() => controller.error(new TypeError("network error")), 5);
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

async function untilAborted(answer: Response | Promise<Response>, signal: AbortSignal | null): Promise<Response> {
  const response = await answer;
  if (!signal || !response.body || !response.headers.get("Content-Type")?.includes("event-stream")) return response;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  response.body.pipeTo(writable, { signal }).catch(() => undefined);
  return new Response(readable, response);
}

const at = "2026-01-01T00:00:00Z";
export const thread = (id = "t1", more: object = {}) => ({ id, created_at: at, status: { type: "active" }, ...more });
export const user = (id: string, text = id) => ({
  type: "user_message", id, thread_id: "t1", created_at: at, attachments: [], quoted_text: "", inference_options: {},
  content: [{ type: "input_text", text }],
});
export const assistant = (id: string, text = id) => ({
  type: "assistant_message", id, thread_id: "t1", created_at: at, content: [{ type: "output_text", text, annotations: [] }],
});
export const toolCall = (id: string, name = "tool") => ({
  type: "client_tool_call", id, thread_id: "t1", created_at: at, status: "pending", call_id: "c", name, arguments: { a: 1 },
});
export const created = { type: "thread.created", thread: { ...thread(), items: { data: [] } } };
export const done = (item: object) => ({ type: "thread.item.done", item });
export const page = (data: object[], more: object = {}) => ({ data, has_more: false, ...more });
export const delta = (item_id: string, text: string) => ({
  type: "thread.item.updated", item_id,
  update: { type: "assistant_message.content_part.text_delta", content_index: 0, delta: text },
});
