/** The public surface of the component, a line for each option, method, event, prop, icon and locale. */
import { readFileSync } from "node:fs";

function linesOf(url: URL): string[] {
  return readFileSync(url, "utf8").split("\n").filter((line) => line !== "");
}

/** What the closed component's public types name, as `kind:path`. Source: @openai/chatkit 1.9.0. */
export const LINES: ReadonlySet<string> = new Set(linesOf(new URL("lines.txt", import.meta.url)));
