/** Text and controls keep their contrast in every theme: the combinations are walked, not sampled by eye. */
import { describe, expect, test } from "vitest";
import type { ThemeOption } from "../../../src/element/options";
import { type Rgb, contrast, mix, parseColor } from "../../../src/theme/colors";
import { TOKEN_NAMES } from "../../../src/theme/token_names";
import { tokensFor } from "../../../src/theme/tokens";
import { covers } from "../../checklist/covers";

const [TEXT, CONTROL] = [4.5, 3];
const SCHEMES = ["light", "dark"] as const;
const LEVELS = [0, 1, 2, 3] as const;
const ACCENTS = ["#000000", "#ffffff", "#ff0000", "#ffff00", "#00ff00", "#00a240", "#0169cc", "#924ff7", "#777777", "#e5e5e5", "#1a1a2e", "#767676"];
const SURFACES = [
  ["#ffffff", "#f5f5f5"], ["#101010", "#202020"], ["#fdf6e3", "#eee8d5"], ["#1e1e3f", "#2d2d5a"], ["#ffe4e1", "#ffd1dc"],
  // Middle greys leave least room; grounds that are opposites leave none for one text on both.
  ["#777777", "#757575"], ["#ffffff", "#000000"], ["#000000", "#ffffff"],
] as const;
const GROUNDS = ["background", "surface", "raised"];
const TONES = ["muted", "success", "warning", "danger", "info", "discovery"];
const CODE = ["code-keyword", "code-string", "code-number", "code-title", "code-comment"];

type Colors = NonNullable<ThemeOption["color"]>;

/** Every pair that is shown, of what is read or seen and its ground, with the least contrast that it needs. */
function pairs(tokens: Record<string, string>): [name: string, color: Rgb, ground: Rgb, least: number][] {
  const tone = (name: string) => parseColor(tokens[`--ck-${name}`] ?? "") as Rgb;
  const tint = Number.parseFloat(tokens["--ck-tint"] ?? "") / 100;
  const onGrounds = (names: string[], least: number) => names.flatMap((name) => GROUNDS.map((ground) => [`${name} on ${ground}`, tone(name), tone(ground), least] as [string, Rgb, Rgb, number]));
  const onTints = TONES.flatMap((name) => GROUNDS.map((ground) => [`${name} on its tint`, tone(name), mix(tone(name), tone(ground), tint), TEXT] as [string, Rgb, Rgb, number]));
  return [
    ...onGrounds(["text", ...TONES, ...CODE], TEXT),
    ...onGrounds(["control", "accent-edge", "info"], CONTROL),
    ...onTints,
    ...TONES.map((name) => [`background on ${name}`, tone("background"), tone(name), TEXT] as [string, Rgb, Rgb, number]),
    ["on-accent on accent", tone("on-accent"), tone("accent"), TEXT],
    ["on-accent on accent-hover", tone("on-accent"), tone("accent-hover"), TEXT],
    ["on-user-bubble on user-bubble", tone("on-user-bubble"), tone("user-bubble"), TEXT],
  ];
}

function problems(color: Colors): string[] {
  return SCHEMES.flatMap((scheme) =>
    pairs(tokensFor({ color }, scheme))
      .filter(([, one, ground, least]) => contrast(one, ground) < least)
      .map(([name, one, ground]) => `${scheme}: ${name} ${contrast(one, ground).toFixed(2)} ${JSON.stringify(color)}`),
  );
}

const steps = (from: number, to: number, by: number) => Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);

describe("contrast is at least 4.5 for text and 3 for controls", () => {
  test("without any colour of the page's", () => {
    expect(problems({})).toEqual([]);
  });

  test("for every hue, tint and shade, with an accent of every level", () => {
    covers("option:theme.color", "option:theme.color.grayscale", "option:theme.color.grayscale.hue", "option:theme.color.grayscale.tint", "option:theme.color.grayscale.shade");
    const found: string[] = [];
    let turn = 0;
    for (const hue of steps(0, 345, 15)) for (const tint of steps(0, 9, 1)) for (const shade of steps(-4, 4, 1)) {
      for (const level of LEVELS) found.push(...problems({ grayscale: { hue, tint, shade }, accent: { primary: ACCENTS[turn++ % ACCENTS.length] ?? "", level } }));
    }
    expect(found.slice(0, 20)).toEqual([]);
  });

  test("for every accent and level on every surface, and greys with them", () => {
    covers("option:theme.color.accent", "option:theme.color.accent.primary", "option:theme.color.accent.level", "option:theme.color.surface", "option:theme.color.surface.background", "option:theme.color.surface.foreground");
    const found: string[] = [];
    for (const [background, foreground] of SURFACES) for (const level of LEVELS) {
      const surface = { background, foreground };
      for (const primary of ACCENTS) found.push(...problems({ accent: { primary, level }, surface }));
      for (const hue of steps(0, 300, 60)) for (const tint of [0, 4, 9]) for (const shade of [-4, 0, 4]) found.push(...problems({ grayscale: { hue, tint, shade }, surface, accent: { primary: "#924ff7", level } }));
    }
    expect(found.slice(0, 20)).toEqual([]);
  });
});

test("colours are read in the notations that pages write", () => {
  expect(parseColor("#fff")).toEqual([1, 1, 1]);
  expect(parseColor("rgb(255, 0, 0)")).toEqual([1, 0, 0]);
  expect(parseColor("oklch(100% 0 0)")?.map((part) => Math.round(part * 100))).toEqual([100, 100, 100]);
  expect(parseColor("rebeccapurple")).toBeNull();
});

test("the accent is shown as it was given, however little it stands out", () => {
  const tokens = tokensFor({ color: { accent: { primary: "#ffff00", level: 3 } } }, "light");
  expect(tokens).toMatchObject({ "--ck-accent": "#ffff00", "--ck-user-bubble": "#ffff00", "--ck-on-accent": "#000000" });
  expect(tokens["--ck-accent-edge"]).not.toBe("#ffff00");
});

test("a dark surface makes a dark frame, in either scheme: scrollbars and fields follow", () => {
  const color = { surface: { background: "#101010", foreground: "#202020" } };
  expect(SCHEMES.map((scheme) => tokensFor({ color }, scheme)["color-scheme"])).toEqual(["dark", "dark"]);
});

test("every option sets what it says", () => {
  covers("option:theme.radius", "option:theme.density", "option:theme.typography", "option:theme.typography.baseSize", "option:theme.typography.fontFamily", "option:theme.typography.fontFamilyMono");
  const tokens = tokensFor({ radius: "sharp", density: "compact", typography: { baseSize: 18, fontFamily: "Inter", fontFamilyMono: "Fira" } }, "light");
  expect(tokens).toMatchObject({ "--ck-radius": "2px", "--ck-radius-control": "2px", "--ck-density": "0.8", "--ck-font-size": "18px" });
  expect(tokens["--ck-font"]).toMatch(/^Inter,/);
  expect(tokens["--ck-font-mono"]).toMatch(/^Fira,/);
});

test("the page's own tokens go before all", () => {
  expect(tokensFor({ radius: "pill", tokens: { "--ck-radius": "5px", "--ck-accent": "red" } }, "dark")).toMatchObject({ "--ck-radius": "5px", "--ck-accent": "red" });
});

test("the names that a page may give are all that a theme sets", () => {
  const typography = { fontFamily: "A", fontFamilyMono: "B" };
  const set = Object.keys(tokensFor({ typography }, "light")).filter((name) => name.startsWith("--"));
  expect([...TOKEN_NAMES].sort()).toEqual(set.sort());
});
