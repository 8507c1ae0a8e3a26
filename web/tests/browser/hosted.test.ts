/** An app of the hosted service, React page and Python backend, runs here with two URLs changed. */
import { type BrowserContext, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostedApp, bundledPage } from "./hosted_app";
import { Chat, WAIT_MS, launched } from "./site";

let browser: Awaited<ReturnType<typeof launched>>;
let script: string;
beforeAll(async () => {
  [browser, script] = await Promise.all([launched(), bundledPage()]);
});
afterAll(() => browser.close());

/** The app's page in a browser of its own. */
async function opened(app: HostedApp, context?: BrowserContext): Promise<Chat> {
  const page: Page = await (context ?? (await browser.newContext({ locale: "en-US", reducedMotion: "reduce" }))).newPage();
  // `npm run build` puts it there; here it is bundled with the packages of the tests.
  await page.route(`${app.url}/app.js`, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  const chat = new Chat(page, app.chat);
  await page.goto(app.url);
  await chat.frame.getByRole("textbox", { name: "Message" }).waitFor({ timeout: WAIT_MS });
  return chat;
}

describe("an app of the hosted service", () => {
  let app: HostedApp;
  beforeAll(async () => {
    app = await HostedApp.start();
  });
  afterAll(() => app.stop());

  it("chats, gets a title, finds its thread in the history, and asks nobody else", async () => {
    const chat = await opened(app);
    await chat.send("Where is my order?");
    await chat.text("You are on the pro plan. That is all.").waitFor();
    await chat.frame.getByRole("heading", { name: "Where is my order?" }).waitFor();
    await chat.page.reload();
    await chat.button("Conversations").click();
    await chat.button(/^Where is my order/).first().click();
    await chat.text("You are on the pro plan. That is all.").waitFor();
    expect(chat.strangers(app.url)).toEqual([]);
    expect(chat.faults).toEqual([]);
    await chat.page.context().close();
  });

  it("shows one user nothing of another", async () => {
    const ada = await opened(app);
    await ada.send("A secret of Ada's");
    await ada.text("That is all.").waitFor();
    const eve = await opened(app);
    await eve.button("Conversations").click();
    await eve.text("No conversations yet").waitFor();
    await ada.page.context().close();
    await eve.page.context().close();
  });

  it("takes as many and as large files as its session allows", async () => {
    const chat = await opened(app);
    await chat.composer.click();
    const input = chat.frame.locator("input[type=file]").first();
    const file = (name: string, size: number) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size, "x") });
    await input.setInputFiles([file("large.txt", 1024 * 1024 + 1)]);
    await chat.text(/large\.txt.*1 MB/).waitFor();
    await input.setInputFiles(["a.txt", "b.txt", "c.txt"].map((name) => file(name, 10)));
    await chat.text(/No more than 2 files/).waitFor();
    await chat.page.context().close();
  });
});

describe("a session that ends", () => {
  let app: HostedApp;
  beforeAll(async () => {
    app = await HostedApp.start({ environment: { SESSION_SECONDS: "2", WORD_SECONDS: "0.08", HISTORY: "off" } });
  });
  afterAll(() => app.stop());

  it("in the middle of an answer is followed by another, and the answer goes on", async () => {
    const chat = await opened(app);
    const sessions: string[] = [];
    chat.page.on("request", (request) => {
      if (request.url().endsWith("/api/chatkit/session")) sessions.push(request.url());
    });
    await chat.send("Please count");
    const numbers = Array.from({ length: 60 }, (_, index) => index + 1).join(" ");
    await chat.text(`You are on the pro plan. ${numbers} That is all.`).waitFor();
    expect(sessions.length).toBeGreaterThanOrEqual(2);
    expect(chat.faults).toEqual([]);
    await chat.page.context().close();
  });

  it("without history offers none", async () => {
    const chat = await opened(app);
    await expect.poll(() => chat.button("Conversations").count()).toBe(0);
    await chat.page.context().close();
  });
});
