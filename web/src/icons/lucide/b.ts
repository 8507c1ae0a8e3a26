/** Lucide's icons with names in "b". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/b*.mjs", { import: "default", eager: true });
