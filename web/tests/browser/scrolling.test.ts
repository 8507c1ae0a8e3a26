/** Long threads in Chromium: paged in from their end, the place kept, the end followed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Chat, Site, WAIT_MS } from "./site";

const ITEMS = 400;

let site: Site;
let threadId: string;
beforeAll(async () => {
  site = await Site.start(0.005);
});
// A thread for each: an answer that a test leaves goes on without it.
beforeEach(async () => {
  const { ids } = await site.control<{ ids: string[] }>("seed", { items: ITEMS });
  threadId = ids[0] ?? "";
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const fromEnd = (chat: Chat) => chat.log.evaluate((view) => Math.round(view.scrollHeight - view.scrollTop - view.clientHeight));
const questions = (chat: Chat) => chat.frame.getByRole("article", { name: "You said" });
const toLatest = (chat: Chat) => chat.button("Jump to latest");

async function openLong(autoScroll?: boolean): Promise<Chat> {
  const chat = await site.open({ options: { initialThread: threadId, ...(autoScroll !== undefined && { thread: { autoScroll } }) } });
  await chat.text(`Question ${ITEMS - 2}`).waitFor();
  return chat;
}

/** Scrolls as a wheel does, and waits until the page has drawn it. */
async function scrollBy(chat: Chat, pixels: number): Promise<void> {
  await chat.log.evaluate(
    (view, pixels) =>
      new Promise((resolve) => {
        view.scrollBy(0, pixels);
        requestAnimationFrame(() => requestAnimationFrame(resolve));
      }),
    pixels,
  );
}

/** Gives the page another size, and waits until the frame has drawn it. */
async function resized(chat: Chat, width: number, height: number): Promise<void> {
  await chat.page.setViewportSize({ width, height });
  await expect.poll(() => chat.log.evaluate(() => innerWidth)).toBe(width);
  await scrollBy(chat, 0);
}

describe("a thread of any length", () => {
  it("opens at its end, with few of its items in the document", async () => {
    const chat = await openLong();
    await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
    expect(await questions(chat).count()).toBeLessThan(40);
    expect(await toLatest(chat).count()).toBe(0);
  });

  it("keeps what one reads in view when it gets narrower, and when a phone is turned", async () => {
    const chat = await openLong();
    await scrollBy(chat, -1_200);
    await expect.poll(() => questions(chat).count()).toBeGreaterThan(16);
    await scrollBy(chat, -100);
    const first = () =>
      chat.log.evaluate((view) => [...view.querySelectorAll("p")].find((line) => line.getBoundingClientRect().bottom > view.getBoundingClientRect().top + 20)?.textContent);
    const before = await first();
    for (const [width, height] of [[400, 700], [700, 400], [800, 700]] as const) {
      await resized(chat, width, height);
      await expect.poll(first).toBe(before);
    }
  });

  it("stays at its end in a view that gets narrower and wider, then lower", async () => {
    const chat = await openLong();
    await scrollBy(chat, -1_200);
    for (const width of [400, 800]) await resized(chat, width, 700);
    await scrollBy(chat, 20_000);
    for (const [width, height] of [[400, 700], [800, 700], [800, 400]] as const) {
      await resized(chat, width, height);
      await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
    }
  });

  it("pages in up to its first item while one scrolls up", async () => {
    const chat = await openLong();
    await expect
      .poll(async () => {
        await scrollBy(chat, -3_000);
        return (await questions(chat).count()) === ITEMS / 2;
      }, { timeout: WAIT_MS, interval: 20 })
      .toBe(true);
    expect(await questions(chat).allTextContents()).toEqual(Array.from({ length: ITEMS / 2 }, (_, index) => `Question ${index * 2}`));
    const pages = chat.requests.filter((url) => url.endsWith("/chatkit")).length;
    expect(pages).toBeLessThan(2 + ITEMS / 40);
  });

  it("keeps the place one reads at when older items come in above it", async () => {
    const chat = await openLong();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await chat.page.route("**/chatkit", async (route) => {
      await held;
      await route.continue();
    });
    await expect
      .poll(async () => {
        await scrollBy(chat, -2_000);
        return chat.text("Loading earlier messages").isVisible();
      }, { timeout: WAIT_MS, interval: 20 })
      .toBe(true);
    await scrollBy(chat, 200);
    const before = await placeOfFirstInView(chat);
    const count = await questions(chat).count();
    release();
    await expect.poll(() => questions(chat).count(), { timeout: WAIT_MS }).toBeGreaterThan(count);
    await chat.text("Loading earlier messages").waitFor({ state: "detached" });
    await scrollBy(chat, 0);
    expect(Math.abs((await topOf(chat, before.text)) - before.top)).toBeLessThan(2);
  });

  it("fills the screen by itself when the newest page is shorter than that", async () => {
    const chat = await site.open({ viewport: { width: 800, height: 4_000 }, options: { initialThread: threadId } });
    await expect.poll(() => questions(chat).count(), { timeout: WAIT_MS }).toBeGreaterThan(25);
    await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
  });

  it("is left at once for its beginning by one key, and stays there", async () => {
    const chat = await openLong();
    await chat.log.focus();
    // The key moves the view over some frames, in which more turns come in above.
    const moved = await chat.log.evaluateHandle((view) => ({ end: new Promise((resolve) => view.addEventListener("scrollend", resolve, { once: true })) }));
    await chat.page.keyboard.press("Home");
    await moved.evaluate(({ end }) => end.then(() => undefined));
    await toLatest(chat).waitFor();
    expect(await fromEnd(chat)).toBeGreaterThan(1_000);
  });

  it("is at its end again with one press, and the button is gone", async () => {
    const chat = await openLong();
    await scrollBy(chat, -2_500);
    await toLatest(chat).click();
    await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
    await toLatest(chat).waitFor({ state: "detached" });
  });
});

