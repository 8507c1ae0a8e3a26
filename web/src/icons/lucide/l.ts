/** Lucide's icons with names in "l". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/l*.mjs", { import: "default", eager: true });
