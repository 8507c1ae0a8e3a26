/** No component writes words of its own: what it shows or says comes from `translate`, the server or the page. */
import { readFileSync, readdirSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { en } from "../../../src/locales/en";

const SOURCE = new URL("../../../src/", import.meta.url);
const FILES = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((name) => /\.tsx?$/.test(name) && !name.includes("lucide/"));
// The preview of widgets is a tool for their authors, in English.
const COMPONENTS = FILES.filter((name) => name.endsWith(".tsx")).filter((name) => !name.startsWith("playground/"));
const SPOKEN = new Set(["aria-label", "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder", "title", "placeholder", "alt", "label"]);
const WORD = /\p{L}{2,}/u;

const read = (name: string) => readFileSync(new URL(name, SOURCE), "utf8");

/** Literals that would be shown: texts between tags, and in attributes that are heard or seen. */
function literals(name: string, code: string): string[] {
  const file = ts.createSourceFile(name, code, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const keep = (node: ts.Node, text: string) => {
    if (WORD.test(text)) found.push(`${name}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${text.trim()}`);
  };
  /** Literals of an expression that are its value, not what is compared, chosen by, or handed on. */
  const value = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) keep(node, node.text);
    else if (ts.isTemplateExpression(node)) for (const part of [node.head, ...node.templateSpans.map((span) => span.literal)]) keep(part, part.text);
    else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(value);
    else if (ts.isBinaryExpression(node) && /^(\|\||\?\?|&&|\+)$/.test(node.operatorToken.getText())) [node.left, node.right].forEach(value);
    else if (ts.isParenthesizedExpression(node)) value(node.expression);
  };
  const look = (node: ts.Node): void => {
    if (ts.isJsxText(node)) keep(node, node.text);
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent)) value(node.expression);
    if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer) {
      value(ts.isJsxExpression(node.initializer) && node.initializer.expression ? node.initializer.expression : node.initializer);
    }
    ts.forEachChild(node, look);
  };
  look(file);
  return found;
}

test("the check finds what it is there for", () => {
  const code = 'const x = <p title={`Say ${y}`} class="big">Hello {isIt ? "yes" : translate("a.key")} {a ?? "none"}</p>;';
  expect(literals("x.tsx", code).map((text) => text.replace("x.tsx:1 ", ""))).toEqual(["Say", "Hello", "yes", "none"]);
});

test("no component has words in its code", () => {
  expect(COMPONENTS.length).toBeGreaterThan(40);
  expect(COMPONENTS.flatMap((name) => literals(name, read(name)))).toEqual([]);
});

test("every string is used by something", () => {
  const code = FILES.filter((name) => !name.startsWith("locales/")).map(read).join("\n");
  expect(Object.keys(en).filter((key) => !code.includes(`"${key.replace(/#.*/, "")}"`))).toEqual([]);
});
