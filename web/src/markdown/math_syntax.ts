/**
 * Math in Markdown: `$x$`, `$$x$$`, and the brackets that models write, `\(x\)` and `\[x\]`. Pure.
 *
 * The brackets are turned into dollars before parsing, outside of code. A dollar before a digit is
 * money: `$5 and $6` stays text.
 */

const CODE = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`)/;

/** The text with all math in dollars, each piece as long as it needs to be. */
export function withDollars(text: string): string {
  if (!text.includes("\\(") && !text.includes("\\[") && !text.includes("$")) return text;
  return text
    .split(CODE)
    .map((piece, index) => (index % 2 === 1 ? piece : convert(piece)))
    .join("");
}

function convert(text: string): string {
  return text
    .replace(/(^|[^\\$])\$(?=\d[\d.,]*(?:[\s.,;:!?)]|$))/gm, "$1\\$")
    .replace(/\\\[([\s\S]*?)\\\]/g, (_, tex: string) => `\n$$$$\n${tex.trim()}\n$$$$\n`)
    .replace(/\\\(([\s\S]*?)\\\)/g, (_, tex: string) => `$${tex.trim()}$`);
}
