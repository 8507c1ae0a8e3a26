/** Responses: sent once, followed to their end, told in pairs of events. */
import { describe, expect, it } from "vitest";
import { World, assistant, created, delta, done, json, page, sse, thread, toolCall, user } from "./world";

const say = (text: string) => ({ content: [{ type: "input_text" as const, text }] });

describe("a message", () => {
  it("goes out as the closed component sends it, and comes back as the server's", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1", "hi")), done(assistant("a1"))]));
    const session = world.session();
    await session.sendMessage(say("  hi "));
    expect(world.requests[0]).toMatchObject({
      type: "threads.create",
      params: { input: { content: [{ type: "input_text", text: "hi" }], quoted_text: "", attachments: [], inference_options: {} } },
      metadata: { "chatkit.resume": true, "chatkit.request_id": "id2" },
    });
    expect(session.getState().thread.items.map((item) => item.id)).toEqual(["u1", "a1"]);
    expect(world.named("response.start", "response.end", "thread.change")).toEqual(["response.start", "thread.change", "response.end"]);
    session.close();
  });

  it("is shown before the server has it, and only once", async () => {
    const world = new World();
    const session = world.session();
    world.on("threads.create", () => {
      expect(session.getState().thread.items).toMatchObject([{ type: "user_message" }]);
      return sse([created, done(user("u1"))]);
    });
    await session.sendMessage(say("hi"));
    expect(session.getState().thread.items).toHaveLength(1);
    session.close();
  });

  it("is in the composer again when it could not be sent, with an error that can be tried again", async () => {
    const world = new World().on("threads.create", () => Promise.reject(new TypeError("no network")));
    const session = world.session();
    session.editDraft({ content: [{ type: "input_text", text: "precious" }] });
    await expect(session.send()).rejects.toThrow();
    const state = session.getState();
    expect(state.draft.content).toEqual([{ type: "input_text", text: "precious" }]);
    expect(state.thread.items).toEqual([]);
    expect(state.response.phase).toBe("idle");
    expect(world.named("response.start", "response.end", "error")).toEqual(["response.start", "error", "response.end"]);
    session.close();
  });

  it("is refused while a response is under way", async () => {
    const world = new World().on("threads.create", () => sse([created], "open"));
    const session = world.session();
    const first = session.sendMessage(say("one"));
    await expect(session.sendMessage(say("two"))).rejects.toThrow("under way");
    await session.stop();
    await first;
    session.close();
  });
});

