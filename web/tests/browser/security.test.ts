/** What a model writes in Chromium: it runs nothing, and asks nobody who is not allowed. */
import { type Server, createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADDRESSES, DIAGRAMS, SCRIPTS } from "../unit/untrusted";
import { type Chat, Site, WAIT_MS } from "./site";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

let site: Site;
let others: Server;
/** The same server under two names: one that threads allow, and one that they do not. */
let allowed: string;
let stranger: string;
let asked: string[] = [];

beforeAll(async () => {
  site = await Site.start(0);
  others = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ""}${request.url ?? ""}`);
    const to = new URL(request.url ?? "/", stranger).searchParams.get("to");
    if (to !== null) response.writeHead(302, { Location: to }).end();
    else response.writeHead(200, { "Content-Type": "image/png" }).end(PNG);
  });
  await new Promise<void>((resolve) => others.listen(0, "0.0.0.0", resolve));
  const address = others.address();
  const port = typeof address === "object" && address ? address.port : 0;
  allowed = `http://localhost:${port}`;
  stranger = `http://127.0.0.2:${port}`;
});
beforeEach(() => {
  asked = [];
});
afterEach(() => site.closePages());
afterAll(async () => {
  others.close();
  await site.stop();
});

const askedOf = (origin: string) => asked.filter((url) => url.startsWith(origin.replace("http://", "")));
const pictures = (chat: Chat) => chat.frame.locator("iframe.ck-image.ck-is-loaded");

async function say(text: string, allowed_image_domains: string[] | null = null): Promise<Chat> {
  await site.control("script", { text, allowed_image_domains });
  const chat = await site.open();
  await chat.ask("script");
  await chat.frame.getByRole("article", { name: "Assistant said" }).waitFor();
  return chat;
}

/** Everything that could load an image, as a model may write it. */
const everyWay = (url: string) => [
  `![inline](${url}?inline) ![reference][r] ![collapsed][]`,
  `<img src="${url}?html"> <picture><source srcset="${url}?srcset"></picture> <video poster="${url}?poster"></video>`,
  `<style>body { background: url(${url}?style) }</style> <p style="background: url(${url}?css)">x</p>`,
  `<svg><image href="${url}?svg" /><use href="${url}?use#x" /></svg>`,
  `<link rel="stylesheet" href="${url}?link"> <link rel="prefetch" href="${url}?prefetch">`,
  `$\\includegraphics{${url}?math}$ and \`![code](${url}?code)\``,
  `[![linked](${url}?linked)](${url}?page)`,
  `[r]: ${url}?reference\n[collapsed]: ${url}?collapsed`,
].join("\n\n");

describe("images", () => {
  it("of other hosts are not asked for, however they are written [sec-08]", async () => {
    const chat = await say(everyWay(`${stranger}/leak.png`));
    await chat.text("Image from inline is not shown").waitFor();
    expect(await pictures(chat).count()).toBe(0);
    expect(asked).toEqual([]);
  });

  it("of allowed hosts are shown, those of others beside them are not [sec-08] [sec-14]", async () => {
    const chat = await say(`![good](${allowed}/good.png) ![bad](${stranger}/bad.png)`, ["localhost"]);
    await pictures(chat).waitFor();
    expect(askedOf(allowed)).toHaveLength(1);
    expect(askedOf(stranger)).toEqual([]);
    await chat.text("Image from bad is not shown").waitFor();
  });

  it("of the server itself are shown [sec-08]", async () => {
    const chat = await say(`![own](${site.url}/own.png)`);
    await chat.text("Image from own is not shown").waitFor(); // it is asked for, and is not there
    expect(chat.requests.some((url) => url.endsWith("/own.png"))).toBe(true);
  });

  it("that an allowed host redirects elsewhere are refused, and said to be [sec-09]", async () => {
    const elsewhere = encodeURIComponent(`${stranger}/leak.png?secret`);
    const within = encodeURIComponent(`${allowed}/good.png`);
    const chat = await say(`![away](${allowed}/a.png?to=${elsewhere}) ![home](${allowed}/b.png?to=${within})`, ["localhost"]);
    await chat.text("Image from away is not shown").waitFor();
    await pictures(chat).waitFor();
    expect(askedOf(stranger)).toEqual([]);
    expect(await pictures(chat).count()).toBe(1);
  });
});

describe("an answer", () => {
  it("with links and sources makes no request for them [sec-10]", async () => {
    const chat = await say(`[link](${stranger}/page) <${stranger}/auto> ${stranger}/bare [ref][r]\n\n[r]: ${stranger}/reference`, ["127.0.0.2"]);
    await chat.frame.getByRole("link", { name: "link", exact: true }).hover();
    expect(await chat.frame.locator("link[rel]").count()).toBe(0);
    expect(asked).toEqual([]);
    expect(chat.strangers()).toEqual([]);
  });

  it("runs nothing of a whole corpus, as it streams and when it is done [sec-11] [sec-12] [sec-13]", async () => {
    const links = ADDRESSES.map((url, index) => `[link ${index}](<${url}>) ![image ${index}](<${url}>)`);
    const chat = await say([...SCRIPTS, ...DIAGRAMS, ...links].join("\n\n"));
    const found = await chat.log.evaluate((log) => ({
      runs: [...log.querySelectorAll("script, object, embed, style, link, meta, base, form, [srcdoc]")].map((element) => element.outerHTML),
      handlers: [...log.querySelectorAll("*")].flatMap((element) => [...element.attributes].filter(({ name }) => name.startsWith("on")).map(({ name }) => name)),
      links: [...log.querySelectorAll<HTMLAnchorElement>("a[href]")].map((link) => link.protocol).filter((protocol) => !/^(https?|mailto):$/.test(protocol)),
    }));
    expect(found).toEqual({ runs: [], handlers: [], links: [] });
    for (const link of await chat.frame.getByRole("article").getByRole("link").all()) expect(await link.getAttribute("rel")).toContain("noopener");
    expect(await chat.page.evaluate(() => "hacked" in window)).toBe(false);
    expect(asked).toEqual([]);
  });

  it("draws math and colours code under a policy without eval and inline script [sec-15]", async () => {
    await site.control("script", { text: "$x^2$ and\n\n```python\nprint(1)\n```" });
    const chat = await site.open({ policy: "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; require-trusted-types-for 'script'; trusted-types chatkit" });
    await chat.ask("script");
    await expect.poll(() => chat.frame.locator(".katex, .hljs-built_in").count(), { timeout: WAIT_MS }).toBeGreaterThan(1);
    expect(chat.faults).toEqual([]);
  });
});
