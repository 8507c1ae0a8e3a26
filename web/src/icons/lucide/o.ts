/** Lucide's icons with names in "o". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/o*.mjs", { import: "default", eager: true });
