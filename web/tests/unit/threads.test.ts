/** Threads and history: loaded from their end, changed at once, put right when the server refuses. */
import { describe, expect, it } from "vitest";
import { World, assistant, delta, json, page, sse, thread, user } from "./world";

const long = Array.from({ length: 120 }, (_, index) => user(`i${index}`));
const newest = (after: unknown, count = 50) => {
  const stop = typeof after === "string" ? long.findIndex((item) => item.id === after) : long.length;
  const data = long.slice(Math.max(0, stop - count), stop).reverse();
  return page(data, { has_more: stop > count, after: data.at(-1)?.id });
};

describe("a thread", () => {
  it("is announced, loaded, and announced again only when it is another", async () => {
    const world = new World().on("threads.get_by_id", ({ params }) => json({ ...thread(String(params["thread_id"])), items: page([user("u1")]) }));
    const session = world.session();
    await session.openThread("t1");
    await session.openThread("t1");
    expect(world.named("thread.change", "thread.load.start", "thread.load.end")).toEqual(["thread.change", "thread.load.start", "thread.load.end"]);
    await session.openThread(null);
    expect(world.events.at(-1)).toEqual(["chatkit.thread.change", { threadId: null }]);
    await session.openThread(null);
    expect(world.named("thread.change")).toHaveLength(2);
    session.close();
  });

  it("of any length is shown from its end, and pages in", async () => {
    const world = new World()
      .on("threads.get_by_id", () => json({ ...thread(), items: page(long.slice(0, 20), { has_more: true, after: "i19" }) }))
      .on("items.list", ({ params }) => json(newest(params["after"])));
    const session = world.session();
    await session.openThread("t1");
    expect(session.getState().thread.items.map((item) => item.id)).toEqual(long.slice(70).map((item) => item.id));
    await session.loadOlder();
    await session.loadOlder();
    expect(session.getState().thread.items.map((item) => item.id)).toEqual(long.map((item) => item.id));
    expect(session.getState().thread.hasOlder).toBe(false);
    session.close();
  });

  it("goes on with the turn that is running on it", async () => {
    const world = new World()
      .on("threads.get_by_id", () => json({ ...thread(), items: page([user("u1"), assistant("a1", "Hel")]), active_turn: { id: "turn", seq: 7 } }))
      .on("turns.attach", () => sse([{ type: "thread.item.done", item: assistant("a1", "Hello") }], "end", ["turn", 8]));
    const session = world.session();
    await session.openThread("t1");
    await until(() => world.named("response.end").length === 1);
    expect(world.sent("turns.attach")[0]?.params).toEqual({ turn_id: "turn", after: 7 });
    expect(session.getState().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hello" }] });
    session.close();
  });

  it.each([
    [{}, true],
    [{ allow_cancel: true }, true],
    [{ allow_cancel: false }, false],
  ])("lets a running turn be stopped as its server allows: %j", async (allowed, canStop) => {
    const world = new World()
      .on("threads.get_by_id", () => json({ ...thread(), items: page([user("u1")]), active_turn: { id: "turn", seq: 7, ...allowed } }))
      .on("turns.attach", () => sse([delta("a1", "Hel")], "open", ["turn", 8]));
    const session = world.session();
    await session.openThread("t1");
    await until(() => session.getState().response.phase === "streaming");
    expect(session.getState().response.canStop).toBe(canStop);
    session.close();
  });

  it("that does not load says so, and can be tried again", async () => {
    const world = new World().on("threads.get_by_id", () => json({}, 500), () => json({ ...thread(), items: page([user("u1")]) }));
    const session = world.session();
    await expect(session.openThread("t1")).rejects.toThrow();
    expect(session.getState().thread.loadError).not.toBeNull();
    await session.reload();
    expect(session.getState().thread).toMatchObject({ loadError: null, items: [{ id: "u1" }] });
    session.close();
  });
});

describe("history", () => {
  const threads = [thread("t3"), thread("t2"), thread("t1", { title: "Old" })];
  const listing = () => new World().on("threads.list", () => json(page(threads)));

  it("opens once, in pages", async () => {
    const world = new World().on("threads.list", ({ params }) =>
      json(params["after"] === "t3" ? page(threads.slice(1)) : page([], { has_more: true, after: "t3" })),
    );
    const session = world.session();
    await session.showHistory();
    await session.loadMoreThreads();
    expect(session.getState().history.threads.map((known) => known.id)).toEqual(["t2", "t1"]);
    await session.hideHistory();
    expect(world.named("history.open", "history.close")).toEqual(["history.open", "history.close"]);
    session.close();
  });

  it("renames at once, and takes it back when the server refuses", async () => {
    const world = listing().on("threads.update", () => json({}, 403));
    const session = world.session();
    await session.showHistory();
    const renaming = session.renameThread("t1", "New");
    expect(titles(session)).toContain("New");
    await expect(renaming).rejects.toThrow();
    expect(titles(session)).toContain("Old");
    session.close();
  });

  it("deletes when the moment for undo has passed", async () => {
    const world = listing().on("threads.delete", () => json({}));
    const session = world.session();
    await session.showHistory();
    await session.deleteThread("t2");
    expect(world.sent("threads.delete")[0]?.params).toEqual({ thread_id: "t2" });
    session.close();
  });

  it("undoes: nothing is asked of the server", async () => {
    const world = listing().on("threads.delete", () => json({}));
    const session = world.session();
    await session.showHistory();
    const deleting = session.deleteThread("t2");
    await Promise.resolve();
    expect(session.getState().history.threads).toHaveLength(2);
    session.undoDelete();
    await deleting;
    expect(session.getState().history.threads).toHaveLength(3);
    expect(world.sent("threads.delete")).toEqual([]);
    session.close();
  });
});

const titles = (session: ReturnType<World["session"]>) => session.getState().history.threads.map((known) => known.title);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
