/** Layout props of widgets as CSS: tokens, steps, sides. */
import { expect, test } from "vitest";
import { extentOf, layersOf, type ChartData } from "../../../src/widgets/chart_scales";
import { blockStyle, boxStyle, color, textStyle } from "../../../src/widgets/style";

test("numbers of spacing are steps of 4 px, numbers of length are pixels, texts are CSS", () => {
  expect(boxStyle({ gap: 2, padding: { x: 3, top: "1rem" }, width: 80, maxHeight: "50%" })).toEqual({ gap: "8px", padding: "1rem 12px 0 12px", width: "80px", maxHeight: "50%" });
});

test("size, minSize and maxSize stand for both sides", () => {
  expect(blockStyle({ size: 40, minSize: 10, maxSize: "2em" })).toEqual({ width: "40px", height: "40px", minWidth: "10px", minHeight: "10px", maxWidth: "2em", maxHeight: "2em" });
});

test.each([
  ["secondary", "var(--ck-secondary)"],
  ["surface-secondary", "var(--ck-surface)"],
  ["blue-500", "#0169cc"],
  ["gray-100", "light-dark(#ededed, #181818)"],
  ["alpha-10", "color-mix(in oklab, var(--ck-text) 10%, transparent)"],
  ["#abc", "#abc"],
  ["nothing-77", "nothing-77"],
])("the colour %s is %s", (token, css) => {
  expect(color(token)).toBe(css);
});

test("a pair of colours follows the scheme, with tokens in it", () => {
  expect(color({ light: "blue-500", dark: "#fff" })).toBe("light-dark(#0169cc, #fff)");
});

test("borders by side, each with its own line", () => {
  expect(boxStyle({ border: 1 })).toEqual({ border: "1px solid var(--ck-border)" });
  expect(boxStyle({ border: { top: 2, x: { size: 1, style: "dashed", color: "strong" } } })).toMatchObject({ borderTop: "2px solid var(--ck-border)", borderLeft: expect.stringContaining("1px dashed") as string });
});

test("maxLines clamps, minLines keeps room", () => {
  expect(textStyle({ maxLines: 2, minLines: 3 })).toMatchObject({ WebkitLineClamp: 2, minHeight: "3lh" });
});

const chart = (series: ChartData["series"]): ChartData => ({ rows: [{ m: "a", x: 1, y: 2 }, { m: "b", x: 3, y: -1 }], series, x: { dataKey: "m" }, showYAxis: true, showLegend: true, showTooltip: true, barGap: 2, barCategoryGap: null });

test("series of one stack lie on each other and share a place", () => {
  const { layers, slots } = layersOf(chart([{ type: "bar", dataKey: "x", stack: "s" }, { type: "bar", dataKey: "y", stack: "s" }]));
  expect(slots).toBe(1);
  expect(layers[1]?.spans).toEqual([[1, 3], [3, 2]]);
});

test("bars without a stack stand side by side; nought is always shown", () => {
  const { layers, slots } = layersOf(chart([{ type: "bar", dataKey: "x" }, { type: "bar", dataKey: "y" }, { type: "line", dataKey: "x" }]));
  expect([slots, layers.map((layer) => layer.slot)]).toEqual([2, [0, 1, -1]]);
  expect(extentOf(layers)).toEqual([-1, 3]);
});
