/** Takes the pictures of the documentation: `npm run screenshots` writes docs/images/web-*.png. */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Chat, Site, type HostPage } from "../tests/browser/site";

const FOLDER = fileURLToPath(new URL("../../docs/images/", import.meta.url));
const LARGE = { width: 800, height: 640 };
const SMALL = { width: 320, height: 640 };

interface Picture {
  readonly name: string;
  readonly host?: HostPage;
  readonly show: (chat: Chat) => Promise<unknown>;
}

const dark = { options: { theme: "dark" as const } };
const START = { startScreen: { greeting: "How can we help?", prompts: [{ label: "Where is my order?", prompt: "help", icon: "cube" as const }] } };

const PICTURES: readonly Picture[] = [
  { name: "start", host: { options: START }, show: (chat) => chat.text("How can we help?").waitFor() },
  { name: "answer", show: (chat) => chat.ask("code") },
  { name: "answer-dark", host: dark, show: (chat) => chat.ask("table") },
  { name: "answer-narrow", host: { viewport: SMALL }, show: (chat) => chat.ask("math") },
  { name: "sources", show: async (chat) => { await chat.ask("sources"); await chat.frame.locator(".ck-sources summary").click(); } },
  { name: "work", show: async (chat) => { await chat.ask("workflow"); await chat.frame.locator(".ck-workflow summary").first().click(); } },
  { name: "notices", show: (chat) => chat.ask("notice") },
  { name: "error", show: (chat) => chat.ask("error") },
  { name: "questions", show: (chat) => chat.ask("questions") },
  { name: "locked", host: dark, show: (chat) => chat.ask("lock") },
  { name: "history", show: async (chat) => { await chat.ask("table"); await chat.button("New chat").click(); await chat.ask("code"); await chat.call("showHistory"); await chat.frame.getByRole("searchbox").waitFor(); } },
];

const site = await Site.start(0);
mkdirSync(FOLDER, { recursive: true });
try {
  for (const { name, host, show } of PICTURES) {
    const chat = await site.open({ viewport: LARGE, ...host });
    await show(chat);
    await chat.log.or(chat.frame.getByRole("main")).first().evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
    await chat.page.screenshot({ path: `${FOLDER}web-${name}.png` });
    await site.closePages();
  }
} finally {
  await site.stop();
}
