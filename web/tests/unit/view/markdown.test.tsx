// @vitest-environment happy-dom
/** Text that grows, as elements: what is left open while it streams is drawn as it will be, and at its end as it is. */
import { h, render } from "preact";
import { describe, expect, it, vi } from "vitest";
import { en } from "../../../src/locales/en";
import { Markdown } from "../../../src/markdown/markdown";

function page() {
  const place = document.createElement("div");
  const rules = { base: "https://page.example/", images: { own: [], allowedHosts: null }, translate: (key: keyof typeof en) => en[key], followLink: () => false };
  const show = (text: string, isStreaming: boolean) => render(h(Markdown, { ...rules, text, isStreaming }), place);
  return { place, show };
}

describe("a text that came in two pieces", () => {
  const TEXT = "# A\n\n1. one\n\n   two [x][r]\n2. *three*\n\n| a | b |\n|---|--:|\n| `1` | $x$ |\n\n```js\nlet a;\n```\n\n> q[^1] \\(y\\)\n\n[r]: /r \"t\"\n[^1]: note\n";

  it("is drawn in the end as the whole is, wherever it was cut", () => {
    const whole = page();
    whole.show(TEXT, false);
    for (let at = 1; at < TEXT.length; at += 1) {
      const { place, show } = page();
      show(TEXT.slice(0, at), true);
      show(TEXT, false);
      expect(place.innerHTML, `cut at ${at}`).toBe(whole.place.innerHTML);
      render(null, place);
    }
    render(null, whole.place);
  });
});

describe("emphasis that is left open", () => {
  it("is drawn while the text streams, also what came before the part that completes it", async () => {
    const { place, show } = page();
    show("so **bold", true);
    await vi.waitFor(() => expect(place.innerHTML).toContain("<strong>bold</strong>"));
  });

  it("is text as it stands once no more comes", async () => {
    const { place, show } = page();
    show("so **bold", true);
    await vi.waitFor(() => expect(place.innerHTML).toContain("<strong>"));
    show("so **bold", false);
    expect(place.innerHTML).not.toContain("<strong>");
    expect(place.textContent).toBe("so **bold");
  });
});
