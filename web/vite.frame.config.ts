/** Builds `chatkit-ui.js`: a module for the frame, its styles inside, and what it loads lazily. */
import { defineConfig } from "vite";
import { alias, define, licences, outDir, target } from "./vite.shared";

export default defineConfig({
  define,
  resolve: { alias },
  plugins: [licences("THIRD-PARTY-LICENSES-chatkit-ui.txt")],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir,
    emptyOutDir: false,
    target,
    modulePreload: false,
    // Each asset as a file of its own: a `data:` font would need the page's policy to allow it.
    assetsInlineLimit: 0,
    rollupOptions: {
      input: { "chatkit-ui": "src/view/main.tsx" },
      output: {
        format: "es",
        entryFileNames: "[name].js",
        chunkFileNames: "chatkit-chunks/[name]-[hash].js",
        assetFileNames: "chatkit-chunks/[name]-[hash][extname]",
      },
    },
  },
  base: "./",
});
