/** What is written and attached: kept for each thread, checked before it is sent. */
import { describe, expect, it } from "vitest";
import type { DraftAttachment } from "../../src/session/contract";
import type { ChatSession } from "../../src/session/session";
import { tidyContent } from "../../src/session/drafts";
import { accepts, largestFor } from "../../src/session/file_limits";
import { World, created, done, json, page, sse, thread, user } from "./world";

const text = (text: string) => ({ type: "input_text" as const, text });
const tag = { type: "input_tag" as const, id: "e", text: "Ada", data: {} };
const typed = (value: string) => ({ content: [text(value)] });
const kept = (state: "ready" | "uploading"): DraftAttachment => ({
  key: state, name: "a", size: 1, mimeType: "text/plain", file: null, state, progress: 0, attachment: null, previewUrl: null, error: null,
});

describe("drafts", () => {
  it("are kept for each thread", async () => {
    const world = new World().on("threads.get_by_id", ({ params }) => json({ ...thread(String(params["thread_id"])), items: page([]) }));
    const session = world.session();
    session.editDraft(typed("new"));
    await session.openThread("t1");
    expect(session.getState().draft.content).toEqual([]);
    session.editDraft(typed("one"));
    await session.openThread(null);
    expect(session.getState().draft.content).toEqual([text("new")]);
    await session.openThread("t1");
    expect(session.getState().draft.content).toEqual([text("one")]);
    session.close();
  });

  it("outlive a reload of the page, with the files that were uploaded", async () => {
    const world = new World().on("threads.get_by_id", ({ params }) => json({ ...thread(String(params["thread_id"])), items: page([]) }));
    const before = world.session();
    before.editDraft(typed("new"));
    await before.openThread("t1");
    before.editDraft({ ...typed("one"), quotedText: "quoted", modelId: "m", attachments: [kept("ready"), kept("uploading")] });
    before.close();
    const after = world.leave().on("threads.get_by_id", ({ params }) => json({ ...thread(String(params["thread_id"])), items: page([]) })).session();
    expect(after.getState().draft.content).toEqual([text("new")]);
    await after.openThread("t1");
    expect(after.getState().draft).toMatchObject({ ...typed("one"), quotedText: "quoted", modelId: "m", attachments: [{ state: "ready" }] });
    expect(after.getState().draft.attachments).toHaveLength(1);
    after.close();
  });

  it("that were sent are gone after a reload, and what the tab keeps may be anything", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1"))]));
    const before = world.session();
    before.editDraft(typed("sent"));
    await before.send();
    before.close();
    const next = world.leave();
    expect([...next.tab.values()]).toEqual(["[]"]);
    next.tab = new Map([...next.tab.keys()].map((name) => [name, "{nonsense"]));
    const after = next.session();
    expect(after.getState().draft.content).toEqual([]);
    after.close();
  });

  it("of a new chat are not found again in the next new chat", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1"))]));
    const session = world.session();
    session.editDraft(typed("first"));
    await session.openThread(null);
    await session.send();
    await session.openThread(null);
    expect(session.getState().draft.content).toEqual([]);
    session.close();
  });

  it("that could not be sent in a thread with messages are given back", async () => {
    const world = new World()
      .on("threads.get_by_id", () => json({ ...thread(), items: page([user("u1")]) }))
      .on("threads.add_user_message", () => json({}, 500));
    const session = world.session();
    await session.openThread("t1");
    session.editDraft(typed("precious"));
    await expect(session.send()).rejects.toThrow();
    expect(session.getState().draft.content).toEqual([text("precious")]);
    session.close();
  });

  it("sent while their thread is loading wait for it", async () => {
    const loads: ((response: Response) => void)[] = [];
    const world = new World()
      .on("threads.get_by_id", () => new Promise<Response>((resolve) => loads.push(resolve)))
      .on("threads.add_user_message", () => sse([done(user("u2"))]));
    const session = world.session();
    const opened = session.openThread("t1");
    session.editDraft(typed("early"));
    const sent = session.send();
    expect(world.sent("threads.add_user_message")).toEqual([]);
    loads[0]?.(json({ ...thread(), items: page([user("u1")]) }));
    await Promise.all([opened, sent]);
    expect(session.getState().thread.items.map(({ id }) => id)).toEqual(["u1", "u2"]);
    session.close();
  });

  it("lose their tool when they are sent, unless it is persistent, and keep the model", async () => {
    const tools = [{ id: "once", label: "", icon: "" }, { id: "ever", label: "", icon: "", persistent: true }];
    const world = new World().on("threads.create", () => sse([created, done(user("u1"))])).on("threads.add_user_message", () => sse([]));
    const session = world.session({ composer: { tools } });
    session.editDraft({ ...typed("a"), toolId: "once", modelId: "m" });
    await session.send();
    expect(session.getState().draft).toMatchObject({ toolId: null, modelId: "m", content: [] });
    session.editDraft({ ...typed("b"), toolId: "ever" });
    await session.send();
    expect(session.getState().draft.toolId).toBe("ever");
    expect(world.sent("threads.add_user_message")[0]?.params).toMatchObject({ input: { inference_options: { tool_choice: { id: "ever" }, model: "m" } } });
    expect(world.events.filter(([name]) => name === "chatkit.tool.change").map(([, detail]) => detail)).toEqual([{ toolId: "once" }, { toolId: null }, { toolId: "ever" }]);
    session.close();
  });

  it("without content are not sent", async () => {
    const world = new World();
    const session = world.session();
    session.editDraft(typed("  \n "));
    await session.send();
    expect(world.requests).toEqual([]);
    session.close();
  });

  it.each([
    [[text(" a "), text("b ")], [text("a b")]],
    [[text(" "), tag, text(" ")], [tag]],
    [[text("hi "), tag, text("!")], [text("hi "), tag, text("!")]],
  ])("content %j is tidied", (content, expected) => {
    expect(tidyContent(content)).toEqual(expected);
  });
});

