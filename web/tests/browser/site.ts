/** A real server, a real browser, and pages that hold the component. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, type FrameLocator, type Page, chromium } from "playwright-core";
import type { ChatKitOptions } from "../../src/element/options";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
/** Letters have the same edges on each machine. */
const LETTERS = fileURLToPath(new URL("letters.conf", import.meta.url));
export const WAIT_MS = 15_000;

/** What an option must be to get into a page: JSON; functions are made there. */
export type PageOptions = Partial<Omit<ChatKitOptions, "api">> & { api?: object };

export interface HostPage {
  readonly options?: PageOptions;
  /** The page's policy, as a header. */
  readonly policy?: string;
  readonly css?: string;
  /** Attributes of the script that loads the component. */
  readonly script?: string;
  readonly origin?: string;
  readonly viewport?: { width: number; height: number };
  readonly colorScheme?: "light" | "dark";
  readonly context?: BrowserContext;
  /** Script of the page, before the options are set: `options` can be changed in it. */
  readonly setup?: string;
}

export class Site {
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    readonly url: string,
    readonly browser: Browser,
    private readonly server: ChildProcess,
  ) {}

  /** `more` are further arguments of the server's. */
  static async start(wordSeconds = 0.002, ...more: string[]): Promise<Site> {
    const { url, server } = await startServer(wordSeconds, more);
    return new Site(url, await launched(), server);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.server.kill();
  }

  /** Asks something of the server that is no part of the chat: see controls.py. */
  async control<Answer = unknown>(what: "script" | "seed" | "turnstile", body: object): Promise<Answer> {
    const response = await fetch(`${this.url}/test/${what}`, { method: "POST", body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the server's ${what} answered ${response.status}`);
    return (await response.json()) as Answer;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
  }

  async context(host: HostPage = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      locale: "en-US",
      viewport: host.viewport ?? { width: 800, height: 700 },
      colorScheme: host.colorScheme ?? "light",
      reducedMotion: "reduce",
    });
    this.contexts.push(context);
    return context;
  }

  /** A page of a host with the component in it, ready. */
  async open(host: HostPage = {}): Promise<Chat> {
    const context = host.context ?? (await this.context(host));
    const page = await context.newPage();
    const chat = new Chat(page, this.url);
    const origin = host.origin ?? this.url;
    await page.route(`${origin}/host*`, (route) => {
      const path = new URL(route.request().url()).pathname;
      if (path === "/host.js") return route.fulfill({ contentType: "text/javascript", body: pageScript(this.url, host) });
      if (path === "/host.css") return route.fulfill({ contentType: "text/css", body: pageStyle(host) });
      const headers = host.policy ? { "Content-Security-Policy": host.policy } : {};
      return route.fulfill({ contentType: "text/html", headers, body: pageMarkup(this.url, host) });
    });
    await page.goto(`${origin}/host`);
    await page.waitForFunction(() => "isReady" in window, null, { timeout: WAIT_MS });
    return chat;
  }
}

/** A real browser. */
export async function launched(): Promise<Browser> {
  const executablePath = process.env["CHATKIT_CHROMIUM"] ?? CHROMIUM.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium here: install it, or name it in CHATKIT_CHROMIUM");
  // Pages of these tests are made up, and have no address from which loopback may be asked.
  const args = ["--disable-features=LocalNetworkAccessChecks", "--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"];
  return chromium.launch({ executablePath, args, env: { ...process.env, FONTCONFIG_FILE: LETTERS } });
}

/** What a test does with one page. */
export class Chat {
  readonly frame: FrameLocator;
  readonly requests: string[] = [];
  readonly faults: string[] = [];

