/** What widgets fire: where it goes, what it carries, what is shown meanwhile, and what holds it back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";
import { advance, play, show } from "./widget_page";
import type { Tree } from "./widget_props";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const OPTIONS = [{ value: "a", label: "Apple" }, { value: "b", label: "Banana" }];
const act = (type: string, more: object = {}) => ({ type, payload: { from: "test" }, ...more });
const card = (...children: Tree[]): Tree => ({ type: "Card", children });
const button = (label: string, onClickAction: object, more: object = {}): Tree => ({ type: "Button", label, onClickAction, ...more });

const widget = (chat: Chat) => chat.frame.locator(".ck-widget").last();
/** A button of a widget: the chat has some with like names. */
const pressed = (chat: Chat, name: string | RegExp) => chat.frame.locator(".ck-widget, .ck-preview").getByRole("button", { name, exact: true });
const isBusy = (chat: Chat, name: string) => expect.poll(() => pressed(chat, name).getAttribute("aria-busy"), { timeout: WAIT_MS });

/** The page's own handler, which keeps what it gets and ends when the test says so. */
const CLIENT = `
  window.acted = [];
  window.finish = () => undefined;
  options.widgets = { onAction: (action, item) => {
    window.acted.push({ action, type: item.widget.type, hasId: item.id.length > 0 });
    return action.type === "wait" ? new Promise((resolve) => { window.finish = resolve; }) : Promise.resolve();
  } };`;

