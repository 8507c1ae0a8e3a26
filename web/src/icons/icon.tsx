/** One icon by name; nothing for a name that nobody drew. */
import type { ComponentType } from "preact";
import { BUILT_IN } from "./built_in";

type Drawing = ComponentType<{ "aria-hidden": "true"; class?: string }>;

export function Icon({ name, class: className }: { name: string; class?: string }) {
  const Drawn = (BUILT_IN as unknown as Record<string, Drawing | undefined>)[name];
  return Drawn ? <Drawn aria-hidden="true" {...(className && { class: className })} /> : null;
}
