/**
 * Plays the demo in Chromium and writes what is seen as numbered PNG files:
 *
 *   node scripts/record-demo.mjs http://127.0.0.1:8700 FOLDER
 *
 * `docs/make_moving_picture.py` runs it and makes one picture of them.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [url, folder] = process.argv.slice(2);
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const FRAME_MS = 125;

const executablePath = process.env.CHATKIT_CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 860, height: 620 }, locale: "en-US" });
const chat = page.frameLocator("openai-chatkit iframe");
const composer = chat.getByRole("textbox", { name: "Message" });
let frames = 0;

/** Takes pictures for so long. */
async function watch(seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const next = Date.now() + FRAME_MS;
    await page.screenshot({ path: join(folder, `${String(frames++).padStart(4, "0")}.png`) });
    await page.waitForTimeout(Math.max(0, next - Date.now()));
  }
}

async function say(text) {
  await composer.click();
  for (const letter of text) {
    await composer.pressSequentially(letter);
    await watch(0.05);
  }
  await composer.press("Enter");
}

await page.goto(url);
await composer.waitFor();
await watch(0.8);
await say("long");
await watch(2);
await page.reload();
await composer.waitFor();
await watch(2.5);
await chat.getByRole("button", { name: "Stop" }).click();
await watch(0.8);
await say("form");
await watch(4);
await say("chart");
await watch(3);
await browser.close();
