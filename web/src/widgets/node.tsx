/** One component by its type; one that is unknown shows its children or its text. */
import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import { useTranslate } from "../view/translate";
import { useSelect, useSession } from "../view/use_session";
import { Boundary } from "./boundary";
import { type NodeProps, WidgetContext, childrenOf, keysOf, textOf } from "./context";
import { Custom } from "./custom";

/** The children of a component, each found again by its key, id, name or place. */
export function Children({ component, path }: NodeProps): ComponentChildren {
  const children = childrenOf(component);
  const keys = keysOf(children);
  return children.map((child, index) => <Node key={keys[index]} component={child} path={`${path}/${index}`} />);
}

export function Node({ component, path }: NodeProps): ComponentChildren {
  const { components } = useContext(WidgetContext);
  const session = useSession();
  const Shown = Object.hasOwn(components, component.type) ? components[component.type] : undefined;
  if (!Shown) return <Foreign component={component} path={path} />;
  return (
    <Boundary of={component} fallback={<Unknown component={component} path={path} />} onError={(error) => session.reportError(error)}>
      <Shown component={component} path={path} />
    </Boundary>
  );
}

/** A type of the page's own, or one that nobody knows. */
function Foreign({ component, path }: NodeProps) {
  const registered = useSelect((state) => state.options.widgets?.components);
  const draw = registered && Object.hasOwn(registered, component.type) ? registered[component.type] : undefined;
  const [failed, setFailed] = useState<unknown>(null);
  if (!draw || failed === draw) return <Unknown component={component} path={path} />;
  return <Custom component={component} path={path} draw={draw} onFailed={() => setFailed(() => draw)} />;
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
