/** The list of what the public surface has, and the way a test says that it holds a line of it. */
import { expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { LINES } from "../checklist/lines";

it("has the 808 lines of the public types, each once", () => {
  expect(LINES.size).toBe(808);
});

it("a test that names a line that is not there fails", () => {
  expect(() => covers("option:nothing")).toThrow("option:nothing");
});
