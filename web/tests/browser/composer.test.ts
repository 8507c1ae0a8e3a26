/** The composer in Chromium, by role: tools, models, mentions, commands, drafts, Stop. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start(0.01);
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const written = (chat: Chat) => chat.composer.evaluate((field) => field.textContent);
const placeholder = (chat: Chat) => chat.composer.getAttribute("aria-placeholder");
/** What the demo says that it was given, in each of its answers. */
const given = (chat: Chat, text: string) => chat.frame.getByRole("article", { name: "Assistant said" }).getByText(text);
const isFocused = (chat: Chat) => chat.composer.evaluate((field) => field.ownerDocument.activeElement === field);

describe("tools", () => {
  const tools = [
    { id: "search", label: "Search the web", shortLabel: "Search", icon: "globe", placeholderOverride: "What to look for" },
    { id: "draw", label: "Draw a picture", icon: "images", persistent: true },
    { id: "think", label: "Think longer", icon: "lightbulb", pinned: true },
  ];
  const open = () => site.open({ options: { composer: { placeholder: "Ask me", tools } } });
  const pick = async (chat: Chat, label: string) => {
    await chat.button("Tools").click();
    await chat.frame.getByRole("menuitemradio", { name: label }).click();
  };

  it("are in a menu; the one that is picked shows its short label, writes over the placeholder and goes with one message", async () => {
    covers(
      "option:composer.tools", "option:composer.tools[].id", "option:composer.tools[].label", "option:composer.tools[].icon",
      "option:composer.tools[].shortLabel", "option:composer.tools[].placeholderOverride", "option:composer.placeholder", "event:chatkit.tool.change",
    );
    const chat = await open();
    expect(await placeholder(chat)).toBe("Ask me");
    await chat.button("Tools").click();
    expect(await chat.frame.getByRole("menuitemradio").allInnerTexts()).toEqual(["Search the web", "Draw a picture"]);
    expect(await chat.frame.getByRole("menuitemradio").first().locator("svg").count()).toBe(1);
    await chat.page.keyboard.press("Escape");
    await pick(chat, "Search the web");
    await chat.frame.getByRole("button", { name: "Search", pressed: true }).waitFor();
    expect(await placeholder(chat)).toBe("What to look for");
    await chat.ask("hello");
    await given(chat, "a tool to use: search").first().waitFor();
    expect(await chat.button("Search").count()).toBe(0);
    const changes = (await chat.events()).filter(({ name }) => name === "tool.change").map(({ detail }) => detail["toolId"]);
    expect(changes).toEqual(["search", null]);
  });

  it("that are persistent stay for the next message, until they are taken back", async () => {
    covers("option:composer.tools[].persistent");
    const chat = await open();
    await pick(chat, "Draw a picture");
    await chat.ask("hello");
    await chat.ask("again");
    await given(chat, "a tool to use: draw").nth(1).waitFor();
    await chat.frame.getByRole("button", { name: "Draw a picture", pressed: true }).click();
    await chat.ask("hello");
    expect(await given(chat, "a tool to use").count()).toBe(2);
  });

  it("that are pinned are beside the menu", async () => {
    covers("option:composer.tools[].pinned");
    const chat = await open();
    await chat.frame.getByRole("button", { name: "Think longer", pressed: false }).click();
    await chat.ask("hello");
    await given(chat, "a tool to use: think").first().waitFor();
  });

  it("have a menu that keys move in, that closes by Escape, and gives the focus back", async () => {
    const chat = await open();
    const { keyboard } = chat.page;
    const item = (name: string) => chat.frame.getByRole("menuitemradio", { name });
    const has = (name: string) => item(name).evaluate((element) => element.ownerDocument.activeElement === element);
    await chat.button("Tools").focus();
    await keyboard.press("Enter");
    await expect.poll(() => has("Search the web")).toBe(true);
    for (const [key, name] of [["ArrowDown", "Draw a picture"], ["ArrowDown", "Search the web"], ["End", "Draw a picture"], ["Home", "Search the web"], ["d", "Draw a picture"]] as const) {
      await keyboard.press(key);
      expect(await has(name)).toBe(true);
    }
    await keyboard.press("Escape");
    expect(await chat.frame.getByRole("menu").count()).toBe(0);
    await chat.frame.locator("button:focus").and(chat.button("Tools")).waitFor();
    await keyboard.press("Enter");
    await expect.poll(() => has("Search the web")).toBe(true);
    await keyboard.press("Enter");
    await chat.frame.getByRole("button", { name: "Search", pressed: true }).waitFor();
  });
});