describe("where actions go", () => {
  it("to the server, as a response that streams; the button that was pressed is busy, and keeps the focus", async () => {
    covers("widget:Button.onClickAction");
    const chat = await site.open();
    await show(chat, card(button("Go", act("hold on")), button("Other", act("other"))));
    await pressed(chat, "Go").focus();
    await chat.page.keyboard.press("Enter");
    await isBusy(chat, "Go").toBe("true");
    expect(await pressed(chat, "Other").getAttribute("aria-disabled")).toBe("true");
    expect(await pressed(chat, "Go").evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await widget(chat).getAttribute("inert")).toBeNull();
    await advance(chat);
    await chat.text('did hold on {"from": "test"}').waitFor();
    await isBusy(chat, "Go").toBe("false");
    expect(await pressed(chat, "Go").evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("to the page, with the widget's item, also while a response streams", async () => {
    const chat = await site.open({ setup: CLIENT });
    await play(chat, card(button("Ask the page", act("wait", { handler: "client" })), button("Ask the server", act("x"))));
    await pressed(chat, "Ask the page").click();
    await isBusy(chat, "Ask the page").toBe("true");
    await pressed(chat, "Ask the server").click({ force: true });
    await chat.page.evaluate(() => (window as never as { finish(): void }).finish());
    await isBusy(chat, "Ask the page").toBe("false");
    expect(await chat.page.evaluate(() => (window as never as { acted: unknown }).acted)).toEqual([{ action: { type: "wait", payload: { from: "test" } }, type: "Card", hasId: true }]);
    expect(await chat.count("response.start")).toBe(1);
  });

  it("to the server at once, also while a response streams: the widget is what it answers", async () => {
    const chat = await site.open();
    await show(chat, card(button("Like", act("like", { streaming: false }))));
    await play(chat, card({ type: "Text", value: "streams" }));
    await pressed(chat, "Like").click();
    await chat.frame.locator(".ck-widget").first().getByText('now {"from": "test"}').waitFor();
    expect(await chat.count("response.start")).toBe(2);
  });

  it("nowhere from a preview", async () => {
    const chat = await site.open({
      setup: `options.entities = {
        onTagSearch: async () => [],
        onRequestPreview: async (entity) => ({ preview: { type: "Basic", children: [{ type: "Text", value: "About " + entity.title }, { type: "Button", label: "Buy", onClickAction: { type: "buy" } }] } }),
      };`,
    });
    await chat.call("sendUserMessage", { content: [{ type: "input_tag", id: "e1", text: "Everest", data: {}, interactive: true }] });
    const tag = chat.log.getByRole("button", { name: "Everest" }).first();
    await tag.hover();
    await chat.frame.getByText("About Everest").waitFor();
    expect(await pressed(chat, "Buy").getAttribute("aria-disabled")).toBe("true");
    await chat.page.mouse.move(5, 5);
    await chat.frame.getByText("About Everest").waitFor({ state: "detached" });
    await tag.focus();
    await chat.frame.getByText("About Everest").waitFor();
    await tag.blur();
    await chat.frame.getByText("About Everest").waitFor({ state: "detached" });
    await tag.click();
    await chat.frame.getByText("About Everest").waitFor();
  });
});

describe("what is shown meanwhile", () => {
  it.each([
    ["auto of a button", "auto", false, true],
    ["self", "self", false, true],
    ["container", "container", true, false],
    ["none", "none", false, false],
  ])("%s", async (_, loadingBehavior, fades, spins) => {
    const chat = await site.open({ setup: CLIENT });
    await show(chat, card(button("Go", act("wait", { handler: "client", loadingBehavior }))));
    await pressed(chat, "Go").click();
    await chat.page.waitForFunction(() => (window as never as { acted: unknown[] }).acted.length > 0);
    await expect.poll(() => widget(chat).getAttribute("inert"), { timeout: WAIT_MS }).toBe(fades ? "" : null);
    expect(await widget(chat).getAttribute("aria-busy")).toBe(String(fades));
    expect(await widget(chat).locator("button .ck-spinner").count()).toBe(spins ? 1 : 0);
    await chat.page.evaluate(() => (window as never as { finish(): void }).finish());
    await expect.poll(() => widget(chat).getAttribute("inert"), { timeout: WAIT_MS }).toBeNull();
  });

  it("auto of a card's confirm is the whole card, of a select nothing", async () => {
    const chat = await site.open({ setup: CLIENT });
    const waits = { action: act("wait", { handler: "client" }), label: "Send" };
    await show(chat, { ...card({ type: "Select", name: "s", options: OPTIONS, onChangeAction: waits.action }), confirm: waits });
    await chat.frame.getByRole("combobox", { name: "s" }).click();
    await chat.frame.getByRole("option", { name: "Apple" }).click();
    await chat.page.waitForFunction(() => (window as never as { acted: unknown[] }).acted.length === 1);
    expect(await widget(chat).getAttribute("inert")).toBeNull();
    await chat.page.evaluate(() => (window as never as { finish(): void }).finish());
    await pressed(chat, "Send").click();
    await expect.poll(() => widget(chat).getAttribute("inert"), { timeout: WAIT_MS }).toBe("");
  });
});

describe("what they carry", () => {
  const FIELDS: Tree[] = [
    { type: "Input", name: "who.first", defaultValue: "Ada" },
    { type: "Textarea", name: "who.note", defaultValue: "hi" },
    { type: "Checkbox", name: "news", label: "News" },
    { type: "Checkbox", name: "terms", label: "Terms", defaultChecked: true },
    { type: "RadioGroup", name: "size", options: OPTIONS, defaultValue: "b" },
    { type: "Select", name: "fruit", options: OPTIONS, defaultValue: "a" },
    { type: "DatePicker", name: "day", defaultValue: "2026-03-05" },
    { type: "Text", value: "Editable", editable: { name: "title" } },
  ];
  const MERGED = { from: "test", who: { first: "Ada", note: "hi" }, size: "b", fruit: "a", day: "2026-03-05", title: "Editable", news: false, terms: true };

  it.each([
    ["a form that is sent", { type: "Card", children: [{ type: "Form", onSubmitAction: act("send"), children: [...FIELDS, { type: "Button", label: "Send", submit: true }] }] }],
    ["a button inside a form", { type: "Card", children: [{ type: "Form", children: [...FIELDS, button("Send", act("send"))] }] }],
    ["a card that is a form", { type: "Card", asForm: true, children: FIELDS, confirm: { label: "Send", action: act("send") } }],
    ["the cancel of a card that is a form", { type: "Card", asForm: true, children: FIELDS, cancel: { label: "Send", action: act("send") } }],
  ])("%s: all its fields, dotted names nested", async (_, root) => {
    const chat = await site.open();
    await show(chat, root);
    await pressed(chat, "Send").click();
    await chat.until("response.end", 2);
    const said = chat.text(/^did send/);
    expect(JSON.parse((await said.innerText()).replace("did send ", ""))).toEqual(MERGED);
  });

  it.each([
    ["Select", { type: "Select", name: "field", options: OPTIONS, onChangeAction: act("pick") }, async (chat: Chat) => { await chat.frame.getByRole("combobox").last().click(); await chat.frame.getByRole("option", { name: "Banana" }).click(); }, '"b"'],
    ["DatePicker", { type: "DatePicker", name: "field", defaultValue: "2026-03-05", onChangeAction: act("pick") }, async (chat: Chat) => { await pressed(chat, /field/).click(); await pressed(chat, /March 12/).click(); }, '"2026-03-12"'],
    ["Checkbox", { type: "Checkbox", name: "field", label: "Tick", onChangeAction: act("pick") }, (chat: Chat) => chat.frame.getByLabel("Tick").check(), "true"],
    ["RadioGroup", { type: "RadioGroup", name: "field", options: OPTIONS, onChangeAction: act("pick") }, (chat: Chat) => chat.frame.getByLabel("Banana").check(), '"b"'],
  ] as [string, Tree, (chat: Chat) => Promise<unknown>, string][])("a %s that changes: its new value", async (type, tree, change, value) => {
    covers(`widget:${type}.onChangeAction`);
    const chat = await site.open();
    await show(chat, card(tree));
    await change(chat);
    await chat.text(`did pick {"from": "test", "field": ${value}}`).waitFor();
  });

  it("a field with a name that the action has already gives way, and the page is told", async () => {
    const chat = await site.open();
    await show(chat, { ...card({ type: "Input", name: "from", defaultValue: "field" }), asForm: true, confirm: { label: "Send", action: act("send") } });
    await pressed(chat, "Send").click();
    await chat.text('did send {"from": "test"}').waitFor();
    expect((await chat.events()).filter(({ name }) => name === "error")[0]?.detail["error"]).toContain("from");
  });
});

describe("what holds them back", () => {
  it.each([
    ["a required input", { type: "Input", name: "f", required: true, placeholder: "F" }, "some"],
    ["an input's pattern", { type: "Input", name: "f", pattern: "[0-9]+", defaultValue: "x", placeholder: "F" }, "12"],
    ["an input's type", { type: "Input", name: "f", inputType: "email", defaultValue: "x", placeholder: "F" }, "a@b.example"],
    ["a textarea's pattern", { type: "Textarea", name: "f", pattern: "[0-9]+", defaultValue: "x", placeholder: "F" }, "12"],
    ["an editable text's pattern", { type: "Text", value: "x", editable: { name: "f", pattern: "[0-9]+", placeholder: "F" } }, "12"],
  ] as [string, Tree, string][])("%s: nothing is sent until it fits, and the field has the focus", async (_, field, good) => {
    const chat = await site.open();
    await show(chat, { ...card(field), asForm: true, confirm: { label: "Send", action: act("send") } });
    await pressed(chat, "Send").click();
    const input = chat.frame.getByPlaceholder("F");
    expect(await input.evaluate((element) => [document.activeElement === element, (element as HTMLInputElement).validationMessage !== ""])).toEqual([true, true]);
    expect(await chat.count("response.start")).toBe(1);
    await input.fill(good);
    await pressed(chat, "Send").click();
    await chat.text(/^did send/).waitFor();
  });

  it("required choices too", async () => {
    const chat = await site.open();
    await show(chat, { ...card({ type: "Checkbox", name: "c", label: "Terms", required: true }, { type: "RadioGroup", name: "r", options: OPTIONS, required: true }), asForm: true, confirm: { label: "Send", action: act("send") } });
    await pressed(chat, "Send").click();
    await chat.frame.getByLabel("Terms").check();
    await pressed(chat, "Send").click();
    expect(await chat.count("response.start")).toBe(1);
    await chat.frame.getByLabel("Banana").check();
    await pressed(chat, "Send").click();
    await chat.text(/^did send .*"r": "b"/).waitFor();
  });

  it("a response that streams: choices that would act stay as they are, fields can be written", async () => {
    const chat = await site.open();
    const choice = act("pick");
    await play(chat, card({ type: "Checkbox", name: "c", label: "Tick", onChangeAction: choice }, { type: "RadioGroup", name: "r", options: OPTIONS, onChangeAction: choice }, { type: "Select", name: "s", options: OPTIONS, onChangeAction: choice }, { type: "DatePicker", name: "d", onChangeAction: choice }, { type: "Input", name: "i", placeholder: "Write" }), card({ type: "Text", value: "end" }));
    for (const control of [chat.frame.getByLabel("Tick"), chat.frame.getByLabel("Apple"), chat.frame.getByRole("combobox", { name: "s" }), pressed(chat, "d")]) {
      await control.click({ force: true });
      expect(await control.getAttribute("aria-disabled")).toBe("true");
    }
    expect(await chat.frame.locator(".ck-widget input:checked").count()).toBe(0);
    expect(await chat.frame.locator(".ck-popover").count()).toBe(0);
    await chat.frame.getByPlaceholder("Write").fill("still");
    expect(await chat.count("response.start")).toBe(1);
  });
});

describe("cards and lists", () => {
  it("a card that is no form fires confirm and cancel by themselves", async () => {
    covers("widget:Card.confirm", "widget:Card.cancel");
    const chat = await site.open();
    await show(chat, { ...card({ type: "Input", name: "outside", defaultValue: "x" }), confirm: { label: "Yes", action: act("yes") }, cancel: { label: "No", action: act("no") } });
    await pressed(chat, "No").click();
    await chat.text('did no {"from": "test"}').waitFor();
    await chat.until("response.end", 2);
    await pressed(chat, "Yes").click();
    await chat.text('did yes {"from": "test"}').waitFor();
  });

  it("equal names of radios in two widgets are two groups", async () => {
    const chat = await site.open();
    const radios = card({ type: "RadioGroup", name: "same", options: OPTIONS });
    await show(chat, radios, radios);
    await chat.frame.getByLabel("Apple").first().check();
    await chat.frame.getByLabel("Apple").last().check();
    expect(await chat.frame.locator(".ck-widget input:checked").count()).toBe(2);
  });

  it("a list shows its limit, then the rest, with the focus on the first new row", async () => {
    const chat = await site.open();
    const rows = ["one", "two", "three", "four", "five", "six", "seven"].map((value) => ({ type: "ListViewItem", onClickAction: act(`open ${value}`), children: [{ type: "Text", value }] }));
    await show(chat, { type: "ListView", limit: "auto", children: rows });
    expect(await chat.frame.locator(".ck-list li").count()).toBe(5);
    await pressed(chat, "Show more").focus();
    await chat.page.keyboard.press("Enter");
    await expect.poll(() => pressed(chat, "six").evaluate((element) => element === document.activeElement), { timeout: WAIT_MS }).toBe(true);
    await chat.page.keyboard.press("Enter");
    await chat.text('did open six {"from": "test"}').waitFor();
  });
});
