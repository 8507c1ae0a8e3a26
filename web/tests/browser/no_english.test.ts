/**
 * No English is left in the interface in another language.
 *
 * All strings are put in brackets by the page, in a locale whose dates and numbers have no Latin letter:
 * a Latin letter outside of brackets is a text that is in no locale's file, unless the server or the page gave it.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { en } from "../../src/locales/en";
import { LANGUAGES } from "../../src/locales/tags";
import { SAME_AS_ENGLISH } from "../unit/view/same_as_english";
import { type Chat, type PageOptions, Site, WAIT_MS } from "./site";
import { listen, listened } from "./texts";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.stop());

const ENGLISH: Record<string, string> = en;
const BRACKETED = Object.fromEntries(Object.entries(ENGLISH).map(([key, text]) => [key, `⟦${text}⟧`]));

const EVERYTHING: PageOptions = {
  locale: "fa",
  strings: BRACKETED,
  header: { leftAction: { icon: "settings-cog", onClick: null as never }, rightAction: { icon: "share", onClick: null as never } },
  composer: {
    attachments: { enabled: true, maxCount: 2, maxSize: 1000, accept: { "text/plain": [".txt"] } },
    dictation: { enabled: true },
    tools: [{ id: "s", label: "Werkzeug Eins", icon: "globe", pinned: true }, { id: "d", label: "Werkzeug Zwei", icon: "images" }],
    models: [{ id: "a", label: "Modell Eins", default: true }, { id: "b", label: "Modell Zwei" }],
  },
  commands: { enabled: true },
  threadItemActions: { feedback: true, retry: true },
};

/** Functions cannot be handed over as JSON: the page makes them. */
const FUNCTIONS = `
  options.header.leftAction.onClick = options.header.rightAction.onClick = () => undefined;
  options.entities = { showComposerMenu: true, onTagSearch: async (query) => query === "zzz" ? [] : [{ id: "1", title: "Ada", interactive: true }], onRequestPreview: async () => ({ preview: null }) };
  options.commands.onSearch = async (query) => query === "zzz" ? [] : [{ id: "c", label: "Befehl" }];
  options.commands.onSelect = async () => undefined;`;

/** What the page's functions answer with, what tests type, and units of file names. */
const GIVEN = ["Ada", "Befehl", "Lovelace", "notes.txt", "large.txt", "picture.gif", "zzz", "AI"];

async function open(): Promise<Chat> {
  const chat = await site.open({ options: EVERYTHING, setup: FUNCTIONS });
  await listen(chat);
  return chat;
}

