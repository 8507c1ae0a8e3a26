/** Controls by keyboard alone, as the ARIA practices say, and what opens over the page. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";
import { frameOf, show } from "./widget_page";
import type { Tree } from "./widget_props";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const FRUIT = ["Apple", "Apricot", "Banana", "Cherry"].map((label) => ({ value: label.toLowerCase(), label }));
const MANY = Array.from({ length: 20 }, (_, index) => ({ value: String(index), label: `Choice ${index}`, ...(index === 3 && { disabled: true, description: "Sold out" }) }));

async function open(...children: Tree[]): Promise<{ chat: Chat; press: (...keys: string[]) => Promise<void>; focused: () => Promise<string> }> {
  const chat = await site.open();
  await show(chat, { type: "Card", children });
  const press = async (...keys: string[]) => {
    for (const key of keys) await chat.page.keyboard.press(key);
  };
  const focused = () => frameOf(chat).evaluate(() => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "");
  return { chat, press, focused };
}

/** What the element with the focus points to, as an assistive technology follows it. */
const pointed = (chat: Chat) => frameOf(chat).evaluate(() => document.getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");

describe("select", () => {
  it("arrows open and move, letters jump, Enter chooses, Escape leaves, focus returns", async () => {
    const { chat, press, focused } = await open({ type: "Label", fieldName: "fruit", value: "Fruit" }, { type: "Select", name: "fruit", options: FRUIT, placeholder: "Pick" });
    const select = chat.frame.getByRole("combobox", { name: "Fruit" });
    await select.focus();
    await press("ArrowDown");
    await expect.poll(() => pointed(chat), { timeout: WAIT_MS }).toBe("Apple");
    await press("End");
    await expect.poll(() => pointed(chat)).toBe("Cherry");
    await press("b");
    await expect.poll(() => pointed(chat)).toBe("Banana");
    await press("ArrowUp");
    await press("Enter");
    await expect.poll(() => select.innerText()).toBe("Apricot");
    expect(await focused()).toBe("Apricot");
    await press("ArrowDown", "ArrowDown", "Escape");
    await expect.poll(() => chat.frame.getByRole("listbox").count()).toBe(0);
    expect(await select.innerText()).toBe("Apricot");
    expect(await focused()).toBe("Apricot");
  });

  it("long lists are searched, disabled options are passed over by Enter, Tab closes and goes on", async () => {
    const { chat, press } = await open({ type: "Select", name: "many", options: MANY, clearable: true }, { type: "Input", name: "next", placeholder: "Next" });
    const select = chat.frame.getByRole("combobox", { name: "many" });
    await select.focus();
    await press("ArrowDown");
    const search = chat.frame.getByRole("combobox", { name: "Search" });
    await expect.poll(() => search.evaluate((element) => element === document.activeElement)).toBe(true);
    await chat.page.keyboard.type("choice 3");
    await expect.poll(() => pointed(chat), { timeout: WAIT_MS }).toBe("Choice 3Sold out");
    await press("Enter");
    expect(await chat.frame.getByRole("listbox").count()).toBe(1);
    await press("Backspace");
    await chat.page.keyboard.type("17");
    await press("Enter");
    await expect.poll(() => select.innerText()).toBe("Choice 17");
    await chat.button("Clear selection").press("Enter");
    await expect.poll(() => select.innerText()).not.toBe("Choice 17");
    expect(await chat.frame.locator("input[name=many]").isDisabled()).toBe(true);
    await press("ArrowDown", "Tab");
    await expect.poll(() => chat.frame.getByRole("listbox").count()).toBe(0);
    expect(await chat.frame.getByPlaceholder("Next").evaluate((element) => element === document.activeElement)).toBe(true);
  });
});

describe("date picker", () => {
  const picker = (more: object = {}): Tree => ({ type: "DatePicker", name: "day", placeholder: "Day", defaultValue: "2026-03-05", ...more });

  it("days, weeks, months and years by keys; Tab stays inside; Enter chooses; focus returns", async () => {
    const { chat, press, focused } = await open(picker());
    const shows = (label: string) => expect.poll(focused, { timeout: WAIT_MS }).toContain(label);
    await chat.button(/^Day/).press("Enter");
    await shows("March 5, 2026");
    await press("ArrowRight", "ArrowDown");
    await shows("March 13, 2026");
    await press("Home");
    await shows("March 8, 2026");
    await press("End");
    await shows("March 14, 2026");
    await press("PageDown");
    await shows("April 14, 2026");
    await press("Shift+PageUp");
    await shows("April 14, 2025");
    await press("Tab");
    await shows("Previous month");
    await press("Enter");
    await chat.frame.getByRole("grid", { name: "March 2025" }).waitFor();
    await shows("Previous month");
    await press("Shift+Tab");
    await shows("March 14, 2025");
    await press("Enter");
    await expect.poll(() => chat.frame.locator("input[name=day]").inputValue()).toBe("2025-03-14");
    expect(await focused()).toContain("Mar 14, 2025");
    await press("Enter");
    await chat.frame.getByRole("grid").waitFor();
    await press("Escape");
    await expect.poll(() => chat.frame.getByRole("grid").count()).toBe(0);
    expect(await focused()).toContain("Mar 14, 2025");
  });

  it("days before min and after max cannot be picked, and no key leads there", async () => {
    covers("widget:DatePicker.min", "widget:DatePicker.max");
    const { chat, press, focused } = await open(picker({ min: "2026-03-04T00:00:00Z", max: "2026-03-06T00:00:00Z" }));
    await chat.button(/^Day/).press("Enter");
    await chat.frame.getByRole("grid").waitFor();
    expect(await chat.frame.locator(".ck-day:enabled").allInnerTexts()).toEqual(["4", "5", "6"]);
    await press("PageDown");
    await expect.poll(focused, { timeout: WAIT_MS }).toContain("March 6");
    await press("ArrowUp");
    await expect.poll(focused).toContain("March 4");
  });

  it("opens at the side, and with the edge, that it is given", async () => {
    covers("widget:DatePicker.side", "widget:DatePicker.align");
    const { chat } = await open({ type: "Box", height: 420 }, picker({ side: "top", align: "end" }), picker({ name: "other", placeholder: "Other", side: "right", align: "start" }));
    const places = async (name: RegExp) => {
      const anchor = chat.button(name);
      await anchor.scrollIntoViewIfNeeded();
      await anchor.click();
      await chat.frame.locator(".ck-calendar[data-placed]").waitFor();
      const boxes = [await anchor.boundingBox(), await chat.frame.locator(".ck-calendar").boundingBox()];
      await chat.page.keyboard.press("Escape");
      await expect.poll(() => chat.frame.getByRole("grid").count()).toBe(0);
      return boxes.map((box) => box ?? { x: 0, y: 0, width: 0, height: 0 });
    };
    const [anchor, panel] = await places(/^Day/);
    if (!anchor || !panel) throw new Error("no boxes");
    expect(panel.y + panel.height).toBeLessThanOrEqual(anchor.y);
    // Its right edge is the anchor's, unless that would leave the page.
    expect(panel.x).toBeLessThanOrEqual(Math.max(8 + 800, anchor.x + anchor.width - panel.width + 1));
    const [other, beside] = await places(/^Other/);
    if (!other || !beside) throw new Error("no boxes");
    expect(beside.x).toBeGreaterThanOrEqual(other.x + other.width);
  });
});

describe("from right to left", () => {
  const focusedDay = (chat: Chat) => frameOf(chat).evaluate(() => [...document.querySelectorAll(".ck-day")].indexOf(document.activeElement as Element) + 1);
  const edges = async (chat: Chat, selector: string) => {
    const box = await chat.frame.locator(selector).first().boundingBox();
    return box ? Math.round(box.x + box.width) : null;
  };

  it("in a calendar the left arrow leads to the next day, Home to the week's first, and it hangs at the right edge", async () => {
    const chat = await site.open({ options: { locale: "ar" } });
    await show(chat, { type: "Card", children: [{ type: "DatePicker", name: "day", defaultValue: "2026-03-11" }] });
    const { keyboard } = chat.page;
    const picker = chat.frame.locator(".ck-widget [aria-haspopup=dialog]");
    await picker.press("Enter");
    await expect.poll(() => focusedDay(chat), { timeout: WAIT_MS }).toBe(11);
    expect(await edges(chat, ".ck-calendar[data-placed]")).toBe(await edges(chat, ".ck-widget [aria-haspopup=dialog]"));
    for (const [key, day] of [["ArrowLeft", 12], ["ArrowRight", 11], ["ArrowDown", 18], ["Home", 14], ["End", 20]] as const) {
      await keyboard.press(key);
      await expect.poll(() => focusedDay(chat), { timeout: WAIT_MS }).toBe(day);
    }
    // The days of a week run from the right: the later one is further left.
    const [first, second] = await Promise.all([14, 15].map((day) => chat.frame.locator(".ck-day").nth(day - 1).boundingBox()));
    expect(second?.x).toBeLessThan(first?.x ?? 0);
    await keyboard.press("Enter");
    await expect.poll(() => chat.frame.locator("input[name=day]").inputValue()).toBe("2026-03-20");
    await chat.frame.locator("[aria-haspopup=dialog]:focus").waitFor();
  });

  it("empty fields begin at the right, what is written in them where its own language begins", async () => {
    const chat = await site.open({ options: { locale: "ar" } });
    await show(chat, { type: "Card", children: [{ type: "Input", name: "a", placeholder: "الاسم" }, { type: "Textarea", name: "b" }] });
    for (const name of ["a", "b"]) {
      const field = chat.frame.locator(`[name=${name}]`);
      const direction = () => field.evaluate((element) => getComputedStyle(element).direction);
      expect(await direction()).toBe("rtl");
      await field.fill("Ada");
      expect(await direction()).toBe("ltr");
      await field.fill("آدا");
      expect(await direction()).toBe("rtl");
    }
  });

  it("a table that is wider than the view shows its first column first, in either direction", async () => {
    const table = (cells: string[]) => [cells, cells.map(() => "-"), cells].map((row) => `|${row.join("|")}|`).join("\n");
    const chat = await site.open({ options: { locale: "ar" }, viewport: { width: 320, height: 640 } });
    for (const [at, word] of ["Column", "عمود"].entries()) {
      await site.control("script", { text: table(Array.from({ length: 12 }, (_, column) => `${word} ${column}`)), word_seconds: 0 });
      await chat.call("sendUserMessage", { text: "script" });
      await chat.until("response.end", at + 1);
      const box = await chat.frame.getByRole("columnheader", { name: `${word} 0` }).last().boundingBox();
      expect(box?.x).toBeGreaterThan(0);
      expect(box && box.x + box.width).toBeLessThan(320);
    }
  });

  it("menus and selects go up and down, close by Escape, and hang at the right edge", async () => {
    const chat = await site.open({ options: { locale: "ar", composer: { tools: [{ id: "a", label: "Search", icon: "globe" }, { id: "b", label: "Draw", icon: "images" }] } } });
    await show(chat, { type: "Card", children: [{ type: "Select", name: "fruit", options: FRUIT }] });
    const { keyboard } = chat.page;
    const select = chat.frame.locator(".ck-widget").getByRole("combobox");
    await select.press("ArrowDown");
    await expect.poll(() => pointed(chat), { timeout: WAIT_MS }).toBe("Apple");
    expect(await edges(chat, ".ck-select-menu[data-placed]")).toBe(await edges(chat, ".ck-select-button"));
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await expect.poll(() => select.innerText()).toBe("Apricot");
    const tools = chat.frame.locator(".ck-composer [aria-haspopup=menu]").first();
    await tools.press("Enter");
    const item = (name: string) => chat.frame.locator("[role=menuitemradio]:focus", { hasText: name });
    await item("Search").waitFor();
    expect(await edges(chat, ".ck-menu[data-placed]")).toBe(await edges(chat, ".ck-composer [aria-haspopup=menu]"));
    await keyboard.press("ArrowDown");
    await item("Draw").waitFor();
    await keyboard.press("Escape");
    await chat.frame.locator("[aria-haspopup=menu]:focus").waitFor();
    expect(await chat.frame.getByRole("menu").count()).toBe(0);
  });
});

describe("choices", () => {
  it("a radio group is one stop, arrows choose; a checkbox is ticked by Space", async () => {
    const { chat, press } = await open({ type: "RadioGroup", name: "fruit", ariaLabel: "Fruit", options: FRUIT, defaultValue: "apple" }, { type: "Checkbox", name: "yes", label: "Yes" });
    await chat.frame.getByLabel("Apple").focus();
    await press("ArrowDown");
    expect(await chat.frame.getByLabel("Apricot").isChecked()).toBe(true);
    await press("Tab", "Space");
    expect(await chat.frame.getByLabel("Yes").isChecked()).toBe(true);
    expect(await chat.frame.getByRole("radiogroup", { name: "Fruit" }).count()).toBe(1);
  });

  it("a label names each kind of field", async () => {
    const names = ["input", "area", "select", "date", "radio"];
    const fields: Tree[] = [
      { type: "Input", name: "input" }, { type: "Textarea", name: "area" }, { type: "Select", name: "select", options: FRUIT }, { type: "DatePicker", name: "date" }, { type: "RadioGroup", name: "radio", options: FRUIT },
    ];
    const { chat } = await open(...names.map((name): Tree => ({ type: "Label", fieldName: name, value: `The ${name}` })), ...fields);
    const roles = [["textbox", "The input"], ["textbox", "The area"], ["combobox", "The select"], ["radiogroup", "The radio"]] as const;
    for (const [role, name] of roles) expect(await chat.frame.getByRole(role, { name, exact: true }).count(), name).toBe(1);
    expect(await chat.button(/^The date/).count()).toBe(1);
    await chat.frame.locator(".ck-widget").getByText("The select").click();
    await chat.frame.getByRole("listbox").waitFor();
  });

  it("a button that is only an icon has a name", async () => {
    const { chat } = await open({ type: "Button", iconStart: "dots-horizontal" }, { type: "Button", iconEnd: "lucide:trash-2" });
    expect(await chat.button("dots horizontal").count()).toBe(1);
    expect(await chat.button("trash 2").count()).toBe(1);
  });
});

describe("components of the page's own", () => {
  const SETUP = `
    window.gone = 0;
    options.widgets = { components: {
      Stars(element, props, context) {
        const document = element.ownerDocument;
        element.textContent = "";
        for (let star = 1; star <= props.count; star += 1) {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = "star " + star;
          button.addEventListener("click", () => context.act({ type: "rate", payload: { star } }), { signal: context.signal });
          element.append(button);
        }
        context.signal.addEventListener("abort", () => { window.gone += 1; });
      },
      Broken() { throw new Error("no luck today"); },
    } };`;
  const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-src 'none'; require-trusted-types-for 'script'; trusted-types chatkit";

  it("are drawn, act with their form's values, and are told when they go, under a strict policy", async () => {
    const chat = await site.open({ setup: SETUP, policy: POLICY });
    await show(chat, { type: "Card", asForm: true, children: [{ type: "Input", name: "who", defaultValue: "Ada" }, { type: "Stars", count: 3 }] });
    await chat.button("star 2").click();
    await chat.text('did rate {"star": 2, "who": "Ada"}').waitFor();
    await chat.call("setThreadId", null);
    await chat.page.waitForFunction(() => (window as never as { gone: number }).gone === 1);
    expect(chat.faults).toEqual([]);
  });

  it("one that fails leaves its text, is reported, and the widget goes on", async () => {
    const chat = await site.open({ setup: SETUP });
    await show(chat, { type: "Card", children: [{ type: "Broken", label: "Four stars" }, { type: "Text", value: "beside" }] });
    await chat.frame.locator(".ck-widget").getByText("Four stars").waitFor();
    await chat.frame.locator(".ck-widget").getByText("beside").waitFor();
    expect((await chat.events()).filter(({ name }) => name === "error").map(({ detail }) => detail["error"])).toEqual(["Error: no luck today"]);
  });
});