describe("models", () => {
  const models = [
    { id: "fast", label: "Quick", description: "Answers at once" },
    { id: "deep", label: "Deep", default: true },
    { id: "gone", label: "Gone", disabled: true },
  ];

  it("begin with the default, say what they are, and go with every message", async () => {
    covers(
      "option:composer.models", "option:composer.models[].id", "option:composer.models[].label",
      "option:composer.models[].description", "option:composer.models[].disabled", "option:composer.models[].default",
    );
    const chat = await site.open({ options: { composer: { models } } });
    await chat.ask("hello");
    await given(chat, "a model to ask: deep").first().waitFor();
    await chat.button("Model: Deep").click();
    await chat.frame.getByRole("menuitemradio", { name: "Deep", checked: true }).waitFor();
    expect(await chat.frame.getByRole("menuitemradio", { name: "Gone" }).isDisabled()).toBe(true);
    await chat.frame.getByRole("menuitemradio", { name: "Quick Answers at once" }).click();
    await chat.button("Model: Quick").waitFor();
    await chat.ask("hello");
    await chat.ask("again");
    await given(chat, "a model to ask: fast").nth(1).waitFor();
  });
});

const PEOPLE = `
  window.asked = []; window.clicked = [];
  const people = [
    { id: "ada", title: "Ada Lovelace", group: "People", icon: "user", interactive: true, data: { born: "1815" } },
    { id: "alan", title: "Alan Turing", group: "People" },
    { id: "acme", title: "Acme", group: "Companies", interactive: true },
  ];
  options.entities = {
    showComposerMenu: true,
    onTagSearch: async (query) => { window.asked.push(query); return people.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase())); },
    onClick: (entity) => window.clicked.push(entity),
    onRequestPreview: async (entity) => ({ preview: entity.id === "ada" ? { type: "Basic", children: [{ type: "Text", value: "Wrote the first program" }] } : null }),
  };`;
const option = (chat: Chat, name: string) => chat.frame.getByRole("option", { name });

