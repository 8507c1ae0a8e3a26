/** Builds `chatkit-ui.js`: one classic script for the frame, its styles inside. */
import { defineConfig } from "vite";
import { alias, outDir, target } from "./vite.shared";

export default defineConfig({
  resolve: { alias },
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir,
    emptyOutDir: false,
    target,
    lib: { entry: "src/view/main.tsx", formats: ["iife"], name: "ChatKitFrame", fileName: () => "chatkit-ui.js" },
  },
});
