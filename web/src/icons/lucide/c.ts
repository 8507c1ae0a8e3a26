/** Lucide's icons with names in "c". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/c*.mjs", { import: "default", eager: true });
