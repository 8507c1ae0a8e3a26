/** Files in Chromium: by button, drop and paste, in two phases and direct, to the real server. */
import type { JSHandle } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { Line } from "./proxy";
import { type Chat, type HostPage, Site, WAIT_MS } from "./site";

let site: Site;
let putting: Site;
beforeAll(async () => {
  [site, putting] = await Promise.all([Site.start(), Site.start(0.002, "--upload-method", "PUT")]);
});
afterEach(() => Promise.all([site.closePages(), putting.closePages()]));
afterAll(() => Promise.all([site.stop(), putting.stop()]));

const ATTACHMENTS = { composer: { attachments: { enabled: true } } };
const NOTES = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") };
/** A red dot, one pixel wide. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const PICTURE = { name: "dot.png", mimeType: "image/png", buffer: Buffer.from(PNG, "base64") };

type Given = typeof NOTES;
const files = (chat: Chat) => chat.frame.getByRole("list", { name: "Attached files" });

/** Files as the page gets them: with the events that a person's hand would cause. */
const WAYS: Record<string, (chat: Chat, given: Given) => Promise<void>> = {
  "the button": async (chat, given) => {
    const chosen = chat.page.waitForEvent("filechooser");
    await chat.button("Add files").click();
    await (await chosen).setFiles(given);
  },
  drop: async (chat, given) => {
    const data = await transferOf(chat, given);
    const page = chat.frame.locator("body");
    await page.dispatchEvent("dragover", { dataTransfer: data });
    await chat.text("Drop files to add them").waitFor();
    await page.dispatchEvent("drop", { dataTransfer: data });
  },
  paste: async (chat, given) => {
    await paste(chat, await transferOf(chat, given));
  },
};

async function paste(chat: Chat, data: JSHandle<DataTransfer>): Promise<void> {
  await chat.composer.evaluate((field, clipboardData) => {
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, data);
}

async function transferOf(chat: Chat, { name, mimeType, buffer }: Given) {
  const frame = chat.page.frames()[1];
  if (!frame) throw new Error("no frame");
  return frame.evaluateHandle(
    ([name, type, base64]) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
      return data;
    },
    [name, mimeType, buffer.toString("base64")] as const,
  );
}

const STRATEGIES: [name: string, at: () => Site, api: (url: string) => object, lines: string[]][] = [
  ["two phases with POST", () => site, (url) => ({ url: `${url}/chatkit` }), ["option:api.uploadStrategy.type"]],
  ["two phases with PUT", () => putting, (url) => ({ url: `${url}/chatkit`, uploadStrategy: { type: "two_phase" } }), ["option:api.uploadStrategy"]],
  [
    "one direct POST",
    () => site,
    (url) => ({ url: `${url}/chatkit`, uploadStrategy: { type: "direct", uploadUrl: `${url}/chatkit/files` } }),
    ["option:api.uploadStrategy", "option:api.uploadStrategy.type", 'option:api.uploadStrategy.uploadUrl@{type:"direct"}'],
  ],
];

