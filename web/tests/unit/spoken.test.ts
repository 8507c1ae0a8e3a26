/** What a screen reader hears of an answer has no marks in it. */
import { expect, it } from "vitest";
import { spokenText } from "../../src/markdown/spoken";

it.each([
  ["I moved it to **done**.", "I moved it to done."],
  ["# Title\n\n- one\n- [two](https://example.com)", "Title\none\ntwo"],
  ["See ![a cat](https://example.com/cat.png)", "See a cat"],
  ["<b>raw</b> `code` ~~old~~", "raw code old"],
  ["| a | b |\n|---|---|\n| 1 | 2 |", "a, b\n1, 2"],
  ["\\(x^2\\) and $$y$$", "x^2 and y"],
])("reads %j as %j", (markdown, spoken) => {
  expect(spokenText(markdown)).toBe(spoken);
});
