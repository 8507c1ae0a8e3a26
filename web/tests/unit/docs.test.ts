/** The documentation's JavaScript: options that it shows are taken, and the mistake that it shows is refused. */
import { readFileSync, readdirSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { transformWithEsbuild } from "vite";
import { describe, expect, it } from "vitest";
import { validateOptions } from "../../src/element/validate";

const DOCS = new URL("../../../docs/", import.meta.url);
const README = new URL("../../../README.md", import.meta.url);

interface Block {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

function blocks(page: string, url: URL): Block[] {
  const found = readFileSync(url, "utf8").matchAll(/^```(jsx|js|html)\b[^\n]*\n(.*?)^```/gms);
  return [...found].map(([, language = "", code = ""]) => ({ page, language, code }));
}

const pages = readdirSync(DOCS, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md") && !name.startsWith("reference"));
const ALL = [...blocks("README.md", README), ...pages.flatMap((name) => blocks(name, new URL(name, DOCS)))];

/** Runs a page's script; what it gives the element is checked as the element does. */
function run(code: string): void {
  const chat = { setOptions: validateOptions, addEventListener: () => undefined, focusComposer: () => undefined };
  const document = { getElementById: () => chat };
  // Names in callbacks are the reader's own app; nobody calls them.
  runInNewContext(code, { chat, document });
}

/** The scripts in the block, whose own lines are none in HTML. */
function scripts({ language, code }: Block): string[] {
  if (language !== "html") return [code];
  return [...code.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = ""]) => script);
}

describe("the documentation's JavaScript", () => {
  const refusals = ALL.filter(({ code }) => code.includes("// InvalidFrameParamsError: "));
  const plain = ALL.filter(({ language }) => language !== "jsx").filter((block) => !refusals.includes(block));

  it.each(plain.map((block, index) => [block.page, index, block] as const))("of %s, block %i, has options that are taken", (_, __, block) => {
    for (const script of scripts(block)) expect(() => run(script)).not.toThrow();
  });

  it("shows a mistake with the words that it is refused with", () => {
    expect(refusals).toHaveLength(1);
    for (const { code } of refusals) {
      const said = /\/\/ InvalidFrameParamsError: (.*)/.exec(code)?.[1] ?? "";
      expect(() => run(code)).toThrow(said);
    }
  });

  it("for React is JSX", async () => {
    const written = ALL.filter(({ language }) => language === "jsx");
    expect(written.length).toBeGreaterThan(0);
    for (const { page, code } of written) {
      const { code: made } = await transformWithEsbuild(code, `${page}.jsx`, { jsx: "automatic" });
      expect(made).toContain("useChatKit");
    }
  });
});
