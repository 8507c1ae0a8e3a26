/** The component as a guest: policies, styles, origins, methods and events of the element. */
import type { Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { contract } from "../../src/element/frame_host";
import { Site, WAIT_MS } from "./site";

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterEach(() => site.closePages());
afterAll(() => site.stop());

const HOSTILE = `* { all: revert; font: 40px/3 cursive !important; color: red !important; letter-spacing: 1em !important; }
  iframe { border: 9px solid red !important; width: 3px !important } html { font-size: 3px !important }
  button, textarea, [role] { display: none !important } .chat { height: 500px !important; width: 500px !important }`;

describe("policies of a host", () => {
  const connect = "connect-src 'self'; img-src 'self' data:; font-src 'self'; default-src 'none'; frame-src 'none'";
  const policies: [string, string, string?][] = [
    ["only its own scripts and styles", `script-src 'self'; style-src 'self'; ${connect}`],
    ["a nonce and nothing else", `script-src 'nonce-abc123'; style-src 'self'; ${connect}`, "nonce='abc123'"],
    ["Trusted Types", `script-src 'self'; style-src 'self'; ${connect}; require-trusted-types-for 'script'; trusted-types chatkit`],
  ];

  it.each(policies)("%s: it runs, with code, math and icons, and breaks none [sec-15]", async (_, policy, script) => {
    const chat = await site.open({ policy, ...(script && { script }) });
    await chat.ask("code");
    await chat.ask("math");
    await chat.ask("widgets");
    await chat.frame.getByRole("article", { name: "Assistant said" }).first().waitFor();
    await expect.poll(() => chat.frame.locator("math, .katex").count(), { timeout: WAIT_MS }).toBeGreaterThan(0);
    expect(chat.faults).toEqual([]);
  });
});

describe("the composer under the policies of a host", () => {
  const connect = "connect-src 'self'; img-src 'self' data:; font-src 'self'; default-src 'none'; frame-src 'none'";
  const ALL = `script-src 'self'; style-src 'self'; ${connect}; require-trusted-types-for 'script'; trusted-types chatkit`;

  it("writes mentions, opens menus, shows pictures and uploads them, records: and breaks none", async () => {
    const composer = { attachments: { enabled: true }, dictation: { enabled: true }, tools: [{ id: "t", label: "Draw", icon: "images" }] };
    const setup = "options.entities = { onTagSearch: async () => [{ id: 'ada', title: 'Ada', interactive: true }], onRequestPreview: async () => ({ preview: null }) };";
    const chat = await site.open({ policy: ALL, options: { composer }, setup });
    await chat.composer.pressSequentially("@a");
    await chat.frame.getByRole("option", { name: "Ada" }).click();
    await chat.frame.locator(".ck-tag").hover();
    await chat.frame.getByRole("dialog", { name: "Ada" }).waitFor();
    await chat.button("Tools").click();
    await chat.frame.getByRole("menuitemradio", { name: "Draw" }).click();
    const png = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");
    await chat.frame.locator("input[type=file]").setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: png });
    await chat.frame.locator("canvas:not([hidden])").waitFor();
    await chat.button("Dictate").click();
    await chat.button("Cancel").click();
    await expect.poll(() => chat.button("Send message").isEnabled(), { timeout: WAIT_MS }).toBe(true);
    await chat.button("Send message").click();
    await chat.until("response.end");
    await chat.text("a file: dot.png").waitFor();
    expect(chat.faults).toEqual([]);
  });
});

describe("a host of another origin", () => {
  it("loads the script from the server and chats", async () => {
    const chat = await site.open({ origin: "http://localhost:8123" });
    await chat.ask("help");
    await chat.frame.getByRole("article", { name: "Assistant said" }).getByRole("table").waitFor();
    expect(chat.strangers("http://localhost:8123")).toEqual([]);
    expect(chat.faults).toEqual([]);
  });
});

describe("a page that is older than its server", () => {
  it("goes on without the parts that are gone, tells the page once, and offers to load it anew", async () => {
    const chat = await site.open({ setup: "options.thread = { autoScroll: true };" });
    await chat.page.route("**/chatkit-chunks/**", (route) => route.fulfill({ status: 404, body: "" }));
    await chat.ask("code");
    await chat.ask("math");
    await chat.frame.getByText("def find").first().waitFor();
    await chat.frame.getByText("\\frac").first().waitFor();
    await chat.frame.getByRole("alert").getByRole("button", { name: "Try again" }).waitFor();
    expect((await chat.events()).filter((event) => event.name === "error" && /did not load/.test(JSON.stringify(event.detail)))).toHaveLength(1);
    expect(chat.faults).toEqual([]);
    const loaded = chat.page.waitForEvent("load");
    await chat.frame.getByRole("alert").getByRole("button", { name: "Try again" }).click();
    await loaded;
  });
});