describe.each(STRATEGIES)("files in %s", (_, at, api, lines) => {
  const open = () => at().open({ options: { ...ATTACHMENTS, api: api(at().url) } });

  it.each(Object.keys(WAYS))("by %s: shown, sent with the message, and read by the server", async (way) => {
    covers(...lines, "option:composer.attachments", "option:composer.attachments.enabled");
    const chat = await open();
    await WAYS[way]?.(chat, NOTES);
    await files(chat).getByText("notes.txt").waitFor();
    await expect.poll(() => chat.frame.getByRole("progressbar").count(), { timeout: WAIT_MS }).toBe(0);
    expect(await files(chat).getByRole("alert").count()).toBe(0);
    await chat.ask("hello");
    await chat.text(/With your message came/).waitFor();
    await chat.frame.getByRole("article", { name: "You said" }).getByText("notes.txt").waitFor();
    expect(await chat.button("Remove notes.txt").count()).toBe(0);
    expect(chat.faults).toEqual([]);
    expect(chat.strangers()).toEqual([]);
  });

  it("show a picture before it is up, say how far they are, and can be taken away on the way", async () => {
    const chat = await open();
    const network = await slowUploads(chat);
    const large = { ...PICTURE, name: "large.png", buffer: Buffer.concat([PICTURE.buffer, Buffer.alloc(600_000)]) };
    await WAYS["the button"]?.(chat, large);
    const progress = chat.frame.getByRole("progressbar", { name: "Uploading large.png" });
    await expect.poll(async () => Number(await progress.getAttribute("aria-valuenow")), { timeout: WAIT_MS }).toBeGreaterThan(5);
    expect(Number(await progress.getAttribute("aria-valuenow"))).toBeLessThan(100);
    await files(chat).locator("canvas").waitFor();
    await chat.composer.fill("too early");
    expect(await chat.button("Send message").isDisabled()).toBe(true);
    await chat.button("Remove large.png").click();
    await expect.poll(() => files(chat).count()).toBe(0);
    expect(await chat.button("Send message").isEnabled()).toBe(true);
    await network.detach();
    expect(await chat.count("error")).toBe(0);
  });
});

it("a file beside a picture keeps its own height, and the picture has no margin of its own", async () => {
  const chat = await site.open({ options: ATTACHMENTS });
  const tall = await chat.page.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 300 });
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  await chat.frame.locator("input[type=file]").setInputFiles([{ ...PICTURE, buffer: Buffer.from(tall, "base64") }, NOTES]);
  await expect.poll(() => chat.button("Send message").isEnabled(), { timeout: WAIT_MS }).toBe(true);
  await chat.ask("hello");
  const said = chat.frame.getByRole("article", { name: "You said" });
  await expect.poll(async () => (await said.getByRole("img").boundingBox())?.height, { timeout: WAIT_MS }).toBe(160);
  const file = await said.getByRole("listitem").filter({ hasText: "notes.txt" }).boundingBox();
  const picture = await said.getByRole("listitem").filter({ hasNotText: "notes.txt" }).boundingBox();
  expect(file?.height).toBeLessThan(60);
  expect(picture?.width).toBe(160);
});

it("cells that are pasted come as their text, though there is a picture of them too", async () => {
  const chat = await site.open({ options: ATTACHMENTS });
  const data = await transferOf(chat, PICTURE);
  await data.evaluate((transfer) => {
    transfer.setData("text/plain", "1\t2");
    transfer.setData("text/html", "<table></table>");
  });
  await paste(chat, data);
  expect(await files(chat).count()).toBe(0);
});

/** 60 kB a second: slow enough to see an upload on its way. */
async function slowUploads(chat: Chat) {
  const network = await chat.page.context().newCDPSession(chat.page);
  await network.send("Network.enable");
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 60_000 });
  return network;
}

describe("an upload that fails", () => {
  it("says so, is tried again, and then goes with the message", async () => {
    const line = await Line.to(site.url);
    const chat = await site.open({ options: ATTACHMENTS, setup: `options.api.url = "${line.url}/chatkit";` });
    line.cut();
    await chat.frame.locator("input[type=file]").setInputFiles(NOTES);
    await files(chat).getByRole("alert").getByText("notes.txt could not be uploaded").waitFor();
    await chat.composer.fill("wait");
    expect(await chat.button("Send message").isDisabled()).toBe(true);
    line.mend();
    await chat.button("Try notes.txt again").click();
    await expect.poll(() => chat.button("Send message").isEnabled(), { timeout: WAIT_MS }).toBe(true);
    await chat.ask("hello");
    await chat.text(/With your message came/).waitFor();
    expect((await chat.events()).filter(({ name }) => name === "log").map(({ detail }) => detail["name"])).toEqual(["upload.failed", "upload.done"]);
    line.close();
  });

  it("is dropped on the server once, though it is taken away afterwards", async () => {
    const chat = await site.open({ options: ATTACHMENTS });
    const dropped: string[] = [];
    chat.page.on("request", (request) => {
      if (request.postData()?.includes("attachments.delete")) dropped.push(request.postData() ?? "");
    });
    await chat.page.route("**/chatkit/uploads/**", (route) => route.abort());
    await chat.frame.locator("input[type=file]").setInputFiles(NOTES);
    await files(chat).getByRole("alert").waitFor();
    await expect.poll(() => dropped.length).toBe(1);
    await chat.button("Remove notes.txt").click();
    await expect.poll(() => files(chat).count()).toBe(0);
    await chat.ask("hello");
    expect(dropped).toHaveLength(1);
  });
});

