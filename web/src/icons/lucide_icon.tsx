/** An icon of Lucide's, drawn when its file is here. */
import { h } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Shape } from "./lucide";

export function LucideIcon({ name, class: className }: { name: string; class?: string }) {
  const [shapes, setShapes] = useState<readonly Shape[] | null>(null);
  useEffect(() => {
    let isShown = true;
    import("./lucide")
      .then(({ loadLucide }) => loadLucide(name))
      .then((found) => isShown && setShapes(found), () => undefined);
    return () => {
      isShown = false;
    };
  }, [name]);
  return (
    <svg aria-hidden="true" {...(className && { class: className })} width="1em" height="1em" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
      {shapes?.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
