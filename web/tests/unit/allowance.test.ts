/** What a client secret's session allows: learnt from the server, taken off the page's options. */
import { describe, expect, it } from "vitest";
import type { ChatKitOptions } from "../../src/element/options";
import { allowed, readSession } from "../../src/session/allowance";
import { ApiError } from "../../src/session/api";
import { ChatSession } from "../../src/session/session";
import { World, assistant, json, sse, thread } from "./world";

const MEBIBYTE = 1024 * 1024;
const api = { getClientSecret: () => Promise.resolve("secret") };
const all: ChatKitOptions = {
  api,
  history: { enabled: true, showDelete: false },
  composer: { placeholder: "Ask", attachments: { enabled: true } },
};

const described = (more: { history?: boolean; files?: boolean; expiresIn?: number } = {}) => ({
  expires_in: more.expiresIn ?? 600,
  chatkit_configuration: {
    history: { enabled: more.history ?? true, recent_threads: null },
    file_upload: { enabled: more.files ?? true, max_files: 3, max_file_size: 2 },
    automatic_thread_titling: { enabled: true },
  },
});

/** A session on a server that describes its sessions; the clock is set by hand. */
function hosted(world: World, secrets: string[], describe_: () => object | null) {
  const clock = { now: 0 };
  const asked: (string | null)[] = [];
  const getClientSecret = (current: string | null) => {
    asked.push(current);
    const next = secrets.shift();
    return next ? Promise.resolve(next) : Promise.reject(new Error("no more secrets"));
  };
  const options: ChatKitOptions = { ...all, api: { getClientSecret } };
  const bearers: string[] = [];
  const fetch: typeof globalThis.fetch = (url, init) => {
    bearers.push((init?.headers as Record<string, string>)["Authorization"] ?? "");
    if (url !== "https://chat.example/chatkit/session") return world.fetch(url, init);
    bearers.pop();
    const shown = describe_();
    return Promise.resolve(shown ? json(shown) : json({}, 404));
  };
  const settings = () => ({ api: options.api, locale: "en", hostedUrl: "https://chat.example/chatkit" });
  const environment = { ...world.environment, now: () => clock.now, fetch };
  const session = new ChatSession(options, settings, environment, (name, ...detail) => {
    world.events.push(detail.length ? [name, detail[0]] : [name]);
  });
  return { session, asked, bearers, clock };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("the session of a client secret", () => {
  it("takes history and files off the options that it does not allow", () => {
    const none = allowed(all, { history: false, files: null });
    expect(none.history).toEqual({ enabled: false, showDelete: false });
    expect(none.composer).toEqual({ placeholder: "Ask", attachments: { enabled: false } });
    expect(allowed({ api }, { history: false, files: null })).toEqual({ api, history: { enabled: false } });
    expect(allowed({ api }, { history: true, files: null })).toEqual({ api });
    expect(allowed(all, null)).toBe(all);
  });

  it("bounds the number and the size of files, and never widens what the page allows", () => {
    const files = { count: 3, bytes: 2 * MEBIBYTE };
    const within = (attachments: object) =>
      allowed({ api, composer: { attachments: { enabled: true, ...attachments } } }, { history: true, files }).composer?.attachments;
    expect(within({})).toEqual({ enabled: true, maxCount: 3, maxSize: 2 * MEBIBYTE });
    expect(within({ maxCount: 1, maxSize: 500 })).toEqual({ enabled: true, maxCount: 1, maxSize: 500 });
    expect(within({ maxSize: { "image/*": 900, "": 9 * MEBIBYTE } })?.maxSize).toEqual({
      "*": 2 * MEBIBYTE, "image/*": 900, "": 2 * MEBIBYTE,
    });
  });

  it("is read from the server, which may know of none", async () => {
    const answer = (response: Response) => readSession("/chatkit", "s", () => Promise.resolve(response));
    expect(await answer(json(described({ history: false, files: false })))).toEqual({
      leftMs: 600_000, allowance: { history: false, files: null },
    });
    expect(await answer(json({}, 404))).toBeNull();
    expect(await answer(json({ expires_in: 1 }))).toBeNull();
    expect(await readSession("/chatkit", "s", () => Promise.reject(new TypeError("offline")))).toBeNull();
  });

  it("is asked for before anything is sent, and holds for options that come later", async () => {
    const { session, asked } = hosted(new World(), ["one"], () => described({ history: false }));
    session.prepare();
    await settled();
    expect(asked).toEqual([null]);
    expect(session.getState().options.history?.enabled).toBe(false);
    session.setOptions({ ...all, history: { enabled: true } });
    expect(session.getState().options.history?.enabled).toBe(false);
  });

  it("is asked for by no page that names an address", () => {
    const world = new World();
    const session = world.session();
    session.prepare();
    expect(world.requests).toEqual([]);
  });

  it("has its secret renewed a little before it runs out", async () => {
    const world = new World().on("threads.list", () => json({ data: [] }));
    const { session, asked, bearers, clock } = hosted(world, ["one", "two"], () => described());
    session.prepare();
    await settled();
    clock.now = 569_000;
    await session.showHistory();
    clock.now = 571_000;
    await session.hideHistory();
    await session.showHistory();
    expect(asked).toEqual([null, "one"]);
    expect(bearers).toEqual(["Bearer one", "Bearer two"]);
  });

  it("goes on with its secret where the page has no other one yet", async () => {
    const world = new World().on("threads.list", () => json({ data: [] }));
    const { session, asked, bearers, clock } = hosted(world, ["one"], () => described());
    session.prepare();
    await settled();
    clock.now = 580_000;
    await session.showHistory();
    expect(asked).toEqual([null, "one"]);
    expect(bearers).toEqual(["Bearer one"]);
  });
});

describe("a stream that its server ends early", () => {
  it("goes on where it was: the server asks to be asked again", async () => {
    const first = sse([{ type: "thread.created", thread: thread() }, { type: "thread.item.added", item: assistant("a1", "one") }], "end", ["trn_1", 1]);
    const cut = new Response(`${await first.text()}retry: 0\n\n`, { headers: { "Content-Type": "text/event-stream" } });
    const rest = sse([{ type: "thread.item.done", item: assistant("a1", "one two") }], "end", ["trn_1", 3]);
    const world = new World().on("threads.create", () => cut).on("turns.attach", () => rest);
    const session = world.session();
    await session.sendMessage({ content: [{ type: "input_text", text: "hello" }] });
    expect(world.sent("turns.attach").map((request) => request.params)).toEqual([{ turn_id: "trn_1", after: 2 }]);
    expect(session.getState().thread.items).toContainEqual(assistant("a1", "one two"));
  });
});

describe("a title that is still being made", () => {
  const answer = async (comment: string) => {
    const events = sse([{ type: "thread.created", thread: thread() }, { type: "thread.item.done", item: assistant("a1") }], "end", ["trn_1", 1]);
    return new Response(`${await events.text()}${comment}`, { headers: { "Content-Type": "text/event-stream" } });
  };

  it("is waited for in the background, and shown when it comes", async () => {
    const stream = await answer(": title pending\n\n");
    const world = new World()
      .on("threads.create", () => stream)
      .on("threads.get_by_id", () => json(thread("t1", { title: "About trains", items: { data: [] } })));
    const session = world.session();
    await session.sendMessage({ content: [{ type: "input_text", text: "hello" }] });
    expect(session.getState().response.phase).toBe("idle");
    await settled();
    expect(world.sent("threads.get_by_id").map((request) => request.metadata)).toEqual([{ "chatkit.title": true }]);
    expect(session.getState().thread.title).toBe("About trains");
  });

  it("is not asked for where the server says nothing of one", async () => {
    const stream = await answer(": keep-alive\n\n");
    const world = new World().on("threads.create", () => stream);
    await world.session().sendMessage({ content: [{ type: "input_text", text: "hello" }] });
    await settled();
    expect(world.sent("threads.get_by_id")).toEqual([]);
  });
});

describe("a server that is asked too often", () => {
  const tooMany = (seconds: string) =>
    new Response("{}", { status: 429, headers: { "Retry-After": seconds } });

  it("is asked again after its time, for what is read", async () => {
    const world = new World().on("threads.list", () => tooMany("7"), () => json({ data: [thread()] }));
    const session = world.session();
    await session.showHistory();
    expect(world.slept).toEqual([7000]);
    expect(session.getState().history.threads).toHaveLength(1);
  });

  it("is not asked again for what one may rather do differently", async () => {
    const world = new World().on("threads.update", () => tooMany("7"));
    await expect(world.session().renameThread("t1", "New")).rejects.toBeInstanceOf(ApiError);
    expect(world.sent("threads.update")).toHaveLength(1);
  });

  it("is not asked again at a date that it names", async () => {
    const world = new World().on("threads.list", () => tooMany("Wed, 21 Oct 2026 07:28:00 GMT"));
    const session = world.session();
    await session.showHistory();
    expect(world.slept).toEqual([]);
    expect(session.getState().history.error).not.toBeNull();
  });
});
