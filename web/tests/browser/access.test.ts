/** For everybody: axe on every screen in light and dark, keyboard only, narrow and enlarged. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Chat, Site, WAIT_MS } from "./site";
import { frameOf, show } from "./widget_page";

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

/** What axe finds in the frame, in few words. */
async function violations(chat: Chat): Promise<string[]> {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  await frame.evaluate(AXE);
  const { violations } = await frame.evaluate(() => (window as never as { axe: { run(): Promise<Found> } }).axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${(node.failureSummary ?? "").slice(0, 160)}`));
}

const EVERYTHING = {
  composer: {
    attachments: { enabled: true },
    dictation: { enabled: true },
    tools: [{ id: "s", label: "Search", icon: "globe", pinned: true }, { id: "d", label: "Draw", icon: "images" }],
    models: [{ id: "a", label: "Quick", default: true }, { id: "b", label: "Careful" }],
  },
  startScreen: { greeting: "Hello", prompts: [{ label: "Help me", prompt: "help", icon: "lightbulb" }] },
  disclaimer: { text: "May be wrong." },
  header: { title: { text: "Support" } },
};

const SCREENS: [name: string, show: (chat: Chat) => Promise<unknown>][] = [
  ["the start", (chat) => chat.text("Hello").waitFor()],
  ["help", (chat) => chat.ask("help")],
  ["code and math", async (chat) => { await chat.ask("code"); await chat.ask("math"); }],
  ["table", (chat) => chat.ask("table")],
  ["widgets", (chat) => chat.ask("widgets")],
  ["a form", (chat) => chat.ask("form")],
  ["a chart", (chat) => chat.ask("chart")],
  ["work", async (chat) => { await chat.ask("workflow"); await chat.ask("reasoning"); await chat.ask("sources"); await chat.ask("image"); }],
  ["questions", (chat) => chat.ask("questions")],
  ["an error and notices", async (chat) => { await chat.ask("notice"); await chat.ask("error"); }],
  ["a locked thread", (chat) => chat.ask("lock")],
  ["a closed thread", (chat) => chat.ask("close")],
  ["history", async (chat) => { await chat.ask("table"); await chat.call("showHistory"); }],
];

describe.each(["light", "dark"] as const)("axe finds nothing in %s", (theme) => {
  it.each(SCREENS)("on %s", async (_, show) => {
    const chat = await site.open({ options: { ...EVERYTHING, theme } });
    await show(chat);
    expect(await violations(chat)).toEqual([]);
  });
});

describe("narrow and enlarged", () => {
  it.each([
    ["320 px", { width: 320, height: 568 }],
    ["200 % of 1280 px", { width: 640, height: 400 }],
    ["400 % of 1280 px", { width: 320, height: 256 }],
  ])("%s: nothing is wider than the page, and the composer is in view", async (_, viewport) => {
    const chat = await site.open({ viewport, options: EVERYTHING });
    for (const command of ["help", "widgets", "form", "code"]) await chat.ask(command);
    const frame = chat.page.frames()[1];
    expect(await frame?.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    const box = await chat.composer.boundingBox();
    expect(box && box.y + box.height).toBeLessThanOrEqual(viewport.height);
    expect(box?.height).toBeGreaterThan(10);
  });
});

/** What can have the focus, and would show its ring only in part: it is cut off by what it is in. */
const cutRings = (chat: Chat) =>
  frameOf(chat).evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("button, a[href], summary, input, textarea, [tabindex='0']")) {
      if (element.closest(".ck-composer") || element.getClientRects().length === 0) continue;
      element.focus({ preventScroll: true });
      const { outlineOffset, outlineWidth, outlineStyle } = getComputedStyle(element);
      const around = outlineStyle === "none" ? 0 : parseFloat(outlineOffset) + parseFloat(outlineWidth);
      const box = element.getBoundingClientRect();
      for (let over = element.parentElement; over; over = over.parentElement) {
        if (!/hidden|clip/.test(getComputedStyle(over).overflow)) continue;
        const room = over.getBoundingClientRect();
        if (box.left - around < room.left || box.right + around > room.right || box.top - around < room.top || box.bottom + around > room.bottom) found.push(element.outerHTML.slice(0, 80));
      }
    }
    return found;
  });

/** What of the view is wider than its parent has room for, unless that scrolls or cuts with an ellipsis. */
const cut = (chat: Chat, selector: string) =>
  frameOf(chat).evaluate((selector) => {
    const card = document.querySelector(".ck-card")?.getBoundingClientRect();
    return [...document.querySelectorAll(selector)].filter((element) => card && element.getBoundingClientRect().right > card.right).map((element) => element.textContent);
  }, selector);

describe("the ring of the focus", () => {
  it.each(["code", "table", "widgets", "form", "sources", "workflow", "image"])("is seen all around in an answer to %s", async (command) => {
    const chat = await site.open({ viewport: { width: 420, height: 700 }, options: EVERYTHING });
    await chat.ask(command);
    await chat.composer.press("Tab");
    expect(await cutRings(chat)).toEqual([]);
  });
});

describe("words without an end", () => {
  const LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz";
  const viewport = { width: 320, height: 640 };

  it("in a widget's labels break, and leave what stands beside them in view", async () => {
    const chat = await site.open({ viewport });
    const action = { type: "go" };
    await show(chat, {
      type: "Card",
      status: { text: LONG, icon: "info" },
      confirm: { label: LONG, action },
      cancel: { label: LONG, action },
      children: [
        { type: "Checkbox", name: "a", label: LONG },
        { type: "RadioGroup", name: "b", options: [{ value: "1", label: LONG }] },
        { type: "Button", label: LONG, onClickAction: action },
        { type: "Badge", label: LONG },
        { type: "Row", children: [{ type: "Select", name: "c", placeholder: `Choose the ${LONG}`, options: [{ value: "1", label: "One" }] }, { type: "DatePicker", name: "d" }] },
      ],
    });
    expect(await cut(chat, ".ck-card span, .ck-card button, .ck-card label")).toEqual([]);
  });

  it("naming a block's language leave its Copy in view", async () => {
    await site.control("script", { text: `\`\`\`${LONG}\ncode\n\`\`\``, word_seconds: 0 });
    const chat = await site.open({ viewport });
    await chat.ask("script");
    const box = await chat.button("Copy code").boundingBox();
    expect(box && box.x + box.width).toBeLessThan(viewport.width);
  });

  it("or a reason of many words: why a thread is locked is read to its end", async () => {
    const chat = await site.open({ viewport: { width: 320, height: 640 } });
    await chat.ask("lock");
    const fits = () => chat.composer.evaluate((field) => field.clientHeight > 2 * parseFloat(getComputedStyle(field).lineHeight));
    await expect.poll(fits).toBe(true);
  });
});

