/** Everything that the frame ever says: texts and names of elements, kept from the moment they appear. */
import type { Chat } from "./site";

/** Attributes that a person hears or sees. */
const SPOKEN = ["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder", "title", "placeholder", "alt", "data-placeholder"];

/** Begins to listen in the frame; what has gone again by the end of a test was heard as well. */
export async function listen(chat: Chat): Promise<void> {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  await frame.evaluate((spoken) => {
    const heard = new Set<string>();
    const given = new Set<string>();
    const keep = (text: string | null) => {
      if (text?.trim()) heard.add(text.trim());
    };
    const look = (node: Node): void => {
      if (node.nodeType === Node.TEXT_NODE) return keep(node.textContent);
      // A formula's letters are nobody's words.
      if (!(node instanceof Element) || node.matches(".katex, .ck-formula, style, script")) return;
      for (const name of spoken) keep(node.getAttribute(name));
      for (const child of node.childNodes) look(child);
    };
    look(document.documentElement);
    new MutationObserver((changes) => {
      for (const change of changes) {
        if (change.type === "attributes") keep((change.target as Element).getAttribute(change.attributeName ?? ""));
        if (change.type === "characterData" && !change.target.parentElement?.closest(".katex, .ck-formula")) keep(change.target.textContent);
        for (const node of change.addedNodes) if (!node.parentElement?.closest(".katex, .ck-formula")) look(node);
      }
    }).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: spoken });
    const collect = (value: unknown): void => {
      if (typeof value === "string") given.add(value);
      else if (typeof value === "object" && value !== null && !(value instanceof Blob)) {
        for (const [key, one] of Object.entries(value)) {
          given.add(key);
          if (key !== "strings") collect(one);
        }
      }
    };
    interface Session { getState(): unknown; subscribe(listener: () => void): void }
    const { session } = window.parent.document.querySelector("openai-chatkit") as unknown as { session: Session };
    collect(session.getState());
    session.subscribe(() => collect(session.getState()));
    (window as never as { listening: object }).listening = { heard, given };
  }, SPOKEN);
}

/** What was heard, and every string that the server or the page gave. */
export async function listened(chat: Chat): Promise<{ heard: string[]; given: string[] }> {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  return frame.evaluate(() => {
    const { heard, given } = (window as never as { listening: { heard: Set<string>; given: Set<string> } }).listening;
    return { heard: [...heard], given: [...given] };
  });
}
