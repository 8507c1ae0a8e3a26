/**
 * Math in Markdown: `$x$`, `$$x$$`, and the brackets that models write, `\(x\)` and `\[x\]`. Pure.
 *
 * The brackets become dollars before parsing, outside of code and addresses, and a dollar that is money becomes a
 * sign that is none; both take the same room, so that places in the text stay what they are.
 */

/** Where no math is: code, and where links lead, such as `](a_\(b\))`. */
const NO_MATH = /(```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|`[^`\n]*`|\]\((?:\\.|[^\\()\s])+)/;
const BRACKETS = /(?<!\\)\\([[(])([\s\S]*?)\\([\])])/g;
/** A dollar before a number that ends as a number does: `$5 and $6.50`. */
const MONEY = /(^|[^\\$])\$(?=\d[\d.,]*(?:[\s.,;:!?)]|$))/gm;
/** Stands for a dollar that is money; no text has it, as it is no character. */
const DOLLAR = "\ufdd0";

/** The text with all math in dollars and no other dollars; as long as it was. */
export function withDollars(text: string): string {
  if (!text.includes("\\(") && !text.includes("\\[") && !text.includes("$")) return text;
  return text
    .split(NO_MATH)
    .map((piece, index) => (index % 2 === 1 ? piece : convert(piece)))
    .join("");
}

/** A piece of the parsed text as it was written. */
export function withMoney(text: string): string {
  return text.includes(DOLLAR) ? text.replaceAll(DOLLAR, "$") : text;
}

/** Code as it was written, as nothing in it is math: `source` is its place in the text, `dollars` what was parsed of it. */
export function asWritten(code: string, source: string, dollars: string): string {
  if (dollars === source) return code;
  let written = "";
  // The code is what was parsed without fences and indents.
  for (let at = 0; at < source.length && written.length < code.length; at += 1) {
    if (dollars[at] === code[written.length]) written += source[at] ?? "";
  }
  return written.length === code.length ? written : code;
}

/** Whether the math that begins here in the text as written stands on a line of its own. */
export function isDisplayed(source: string, offset: number): boolean {
  return source.startsWith("\\[", offset) || source.startsWith("$$", offset);
}

function convert(text: string): string {
  return text.replace(MONEY, `$1${DOLLAR}`).replace(BRACKETS, (whole, open: string, tex: string, close: string) => {
    const isPair = (open === "(") === (close === ")");
    return isPair && isFormula(tex, open) ? `$$${tex}$$` : whole;
  });
}

/** Not for nothing, and not over paragraphs, but between `\[` and `\]` on lines of their own. */
function isFormula(tex: string, open: string): boolean {
  const isOne = !/\n[ \t]*\n/.test(tex) || (open === "[" && /^[ \t]*\n/.test(tex));
  return isOne && tex.trim() !== "" && !tex.includes("$");
}