describe("scripts of two builds", () => {
  const another = async (route: Route) => {
    const script = await (await fetch(route.request().url())).text();
    expect(script).toContain(contract);
    await route.fulfill({ contentType: "text/javascript", body: script.replaceAll(contract, "another") });
  };

  it("a page that is open while its server is upgraded says so when its frame comes from the new one", async () => {
    const chat = await site.open({ options: { locale: "de" } });
    await chat.page.route("**/chatkit-ui.js", another);
    await chat.page.evaluate(() => document.body.append(document.querySelector("openai-chatkit") as Element));
    await chat.until("error");
    const alert = chat.frame.getByRole("alert");
    await alert.getByText("Etwas ist schiefgegangen").waitFor();
    expect((await chat.events()).filter(({ name }) => name === "error").map(({ detail }) => detail["error"])).toEqual(["chatkit.js and chatkit-ui.js are of two versions: load the page anew"]);
    expect(await chat.call("focusComposer")).toContain("load the page anew");
    await chat.page.unroute("**/chatkit-ui.js");
    const loaded = chat.page.waitForEvent("load");
    await alert.getByRole("button").click();
    await loaded;
    await chat.frame.getByRole("textbox", { name: "Nachricht" }).waitFor();
    expect(chat.faults).toEqual([]);
  });

  it("a page whose chatkit.js something on the way has kept says so, and draws nothing that it does not know", async () => {
    const context = await site.context();
    await context.route("**/chatkit.js", another);
    const page = await context.newPage();
    await page.goto(site.url);
    const frame = page.frameLocator("openai-chatkit iframe");
    await frame.getByRole("alert").getByRole("button", { name: "Try again" }).waitFor();
    expect(await frame.getByRole("textbox").count()).toBe(0);
  });
});

describe("styles of a host", () => {
  it("stay out", async () => {
    const plain = await site.open();
    const hostile = await site.open({ css: HOSTILE });
    const look = (chat: typeof plain) =>
      chat.button("Send message").evaluate((button) => {
        const { color, fontFamily, letterSpacing, display } = getComputedStyle(button);
        return { color, fontFamily, letterSpacing, display };
      });
    expect(await look(hostile)).toEqual(await look(plain));
    const box = await hostile.page.locator("openai-chatkit iframe").boundingBox();
    expect(box?.width).toBeGreaterThan(400);
    await hostile.ask("table");
  });

  it("hot-keys of the host don't fire while one writes", async () => {
    const chat = await site.open({ setup: "window.keys = 0; document.addEventListener('keydown', () => window.keys++);" });
    await chat.composer.pressSequentially("kjx");
    expect(await chat.page.evaluate(() => (window as never as { keys: number }).keys)).toBe(0);
  });
});

