/** Forms: dotted names nest, an action's own payload wins, and nothing reaches a prototype. */
import { describe, expect, it } from "vitest";
import { formPayload } from "../../src/widgets/forms";

const form = (...entries: [string, string][]) => {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
};

describe("formPayload", () => {
  it("nests dotted names", () => {
    expect(formPayload(undefined, form(["who.name", "Ada"], ["who.age", "36"])).payload).toEqual({ who: { name: "Ada", age: "36" } });
  });

  it("leaves the action's own values, and names the ones that gave way", () => {
    const merged = formPayload({ id: 1, who: { name: "own" } }, form(["id", "2"], ["who.name", "x"], ["note", "n"]));
    expect(merged).toEqual({ payload: { id: 1, who: { name: "own" }, note: "n" }, collisions: ["id", "who.name"] });
  });

  it("a dotted name never replaces a value that is already there", () => {
    const merged = formPayload({ who: "own" }, form(["who.name", "x"], ["a", "1"], ["a.b", "2"]));
    expect(merged).toEqual({ payload: { who: "own", a: "1" }, collisions: ["who.name", "a.b"] });
  });

  it("a payload that is no object stays, and the form has no place in it", () => {
    expect(formPayload("own", form(["a", "1"]))).toEqual({ payload: "own", collisions: ["a"] });
  });

  it("a component's own value stands in for what its form still holds", () => {
    expect(formPayload({}, form(["size", "s"]), { size: "l" })).toEqual({ payload: { size: "l" }, collisions: [] });
  });

  it("leaves a payload without a form as it is", () => {
    const payload = ["any", "thing"];
    expect(formPayload(payload, null).payload).toBe(payload);
  });

  it.each(["__proto__.x", "constructor.prototype.x", "a.__proto__.x"])("%s reaches no prototype", (name) => {
    formPayload({}, form([name, "bad"]));
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});
