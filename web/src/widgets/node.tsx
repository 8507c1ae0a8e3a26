/** One component by its type; one that is unknown shows its children or its text. */
import type { ComponentChildren } from "preact";
import { useContext } from "preact/hooks";
import { useTranslate } from "../view/translate";
import { type NodeProps, WidgetContext, childrenOf, textOf } from "./context";

/** The children of a component, each found again by its key, id or place. */
export function Children({ component, path }: NodeProps): ComponentChildren {
  return childrenOf(component).map((child, index) => <Node key={child.key ?? child.id ?? index} component={child} path={`${path}/${index}`} />);
}

export function Node({ component, path }: NodeProps): ComponentChildren {
  const { components } = useContext(WidgetContext);
  const Shown = Object.hasOwn(components, component.type) ? components[component.type] : undefined;
  return Shown ? <Shown component={component} path={path} /> : <Unknown component={component} path={path} />;
}

const TEXT_PROPS = ["value", "label", "text", "title", "name"] as const;

function Unknown({ component, path }: NodeProps) {
  const translate = useTranslate();
  const said = TEXT_PROPS.map((prop) => textOf(component, prop)).find((text) => text !== undefined);
  if (said === undefined && childrenOf(component).length === 0) return <p class="ck-muted">{translate("widget.unsupported")}</p>;
  return (
    <div class="ck-w-box ck-w-col">
      {said !== undefined && <p dir="auto">{said}</p>}
      <Children component={component} path={path} />
    </div>
  );
}
