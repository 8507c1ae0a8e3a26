/** Two kinds of tests: `unit` on their own, `browser` with Chromium and a real server. */
import { configDefaults, defineConfig } from "vitest/config";
import { alias, define } from "./vite.shared";

// A copy for each: vitest takes what is defined out of the object that it is given.
const shared = () => ({ define: { ...define }, resolve: { alias }, esbuild: { jsx: "automatic" as const, jsxImportSource: "preact" } });

export default defineConfig({
  test: {
    reporters: ["default", "./tests/checklist/reporter.ts"],
    // Each file of the browser's tests has a server and a browser of its own.
    maxWorkers: 3,
    minWorkers: 1,
    projects: [
      {
        ...shared(),
        test: {
          name: "unit",
          include: ["tests/unit/**/*.test.{ts,tsx}"],
          // Some try every split of a text; a busy machine takes its time.
          testTimeout: 30_000,
          exclude: configDefaults.exclude,
        },
      },
      {
        ...shared(),
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          testTimeout: 40_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
