/** What all builds share: where they go, for whom they are, and what is put in. */
import { en } from "./src/locales/en";

export const outDir = "../src/chatkit/http/assets";
export const target = "es2022";
export const alias = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
};
/** The names of the strings, for the script that carries none of them. */
export const define = { STRING_KEYS: JSON.stringify(Object.keys(en)) };
