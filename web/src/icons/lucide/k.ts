/** Lucide's icons with names in "k". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/k*.mjs", { import: "default", eager: true });
