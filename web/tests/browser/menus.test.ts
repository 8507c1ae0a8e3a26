/** What lies over the page, for everybody: axe with each of it open, and the on-screen keyboard. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Chat, Site, WAIT_MS } from "./site";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

interface Found {
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

async function violations(chat: Chat): Promise<string[]> {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  // Colours are looked at where they have come to rest.
  await frame.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate(() => (window as never as { axe: { run(): Promise<Found> } }).axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${(node.failureSummary ?? "").slice(0, 200)}`));
}

const OPTIONS = {
  composer: {
    attachments: { enabled: true, accept: { "text/plain": [".txt"] } },
    dictation: { enabled: true },
    tools: [{ id: "s", label: "Search", icon: "globe" }, { id: "d", label: "Draw", icon: "images", pinned: true }],
    models: [{ id: "a", label: "Quick", description: "At once", default: true }, { id: "b", label: "Careful", disabled: true }],
  },
  disclaimer: { text: "May be wrong." },
  header: { title: { text: "Support" } },
};
const CALLBACKS = `
  options.entities = {
    showComposerMenu: true,
    onTagSearch: async () => [{ id: "ada", title: "Ada", group: "People", icon: "user", interactive: true }, { id: "acme", title: "Acme" }],
    onRequestPreview: async () => ({ preview: null }),
  };
  options.commands = { enabled: true, onSearch: async () => [{ id: "go", label: "Go", description: "Somewhere", group: "Places" }] };
  options.header.leftAction = { icon: "menu", onClick() {} };`;

const STATES: [name: string, show: (chat: Chat) => Promise<unknown>][] = [
  ["the tools", async (chat) => { await chat.frame.locator("[aria-haspopup=menu]").first().click(); await chat.frame.getByRole("menu").waitFor(); }],
  ["the models", async (chat) => { await chat.frame.locator("[aria-haspopup=menu]").nth(1).click(); await chat.frame.getByRole("menu").waitFor(); }],
  ["mentions", async (chat) => { await write(chat, "@"); await chat.frame.getByRole("option", { name: "Ada" }).waitFor(); }],
  ["commands", async (chat) => { await write(chat, "/"); await chat.frame.getByRole("option", { name: "Go" }).waitFor(); }],
  ["a preview", async (chat) => {
    await write(chat, "@a");
    await chat.frame.getByRole("option", { name: "Ada" }).click();
    await chat.frame.locator(".ck-tag").hover();
    await chat.frame.getByRole("dialog").waitFor();
  }],
  ["files, one refused", async (chat) => {
    await chat.frame.locator("input[type=file]").setInputFiles([
      { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("x") },
      { name: "picture.png", mimeType: "image/png", buffer: Buffer.from("x") },
    ]);
    await chat.frame.getByRole("alert").waitFor();
    await expect.poll(() => chat.frame.getByRole("progressbar").count(), { timeout: WAIT_MS }).toBe(0);
  }],
  ["a recording", async (chat) => { await chat.frame.locator("button:has(svg)[aria-pressed=false]").last().click(); await chat.frame.locator(".ck-recording").waitFor(); }],
];

async function write(chat: Chat, text: string): Promise<void> {
  await chat.frame.getByRole("textbox").pressSequentially(text);
}

describe.each([["light", "en"], ["dark", "en"], ["light", "ar"]] as const)("axe finds nothing in %s (%s) with", (theme, locale) => {
  it.each(STATES)("%s open", async (_, show) => {
    const chat = await site.open({ options: { ...OPTIONS, theme, locale }, setup: CALLBACKS });
    await show(chat);
    expect(await violations(chat)).toEqual([]);
  });
});

describe("the on-screen keyboard", () => {
  /** A screen whose lower part is covered, as phones tell it: what Chromium here has no keyboard for. */
  const SCREEN = `
    class Screen extends EventTarget { scale = 1; offsetTop = 0; height = innerHeight; }
    window.screenShown = new Screen();
    Object.defineProperty(window, "visualViewport", { value: window.screenShown });
    window.cover = (pixels, scale = 1) => { Object.assign(window.screenShown, { height: innerHeight - pixels, scale }); window.screenShown.dispatchEvent(new Event("resize")); };`;
  const cover = (chat: Chat, pixels: number, scale = 1) =>
    chat.page.evaluate(([pixels, scale]) => (window as never as { cover(pixels: number, scale: number): void }).cover(pixels, scale), [pixels, scale] as const);
  const lowerEdge = async (chat: Chat) => {
    const box = await chat.frame.getByRole("form").boundingBox();
    return (box?.y ?? 9999) + (box?.height ?? 0);
  };

  it("never hides the composer, and gives the room back", async () => {
    const chat = await site.open({ viewport: { width: 390, height: 760 }, setup: SCREEN });
    await chat.ask("help");
    await chat.composer.focus();
    const before = await lowerEdge(chat);
    await cover(chat, 330);
    await expect.poll(() => lowerEdge(chat)).toBeLessThanOrEqual(430);
    expect(await chat.button("Send message").isVisible()).toBe(true);
    await cover(chat, 0);
    await expect.poll(() => lowerEdge(chat)).toBe(before);
  });

  it("is no reason to move anything when one zooms in, or writes elsewhere on the page", async () => {
    const chat = await site.open({ viewport: { width: 390, height: 760 }, setup: `${SCREEN} document.body.prepend(document.createElement("input"));` });
    await chat.composer.focus();
    const before = await lowerEdge(chat);
    await cover(chat, 330, 2);
    expect(await lowerEdge(chat)).toBe(before);
    await chat.page.locator("input").first().focus();
    await cover(chat, 330);
    expect(await lowerEdge(chat)).toBe(before);
  });
});
