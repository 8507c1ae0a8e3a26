/** A widget from its root down, with the item whose actions it fires. */
import type { WidgetRoot } from "../protocol/types";
import { type Component, Node, WidgetContext } from "./node";

export function WidgetRootView({ itemId, root }: { itemId: string; root: WidgetRoot }) {
  return (
    <WidgetContext.Provider value={{ itemId, formValues: null }}>
      <Node component={root as unknown as Component} path="" />
    </WidgetContext.Provider>
  );
}
