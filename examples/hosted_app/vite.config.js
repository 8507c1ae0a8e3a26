import { defineConfig } from "vite";

export default defineConfig({
  define: { "process.env.NODE_ENV": '"production"' },
  esbuild: { jsx: "automatic" },
  build: { lib: { entry: "app.jsx", formats: ["iife"], name: "App", fileName: () => "app.js" } },
});
