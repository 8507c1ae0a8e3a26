/** The examples' pages, as somebody uses them who has just started one. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Site, WAIT_MS } from "./site";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const PROGRAMS: ChildProcess[] = [];
let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(async () => {
  PROGRAMS.forEach((program) => program.kill());
  await site.stop();
});

/** Starts an example by the command of its README; resolves with its address. */
async function started(folder: string, ...command: string[]): Promise<string> {
  const python = process.env["CHATKIT_PYTHON"] ?? `${ROOT}.venv/bin/python`;
  const program = spawn(python, ["-m", ...command, "--port", "0"], {
    cwd: `${ROOT}examples/${folder}`,
    env: { ...process.env, OPENAI_API_KEY: "", OPENAI_BASE_URL: "", DATABASE: join(mkdtempSync(join(tmpdir(), "example-")), "chat.sqlite3"), PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  PROGRAMS.push(program);
  return new Promise((resolve, reject) => {
    let said = "";
    const read = (part: Buffer): void => {
      said += part.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (address) resolve(address[0]);
    };
    program.stdout.on("data", read);
    program.stderr.on("data", read);
    program.once("exit", () => { reject(new Error(`the example ended: ${said}`)); });
  });
}

async function openPage(url: string): Promise<Page> {
  const page = await (await site.context({ viewport: { width: 1200, height: 700 } })).newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(url);
  return page;
}

it("moves a card of the page's board when it is asked to", async () => {
  const page = await openPage(await started("board", "chatkit", "serve", "app:app"));
  const column = (name: string) => page.locator(`section[data-column="${name}"] article`);
  await expect.poll(() => column("done").count()).toBe(1);
  const chat = page.frameLocator("openai-chatkit iframe");
  await chat.getByRole("button", { name: "Finish a card" }).click();
  await chat.getByText("I moved the first open card to").first().waitFor();
  await expect.poll(() => column("done").allTextContents()).toEqual(["Water the plants", "Fix the lamp"]);
});

it("shows whoever signs in their own conversations only", async () => {
  const url = await started("login", "uvicorn", "app:app");
  for (const [user, password] of [["ada", "lovelace"], ["eve", "polastri"]] as const) {
    const page = await openPage(url);
    await page.getByLabel("Name").fill(user);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    const chat = page.frameLocator("openai-chatkit iframe");
    await chat.getByRole("textbox", { name: "Message" }).fill("Hi");
    await chat.getByRole("textbox", { name: "Message" }).press("Enter");
    await chat.getByText(`${user}, you said: Hi`).first().waitFor();
    await chat.getByRole("button", { name: "Conversations" }).click();
    await chat.getByText(`A talk with ${user}`).last().waitFor();
    expect(await chat.getByText(/A talk with/).allTextContents()).not.toContain(user === "eve" ? "A talk with ada" : "A talk with eve");
  }
});
