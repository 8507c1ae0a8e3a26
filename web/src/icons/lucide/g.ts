/** Lucide's icons with names in "g". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/g*.mjs", { import: "default", eager: true });
