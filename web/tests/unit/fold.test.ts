/** The reducer: what is streamed adds up to what is stored. */
import { describe, expect, it } from "vitest";
import type { ThreadItem, ThreadStreamEvent } from "../../src/protocol/types";
import { applyEvent, dropAfter } from "../../src/session/fold";
import { STREAMS, eventsOf } from "./wire";

function fold(events: readonly ThreadStreamEvent[]): readonly ThreadItem[] {
  return events.reduce<readonly ThreadItem[]>(applyEvent, []);
}

describe("golden streams", () => {
  // The others show one update or text by itself, not a whole that adds up.
  const wholes = STREAMS.filter((name) => !/^(update|event|text)_/.test(name));

  it.each(wholes)("%s folds to the items of its done events", (name) => {
    const events = eventsOf(name);
    for (const [at, event] of events.entries()) {
      if (event.type !== "thread.item.done") continue;
      const before = fold(events.slice(0, at)).find((item) => item.id === event.item.id);
      const after = fold(events.slice(0, at + 1)).find((item) => item.id === event.item.id);
      expect(after).toEqual(event.item);
      if (!before) continue;
      // Nothing that was streamed may differ from what is stored in the end.
      expect(streamed(before)).toEqual(streamed(event.item));
    }
  });

  it.each(STREAMS)("%s changes no list in place", (name) => {
    let items: readonly ThreadItem[] = Object.freeze([]);
    for (const event of eventsOf(name)) items = deepFreeze(applyEvent(items, event));
  });
});

/** What a stream says bit by bit: text and widgets. */
function streamed(item: ThreadItem): unknown {
  if (item.type === "assistant_message") return item.content.map((part) => part.text);
  if (item.type === "widget") return JSON.parse(JSON.stringify(item.widget, (key, value: unknown) => (key === "streaming" ? undefined : value)));
  return item.id;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

const MESSAGE: ThreadItem = { type: "assistant_message", id: "m", thread_id: "t", created_at: "2026-01-01", content: [] };
const update = (update: object) => ({ type: "thread.item.updated", item_id: "m", update }) as ThreadStreamEvent;
const textOf = (items: readonly ThreadItem[]) => {
  const [item] = items;
  return item?.type === "assistant_message" ? item.content.map((part) => part.text) : [];
};

describe("servers that differ", () => {
  it("pads parts for text that comes before its part", () => {
    const delta = update({ type: "assistant_message.content_part.text_delta", content_index: 1, delta: "hi" });
    expect(textOf(applyEvent([MESSAGE], delta))).toEqual(["", "hi"]);
  });

  it("refuses a part so far out that it would fill the memory", () => {
    const delta = update({ type: "assistant_message.content_part.text_delta", content_index: 1e9, delta: "hi" });
    expect(applyEvent([MESSAGE], delta)).toEqual([MESSAGE]);
  });

  it("keeps annotations that were streamed when the part is done without any", () => {
    const annotation = { type: "annotation", source: { type: "url", url: "https://a.example", title: "A" }, index: 1 };
    const events = [
      update({ type: "assistant_message.content_part.annotation_added", content_index: 0, annotation_index: 0, annotation }),
      update({ type: "assistant_message.content_part.done", content_index: 0, content: { type: "output_text", text: "x", annotations: [] } }),
    ];
    const [item] = events.reduce<readonly ThreadItem[]>(applyEvent, [MESSAGE]);
    expect(item).toMatchObject({ content: [{ text: "x", annotations: [annotation] }] });
  });

  it("passes over events, items and updates that it does not know", () => {
    const items = [MESSAGE];
    expect(applyEvent(items, { type: "thread.sparkles" } as unknown as ThreadStreamEvent)).toBe(items);
    expect(applyEvent(items, update({ type: "sparkles" }))).toBe(items);
    expect(applyEvent(items, { type: "thread.item.removed", item_id: "other" })).toBe(items);
    const strange = { type: "thread.item.done", item: { ...MESSAGE, id: "s", type: "sparkles" } } as unknown as ThreadStreamEvent;
    expect(applyEvent(items, strange)).toHaveLength(2);
  });

  it("keeps how far an image is until it is done", () => {
    const image = { type: "generated_image", id: "m", thread_id: "t", created_at: "2026-01-01" } as const;
    const drawn = update({ type: "generated_image.updated", image: { id: "i", url: "data:image/png,x" }, progress: 0.5 });
    const items = applyEvent([image], drawn);
    expect(items).toMatchObject([{ image: { id: "i" }, progress: 0.5 }]);
    const done = { ...image, image: { id: "i", url: "data:image/png,y" } };
    expect(applyEvent(items, { type: "thread.item.done", item: done })).toEqual([done]);
  });

  it("drops what came after a message that is retried", () => {
    const items = ["a", "b", "c"].map((id) => ({ ...MESSAGE, id }));
    expect(dropAfter(items, "b").map((item) => item.id)).toEqual(["a", "b"]);
    expect(dropAfter(items, "z")).toBe(items);
  });
});
