/** Lucide's icons with names in "j". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/j*.mjs", { import: "default", eager: true });
