/** A widget in the thread: faded and inert while an action of the whole is under way. */
import type { WidgetItem } from "../protocol/types";
import { useSelect } from "../view/use_session";
import { WidgetView } from "./widget_view";

export function WidgetCard({ item }: { item: WidgetItem }) {
  const isInert = useSelect((state) => state.runningActions[item.id]?.scope === "container");
  return (
    <section class={isInert ? "ck-widget ck-is-inert" : "ck-widget"} aria-busy={isInert} inert={isInert}>
      <WidgetView itemId={item.id} root={item.widget} />
    </section>
  );
}
