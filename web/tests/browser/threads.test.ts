/** Threads in Chromium: history, two tabs, a network that goes and comes back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Line } from "./proxy";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start(0.01);
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const answerOf = (chat: Chat) => chat.frame.getByRole("article", { name: "Assistant said" }).last();
const WHOLE = /word0 word1 .*word298 word299 The end\./;

describe("history", () => {
  it("opens a thread, and renames it", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.button("New chat").click();
    await chat.button("Conversations").click();
    await chat.until("history.open");
    await chat.button(/^Rename/).first().click();
    // The old name is there to be typed over, and whoever types is not sent elsewhere after it.
    await chat.frame.locator("input[aria-label=Rename]:focus").waitFor();
    await chat.page.keyboard.type("My planets");
    await chat.page.keyboard.press("Enter");
    await chat.text("My planets").waitFor();
    await chat.frame.locator("button:focus[aria-label='Rename: My planets']").waitFor();
    await chat.text("My planets").click();
    await chat.until("history.close");
    await chat.until("thread.load.end");
    await chat.frame.getByRole("article", { name: "You said" }).getByText("table").waitFor();
    await chat.frame.getByRole("heading", { name: "My planets" }).waitFor();
  });

  it("deletes with a way back for a while, and then for good; the keyboard is never lost", async () => {
    const chat = await site.open();
    const deleted: string[] = [];
    chat.page.on("request", (request) => {
      if (request.postData()?.includes("threads.delete")) deleted.push(request.url());
    });
    await chat.ask("table");
    await chat.button("New chat").click();
    await chat.ask("code");
    await chat.call("showHistory");
    const rows = chat.frame.getByRole("listitem");
    await rows.nth(1).waitFor();
    const before = await rows.count();
    const second = await rows.nth(1).innerText();
    await chat.page.clock.install();
    await rows.nth(1).getByRole("button", { name: /^Delete/ }).press("Enter");
    await expect.poll(() => rows.count()).toBe(before - 1);
    await chat.frame.locator("button:focus", { hasText: "Undo" }).waitFor();
    await chat.page.keyboard.press("Enter");
    await expect.poll(() => rows.nth(1).innerText()).toBe(second);
    await chat.frame.locator("input:focus").waitFor();
    await chat.page.clock.fastForward(60_000);
    expect(deleted).toEqual([]);

    await rows.nth(1).getByRole("button", { name: /^Delete/ }).press("Enter");
    await chat.button("Undo").waitFor();
    await chat.page.clock.fastForward(60_000);
    await expect.poll(() => deleted.length, { timeout: WAIT_MS }).toBe(1);
    await expect.poll(() => chat.button("Undo").count()).toBe(0);
    await chat.page.keyboard.press("Escape");
    await chat.until("history.close");
    const later = await site.open();
    await later.call("showHistory");
    await expect.poll(() => later.frame.getByRole("listitem").allInnerTexts()).not.toContain(second);
  });

  it("is left with Escape wherever the focus is, once nothing is searched or renamed", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.call("showHistory");
    const field = chat.frame.getByRole("searchbox");
    await field.fill("nothing of that name");
    await chat.page.keyboard.press("Escape");
    await expect.poll(() => field.inputValue()).toBe("");
    await chat.button(/^Rename/).first().click();
    await chat.page.keyboard.press("Escape");
    await chat.frame.locator("button:focus[aria-label^=Rename]").waitFor();
    expect(await chat.count("history.close")).toBe(0);
    await chat.frame.locator("body").evaluate(() => (document.activeElement as HTMLElement).blur());
    await chat.page.keyboard.press("Escape");
    await chat.until("history.close");
  });

  it("brings up no keyboard on a touch screen, and is left with Escape there too", async () => {
    const touch = { hasTouch: true, isMobile: true, viewport: { width: 390, height: 700 }, locale: "en-US" };
    const context = await site.browser.newContext(touch);
    const chat = await site.open({ context });
    await chat.button("Conversations").tap();
    await chat.until("history.open");
    await chat.frame.locator("main:focus").waitFor();
    expect(await chat.frame.locator("input:focus").count()).toBe(0);
    await chat.page.keyboard.press("Escape");
    await chat.until("history.close");
    await context.close();
  });

  it("re-picking the thread on screen changes nothing", async () => {
    const chat = await site.open();
    await chat.ask("table");
    const before = await chat.count("thread.change");
    await chat.call("showHistory");
    await chat.frame.getByRole("listitem").first().getByRole("button").first().click();
    await chat.until("history.close");
    expect(await chat.count("thread.change")).toBe(before);
  });

  it("search finds titles", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.call("showHistory");
    await chat.frame.getByRole("searchbox").fill("no such title");
    await chat.text("Nothing found").waitFor();
  });
});

/** Two tabs of one page on one thread. */
async function twoTabs(): Promise<[Chat, Chat]> {
  const context = await site.context();
  const one = await site.open({ context });
  await one.ask("table");
  const threadId = (await one.events()).findLast((event) => event.name === "thread.change")?.detail["threadId"] as string;
  const two = await site.open({ context, options: { initialThread: threadId } });
  await two.frame.getByRole("article", { name: "You said" }).waitFor();
  return [one, two];
}

