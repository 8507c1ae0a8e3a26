/** `@openai/chatkit-react` from npm drives the component, in strict mode, with no line changed. */
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Chat, Site, WAIT_MS } from "./site";

let site: Site;
let script: string;
beforeAll(async () => {
  site = await Site.start();
  script = await bundled("react_app.jsx");
});
afterAll(() => site.stop());

async function bundled(name: string): Promise<string> {
  const entry = fileURLToPath(new URL(name, import.meta.url));
  const output = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"development"' },
    esbuild: { jsx: "automatic", jsxImportSource: "react" },
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "App", fileName: "app" } },
  });
  const outputs = [output].flat().flatMap((one) => ("output" in one ? one.output[0].code : []));
  return outputs.join("\n");
}

it("works in a React app in strict mode: hooks, callbacks, methods, changed options", async () => {
  const context = await site.context();
  const page = await context.newPage();
  await page.route(`${site.url}/app*`, (route) =>
    route.request().url().endsWith(".js")
      ? route.fulfill({ contentType: "text/javascript", body: script })
      : route.fulfill({
          contentType: "text/html",
          body: `<!doctype html><html lang="en"><head><title>App</title><script src="chatkit.js"></script></head><body><div id="root"></div><script src="app.js"></script></body></html>`,
        }),
  );
  const chat = new Chat(page, site.url);
  await page.goto(`${site.url}/app`);
  await page.getByText("ready: 1").waitFor({ timeout: WAIT_MS });
  await chat.send("table");
  await page.getByText("ends: 1").waitFor({ timeout: WAIT_MS });
  await page.getByRole("button", { name: "send from outside" }).click();
  await page.getByText("ends: 2").waitFor({ timeout: WAIT_MS });
  await page.getByRole("button", { name: "darken" }).click();
  await expect.poll(() => page.frames()[1]?.evaluate(() => document.documentElement.dataset["scheme"])).toBe("dark");
  await page.getByRole("button", { name: "new thread" }).click();
  await page.getByText("thread: null").waitFor();
  await page.getByText("starts: 2").waitFor();
  expect(chat.faults).toEqual([]);
});
