/** The element's methods and events: what they do, when their promises settle, what they reject. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start(0.005);
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const isFocused = (chat: Chat) => chat.composer.evaluate((field) => field.ownerDocument.activeElement === field);
const written = (chat: Chat) => chat.composer.evaluate((field) => field.textContent);
const you = (chat: Chat) => chat.frame.getByRole("article", { name: "You said" });
const changes = async (chat: Chat) => (await chat.events()).filter(({ name }) => name === "thread.change").map(({ detail }) => detail["threadId"]);
const given = (chat: Chat, text: string) => chat.frame.getByRole("article", { name: "Assistant said" }).getByText(text).first();
const TAG = { type: "input_tag", id: "ada", text: "Ada", group: "People", data: {} };

/** The body of the next request of this type. */
async function next(chat: Chat, type: string, act: () => Promise<unknown>): Promise<{ params: Record<string, unknown> }> {
  const sent = chat.page.waitForRequest((request) => request.postData()?.includes(`"${type}"`) ?? false);
  await act();
  return JSON.parse((await sent).postData() ?? "") as { params: Record<string, unknown> };
}

async function upload(chat: Chat): Promise<object> {
  return chat.page.evaluate(async (server) => {
    const form = new FormData();
    form.append("file", new File(["x"], "notes.txt", { type: "text/plain" }));
    return (await fetch(`${server}/chatkit/files`, { method: "POST", body: form })).json() as Promise<object>;
  }, site.url);
}

describe("setOptions", () => {
  it("throws at once with the path of the bad value, and keeps what was", async () => {
    covers("method:setOptions");
    const chat = await site.open({ options: { header: { title: { text: "Kept" } } } });
    expect(await chat.call("setOptions", { api: { url: "/x" }, theme: { radius: "huge" } })).toContain("theme.radius");
    expect(await chat.call("setOptions", { api: { url: "/x" }, composer: { models: [{ id: 1, label: "x" }] } })).toContain("composer.models[0].id");
    await chat.frame.getByRole("heading", { name: "Kept" }).waitFor();
  });

  it("called often, also in the middle of an answer, resets neither thread nor draft, and pairs the events", async () => {
    covers("method:setOptions", "event:chatkit.response.start", "event:chatkit.response.end");
    const chat = await site.open();
    await chat.send("story");
    await chat.frame.getByRole("article", { name: "Assistant said" }).waitFor();
    await chat.composer.fill("a draft");
    for (let time = 0; time < 10; time += 1) {
      await chat.page.evaluate((time) => {
        const element = document.querySelector("openai-chatkit") as never as { setOptions(options: object): void };
        element.setOptions({ ...(window as never as { options: object }).options, theme: time % 2 ? "dark" : "light" });
      }, time);
    }
    await chat.until("response.end");
    expect((await chat.names()).filter((name) => name.startsWith("response."))).toEqual(["response.start", "response.end"]);
    expect(await changes(chat)).toHaveLength(1);
    expect(await written(chat)).toBe("a draft");
  });
});

describe("before setOptions", () => {
  it("the other methods reject and say what is missing", async () => {
    const chat = await site.open();
    const said = await chat.page.evaluate(async () => {
      const element = document.createElement("openai-chatkit") as never as Record<string, (...all: unknown[]) => Promise<unknown>>;
      const calls = ["focusComposer", "setThreadId", "sendCustomAction", "sendUserMessage", "setComposerValue", "showHistory", "hideHistory", "fetchUpdates"];
      const settled = await Promise.allSettled(calls.map((name) => Promise.resolve(element[name]?.({}))));
      return settled.map((one) => (one.status === "rejected" ? (one.reason as Error).message : "ok"));
    });
    expect(new Set(said)).toEqual(new Set(["call setOptions first"]));
  });
});