describe("the element", () => {
  it("throws at once for options that cannot be meant, and names the path", async () => {
    const chat = await site.open();
    expect(await chat.call("setOptions", { api: { url: "/x" }, theme: { radius: "huge" } })).toContain("theme.radius");
    expect(await chat.call("setOptions", { api: {} })).toContain("api.url");
  });

  it("takes options again in the middle of an answer, and keeps thread and draft", async () => {
    const chat = await site.open();
    await chat.send("long");
    await chat.frame.getByRole("article", { name: "Assistant said" }).waitFor();
    await chat.composer.fill("a draft");
    await chat.page.evaluate(() => {
      const { options } = window as never as { options: object };
      const element = document.querySelector("openai-chatkit") as never as { setOptions(options: object): void };
      for (let time = 0; time < 20; time += 1) element.setOptions({ ...options, header: { title: { text: `Title ${time}` } } });
    });
    await chat.text("Title 19").waitFor();
    await chat.until("response.end");
    expect(await chat.count("thread.change")).toBe(1);
    expect(await chat.count("response.start")).toBe(1);
    expect(await chat.composer.evaluate((field) => ("value" in field ? field.value : field.textContent))).toBe("a draft");
  });

  it("sendUserMessage resolves when the response has ended", async () => {
    const chat = await site.open();
    expect(await chat.call("sendUserMessage", { text: "table" })).toBe("ok");
    expect(await chat.count("response.end")).toBe(1);
    expect(await chat.call("sendUserMessage", { text: "code", newThread: true })).toBe("ok");
    const changes = (await chat.events()).filter((event) => event.name === "thread.change").map((event) => event.detail["threadId"]);
    expect(changes).toHaveLength(3);
    expect(changes[1]).toBeNull();
  });

  it("setComposerValue fills the composer, focusComposer goes there", async () => {
    const chat = await site.open({ options: { composer: { tools: [{ id: "t", label: "Tool", icon: "globe" }] } } });
    expect(await chat.call("setComposerValue", { text: "prefilled", selectedToolId: "t" })).toBe("ok");
    await chat.until("tool.change");
    expect(await chat.call("focusComposer")).toBe("ok");
    await expect.poll(() => chat.composer.evaluate((field) => field.ownerDocument.activeElement === field)).toBe(true);
    await chat.page.keyboard.press("Enter");
    await chat.text(/You wrote: “prefilled”|prefilled/).waitFor();
  });

  it("showHistory, hideHistory and fetchUpdates do what they say", async () => {
    const chat = await site.open();
    await chat.ask("table");
    expect(await chat.call("showHistory")).toBe("ok");
    await chat.until("history.open");
    expect(await chat.call("hideHistory")).toBe("ok");
    await chat.until("history.close");
    expect(await chat.call("fetchUpdates")).toBe("ok");
    await chat.composer.waitFor();
  });

  it("setThreadId of a thread that is not there rejects", async () => {
    const chat = await site.open();
    expect(await chat.call("setThreadId", "thr_none")).not.toBe("ok");
    await chat.frame.getByRole("alert").waitFor();
  });

  it("sendCustomAction resolves when its stream has ended", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.call("sendCustomAction", { type: "unknown.action", payload: {} });
    expect(await chat.count("response.end")).toBe(2);
  });

  it("keeps its thread when the page moves it, and when it is taken out and put back", async () => {
    const chat = await site.open();
    await chat.ask("table");
    await chat.page.evaluate(() => {
      const element = document.querySelector("openai-chatkit") as HTMLElement;
      const other = document.body.appendChild(document.createElement("section"));
      other.style.height = "600px";
      other.append(element);
    });
    await chat.frame.getByRole("article", { name: "You said" }).getByText("table").waitFor();
    await chat.ask("code");
  });

  it("calls fetch of the options with a body of JSON text, and one language", async () => {
    const setup = `window.seen = []; options.locale = "en"; options.api.fetch = (url, init) => { window.seen.push({ body: typeof init.body, language: init.headers["Accept-Language"] }); return fetch(url, init); };`;
    const chat = await site.open({ setup });
    await chat.ask("table");
    expect(await chat.page.evaluate(() => (window as never as { seen: unknown[] }).seen)).toContainEqual({ body: "string", language: "en" });
  });

  it("asks for a client secret, sends it to where the script came from, and renews it", async () => {
    const setup = `window.secrets = []; options.api = { getClientSecret: async (old) => { window.secrets.push(old); return "secret" + window.secrets.length; } };`;
    const chat = await site.open({ setup });
    const bearers: (string | undefined)[] = [];
    await chat.page.route("**/chatkit", async (route) => {
      bearers.push(route.request().headers()["authorization"]);
      if (bearers.length === 1) return route.fulfill({ status: 401, body: "{}" });
      return route.continue();
    });
    await chat.ask("table");
    expect(bearers.slice(0, 2)).toEqual(["Bearer secret1", "Bearer secret2"]);
    expect(await chat.page.evaluate(() => (window as never as { secrets: unknown[] }).secrets)).toEqual([null, "secret1"]);
  });

  it("loads in the head, before there is a body, and is defined once", async () => {
    const chat = await site.open();
    await chat.page.evaluate((url) => new Promise((resolve) => {
      const script = document.head.appendChild(document.createElement("script"));
      script.onload = resolve;
      script.src = url;
    }), `${site.url}/chatkit.js`);
    expect(chat.faults).toEqual([]);
  });
});

describe("the page of the server", () => {
  it("chats under its own policy, and finds its thread again after a reload", async () => {
    const context = await site.context();
    const page = await context.newPage();
    const faults: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") faults.push(message.text());
    });
    await page.goto(site.url);
    const frame = page.frameLocator("openai-chatkit iframe");
    await frame.getByRole("button", { name: "What can you show me?" }).click();
    await frame.getByRole("table").waitFor({ timeout: WAIT_MS });
    await page.reload();
    await frame.getByRole("table").waitFor({ timeout: WAIT_MS });
    expect(faults).toEqual([]);
  });
});
