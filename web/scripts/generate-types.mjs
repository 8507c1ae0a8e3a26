/**
 * Writes src/protocol/types.ts from the JSON Schema on standard input (`chatkit schema`);
 * with `--check`, only says whether the file is what would be written.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { compile } from "json-schema-to-typescript";

const schema = JSON.parse(readFileSync(0, "utf8"));
const root = { title: "WireProtocol", type: "object", properties: {}, additionalProperties: false };

/**
 * Without the titles of fields, which would become a type each; with every `type` required, as it
 * is always on the wire and tells the members of a union apart.
 */
function tidy(node) {
  if (Array.isArray(node)) return node.map(tidy);
  if (node === null || typeof node !== "object") return node;
  const entries = Object.entries(node).filter(([key, value]) => key !== "title" || typeof value !== "string");
  const tidied = Object.fromEntries(entries.map(([key, value]) => [key, tidy(value)]));
  if (tidied.properties?.type?.const !== undefined) {
    tidied.required = [...new Set([...(tidied.required ?? []), "type"])];
  }
  return tidied;
}

const definitions = tidy(schema.$defs);
const text = await compile({ ...root, $defs: definitions }, "WireProtocol", {
  additionalProperties: false,
  bannerComment: "/* Generated from the Python models: `npm run generate`. Do not edit. */",
  unreachableDefinitions: true,
  format: true,
  strictIndexSignatures: false,
});
const tidyText = text
  .replace(/\n \*\n \* This interface was referenced by `WireProtocol`'s JSON-Schema\n \* via the `definition` "[^"]*"\./g, "")
  .replace(/\/\*\*\n \* This interface was referenced by `WireProtocol`'s JSON-Schema\n \* via the `definition` "[^"]*"\.\n \*\/\n/g, "")
  .replace(/export interface WireProtocol \{\}\n/, "");

const file = new URL("../src/protocol/types.ts", import.meta.url);
if (!process.argv.includes("--check")) {
  writeFileSync(file, tidyText);
} else if (readFileSync(file, "utf8") !== tidyText) {
  console.error("src/protocol/types.ts is not the server's protocol: `npm run generate`");
  process.exit(1);
}
