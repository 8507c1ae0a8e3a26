/** Lucide's icons with names in "i". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/i*.mjs", { import: "default", eager: true });
