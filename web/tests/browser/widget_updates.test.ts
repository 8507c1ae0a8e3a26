/** A widget that changes while one looks at it: components are found again by key and id, nothing typed is lost. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";
import { SUBJECTS, type Tree } from "./widget_props";
import { advance, frameOf, patch, play, show, shown } from "./widget_page";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const TEXT = { type: "Text", value: "words" };
const OWN_PLACE = ["Table.Row", "Table.Cell", "ListViewItem"];
/** One of each component that may stand anywhere. */
const PLAIN = Object.entries(SUBJECTS).filter(([type, subject]) => !subject.isRoot && !OWN_PLACE.includes(type));

function childOf(type: string, base: Tree): Tree {
  return type === "Transition" ? { ...base, children: TEXT } : base;
}

/** Writes a number on each element, and reads the numbers in the order of the page. */
async function marks(chat: Chat, selector: string, write: boolean): Promise<unknown[]> {
  return frameOf(chat).evaluate(
    ([selector, write]) => [...document.querySelectorAll(selector)].map((element, index) => {
      const marked = element as Element & { mark?: number };
      if (write) marked.mark = index;
      return marked.mark ?? null;
    }),
    [selector, write] as const,
  );
}

describe("key", () => {
  it.each([
    ["components", "Basic", PLAIN.map(([type, { base }]) => ({ ...childOf(type, base), key: `k-${type}` })), ".ck-w-basic > *", PLAIN.map(([type]) => type)],
    ["rows of a list", "ListView", ["a", "b", "c"].map((key) => ({ type: "ListViewItem", key, children: [TEXT] })), ".ck-list > ul > li", ["ListViewItem"]],
  ] as const)("%s keep their elements when their order changes", async (_, type, children, selector, types) => {
    covers(...types.map((name) => `widget:${name}.key`));
    const chat = await site.open();
    await play(chat, { type, children }, { type, children: children.toReversed() });
    const before = await marks(chat, selector, true);
    expect(before).toHaveLength(children.length);
    await advance(chat);
    await expect.poll(() => marks(chat, selector, false), { timeout: WAIT_MS }).toEqual(before.toReversed());
  });

  it("rows and cells of a table keep their elements when their order changes", async () => {
    covers("widget:Table.Row.key", "widget:Table.Cell.key");
    const chat = await site.open();
    const cell = (key: string) => ({ type: "Table.Cell", key, children: [TEXT] });
    const table = (rows: string[], cells: string[]) => ({ type: "Basic", children: [{ type: "Table", children: rows.map((key) => ({ type: "Table.Row", key, children: cells.map(cell) })) }] });
    await play(chat, table(["1", "2"], ["a", "b"]), table(["2", "1"], ["b", "a"]));
    await marks(chat, "tr", true);
    await marks(chat, "td", true);
    await advance(chat);
    await expect.poll(() => marks(chat, "tr", false), { timeout: WAIT_MS }).toEqual([1, 0]);
    expect(await marks(chat, "td", false)).toEqual([3, 2, 1, 0]);
  });

  it.each(["Card", "ListView", "Basic"])("a %s with another key is another widget, with the same key it is the same", async (type) => {
    covers(`widget:${type}.key`);
    const chat = await site.open();
    const root = (key: string, value: string) => ({ type, key, children: [{ type: "Text", value }] });
    await play(chat, root("k", "one"), root("k", "two"), root("other", "three"));
    await marks(chat, ".ck-widget > *", true);
    await advance(chat);
    await shown(chat, "two").waitFor();
    expect(await marks(chat, ".ck-widget > *", false)).toEqual([0]);
    await advance(chat);
    await shown(chat, "three").waitFor();
    expect(await marks(chat, ".ck-widget > *", false)).toEqual([null]);
  });
});

describe("id", () => {
  it("an update by id replaces that component, anywhere in the tree, and no other", async () => {
    covers(...PLAIN.map(([type]) => `widget:${type}.id`));
    const chat = await site.open();
    const children = PLAIN.map(([type, { base }]) => ({ type: "Box", children: [{ ...childOf(type, base), id: `id-${type}` }] }));
    await patch(chat, { type: "Basic", children }, ...PLAIN.map(([type]) => ({ type: "Badge", id: `id-${type}`, label: `new ${type}` })));
    await marks(chat, ".ck-w-basic > *", true);
    await advance(chat);
    await expect.poll(() => chat.frame.locator(".ck-badge", { hasText: "new " }).allInnerTexts(), { timeout: WAIT_MS }).toEqual(PLAIN.map(([type]) => `new ${type}`));
    expect(await marks(chat, ".ck-w-basic > *", false)).toEqual(PLAIN.map((_, index) => index));
  });

  it("rows, cells and items of lists are found by their ids too", async () => {
    covers("widget:Table.Row.id", "widget:Table.Cell.id", "widget:ListViewItem.id");
    const chat = await site.open();
    const row = (id: string, value: string) => ({ type: "Table.Row", id, children: [{ type: "Table.Cell", id: `${id}-cell`, children: [{ type: "Text", value }] }] });
    const item = (value: string) => ({ type: "ListViewItem", id: "item", children: [{ type: "Text", value }] });
    const table = { type: "Table", children: [row("a", "one"), row("b", "two")] };
    await patch(
      chat,
      { type: "ListView", children: [item("first"), { type: "ListViewItem", children: [table] }] },
      item("changed item"), row("a", "changed row"), { type: "Table.Cell", id: "b-cell", children: [{ type: "Text", value: "changed cell" }] },
    );
    await advance(chat);
    for (const text of ["changed item", "changed row", "changed cell"]) await shown(chat, text).waitFor();
    expect(await chat.frame.locator("tr").count()).toBe(2);
  });
});

