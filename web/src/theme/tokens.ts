/** A theme's custom properties: texts from options, nothing that touches the page. Pure. */
import type { ThemeOption } from "../element/options";
import { type Rgb, fromOklch, hexOf, luminance, mix, parseColor, readable, readableOn } from "./colors";

type Scheme = "light" | "dark";
type Color = NonNullable<ThemeOption["color"]>;

const RADII = { pill: [24, 999], round: [16, 12], soft: [10, 8], sharp: [2, 2] } as const;
const DENSITIES = { compact: 0.8, normal: 1, spacious: 1.25 } as const;
/** How much of the accent a message of the person's has, by level; at the highest it is the accent. */
const BUBBLE_SHARES = [0, 0.1, 0.22, 1] as const;

/** What text needs on its ground, and what one must tell apart without reading it. */
const LEAST_TEXT = 4.6;

const STANDARD: Readonly<Record<Scheme, Readonly<Record<string, string>>>> = {
  light: { background: "#ffffff", surface: "#f4f4f5", raised: "#ffffff", border: "#e2e2e5", text: "#18181b", muted: "#5c5c66", success: "#13733d", warning: "#8a5300", danger: "#b42318", info: "#175cd3", discovery: "#6d3fc4" },
  dark: { background: "#18181a", surface: "#26262a", raised: "#202023", border: "#3a3a40", text: "#f2f2f4", muted: "#a5a5b0", success: "#4ccb85", warning: "#f0b04a", danger: "#ff8a7d", info: "#84b6ff", discovery: "#b79cf5" },
};

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
    ...(color && colorTokens(color, scheme)),
  };
}

function colorTokens(color: Color, scheme: Scheme): Record<string, string> {
  const tones = { ...standard(scheme), ...(color.grayscale && grayscale(color.grayscale, scheme)), ...(color.surface && surfaces(color.surface)) };
  const grounds = [tones.background, tones.surface, tones.raised];
  const isDark = luminance(tones.background) < 0.18;
  const text = readable(tones.text, grounds, 7);
  const border = color.surface ? mix(text, tones.background, isDark ? 0.2 : 0.13) : tones.border;
  const shown: Record<string, Rgb> = { ...tones, text, border, muted: readable(tones.muted, grounds, LEAST_TEXT) };
  for (const name of ["success", "warning", "danger", "info", "discovery"] as const) {
    shown[name] = readable(tones[name], [...grounds, mix(tones[name], tones.surface, 0.14)], LEAST_TEXT);
  }
  Object.assign(shown, color.accent && accents(color.accent, tones.surface, text));
  return Object.fromEntries(Object.entries(shown).map(([name, value]) => [`--ck-${name}`, hexOf(value)]));
}

type Tones = Record<"background" | "surface" | "raised" | "border" | "text" | "muted" | "success" | "warning" | "danger" | "info" | "discovery", Rgb>;

function standard(scheme: Scheme): Tones {
  return Object.fromEntries(Object.entries(STANDARD[scheme]).map(([name, text]) => [name, parseColor(text) as Rgb])) as Tones;
}

function grayscale({ hue, tint, shade = 0 }: NonNullable<Color["grayscale"]>, scheme: Scheme): Partial<Tones> {
  const chroma = tint * 0.003;
  const shift = shade * (scheme === "light" ? 0.8 : 1.2);
  const gray = (lightness: number) => fromOklch(Math.min(100, Math.max(0, lightness + shift)) / 100, chroma, hue);
  const [background, surface, raised, border, muted, text] = scheme === "light" ? [99.5, 97, 99.5, 91, 47, 21] : [19.5, 26, 23, 35, 72, 95];
  return { background: gray(background), surface: gray(surface), raised: gray(raised), border: gray(border), muted: gray(muted), text: gray(text) };
}

function surfaces({ background, foreground }: NonNullable<Color["surface"]>): Partial<Tones> {
  const [ground, over] = [parseColor(background), parseColor(foreground)];
  return { ...(ground && { background: ground }), ...(over && { surface: over, raised: over }) };
}

function accents({ primary, level }: NonNullable<Color["accent"]>, surface: Rgb, text: Rgb): Record<string, Rgb> {
  const accent = parseColor(primary);
  if (!accent) return {};
  const bubble = mix(accent, surface, BUBBLE_SHARES[level]);
  return { accent, "on-accent": readableOn(accent), "user-bubble": bubble, "on-user-bubble": readable(text, [bubble], LEAST_TEXT) };
}
