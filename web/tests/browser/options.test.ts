/** What each option of the element does, on a page with the real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const inPage = <Value>(chat: Chat, name: string) => chat.page.evaluate((name) => (window as never as Record<string, unknown>)[name] as Value, name);
const setOptions = (chat: Chat, change: object) =>
  chat.page.evaluate((change) => {
    const element = document.querySelector("openai-chatkit") as never as { setOptions(options: object): void };
    element.setOptions({ ...(window as never as { options: object }).options, ...change });
  }, change);

describe("api", () => {
  it("goes to the url, by the page's fetch, with a body of JSON text; the domain key is nobody's business", async () => {
    covers("option:api", "option:api.url", "option:api.fetch", "option:api.domainKey");
    const setup = `window.seen = []; options.locale = "de"; options.api.domainKey = "domain_pk_1"; options.api.fetch = (url, init) => { window.seen.push({ url, body: typeof init.body, language: init.headers["Accept-Language"] }); return fetch(url, init); };`;
    const chat = await site.open({ setup });
    await chat.page.evaluate(() => (document.querySelector("openai-chatkit") as never as { sendUserMessage(params: object): Promise<void> }).sendUserMessage({ text: "table" }));
    const seen = await inPage<{ url: string; body: string; language: string }[]>(chat, "seen");
    expect(new Set(seen.map(({ url, body }) => `${url} ${body}`))).toEqual(new Set([`${site.url}/chatkit string`]));
    expect(seen[0]?.language).toMatch(/^de(?!.*,.*,)/);
    expect(chat.requests.filter((url) => url.includes("domain"))).toEqual([]);
    expect(chat.strangers()).toEqual([]);
  });
});

describe("initialThread", () => {
  it("is loaded at once, with its events, and only the first time", async () => {
    covers("option:initialThread", "event:chatkit.thread.load.start", "event:chatkit.thread.load.end");
    const first = await site.open();
    await first.ask("table");
    const threadId = (await first.events()).find(({ name }) => name === "thread.change")?.detail["threadId"] as string;
    const chat = await site.open({ options: { initialThread: threadId } });
    await chat.frame.getByRole("article", { name: "You said" }).getByText("table").waitFor();
    const events = (await chat.events()).filter(({ name }) => name.startsWith("thread."));
    expect(events).toEqual([
      { name: "thread.change", detail: { threadId } },
      { name: "thread.load.start", detail: { threadId } },
      { name: "thread.load.end", detail: { threadId } },
    ]);
    await setOptions(chat, { initialThread: null });
    await setOptions(chat, { initialThread: "thr_other" });
    expect(await chat.count("thread.change")).toBe(1);
  });

  it("null is a new chat, and no change", async () => {
    covers("option:initialThread");
    const chat = await site.open({ options: { initialThread: null } });
    await chat.composer.waitFor();
    expect(await chat.count("thread.change")).toBe(0);
  });
});

describe("frameTitle", () => {
  it("names the frame, now and later", async () => {
    covers("option:frameTitle");
    const chat = await site.open({ options: { frameTitle: "Help desk" } });
    const title = () => chat.page.locator("openai-chatkit iframe").getAttribute("title");
    expect(await title()).toBe("Help desk");
    await setOptions(chat, { frameTitle: "Support" });
    await expect.poll(title).toBe("Support");
  });
});

describe("onClientTool", () => {
  const TOOLS: [what: string, handler: string, answered: RegExp][] = [
    ["a result", "({ name, params }) => ({ time: `noon of ${name} ${typeof params}` })", /noon of get_local_time object/],
    ["a promise", "async () => ({ time: 'later' })", /later/],
    ["a failure", "() => { throw new Error('no clock here'); }", /no clock here/],
  ];
  it.each(TOOLS)("%s goes to the assistant", async (_, handler, answered) => {
    covers("option:onClientTool");
    const chat = await site.open({ setup: `options.onClientTool = ${handler};` });
    await chat.ask("client tool");
    await chat.text(answered).waitFor();
    expect(await chat.count("response.start")).toBe(1);
  });

  it("nothing goes as an empty object, which the wire asks for", async () => {
    covers("option:onClientTool");
    const chat = await site.open({ setup: "options.onClientTool = () => undefined;" });
    const sent = chat.page.waitForRequest((request) => request.postData()?.includes("add_client_tool_output") ?? false);
    await chat.send("client tool");
    expect(JSON.parse((await sent).postData() ?? "")).toMatchObject({ params: { result: {} } });
    await chat.until("response.end");
  });
});

describe("header", () => {
  const ACTIONS = `
    window.pressed = [];
    options.header = {
      title: { text: "Support" },
      leftAction: { icon: "sidebar-left", onClick: () => window.pressed.push("left") },
      rightAction: { icon: "close", onClick: () => window.pressed.push("right") },
    };`;

  it("shows the page's title and actions, which call the page", async () => {
    covers(
      "option:header", "option:header.title", "option:header.title.text",
      "option:header.leftAction", "option:header.leftAction.icon", "option:header.leftAction.onClick",
      "option:header.rightAction", "option:header.rightAction.icon", "option:header.rightAction.onClick",
    );
    const chat = await site.open({ setup: ACTIONS });
    await chat.frame.getByRole("heading", { name: "Support", level: 1 }).waitFor();
    await chat.button("Sidebar").click();
    await chat.button("Close").click();
    expect(await inPage(chat, "pressed")).toEqual(["left", "right"]);
    expect(await chat.button("Sidebar").locator("svg").count()).toBe(1);
    await chat.ask("table");
    await chat.frame.getByRole("heading", { name: "Support", level: 1 }).waitFor();
  });

  it("shows the thread's title where the page has none, or no title, or nothing at all", async () => {
    covers("option:header.enabled", "option:header.title.enabled");
    const chat = await site.open();
    await chat.ask("table");
    await expect.poll(() => chat.frame.getByRole("banner").getByRole("heading", { level: 1 }).innerText(), { timeout: WAIT_MS }).not.toBe("");
    await setOptions(chat, { header: { title: { enabled: false } } });
    await expect.poll(() => chat.frame.getByRole("banner").getByRole("heading").count()).toBe(0);
    await setOptions(chat, { header: { enabled: false } });
    await expect.poll(() => chat.frame.getByRole("banner").count()).toBe(0);
    await chat.composer.waitFor();
  });
});

describe("history", () => {
  it("can be switched off, and so can renaming and deleting", async () => {
    covers("option:history", "option:history.enabled", "option:history.showDelete", "option:history.showRename");
    const chat = await site.open();
    await chat.ask("table");
    await chat.button("Conversations").click();
    await chat.button(/^Rename/).first().waitFor();
    await chat.button(/^Delete/).first().waitFor();
    await setOptions(chat, { history: { showDelete: false, showRename: false } });
    for (const name of [/^Rename/, /^Delete/, /^Actions/]) await expect.poll(() => chat.button(name).count()).toBe(0);
    await chat.call("hideHistory");
    await setOptions(chat, { history: { enabled: false } });
    await expect.poll(() => chat.button("Conversations").count()).toBe(0);
  });
});

describe("startScreen", () => {
  const TAG = { type: "input_tag" as const, id: "ada", text: "Ada", group: "People", interactive: true, data: { born: "1815" } };
  const PROMPTS = [
    { label: "Planets", prompt: "table", icon: "globe" },
    { label: "Who is Ada?", prompt: [{ type: "input_text" as const, text: "Who is " }, TAG] },
  ];

  it("greets in our words or in the page's", async () => {
    covers("option:startScreen", "option:startScreen.greeting");
    const chat = await site.open();
    await chat.frame.getByRole("heading", { name: "What can I help with today?" }).waitFor();
    await setOptions(chat, { startScreen: { greeting: "Good morning" } });
    await chat.frame.getByRole("heading", { name: "Good morning" }).waitFor();
  });

  it("sends a prompt of text at once", async () => {
    covers("option:startScreen.prompts", "option:startScreen.prompts[].label", "option:startScreen.prompts[].prompt", "option:startScreen.prompts[].icon");
    const chat = await site.open({ options: { startScreen: { prompts: PROMPTS } } });
    expect(await chat.button("Planets").locator("svg").count()).toBe(1);
    expect(await chat.button("Who is Ada?").locator("svg").count()).toBe(0);
    await chat.button("Planets").click();
    await chat.until("response.end");
    await chat.frame.getByRole("article", { name: "You said" }).getByText("table").waitFor();
    expect(await chat.frame.getByRole("heading", { name: "What can I help with today?" }).count()).toBe(0);
  });

  it("sends a prompt of parts with its mentions as they are", async () => {
    covers(
      "option:startScreen.prompts[].prompt[].type", 'option:startScreen.prompts[].prompt[].text@{type:"input_text"}',
      'option:startScreen.prompts[].prompt[].text@{type:"input_tag"}', 'option:startScreen.prompts[].prompt[].id@{type:"input_tag"}',
      'option:startScreen.prompts[].prompt[].group@{type:"input_tag"}', 'option:startScreen.prompts[].prompt[].data@{type:"input_tag"}',
      'option:startScreen.prompts[].prompt[].interactive@{type:"input_tag"}',
    );
    const chat = await site.open({ options: { startScreen: { prompts: PROMPTS } } });
    const sent = chat.page.waitForRequest((request) => request.postData()?.includes("threads.create") ?? false);
    await chat.button("Who is Ada?").click();
    expect(JSON.parse((await sent).postData() ?? "")).toMatchObject({ params: { input: { content: PROMPTS[1]?.prompt } } });
    await chat.until("response.end");
    await chat.frame.getByRole("article", { name: "You said" }).getByRole("button", { name: "Ada" }).waitFor();
  });
});

describe("threadItemActions", () => {
  it("are off unless the page wants them", async () => {
    covers("option:threadItemActions", "option:threadItemActions.feedback", "option:threadItemActions.retry");
    const chat = await site.open({ options: { threadItemActions: {} } });
    await chat.ask("table");
    await chat.button("Copy").first().waitFor();
    expect(await chat.button("Good answer").count()).toBe(0);
    expect(await chat.button("Try again").count()).toBe(0);
    await setOptions(chat, { threadItemActions: { feedback: true } });
    await chat.button("Good answer").waitFor();
    expect(await chat.button("Try again").count()).toBe(0);
    await setOptions(chat, { threadItemActions: { retry: true } });
    await chat.button("Try again").waitFor();
    expect(await chat.button("Bad answer").count()).toBe(0);
  });
});

describe("disclaimer", () => {
  it("stands below the composer, and stands out where it must", async () => {
    covers("option:disclaimer", "option:disclaimer.text", "option:disclaimer.highContrast");
    const chat = await site.open({ options: { disclaimer: { text: "May be wrong." } } });
    const color = () => chat.text("May be wrong.").evaluate((element) => getComputedStyle(element).color);
    const quiet = await color();
    await setOptions(chat, { disclaimer: { text: "May be wrong.", highContrast: true } });
    await expect.poll(color).not.toBe(quiet);
    const [below, above] = [await chat.text("May be wrong.").boundingBox(), await chat.composer.boundingBox()];
    expect((below?.y ?? 0) > (above?.y ?? 0)).toBe(true);
  });
});

describe("widgets", () => {
  it("hand actions for the page to onAction, with the widget that they come from", async () => {
    covers("option:widgets", "option:widgets.onAction");
    const chat = await site.open({ setup: "window.acted = []; options.widgets = { onAction: async (action, item) => { window.acted.push([action, item.id, item.widget.type]); } };" });
    await chat.ask("client action");
    await chat.button("Open here").click();
    await expect.poll(() => inPage(chat, "acted")).toEqual([[{ type: "page.open", payload: { room: 7 } }, expect.stringMatching(/./), "Card"]]);
    expect(await chat.count("response.start")).toBe(1);
  });
});

describe("thread", () => {
  it("goes along with the answer where autoScroll is on", async () => {
    covers("option:thread", "option:thread.autoScroll");
    const chat = await site.open({ options: { thread: { autoScroll: true } }, viewport: { width: 500, height: 400 } });
    await chat.ask("story");
    await expect.poll(() => chat.text("The end.").boundingBox().then((box) => (box?.y ?? 9999) < 400), { timeout: WAIT_MS }).toBe(true);
  });
});

describe("composer", () => {
  it("has our placeholder or the page's, and nothing that the page did not ask for", async () => {
    covers("option:composer", "option:composer.placeholder");
    const chat = await site.open();
    expect(await chat.composer.getAttribute("aria-placeholder")).toBe("Message the AI");
    const buttons = await chat.frame.getByRole("form", { name: "Write a message" }).getByRole("button").all();
    expect(await Promise.all(buttons.map((button) => button.getAttribute("aria-label")))).toEqual(["Send message"]);
    await setOptions(chat, { composer: { placeholder: "Ask away" } });
    await expect.poll(() => chat.composer.getAttribute("aria-placeholder")).toBe("Ask away");
  });
});
