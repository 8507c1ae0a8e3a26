/** Text keeps its contrast in every theme: the combinations are walked, not sampled by eye. */
import { describe, expect, test } from "vitest";
import type { ThemeOption } from "../../../src/element/options";
import { type Rgb, contrast, parseColor } from "../../../src/theme/colors";
import { tokensFor } from "../../../src/theme/tokens";

const LEAST = 4.5;
const SCHEMES = ["light", "dark"] as const;
const ACCENTS = ["#000000", "#ffffff", "#ff0000", "#ffff00", "#00a240", "#0169cc", "#924ff7", "#777777", "#e5e5e5", "#1a1a2e"];
const SURFACES = [["#ffffff", "#f5f5f5"], ["#101010", "#202020"], ["#fdf6e3", "#eee8d5"], ["#1e1e3f", "#2d2d5a"], ["#ffe4e1", "#ffd1dc"]] as const;

type Colors = NonNullable<ThemeOption["color"]>;

function problems(color: Colors): string[] {
  return SCHEMES.flatMap((scheme) => {
    const tokens = tokensFor({ color }, scheme);
    const tone = (name: string) => parseColor(tokens[`--ck-${name}`] ?? "") as Rgb;
    const grounds = ["background", "surface", "raised"];
    const pairs = ["text", "muted", "success", "warning", "danger", "info", "discovery"].flatMap((name) => grounds.map((ground) => [name, ground] as const));
    const accent = color.accent ? ([["on-accent", "accent"], ["on-user-bubble", "user-bubble"]] as const) : [];
    return [...pairs, ...accent].filter(([name, ground]) => contrast(tone(name), tone(ground)) < LEAST).map(([name, ground]) => `${scheme}: ${name} on ${ground} ${JSON.stringify(color)}`);
  });
}

describe("contrast is at least 4.5", () => {
  test("for every grayscale", () => {
    const found: string[] = [];
    for (let hue = 0; hue < 360; hue += 30) {
      for (let tint = 0; tint <= 9; tint += 1) for (let shade = -4; shade <= 4; shade += 1) found.push(...problems({ grayscale: { hue, tint, shade } }));
    }
    expect(found).toEqual([]);
  });

  test("for accents of all levels, on each surface", () => {
    const found: string[] = [];
    for (const primary of ACCENTS) {
      for (const level of [0, 1, 2, 3] as const) {
        found.push(...problems({ accent: { primary, level } }));
        for (const [background, foreground] of SURFACES) found.push(...problems({ accent: { primary, level }, surface: { background, foreground } }));
      }
    }
    expect(found).toEqual([]);
  });
});

test("colours are read in the notations that pages write", () => {
  expect(parseColor("#fff")).toEqual([1, 1, 1]);
  expect(parseColor("rgb(255, 0, 0)")).toEqual([1, 0, 0]);
  expect(parseColor("oklch(100% 0 0)")?.map((part) => Math.round(part * 100))).toEqual([100, 100, 100]);
  expect(parseColor("rebeccapurple")).toBeNull();
});

test("every option sets what it says", () => {
  const tokens = tokensFor({ radius: "sharp", density: "compact", typography: { baseSize: 18, fontFamily: "Inter" } }, "light");
  expect(tokens).toMatchObject({ "--ck-radius": "2px", "--ck-radius-control": "2px", "--ck-density": "0.8", "--ck-font-size": "18px" });
  expect(tokens["--ck-font"]).toMatch(/^Inter,/);
});
