/** How large the built scripts are, zipped as the server zips them. */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export const ASSETS = fileURLToPath(new URL("../../src/chatkit/http/assets/", import.meta.url));
/** What a page loads before it shows anything. */
export const FIRST_PAINT = ["chatkit.js", "chatkit-ui.js"] as const;

export function zippedBytes(path: string): number {
  return gzipSync(readFileSync(`${ASSETS}${path}`), { level: 9 }).length;
}

/** Lazy scripts by name, largest first; languages and icons of one kind counted together. */
export function chunks(): [name: string, bytes: number][] {
  const sizes = new Map<string, number>();
  for (const file of readdirSync(`${ASSETS}chatkit-chunks`).filter((name) => name.endsWith(".js"))) {
    const name = file.replace(/-[\w-]{8}\.js$/, "");
    const group = /^[a-z]$/.test(name) ? "icons of one letter" : /^[a-z]{2}(-\w+)?$/.test(name) ? "strings of one language" : name;
    sizes.set(group, Math.max(sizes.get(group) ?? 0, zippedBytes(`chatkit-chunks/${file}`)));
  }
  return [...sizes].sort((a, b) => b[1] - a[1]);
}
