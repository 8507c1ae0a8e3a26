/** When typing starts a search: for mentions anywhere, for commands at the start. */
import { expect, test } from "vitest";
import { findTrigger } from "../../../src/view/composer/trigger";

const ALL = { tags: true, commands: true };

test.each([
  ["@", "tag", ""],
  ["hello @ad", "tag", "ad"],
  ["(@ad", "tag", "ad"],
  ["line\n@ad", "tag", "ad"],
  ["/", "command", ""],
  ["/sum", "command", "sum"],
])("%j starts a search", (text, kind, query) => {
  expect(findTrigger(text, true, ALL)).toEqual({ kind, query, length: query.length + 1 });
});

test.each(["mail@example", "@ad lovelace", "a /b", "1/2", "/a/b", "@@", ""])("%j starts none", (text) => {
  expect(findTrigger(text, true, ALL)).toBeNull();
});

test("a command starts only where nothing is before it", () => {
  expect(findTrigger("/sum", false, ALL)).toBeNull();
});

test("a sign that the page has no search for is plain text", () => {
  expect(findTrigger("@ad", true, { tags: false, commands: true })).toBeNull();
  expect(findTrigger("/sum", true, { tags: true, commands: false })).toBeNull();
});
