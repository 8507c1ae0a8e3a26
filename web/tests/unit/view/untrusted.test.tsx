// @vitest-environment happy-dom
/** What a model writes, as elements: none that runs, loads or reaches; whatever is cut off, and where. */
import { h, render } from "preact";
import { afterEach, describe, expect, it } from "vitest";
import { en } from "../../../src/locales/en";
import { Markdown } from "../../../src/markdown/markdown";
import { ADDRESSES, DIAGRAMS, SCRIPTS } from "../untrusted";

const ELEMENTS = new Set(
  ["div", "p", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "figure", "figcaption", "span", "button", "svg", "path", "blockquote",
    "ul", "ol", "li", "input", "table", "thead", "tbody", "tr", "th", "td", "hr", "br", "a", "sup", "iframe"],
);
const FORBIDDEN = /^(?:on|style$|srcdoc$|formaction$|xlink|action$|background$|poster$|data$|ping$)/i;
const GOOD_LINK = /^(?:https?:|mailto:|tel:|chatkit-link:)/;

const place = document.createElement("div");
afterEach(() => render(null, place));

/** The text as elements; those of before are gone. */
function shown(text: string, isStreaming: boolean): HTMLElement {
  render(null, place);
  const props = {
    text,
    isStreaming,
    base: "https://page.example/",
    images: { own: ["https://page.example"], allowedHosts: null },
    translate: (key: keyof typeof en) => en[key],
    followLink: () => false,
  };
  render(h(Markdown, props), place);
  return place;
}

/** What is wrong with the elements, in few words. */
function wrongs(place: HTMLElement): string[] {
  const found: string[] = [];
  for (const element of place.querySelectorAll("*")) {
    const name = element.tagName.toLowerCase();
    if (!ELEMENTS.has(name)) found.push(`<${name}>`);
    for (const { name: attribute } of element.attributes) if (FORBIDDEN.test(attribute)) found.push(`${name} ${attribute}`);
    const href = element.getAttribute("href");
    if (href !== null && !GOOD_LINK.test(href)) found.push(`${name} href=${href}`);
    if (element.hasAttribute("src")) found.push(`${name} src=${element.getAttribute("src") ?? ""}`);
  }
  return found;
}

describe("script in an answer", () => {
  it.each(SCRIPTS.map((text) => [text]))("%j makes no element that runs, cut at every character [sec-11] [sec-14]", (text) => {
    for (let at = 1; at <= text.length; at += 1) {
      expect(wrongs(shown(text.slice(0, at), true)), text.slice(0, at)).toEqual([]);
      expect(wrongs(shown(text.slice(0, at), false)), text.slice(0, at)).toEqual([]);
    }
  });

  it("in HTML is shown as what it is: text [sec-11]", () => {
    expect(shown("a <b onclick=x>c</b>", false).textContent).toBe("a <b onclick=x>c</b>");
  });
});

describe("a diagram in an answer", () => {
  it.each(DIAGRAMS.map((text) => [text]))("%j stays code [sec-13]", (text) => {
    const place = shown(text, false);
    expect(wrongs(place)).toEqual([]);
    expect(place.querySelectorAll("pre code")).toHaveLength(1);
    expect(place.querySelector("figure svg:not([aria-hidden])")).toBeNull();
  });
});

describe("an address in an answer", () => {
  it.each(ADDRESSES.map((url) => [url]))("%j leads nowhere, as a link, an image and a reference [sec-12] [sec-14]", (url) => {
    const place = shown(`[a](<${url}>) [b](${url}) ![c](<${url}>) <${url}>\n\n[d] ![e][d]\n\n[d]: <${url}>`, false);
    expect(wrongs(place)).toEqual([]);
    for (const link of place.querySelectorAll("a")) expect(link.getAttribute("href")).toMatch(/^https:\/\/page\.example\//);
    for (const frame of place.querySelectorAll("iframe")) expect(frame.title).not.toContain("hacked");
  });
});
