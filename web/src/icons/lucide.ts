/** Lucide's icons by name: a file for each first letter, loaded when a page first names one of it. */

export type Shape = readonly [tag: string, attributes: Readonly<Record<string, string | number>>];

type Letter = Readonly<Record<string, readonly Shape[] | undefined>>;

const LETTERS = import.meta.glob<Letter>("./lucide/*.ts", { import: "default" });

/** The icon's shapes, or null for a name that Lucide does not have. */
export async function loadLucide(name: string): Promise<readonly Shape[] | null> {
  const load = LETTERS[`./lucide/${name[0] ?? ""}.ts`];
  if (!load) return null;
  const icons = await load();
  return icons[`../../../node_modules/lucide/dist/esm/icons/${name}.mjs`] ?? null;
}
