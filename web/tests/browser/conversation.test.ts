/** A conversation in Chromium with the real server: what one sends, sees, stops and gets back. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start(0.01);
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

describe("a conversation", () => {
  it("streams an answer, pairs its events, and asks nobody but the server", async () => {
    const chat = await site.open();
    await chat.ask("help");
    await chat.frame.getByRole("article", { name: "You said" }).getByText("help").waitFor();
    await chat.frame.getByRole("article", { name: "Assistant said" }).getByRole("table").waitFor();
    const names = await chat.names();
    expect(names.filter((name) => name.startsWith("response"))).toEqual(["response.start", "response.end"]);
    expect(names.indexOf("ready")).toBe(0);
    expect(names.filter((name) => name === "thread.change")).toHaveLength(1);
    expect(chat.strangers()).toEqual([]);
    expect(chat.faults).toEqual([]);
  });

  it("can be stopped; the text that came stays, also after a reload", async () => {
    const chat = await site.open();
    await chat.send("long");
    const answer = chat.frame.getByRole("article", { name: "Assistant said" });
    await answer.waitFor();
    await expect.poll(async () => (await answer.innerText()).length, { timeout: WAIT_MS }).toBeGreaterThan(100);
    await chat.button("Stop").click();
    await chat.until("response.end");
    const kept = (await answer.innerText()).trim().slice(0, 100);
    const id = await threadOf(chat);
    expect(await chat.call("setThreadId", null)).toBe("ok");
    expect(await chat.call("setThreadId", id)).toBe("ok");
    expect(await answer.innerText()).toContain(kept);
    await chat.button("Send message").waitFor();
  });

  it("goes on after a reload in the middle of an answer", async () => {
    const chat = await site.open({ setup: "options.initialThread = sessionStorage.thread ?? null; chat.addEventListener('chatkit.thread.change', ({ detail }) => { if (detail.threadId) sessionStorage.thread = detail.threadId; });" });
    await chat.send("story");
    const answer = chat.frame.getByRole("article", { name: "Assistant said" });
    await expect.poll(async () => (await answer.innerText()).length, { timeout: WAIT_MS }).toBeGreaterThan(60);
    await chat.page.reload();
    await chat.page.waitForFunction(() => "isReady" in window);
    await chat.until("response.start");
    const before = (await answer.innerText()).length;
    await expect.poll(async () => (await answer.innerText()).length, { timeout: WAIT_MS }).toBeGreaterThan(before + 50);
    await chat.until("response.end");
    await expect.poll(() => answer.innerText()).toMatch(/word0 word1 .*word298 word299 The end\./);
  });

  it("can be stopped after a reload", async () => {
    const chat = await site.open({ setup: "options.initialThread = sessionStorage.thread ?? null; chat.addEventListener('chatkit.thread.change', ({ detail }) => { if (detail.threadId) sessionStorage.thread = detail.threadId; });" });
    await chat.send("story");
    await chat.frame.getByRole("article", { name: "Assistant said" }).waitFor();
    await chat.page.reload();
    await chat.page.waitForFunction(() => "isReady" in window);
    await chat.button("Stop").click();
    await chat.until("response.end");
    expect(await chat.frame.getByRole("article", { name: "Assistant said" }).innerText()).not.toContain("The end.");
  });

  it("shows an error with a retry that works", async () => {
    const chat = await site.open();
    await chat.ask("error");
    await chat.frame.getByRole("alert").waitFor();
    expect(await chat.count("error")).toBeGreaterThan(0);
    await chat.frame.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await chat.until("response.end", 2);
    expect(await chat.frame.getByRole("alert").count()).toBe(0);
    expect(await chat.frame.getByRole("article", { name: "You said" }).count()).toBe(1);
  });

  it("shows custom errors in the server's words, and crashes in ours", async () => {
    const chat = await site.open();
    await chat.ask("error crash");
    await chat.frame.getByRole("alert").getByText("Something went wrong").waitFor();
    await chat.ask("error custom");
    expect(await chat.frame.getByRole("alert").innerText()).not.toContain("Something went wrong. Please");
  });

  it("retries an answer, and drops what came after", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.ask("code");
    await chat.button("Try again").first().click();
    await chat.until("response.end", 3);
    await expect.poll(() => chat.frame.getByRole("article", { name: "You said" }).count()).toBe(1);
  });

  it("takes feedback, and shows it pressed", async () => {
    const chat = await site.open();
    await chat.ask("table");
    const plain = await chat.button("Good answer").locator("path").first().getAttribute("d");
    await chat.button("Good answer").click();
    const pressed = chat.frame.getByRole("button", { name: "Good answer", pressed: true });
    // Not only its ground: that is what a button under the pointer has as well.
    expect(await pressed.locator("path").first().getAttribute("d")).not.toBe(plain);
    await chat.ask("feedback");
    await chat.frame.getByRole("article", { name: "Assistant said" }).last().getByText("👍 1").first().waitFor();
  });

  it("asks questions in the composer's place, and sends the answers", async () => {
    const chat = await site.open();
    await chat.ask("questions");
    await chat.frame.getByText("Tea or coffee?").first().waitFor();
    for (let question = 0; question < 3; question += 1) {
      const skip = chat.frame.getByRole("button", { name: "Skip" });
      if (await skip.isVisible()) await skip.click();
    }
    await chat.until("response.end", 2);
    await chat.frame.getByText(/skipped/i).first().waitFor();
    await chat.composer.waitFor();
  });

  it("runs the page's tool, and goes on in the same response", async () => {
    const chat = await site.open({ setup: "options.onClientTool = ({ name, params }) => ({ time: 'half past ' + name + params.format });" });
    await chat.ask("client tool");
    await chat.text(/half past get_local_timelong/).waitFor();
    expect((await chat.names()).filter((name) => name.startsWith("response"))).toEqual(["response.start", "response.end"]);
  });

  it("hands effects and deeplinks to the page", async () => {
    const chat = await site.open();
    await chat.ask("effect");
    expect((await chat.events()).find((event) => event.name === "effect")?.detail).toHaveProperty("name");
    await chat.ask("deeplink");
    await chat.frame.getByRole("link", { name: "room 7" }).click();
    await chat.until("deeplink");
    expect((await chat.events()).find((event) => event.name === "deeplink")?.detail).toEqual({ name: "room", data: { number: "7", floor: "2" } });
    expect(chat.page.url()).toMatch(/\/host$/);
  });

  it("lets nothing through that a model may write", async () => {
    const chat = await site.open();
    await chat.ask("evil");
    await chat.frame.getByRole("link", { name: "good" }).waitFor();
    expect(await chat.frame.getByRole("link", { name: /^[ab]$/ }).count()).toBe(0);
    expect(await chat.page.evaluate(() => "hacked" in window)).toBe(false);
    expect(chat.strangers()).toEqual([]);
    await chat.text("<script>").waitFor();
  });

  it.each(["widgets", "form", "chart", "workflow", "reasoning", "sources", "image", "code", "math", "table", "notice", "progress"])("shows %s without a fault", async (command) => {
    const chat = await site.open();
    await chat.ask(command);
    expect(chat.faults).toEqual([]);
    expect(await chat.frame.getByText("This part cannot be shown here").count()).toBe(0);
    expect(chat.strangers()).toEqual([]);
  });

  it("shows how far an image is while it gets better, and then the image alone", async () => {
    const chat = await site.open();
    await site.control("turnstile", { do: "hold" });
    try {
      await chat.send("image");
      await chat.frame.getByRole("img", { name: "Creating an image" }).waitFor();
      await site.control("turnstile", { do: "step", count: 2 });
      const bar = chat.frame.getByRole("progressbar", { name: "Creating an image" });
      await expect.poll(() => bar.getAttribute("value"), { timeout: WAIT_MS }).toMatch(/25|50|75/);
      await chat.frame.getByRole("img", { name: "Generated image" }).waitFor();
    } finally {
      await site.control("turnstile", { do: "free" });
    }
    await chat.until("response.end");
    await chat.frame.getByRole("img", { name: "Generated image" }).waitFor();
    expect(await chat.frame.getByRole("progressbar").count()).toBe(0);
  });

  it("submits a form, whose card then says so", async () => {
    const chat = await site.open();
    await chat.ask("form");
    await chat.frame.getByRole("textbox", { name: /name/i }).first().fill("Ada");
    const mail = chat.frame.getByRole("textbox", { name: /mail/i });
    if (await mail.count()) await mail.first().fill("ada@example.com");
    await chat.button(/book/i).first().click();
    await chat.text("Your table is booked").waitFor();
  });

  it("locks and unlocks, and closes for good", async () => {
    const chat = await site.open();
    await chat.ask("lock");
    await expect.poll(() => chat.composer.isDisabled().catch(() => true)).toBe(true);
    await chat.button(/unlock/i).first().click();
    await chat.until("response.end", 2);
    await expect.poll(() => chat.composer.isEnabled()).toBe(true);
    await chat.ask("close");
    await chat.text("This matter is settled").waitFor();
    expect(await chat.composer.count()).toBe(0);
  });

  it("takes files, shows them, and tells the server", async () => {
    const chat = await site.open({ options: { composer: { attachments: { enabled: true } } } });
    await chat.frame.locator("input[type=file]").setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
    await chat.text("notes.txt").waitFor();
    await expect.poll(() => chat.frame.getByRole("progressbar").count()).toBe(0);
    await chat.ask("hello");
    await chat.text(/With your message came/).waitFor();
  });
});

async function threadOf(chat: { events(): Promise<{ name: string; detail: Record<string, unknown> }[]> }): Promise<unknown> {
  return (await chat.events()).findLast((event) => event.name === "thread.change")?.detail["threadId"];
}
