/** What can be read on what: grounds that one text fits, and colours on tints of themselves. Pure. */
import { type Rgb, contrast, mix, readableOn } from "./colors";

/** A little above the 4.5 and 3 of WCAG 2, for colours are rounded; black or white reaches 4.58 on any ground. */
export const LEAST_TEXT = 4.55;
export const LEAST_CONTROL = 3.05;

const STEP = 0.05;

export interface Grounds {
  readonly background: Rgb;
  readonly surface: Rgb;
  readonly raised: Rgb;
}

/** Grounds on which the same text reads: what is too far from the background comes nearer to it. */
export function groundsOf({ background, surface, raised }: Grounds): Grounds {
  const text = readableOn(background);
  const near = (ground: Rgb) => {
    for (let share = 1; share > 0; share -= STEP) {
      const candidate = mix(ground, background, share);
      if (contrast(text, candidate) >= LEAST_TEXT) return candidate;
    }
    return background;
  };
  return { background, surface: near(surface), raised: near(raised) };
}

/** Whether the colour reads on all grounds, with and without so much of itself in them. */
export function readsTinted(tone: Rgb, grounds: Grounds, tint: number): boolean {
  return Object.values(grounds).every((ground: Rgb) => contrast(tone, ground) >= LEAST_TEXT && contrast(tone, mix(tone, ground, tint)) >= LEAST_TEXT);
}

/** The colour, as far towards black or white as it must go to be read on its tints; black or white where it never is. */
export function tinted(tone: Rgb, grounds: Grounds, tint: number): Rgb {
  const goal = readableOn(grounds.background);
  for (let share = 0; share < 1; share += STEP) {
    const candidate = mix(goal, tone, share);
    if (readsTinted(candidate, grounds, tint)) return candidate;
  }
  return goal;
}
