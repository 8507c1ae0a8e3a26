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