describe("files", () => {
  const options = { composer: { attachments: { enabled: true, maxCount: 2, maxSize: 10, accept: { "text/*": [".md"] } } } };
  const file = (name: string, size = 1, type = "text/plain") => new File(["x".repeat(size)], name, { type });
  const attachment = { id: "att", type: "file", name: "a.txt", mime_type: "text/plain" };

  it("are refused for their size, type and number, each with its reason", () => {
    const world = new World().on("attachments.create", () => new Promise<Response>(() => undefined));
    const session = world.session(options);
    session.addFiles([file("big", 11), file("p.png", 1, "image/png"), file("1"), file("2"), file("3")]);
    expect(session.getState().draft.attachments.map((known) => known.error?.key)).toEqual([
      "attachment.tooLarge", "attachment.wrongType", undefined, undefined, "attachment.tooMany",
    ]);
    session.close();
  });

  const announced = { ...attachment, upload_descriptor: { url: "https://up.example/1", method: "PUT", headers: { "X-A": "b" } } };
  const first = (session: ChatSession) => session.getState().draft.attachments[0];
  const uploading = async (world: World, session: ChatSession, count = 1) => {
    session.addFiles([file("a.txt", 3)]);
    await until(() => world.uploads.length === count);
  };

  it("go up in two phases, say how far they are, and away again", async () => {
    const world = new World().on("attachments.create", () => json(announced)).on("attachments.delete", () => json({}));
    const session = world.session(options);
    await uploading(world, session);
    expect(world.sent("attachments.create")[0]?.params).toEqual({ name: "a.txt", size: 3, mime_type: "text/plain" });
    expect(world.uploads[0]).toMatchObject({ url: "https://up.example/1", method: "PUT", headers: { "X-A": "b" }, body: { name: "a.txt" } });
    world.uploads[0]?.onProgress(0.4);
    expect(first(session)).toMatchObject({ state: "uploading", progress: 0.4 });
    world.answerUpload();
    await until(() => first(session)?.state === "ready");
    await session.removeAttachment(first(session)?.key ?? "");
    expect(world.sent("attachments.delete")[0]?.params).toEqual({ attachment_id: "att" });
    session.close();
  });

  it("go up in one step where the page says so, and are what the answer says", async () => {
    const world = new World();
    const session = world.session({ ...options, api: { url: "/chatkit", uploadStrategy: { type: "direct", uploadUrl: "/files" } } });
    await uploading(world, session);
    expect(world.uploads[0]).toMatchObject({ url: "/files", method: "POST" });
    expect((world.uploads[0]?.body as FormData).get("file")).toBeInstanceOf(File);
    world.answerUpload(json(attachment));
    await until(() => first(session)?.state === "ready");
    expect(first(session)?.attachment?.id).toBe("att");
    session.close();
  });

  it("go up by the page's own fetch where it has one", async () => {
    const seen: [string, string | undefined][] = [];
    const world = new World().on("attachments.create", () => json(announced));
    const { fetch } = world;
    const own = (url: string, init?: RequestInit) => {
      seen.push([url, init?.method]);
      return init?.method === "PUT" ? Promise.resolve(new Response()) : fetch(url, init);
    };
    const session = world.session({ ...options, api: { url: "/chatkit", fetch: own as typeof fetch } });
    session.addFiles([file("a.txt")]);
    await until(() => first(session)?.state === "ready");
    expect(seen.at(-1)).toEqual(["https://up.example/1", "PUT"]);
    expect(world.uploads).toEqual([]);
    session.close();
  });

  it("taken away while they go up are stopped, and the server drops what was announced", async () => {
    const world = new World().on("attachments.create", () => json(announced)).on("attachments.delete", () => json({}));
    const session = world.session(options);
    await uploading(world, session);
    await session.removeAttachment(first(session)?.key ?? "");
    expect(world.uploads[0]?.signal.aborted).toBe(true);
    expect(world.sent("attachments.delete")).toHaveLength(1);
    expect(session.getState().draft.attachments).toEqual([]);
    expect(world.named("error")).toEqual([]);
    session.close();
  });

  it("that failed can be tried again, and keep the message from being sent", async () => {
    const world = new World().on("attachments.create", () => json(announced)).on("attachments.delete", () => json({}));
    const session = world.session(options);
    session.editDraft(typed("look"));
    await uploading(world, session);
    world.answerUpload(new Response(null, { status: 500 }));
    await until(() => first(session)?.state === "failed");
    expect(first(session)?.error).toMatchObject({ key: "attachment.failed", mayRetry: true });
    await session.send();
    expect(world.sent("threads.create")).toEqual([]);
    session.retryUpload(first(session)?.key ?? "");
    await until(() => world.uploads.length === 2);
    world.answerUpload();
    await until(() => first(session)?.state === "ready");
    expect(world.sent("attachments.delete")).toHaveLength(1);
    session.close();
  });

  it.each([[413, "attachment.tooLarge"], [415, "attachment.wrongType"]])("refused by the server with %i say so: %s", async (status, key) => {
    const world = new World().on("attachments.create", () => json({ error: { type: "attachment_refused" } }, status));
    const session = world.session(options);
    session.addFiles([file("a.txt")]);
    await until(() => first(session)?.state === "failed");
    expect(first(session)?.error).toMatchObject({ key });
    expect(first(session)?.error?.mayRetry).toBeUndefined();
    session.close();
  });

  it("that were refused are no part of the message, and don't keep it back", async () => {
    const world = new World().on("threads.create", () => sse([created, done(user("u1"))]));
    const session = world.session(options);
    session.addFiles([file("big", 11)]);
    await session.send();
    expect(world.requests).toEqual([]);
    session.editDraft(typed("without it"));
    await session.send();
    expect(world.sent("threads.create")[0]?.params).toMatchObject({ input: { attachments: [] } });
    session.close();
  });

  it("go on uploading in their thread's draft while one is elsewhere", async () => {
    const world = new World()
      .on("attachments.create", () => json(announced))
      .on("threads.get_by_id", ({ params }) => json({ ...thread(String(params["thread_id"])), items: page([]) }));
    const session = world.session(options);
    await uploading(world, session);
    await session.openThread("t1");
    expect(session.getState().draft.attachments).toEqual([]);
    world.answerUpload();
    await until(() => world.named("log").length > 0);
    await session.openThread(null);
    expect(first(session)?.state).toBe("ready");
    session.close();
  });

  it.each([
    ["a.png", "image/png", { "image/*": [] }, true],
    ["a.PNG", "", { "image/png": [".png"] }, true],
    ["a.txt", "text/plain", { "image/*": [".png"] }, false],
    ["a.txt", "text/plain", {}, true],
  ])("%s (%s) with accept %j: %j", (name, type, accept, expected) => {
    expect(accepts({ name, type }, accept)).toBe(expected);
  });

  it.each([
    ["image/png", 5, 5],
    ["image/png", { "image/png": 1, "*": 2 }, 1],
    ["image/png", { "image/*": 3 }, 3],
    ["text/plain", { "": 4 }, 4],
    ["text/plain", undefined, 100 * 1024 * 1024],
  ])("the largest %s with %j is %j", (type, maxSize, expected) => {
    expect(largestFor(type, maxSize)).toBe(expected);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
