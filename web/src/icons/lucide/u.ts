/** Lucide's icons with names in "u". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/u*.mjs", { import: "default", eager: true });
