/** Says which lines of the surface a test holds; the reporter checks that every line has one. */
import { getCurrentTest } from "vitest/suite";
import { LINES } from "./lines";

declare module "vitest" {
  interface TaskMeta {
    covers?: string[];
  }
}

/**
 * Marks the test that is running as one that holds these lines, such as `option:api.url`. Called
 * first in a test, before it awaits. It counts when the test passes.
 *
 * Throws where a line is not in `lines.txt`.
 */
export function covers(...lines: readonly string[]): void {
  const test = getCurrentTest();
  if (!test) throw new Error("covers() is called in a test");
  const unknown = lines.filter((line) => !LINES.has(line));
  if (unknown.length > 0) throw new Error(`not in tests/checklist/lines.txt: ${unknown.join(", ")}`);
  test.meta.covers = [...(test.meta.covers ?? []), ...lines];
}
