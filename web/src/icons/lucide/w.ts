/** Lucide's icons with names in "w". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/w*.mjs", { import: "default", eager: true });
