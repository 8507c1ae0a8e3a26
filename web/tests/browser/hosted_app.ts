/** The example of an app of the hosted service: its chat server, an API key, its backend, its page. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "vite";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = join(ROOT, "examples/hosted_app");
const PYTHON = process.env["CHATKIT_PYTHON"] ?? join(ROOT, ".venv/bin/python");

export interface HostedOptions {
  /** What the example reads in its environment. */
  readonly environment?: Record<string, string>;
}

export class HostedApp {
  private constructor(
    /** Where the page is. */
    readonly url: string,
    /** Where the chat server is. */
    readonly chat: string,
    readonly apiKey: string,
    private readonly data: string,
    private readonly programs: readonly ChildProcess[],
  ) {}

  static async start(options: HostedOptions = {}): Promise<HostedApp> {
    const data = await mkdtemp(join(tmpdir(), "chatkit-hosted-"));
    const [chatPort, pagePort] = await Promise.all([freePort(), freePort()]);
    const url = `http://127.0.0.1:${pagePort}`;
    const chat = `http://127.0.0.1:${chatPort}`;
    const common = { ...process.env, PYTHONPATH: join(ROOT, "src"), PYTHONDONTWRITEBYTECODE: "1", DATA: data, PAGE: url, ...options.environment };
    const server = spawn(PYTHON, ["-m", "chatkit", "serve", "chat:app", "--port", String(chatPort)], { cwd: FOLDER, env: common, stdio: ["ignore", "ignore", "pipe"] });
    await answers(`${chat}/healthz`, server);
    const database = join(data, "chat.sqlite3");
    const keys = await promisify(execFile)(PYTHON, ["-m", "chatkit", "keys", "create", "backend", "--database", database], { env: common });
    const apiKey = keys.stdout.trim();
    // The two URLs, and a key of one's own.
    const environment = { ...common, OPENAI_BASE_URL: `${chat}/v1`, OPENAI_API_KEY: apiKey, CHATKIT_SCRIPT: `${chat}/chatkit.js` };
    const backend = spawn(PYTHON, ["-m", "uvicorn", "backend:app", "--port", String(pagePort), "--log-level", "error"], { cwd: FOLDER, env: environment, stdio: ["ignore", "ignore", "pipe"] });
    await answers(`${url}/`, backend);
    return new HostedApp(url, chat, apiKey, data, [server, backend]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.programs.map(ended));
    await rm(this.data, { recursive: true });
  }
}

/** The page's script, bundled with the packages that the tests have. */
export async function bundledPage(): Promise<string> {
  const packages = ["@openai/chatkit-react", "react-dom", "react"];
  const output = await build({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    esbuild: { jsx: "automatic", jsxDev: false, jsxImportSource: "react" },
    resolve: { alias: packages.map((name) => ({ find: new RegExp(`^${name}(?=/|$)`), replacement: join(ROOT, "web/node_modules", name) })) },
    build: { write: false, lib: { entry: join(FOLDER, "app.jsx"), formats: ["iife"], name: "App", fileName: "app" } },
  });
  return [output].flat().flatMap((one) => ("output" in one ? one.output[0].code : [])).join("\n");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Returns when the program answers there. */
async function answers(url: string, program: ChildProcess): Promise<void> {
  let said = "";
  program.stderr?.on("data", (piece: Buffer) => (said += piece.toString()));
  for (;;) {
    if (program.exitCode !== null) throw new Error(`the program for ${url} ended with ${program.exitCode}: ${said}`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function ended(program: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (program.exitCode !== null) return resolve();
    program.once("exit", () => resolve());
    program.kill();
  });
}
