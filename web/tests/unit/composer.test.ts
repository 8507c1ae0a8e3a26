/** What is written and attached: kept for each thread, checked before it is sent. */
import { describe, expect, it } from "vitest";
import { tidyContent } from "../../src/session/drafts";
import { accepts, largestFor } from "../../src/session/uploads";
import { World, created, done, json, page, sse, thread, user } from "./world";

const text = (text: string) => ({ type: "input_text" as const, text });
const tag = { type: "input_tag" as const, id: "e", text: "Ada", data: {} };
const typed = (value: string) => ({ content: [text(value)] });

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

  it("go up in two phases, and away again", async () => {
    const uploads: [string, RequestInit][] = [];
    const world = new World()
      .on("attachments.create", () => json({ ...attachment, upload_descriptor: { url: "https://up.example/1", method: "PUT", headers: { "X-A": "b" } } }))
      .on("attachments.delete", () => json({}));
    const { fetch } = world;
    const session = world.session({
      ...options,
      api: {
        url: "/chatkit",
        fetch: (url, init) => {
          if (init?.method !== "PUT") return fetch(url, init);
          uploads.push([url as string, init]);
          return Promise.resolve(new Response());
        },
      },
    });
    session.addFiles([file("a.txt", 3)]);
    await until(() => session.getState().draft.attachments[0]?.state === "ready");
    expect(world.sent("attachments.create")[0]?.params).toEqual({ name: "a.txt", size: 3, mime_type: "text/plain" });
    expect(uploads).toMatchObject([["https://up.example/1", { headers: { "X-A": "b" } }]]);
    await session.removeAttachment(session.getState().draft.attachments[0]?.key ?? "");
    expect(world.sent("attachments.delete")[0]?.params).toEqual({ attachment_id: "att" });
    session.close();
  });

  it("that failed can be tried again", async () => {
    const world = new World().on("attachments.create", () => json({}, 500), () => json(attachment));
    const session = world.session(options);
    session.addFiles([file("a.txt")]);
    await until(() => session.getState().draft.attachments[0]?.state === "failed");
    session.retryUpload(session.getState().draft.attachments[0]?.key ?? "");
    await until(() => session.getState().draft.attachments[0]?.state === "ready");
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
