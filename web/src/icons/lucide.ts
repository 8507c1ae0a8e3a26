/** Lucide's icons by name: a file for each first letter, loaded when a page first names one of it. */

export type Shape = readonly [tag: string, attributes: Readonly<Record<string, string | number>>];

type Letter = Readonly<Record<string, readonly Shape[] | undefined>>;

const LETTERS = import.meta.glob<Letter>("./lucide/*.ts", { import: "default" });

/** The icon's shapes, by its name or one that it once had; null for what Lucide never drew. */
export async function loadLucide(name: string): Promise<readonly Shape[] | null> {
  const found = await fromLetter(name);
  if (found) return found;
  const present = await presentName(name);
  return present === null ? null : fromLetter(present);
}

async function fromLetter(name: string): Promise<readonly Shape[] | null> {
  const icons = await LETTERS[`./lucide/${name[0] ?? ""}.ts`]?.();
  return icons?.[`../../../node_modules/lucide/dist/esm/icons/${name}.mjs`] ?? null;
}

/** Lucide's own list has the names that icons had before; read only where a name is not found. */
async function presentName(name: string): Promise<string | null> {
  const { default: list } = await import("../../node_modules/lucide/dist/esm/iconsAndAliases.mjs?raw");
  const exported = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
  for (const [, names = "", file = ""] of list.matchAll(/export \{([^}]*)\} from '\.\/icons\/([a-z0-9-]+)\.mjs'/g)) {
    if (names.split(",").some((one) => one.trim() === `default as ${exported}`)) return file;
  }
  return null;
}
