/** Themes on real pages: schemes that follow the system, spacing, fonts under a strict policy, and what readers ask of their system. */
import { readdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const CHUNKS = new URL("../../../src/chatkit/http/assets/chatkit-chunks/", import.meta.url);

/** A computed property of the first element in the frame that the selector finds. */
async function styleOf(chat: Chat, selector: string, property: string): Promise<string> {
  return chat.frame.locator(selector).first().evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
}

const ground = (chat: Chat) => styleOf(chat, "body", "background-color");
const [WHITE, BLACK] = ["rgb(255, 255, 255)", "rgb(24, 24, 26)"];

describe("the colour scheme", () => {
  it("is light, or what the page says, also as it changes", async () => {
    covers("option:theme", "option:theme.colorScheme");
    const chat = await site.open({ colorScheme: "dark" });
    expect(await ground(chat)).toBe(WHITE);
    for (const theme of ["dark", { colorScheme: "light" }, { colorScheme: "dark" }]) {
      await chat.call("setOptions", { api: { url: "/chatkit" }, theme });
      await expect.poll(() => ground(chat), { timeout: WAIT_MS }).toBe(JSON.stringify(theme).includes("dark") ? BLACK : WHITE);
    }
    expect(await styleOf(chat, "html", "color-scheme")).toBe("dark");
  });

  it("follows the system where it is asked to, while the page is open", async () => {
    const chat = await site.open({ colorScheme: "dark", options: { theme: "system" } });
    expect(await ground(chat)).toBe(BLACK);
    await chat.page.emulateMedia({ colorScheme: "light" });
    await expect.poll(() => ground(chat), { timeout: WAIT_MS }).toBe(WHITE);
  });
});

describe("spacing, corners and tokens", () => {
  it("density spaces what there is", async () => {
    const heights: number[] = [];
    for (const density of ["compact", "normal", "spacious"] as const) {
      const chat = await site.open({ options: { theme: { density } } });
      await chat.ask("table");
      const box = await chat.frame.locator(".ck-table").boundingBox();
      const composer = await chat.frame.locator(".ck-composer").boundingBox();
      heights.push((box?.height ?? 0) + (composer?.height ?? 0));
      await site.closePages();
    }
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect(new Set(heights).size).toBe(3);
  });

  it("corners are as round as the page says", async () => {
    const chat = await site.open({ options: { theme: { radius: "sharp" } } });
    await chat.ask("table");
    expect(await styleOf(chat, ".ck-bubble", "border-top-left-radius")).toBe("2px");
  });

  it("the page's own tokens go before the theme's", async () => {
    const chat = await site.open({ options: { theme: { colorScheme: "dark", tokens: { "--ck-background": "#123456" } } } });
    expect(await ground(chat)).toBe("rgb(18, 52, 86)");
    expect(await chat.call("setOptions", { api: { url: "/chatkit" }, theme: { tokens: { "--ck-backround": "red" } } })).toContain('theme.tokens["--ck-backround"]');
  });
});

describe("fonts", () => {
  it("come from the page's addresses alone, under a policy that allows no style and no font", async () => {
    covers(
      "option:theme.typography.fontSources", "option:theme.typography.fontSources[].family", "option:theme.typography.fontSources[].src", "option:theme.typography.fontSources[].weight",
      "option:theme.typography.fontSources[].style", "option:theme.typography.fontSources[].display", "option:theme.typography.fontSources[].unicodeRange",
    );
    const file = readdirSync(CHUNKS).find((name) => /^KaTeX_Main-Regular.*\.woff2$/.test(name)) ?? "";
    const source = { family: "Own", src: `url("/chatkit-chunks/${file}")`, weight: 500, style: "italic", display: "swap", unicodeRange: "U+41-5A" } as const;
    const typography = { baseSize: 18, fontFamily: "Own", fontSources: [source, { family: "Gone", src: "/gone.woff2" }] } as const;
    const chat = await site.open({
      policy: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:",
      options: { theme: { typography: { ...typography, fontSources: [...typography.fontSources] } } },
    });
    const faces = () => chat.frame.locator("body").evaluate((body) => [...body.ownerDocument.fonts].map(({ family, weight, style, display, unicodeRange, status }) => ({ family, weight, style, display, unicodeRange, status })));
    await expect.poll(faces, { timeout: WAIT_MS }).toEqual([{ family: "Own", weight: "500", style: "italic", display: "swap", unicodeRange: "U+41-5A", status: "loaded" }]);
    expect(await styleOf(chat, "body", "font-family")).toMatch(/^Own,/);
    expect(await styleOf(chat, "body", "font-size")).toBe("18px");
    await chat.until("log");
    expect((await chat.events()).find((event) => event.name === "log")?.detail).toMatchObject({ name: "theme.font_failed", data: { family: "Gone" } });
    expect(chat.faults).toEqual([]);
    expect(chat.strangers()).toEqual([]);
  });
});

describe("what readers ask of their system", () => {
  it("less motion: nothing moves", async () => {
    const chat = await site.open();
    await chat.ask("table");
    const moving = await chat.frame.locator("body").evaluate((body) => body.getAnimations({ subtree: true }).length);
    expect(moving).toBe(0);
    expect(await styleOf(chat, ".ck-actions", "transition-duration")).toBe("0s");
  });

  it("more contrast: small print is as dark as text, and lines are seen", async () => {
    const chat = await site.open();
    await chat.page.emulateMedia({ contrast: "more" });
    await chat.ask("table");
    expect(await styleOf(chat, ".ck-actions button", "color")).toBe(await styleOf(chat, "body", "color"));
    expect(await styleOf(chat, ".ck-bubble", "border-top-width")).toBe("1px");
  });

  it("colours of their own: what a ground showed has an edge", async () => {
    const chat = await site.open();
    await chat.page.emulateMedia({ forcedColors: "active" });
    await chat.ask("table");
    expect(await styleOf(chat, ".ck-bubble", "border-top-style")).toBe("solid");
    await chat.button("Good answer").click();
    await chat.frame.getByRole("button", { name: "Good answer", pressed: true }).waitFor();
    expect(await styleOf(chat, "[aria-pressed=true]", "outline-style")).toBe("solid");
  });
});

describe("from right to left", () => {
  it("icons that point are turned around, code is not", async () => {
    const chat = await site.open({
      options: { locale: "he", header: { leftAction: { icon: "back-large", onClick: null as never }, rightAction: { icon: "home", onClick: null as never } } },
      setup: "options.header.leftAction.onClick = options.header.rightAction.onClick = () => undefined;",
    });
    await chat.call("sendUserMessage", { text: "code" });
    expect(await styleOf(chat, ".ck-header-side:first-child svg", "scale")).toBe("-1 1");
    expect(await styleOf(chat, ".ck-header-side.ck-end button:last-child svg", "scale")).toBe("none");
    expect(await styleOf(chat, ".ck-code", "direction")).toBe("ltr");
    const [start, end] = await Promise.all([chat.frame.locator(".ck-header-side").first().boundingBox(), chat.frame.locator(".ck-end").boundingBox()]);
    expect(start && end && start.x > end.x).toBe(true);
  });
});