describe("two tabs", () => {
  it("on one thread show the same answer while it comes", async () => {
    const [one, two] = await twoTabs();
    await one.send("story");
    await two.until("response.start");
    await expect.poll(() => answerOf(two).innerText(), { timeout: WAIT_MS }).toMatch(/word10/);
    await two.until("response.end");
    await one.until("response.end", 2);
    await expect.poll(() => answerOf(two).innerText()).toMatch(WHOLE);
    await expect.poll(() => answerOf(one).innerText()).toMatch(WHOLE);
    expect(await two.frame.getByRole("article", { name: "You said" }).count()).toBe(2);
  });

  it("follow each other's new titles and deletions", async () => {
    const [one, two] = await twoTabs();
    for (const chat of [one, two]) {
      await chat.call("showHistory");
      await chat.button(/^Rename/).first().waitFor();
    }
    await one.button(/^Rename/).first().click();
    await one.frame.getByRole("textbox", { name: "Rename" }).fill("Named elsewhere");
    await one.frame.getByRole("textbox", { name: "Rename" }).press("Enter");
    await two.frame.getByText("Named elsewhere").first().waitFor();
    await one.button(/^Delete.*Named elsewhere/).click();
    // The page goes away within the moment for undoing: the deletion is not forgotten with it.
    await one.page.goto("about:blank");
    await expect.poll(() => two.frame.getByText("Named elsewhere").count(), { timeout: WAIT_MS }).toBe(0);
    expect((await two.events()).findLast((event) => event.name === "thread.change")?.detail["threadId"]).toBeNull();
  });
});

describe("a thread that was deleted on another device", () => {
  it("is said to be gone when one writes in it, and what was written goes along to a new chat", async () => {
    const chat = await site.open();
    await chat.ask("table");
    const { threadId } = (await chat.events()).find(({ name }) => name === "thread.change")?.detail ?? {};
    const request = { type: "threads.delete", params: { thread_id: threadId } };
    await chat.page.request.post(`${chat.server}/chatkit`, { data: request });
    await chat.ask("code");
    await chat.text("This conversation could not be loaded").waitFor();
    expect(await chat.frame.getByRole("alert").count()).toBe(1);
    expect(await chat.composer.innerText()).toBe("code");
    await chat.frame.getByRole("alert").getByRole("button", { name: "New chat" }).click();
    expect(await chat.composer.innerText()).toBe("code");
    await chat.composer.press("Enter");
    await chat.until("response.end", 3);
    await chat.text("A binary search").waitFor();
    expect(await chat.count("error")).toBe(1);
  });
});

describe("the network", () => {
  it("may be lost in the middle of an answer, which then goes on", async () => {
    const line = await Line.to(site.url);
    const chat = await site.open({ setup: `options.api.url = "${line.url}/chatkit";` });
    await chat.send("story");
    await expect.poll(() => answerOf(chat).innerText(), { timeout: WAIT_MS }).toMatch(/word20/);
    line.cut();
    await chat.text("Connection lost").waitFor();
    line.mend();
    await chat.until("response.end");
    await expect.poll(() => answerOf(chat).innerText()).toMatch(WHOLE);
    expect(await chat.count("response.start")).toBe(1);
    expect(await chat.count("error")).toBe(0);
    line.close();
  });

  it("may be unknown to the browser, as on a machine with none but its own server: a lost answer goes on at once", async () => {
    const context = await site.context();
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "onLine", { get: () => false }));
    const line = await Line.to(site.url);
    const chat = await site.open({ context, setup: `options.api.url = "${line.url}/chatkit";` });
    await chat.send("story");
    await expect.poll(() => answerOf(chat).innerText(), { timeout: WAIT_MS }).toMatch(/word20/);
    line.cut();
    line.mend();
    await chat.until("response.end");
    await expect.poll(() => answerOf(chat).innerText()).toMatch(WHOLE);
    expect(await chat.count("error")).toBe(0);
    line.close();
  });

  it("that is not there gives the message back, with an error", async () => {
    const line = await Line.to(site.url);
    const chat = await site.open({ setup: `options.api.url = "${line.url}/chatkit";` });
    line.cut();
    await chat.send("precious words");
    await chat.frame.getByRole("alert").waitFor();
    await expect.poll(() => chat.composer.evaluate((field) => ("value" in field ? field.value : field.textContent))).toBe("precious words");
    line.mend();
    await chat.composer.press("Enter");
    await chat.until("response.end", 2);
    await chat.text(/You wrote/).waitFor();
    line.close();
  });
});
