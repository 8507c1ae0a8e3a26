/** Keeps which test covers which line of the surface; a run of all tests fails where a line has none. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { LINES } from "./lines";

/** By test file: the lines that its passed tests cover, with the tests' names. */
type Covered = Record<string, Record<string, string[]>>;

const WEB = fileURLToPath(new URL("../../", import.meta.url));
export const RESULT = `${WEB}node_modules/.checklist.json`;

export default class ChecklistReporter implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    // Of a file whose tests ran in part nothing is known anew.
    if (this.vitest?.config.testNamePattern) return;
    const covered = this.load();
    for (const module of modules) covered[relative(WEB, module.moduleId)] = linesOf(module);
    writeFileSync(RESULT, JSON.stringify(covered, null, 1));
    const files = await this.vitest?.globTestSpecifications();
    if (files?.length === modules.length) this.check(covered);
  }

  /** What earlier runs found, of files that are still there. */
  private load(): Covered {
    if (!existsSync(RESULT)) return {};
    const known = JSON.parse(readFileSync(RESULT, "utf8")) as Covered;
    return Object.fromEntries(Object.entries(known).filter(([file]) => existsSync(`${WEB}${file}`)));
  }

  private check(covered: Covered): void {
    const found = new Set(Object.values(covered).flatMap((lines) => Object.keys(lines)));
    const missing = [...LINES].filter((line) => !found.has(line));
    console.log(`\n Surface  ${found.size} of ${LINES.size} lines have a test (npm run checklist -- LINE)`);
    if (missing.length === 0) return;
    console.error(`\n No passing test covers these lines of tests/checklist/lines.txt:\n  ${missing.join("\n  ")}`);
    process.exitCode = 1;
  }
}

function linesOf(module: TestModule): Record<string, string[]> {
  const lines: Record<string, string[]> = {};
  for (const test of module.children.allTests("passed")) {
    for (const line of test.meta().covers ?? []) (lines[line] ??= []).push(test.fullName);
  }
  return lines;
}