describe("chatkit.ready", () => {
  it("comes once, after the effects of the page, and again for nobody when the element moves", async () => {
    covers("event:chatkit.ready", "method:addEventListener", "method:removeEventListener");
    const chat = await site.open({
      setup: `window.order = []; chat.addEventListener("chatkit.ready", () => window.order.push("ready"));
        const gone = () => window.order.push("gone"); chat.addEventListener("chatkit.ready", gone); chat.removeEventListener("chatkit.ready", gone);
        Promise.resolve().then(() => window.order.push("microtask")); setTimeout(() => window.order.push("task"));`,
    });
    await chat.ask("table");
    await chat.page.evaluate(() => document.body.append(document.querySelector("openai-chatkit") as HTMLElement));
    await you(chat).getByText("table").waitFor();
    expect(await chat.page.evaluate(() => (window as never as { order: string[] }).order)).toEqual(["microtask", "task", "ready"]);
  });
});

describe("focusComposer", () => {
  it("puts the caret into the composer, also when history is open", async () => {
    covers("method:focusComposer", "event:chatkit.history.close");
    const chat = await site.open();
    expect(await isFocused(chat)).toBe(false);
    expect(await chat.call("focusComposer")).toBe("ok");
    expect(await isFocused(chat)).toBe(true);
    await chat.call("showHistory");
    await chat.frame.getByRole("searchbox").waitFor();
    expect(await chat.call("focusComposer")).toBe("ok");
    expect(await isFocused(chat)).toBe(true);
    expect(await chat.count("history.close")).toBe(1);
  });

  it("nothing takes the focus from the page by itself", async () => {
    const chat = await site.open({ setup: `const field = document.body.appendChild(document.createElement("input")); field.focus();` });
    await chat.composer.waitFor();
    expect(await chat.page.evaluate(() => document.activeElement?.tagName)).toBe("INPUT");
  });
});

describe("setThreadId", () => {
  it("resolves when the thread is here; the thread on screen and a new chat are no change", async () => {
    covers("method:setThreadId", "event:chatkit.thread.change");
    const chat = await site.open();
    await chat.ask("table");
    const [threadId] = await changes(chat);
    expect(await chat.call("setThreadId", threadId)).toBe("ok");
    expect(await chat.call("setThreadId", null)).toBe("ok");
    expect(await chat.call("setThreadId", null)).toBe("ok");
    expect(await chat.call("setThreadId", threadId)).toBe("ok");
    await expect.poll(() => you(chat).count()).toBe(1);
    expect(await changes(chat)).toEqual([threadId, null, threadId]);
  });

  it("rejects for a thread that is not there, and in the next try asks again", async () => {
    covers("method:setThreadId");
    const chat = await site.open();
    expect(await chat.call("setThreadId", "thr_none")).not.toBe("ok");
    const before = chat.requests.length;
    expect(await chat.call("setThreadId", "thr_none")).not.toBe("ok");
    expect(chat.requests.length).toBeGreaterThan(before);
  });

  it("a deleted thread that was on screen leaves a new chat", async () => {
    covers("event:chatkit.thread.change");
    const chat = await site.open();
    await chat.ask("table");
    await chat.call("showHistory");
    await chat.frame.getByRole("searchbox").waitFor();
    const menu = chat.button(/^Actions for/);
    if (await menu.count()) await menu.first().click();
    await chat.frame.getByRole((await menu.count()) ? "menuitem" : "button", { name: /^Delete/ }).first().click();
    await expect.poll(async () => (await changes(chat)).at(-1)).toBeNull();
  });
});

