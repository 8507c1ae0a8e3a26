/** Lucide's icons with names in "r". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/r*.mjs", { import: "default", eager: true });
