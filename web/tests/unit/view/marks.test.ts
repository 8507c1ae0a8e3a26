/** Marks of annotations: where they stand, whatever the text is made of. */
import { expect, test } from "vitest";
import { parseDocument } from "../../../src/markdown/blocks";
import { splitMarks, withMarks, withoutMarks } from "../../../src/markdown/marks";

/** The document's text with marks as [n], by walking its nodes. */
function shown(text: string, places: readonly number[]): string {
  const say = (node: { value?: string; children?: unknown[] }): string =>
    node.value !== undefined
      ? splitMarks(node.value).map((piece) => (typeof piece === "number" ? `[${String(piece)}]` : piece)).join("")
      : (node.children ?? []).map((child) => say(child as typeof node)).join("");
  return parseDocument(withMarks(text, places)).groups.flat().flatMap((block) => block.nodes.map((node) => say(node as never))).join("|");
}

test("a mark stands where its index says", () => {
  expect(shown("One. Two.", [4, 9])).toBe("One.[0] Two.[1]");
});

test("an index is counted in code points, as servers count", () => {
  expect(shown("😀😀 two", [2])).toBe("😀😀[0] two");
});

test("a mark after emphasis leaves it closed", () => {
  expect(shown("**bold** and _it_ end", [8, 17])).toBe("bold[0] and it[1] end");
});

test("a mark at the start of a line goes to the end of the one before", () => {
  expect(shown("One\n\n- two\n- three", [5, 11])).toBe("One[0]|two[1]three");
});

test("an index beyond the end is the end", () => {
  expect(shown("One", [99])).toBe("One[0]");
});

test("an address does not take the mark for its own", () => {
  expect(shown("see https://example.com/a", [25])).toBe("see https://example.com/a [0]");
});

test("code is as it was", () => {
  expect(withoutMarks(withMarks("a b", [2]))).toBe("a b");
});
