/** A widget by its root; what draws it is loaded with the first one. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { WidgetRoot } from "../protocol/types";
import { part } from "../view/parts";

interface WidgetViewProps {
  /** The item it belongs to; empty for a preview. */
  readonly itemId: string;
  readonly root: WidgetRoot;
}

let loaded: ComponentType<WidgetViewProps> | null = null;

export function WidgetView(props: WidgetViewProps) {
  const [Drawn, setDrawn] = useState(() => loaded);
  useEffect(() => {
    if (Drawn) return;
    let isShown = true;
    part(import("./root")).then(({ WidgetRootView, installWidgetStyles }) => {
      if (!loaded) installWidgetStyles(document);
      loaded = WidgetRootView;
      if (isShown) setDrawn(() => WidgetRootView);
    }, () => undefined);
    return () => {
      isShown = false;
    };
  }, [Drawn]);
  return Drawn ? <Drawn {...props} /> : <div class="ck-widget-loading ck-skeleton" aria-hidden="true" />;
}
