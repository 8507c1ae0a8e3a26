/**
 * Every example of docs/guides/widgets.md as it is shown: axe in light, dark and right-to-left, and pictures.
 *
 * The pictures lie in `pictures/`; `UPDATE_PICTURES=1 npx vitest run tests/browser/widget_gallery.test.ts`
 * takes new ones. Each is drawn at the same place, with no font but one of the packages, so that machines agree.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LINES } from "../checklist/lines";
import { type Chat, type PageOptions, Site, WAIT_MS } from "./site";
import { frameOf, show } from "./widget_page";
import type { Tree } from "./widget_props";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const FONT = readFileSync(require.resolve("katex/dist/fonts/KaTeX_SansSerif-Regular.woff2")).toString("base64");
const GUIDE = readFileSync(new URL("../../../docs/guides/widgets.md", import.meta.url), "utf8");
const PICTURES = new URL("pictures/", import.meta.url);

const EXAMPLES = [...GUIDE.matchAll(/^### (\S+)\n[^#]*?```json\n([\s\S]*?)```/gm)].map(([, name = "", json = ""]) => [name, JSON.parse(json) as Tree] as const);

const typography = { fontFamily: "Gallery", fontFamilyMono: "Gallery", fontSources: [{ family: "Gallery", src: `data:font/woff2;base64,${FONT}` }] };
const PAGES: readonly (readonly [name: string, width: number, options: PageOptions])[] = [
  ["light", 768, { theme: { colorScheme: "light", typography } }],
  ["dark", 320, { theme: { colorScheme: "dark", typography, color: { accent: { primary: "#3b82f6", level: 1 } } } }],
  ["right-to-left", 1440, { theme: { colorScheme: "light", radius: "soft", typography }, locale: "ar", strings: { "widget.showMore": "Show more" } }],
];

/** How far colours may be apart, and how much of a picture may be: edges of letters differ a little. */
const THRESHOLD = 0.25;
const MOST_DIFFERENT = 0.03;
const MOST_PIXELS = 2;

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.stop());