/** Texts with Latin letters that are neither ours, in brackets, nor given by the server or the page. */
async function strangers(chat: Chat): Promise<string[]> {
  const { heard, given } = await listened(chat);
  // Without what Markdown takes away, and the isolates around names.
  const plain = (text: string) => text.replace(/[\u2066-\u2069\u200b\\$`*_|]/g, "").replace(/\s+/g, " ").trim();
  const known = [...given, ...GIVEN].map(plain).join("\n");
  return heard.filter((text) => {
    // An answer is read out without its marks: word by word. Elsewhere names stand between strings of ours, in lists by Intl, and shortened.
    const parts = text.includes("\n") ? text.split(/[^\p{L}\p{N}]+/u) : plain(text).split(/⟦[^⟧]*⟧|،| و | · /);
    const rest = parts.map((part) => part.replace(/^[\s:·()≤]+|[\s:·()≤…]+$/g, ""));
    return rest.some((part) => /\p{Script=Latin}/u.test(part) && !known.includes(part));
  });
}

const file = (name: string, size: number, mimeType = "text/plain") => ({ name, mimeType, buffer: Buffer.alloc(size, "a") });

async function give(chat: Chat, files: ReturnType<typeof file>[]): Promise<void> {
  await chat.frame.locator("input[type=file]").setInputFiles(files);
}

const SCENES: [name: string, act: (chat: Chat) => Promise<unknown>][] = [
  ["the start", (chat) => chat.text("⟦What can I help with today?⟧").waitFor()],
  ["menus of the composer", async (chat) => {
    for (const name of ["Tools", "Model"]) {
      const button = chat.button(`⟦${name}⟧`).or(chat.frame.locator("button[aria-haspopup=menu]", { hasText: name === "Model" ? "Modell" : name })).first();
      if (await button.isVisible()) await button.click();
      await chat.page.keyboard.press("Escape");
    }
    for (const typed of ["@A", "@zzz", "/B"]) {
      await chat.composer.fill("");
      await chat.composer.pressSequentially(typed);
      await chat.frame.locator(".ck-suggestions").waitFor();
    }
  }],
  ["files that are taken and refused", async (chat) => {
    await give(chat, [file("notes.txt", 10), file("large.txt", 5000), file("picture.gif", 10, "image/gif")]);
    await chat.text(/⟦.*large.txt.*is too large⟧/).waitFor();
    await chat.text(/⟦.*picture.gif.*not accepted⟧/).waitFor();
    await give(chat, [file("a.txt", 10), file("b.txt", 10)]);
    await chat.frame.locator("body").dispatchEvent("dragover", { dataTransfer: await dragged(chat) });
  }],
  ["dictation", async (chat) => {
    await chat.button("⟦Dictate⟧").click();
    await chat.button("⟦Stop dictating⟧").click();
    await expect.poll(() => chat.composer.innerText(), { timeout: WAIT_MS }).toContain("kB");
  }],
  ["an answer, its actions, code, formulas and a table", async (chat) => {
    await chat.ask("code");
    await chat.ask("math");
    await chat.ask("table");
    for (const name of ["⟦Copy code⟧", "⟦Copy⟧", "⟦Good answer⟧"]) await chat.button(name).first().click();
    await chat.frame.locator(".ck-thread").evaluate((log) => (log.scrollTop = 0));
    await chat.button("⟦Jump to latest⟧").waitFor();
  }],
  ["work and sources", async (chat) => {
    for (const word of ["workflow", "reasoning", "sources", "image", "progress", "client tool"]) await chat.ask(word);
    for (const fold of await chat.frame.locator("details > summary").all()) await fold.click();
  }],
  ["widgets", async (chat) => {
    for (const word of ["widgets", "chart", "form"]) await chat.ask(word);
    for (const opener of await chat.frame.locator(".ck-select-button").all()) {
      await opener.click();
      await chat.frame.locator(".ck-popover").first().waitFor();
      await chat.page.keyboard.press("Escape");
    }
    for (const more of await chat.button("⟦Show more⟧").all()) await more.click();
  }],
  ["questions", async (chat) => {
    await chat.ask("questions");
    for (let at = 0; at < 3; at += 1) await chat.button("⟦Skip⟧").click();
    await chat.until("response.end", 2);
  }],
  ["errors, notices and retries", async (chat) => {
    await chat.ask("notice");
    await chat.ask("error");
    await chat.button("⟦Try again⟧").first().waitFor();
    await chat.call("setThreadId", "thr_that_is_not");
  }],
  ["an image that may not be shown", async (chat) => {
    await site.control("script", { text: "![A picture](https://elsewhere.example/a.png)", allowed_image_domains: ["here.example"] });
    await chat.ask("script");
    await chat.text(/⟦Image from .* is not shown⟧/).waitFor();
  }],
  ["a network that is lost", async (chat) => {
    await chat.ask("table");
    await chat.page.context().setOffline(true);
    await chat.send("help");
    await chat.until("response.start", 2);
    await chat.page.context().setOffline(false);
    await chat.until("response.end", 2);
  }],
  ["a locked and a closed conversation", async (chat) => {
    await chat.ask("lock");
    await chat.call("setThreadId", null);
    await chat.ask("close");
  }],
  ["the history: found, renamed, deleted", async (chat) => {
    await chat.ask("table");
    await chat.call("showHistory");
    await chat.frame.getByRole("searchbox").fill("zzz");
    await chat.frame.getByRole("searchbox").fill("");
    await chat.button(/⟦Rename/).first().click();
    await chat.button("⟦Cancel⟧").click();
    await chat.button(/⟦Delete/).first().click();
    await chat.text("⟦Undo⟧").waitFor();
  }],
  ["a quotation", async (chat) => {
    await chat.ask("table");
    await chat.frame.getByRole("article", { name: "⟦Assistant said⟧" }).locator("p").first().click({ clickCount: 3 });
    await chat.button("⟦Quote⟧").click();
  }],
  ["a long conversation", async (chat) => {
    const { ids } = await site.control<{ ids: string[] }>("seed", { items: 120, title: "Lang" });
    await chat.call("setThreadId", ids[0]);
    const first = chat.frame.getByText("Question 0", { exact: true });
    const up = () => chat.frame.locator(".ck-thread").evaluate((log) => (log.scrollTop = 0));
    await expect.poll(() => up().then(() => first.count()), { timeout: WAIT_MS }).toBe(1);
  }],
];

async function dragged(chat: Chat) {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  return frame.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(["a"], "notes.txt", { type: "text/plain" }));
    return data;
  });
}

describe("only what is translated, dated by Intl, or given is said", () => {
  afterEach(() => site.closePages());

  it.each(SCENES)("in %s", async (_, act) => {
    const chat = await open();
    await act(chat);
    expect(await strangers(chat)).toEqual([]);
    expect((await listened(chat)).heard.some((text) => text.includes("⟦"))).toBe(true);
  });
});

/** Each text of the screen, as it is. */
async function shown(chat: Chat): Promise<string[]> {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  return frame.evaluate(() => {
    const texts: string[] = [];
    for (const element of document.querySelectorAll("*")) {
      for (const name of ["aria-label", "title", "placeholder", "data-placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? "");
    }
    return texts.map((text) => text.trim()).filter(Boolean);
  });
}

describe("no text of the main screens is English", () => {
  // A server of its own: titles of other tests' conversations may be words that we have too, such as "Table".
  let own: Site;
  let chat: Chat;
  beforeAll(async () => {
    own = await Site.start();
    chat = await own.open({ options: { ...EVERYTHING, strings: {}, locale: "en" }, setup: FUNCTIONS });
  });

  afterAll(() => own.stop());

  /** Options with the locale, on each screen in turn; a screen is there when its own word is. */
  const screens: [name: string, go: () => Promise<unknown>, key: keyof typeof en][] = [
    ["start", () => chat.call("setThreadId", null), "start.greeting"],
    ["history", () => chat.call("showHistory"), "history.search"],
    ["thread", async () => { await chat.call("hideHistory"); await chat.call("setThreadId", null); await chat.call("sendUserMessage", { text: "deeplink" }); }, "message.copy"],
  ];

  it.each(LANGUAGES.map((tag) => [tag]))("in %s", async (tag) => {
    const { default: strings } = (await import(`../../src/locales/lang/${tag}.json`)) as { default: Record<string, string> };
    const mayBe = new Set((SAME_AS_ENGLISH[tag] ?? []).map((key) => ENGLISH[key]));
    const english = new Set(Object.values(ENGLISH).filter((text) => !mayBe.has(text)));
    await chat.page.evaluate((locale) => {
      const page = window as never as { options: { locale: string } };
      page.options.locale = locale;
      (document.querySelector("openai-chatkit") as never as { setOptions(options: object): void }).setOptions(page.options);
    }, tag);
    for (const [, go, key] of screens) {
      await go();
      await expect.poll(() => shown(chat), { timeout: WAIT_MS }).toContain(strings[key]);
      await expect.poll(async () => (await shown(chat)).filter((text) => english.has(text)), { timeout: WAIT_MS }).toEqual([]);
    }
  });
});
