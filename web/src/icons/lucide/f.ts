/** Lucide's icons with names in "f". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/f*.mjs", { import: "default", eager: true });
