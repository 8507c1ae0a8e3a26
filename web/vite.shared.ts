/** What all builds share: where they go, and for whom they are. */
export const outDir = "../src/chatkit/http/assets";
export const target = "es2022";
export const alias = {
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react/jsx-runtime": "preact/jsx-runtime",
};
