/** A widget in the thread: its card, faded while an action of the whole is under way. */
import type { WidgetItem } from "../protocol/types";
import { useSelect } from "../view/use_session";
import { type Component, Node, WidgetContext } from "./node";

export function WidgetCard({ item }: { item: WidgetItem }) {
  const running = useSelect((state) => state.runningActions[item.id]);
  const isInert = running?.scope === "container";
  const root = item.widget as unknown as Component;
  return (
    <WidgetContext.Provider value={{ itemId: item.id, formValues: null }}>
      <section class={isInert ? "ck-widget ck-is-loading" : "ck-widget"} aria-busy={isInert} inert={isInert}>
        <Node component={root} path="" />
      </section>
    </WidgetContext.Provider>
  );
}
