/** Lucide's icons with names in "m". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/m*.mjs", { import: "default", eager: true });