describe("limits", () => {
  const limited = (attachments: object): HostPage => ({ options: { composer: { attachments: { enabled: true, ...attachments } } } });
  const REFUSED: [title: string, line: string, host: HostPage, given: Given[], says: string][] = [
    ["a size for all", "option:composer.attachments.maxSize", limited({ maxSize: 4 }), [NOTES], "notes.txt is too large (≤ 4 bytes)"],
    ["a size for a type", "option:composer.attachments.maxSize", limited({ maxSize: { "text/plain": 2048, "*": 1 } }), [{ ...NOTES, buffer: Buffer.alloc(3000, 65) }], "notes.txt is too large (≤ 2 kB)"],
    ["a number", "option:composer.attachments.maxCount", limited({ maxCount: 1 }), [NOTES, PICTURE], "No more than 1 file"],
    ["types", "option:composer.attachments.accept", limited({ accept: { "image/png": [".png"] } }), [NOTES], "notes.txt is of a type that is not accepted (.png)"],
  ];

  it.each(REFUSED)("of %s refuse with the reason, and don't keep the message back (%s)", async (_, line, host, given, says) => {
    covers(line);
    const chat = await site.open(host);
    const sent = chat.requests.length;
    await chat.frame.locator("input[type=file]").setInputFiles(given);
    await files(chat).getByRole("alert").getByText(says).waitFor();
    if (given.length === 1) expect(chat.requests.slice(sent)).toEqual([]);
    await chat.composer.fill("hello");
    await expect.poll(() => chat.button("Send message").isEnabled(), { timeout: WAIT_MS }).toBe(true);
  });

  it("are told to the picker of files", async () => {
    covers("option:composer.attachments.accept");
    const chat = await site.open(limited({ accept: { "image/*": [".png", ".jpg"] } }));
    expect(await chat.frame.locator("input[type=file]").getAttribute("accept")).toBe("image/*,.png,.jpg");
  });

  it("files are not taken where the page has not allowed them", async () => {
    covers("option:composer.attachments.enabled");
    const chat = await site.open();
    expect(await chat.button("Add files").count()).toBe(0);
    await WAYS["paste"]?.(chat, NOTES);
    await chat.frame.locator("body").dispatchEvent("drop", { dataTransfer: await transferOf(chat, NOTES) });
    expect(await files(chat).count()).toBe(0);
  });
});

describe("the server", () => {
  it("refuses a type that it does not take, with the reason", async () => {
    const chat = await site.open({ options: ATTACHMENTS });
    await chat.frame.locator("input[type=file]").setInputFiles({ name: "tool.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
    await files(chat).getByRole("alert").getByText("tool.exe is of a type that is not accepted").waitFor();
  });

  it("of another origin that answers no preflight still gets the file", async () => {
    const chat = await site.open({ options: { ...ATTACHMENTS, api: { url: `${site.url}/chatkit`, uploadStrategy: { type: "direct", uploadUrl: "http://files.example/up" } } } });
    const methods: string[] = [];
    await chat.page.route("http://files.example/up", (route) => {
      methods.push(route.request().method());
      if (methods.length === 1) return route.abort();
      return route.fulfill({ headers: { "Access-Control-Allow-Origin": "*" }, json: { type: "file", id: "atc_1", name: "notes.txt", mime_type: "text/plain" } });
    });
    await chat.frame.locator("input[type=file]").setInputFiles(NOTES);
    await expect.poll(() => chat.frame.getByRole("progressbar").count(), { timeout: WAIT_MS }).toBe(0);
    expect(await files(chat).getByRole("alert").count()).toBe(0);
    expect(methods.length).toBe(2);
  });
});
