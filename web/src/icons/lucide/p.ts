/** Lucide's icons with names in "p". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/p*.mjs", { import: "default", eager: true });