describe("sendUserMessage", () => {
  it("sends text, and resolves when the response has ended", async () => {
    covers("method:sendUserMessage", "method:sendUserMessage.text");
    const chat = await site.open();
    expect(await chat.call("sendUserMessage", { text: "table" })).toBe("ok");
    expect(await chat.count("response.end")).toBe(1);
    await you(chat).getByText("table").waitFor();
  });

  it("sends parts, a quotation, files, a tool and a model", async () => {
    covers("method:sendUserMessage.content", "method:sendUserMessage.reply", "method:sendUserMessage.attachments", "method:sendUserMessage.toolChoice", "method:sendUserMessage.model");
    const chat = await site.open();
    const attachment = await upload(chat);
    const message = { content: [{ type: "input_text", text: "About " }, TAG], reply: "his words", attachments: [attachment], toolChoice: { id: "draw" }, model: "deep" };
    expect(await chat.call("sendUserMessage", message)).toBe("ok");
    for (const text of ["a file: notes.txt", "a mention: @Ada from People", "a quotation: “his words”", "a tool to use: draw", "a model to ask: deep"]) await given(chat, text).waitFor();
  });

  it("begins another thread where it is asked to", async () => {
    covers("method:sendUserMessage.newThread", "event:chatkit.thread.change");
    const chat = await site.open();
    await chat.call("sendUserMessage", { text: "table", newThread: true });
    await chat.call("sendUserMessage", { text: "code", newThread: true });
    const [first, between, second] = await changes(chat);
    expect(between).toBeNull();
    expect(second).not.toBe(first);
    expect(await you(chat).count()).toBe(1);
  });

  it("rejects while a response is under way, and for nothing to send; the draft stays", async () => {
    covers("method:sendUserMessage");
    const chat = await site.open();
    await chat.send("story");
    await chat.composer.fill("mine");
    expect(await chat.call("sendUserMessage", { text: "too early" })).toContain("under way");
    await chat.button("Stop").click();
    await chat.until("response.end");
    expect(await chat.call("sendUserMessage", { text: "  " })).toContain("nothing to send");
    expect(await chat.call("sendUserMessage", { text: "table" })).toBe("ok");
    expect(await written(chat)).toBe("mine");
  });
});

describe("setComposerValue", () => {
  it("fills text, quotation, tool and model, which then go with the message", async () => {
    covers(
      "method:setComposerValue", "method:setComposerValue.text", "method:setComposerValue.reply",
      "method:setComposerValue.selectedToolId", "method:setComposerValue.selectedModelId", "event:chatkit.tool.change",
    );
    const composer = { tools: [{ id: "draw", label: "Draw", icon: "images" }], models: [{ id: "quick", label: "Quick" }, { id: "deep", label: "Deep" }] };
    const chat = await site.open({ options: { composer } });
    expect(await chat.call("setComposerValue", { text: "prefilled", reply: "quoted", selectedToolId: "draw", selectedModelId: "deep" })).toBe("ok");
    expect((await chat.events()).at(-1)).toEqual({ name: "tool.change", detail: { toolId: "draw" } });
    await expect.poll(() => written(chat)).toBe("prefilled");
    await chat.frame.getByRole("button", { name: "Draw", pressed: true }).waitFor();
    await chat.call("focusComposer");
    await chat.page.keyboard.press("Enter");
    await chat.until("response.end");
    for (const text of ["a quotation: “quoted”", "a tool to use: draw", "a model to ask: deep"]) await given(chat, text).waitFor();
    expect(await chat.call("setComposerValue", { selectedToolId: null })).toBe("ok");
  });

  it("fills parts, files that are uploaded, and files to upload", async () => {
    covers("method:setComposerValue.content", "method:setComposerValue.attachments", "method:setComposerValue.files");
    const chat = await site.open({ options: { composer: { attachments: { enabled: true } } } });
    const attachment = await upload(chat);
    await chat.call("setComposerValue", { content: [{ type: "input_text", text: "See " }, TAG], attachments: [attachment] });
    await chat.page.evaluate(async () => {
      const element = document.querySelector("openai-chatkit") as never as { setComposerValue(value: object): Promise<void> };
      await element.setComposerValue({ files: [new File(["y"], "more.txt", { type: "text/plain" })] });
    });
    await chat.button("Remove notes.txt").waitFor();
    await chat.button("Remove more.txt").waitFor();
    await expect.poll(() => chat.button("Send message").isEnabled(), { timeout: WAIT_MS }).toBe(true);
    await chat.button("Send message").click();
    await chat.until("response.end");
    for (const text of ["a file: notes.txt", "a file: more.txt", "a mention: @Ada from People"]) await given(chat, text).waitFor();
  });

  it("rejects files where the page has not enabled them", async () => {
    covers("method:setComposerValue.files");
    const chat = await site.open();
    const said = await chat.page.evaluate(() =>
      (document.querySelector("openai-chatkit") as never as { setComposerValue(value: object): Promise<void> })
        .setComposerValue({ files: [new File(["y"], "more.txt")] })
        .then(() => "ok", (error: unknown) => (error as Error).message),
    );
    expect(said).toContain("composer.attachments");
  });
});

