/** Lucide's icons with names in "q". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/q*.mjs", { import: "default", eager: true });
