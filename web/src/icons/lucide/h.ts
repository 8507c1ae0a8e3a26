/** Lucide's icons with names in "h". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/h*.mjs", { import: "default", eager: true });
