/** The size of what a page loads before it shows anything: 100 kB of script, zipped, at most. */
import { expect, it } from "vitest";
import { FIRST_PAINT, zippedBytes } from "../../bench/sizes";

it("the first paint needs no more than 100 kB of script", () => {
  const total = FIRST_PAINT.map(zippedBytes).reduce((sum, bytes) => sum + bytes, 0);
  expect(total).toBeLessThanOrEqual(100_000);
});