it("there is an example of each component", () => {
  const types = new Set(JSON.stringify(EXAMPLES).match(/(?<="type":")[A-Z][A-Za-z.]*/g));
  const components = [...LINES].filter((line) => /^widget:[A-Z][A-Za-z]*(\.(Row|Cell))?$/.test(line)).map((line) => line.slice("widget:".length));
  expect(components.filter((type) => !types.has(type))).toEqual([]);
  expect(EXAMPLES.map(([name]) => name)).toEqual(expect.arrayContaining(components.filter((type) => !type.includes("."))));
});

describe.each(PAGES)("in %s at %i px", (page, width, options) => {
  let chat: Chat;
  let machineFonts: string[];
  const pictures = new Map<string, PNG>();

  beforeAll(async () => {
    const context = await site.browser.newContext({ viewport: { width, height: 6000 }, reducedMotion: "reduce", locale: "en-US" });
    chat = await site.open({ context, options });
    // Fonts.ts adds a face once it has its bytes: until then `document.fonts.ready` knows of none.
    await frameOf(chat).waitForFunction((family) => [...document.fonts].some((face) => face.family === family && face.status === "loaded"), typography.fontFamily, { timeout: WAIT_MS });
    await show(chat, ...EXAMPLES.map(([, tree]) => tree));
    await frameOf(chat).waitForFunction(() => document.querySelector(".ck-skeleton") === null && [...document.querySelectorAll(".ck-widget svg[width='1em']")].every((icon) => icon.childElementCount > 0), null, { timeout: WAIT_MS });
    await frameOf(chat).evaluate(() => document.fonts.ready.then(() => undefined));
    machineFonts = await fontsOfTheMachine(chat);
    await setAside(chat);
    for (const [index, [name]] of EXAMPLES.entries()) pictures.set(name, await pictureOf(chat, index));
    await putBack(chat);
  });
  afterAll(() => chat.page.context().close());

  it("axe finds nothing", async () => {
    const frame = frameOf(chat);
    await frame.evaluate(AXE);
    const { violations } = await frame.evaluate(() => (window as never as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } }).axe.run());
    expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${(node.failureSummary ?? "").slice(0, 200)}`))).toEqual([]);
  });

  it("nothing is wider than the page, and nothing could not be shown", async () => {
    const found = await frameOf(chat).evaluate(() => [document.documentElement.scrollWidth - document.documentElement.clientWidth, document.querySelectorAll(".ck-widget .ck-muted:not(small)").length]);
    expect(found).toEqual([0, 0]);
  });

  it("no letter is of a font of the machine", () => {
    expect(machineFonts).toEqual([]);
  });

  it.each(EXAMPLES.map(([name]) => name))("%s looks as it did", (name) => {
    const seen = pictures.get(name);
    if (!seen) throw new Error("no picture");
    const file = new URL(`${page}/${name}.png`, PICTURES);
    if (process.env["UPDATE_PICTURES"] || !existsSync(file)) {
      expect(process.env["CI"], `${file.pathname} is missing`).toBeUndefined();
      mkdirSync(new URL(".", file), { recursive: true });
      writeFileSync(file, PNG.sync.write(seen));
    }
    const known = PNG.sync.read(readFileSync(file));
    expect(Math.abs(known.width - seen.width)).toBeLessThanOrEqual(MOST_PIXELS);
    expect(Math.abs(known.height - seen.height)).toBeLessThanOrEqual(MOST_PIXELS);
    expect(difference(known, seen)).toBeLessThanOrEqual(MOST_DIFFERENT);
  });
});

/** Texts of widgets, where one can see them. */
const SEEN_TEXTS = '//section[contains(@class, "ck-widget")]//text()[not(ancestor::*[contains(@class, "ck-hidden")])]';

/** The fonts of the machine that letters of the widgets are drawn with. */
async function fontsOfTheMachine(chat: Chat): Promise<string[]> {
  const devtools = await chat.page.context().newCDPSession(chat.page);
  await devtools.send("DOM.enable");
  await devtools.send("CSS.enable");
  await devtools.send("DOM.getDocument", { depth: -1, pierce: true });
  const { searchId, resultCount } = await devtools.send("DOM.performSearch", { query: SEEN_TEXTS });
  expect(resultCount).toBeGreaterThan(EXAMPLES.length);
  const { nodeIds } = await devtools.send("DOM.getSearchResults", { searchId, fromIndex: 0, toIndex: resultCount });
  const used = await Promise.all(nodeIds.map((nodeId) => devtools.send("CSS.getPlatformFontsForNode", { nodeId })));
  await devtools.detach();
  return [...new Set(used.flatMap(({ fonts }) => fonts.filter((font) => !font.isCustomFont).map((font) => font.familyName)))];
}

/**
 * Widgets at the corner of the frame, none of them seen. A picture of one then depends on nothing above it and not on
 * how far the thread is scrolled: a letter half a pixel further down has other edges.
 */
async function setAside(chat: Chat): Promise<void> {
  await frameOf(chat).evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      .ck-shell { visibility: hidden }
      .ck-widget { position: fixed; inset: 0 auto auto 0; width: min(720px, 100vw - 28px) }
      .ck-widget[data-pictured] { visibility: visible }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  });
}

async function putBack(chat: Chat): Promise<void> {
  await frameOf(chat).evaluate(() => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.slice(0, -1);
  });
}

async function pictureOf(chat: Chat, index: number): Promise<PNG> {
  const section = chat.frame.locator(".ck-widget").nth(index);
  await section.evaluate((element) => element.toggleAttribute("data-pictured", true));
  const picture = await section.screenshot({ animations: "disabled", caret: "hide" });
  await section.evaluate((element) => element.toggleAttribute("data-pictured", false));
  return PNG.sync.read(picture);
}

/** The share of pixels that differ, where both pictures have some. */
function difference(one: PNG, other: PNG): number {
  const [width, height] = [Math.min(one.width, other.width), Math.min(one.height, other.height)];
  const [a, b] = [one, other].map((picture) => {
    const part = new PNG({ width, height });
    PNG.bitblt(picture, part, 0, 0, width, height, 0, 0);
    return part.data;
  });
  return a && b ? pixelmatch(a, b, undefined, width, height, { threshold: THRESHOLD }) / (width * height) : 1;
}