describe("a stream that is cut", () => {
  it("is found again where it was, and nothing is shown twice", async () => {
    const start = [created, done(user("u1")), { type: "thread.item.added", item: assistant("a1", "") }, delta("a1", "Hel")];
    const world = new World()
      .on("threads.create", () => sse(start, "cut", ["turn", 1]))
      .on("turns.attach", () => sse([delta("a1", "Hel"), delta("a1", "lo"), done(assistant("a1", "Hello"))], "end", ["turn", 4]));
    const session = world.session();
    await session.sendMessage(say("hi"));
    expect(world.sent("turns.attach")[0]?.params).toEqual({ turn_id: "turn", after: 4 });
    expect(session.getState().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hello" }] });
    expect(world.named("response.start", "response.end")).toEqual(["response.start", "response.end"]);
    session.close();
  });

  it("goes on where the browser knows of no network, as on a machine with a server of its own, however long it takes", async () => {
    const start = [created, done(user("u1")), { type: "thread.item.added", item: assistant("a1", "") }, delta("a1", "Hel")];
    const fails = Array.from({ length: 30 }, () => () => Promise.reject(new TypeError("Failed to fetch")));
    const world = new World()
      .on("threads.create", () => sse(start, "cut", ["turn", 1]))
      .on("turns.attach", ...fails, () => sse([delta("a1", "lo"), done(assistant("a1", "Hello"))], "end", ["turn", 5]));
    world.isAway = true;
    const session = world.session();
    await session.sendMessage(say("hi"));
    expect(session.getState().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hello" }] });
    expect(world.sent("turns.attach")).toHaveLength(31);
    expect(world.slept.filter((ms) => ms === 5_000)).toHaveLength(30);
    expect(world.named("response.start", "response.end", "error")).toEqual(["response.start", "response.end"]);
    session.close();
  });

  it("and whose events are no longer kept is read again as it stands, without an error", async () => {
    const start = [created, done(user("u1")), { type: "thread.item.added", item: assistant("a1", "") }, delta("a1", "Hel")];
    const world = new World()
      .on("threads.create", () => sse(start, "cut", ["turn", 1]))
      .on("turns.attach", () => json({ error: { type: "turn_trimmed", message: "gone" } }, 410))
      .on("threads.get_by_id", () => json({ ...thread(), items: page([user("u1"), assistant("a1", "Hello")]) }));
    const session = world.session();
    await session.sendMessage(say("hi"));
    expect(session.getState().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hello" }] });
    expect(session.getState().announcements).toEqual([]);
    expect(world.named("response.start", "response.end", "error")).toEqual(["response.start", "response.end"]);
    session.close();
  });

  it("of a server that knows nothing of resume is an error, and what came stays", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1")), { type: "thread.item.added", item: assistant("a1", "") }, delta("a1", "Hel")], "cut"));
    const session = world.session();
    await expect(session.sendMessage(say("hi"))).rejects.toThrow();
    expect(session.getState().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hel" }] });
    expect(session.getState().announcements).toMatchObject([{ kind: "error", error: { allow_retry: true } }]);
    expect(world.sent("turns.attach")).toEqual([]);
    session.close();
  });
});

describe("Stop", () => {
  it("of a numbered turn asks the server, and the stream's end ends the response", async () => {
    const world = new World();
    world
      .on("threads.create", () => sse([created, done(user("u1"))], "open", ["turn", 1]))
      .on("turns.stop", () => json({}));
    const session = world.session();
    const sending = session.sendMessage(say("hi"));
    await until(() => session.getState().thread.items.length === 1 && session.getState().response.phase === "streaming");
    await session.stop();
    expect(world.sent("turns.stop")[0]?.params).toEqual({ turn_id: "turn" });
    expect(session.getState().response.isStopping).toBe(true);
    await session.openThread(null); // leaves: the test's server never ends the stream
    await sending;
    session.close();
  });

  it("of any other aborts the request, and keeps the text", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1")), done(assistant("a1", "so far"))], "open"));
    const session = world.session();
    const sending = session.sendMessage(say("hi"));
    await until(() => session.getState().thread.items.length === 2);
    await session.stop();
    await sending;
    expect(session.getState().thread.items).toHaveLength(2);
    expect(session.getState().announcements).toEqual([]);
    session.close();
  });
});

describe("a client tool", () => {
  const called = [created, done(user("u1")), done(toolCall("c1"))];

  it("is one response with the stream that follows it; undefined is {} on the wire", async () => {
    const world = new World()
      .on("threads.create", () => sse(called))
      .on("threads.add_client_tool_output", () => sse([done({ ...toolCall("c1"), status: "completed", output: {} }), done(assistant("a1"))]));
    const onClientTool = (() => undefined) as never;
    const session = world.session({ onClientTool });
    await session.sendMessage(say("hi"));
    expect(world.sent("threads.add_client_tool_output")[0]?.params).toEqual({ thread_id: "t1", result: {} });
    expect(world.named("response.start", "response.end")).toEqual(["response.start", "response.end"]);
    session.close();
  });

  it("that throws tells the assistant why", async () => {
    const world = new World()
      .on("threads.create", () => sse(called))
      .on("threads.add_client_tool_output", () => sse([done(assistant("a1"))]));
    const session = world.session({ onClientTool: () => Promise.reject(new Error("no camera")) });
    await session.sendMessage(say("hi"));
    expect(world.sent("threads.add_client_tool_output")[0]?.params["result"]).toEqual({ error: "no camera" });
    session.close();
  });

  it("that was left pending in an old thread is not run", async () => {
    let calls = 0;
    const world = new World().on("threads.get_by_id", () => json({ ...thread(), items: { data: [user("u1"), toolCall("c1")], has_more: false } }));
    const session = world.session({ onClientTool: () => ({ calls: (calls += 1) }) });
    await session.openThread("t1");
    expect(calls).toBe(0);
    session.close();
  });
});

describe("events of a stream", () => {
  it("reach the page: effects with their data, errors without their text", async () => {
    const world = new World().on("threads.create", () =>
      sse([created, { type: "client_effect", name: "zoom", data: { by: 2 } }, { type: "error", code: "custom", message: "secret words", allow_retry: true }, { type: "notice", level: "info", message: "n" }]),
    );
    const session = world.session();
    await session.sendMessage(say("hi"));
    expect(world.events).toContainEqual(["chatkit.effect", { name: "zoom", data: { by: 2 } }]);
    const error = world.events.find(([name]) => name === "chatkit.error")?.[1] as { error: Error };
    expect(error.error.message).not.toContain("secret words");
    expect(session.getState().announcements.map((known) => known.kind)).toEqual(["error", "notice"]);
    session.close();
  });

  it("`thread.updated` clears no items", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1")), { type: "thread.updated", thread: { ...thread("t1", { title: "Trip" }), items: { data: [] } } }]));
    const session = world.session();
    await session.sendMessage(say("hi"));
    expect(session.getState().thread).toMatchObject({ title: "Trip", items: [{ id: "u1" }] });
    session.close();
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
