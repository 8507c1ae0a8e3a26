/** Colours as numbers: read, mixed, compared. Pure. */

/** Red, green and blue from 0 to 1, as screens take them. */
export type Rgb = readonly [number, number, number];

/** A colour written in hex, `rgb()`, or `oklch()`; null for what is written otherwise. */
export function parseColor(text: string): Rgb | null {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim())?.[1];
  if (hex) return fromHex(hex);
  const [, name, list] = /^(rgba?|oklch)\(([^)]*)\)$/i.exec(text.trim()) ?? [];
  if (name === undefined || list === undefined) return null;
  const values = list.split(/[\s,/]+/).filter(Boolean);
  const [a = 0, b = 0, c = 0] = values.map((value) => Number.parseFloat(value));
  if (name.toLowerCase() === "oklch") return fromOklch(values[0]?.endsWith("%") ? a / 100 : a, b, c);
  return [a / 255, b / 255, c / 255];
}

function fromHex(hex: string): Rgb | null {
  const full = hex.length <= 4 ? hex.replace(/./g, "$&$&") : hex;
  if (full.length < 6) return null;
  const at = (start: number) => Number.parseInt(full.slice(start, start + 2), 16) / 255;
  return [at(0), at(2), at(4)];
}

/** Source: https://bottosson.github.io/posts/oklab/ (public domain). */
export function fromOklch(lightness: number, chroma: number, hue: number): Rgb {
  const turn = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(turn), chroma * Math.sin(turn)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    screen(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    screen(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    screen(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function screen(linear: number): number {
  const value = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.min(1, Math.max(0, value));
}

export function hexOf(color: Rgb): string {
  return `#${color.map((part) => Math.round(part * 255).toString(16).padStart(2, "0")).join("")}`;
}

/** So much of the first in the second, from 0 to 1. */
export function mix(color: Rgb, into: Rgb, share: number): Rgb {
  const part = (at: 0 | 1 | 2) => color[at] * share + into[at] * (1 - share);
  return [part(0), part(1), part(2)];
}

/** The contrast of WCAG 2, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [1, 1, 1];

/** Black or white, whichever reads better on the colour. */
export function readableOn(color: Rgb): Rgb {
  return contrast(color, WHITE) >= contrast(color, BLACK) ? WHITE : BLACK;
}

/** The colour, as far towards black or white as it must go to be read on all of these. */
export function readable(color: Rgb, on: readonly Rgb[], least: number): Rgb {
  const reads = (candidate: Rgb) => on.every((ground) => contrast(candidate, ground) >= least);
  const goal = readableOn(on[0] ?? WHITE);
  for (let share = 0; share < 1; share += 0.05) {
    const candidate = mix(goal, color, share);
    if (reads(candidate)) return candidate;
  }
  return goal;
}
