/** Lucide's icons with names in "a". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/a*.mjs", { import: "default", eager: true });
