/** A button: fires its action, or sends its form. */
import { useContext } from "preact/hooks";
import { Icon } from "../icons/icon";
import { type Component, type NodeProps, WidgetContext, classes, textOf, useAct, useIsBlocked, useIsBusy } from "./context";

export function Button({ component, path }: NodeProps) {
  const act = useAct();
  const { form, submits } = useContext(WidgetContext);
  const isSubmit = component["submit"] === true && form !== null;
  const sendsForm = isSubmit && submits !== undefined;
  const action = component["onClickAction"];
  const isBusy = useIsBusy(path);
  const isBlocked = useIsBlocked(sendsForm ? submits : action) || isBusy;
  const label = textOf(component, "label");
  const [start, end] = [textOf(component, "iconStart"), textOf(component, "iconEnd")];
  const press = (event: Event) => {
    // Where its form sends nothing, a button that submits checks the form and acts for itself.
    const isRefused = isBlocked || (isSubmit && !sendsForm && form()?.reportValidity() === false);
    if (isRefused) event.preventDefault();
    else if (!sendsForm) act(action, path, { auto: "self" });
  };
  return (
    <button
      type={sendsForm ? "submit" : "button"}
      class={lookOf(component, !label)}
      data-path={path}
      disabled={component["disabled"] === true}
      // Not `disabled`, which would take the focus away.
      aria-disabled={isBlocked}
      aria-busy={isBusy}
      {...(!label && { "aria-label": iconName(start ?? end ?? "") })}
      onClick={press}
    >
      {isBusy ? <span class="ck-spinner" aria-hidden="true" /> : start && <Icon name={start} />}
      {label && <span dir="auto">{label}</span>}
      {end && <Icon name={end} />}
    </button>
  );
}

function lookOf(component: Component, isIconOnly: boolean): string {
  const isPrimary = component["style"] === "primary";
  return classes(
    "ck-button ck-w-button",
    `ck-variant-${textOf(component, "variant") ?? (isPrimary ? "solid" : "outline")}`,
    `ck-tone-${textOf(component, "color") ?? (isPrimary ? "primary" : "secondary")}`,
    `ck-control-${textOf(component, "size") ?? "lg"}`,
    `ck-icons-${textOf(component, "iconSize") ?? "md"}`,
    typeof component["pill"] === "boolean" && (component["pill"] ? "ck-is-pill" : "ck-no-pill"),
    component["block"] === true && "ck-block",
    (component["uniform"] === true || isIconOnly) && "ck-uniform",
  );
}

/** An icon's name as one would say it: "lucide:trash-2" is "trash 2". */
function iconName(name: string): string {
  return name.replace("lucide:", "").replaceAll("-", " ");
}
