/** Lucide's icons with names in "t". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/t*.mjs", { import: "default", eager: true });
