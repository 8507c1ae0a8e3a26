/** Items as turns: their actions, what Copy gives, and which objects stay the same. */
import { expect, test } from "vitest";
import type { ThreadItem } from "../../../src/protocol/types";
import { copyText, turnsOf } from "../../../src/view/turns";

const base = { thread_id: "t", created_at: "2026-01-01T00:00:00" };
const user = (id: string) => ({ ...base, id, type: "user_message", content: [], attachments: [], inference_options: {} }) as unknown as ThreadItem;
const says = (id: string, text: string) => ({ ...base, id, type: "assistant_message", content: [{ type: "output_text", text, annotations: [] }] }) as unknown as ThreadItem;
const end = (id: string) => ({ ...base, id, type: "end_of_turn" }) as unknown as ThreadItem;
const widget = (id: string, copy_text: string | null) => ({ ...base, id, type: "widget", widget: { type: "Card", children: [] }, copy_text }) as unknown as ThreadItem;
const ids = (items: readonly ThreadItem[]) => turnsOf(items).map((turn) => turn.items.map((item) => item.id));

test("a question and its answer are two turns; the answer is one, however many items it has", () => {
  expect(ids([user("u1"), says("a1", "x"), widget("w1", null), user("u2"), says("a2", "y")])).toEqual([["u1"], ["a1", "w1"], ["u2"], ["a2"]]);
});

test("the end of a turn closes it and shows nothing", () => {
  expect(ids([user("u1"), says("a1", "x"), end("e1"), says("a2", "y"), end("e2")])).toEqual([["u1"], ["a1"], ["a2"]]);
});

test("an answer names the question that a retry goes back to", () => {
  expect(turnsOf([says("a0", "hi"), user("u1"), says("a1", "x")]).map((turn) => turn.questionId)).toEqual([null, "u1", "u1"]);
});

test("turns that did not change are the same objects, so that only the last is rendered", () => {
  const items = [user("u1"), says("a1", "x"), user("u2"), says("a2", "y")];
  const before = turnsOf(items);
  const after = turnsOf([...items.slice(0, 3), says("a2", "yz")], before);
  expect(after.map((turn, index) => turn === before[index])).toEqual([true, true, true, false]);
});

test("Copy gives the answer's words and what its widgets say for themselves", () => {
  expect(copyText([says("a1", "Hello"), widget("w1", "A card"), widget("w2", null)])).toBe("Hello\n\nA card");
});
