/** Lucide's icons with names in "n". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/n*.mjs", { import: "default", eager: true });
