/** Every value that a prop may have: each looks different from the others, and every icon has a drawing. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { LINES } from "../checklist/lines";
import { type Chat, Site, WAIT_MS } from "./site";
import { SUBJECTS, type Tree } from "./widget_props";
import { frameOf, show } from "./widget_page";

let site: Site;
let chat: Chat;
beforeAll(async () => {
  site = await Site.start();
  chat = await site.open();
});
afterAll(() => site.stop());

const PROPS = JSON.parse(readFileSync(new URL("../../../tests/surface/client_props.json", import.meta.url), "utf8")) as Record<string, Record<string, string[] | null>>;

/** What a value shows only together with something else. */
const GIVEN: Readonly<Record<string, Tree>> = {
  "Badge.variant": { color: "danger" },
  "Button.variant": { color: "danger" },
  "Button.iconSize": { iconStart: "plus" },
  "Box.justify": { width: 300 },
};
/** Names that mean the same: both colours are the warning's. */
const SAME: Readonly<Record<string, number>> = { "Button.color": 1 };
/** What shows only when the calendar is open has tests of its own. */
const ELSEWHERE = ["DatePicker.side", "DatePicker.align", "Input.inputType", "Icon.name", "Button.iconStart", "Button.iconEnd"];

const VALUES = Object.entries(PROPS).flatMap(([type, props]) =>
  Object.entries(props).flatMap(([prop, values]) => (values && SUBJECTS[type] && !ELSEWHERE.includes(`${type}.${prop}`) ? [[`${type}.${prop}`, type, prop, values] as const] : [])),
);

describe("each value of a prop looks different", () => {
  it.each(VALUES)("%s", async (name, type, prop, values) => {
    const subject = SUBJECTS[type];
    if (!subject) throw new Error(`no ${type}`);
    const roots = values.map((value): Tree => {
      const tree = { ...subject.base, ...GIVEN[name], [prop]: value };
      return subject.isRoot ? tree : { type: "Basic", children: [(subject.within ?? ((inner) => inner))(tree)] };
    });
    await show(chat, ...roots);
    const looks = await looksOf(chat, values.length);
    expect(new Set(looks).size).toBe(values.length - (SAME[name] ?? 0));
  });
});

/** The computed styles of the last widgets, each as one text. */
async function looksOf(chat: Chat, count: number): Promise<string[]> {
  return frameOf(chat).evaluate((count) => {
    const styleOf = (element: Element) => [...getComputedStyle(element)].map((name) => getComputedStyle(element).getPropertyValue(name)).join(";");
    return [...document.querySelectorAll(".ck-widget")].slice(-count).map((section) => [...section.querySelectorAll("*")].map(styleOf).join("\n"));
  }, count);
}

describe("icons", () => {
  const names = (kind: string) => [...LINES].filter((line) => line.startsWith(`${kind}:`)).map((line) => line.slice(kind.length + 1));
  const LUCIDE = "lucide:${string}";
  const drawn = (name: string) => (name === LUCIDE ? "lucide:trash-2" : name);
  const shapes = new Map<string, string>();

  beforeAll(async () => {
    const all = [...new Set([...names("icon"), ...names("widgetIcon"), ...names("headerIcon")].map(drawn))];
    const page = await site.open();
    await show(page, { type: "Basic", children: all.map((name) => ({ type: "Icon", name })) });
    const drawings = ".ck-w-icon > svg";
    await frameOf(page).waitForFunction((drawings) => [...document.querySelectorAll(drawings)].every((svg) => svg.childElementCount > 0), drawings, { timeout: WAIT_MS });
    const found = await frameOf(page).evaluate((drawings) => [...document.querySelectorAll(drawings)].map((svg) => svg.innerHTML), drawings);
    all.forEach((name, index) => shapes.set(name, found[index] ?? ""));
  });

  it.each(["icon", "widgetIcon", "headerIcon"])("each %s has a drawing of its own", (kind) => {
    covers(...names(kind).map((name) => `${kind}:${name}`));
    const own = names(kind).map((name) => shapes.get(drawn(name)) ?? "");
    expect(own.filter((shape) => shape === "")).toEqual([]);
    expect(new Set(own).size).toBe(own.length);
  });
});
