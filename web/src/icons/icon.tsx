/** One icon by name, an empty square until its drawing is loaded; the same for what nobody drew. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { LucideIcon } from "./lucide_icon";
import { part } from "../view/parts";
import { OWN } from "./own";

type Drawing = ComponentType<{ "aria-hidden": "true"; class?: string }>;
type Drawings = Readonly<Record<string, Drawing | undefined>>;

const LUCIDE = "lucide:";

/** Arrows, and panels of one side: turned around where the language runs from right to left. */
const POINTING = /^(lucide:)?(arrow|chevron|chevrons|double-chevron|sidebar|panel|collapse|open|move|corner)s?-(.*-)?(left|right)|^(lucide:)?(back|undo|redo|reply|forward)\b/;

interface IconProps {
  readonly name: string;
  readonly class?: string;
}

export function Icon({ name, class: given }: IconProps) {
  const looks = [given, POINTING.test(name) && "ck-points"].filter(Boolean).join(" ");
  const rest = looks === "" ? {} : { class: looks };
  return name.startsWith(LUCIDE) ? <LucideIcon name={name.slice(LUCIDE.length)} {...rest} /> : <NamedIcon name={name} {...rest} />;
}

function NamedIcon({ name, class: className }: IconProps) {
  const own = (OWN as Drawings)[name];
  const more = useMore(own === undefined);
  const shown = { "aria-hidden": "true", ...(className && { class: className }) } as const;
  const Drawn = own ?? more?.[name];
  return Drawn ? <Drawn {...shown} /> : <svg {...shown} width="1em" height="1em" viewBox="0 0 24 24" />;
}

let loaded: Drawings | null = null;

/** The icons of the chunk, once they are here; null for ever where it cannot be loaded. */
function useMore(needed: boolean): Drawings | null {
  const [drawings, setDrawings] = useState(loaded);
  useEffect(() => {
    if (!needed || drawings) return;
    let isHere = true;
    part(import("./built_in")).then(
      ({ BUILT_IN }) => {
        loaded = BUILT_IN;
        if (isHere) setDrawings(loaded);
      },
      () => undefined,
    );
    return () => {
      isHere = false;
    };
  }, [needed, drawings]);
  return drawings;
}
