/** Languages on real pages: loaded when they are shown, from the first frame on, told to the server, in the page's own words. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { Site } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

/** Keeps the languages of all requests, and the first text that the frame ever shows. */
const WATCH = `
  window.languages = [];
  options.api.fetch = (url, init) => { window.languages.push(init.headers["Accept-Language"]); return fetch(url, init); };`;

describe("a locale", () => {
  it("is the page's: strings, document, frame and requests", async () => {
    covers("option:locale");
    const chat = await site.open({ options: { locale: "de-AT" }, setup: WATCH });
    await chat.text("Wobei kann ich heute helfen?").waitFor();
    await chat.frame.getByRole("textbox", { name: "Nachricht" }).fill("table");
    await chat.frame.getByRole("button", { name: "Nachricht senden" }).click();
    await chat.until("response.end");
    expect(await chat.page.evaluate(() => (window as never as { languages: string[] }).languages)).toContain("de-AT");
    expect(await chat.frame.locator("html").getAttribute("lang")).toBe("de-AT");
    expect(await chat.page.locator("openai-chatkit iframe").getAttribute("title")).toBe("Chat");
    expect(chat.requests.filter((url) => /chunks\/(de|fr|es)-/.test(url))).toHaveLength(1);
  });

  it("is shown from the first frame on: no English goes before it", async () => {
    const chat = await site.open({
      options: { locale: "fi" },
      setup: `window.seen = new Set();
        const look = () => {
          const page = chat.shadowRoot?.querySelector("iframe")?.contentDocument;
          const text = page?.querySelector("h2")?.textContent;
          if (text) window.seen.add(text);
          if (!window.isReady) requestAnimationFrame(look);
        };
        look();`,
    });
    await chat.text("Miten voin auttaa tänään?").waitFor();
    expect(await chat.page.evaluate(() => [...(window as never as { seen: Set<string> }).seen].filter((text) => text.includes("help")))).toEqual([]);
  });

  it("changes while the page is open, and falls back to English where it is nobody's", async () => {
    const chat = await site.open({ options: { locale: "ja" } });
    await chat.text("今日はどのようなご用件ですか").waitFor();
    await chat.page.evaluate(() => {
      const page = window as never as { chat: { setOptions(options: object): void }; options: object };
      (document.querySelector("openai-chatkit") as never as typeof page.chat).setOptions({ ...page.options, locale: "cy" });
    });
    await chat.text("What can I help with today?").waitFor();
    expect(await chat.frame.locator("html").getAttribute("lang")).toBe("en");
  });

  it("that no browser knows breaks nothing", async () => {
    const chat = await site.open({ options: { locale: "日本 語" } });
    await chat.ask("table");
    expect(chat.faults).toEqual([]);
  });
});

describe("the page's own strings", () => {
  it("go before those of the locale, key by key", async () => {
    const chat = await site.open({ options: { locale: "fr", strings: { "start.greeting": "Bonjour, Ada", "frame.title": "Aide" } } });
    await chat.text("Bonjour, Ada").waitFor();
    await chat.button("Envoyer le message").waitFor();
    expect(await chat.page.locator("openai-chatkit iframe").getAttribute("title")).toBe("Aide");
  });

  it("are refused by their path when there is no such string", async () => {
    const chat = await site.open();
    expect(await chat.call("setOptions", { api: { url: "/chatkit" }, strings: { "composer.sned": "x" } })).toContain('strings["composer.sned"]');
  });
});
