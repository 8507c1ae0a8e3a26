/** What networks, proxies, tabs and laptops do to an answer, in Chromium: nothing is lost or doubled. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HoldingProxy, Line } from "./proxy";
import { type Chat, Site, WAIT_MS } from "./site";

const WHOLE = /^word0 word1 .*word298 word299 The end\.$/;
const TEN_MINUTES_MS = 600_000;

let site: Site;
beforeAll(async () => {
  site = await Site.start(0.01, "--heartbeat-seconds", "0.2");
});
afterEach(async () => {
  await site.closePages();
  await site.control("turnstile", { do: "free" });
});
afterAll(() => site.stop());

const answers = (chat: Chat) => chat.frame.getByRole("article", { name: "Assistant said" });
const questions = (chat: Chat) => chat.frame.getByRole("article", { name: "You said" });
const lastAnswer = async (chat: Chat) => ((await answers(chat).allTextContents()).at(-1) ?? "").trim();
const by = (url: string) => ({ setup: `options.api.url = "${url}/chatkit";` });

async function threadOf(chat: Chat): Promise<string> {
  return (await chat.events()).findLast((event) => event.name === "thread.change")?.detail["threadId"] as string;
}

async function twoTabs(): Promise<[Chat, Chat]> {
  const context = await site.context();
  const one = await site.open({ context });
  await one.ask("table");
  const two = await site.open({ context, options: { initialThread: await threadOf(one) } });
  await questions(two).waitFor();
  return [one, two];
}

describe("two tabs", () => {
  it("show one turn while it comes, each word once, to its end [fault-16]", async () => {
    const [one, two] = await twoTabs();
    await one.send("story");
    await two.until("response.start");
    await expect.poll(() => lastAnswer(two), { timeout: WAIT_MS }).toMatch(/word10 /);
    await two.until("response.end");
    await one.until("response.end", 2);
    for (const tab of [one, two]) {
      await expect.poll(() => lastAnswer(tab), { timeout: WAIT_MS }).toMatch(WHOLE);
      expect(await questions(tab).count()).toBe(2);
    }
  });

  it("that send together get both answers, one after the other, in both [fault-17]", async () => {
    const [one, two] = await twoTabs();
    await Promise.all([one, two].map((tab, index) => tab.page.evaluate((text) => {
      // Not awaited: both are on their way before either tab hears of the other.
      void (document.querySelector("openai-chatkit") as never as { sendUserMessage(message: object): Promise<void> }).sendUserMessage({ text });
    }, index === 0 ? "story" : "code")));
    for (const tab of [one, two]) {
      await expect.poll(() => questions(tab).count(), { timeout: 2 * WAIT_MS }).toBe(3);
      await expect.poll(() => answers(tab).count(), { timeout: 2 * WAIT_MS }).toBe(3);
    }
    await expect.poll(async () => (await questions(one).allTextContents()).join() === (await questions(two).allTextContents()).join(), { timeout: WAIT_MS }).toBe(true);
    await expect.poll(async () => (await answers(one).allTextContents()).join() === (await answers(two).allTextContents()).join(), { timeout: WAIT_MS }).toBe(true);
    expect((await answers(one).allTextContents()).filter((text) => WHOLE.test(text.trim()))).toHaveLength(1);
  });
});

describe("a proxy", () => {
  it("that holds whole answers back: the page looks for itself, and shows the answer as it grows [fault-30]", async () => {
    const proxy = await HoldingProxy.before(site.url);
    const chat = await site.open(by(proxy.url));
    await chat.page.clock.install();
    await site.control("turnstile", { do: "hold" });
    await chat.send("story");
    await chat.until("response.start");
    await site.control("turnstile", { do: "step", count: 60 });
    await waitFor(chat, async () => /word20 /.test(await lastAnswer(chat)));
    expect(await questions(chat).allTextContents()).toEqual(["story"]);
    expect(await chat.count("response.end")).toBe(0);
    await site.control("turnstile", { do: "free" });
    await waitFor(chat, async () => (await chat.count("response.end")) === 1);
    await waitFor(chat, async () => WHOLE.test(await lastAnswer(chat)));
    expect(await questions(chat).count()).toBe(1);
    expect((await chat.names()).filter((name) => ["thread.change", "error"].includes(name))).toEqual(["thread.change"]);
    proxy.close();
  });

  it("that holds answers back lets one be stopped [fault-30]", async () => {
    const proxy = await HoldingProxy.before(site.url);
    const chat = await site.open(by(proxy.url));
    await chat.page.clock.install();
    await site.control("turnstile", { do: "hold" });
    await chat.send("story");
    await chat.until("response.start");
    await site.control("turnstile", { do: "step", count: 40 });
    await waitFor(chat, async () => /word5 /.test(await lastAnswer(chat)));
    await chat.button("Stop").click();
    await waitFor(chat, async () => (await chat.count("response.end")) === 1);
    expect(await lastAnswer(chat)).toMatch(/^word0 word1 /);
    expect(await chat.count("error")).toBe(0);
    proxy.close();
  });

  it("that cuts what is silent for a minute cuts nothing: the server says that it lives [fault-31]", async () => {
    const minute = 3_000; // to the server's 15 s, which are 0.2 s here, as much as a minute and more
    const line = await Line.to(site.url, minute);
    const chat = await site.open(by(line.url));
    await site.control("turnstile", { do: "hold" });
    await chat.send("story");
    await chat.until("response.start");
    await new Promise((resolve) => setTimeout(resolve, 2 * minute));
    expect(line.silenced).toBe(0);
    await site.control("turnstile", { do: "free" });
    await chat.until("response.end");
    await expect.poll(() => lastAnswer(chat), { timeout: WAIT_MS }).toMatch(WHOLE);
    expect(chat.requests.filter((url) => url.endsWith("/chatkit"))).toHaveLength(1);
    line.close();
  });
});

describe("a laptop", () => {
  it("that sleeps for ten minutes in the middle of an answer wakes to all of it [fault-38]", async () => {
    const line = await Line.to(site.url);
    const chat = await site.open(by(line.url));
    await chat.page.clock.install();
    await chat.send("story");
    await waitFor(chat, async () => /word20 /.test(await lastAnswer(chat)));
    const cdp = await chat.page.context().newCDPSession(chat.page);
    await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    line.freeze();
    await cdp.send("Page.setWebLifecycleState", { state: "active" });
    await chat.page.clock.fastForward(TEN_MINUTES_MS);
    await waitFor(chat, async () => WHOLE.test(await lastAnswer(chat)));
    expect(await chat.count("response.start")).toBe(1);
    expect(await chat.count("response.end")).toBe(1);
    expect(await chat.count("error")).toBe(0);
    line.close();
  });

  it("that comes into another network goes on at once, though the old connection says nothing [fault-38]", async () => {
    const line = await Line.to(site.url);
    const chat = await site.open(by(line.url));
    await chat.send("story");
    await expect.poll(() => lastAnswer(chat), { timeout: WAIT_MS }).toMatch(/word20 /);
    line.freeze();
    await chat.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await chat.until("response.end");
    await expect.poll(() => lastAnswer(chat), { timeout: WAIT_MS }).toMatch(WHOLE);
    expect(await chat.count("response.start")).toBe(1);
    expect(await chat.count("error")).toBe(0);
    line.close();
  });
});

/** Lets the page's clock run twenty times as fast until it holds. */
async function waitFor(chat: Chat, holds: () => Promise<boolean>): Promise<void> {
  const look = async () => {
    await chat.page.clock.runFor(1_000);
    return holds();
  };
  await expect.poll(look, { timeout: 2 * WAIT_MS, interval: 50 }).toBe(true);
}