describe("mentions", () => {
  it("are searched for as one types, picked by keys, and sent as tags with their data", async () => {
    covers("option:entities", "option:entities.onTagSearch");
    const chat = await site.open({ setup: PEOPLE });
    const bodies: string[] = [];
    chat.page.on("request", (request) => bodies.push(request.postData() ?? ""));
    await chat.composer.pressSequentially("Who is @a");
    await expect.poll(() => chat.frame.getByRole("option").allInnerTexts()).toEqual(["Ada Lovelace", "Alan Turing", "Acme"]);
    expect(await chat.frame.getByRole("group", { name: "People" }).getByRole("option").count()).toBe(2);
    await chat.composer.press("ArrowDown");
    expect(await option(chat, "Alan Turing").getAttribute("aria-selected")).toBe("true");
    expect(await chat.composer.getAttribute("aria-activedescendant")).toBe(await option(chat, "Alan Turing").getAttribute("id"));
    await chat.composer.press("ArrowUp");
    await chat.composer.press("Enter");
    expect(await written(chat)).toBe("Who is Ada Lovelace ");
    expect(await chat.count("response.start")).toBe(0);
    await chat.composer.press("Enter");
    await chat.until("response.end");
    await given(chat, "a mention: @Ada Lovelace from People").first().waitFor();
    const sent = bodies.map((body) => (body ? (JSON.parse(body) as { params: { input?: { content: unknown } } }).params.input?.content : null)).find(Boolean);
    expect(sent).toEqual([
      { type: "input_text", text: "Who is " },
      { type: "input_tag", id: "ada", text: "Ada Lovelace", group: "People", interactive: true, data: { born: "1815" } },
    ]);
    expect(await chat.page.evaluate(() => (window as never as { asked: string[] }).asked.at(-1))).toBe("a");
  });

  it("are offered by a button, closed by Escape until the next word, and deleted as one piece", async () => {
    covers("option:entities.showComposerMenu");
    const chat = await site.open({ setup: PEOPLE });
    await chat.button("Mention").click();
    await option(chat, "Ada Lovelace").click();
    expect(await written(chat)).toBe("Ada Lovelace ");
    await chat.composer.press("Backspace");
    await chat.composer.press("Backspace");
    expect(await written(chat)).toBe("");
    await chat.composer.pressSequentially("@al");
    await option(chat, "Alan Turing").waitFor();
    await chat.composer.press("Escape");
    await chat.composer.pressSequentially("a");
    expect(await chat.frame.getByRole("listbox").count()).toBe(0);
    expect(await isFocused(chat)).toBe(true);
    await chat.composer.pressSequentially(" @zz");
    await chat.frame.getByText("Nothing found").waitFor();
  });

  it("have no button where the page does not want one", async () => {
    covers("option:entities.showComposerMenu");
    const chat = await site.open({ setup: `${PEOPLE} options.entities.showComposerMenu = false;` });
    expect(await chat.button("Mention").count()).toBe(0);
    await chat.composer.pressSequentially("@");
    await option(chat, "Acme").waitFor();
  });

  it("show a preview on hover and on focus, and tell the page of a click", async () => {
    covers("option:entities.onRequestPreview", "option:entities.onClick");
    const chat = await site.open({ setup: PEOPLE });
    for (const name of ["ada", "acme"]) {
      await chat.composer.pressSequentially(`@${name}`);
      await option(chat, name === "ada" ? "Ada Lovelace" : "Acme").click();
    }
    await chat.composer.getByText("Ada Lovelace").hover();
    await chat.frame.getByRole("dialog", { name: "Ada Lovelace" }).getByText("Wrote the first program").waitFor();
    await chat.composer.press("End");
    await chat.composer.press("Enter");
    await chat.until("response.end");
    const message = chat.frame.getByRole("article", { name: "You said" });
    await message.getByRole("button", { name: "Acme" }).focus();
    await chat.frame.getByRole("dialog", { name: "Acme" }).getByText("Companies").waitFor();
    await message.getByRole("button", { name: "Ada Lovelace" }).click();
    const clicked = await chat.page.evaluate(() => (window as never as { clicked: { id: string; data: unknown }[] }).clicked);
    expect(clicked.at(-1)).toMatchObject({ id: "ada", title: "Ada Lovelace", data: { born: "1815" } });
  });

  it("show a preview at a tap, where nothing hovers", async () => {
    const context = await site.browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 700 }, locale: "en-US", reducedMotion: "reduce" });
    const chat = await site.open({ context, setup: PEOPLE });
    await chat.composer.pressSequentially("@ada");
    await option(chat, "Ada Lovelace").tap();
    await chat.composer.press("Enter");
    await chat.until("response.end");
    await chat.frame.getByRole("article", { name: "You said" }).getByRole("button", { name: "Ada Lovelace" }).tap();
    await chat.frame.getByRole("dialog", { name: "Ada Lovelace" }).getByText("Wrote the first program").waitFor();
    await context.close();
  });

  it("a search that fails says that nothing was found, and logs it without words", async () => {
    covers("event:chatkit.log");
    const chat = await site.open({ setup: `options.entities = { onTagSearch: () => Promise.reject(new RangeError("secret words")) };` });
    await chat.composer.pressSequentially("@a");
    await chat.frame.getByText("Nothing found").waitFor();
    const log = (await chat.events()).find(({ name }) => name === "log")?.detail;
    expect(log).toEqual({ name: "composer.search_failed", data: { kind: "tag", name: "RangeError" } });
  });
});

const COMMANDS = `
  window.picked = [];
  options.composer = { attachments: { enabled: true }, tools: [{ id: "draw", label: "Draw", icon: "images" }] };
  options.commands = {
    enabled: true,
    onSearch: async (query) => [
      { id: "go", label: "Go", description: "Does something", icon: "bolt" },
      { id: "person", label: "Person", group: "Insert" },
      { id: "more", label: "More", group: "Insert" },
    ].filter(({ label }) => label.toLowerCase().includes(query)),
    onSelect: async (command) => {
      window.picked.push(command.id);
      if (command.id === "person") return { type: "entity", entity: { id: "ada", title: "Ada" } };
      if (command.id === "more") return { type: "menu", commands: [{ id: "deeper", label: "Deeper" }] };
    },
  };`;

