/** Lucide's icons with names in "s". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/s*.mjs", { import: "default", eager: true });
