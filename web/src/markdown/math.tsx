/** A formula: its source at once, drawn when KaTeX has been loaded. */
import { useEffect, useRef } from "preact/hooks";
import { part } from "../view/parts";
import type { Drawing } from "./math_drawing";

let loading: Promise<Drawing> | null = null;

/** KaTeX and its styles, once, when the first formula is shown. */
function drawing(): Promise<Drawing> {
  loading ??= part(import("./math_drawing")).then((module) => module.drawing);
  return loading;
}

export function Formula({ tex, isBlock }: { tex: string; isBlock: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let isShown = true;
    drawing().then((draw) => {
      if (isShown && place.current) draw(place.current, tex, isBlock);
    }, () => undefined);
    return () => {
      isShown = false;
    };
  }, [tex, isBlock]);
  return (
    <span ref={place} class={isBlock ? "ck-formula ck-formula-block" : "ck-formula"} dir="ltr">
      {tex}
    </span>
  );
}
