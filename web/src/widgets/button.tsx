/** A button: fires its action, or sends its form. */
import { Icon } from "../icons/icon";
import { type NodeProps, classes, textOf, useAct, useIsBusy } from "./context";

export function Button({ component, path }: NodeProps) {
  const act = useAct();
  const isBusy = useIsBusy(path);
  const isSubmit = component["submit"] === true;
  const label = textOf(component, "label");
  const [start, end] = [textOf(component, "iconStart"), textOf(component, "iconEnd")];
  const isPrimary = component["style"] === "primary";
  const look = classes(
    "ck-button ck-w-button",
    `ck-variant-${textOf(component, "variant") ?? (isPrimary ? "solid" : "outline")}`,
    `ck-tone-${textOf(component, "color") ?? (isPrimary ? "primary" : "secondary")}`,
    `ck-control-${textOf(component, "size") ?? "lg"}`,
    `ck-icons-${textOf(component, "iconSize") ?? "md"}`,
    component["pill"] === false && "ck-no-pill",
    component["block"] === true && "ck-block",
    (component["uniform"] === true || !label) && "ck-uniform",
  );
  return (
    <button
      type={isSubmit ? "submit" : "button"}
      class={look}
      disabled={component["disabled"] === true || isBusy}
      aria-busy={isBusy}
      {...(!label && { "aria-label": (start ?? end ?? "").replaceAll("-", " ") })}
      onClick={() => { if (!isSubmit) act(component["onClickAction"], path, { auto: "self" }); }}
    >
      {isBusy ? <span class="ck-spinner" aria-hidden="true" /> : start && <Icon name={start} />}
      {label && <span dir="auto">{label}</span>}
      {end && <Icon name={end} />}
    </button>
  );
}
