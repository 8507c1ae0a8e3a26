/** What all builds share: where they go, for whom they are, and what is put in. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import license from "rollup-plugin-license";
import type { Plugin } from "vite";
import { en } from "./src/locales/en";

export const outDir = "../src/chatkit/http/assets";
export const target = "es2022";
export const alias = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
};
/** What the element and the frame say to each other: scripts of two builds that differ here don't go together. */
const CONTRACT = ["element/frame_host.ts", "element/options.ts", "session/contract.ts", "protocol/types.ts"];

function contractDigest(): string {
  const digest = createHash("sha256");
  for (const file of CONTRACT) digest.update(readFileSync(new URL(`src/${file}`, import.meta.url)));
  return digest.digest("hex").slice(0, 12);
}

export const define = {
  /** The names of the strings, for the script that carries none of them. */
  STRING_KEYS: JSON.stringify(Object.keys(en)),
  CONTRACT: JSON.stringify(contractDigest()),
};

/** Writes down whose packages are in a build, with their licences; fails for one that may not be. */
export function licences(file: string): Plugin {
  const plugin: unknown = license({
    thirdParty: {
      includePrivate: false,
      allow: {
        test: "(MIT OR Apache-2.0 OR ISC OR BSD-2-Clause OR BSD-3-Clause OR 0BSD)",
        failOnUnlicensed: true,
        failOnViolation: true,
      },
      output: { file: `${outDir}/${file}` },
    },
  });
  // Its types are of rollup, whose optional members may be undefined; those of Vite may not.
  return plugin as Plugin;
}