describe("keyboard only", () => {
  it("reaches everything in an order that makes sense, writes, sends, stops, goes to history and back", async () => {
    const chat = await site.open({ options: EVERYTHING });
    const { keyboard } = chat.page;
    expect(await chat.call("focusComposer")).toBe("ok");
    await keyboard.type("table");
    await keyboard.press("Shift+Enter");
    await keyboard.type("please");
    await keyboard.press("Enter");
    await chat.until("response.end");
    await chat.frame.getByRole("article", { name: "You said" }).getByText("please").waitFor();
    const seen = new Set<string>();
    for (let time = 0; time < 25; time += 1) {
      await keyboard.press("Shift+Tab");
      seen.add(await focused(chat));
    }
    for (const name of ["Copy", "Conversations", "New chat"]) expect([...seen].join("\n")).toContain(name);
    await chat.button("Conversations").focus();
    await keyboard.press("Enter");
    await chat.until("history.open");
    await expect.poll(() => focused(chat), { timeout: WAIT_MS }).toBe("Search conversations");
    await keyboard.press("Escape");
    await chat.until("history.close");
    await expect.poll(() => focused(chat), { timeout: WAIT_MS }).toContain("Conversations");
  });

  it("an Enter that picks a word of an input method sends nothing", async () => {
    const chat = await site.open();
    await chat.composer.fill("nihon");
    await chat.composer.dispatchEvent("keydown", { key: "Enter", isComposing: true });
    expect(await chat.count("response.start")).toBe(0);
  });
});

async function focused(chat: Chat): Promise<string> {
  const frame = chat.page.frames()[1];
  const inside = await frame?.evaluate(() => {
    const element = document.activeElement;
    return element && element !== document.body ? (element.getAttribute("aria-label") ?? element.textContent) : "";
  });
  return inside ?? "";
}
