/** Lucide's icons with names in "e". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/e*.mjs", { import: "default", eager: true });
