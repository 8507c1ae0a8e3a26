/**
 * Marks in a text: put into the source before it is parsed, found again when it is rendered. Pure.
 *
 * A mark is its number between two signs that nobody writes; being punctuation, they open and close
 * nothing in Markdown.
 */

const SIGN = "\u2e4f";
const MARK = /\u2e4f(\d+)\u2e4f/g;

/** The text with mark `n` at the n-th place; places are counted in code points, as servers count. */
export function withMarks(text: string, places: readonly number[]): string {
  if (places.length === 0) return text;
  const clean = text.replaceAll(SIGN, "·");
  const points = Array.from(clean);
  let marked = "";
  let from = 0;
  places.forEach((place, number) => {
    const at = Math.max(from, lineEnd(points, Math.min(place, points.length)));
    const piece = points.slice(from, at).join("");
    // An address would take the mark for a part of itself.
    const gap = /(?:https?:\/\/|www\.)\S*$/.test(piece) ? " " : "";
    marked += `${piece}${gap}${SIGN}${number}${SIGN}`;
    from = at;
  });
  return marked + points.slice(from).join("");
}

/** At the start of a line a mark would hide what the line is: it goes to the end of the one before. */
function lineEnd(points: readonly string[], place: number): number {
  let at = place;
  while (at > 0 && /\n/.test(points[at - 1] as string)) at -= 1;
  return at;
}

/** Text and the numbers of marks, in order. */
export function splitMarks(text: string): (string | number)[] {
  if (!text.includes(SIGN)) return [text];
  return text.split(MARK).map((piece, index) => (index % 2 === 1 ? Number(piece) : piece)).filter((piece) => piece !== "");
}

export function withoutMarks(text: string): string {
  return text.includes(SIGN) ? text.replace(MARK, "") : text;
}
