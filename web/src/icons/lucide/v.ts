/** Lucide's icons with names in "v". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/v*.mjs", { import: "default", eager: true });