  constructor(
    readonly page: Page,
    readonly server: string,
  ) {
    this.frame = page.frameLocator("openai-chatkit iframe");
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())) this.faults.push(message.text());
    });
    page.setDefaultTimeout(WAIT_MS);
  }

  get composer() {
    return this.frame.getByRole("textbox", { name: "Message" });
  }

  button(name: string | RegExp) {
    return this.frame.getByRole("button", { name });
  }

  text(text: string | RegExp) {
    return this.frame.getByText(text).first();
  }

  get log() {
    return this.frame.getByRole("log");
  }

  async send(text: string): Promise<void> {
    await this.composer.click();
    await this.composer.fill(text);
    await this.composer.press("Enter");
  }

  /** Sends, and waits for the end of the response. */
  async ask(text: string): Promise<void> {
    const ended = await this.count("response.end");
    await this.send(text);
    await this.until("response.end", ended + 1);
  }

  async events(): Promise<{ name: string; detail: Record<string, unknown> }[]> {
    return this.page.evaluate(() => (window as never as { events: never }).events);
  }

  async names(): Promise<string[]> {
    return (await this.events()).map((event) => event.name);
  }

  async count(name: string): Promise<number> {
    return (await this.names()).filter((known) => known === name).length;
  }

  async until(name: string, count = 1): Promise<void> {
    await this.page.waitForFunction(
      ([name, count]) => (window as never as { events: { name: string }[] }).events.filter((event) => event.name === name).length >= count,
      [name, count] as const,
      { timeout: WAIT_MS },
    );
  }

  /** Calls a method of the element; resolves with "ok" or the error's message. */
  async call(method: string, ...parameters: unknown[]): Promise<string> {
    return this.page.evaluate(
      async ([method, parameters]) => {
        const element = document.querySelector("openai-chatkit") as never as Record<string, (...all: unknown[]) => Promise<unknown>>;
        try {
          await element[method]?.(...parameters);
          return "ok";
        } catch (error) {
          return (error as Error).message;
        }
      },
      [method, parameters] as const,
    );
  }

  /** Where the page asked for anything but its own site and the server. */
  strangers(...own: string[]): string[] {
    return this.requests.filter((url) => ![this.server, ...own].some((known) => url.startsWith(known)) && !/^(data|blob|about):/.test(url));
  }
}

async function startServer(wordSeconds: number, more: readonly string[]): Promise<{ url: string; server: ChildProcess }> {
  const python = process.env["CHATKIT_PYTHON"] ?? `${ROOT}.venv/bin/python`;
  const script = fileURLToPath(new URL("server.py", import.meta.url));
  const server = spawn(python, [script, "--word-seconds", String(wordSeconds), ...more], {
    env: { ...process.env, PYTHONPATH: `${ROOT}src`, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    server.once("exit", (code) => reject(new Error(`the server ended with ${String(code)}`)));
  });
  return { url, server };
}

function pageMarkup(server: string, host: HostPage): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="host.css">
<script src="${server}/chatkit.js" ${host.script ?? ""}></script></head>
<body><openai-chatkit class="chat"></openai-chatkit><script src="host.js" ${host.script ?? ""}></script></body></html>`;
}

function pageStyle(host: HostPage): string {
  return `html, body { height: 100%; margin: 0 } .chat { width: 100%; height: 100% } ${host.css ?? ""}`;
}

const EVENTS = [
  "ready", "error", "effect", "deeplink", "response.start", "response.end", "history.open", "history.close",
  "thread.change", "thread.load.start", "thread.load.end", "tool.change", "log",
];

function pageScript(server: string, host: HostPage): string {
  const options = { api: { url: `${server}/chatkit` }, threadItemActions: { feedback: true, retry: true }, ...host.options };
  return `
    window.events = [];
    const chat = document.querySelector("openai-chatkit");
    for (const name of ${JSON.stringify(EVENTS)}) {
      chat.addEventListener("chatkit." + name, ({ detail }) => {
        window.events.push({ name, detail: detail?.error ? { error: detail.error.message } : (detail ?? {}) });
        if (name === "ready") window.isReady = true;
      });
    }
    const options = ${JSON.stringify(options)};
    ${host.setup ?? ""}
    window.options = options;
    chat.setOptions(options);`;
}
