/** The page's part of benchmarks/report.md: its last, written anew by each whole run. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";

const REPORT = new URL("../../benchmarks/report.md", import.meta.url);
const TITLE = "## The page in Chromium";
const ABOUT = `Sizes as the server sends them; processor time of the page's thread, medians of three for opening. A frame
is dropped that comes 25 ms after the one before. The page's last words are measured, when the whole answer stands.`;

/** Puts the figures, by what they are of, at the report's end. */
export function writeReport(browser: string, figures: readonly (readonly [what: string, figure: string])[]): void {
  const before = readFileSync(REPORT, "utf8").split(TITLE)[0] ?? "";
  const day = new Date().toISOString().slice(0, 10);
  const rows = figures.map(([what, figure]) => `| ${what} | ${figure} |`);
  const made = `Made by \`make web-bench\` on ${day}: Chromium ${browser}, ${cpus().length} processors.`;
  writeFileSync(REPORT, `${before.trimEnd()}\n\n${TITLE}\n\n${made}\n\n${ABOUT}\n\n| | |\n|---|--:|\n${rows.join("\n")}\n`);
}
