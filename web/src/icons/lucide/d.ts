/** Lucide's icons with names in "d". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/d*.mjs", { import: "default", eager: true });
