/** Each state of the component, and how one gets there. */
import type { Chat, HostPage, Site } from "../tests/browser/site";

export interface State {
  readonly name: string;
  readonly host?: Pick<HostPage, "options" | "setup">;
  readonly show: (chat: Chat, site: Site) => Promise<unknown>;
}

const OPTIONS: HostPage["options"] = {
  header: { title: { text: "Support" } },
  disclaimer: { text: "Answers may be wrong: check what matters." },
  startScreen: {
    greeting: "How can we help?",
    prompts: [
      { label: "Where is my order?", prompt: "help", icon: "cube" },
      { label: "Change my booking", prompt: "form", icon: "calendar" },
      { label: "What can you do?", prompt: "help", icon: "lightbulb" },
    ],
  },
  composer: {
    attachments: { enabled: true, accept: { "image/*": [".png"], "text/plain": [".txt"] } },
    dictation: { enabled: true },
    tools: [
      { id: "search", label: "Search the web", shortLabel: "Search", icon: "globe" },
      { id: "draw", label: "Draw a picture", icon: "images" },
    ],
    models: [{ id: "quick", label: "Quick", description: "Answers at once", default: true }, { id: "deep", label: "Deep", description: "Thinks first" }],
  },
};

const PEOPLE = `
  options.entities = { onTagSearch: async () => [
    { id: "ada", title: "Ada Lovelace", group: "People", icon: "user", interactive: true },
    { id: "alan", title: "Alan Turing", group: "People", icon: "user" },
    { id: "engine", title: "Analytical engine", group: "Machines", icon: "settings-slider" },
  ] };`;

const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#2f6fde"/><circle cx="48" cy="48" r="26" fill="#ffd166"/></svg>`;

const asked = (...words: readonly string[]): State["show"] => async (chat) => {
  for (const word of words) await chat.ask(word);
};

const STATES_SHOWN: readonly State[] = [
  { name: "start", show: (chat) => chat.text("How can we help?").waitFor() },
  { name: "streaming", show: streaming },
  { name: "answer", show: asked("code") },
  { name: "table", show: asked("table") },
  { name: "math", show: asked("math") },
  { name: "notices", show: asked("notice") },
  { name: "sources", show: async (chat) => { await chat.ask("sources"); await chat.frame.locator(".ck-sources summary").click(); } },
  { name: "work", show: work },
  { name: "widgets", show: asked("widgets") },
  { name: "form", show: asked("form") },
  { name: "chart", show: asked("chart") },
  { name: "image", show: asked("image") },
  { name: "error", show: asked("error") },
  { name: "questions", show: asked("questions") },
  { name: "locked", show: asked("lock") },
  { name: "closed", show: asked("close") },
  { name: "history", show: history },
  { name: "menu", show: async (chat) => { await chat.ask("table"); await chat.button("Tools").click(); await chat.frame.getByRole("menu").waitFor(); } },
  { name: "mentions", host: { setup: PEOPLE }, show: async (chat) => { await chat.composer.pressSequentially("Ask @a"); await chat.frame.getByRole("option", { name: "Ada" }).waitFor(); } },
  { name: "attachments", show: attachments },
];

export const STATES: readonly State[] = STATES_SHOWN.map((state) => ({ ...state, host: { options: OPTIONS, ...state.host } }));

/** In the middle of an answer: the server waits after so many words. */
async function streaming(chat: Chat, site: Site): Promise<void> {
  await site.control("turnstile", { do: "hold" });
  await chat.send("long");
  await chat.frame.getByRole("article", { name: "You said" }).waitFor();
  await site.control("turnstile", { do: "step", count: 90 });
  await chat.frame.getByRole("article", { name: "Assistant said" }).getByText(/\w/).first().waitFor();
}

async function work(chat: Chat): Promise<void> {
  await chat.ask("workflow");
  await chat.ask("reasoning");
  const parts = chat.frame.locator(".ck-workflow");
  for (let at = 0; at < (await parts.count()); at += 1) {
    if ((await parts.nth(at).getAttribute("open")) === null) await parts.nth(at).locator("summary").first().click();
  }
}

async function history(chat: Chat): Promise<void> {
  for (const word of ["table", "code", "math"]) {
    await chat.ask(word);
    await chat.button("New chat").click();
  }
  await chat.call("showHistory");
  await chat.frame.getByRole("listitem").nth(2).waitFor();
  await chat.button(/^Delete/).first().click();
  await chat.button("Undo").waitFor();
}

async function attachments(chat: Chat): Promise<void> {
  const field = chat.frame.locator("input[type=file]");
  await field.setInputFiles([
    { name: "order-2026-11.txt", mimeType: "text/plain", buffer: Buffer.from("One chair, two tables.") },
    { name: "room.svg", mimeType: "image/svg+xml", buffer: Buffer.from(PICTURE) },
  ]);
  await chat.composer.fill("Does this fit into my room?");
  await chat.text("order-2026-11.txt").waitFor();
}