/** The question that is first in view: what it says, and where it stands. */
async function placeOfFirstInView(chat: Chat): Promise<{ text: string; top: number }> {
  return chat.log.evaluate((view) => {
    const first = [...view.querySelectorAll(".ck-user")].find((element) => element.getBoundingClientRect().top > view.getBoundingClientRect().top);
    return { text: first?.textContent ?? "", top: first?.getBoundingClientRect().top ?? 0 };
  });
}

async function topOf(chat: Chat, text: string): Promise<number> {
  return chat.log.evaluate((view, text) => {
    const found = [...view.querySelectorAll(".ck-user")].find((element) => element.textContent === text);
    return found?.getBoundingClientRect().top ?? NaN;
  }, text);
}

describe("the end of a thread", () => {
  const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(" ");
  beforeEach(() => site.control("script", { text: words(1_500), word_seconds: 0.002 }));

  const grows = (chat: Chat, from: number) => expect.poll(() => chat.log.evaluate((view) => view.scrollHeight), { timeout: WAIT_MS }).toBeGreaterThan(from + 200);
  const height = (chat: Chat) => chat.log.evaluate((view) => view.scrollHeight);

  it("is followed with autoScroll while the reader is there", async () => {
    const chat = await openLong(true);
    await chat.send("script");
    await grows(chat, await height(chat));
    expect(await fromEnd(chat)).toBeLessThan(80);
    await chat.until("response.end");
    await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
  });

  it("is left alone with autoScroll once the reader scrolls up, by however little", async () => {
    const chat = await openLong(true);
    await chat.send("script");
    await grows(chat, await height(chat));
    await scrollBy(chat, -30);
    const place = await chat.log.evaluate((view) => view.scrollTop);
    await grows(chat, await height(chat));
    expect(await chat.log.evaluate((view) => view.scrollTop)).toBe(place);
    await toLatest(chat).click();
    await expect.poll(() => fromEnd(chat)).toBeLessThan(80);
    await grows(chat, await height(chat));
    expect(await fromEnd(chat)).toBeLessThan(80);
  });

  it("is where sending goes, wherever one was reading", async () => {
    const chat = await openLong();
    await scrollBy(chat, -2_500);
    await chat.send("script");
    await chat.until("response.start");
    await expect.poll(() => questions(chat).last().textContent(), { timeout: WAIT_MS }).toBe("script");
    await expect.poll(async () => (await questions(chat).last().boundingBox())?.y ?? 1e9, { timeout: WAIT_MS }).toBeLessThan(200);
  });

  it("is not followed by default: the question stays on top, and its answer grows below it", async () => {
    const chat = await openLong();
    await chat.send("script");
    await expect.poll(async () => (await questions(chat).last().boundingBox())?.y ?? 1e9, { timeout: WAIT_MS }).toBeLessThan(200);
    const { y: top } = (await questions(chat).last().boundingBox()) ?? { y: 0 };
    await chat.until("response.end");
    const { y: after } = (await questions(chat).last().boundingBox()) ?? { y: 1 };
    expect(Math.abs(after - top)).toBeLessThan(2);
    await toLatest(chat).click();
    await expect.poll(() => fromEnd(chat)).toBeLessThan(2);
  });
});
