// @vitest-environment happy-dom
/** The field's nodes say what the draft says, and the other way round. */
import { expect, test } from "vitest";
import type { UserMessageContent } from "../../../src/protocol/unions";
import { EditorDom, sameContent } from "../../../src/view/composer/editor_dom";

const ADA: UserMessageContent = { type: "input_tag", id: "u1", text: "Ada", data: {}, interactive: true };
const text = (value: string): UserMessageContent => ({ type: "input_text", text: value });

function field() {
  const root = document.body.appendChild(document.createElement("div"));
  return { root, dom: new EditorDom(root) };
}

test.each([
  [[]],
  [[text("hello")]],
  [[text("one\ntwo\n\nthree")]],
  [[text("ends with a line\n")]],
  [[text("ask "), ADA, text(" now")]],
  [[ADA]],
  [[text("ask "), ADA]],
])("writing and reading gives the same: %j", (content) => {
  const { dom } = field();
  dom.write(content);
  expect(sameContent(dom.read(), content)).toBe(true);
});

test("lines in elements of their own are lines", () => {
  /** Chromium wraps typed lines in a <div> in some states of the field. */
  const { root, dom } = field();
  const line = (...nodes: (Node | string)[]) => {
    const div = document.createElement("div");
    div.append(...nodes);
    return div;
  };
  root.append("one", line(document.createElement("br")), line("two"));
  expect(dom.read()).toEqual([text("one\n\ntwo")]);
});

test("markup in a mention's text stays text", () => {
  const { root, dom } = field();
  dom.write([{ type: "input_tag", id: "x", text: "<img src=x onerror=alert(1)>", data: {} }]);
  expect(root.querySelector("img")).toBeNull();
});
