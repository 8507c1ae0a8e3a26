/** Builds `chatkit.js`: one classic script for the page, with the element and the session. */
import { defineConfig } from "vite";
import { define, licences, outDir, target } from "./vite.shared";

export default defineConfig({
  define,
  plugins: [licences("THIRD-PARTY-LICENSES-chatkit.txt")],
  build: {
    outDir,
    emptyOutDir: true,
    target,
    lib: { entry: "src/element/index.ts", formats: ["iife"], name: "ChatKitElement", fileName: () => "chatkit.js" },
  },
});
