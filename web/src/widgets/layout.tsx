/** Boxes, rows, columns, forms, and what stands between them. */
import { useContext, useMemo, useRef } from "preact/hooks";
import type { WidgetAction } from "../session/contract";
import { type Component, type NodeProps, WidgetContext, childrenOf, classes, textOf, useAct } from "./context";
import { Children, Node } from "./node";
import { blockStyle, boxStyle, color, length, spacing, tidy } from "./style";

function directionOf(component: Component): string {
  if (component.type === "Row") return "row";
  return component.type === "Col" ? "col" : textOf(component, "direction") === "row" ? "row" : "col";
}

export function Box({ component, path }: NodeProps) {
  return (
    <div class={`ck-w-box ck-w-${directionOf(component)}`} style={boxStyle(component)}>
      <Children component={component} path={path} />
    </div>
  );
}

export function Basic({ component, path }: NodeProps) {
  return (
    <div class={`ck-w-box ck-w-${directionOf(component)} ck-w-basic`} style={boxStyle(component)}>
      <Children component={component} path={path} />
    </div>
  );
}

export function Form({ component, path }: NodeProps) {
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const action = component["onSubmitAction"] ?? undefined;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    event.stopPropagation();
    act(action, sourceOf(event) ?? path, { auto: "container", form: form.current });
  };
  return (
    <InForm form={form} submits={action}>
      <form ref={form} class={`ck-w-box ck-w-${directionOf(component)}`} style={boxStyle(component)} onSubmit={submit}>
        <Children component={component} path={path} />
      </form>
    </InForm>
  );
}

/** The path of the button that sent a form. */
export function sourceOf(event: SubmitEvent): string | undefined {
  return event.submitter?.dataset["path"];
}

interface InFormProps {
  readonly form: { readonly current: HTMLFormElement | null };
  readonly submits: unknown;
  readonly children: preact.ComponentChildren;
}

/** Actions from inside take the values of this form. */
export function InForm({ form, submits, children }: InFormProps) {
  const scope = useContext(WidgetContext);
  const inside = useMemo(() => ({ ...scope, form: () => form.current, submits }), [scope, form, submits]);
  return <WidgetContext.Provider value={inside}>{children}</WidgetContext.Provider>;
}

export function Spacer({ component }: NodeProps) {
  const least = length(component["minSize"]);
  return <div class="ck-w-spacer" style={least === undefined ? {} : { flexBasis: least, flexShrink: 0 }} />;
}

export function Divider({ component }: NodeProps) {
  const style = tidy({ "--ck-line": color(component["color"]), "--ck-line-size": length(component["size"]), "--ck-line-space": spacing(component["spacing"]) });
  return <hr class={classes("ck-w-divider", component["flush"] === true && "ck-w-flush")} style={style} />;
}

/** What is inside moves over to its next state softly. */
export function Transition({ component, path }: NodeProps) {
  const [child] = childrenOf(component);
  if (!child) return null;
  return <div key={child.key ?? child.id ?? child.type} class="ck-w-transition" style={blockStyle(component)}><Node component={child} path={`${path}/0`} /></div>;
}

export type Confirmation = { readonly label: string; readonly action: WidgetAction } | null | undefined;