describe("commands", () => {
  const picked = (chat: Chat) => chat.page.evaluate(() => (window as never as { picked: string[] }).picked);

  it("are searched for after a slash, with the composer's own, in their groups", async () => {
    covers("option:commands", "option:commands.enabled", "option:commands.onSearch", "option:commands.onSelect");
    const chat = await site.open({ setup: COMMANDS });
    await chat.composer.pressSequentially("/");
    await expect.poll(() => chat.frame.getByRole("option").allInnerTexts()).toEqual(["Go\nDoes something", "Person", "More", "Add files", "Draw"]);
    await chat.composer.pressSequentially("go");
    await expect.poll(() => chat.frame.getByRole("option").count()).toBe(1);
    await chat.composer.press("Enter");
    await expect.poll(() => picked(chat)).toEqual(["go"]);
    expect(await written(chat)).toBe("");
  });

  it("put in a mention, open a further menu, or choose a tool", async () => {
    covers("option:commands.onSelect");
    const chat = await site.open({ setup: COMMANDS });
    await chat.composer.pressSequentially("/per");
    await option(chat, "Person").click();
    await expect.poll(() => written(chat)).toBe("Ada ");
    await chat.composer.fill("/more");
    await option(chat, "More").click();
    await option(chat, "Deeper").click();
    await expect.poll(() => picked(chat)).toEqual(["person", "more", "deeper"]);
    await chat.composer.pressSequentially("/draw");
    await option(chat, "Draw").click();
    await chat.frame.getByRole("button", { name: "Draw", pressed: true }).waitFor();
    expect(await isFocused(chat)).toBe(true);
  });

  it("are plain text where they are not enabled, and in the middle of a message", async () => {
    covers("option:commands.enabled");
    const off = await site.open({ setup: `${COMMANDS} options.commands.enabled = false;` });
    await off.composer.pressSequentially("/go");
    const on = await site.open({ setup: COMMANDS });
    await on.composer.pressSequentially("either/or");
    for (const chat of [off, on]) expect(await chat.frame.getByRole("listbox").count()).toBe(0);
  });
});

describe("a draft", () => {
  it("is kept for each thread, also over a reload, with its files", async () => {
    const setup = "options.initialThread = sessionStorage.thread ?? null; chat.addEventListener('chatkit.thread.change', ({ detail }) => { sessionStorage.thread = detail.threadId ?? ''; });";
    const chat = await site.open({ setup, options: { composer: { attachments: { enabled: true } } } });
    await chat.ask("table");
    await chat.composer.fill("half a thought");
    await chat.frame.locator("input[type=file]").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    await chat.page.waitForFunction(() => (window as never as { events: { detail: { name?: string } }[] }).events.some(({ detail }) => detail.name === "upload.done"));
    await chat.button("New chat").click();
    await expect.poll(() => written(chat)).toBe("");
    await chat.composer.fill("something else");
    const thread = (await chat.events()).find(({ name }) => name === "thread.change")?.detail["threadId"];
    await chat.call("setThreadId", thread);
    await expect.poll(() => written(chat)).toBe("half a thought");
    await chat.page.reload();
    await chat.page.waitForFunction(() => "isReady" in window);
    await expect.poll(() => written(chat), { timeout: WAIT_MS }).toBe("half a thought");
    await chat.button("Remove notes.txt").waitFor();
    await chat.call("setThreadId", null);
    await expect.poll(() => written(chat)).toBe("something else");
  });

  it("is not touched by the prompts of the start screen", async () => {
    const chat = await site.open({ options: { startScreen: { prompts: [{ label: "Start", prompt: "table" }] } } });
    await chat.composer.fill("mine");
    await chat.button("Start").click();
    await chat.until("response.end");
    expect(await written(chat)).toBe("mine");
  });
});

describe("questions in the composer's place", () => {
  it("take the focus that the composer had, and give it back", async () => {
    const chat = await site.open();
    await chat.ask("questions");
    await expect.poll(() => chat.frame.getByRole("radio", { name: "Tea" }).evaluate((field) => field.ownerDocument.activeElement === field)).toBe(true);
    for (let question = 0; question < 3; question += 1) await chat.button("Skip").click();
    await chat.until("response.end", 2);
    await expect.poll(() => isFocused(chat)).toBe(true);
  });
});

describe("Stop", () => {
  it("takes the place of Send while an answer comes, and ends it by keyboard too", async () => {
    const chat = await site.open();
    await chat.send("long");
    await chat.button("Stop").focus();
    expect(await chat.button("Send message").count()).toBe(0);
    await chat.page.keyboard.press("Enter");
    await chat.until("response.end");
    await chat.button("Send message").waitFor();
    expect(await isFocused(chat), "the next message can be typed").toBe(true);
  });

  it("one can write, and not send, meanwhile", async () => {
    const chat = await site.open();
    await chat.send("long");
    await chat.button("Stop").waitFor();
    await chat.composer.fill("next question");
    await chat.composer.press("Enter");
    expect(await written(chat)).toBe("next question");
    await chat.button("Stop").click();
    await chat.until("response.end");
    expect(await chat.count("response.start")).toBe(1);
  });
});
