/** `npm run checklist -- LINE…`: the tests that cover what begins so; alone, the lines without one. */
import { readFileSync } from "node:fs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const lines = read("lines.txt").split("\n").filter(Boolean);
const covered = Object.entries(JSON.parse(read("../../node_modules/.checklist.json")));
const testsOf = (line) => covered.flatMap(([file, found]) => (found[line] ?? []).map((test) => `${file} > ${test}`));

const asked = process.argv.slice(2);
if (asked.length === 0) console.log(lines.filter((line) => testsOf(line).length === 0).join("\n"));
for (const line of lines.filter((line) => asked.some((start) => line.startsWith(start)))) {
  console.log([line, ...new Set(testsOf(line))].join("\n  "));
}
