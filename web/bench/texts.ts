/** Long answers, as models write them. */

const SECTION = `## Part {n}

The quick brown fox number {n} jumps over the lazy dog while *nobody* is looking, which **everybody**
agrees is the [best time](https://example.com/{n}) to jump; it says so in \`fox.txt\`, line {n}.

1. First it looks left, and right, and left again.
2. Then it jumps, as high as it can:
   - higher than the dog,
   - lower than the moon.

\`\`\`python
def jump(height: int) -> int:
    # number {n}
    return height * {n}
\`\`\`

| fox | dog | height |
|:--|:-:|--:|
| {n} | lazy | {n} cm |
| red | asleep | $h^{n}$ |

> And so it went, for the time number {n}.

`;

/** About so many words of headings, text, lists, code, tables and math. */
export function mixed(words: number): string {
  return grown(words, (n) => SECTION.replaceAll("{n}", String(n)));
}

/** One list that never ends. */
export function list(words: number): string {
  return grown(words, (n) => `- point ${n} of a list that goes on and on with **some** emphasis and \`code\`\n`);
}

/** One block of code that never ends. */
export function code(words: number): string {
  return `\`\`\`python\n${grown(words, (n) => `def function_${n}(a: int, b: int) -> int:\n    return a + b * ${n}  # a comment\n\n`)}\`\`\`\n`;
}

/** One table that never ends. */
export function table(words: number): string {
  return `| a | b | c |\n|---|---|---|\n${grown(words, (n) => `| cell ${n} | **bold** text | \`${n}\` |\n`)}`;
}

function grown(words: number, piece: (n: number) => string): string {
  let text = "";
  let count = 0;
  for (let n = 1; count < words; n += 1) {
    const next = piece(n);
    text += next;
    count += next.split(/\s+/).length - 1;
  }
  return text;
}
