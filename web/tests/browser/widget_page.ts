/** Widgets in a page: any tree on demand, and what one sees of it. */
import type { Seen, Tree } from "./widget_props";
import { type Chat, WAIT_MS } from "./site";

/** Shows these roots as one answer, and waits until all are drawn. */
export async function show(chat: Chat, ...roots: readonly Tree[]): Promise<void> {
  const sections = chat.frame.locator(".ck-widget");
  const before = await sections.count();
  const ended = await chat.count("response.end");
  await chat.call("sendUserMessage", { text: `show ${JSON.stringify(roots)}` });
  await chat.until("response.end", ended + 1);
  await sections.nth(before + roots.length - 1).waitFor({ state: "attached" });
  await drawn(chat);
}

/** The first widget waits for what draws it. */
async function drawn(chat: Chat): Promise<void> {
  await frameOf(chat).waitForFunction(() => document.querySelector(".ck-widget-loading") === null, null, { timeout: WAIT_MS });
}

/** What is in widgets, not what the person wrote. */
export function shown(chat: Chat, text: string | RegExp) {
  return chat.frame.locator(".ck-widget").getByText(text, { exact: true }).first();
}

/** Sends a message, and leaves its response under way. */
async function begin(chat: Chat, text: string): Promise<void> {
  await chat.page.evaluate((text) => {
    const element = document.querySelector("openai-chatkit") as never as { sendUserMessage(message: object): Promise<void> };
    void element.sendUserMessage({ text });
  }, text);
}

/** Begins to stream one widget from state to state; `advance` shows the next. */
export async function play(chat: Chat, ...states: readonly Tree[]): Promise<void> {
  await begin(chat, `play ${JSON.stringify(states)}`);
  await chat.frame.locator(".ck-widget").last().waitFor();
  await drawn(chat);
}

/** Streams a widget of which `advance` replaces single components, by their ids. */
export async function patch(chat: Chat, root: Tree, ...components: readonly Tree[]): Promise<void> {
  await begin(chat, `patch ${JSON.stringify({ root, components })}`);
  await chat.frame.locator(".ck-widget").last().waitFor();
  await drawn(chat);
}

export async function advance(chat: Chat): Promise<void> {
  await chat.page.request.post(`${chat.server}/advance`);
}

export function frameOf(chat: Chat) {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  return frame;
}

/** One look at a widget: which one, where in it, and what is asked. */
export interface Look {
  readonly section: number;
  readonly at: string;
  readonly keys: readonly string[];
}

/** What is seen at each place; null where there is no such place. */
export async function look(chat: Chat, looks: readonly Look[]): Promise<Seen[]> {
  return frameOf(chat).evaluate((looks) => {
    const read = (element: HTMLInputElement, key: string): string | number | boolean | null => {
      const name = key.slice(1);
      if (key === "#text") return element.innerText.replaceAll("\n", "");
      if (key === "#focused") return document.activeElement === element;
      if (key === "#selected") return element.value.slice(element.selectionStart ?? 0, element.selectionEnd ?? 0);
      if (key === "#valid") return element.validity.valid;
      if (key === "#fills") return element.offsetWidth === element.parentElement?.clientWidth;
      if (key === "#labels") return (element as never as HTMLLabelElement).htmlFor.split("-").at(-1) ?? null;
      if (key.startsWith("@")) return element.getAttribute(name);
      if (key.startsWith(".")) return String((element as never as Record<string, unknown>)[name]);
      if (key.startsWith("#")) return element.querySelectorAll(name).length;
      return getComputedStyle(element).getPropertyValue(key);
    };
    const sections = [...document.querySelectorAll(".ck-widget")];
    return looks.map(({ section, at, keys }) => {
      const element = sections.at(section)?.querySelector<HTMLInputElement>(at) ?? null;
      return Object.fromEntries(keys.map((key) => [key, element && read(element, key)]));
    });
  }, looks);
}
