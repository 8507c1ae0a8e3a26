/** A theme's custom properties: numbers from options, nothing that touches the page. Pure. */
import type { ThemeOption } from "../element/options";

const RADII = { pill: [24, 999], round: [16, 12], soft: [10, 8], sharp: [2, 2] } as const;
const DENSITIES = { compact: 0.8, normal: 1, spacious: 1.25 } as const;

/** The properties that the options set; what they leave out keeps the style sheet's value. */
export function tokensFor(theme: ThemeOption, scheme: "light" | "dark"): Record<string, string> {
  const [large, control] = RADII[theme.radius ?? "pill"];
  const { typography, color } = theme;
  const tokens: Record<string, string> = {
    "--ck-radius": `${large}px`,
    "--ck-radius-control": `${control}px`,
    "--ck-density": String(DENSITIES[theme.density ?? "normal"]),
    "--ck-font-size": `${typography?.baseSize ?? 16}px`,
  };
  if (typography?.fontFamily) tokens["--ck-font"] = typography.fontFamily;
  if (typography?.fontFamilyMono) tokens["--ck-font-mono"] = typography.fontFamilyMono;
  if (color?.grayscale) Object.assign(tokens, grayscale(color.grayscale, scheme));
  if (color?.accent) {
    tokens["--ck-accent"] = color.accent.primary;
    tokens["--ck-on-accent"] = readableOn(color.accent.primary);
    tokens["--ck-user-bubble"] = userBubble(color.accent.primary, color.accent.level);
  }
  if (color?.surface) {
    tokens["--ck-background"] = color.surface.background;
    tokens["--ck-surface"] = color.surface.foreground;
  }
  return tokens;
}

function grayscale(
  { hue, tint, shade = 0 }: { hue: number; tint: number; shade?: number },
  scheme: "light" | "dark",
): Record<string, string> {
  const chroma = (tint * 0.003).toFixed(3);
  const shift = shade * (scheme === "light" ? 0.8 : 1.2);
  const gray = (lightness: number) =>
    `oklch(${(lightness + shift).toFixed(1)}% ${chroma} ${hue})`;
  const steps = scheme === "light" ? [99.5, 97, 92, 48, 22] : [19, 23.5, 32, 72, 95];
  const names = ["background", "surface", "border", "muted", "text"];
  return Object.fromEntries(names.map((name, index) => [`--ck-${name}`, gray(steps[index] as number)]));
}

function userBubble(primary: string, level: number): string {
  return level === 0 ? "var(--ck-surface)" : `color-mix(in oklab, ${primary} ${level * 8}%, var(--ck-surface))`;
}

/** Black or white, whichever reads better on a colour written in hex; white for other notations. */
export function readableOn(color: string): string {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color)?.[1];
  if (!hex) return "#fff";
  const full = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const [r, g, b] = [0, 2, 4].map((at) => linear(Number.parseInt(full.slice(at, at + 2), 16) / 255));
  const luminance = 0.2126 * (r as number) + 0.7152 * (g as number) + 0.0722 * (b as number);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#fff" : "#000";
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}
