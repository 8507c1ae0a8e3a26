/** `chatkit widget preview` as an author uses it: writes, saves, types data, presses buttons. */
import { readFileSync } from "node:fs";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Site, WAIT_MS } from "./site";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TEMPLATE = `{
  "type": "Card",
  "asForm": true,
  "children": [
    {"type": "Title", "value": {{ title | tojson }}},
    {% for name in names %}
    {"type": "Text", "value": {{ name | tojson }}},
    {% endfor %}
    {"type": "Input", "name": "note", "placeholder": "Note"}
  ],
  "confirm": {"label": "Send", "action": {"type": "send", "payload": {"from": "card"}}}
}`;
const SCHEMA = {
  type: "object",
  properties: { title: { type: "string", default: "A list" }, names: { type: "array", items: { type: "string" } }, loud: { type: "boolean" }, size: { enum: ["s", "m"] }, count: { type: "integer" }, more: {} },
};

let site: Site;
let folder: string;
let file: string;
let preview: ChildProcess;
let page: Page;

/** Saves the file as editors do: a new one in the old one's place. */
function save(template: string): void {
  writeFileSync(`${file}.new`, JSON.stringify({ version: "1.0", name: "Names", template, jsonSchema: SCHEMA }, null, 2));
  renameSync(`${file}.new`, file);
}

beforeAll(async () => {
  site = await Site.start();
  folder = mkdtempSync(join(tmpdir(), "widgets-"));
  file = join(folder, "names.widget");
  save(TEMPLATE);
  const python = process.env["CHATKIT_PYTHON"] ?? `${ROOT}.venv/bin/python`;
  const env = { ...process.env, PYTHONPATH: `${ROOT}src`, PYTHONDONTWRITEBYTECODE: "1", PYTHONUNBUFFERED: "1" };
  preview = spawn(python, ["-m", "chatkit", "widget", "preview", file, "--no-open"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const said = await new Promise<string>((resolve) => preview.stdout?.once("data", (line: Buffer) => resolve(line.toString())));
  page = await (await site.context()).newPage();
  page.setDefaultTimeout(WAIT_MS);
  await page.goto(/http:\S+/.exec(said)?.[0] ?? "");
});
afterEach(() => save(TEMPLATE));
afterAll(async () => {
  preview.kill("SIGINT");
  rmSync(folder, { recursive: true });
  await site.stop();
});

const light = () => page.getByRole("region", { name: "In light" });
const dark = () => page.getByRole("region", { name: "In dark" });

describe("the preview", () => {
  it("shows the widget in light and dark, and what it fires with its form", async () => {
    await light().getByText("A list").waitFor();
    await dark().getByText("names 1").waitFor();
    const ground = (stage: ReturnType<typeof light>) => stage.locator(".ck-card").evaluate((card) => getComputedStyle(card).backgroundColor);
    await expect.poll(async () => (await ground(light())) !== (await ground(dark()))).toBe(true);
    await dark().getByPlaceholder("Note").fill("hello");
    await dark().getByRole("button", { name: "Send" }).click();
    const fired = page.getByRole("region", { name: "Actions" });
    await fired.getByText("send", { exact: true }).waitFor();
    expect(JSON.parse(await fired.locator("pre").first().innerText())).toEqual({ from: "card", note: "hello" });
  });

  it("draws what is typed into the form of its data, as fields or as JSON", async () => {
    const data = page.getByRole("region", { name: "Data" });
    await data.getByLabel("title").fill("Other names");
    await light().getByText("Other names").waitFor();
    await data.getByRole("button", { name: "Add to names" }).click();
    await data.getByRole("textbox", { name: "names 3" }).fill("Grace");
    await light().getByText("Grace").waitFor();
    await data.getByRole("button", { name: "Remove names 1" }).click();
    await light().getByText("names 1").waitFor({ state: "detached" });
    await data.getByLabel("loud").uncheck();
    await data.getByLabel("size").selectOption("m");
    await data.getByLabel("count").fill("7");
    await data.getByRole("button", { name: "As JSON" }).click();
    const json = data.getByLabel("JSON");
    await expect.poll(async () => JSON.parse(await json.inputValue()) as object).toMatchObject({ title: "Other names", names: ["names 2", "Grace"], loud: false, size: "m", count: 7 });
    await json.fill('{"title": "From JSON", "names": ["Grace"]}');
    await dark().getByText("From JSON").waitFor();
  });

  it("draws again when the file is saved, and keeps the last good picture beside what is wrong", async () => {
    save(TEMPLATE.replace('"asForm": true', '"asForm": true, "status": {"text": "Saved"}'));
    await light().getByText("Saved").waitFor();
    save(TEMPLATE.replace("name | tojson", "nam | tojson"));
    const problems = page.getByRole("alert");
    await expect.poll(() => page.locator("main").innerText()).toMatch(/line 7 of the template.*'nam' is undefined/);
    expect(await page.locator(".ck-play-wrong").innerText()).toContain("nam | tojson");
    expect(await light().locator(".ck-card").count()).toBe(1);
    save(TEMPLATE);
    await problems.waitFor({ state: "detached" });
  });

  it("axe finds nothing in it", async () => {
    await page.evaluate(AXE);
    const found = await page.evaluate(() => (window as never as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run());
    expect(found.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });
});
