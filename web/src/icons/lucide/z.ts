/** Lucide's icons with names in "z". */
export default import.meta.glob("../../../node_modules/lucide/dist/esm/icons/z*.mjs", { import: "default", eager: true });
