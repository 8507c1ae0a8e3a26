/** What one reads and takes along: sources, work that folds away, copies; and what is loaded for it, when. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Chat, Site, WAIT_MS } from "./site";
import { show } from "./widget_page";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const answer = (chat: Chat) => chat.frame.getByRole("article", { name: "Assistant said" }).last();

describe("sources", () => {
  it("are marked where they are meant, and listed when one asks", async () => {
    const chat = await site.open();
    await chat.ask("sources");
    await expect.poll(() => answer(chat).locator(".ck-mark").allInnerTexts()).toEqual(["1", "2", "3", "Heron"]);
    expect(await answer(chat).getByRole("link", { name: /Tide tables/ }).first().getAttribute("href")).toMatch(/^https:/);
    const list = answer(chat).locator(".ck-sources");
    expect(await list.getByRole("listitem").first().isVisible()).toBe(false);
    await list.locator("summary").click();
    const lines = await list.getByRole("listitem").allInnerTexts();
    expect(lines.map((line) => line.split("\n")[0])).toEqual(["Tide tables", "Wind and waves", "Chart of the bay", "Heron"]);
  });
});

describe("work", () => {
  it("folds away when it is done, says what it was, and opens again", async () => {
    const chat = await site.open();
    await chat.ask("workflow");
    const work = chat.frame.locator(".ck-workflow");
    await work.getByText("Planned a day at sea").waitFor();
    const task = work.getByText("Looked up the weather");
    await expect.poll(() => task.isVisible()).toBe(false);
    await work.locator("summary").press("Enter");
    await expect.poll(() => task.isVisible()).toBe(true);
    await work.getByText("bay-2026.pdf").waitFor();
  });

  it("that was thought says for how long", async () => {
    const chat = await site.open();
    await chat.ask("reasoning");
    await chat.frame.locator(".ck-workflow summary").getByText(/^Thought for \d+ sec$/).waitFor();
  });
});

describe("copies", () => {
  it("of code are the code, of an answer its Markdown, and both say that they were made", async () => {
    const chat = await site.open();
    await chat.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await chat.ask("code");
    const copied = () => chat.page.evaluate(() => navigator.clipboard.readText());
    await chat.button("Copy code").last().click();
    await chat.button("Copied").first().waitFor();
    await chat.page.locator("body").click({ position: { x: 1, y: 1 } });
    expect(await copied()).toBe(await answer(chat).locator("pre").last().innerText());
    await chat.button("Copy").last().click();
    await expect.poll(copied, { timeout: WAIT_MS }).toContain("```python\n");
  });

  it("are made on a page on plain HTTP as well, where browsers lend no clipboard", async () => {
    const chat = await site.open({ origin: "http://intranet.example" });
    expect(await chat.page.evaluate(() => window.isSecureContext)).toBe(false);
    await chat.ask("code");
    const block = answer(chat).locator("pre").last();
    for (const [name, part] of [["Copy code", await block.innerText()], ["Copy", "```python\ndef find("]] as const) {
      await chat.frame.getByRole("button", { name, exact: true }).last().click();
      await chat.button("Copied").last().waitFor();
      await chat.composer.click();
      await chat.page.keyboard.press("ControlOrMeta+V");
      await expect.poll(() => chat.composer.innerText()).toContain(part);
      await chat.composer.fill("");
    }
    expect(chat.faults).toEqual([]);
  });
});

describe("an answer of much code", () => {
  it("is shown line for line in its pieces, as it was written", async () => {
    const code = Array.from({ length: 200 }, (_, line) => (line % 3 ? `line ${line}` : "")).join("\n");
    await site.control("script", { text: `\`\`\`\n${code}\n\`\`\``, word_seconds: 0 });
    const chat = await site.open();
    await chat.ask("script");
    const block = answer(chat).locator("pre code");
    await expect.poll(() => block.locator(".ck-lines").count()).toBe(4);
    expect(await block.innerText()).toBe(code);
    const lines = await block.evaluate((element) => Math.round(element.clientHeight / parseFloat(getComputedStyle(element).lineHeight)));
    expect(lines).toBe(200);
  });
});

describe("what is needed later", () => {
  const parts: [what: string, file: RegExp, show: (chat: Chat) => Promise<void>][] = [
    ["colours of code", /highlighting-/, (chat) => chat.ask("code")],
    ["formulas", /math_drawing-/, (chat) => chat.ask("math")],
    ["charts", /chart_drawing-/, (chat) => chat.ask("chart")],
    ["widgets and their calendar", /root-/, async (chat) => {
      await show(chat, { type: "Card", children: [{ type: "DatePicker", name: "day" }] });
      await chat.frame.locator(".ck-widget [aria-haspopup=dialog]").click();
      await chat.frame.getByRole("grid").waitFor();
    }],
  ];

  it.each(parts)("%s: loaded with the first, and not before", async (_, file, need) => {
    const chat = await site.open();
    const loaded = () => chat.requests.filter((url) => file.test(url)).length;
    await chat.ask("table");
    expect(loaded()).toBe(0);
    await need(chat);
    await expect.poll(loaded, { timeout: WAIT_MS }).toBeGreaterThan(0);
  });
});

describe("history", () => {
  it("loads older threads as one scrolls down", async () => {
    await site.control("seed", { threads: 120, items: 1, title: "Old thread" });
    const chat = await site.open();
    await chat.call("showHistory");
    const rows = chat.frame.locator(".ck-row");
    await rows.first().waitFor();
    const before = await rows.count();
    expect(before).toBeLessThan(120);
    await expect
      .poll(async () => {
        await rows.last().scrollIntoViewIfNeeded();
        await chat.frame.locator(".ck-history").evaluate((list) => list.scrollTo(0, list.scrollHeight));
        return rows.count();
      }, { timeout: WAIT_MS })
      .toBeGreaterThanOrEqual(120);
  });
});
