/** Lucide's icons with names in "x". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/x*.mjs", { import: "default", eager: true });
