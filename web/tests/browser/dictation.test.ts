/** Dictation in Chromium: a real recorder with a device of Chromium's, the real server's `input.transcribe`. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { covers } from "../checklist/covers";
import { type Chat, Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const OPTIONS = { composer: { dictation: { enabled: true } } };
/** Counts the microphones that are on. */
const MICROPHONES = `
  window.microphones = [];
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => { const stream = await ask(wish); window.microphones.push(stream); return stream; };`;
const open = (more: object = {}) => site.open({ options: { ...OPTIONS, ...more }, setup: MICROPHONES });
const written = (chat: Chat) => chat.composer.evaluate((field) => field.textContent);
const listening = (chat: Chat) =>
  chat.page.evaluate(() => (window as never as { microphones: MediaStream[] }).microphones.filter((stream) => stream.active).length);
const stop = (chat: Chat) => chat.button("Stop dictating");
const HEARD = /\(\d+ kB of audio\/webm: the demo has no ear for speech\)/;

async function record(chat: Chat): Promise<void> {
  await chat.button("Dictate").click();
  await stop(chat).waitFor();
  // Long enough to hold some sound.
  await chat.frame.getByText("0:01").waitFor();
}

describe("dictation", () => {
  it("records, and writes what was said after what is there; the microphone is off again", async () => {
    covers("option:composer.dictation", "option:composer.dictation.enabled");
    const chat = await open();
    await chat.composer.fill("I said:");
    const sent = chat.page.waitForRequest((request) => request.postData()?.includes("input.transcribe") ?? false);
    await record(chat);
    expect(await listening(chat)).toBe(1);
    await stop(chat).click();
    const { params } = JSON.parse((await sent).postData() ?? "") as { params: { audio_base64: string; mime_type: string } };
    expect(params.mime_type).toMatch(/^audio\/webm;codecs=opus/);
    expect(Buffer.from(params.audio_base64, "base64").subarray(0, 4).toString("hex")).toBe("1a45dfa3");
    await expect.poll(() => written(chat), { timeout: WAIT_MS }).toMatch(HEARD);
    expect(await written(chat)).toMatch(/^I said: \(/);
    expect(await listening(chat)).toBe(0);
    await chat.button("Dictate").waitFor();
    expect(chat.faults).toEqual([]);
  });

  it("can be cancelled: nothing is sent", async () => {
    const chat = await open();
    await record(chat);
    const before = chat.requests.length;
    await chat.button("Cancel").click();
    await chat.button("Dictate").waitFor();
    await expect.poll(() => listening(chat)).toBe(0);
    expect(chat.requests.slice(before)).toEqual([]);
    expect(await written(chat)).toBe("");
  });

  it("goes into the draft that it was begun in, when one leaves for another thread", async () => {
    const chat = await open();
    await chat.ask("table");
    await record(chat);
    await chat.button("New chat").click();
    await chat.button("Dictate").waitFor();
    await expect.poll(() => listening(chat)).toBe(0);
    expect(await written(chat)).toBe("");
    const thread = (await chat.events()).find(({ name }) => name === "thread.change")?.detail["threadId"];
    await chat.call("setThreadId", thread);
    await expect.poll(() => written(chat), { timeout: WAIT_MS }).toMatch(HEARD);
  });

  it("ends with the element: no microphone stays on behind a page's back", async () => {
    const chat = await open();
    await record(chat);
    await chat.page.evaluate(() => document.querySelector("openai-chatkit")?.remove());
    await expect.poll(() => listening(chat)).toBe(0);
  });

  it("says when there is no microphone, and when the server does not understand; one can go on writing", async () => {
    const refused = await open();
    await refused.page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    });
    await refused.button("Dictate").click();
    await refused.frame.getByRole("status").getByText("The microphone cannot be used").waitFor();
    expect((await refused.events()).at(-1)).toEqual({ name: "log", detail: { name: "dictation.failed", data: { name: "NotAllowedError" } } });
    const deaf = await open();
    await deaf.page.route("**/chatkit", (route) => (route.request().postData()?.includes("transcribe") ? route.abort() : route.continue()));
    await record(deaf);
    await stop(deaf).click();
    await deaf.frame.getByRole("status").getByText("What you said could not be written down").waitFor();
    await deaf.button("Dictate").waitFor();
    await deaf.ask("table");
  });

  it("is not offered unless the page wants it", async () => {
    covers("option:composer.dictation.enabled");
    const chat = await open({ composer: { dictation: { enabled: false } } });
    await chat.composer.waitFor();
    expect(await chat.button("Dictate").count()).toBe(0);
  });
});