describe("while it streams", () => {
  const form = (...more: Tree[]) => ({
    type: "Card",
    asForm: true,
    children: [...more, { type: "Input", name: "who", placeholder: "Who" }, { type: "Textarea", name: "note", placeholder: "Note" }, { type: "Checkbox", name: "yes", label: "Yes" }, { type: "Select", name: "size", options: [{ value: "s", label: "Small" }, { value: "l", label: "Large" }] }, { type: "DatePicker", name: "day", defaultValue: "2026-03-05" }],
  });

  it("what is typed, ticked and chosen stays, with focus and selection, while the widget grows around it", async () => {
    const chat = await site.open();
    await play(chat, form(), form({ type: "Text", id: "t", value: "more" }), form({ type: "Text", id: "t", value: "more and more" }, { type: "Badge", label: "new" }));
    await chat.frame.getByLabel("Yes").check();
    await chat.frame.getByRole("combobox", { name: "size" }).click();
    await chat.frame.getByRole("option", { name: "Large" }).click();
    await chat.frame.getByPlaceholder("Note").fill("a note");
    const who = chat.frame.getByPlaceholder("Who");
    await who.fill("Ada Lovelace");
    await who.evaluate((element) => (element as HTMLInputElement).setSelectionRange(4, 8));
    for (const text of ["more", "more and more"]) {
      await advance(chat);
      await shown(chat, text).waitFor();
    }
    const state = await who.evaluate((element) => {
      const input = element as HTMLInputElement;
      return [input.value, document.activeElement === input, input.selectionStart, input.selectionEnd];
    });
    expect(state).toEqual(["Ada Lovelace", true, 4, 8]);
    expect(await chat.frame.getByPlaceholder("Note").inputValue()).toBe("a note");
    expect(await chat.frame.getByLabel("Yes").isChecked()).toBe(true);
    expect(await chat.frame.getByRole("combobox", { name: "size" }).innerText()).toBe("Large");
  });

  it("an open menu stays open, and a selection of text stays", async () => {
    const chat = await site.open();
    await play(chat, form({ type: "Text", value: "Marked words", key: "m" }), form({ type: "Text", value: "Marked words", key: "m" }, { type: "Badge", label: "new" }));
    await chat.frame.getByRole("combobox", { name: "size" }).click();
    await chat.frame.getByRole("option", { name: "Large" }).waitFor();
    await frameOf(chat).evaluate(() => {
      const text = [...document.querySelectorAll(".ck-w-text")].find((one) => one.textContent === "Marked words");
      if (text) getSelection()?.selectAllChildren(text);
    });
    await advance(chat);
    await chat.frame.locator(".ck-badge").waitFor();
    expect(await chat.frame.getByRole("option", { name: "Large" }).isVisible()).toBe(true);
    expect(await frameOf(chat).evaluate(() => getSelection()?.toString())).toBe("Marked words");
  });

  it("text grows by its id wherever it stands, and stops being busy at its end", async () => {
    const chat = await site.open();
    const state = (value: string, streaming: boolean) => ({ type: "Card", children: [{ type: "Transition", children: { type: "Col", children: [{ type: "Text", id: "deep", value, streaming }, { type: "Markdown", id: "md", value: `**${value}**`, streaming }] } }] });
    await play(chat, state("One", true), state("One two", true), state("One two three", false));
    await advance(chat);
    await shown(chat, "One two").waitFor();
    expect(await chat.frame.locator(".ck-w-text").getAttribute("aria-busy")).toBe("true");
    await advance(chat);
    await chat.frame.locator("strong", { hasText: /^One two three$/ }).waitFor();
    await expect.poll(() => chat.frame.locator(".ck-w-text").getAttribute("aria-busy"), { timeout: WAIT_MS }).toBeNull();
  });
});

describe("what is not known", () => {
  it("unknown components, props and nonsense show what they can, and the thread goes on", async () => {
    const chat = await site.open();
    await show(
      chat,
      { type: "Card", children: [{ type: "Hologram", label: "Seen from afar", children: [{ type: "Text", value: "inside" }] }, { type: "Nothing" }, { type: "Text", value: "odd", sparkle: 7, color: "no-such-colour", size: "huge", maxLines: "many" }] },
      { type: "Card", children: [{ type: "Select", name: "s", options: [null, 3] }, { type: "Chart", data: "none", series: null }, { type: "DatePicker", name: "d", defaultValue: "2026-99-99" }, { type: "Text", value: "still here" }] },
    );
    for (const text of ["Seen from afar", "inside", "odd", "still here", "This part cannot be shown here"]) await shown(chat, text).waitFor();
    await chat.ask("table");
    expect(chat.faults).toEqual([]);
  });

  it("a background cannot load anything", async () => {
    const chat = await site.open();
    const outside = "url(https://evil.example/leak.png)";
    await show(chat, { type: "Card", background: outside, children: [{ type: "Box", background: `linear-gradient(red, blue), ${outside}` }, { type: "Box", background: { light: outside, dark: outside }, border: { size: 1, color: outside } }, { type: "Text", value: "x", color: outside }] });
    await shown(chat, "x").waitFor();
    expect(chat.strangers()).toEqual([]);
  });
});
