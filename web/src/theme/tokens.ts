/** A theme's custom properties: texts from options, nothing that touches the page. Pure. */
import type { ThemeOption } from "../element/options";
import { type Grounds, LEAST_CONTROL, LEAST_TEXT, groundsOf, readsTinted, tinted } from "./contrast";
import { type Rgb, contrast, fromOklch, hexOf, luminance, mix, parseColor, readable, readableOn } from "./colors";

type Scheme = "light" | "dark";
type Color = NonNullable<ThemeOption["color"]>;

const RADII = { pill: [24, 999], round: [16, 12], soft: [10, 8], sharp: [2, 2] } as const;
const DENSITIES = { compact: 0.8, normal: 1, spacious: 1.25 } as const;
/** How much of the accent a message of the person's has, by level; at the highest it is the accent. */
const BUBBLE_SHARES = [0, 0.1, 0.22, 1] as const;
/** How much of a colour the ground below it has, where it is tinted; less where nothing could be read on it. */
const TINTS = [0.14, 0.07, 0] as const;
const HOVER_SHARE = 0.12;
/** Where black and white read equally well: darker grounds take white. */
const DARK_BELOW = 0.179;

const NEUTRALS = {
  light: { background: "#ffffff", surface: "#f4f4f5", raised: "#ffffff", border: "#e2e2e5", text: "#18181b", muted: "#5c5c66" },
  dark: { background: "#18181a", surface: "#26262a", raised: "#202023", border: "#3a3a40", text: "#f2f2f4", muted: "#a5a5b0" },
} as const;

const COLORS = {
  light: { success: "#13733d", warning: "#8a5300", danger: "#b42318", info: "#175cd3", discovery: "#6d3fc4" },
  dark: { success: "#4ccb85", warning: "#f0b04a", danger: "#ff8a7d", info: "#84b6ff", discovery: "#b79cf5" },
} as const;

const CODE_COLORS = {
  light: { "code-keyword": "#8a2be2", "code-string": "#0a6b3d", "code-number": "#9a4a00", "code-title": "#0b5cad", "code-comment": "#62626c" },
  dark: { "code-keyword": "#c9a0ff", "code-string": "#7ad6a0", "code-number": "#f2b272", "code-title": "#8cc2ff", "code-comment": "#9a9aa5" },
} as const;

/** All properties of a theme in a scheme; text keeps its contrast whatever colours are given. */
export function tokensFor(theme: ThemeOption, scheme: Scheme): Record<string, string> {
  const [large, control] = RADII[theme.radius ?? "pill"];
  const { typography, color } = theme;
  return {
    "--ck-radius": `${large}px`,
    "--ck-radius-control": `${control}px`,
    "--ck-density": String(DENSITIES[theme.density ?? "normal"]),
    "--ck-font-size": `${typography?.baseSize ?? 16}px`,
    ...(typography?.fontFamily && { "--ck-font": `${typography.fontFamily}, ui-sans-serif, system-ui, sans-serif` }),
    ...(typography?.fontFamilyMono && { "--ck-font-mono": `${typography.fontFamilyMono}, ui-monospace, monospace` }),
    ...colorTokens(color ?? {}, scheme),
    ...theme.tokens,
  };
}

function colorTokens(color: Color, scheme: Scheme): Record<string, string> {
  const neutral = { ...parsed(NEUTRALS[scheme]), ...(color.grayscale && grayscale(color.grayscale, scheme)), ...(color.surface && surfaces(color.surface)) };
  const grounds = groundsOf(neutral);
  const { background } = grounds;
  const shade = luminance(background) < DARK_BELOW ? "dark" : "light";
  const all = Object.values(grounds);
  const text = readable(neutral.text, all, 7);
  const border = color.surface ? mix(text, background, shade === "dark" ? 0.2 : 0.13) : neutral.border;
  const { tint, tones } = tonesOn(grounds, { muted: neutral.muted, ...parsed(COLORS[shade]) });
  const code = Object.entries(parsed(CODE_COLORS[shade])).map(([name, tone]) => [name, readable(tone, all, LEAST_TEXT)]);
  const shown: Record<string, Rgb> = {
    ...grounds,
    text,
    border,
    control: readable(border, all, LEAST_CONTROL),
    ...tones,
    ...(Object.fromEntries(code) as Record<string, Rgb>),
    ...accents(color.accent, grounds, text),
  };
  const properties = Object.entries(shown).map(([name, value]) => [`--ck-${name}`, hexOf(value)]);
  return { "color-scheme": shade, "--ck-tint": `${tint * 100}%`, ...(Object.fromEntries(properties) as Record<string, string>) };
}

/** The colours that read on all grounds and on the tint of themselves, with the strongest tint that lets them. */
function tonesOn(grounds: Grounds, given: Record<string, Rgb>): { tint: number; tones: Record<string, Rgb> } {
  for (const tint of TINTS) {
    const tones = Object.fromEntries(Object.entries(given).map(([name, tone]) => [name, tinted(tone, grounds, tint)]));
    if (tint === 0 || Object.values(tones).every((tone) => readsTinted(tone, grounds, tint))) return { tint, tones };
  }
  return { tint: 0, tones: given };
}

function parsed<Name extends string>(colors: Readonly<Record<Name, string>>): Record<Name, Rgb> {
  return Object.fromEntries(Object.entries<string>(colors).map(([name, text]) => [name, parseColor(text) as Rgb])) as Record<Name, Rgb>;
}

type Neutrals = Record<keyof (typeof NEUTRALS)["light"], Rgb>;

function grayscale({ hue, tint, shade = 0 }: NonNullable<Color["grayscale"]>, scheme: Scheme): Neutrals {
  const chroma = tint * 0.003;
  const shift = shade * (scheme === "light" ? 0.8 : 1.2);
  const gray = (lightness: number) => fromOklch(Math.min(100, Math.max(0, lightness + shift)) / 100, chroma, hue);
  const [background, surface, raised, border, muted, text] = scheme === "light" ? [99.5, 97, 99.5, 91, 47, 21] : [19.5, 26, 23, 35, 72, 95];
  return { background: gray(background), surface: gray(surface), raised: gray(raised), border: gray(border), muted: gray(muted), text: gray(text) };
}

function surfaces({ background, foreground }: NonNullable<Color["surface"]>): Partial<Neutrals> {
  const [ground, over] = [parseColor(background), parseColor(foreground)];
  return { ...(ground && { background: ground }), ...(over && { surface: over, raised: over }) };
}

/** The accent as it was given, what is written on it, and its edge, which shows where it is like the ground. */
function accents(given: Color["accent"], grounds: Grounds, text: Rgb): Record<string, Rgb> {
  const parsed = given && parseColor(given.primary);
  const accent = parsed ?? text;
  const on = parsed ? readableOn(accent) : grounds.background;
  const bubble = given && parsed ? mix(accent, grounds.surface, BUBBLE_SHARES[given.level]) : grounds.surface;
  return {
    accent,
    "accent-hover": hovered(accent, on),
    "accent-edge": readable(accent, Object.values(grounds), LEAST_CONTROL),
    "on-accent": on,
    "user-bubble": bubble,
    "on-user-bubble": readable(text, [bubble], LEAST_TEXT),
  };
}

/** A little of what is written on the accent, or of its opposite where that would be too near to read. */
function hovered(accent: Rgb, on: Rgb): Rgb {
  const nearer = mix(on, accent, HOVER_SHARE);
  return contrast(nearer, on) >= LEAST_TEXT ? nearer : mix(readableOn(on), accent, HOVER_SHARE);
}