describe("sendCustomAction", () => {
  it("goes with its payload to the server, and resolves when its stream has ended", async () => {
    covers("method:sendCustomAction", "method:sendCustomAction.type", "method:sendCustomAction.payload");
    const chat = await site.open();
    await chat.ask("table");
    const body = await next(chat, "threads.custom_action", () => chat.call("sendCustomAction", { type: "my.action", payload: { room: 7 } }, "itm_1"));
    expect(body.params).toMatchObject({ item_id: "itm_1", action: { type: "my.action", payload: { room: 7 } } });
    expect(await chat.count("response.end")).toBe(2);
  });

  it("rejects where there is no thread yet", async () => {
    covers("method:sendCustomAction");
    const chat = await site.open();
    expect(await chat.call("sendCustomAction", { type: "my.action" })).toContain("no thread");
    expect(await chat.count("response.start")).toBe(0);
  });
});

describe("showHistory and hideHistory", () => {
  it("open and close it, each with one event", async () => {
    covers("method:showHistory", "method:hideHistory", "event:chatkit.history.open", "event:chatkit.history.close");
    const chat = await site.open();
    for (const name of ["showHistory", "showHistory"]) expect(await chat.call(name)).toBe("ok");
    await chat.frame.getByRole("searchbox").waitFor();
    for (const name of ["hideHistory", "hideHistory"]) expect(await chat.call(name)).toBe("ok");
    await chat.composer.waitFor();
    expect((await chat.names()).filter((name) => name.startsWith("history."))).toEqual(["history.open", "history.close"]);
  });
});

describe("fetchUpdates", () => {
  it("shows what another client wrote into the thread, when it has resolved", async () => {
    covers("method:fetchUpdates");
    const one = await site.open();
    await one.ask("table");
    const [threadId] = await changes(one);
    const two = await site.open({ options: { initialThread: threadId as string } });
    await you(two).waitFor();
    await one.ask("code");
    expect(await two.call("fetchUpdates")).toBe("ok");
    await expect.poll(() => you(two).count()).toBe(2);
    expect(await changes(two)).toHaveLength(1);
  });
});

describe("events", () => {
  it("chatkit.effect and chatkit.deeplink carry a name and data", async () => {
    covers("event:chatkit.effect", "event:chatkit.deeplink");
    const chat = await site.open();
    await chat.ask("effect");
    expect((await chat.events()).find(({ name }) => name === "effect")?.detail).toEqual({ name: expect.any(String) as string, data: expect.any(Object) as object });
    await chat.ask("deeplink");
    await chat.frame.getByRole("link", { name: "room 7" }).click();
    await chat.until("deeplink");
    expect((await chat.events()).at(-1)).toEqual({ name: "deeplink", detail: { name: "room", data: { number: "7", floor: "2" } } });
  });

  it("chatkit.error is an Error of the page's own, and tells no text of the conversation", async () => {
    covers("event:chatkit.error");
    const chat = await site.open({ setup: `chat.addEventListener("chatkit.error", ({ detail }) => { window.isError = detail.error instanceof Error; });` });
    await chat.ask("error custom");
    const found = (await chat.events()).find(({ name }) => name === "error");
    expect(found?.detail["error"]).toBe("the server reported an error: custom");
    expect(await chat.page.evaluate(() => (window as never as { isError: boolean }).isError)).toBe(true);
    expect((await chat.names()).filter((name) => name.startsWith("response."))).toEqual(["response.start", "response.end"]);
  });

  it("chatkit.log has names from a list, and no text of messages", async () => {
    covers("event:chatkit.log");
    const chat = await site.open({ options: { composer: { attachments: { enabled: true } } } });
    await chat.frame.locator("input[type=file]").setInputFiles({ name: "secret.txt", mimeType: "text/plain", buffer: Buffer.from("secret") });
    await chat.until("log");
    const logs = (await chat.events()).filter(({ name }) => name === "log").map(({ detail }) => detail);
    expect(logs).toEqual([{ name: "upload.done", data: { attachmentId: expect.stringMatching(/^atc_/) as string, size: 6 } }]);
  });
});
