/** What is in the built scripts: little before the first paint, and no secret anywhere. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { ASSETS, FIRST_PAINT, zippedBytes } from "../../bench/sizes";

const SECRETS = [/\bsk-[A-Za-z0-9_-]{16,}/, /\bAKIA[A-Z0-9]{16}\b/, /OPENAI_API_KEY|ANTHROPIC_API_KEY/, /api\.(?:openai|anthropic)\.com/, /-----BEGIN [A-Z ]*PRIVATE KEY/];

it("the first paint needs no more than 100 kB of script", () => {
  const total = FIRST_PAINT.map(zippedBytes).reduce((sum, bytes) => sum + bytes, 0);
  expect(total).toBeLessThanOrEqual(100_000);
});

it("no script names a provider's key, or where one would be used [sec-33]", () => {
  const scripts = readdirSync(ASSETS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(10);
  const found = scripts.flatMap((name) => {
    const text = readFileSync(`${ASSETS}${name}`, "utf8");
    return SECRETS.filter((secret) => secret.test(text)).map((secret) => `${name}: ${secret.source}`);
  });
  expect(found).toEqual([]);
});
